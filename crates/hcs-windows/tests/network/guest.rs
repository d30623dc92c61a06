//! Guest network services, and ports of the host.

use crate::{Session, has_version_2};
use hcs_windows::{GuestNetworkService, Hcn, PortAccess, PortProtocol};
use serde_json::json;

const ID: &str = "0a1b2c3d-0123-4567-89ab-0123456789ab";
const MACHINE: &str = "1a1b2c3d-0123-4567-89ab-0123456789ab";

#[test]
fn ports_are_reserved_until_they_are_dropped() {
    if !has_version_2() {
        return;
    }
    let session = Session::new("hcn-guest");
    let hcn = Hcn::load().expect("the functions");
    let settings = json!({"VirtualMachineId": MACHINE, "SchemaVersion": {"Major": 2, "Minor": 0}});
    let service = GuestNetworkService::create(&hcn, ID, &settings).expect("a service");
    let again = GuestNetworkService::create(&hcn, ID, &settings).expect_err("it is there");
    assert!(again.is_already_exists(), "{again}");
    let subscription = service.subscribe().expect("a subscription");
    let change = json!({"RequestType": "Update", "ResourceType": "State", "Settings": {"State": "Created"}});
    service.modify(&change).expect("changed");
    let port = service.reserve_port(PortProtocol::Tcp, PortAccess::Exclusive, 8080).expect("a port");
    assert_eq!(port.ports(), 8080..=8080);
    assert!(
        service
            .reserve_port(PortProtocol::Both, PortAccess::Shared, 8080)
            .expect_err("it is taken")
            .is_already_exists()
    );
    let range = service.reserve_ports(10).expect("ports");
    assert_eq!(range.ports().count(), 10);
    let reserved = hcn.reserved_ports().expect("ports");
    assert_eq!(reserved.len(), 2);
    assert!(reserved.iter().any(|ports| ports.ports == (8080..=8080) && ports.protocol == PortProtocol::Tcp));
    drop((port, range));
    assert_eq!(hcn.reserved_ports().expect("ports"), []);
    drop(subscription);
    drop(service);
    GuestNetworkService::delete(&hcn, ID).expect("deleted");
    assert!(GuestNetworkService::delete(&hcn, ID).expect_err("it is gone").is_not_found());
    let service = "GuestNetworkService";
    for verb in ["Create", "Modify", "Close", "Delete"] {
        session.assert_called(&[&format!("Hcn{verb}{service}")]);
    }
    session.assert_called(&["HcnReserveGuestNetworkServicePort", "HcnReserveGuestNetworkServicePortRange"]);
    session.assert_called(&["HcnReleaseGuestNetworkServicePortReservationHandle"]);
    session.assert_called(&["HcnEnumerateGuestNetworkPortReservations"]);
    session.assert_called(&["HcnRegisterGuestNetworkServiceCallback", "HcnUnregisterGuestNetworkServiceCallback"]);
    session.assert_empty();
}
