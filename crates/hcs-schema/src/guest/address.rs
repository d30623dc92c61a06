//! Where guests and hosts find each other: ids of Hyper-V sockets, and of disk controllers.

pub use crate::v2::HvSocketAddress;

/// Instance ids of the SCSI controllers that a Linux guest is given, by their index. A request names a controller by this
/// index, and the guest finds it by the id, since the kernel numbers controllers as it finds them. Each id is the UUID of
/// version 5 of its index as text, in the name space `d422512d-2bf2-4752-809d-7b82b5fcb1b4`.
pub const SCSI_CONTROLLERS: [&str; 4] = [
    "df6d0690-79e5-55b6-a5ec-c1e2f77f580a",
    "0110f83b-de10-5172-a266-78bca56bf50a",
    "b5d2d8d4-3a75-51bf-945b-3444dc6b8579",
    "305891a9-b251-5dfe-91a2-c25d9212275b",
];
/// Disks that one SCSI controller has room for.
pub const DISKS_PER_CONTROLLER: u8 = 64;

/// Service of the bridge of a Windows guest.
pub const WINDOWS_BRIDGE_SERVICE: &str = "acef5661-84a1-4e44-856b-6245e69f4620";
/// Service of the bridge behind which a confidential Windows guest checks what it is told.
pub const SIDECAR_BRIDGE_SERVICE: &str = "ae8da506-a019-4553-a52b-902bc0fa0411";
/// Service that takes the logs of a Windows guest.
pub const WINDOWS_LOG_SERVICE: &str = "172dad59-976d-45f2-8b6c-6d1b13f2ac4d";
/// Address at which the parts of a Windows guest find its host.
pub const WINDOWS_PARENT_ADDRESS: &str = "894cc2d6-9d79-424f-93fe-42969ae6d8d1";
/// Address of the machine itself.
pub const LOOPBACK_ADDRESS: &str = "e0e16197-dd56-4a10-9195-5ee7a155a838";
/// Address of the machine's host.
pub const PARENT_ADDRESS: &str = "a42e7cda-d03f-480c-9cc2-a4de20abb878";

/// The service of Hyper-V sockets that is a port of a Linux guest's `AF_VSOCK`.
pub fn vsock_service(port: u32) -> String {
    format!("{port:08x}-facb-11e6-bd58-64006a7986d3")
}

/// The port of `AF_VSOCK` that a service of Hyper-V sockets is; `None` where it is none.
pub fn vsock_port(service: &str) -> Option<u32> {
    let (port, rest) = service.split_at_checked(8)?;
    let is_port =
        rest.eq_ignore_ascii_case("-facb-11e6-bd58-64006a7986d3") && port.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_port.then(|| u32::from_str_radix(port, 16).ok()).flatten()
}
