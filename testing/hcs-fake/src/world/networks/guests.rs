//! Guest network services, and the ports of the host that they reserve.

use super::failure::*;
use super::model::text;
use super::state::kind;
use super::{Kind, Networks};
use crate::strict::Schema;
use crate::world::Guid;
use crate::{Call, Reply};
use hcs_schema::HResult;
use serde_json::{Value, json};

/// A guest network service.
#[derive(Debug)]
pub(super) struct GuestService {
    machine: String,
    state: String,
}

/// Ports that are reserved.
#[derive(Debug)]
pub(super) struct Reservation {
    service: Guid,
    /// 1 TCP, 2 UDP, 3 both.
    protocol: u64,
    shared: bool,
    first: u64,
    last: u64,
    client: u64,
}

/// Where ranges of ports are looked for.
const PORTS: std::ops::RangeInclusive<u64> = 49152..=65535;

impl Networks {
    pub(super) fn add_guest_service(&mut self, id: Guid, document: &Value) -> Done<()> {
        if self.guests.contains_key(&id) {
            return Err(Failure::new(ERROR_ALREADY_EXISTS, id.to_string()));
        }
        let (machine, state) = (text(&document["VirtualMachineId"]), "Created".to_owned());
        self.guests.insert(id, GuestService { machine, state });
        self.state.events.push((kind::GUEST_SERVICE_CREATE, id));
        Ok(())
    }

    pub(super) fn modify_guest_service(&mut self, id: Guid, settings: &str, build: u32) -> Done<()> {
        let document = read(Schema::Network2, "ModifyGuestNetworkServiceSettingRequest", settings, build)?;
        let settings = &document["Settings"];
        check(Schema::Network2, "GuestNetworkServiceStateRequest", settings, build, HCN_E_INVALID_JSON)?;
        let service = self.guests.get_mut(&id).ok_or(HResult::ERROR_NOT_FOUND)?;
        service.state = text(&settings["State"]);
        Ok(())
    }

    /// Removes a service with the ports that it has reserved.
    pub(super) fn remove_guest_service(&mut self, id: Guid) -> Done<()> {
        self.guests.remove(&id).ok_or_else(|| Failure::new(HResult::ERROR_NOT_FOUND, id.to_string()))?;
        self.reservations.retain(|_, reservation| reservation.service != id);
        self.state.events.push((kind::GUEST_SERVICE_DELETE, id));
        Ok(())
    }

    /// Does what a function asks for, if it is one of ports.
    pub(super) fn call_ports(&mut self, call: &Call) -> Option<Done<Reply>> {
        Some(match call.function.as_str() {
            "HcnReserveGuestNetworkServicePort" => self.reserve(call),
            "HcnReserveGuestNetworkServicePortRange" => self.reserve_range(call),
            "HcnReleaseGuestNetworkServicePortReservationHandle" => self.release_ports(call),
            "HcnEnumerateGuestNetworkPortReservations" => Ok(Reply::ok().with("entries", self.reserved())),
            _ => return None,
        })
    }

    fn reserve(&mut self, call: &Call) -> Done<Reply> {
        let service = self.handle(call, Kind::GuestService)?;
        let (protocol, access, port) = (call.number("protocol"), call.number("access"), call.number("port"));
        if !(1..=3).contains(&protocol) || !(1..=2).contains(&access) || !(1..=0xffff).contains(&port) {
            return Err(HResult::E_INVALIDARG.into());
        }
        let shared = access == 2;
        if !self.is_free(port, protocol, shared) {
            return Err(Failure::new(HCN_E_PORT_ALREADY_EXISTS, format!("port {port}")));
        }
        let (first, last, client) = (port, port, call.client);
        Ok(self.reserved_as(Reservation { service, protocol, shared, first, last, client }))
    }

    fn reserve_range(&mut self, call: &Call) -> Done<Reply> {
        let service = self.handle(call, Kind::GuestService)?;
        let count = call.number("port_count");
        if count == 0 {
            return Err(HResult::E_INVALIDARG.into());
        }
        let free = |first: &u64| (*first..first + count).all(|port| self.is_free(port, 3, false));
        let first = PORTS.take_while(|first| first + count - 1 <= *PORTS.end()).find(free);
        let first = first.ok_or_else(|| Failure::new(HCN_E_PORT_ALREADY_EXISTS, "no range is free"))?;
        let (last, client) = (first + count - 1, call.client);
        let reservation = Reservation { service, protocol: 3, shared: false, first, last, client };
        Ok(self.reserved_as(reservation).with("starting_port", first).with("ending_port", last))
    }

    fn is_free(&self, port: u64, protocol: u64, shared: bool) -> bool {
        let mut reservations = self.reservations.values();
        reservations.all(|other| {
            let apart = !(other.first..=other.last).contains(&port) || other.protocol & protocol == 0;
            apart || (shared && other.shared)
        })
    }

    fn reserved_as(&mut self, reservation: Reservation) -> Reply {
        self.last += 4;
        self.reservations.insert(self.last, reservation);
        Reply::ok().with("port_reservation_handle", self.last)
    }

    fn release_ports(&mut self, call: &Call) -> Done<Reply> {
        let number = call.number("port_reservation_handle");
        let own = self.reservations.get(&number).is_some_and(|reservation| reservation.client == call.client);
        match own {
            true => drop(self.reservations.remove(&number)),
            false => return Err(Failure::new(E_HANDLE, format!("{number:#x}"))),
        }
        Ok(Reply::ok())
    }

    fn reserved(&self) -> Value {
        let entry = |reservation: &Reservation| {
            let machine = self.guests.get(&reservation.service).map(|service| service.machine.as_str());
            json!({
                "owner": reservation.service.to_string(), "target": machine.unwrap_or_default(),
                "protocol": reservation.protocol, "sharing": u32::from(reservation.shared),
                "first": reservation.first, "last": reservation.last,
            })
        };
        self.reservations.values().map(entry).collect()
    }

    /// The ports of a client that has gone are free.
    pub(super) fn release_client_ports(&mut self, client: u64) {
        self.reservations.retain(|_, reservation| reservation.client != client);
    }

    /// Services and ports that should not be there when everything is released.
    pub(super) fn guests_left(&self) -> Vec<String> {
        let services = self.guests.iter();
        let services = services.map(|(id, service)| format!("guest network service {id} is {}", service.state));
        let ports = self.reservations.values();
        let ports = ports.map(|ports| format!("ports {} to {} are reserved", ports.first, ports.last));
        services.chain(ports).collect()
    }
}
