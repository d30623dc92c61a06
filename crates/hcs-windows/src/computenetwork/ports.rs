//! Ports of the host that are reserved for guests.

use super::abi::{Functions, Object};
use crate::guid;
use crate::outcome::check;
use hcs_host::Result;
use std::ops::RangeInclusive;
use std::sync::Arc;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::HostComputeNetwork::{
    HCN_PORT_ACCESS, HCN_PORT_ACCESS_EXCLUSIVE, HCN_PORT_ACCESS_SHARED, HCN_PORT_PROTOCOL, HCN_PORT_PROTOCOL_BOTH,
    HCN_PORT_PROTOCOL_TCP, HCN_PORT_PROTOCOL_UDP, HCN_PORT_RANGE_ENTRY, HCN_PORT_RANGE_RESERVATION,
};

/// Which protocol a port is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortProtocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// Both.
    Both,
    /// A number that is not known here.
    Other(i32),
}

impl PortProtocol {
    fn number(self) -> HCN_PORT_PROTOCOL {
        match self {
            PortProtocol::Tcp => HCN_PORT_PROTOCOL_TCP,
            PortProtocol::Udp => HCN_PORT_PROTOCOL_UDP,
            PortProtocol::Both => HCN_PORT_PROTOCOL_BOTH,
            PortProtocol::Other(number) => number,
        }
    }

    fn of(number: HCN_PORT_PROTOCOL) -> Self {
        match number {
            HCN_PORT_PROTOCOL_TCP => PortProtocol::Tcp,
            HCN_PORT_PROTOCOL_UDP => PortProtocol::Udp,
            HCN_PORT_PROTOCOL_BOTH => PortProtocol::Both,
            number => PortProtocol::Other(number),
        }
    }
}

/// Whether others may have a port, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortAccess {
    /// Nobody else.
    Exclusive,
    /// Others, who say the same.
    Shared,
}

impl PortAccess {
    fn number(self) -> HCN_PORT_ACCESS {
        match self {
            PortAccess::Exclusive => HCN_PORT_ACCESS_EXCLUSIVE,
            PortAccess::Shared => HCN_PORT_ACCESS_SHARED,
        }
    }
}

/// Ports that are reserved until this is dropped.
#[derive(Debug)]
#[doc(alias = "HcnReleaseGuestNetworkServicePortReservationHandle")]
pub struct PortReservation {
    functions: Arc<Functions>,
    handle: Reserved,
    ports: RangeInclusive<u16>,
}

/// The handle, which any thread may give back.
#[derive(Debug)]
struct Reserved(HANDLE);

// SAFETY: handles of Windows belong to the process and not to a thread.
unsafe impl Send for Reserved {}
// SAFETY: the same.
unsafe impl Sync for Reserved {}

impl PortReservation {
    /// The ports.
    pub fn ports(&self) -> RangeInclusive<u16> {
        self.ports.clone()
    }
}

impl Drop for PortReservation {
    fn drop(&mut self) {
        if let Ok(function) = self.functions.HcnReleaseGuestNetworkServicePortReservationHandle() {
            // SAFETY: the ports are reserved, and nobody uses the handle after this.
            let _nobody_to_tell = unsafe { function(self.handle.0) };
        }
    }
}

/// Ports that somebody has reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservedPorts {
    /// Who has reserved them, as the id (GUID) of a partition.
    pub owner: String,
    /// Whom they lead to, as the id (GUID) of a partition.
    pub target: String,
    /// Protocol.
    pub protocol: PortProtocol,
    /// The ports.
    pub ports: RangeInclusive<u16>,
}

/// `HcnReserveGuestNetworkServicePort`. The service must be open.
pub(super) fn reserve_port(
    functions: &Arc<Functions>,
    service: Object,
    protocol: PortProtocol,
    access: PortAccess,
    port: u16,
) -> Result<PortReservation> {
    let function = functions.HcnReserveGuestNetworkServicePort()?;
    functions.HcnReleaseGuestNetworkServicePortReservationHandle()?;
    let mut handle: HANDLE = std::ptr::null_mut();
    // SAFETY: the service is open, and the handle is writable.
    let code = unsafe { function(service, protocol.number(), access.number(), port, &raw mut handle) };
    check("reserve port", &port.to_string(), code)?;
    Ok(PortReservation { functions: Arc::clone(functions), handle: Reserved(handle), ports: port..=port })
}

/// `HcnReserveGuestNetworkServicePortRange`. The service must be open.
pub(super) fn reserve_range(functions: &Arc<Functions>, service: Object, count: u16) -> Result<PortReservation> {
    let function = functions.HcnReserveGuestNetworkServicePortRange()?;
    functions.HcnReleaseGuestNetworkServicePortReservationHandle()?;
    let mut range = HCN_PORT_RANGE_RESERVATION::default();
    let mut handle: HANDLE = std::ptr::null_mut();
    // SAFETY: the service is open, and range and handle are writable.
    let code = unsafe { function(service, count, &raw mut range, &raw mut handle) };
    check("reserve ports", &count.to_string(), code)?;
    let ports = range.startingPort..=range.endingPort;
    Ok(PortReservation { functions: Arc::clone(functions), handle: Reserved(handle), ports })
}

/// `HcnEnumerateGuestNetworkPortReservations`.
pub(super) fn reserved(functions: &Functions) -> Result<Vec<ReservedPorts>> {
    let function = functions.HcnEnumerateGuestNetworkPortReservations()?;
    let free = functions.HcnFreeGuestNetworkPortReservations()?;
    let mut count = 0;
    let mut entries: *mut HCN_PORT_RANGE_ENTRY = std::ptr::null_mut();
    // SAFETY: both answers are writable.
    let code = unsafe { function(&raw mut count, &raw mut entries) };
    check("list reserved ports", "", code)?;
    if entries.is_null() {
        return Ok(Vec::new());
    }
    let length = usize::try_from(count).unwrap_or_default();
    // SAFETY: the DLL has answered so many entries, which it frees when it is told to.
    let list = unsafe { std::slice::from_raw_parts(entries, length) };
    let ports = list.iter().map(entry).collect();
    // SAFETY: the entries are the DLL's, and nobody uses them after this.
    unsafe { free(entries) };
    Ok(ports)
}

fn entry(entry: &HCN_PORT_RANGE_ENTRY) -> ReservedPorts {
    ReservedPorts {
        owner: guid::format(&entry.OwningPartitionId),
        target: guid::format(&entry.TargetPartitionId),
        protocol: PortProtocol::of(entry.Protocol),
        ports: entry.StartingPort..=entry.EndingPort,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    /// What gcc says of `computenetwork.h` of mingw-w64, for x86_64.
    #[test]
    fn structures_are_laid_out_as_in_the_header() {
        assert_eq!(size_of::<HCN_PORT_RANGE_RESERVATION>(), 4);
        assert_eq!((size_of::<HCN_PORT_RANGE_ENTRY>(), offset_of!(HCN_PORT_RANGE_ENTRY, Priority)), (64, 40));
        assert_eq!(offset_of!(HCN_PORT_RANGE_ENTRY, StartingPort), 60);
    }

    #[test]
    fn protocols_are_numbers() {
        for protocol in [PortProtocol::Tcp, PortProtocol::Udp, PortProtocol::Both, PortProtocol::Other(9)] {
            assert_eq!(PortProtocol::of(protocol.number()), protocol);
        }
    }
}
