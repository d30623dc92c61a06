//! Whether structures that cross into DLLs are laid out as the headers of Windows have them. The numbers are what a C compiler
//! for this target makes of the headers of mingw-w64.

use std::mem::{align_of, offset_of, size_of};
use windows_sys::Win32::Storage::Vhd::{
    CREATE_VIRTUAL_DISK_PARAMETERS, CREATE_VIRTUAL_DISK_PARAMETERS_0_1, EXPAND_VIRTUAL_DISK_PARAMETERS,
    GET_VIRTUAL_DISK_INFO, OPEN_VIRTUAL_DISK_PARAMETERS, VIRTUAL_STORAGE_TYPE,
};
use windows_sys::Win32::System::HostComputeNetwork::{HCN_PORT_RANGE_ENTRY, HCN_PORT_RANGE_RESERVATION};
use windows_sys::Win32::System::HostComputeSystem::{HCS_EVENT, HCS_PROCESS_INFORMATION};

#[test]
fn compute_systems() {
    let event = [offset_of!(HCS_EVENT, Type), offset_of!(HCS_EVENT, EventData), offset_of!(HCS_EVENT, Operation)];
    assert_eq!((size_of::<HCS_EVENT>(), event), (24, [0, 8, 16]));
    let information = [
        offset_of!(HCS_PROCESS_INFORMATION, ProcessId),
        offset_of!(HCS_PROCESS_INFORMATION, StdInput),
        offset_of!(HCS_PROCESS_INFORMATION, StdOutput),
        offset_of!(HCS_PROCESS_INFORMATION, StdError),
    ];
    assert_eq!((size_of::<HCS_PROCESS_INFORMATION>(), information), (32, [0, 8, 16, 24]));
}

#[test]
fn ports() {
    let reservation =
        [offset_of!(HCN_PORT_RANGE_RESERVATION, startingPort), offset_of!(HCN_PORT_RANGE_RESERVATION, endingPort)];
    assert_eq!((size_of::<HCN_PORT_RANGE_RESERVATION>(), reservation), (4, [0, 2]));
    let entry = [
        offset_of!(HCN_PORT_RANGE_ENTRY, TargetPartitionId),
        offset_of!(HCN_PORT_RANGE_ENTRY, Protocol),
        offset_of!(HCN_PORT_RANGE_ENTRY, Priority),
        offset_of!(HCN_PORT_RANGE_ENTRY, ReservationType),
        offset_of!(HCN_PORT_RANGE_ENTRY, StartingPort),
        offset_of!(HCN_PORT_RANGE_ENTRY, EndingPort),
    ];
    assert_eq!((size_of::<HCN_PORT_RANGE_ENTRY>(), entry), (64, [16, 32, 40, 48, 60, 62]));
}

#[test]
fn disks() {
    assert_eq!((size_of::<VIRTUAL_STORAGE_TYPE>(), offset_of!(VIRTUAL_STORAGE_TYPE, VendorId)), (20, 4));
    // Later versions of these are longer; ours are the second, which begin where the version ends.
    let creation = offset_of!(CREATE_VIRTUAL_DISK_PARAMETERS, Anonymous);
    assert_eq!((creation, align_of::<CREATE_VIRTUAL_DISK_PARAMETERS_0_1>()), (8, 8));
    assert_eq!(offset_of!(CREATE_VIRTUAL_DISK_PARAMETERS_0_1, MaximumSize), 16);
    assert_eq!(offset_of!(OPEN_VIRTUAL_DISK_PARAMETERS, Anonymous), 4);
    assert_eq!((size_of::<GET_VIRTUAL_DISK_INFO>(), offset_of!(GET_VIRTUAL_DISK_INFO, Anonymous)), (32, 8));
    assert_eq!(size_of::<EXPAND_VIRTUAL_DISK_PARAMETERS>(), 16);
}
