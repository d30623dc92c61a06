//! Ports of the host that guests reserve.

use hcs_fake::export::{Argument, NewHandle};
use hcs_fake::{Reply, client, exports, support, world::Guid};
use serde_json::{Map, Value, json};
use std::ffi::c_void;
use windows_sys::Win32::System::Com::{CoTaskMemAlloc, CoTaskMemFree};
use windows_sys::Win32::System::HostComputeNetwork::{HCN_PORT_RANGE_ENTRY, HCN_PORT_RANGE_RESERVATION};
use windows_sys::core::{GUID, HRESULT};

/// Where a range of ports goes.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct NewRange(*mut HCN_PORT_RANGE_RESERVATION);

impl Argument for NewRange {
    unsafe fn give(self, _name: &str, _arguments: &mut Map<String, Value>) {}

    unsafe fn take(self, _name: &str, reply: &Reply) {
        if reply.result == 0 {
            let range = HCN_PORT_RANGE_RESERVATION {
                startingPort: port(&reply.output["starting_port"]),
                endingPort: port(&reply.output["ending_port"]),
            };
            // SAFETY: the caller has a place for it.
            unsafe { support::put(self.0, range) }
        }
    }
}

exports! { "computenetwork":
    /// Reserves a port.
    HcnReserveGuestNetworkServicePort(
        guest_network_service: *mut c_void,
        protocol: i32,
        access: i32,
        port: u16,
        port_reservation_handle: NewHandle,
    );
    /// Reserves a range of ports.
    HcnReserveGuestNetworkServicePortRange(
        guest_network_service: *mut c_void,
        port_count: u16,
        port_range_reservation: NewRange,
        port_reservation_handle: NewHandle,
    );
    /// Lets go of ports.
    HcnReleaseGuestNetworkServicePortReservationHandle(port_reservation_handle: *mut c_void);
}

/// Lists what is reserved.
#[unsafe(no_mangle)]
unsafe extern "system" fn HcnEnumerateGuestNetworkPortReservations(
    count: *mut u32,
    entries: *mut *mut HCN_PORT_RANGE_ENTRY,
) -> HRESULT {
    let reply = client::call("computenetwork", "HcnEnumerateGuestNetworkPortReservations", json!({}));
    let list = reply.output.get("entries").and_then(Value::as_array);
    let list: Vec<_> = list.into_iter().flatten().map(entry).collect();
    // SAFETY: any size may be asked for.
    let copy = unsafe { CoTaskMemAlloc(size_of_val(list.as_slice()).max(1)) }.cast::<HCN_PORT_RANGE_ENTRY>();
    if copy.is_null() {
        return windows_sys::Win32::Foundation::E_OUTOFMEMORY;
    }
    // SAFETY: the new memory is as large as the list, and nobody else has it.
    unsafe { std::ptr::copy_nonoverlapping(list.as_ptr(), copy, list.len()) }
    // SAFETY: the caller has a place for it.
    unsafe { support::put(count, list.len() as u32) }
    // SAFETY: the caller has a place for it, and frees it with the function below.
    unsafe { support::put(entries, copy) }
    reply.result.cast_signed()
}

/// Frees a list of what is reserved.
#[unsafe(no_mangle)]
unsafe extern "system" fn HcnFreeGuestNetworkPortReservations(entries: *mut HCN_PORT_RANGE_ENTRY) {
    // The service has no part in it, but whoever reads the log wants to know.
    let plan = client::Plan::new("computenetwork", "HcnFreeGuestNetworkPortReservations");
    plan.answer(json!({ "entries": entries.addr() }), |_| Reply::ok());
    // SAFETY: it comes from the function above, or is null.
    unsafe { CoTaskMemFree(entries.cast()) }
}

fn entry(entry: &Value) -> HCN_PORT_RANGE_ENTRY {
    let guid = |key: &str| {
        let parsed = Guid::parse(entry[key].as_str().unwrap_or_default()).unwrap_or_default();
        let (data1, data2, data3, data4) = parsed.fields();
        GUID { data1, data2, data3, data4 }
    };
    let number = |key: &str| entry[key].as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
    HCN_PORT_RANGE_ENTRY {
        OwningPartitionId: guid("owner"),
        TargetPartitionId: guid("target"),
        Protocol: number("protocol").cast_signed(),
        SharingFlags: number("sharing"),
        StartingPort: port(&entry["first"]),
        EndingPort: port(&entry["last"]),
        ..HCN_PORT_RANGE_ENTRY::default()
    }
}

fn port(value: &Value) -> u16 {
    value.as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or_default()
}
