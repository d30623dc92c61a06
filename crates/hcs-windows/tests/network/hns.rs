//! Version 1 of the service.

use crate::Session;
use hcs_schema::hns::{AttachRequest, Call, Endpoint, Network};
use hcs_windows::{Hns, windows_version};

#[test]
fn endpoints_are_attached_and_counted() {
    let session = Session::new("hns");
    let hns = Hns::load().expect("the call");
    let networks: Vec<Network> = hns.call(&Call::networks()).expect("networks");
    let nat = networks.iter().find(|network| network.name == "nat").expect("there is one from the beginning");
    let wanted = Endpoint { virtual_network: nat.id.clone(), name: "web".into(), ..Endpoint::default() };
    let endpoint = hns.call(&Call::create_endpoint(&wanted)).expect("an endpoint");
    hns.attach(&endpoint.id, &AttachRequest::host(1)).expect("attached");
    hns.detach(&endpoint.id, &AttachRequest::host(0)).expect("detached");
    assert_eq!(hns.endpoint_stats(&endpoint.id).expect("statistics").bytes_received, 0);
    let id = hcs_schema::hns::Id::parse(&endpoint.id).expect("an id");
    hns.call(&Call::delete_endpoint(&id)).expect("deleted");
    let error = hns.call(&Call::endpoint(&id)).expect_err("it is gone");
    assert!(error.is_not_found() && error.to_string().contains(&endpoint.id), "{error}");
    assert!(hns.attach("../a", &AttachRequest::host(1)).is_err());
    if windows_version().build >= 17134 {
        assert!(hns.version().expect("a version").major >= 7);
    }
    session.assert_called(&["HNSCall"]);
    session.assert_empty();
}
