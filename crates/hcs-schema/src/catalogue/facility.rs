//! What the bits of a code say by themselves, for codes that have no entry.
//!
//! An HRESULT and an NTSTATUS are built alike: how bad it is, who reports it (the facility), and a number of that one. Only the
//! facilities are numbered differently, and which of the two a number is cannot be seen for certain: bit 30 is set in every
//! NTSTATUS of an error and in hardly any HRESULT.

/// Set in an HRESULT that holds an NTSTATUS.
pub(super) const NT_BIT: u32 = 0x1000_0000;
/// Set in what others than Microsoft have defined.
const CUSTOMER_BIT: u32 = 0x2000_0000;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is wrong.
    Success,
    /// Something worth knowing, of an NTSTATUS.
    Information,
    /// Something is odd, of an NTSTATUS.
    Warning,
    /// It failed.
    Error,
}

impl Severity {
    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Success => "success",
            Severity::Information => "information",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A code taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// How bad it is.
    pub severity: Severity,
    /// Whether it was defined by somebody other than Microsoft.
    pub customer: bool,
    /// Whether it is an NTSTATUS in the form of an HRESULT.
    pub wrapped: bool,
    /// The number of who reports it.
    pub facility: u32,
    /// The name of who reports it.
    pub facility_name: Option<&'static str>,
    /// The number of what is reported.
    pub code: u32,
}

/// Takes a code apart.
pub fn parts(value: u32) -> Parts {
    let wrapped = value & NT_BIT != 0;
    let severity = match value >> 30 {
        0 => Severity::Success,
        1 => Severity::Information,
        // As an NTSTATUS it were a warning, but HRESULTs are met far more.
        2 if !wrapped => Severity::Error,
        2 => Severity::Warning,
        _ => Severity::Error,
    };
    let nt = wrapped || matches!(value >> 30, 1 | 3);
    let facility = (value >> 16) & if nt { 0xfff } else { 0x7ff };
    let (first, second) = if nt { (NTSTATUS, HRESULT) } else { (HRESULT, NTSTATUS) };
    Parts {
        severity,
        customer: value & CUSTOMER_BIT != 0,
        wrapped,
        facility,
        facility_name: name(first, facility).or_else(|| name(second, facility)),
        code: value & 0xffff,
    }
}

fn name(table: &'static str, facility: u32) -> Option<&'static str> {
    let row = |row: &'static str| row.trim_start().split_once(' ');
    table.split(',').filter_map(row).find(|(number, _)| number.parse() == Ok(facility)).map(|(_, name)| name)
}

/// The facilities of HRESULTs that are met on hosts of containers, from `winerror.h`.
const HRESULT: &str = "\
    0 FACILITY_NULL, 1 FACILITY_RPC, 2 FACILITY_DISPATCH, 3 FACILITY_STORAGE, 4 FACILITY_ITF, 7 FACILITY_WIN32, \
    8 FACILITY_WINDOWS, 9 FACILITY_SSPI, 11 FACILITY_CERT, 12 FACILITY_INTERNET, 15 FACILITY_SETUPAPI, 17 FACILITY_COMPLUS, \
    19 FACILITY_URT, 23 FACILITY_SXS, 25 FACILITY_HTTP, 26 FACILITY_USERMODE_COMMONLOG, \
    31 FACILITY_USERMODE_FILTER_MANAGER, 32 FACILITY_BACKGROUNDCOPY, 33 FACILITY_CONFIGURATION, \
    34 FACILITY_STATE_MANAGEMENT, 36 FACILITY_WINDOWSUPDATE, 38 FACILITY_GRAPHICS, 39 FACILITY_SHELL, \
    40 FACILITY_TPM_SERVICES, 41 FACILITY_TPM_SOFTWARE, 48 FACILITY_WINDOWS_SETUP, 49 FACILITY_FVE, \
    50 FACILITY_FWP, 51 FACILITY_WINRM, 52 FACILITY_NDIS, 53 FACILITY_USERMODE_HYPERVISOR, 54 FACILITY_CMI, \
    55 FACILITY_USERMODE_VIRTUALIZATION, 56 FACILITY_USERMODE_VOLMGR, 57 FACILITY_BCD, 58 FACILITY_USERMODE_VHD, \
    59 FACILITY_USERMODE_HNS, 61 FACILITY_WEBSERVICES, 65 FACILITY_QUIC, 66 FACILITY_EAP, 70 FACILITY_IORING, \
    80 FACILITY_WINDOWS_DEFENDER, 84 FACILITY_POWERSHELL, 103 FACILITY_STATEREPOSITORY, 109 FACILITY_VISUALCPP, \
    129 FACILITY_USN, 130 FACILITY_USERMODE_VOLSNAP, 135 FACILITY_DEVICE_UPDATE_AGENT, 136 FACILITY_DRVSERVICING, \
    176 FACILITY_DEBUGGERS, 208 FACILITY_DELIVERY_OPTIMIZATION, 231 FACILITY_USERMODE_SPACES, \
    232 FACILITY_USER_MODE_SECURITY_CORE, 234 FACILITY_USERMODE_LICENSING, 256 FACILITY_RESTORE, 885 FACILITY_WEB, \
    886 FACILITY_WEB_SOCKET, 1536 FACILITY_ACCELERATOR, 1968 FACILITY_SERVICE_FABRIC";

/// The facilities of NTSTATUS, from `ntstatus.h`.
const NTSTATUS: &str = "\
    1 FACILITY_DEBUGGER, 2 FACILITY_RPC_RUNTIME, 3 FACILITY_RPC_STUBS, 4 FACILITY_IO_ERROR_CODE, \
    5 FACILITY_MCA_ERROR_CODE, 7 FACILITY_NTWIN32, 8 FACILITY_NTCERT, 9 FACILITY_NTSSPI, \
    10 FACILITY_TERMINAL_SERVER, 16 FACILITY_USB_ERROR_CODE, 17 FACILITY_HID_ERROR_CODE, \
    19 FACILITY_CLUSTER_ERROR_CODE, 20 FACILITY_ACPI_ERROR_CODE, 21 FACILITY_SXS_ERROR_CODE, \
    25 FACILITY_TRANSACTION, 26 FACILITY_COMMONLOG, 27 FACILITY_VIDEO, 28 FACILITY_FILTER_MANAGER, \
    29 FACILITY_MONITOR, 30 FACILITY_GRAPHICS_KERNEL, 32 FACILITY_DRIVER_FRAMEWORK, 33 FACILITY_FVE_ERROR_CODE, \
    34 FACILITY_FWP_ERROR_CODE, 35 FACILITY_NDIS_ERROR_CODE, 36 FACILITY_QUIC_ERROR_CODE, 41 FACILITY_TPM, \
    42 FACILITY_RTPM, 53 FACILITY_HYPERVISOR, 54 FACILITY_IPSEC, 55 FACILITY_VIRTUALIZATION, 56 FACILITY_VOLMGR, \
    57 FACILITY_BCD_ERROR_CODE, 62 FACILITY_WIN32K_NTUSER, 64 FACILITY_RESUME_KEY_FILTER, 65 FACILITY_RDBSS, \
    67 FACILITY_SECUREBOOT, 69 FACILITY_VSM, 70 FACILITY_NT_IORING, 80 FACILITY_VOLSNAP, 81 FACILITY_SDBUS, \
    92 FACILITY_SHARED_VHDX, 93 FACILITY_SMB, 94 FACILITY_XVS, 231 FACILITY_SPACES, 232 FACILITY_SECURITY_CORE, \
    233 FACILITY_SYSTEM_INTEGRITY, 234 FACILITY_LICENSING, 235 FACILITY_PLATFORM_MANIFEST, 236 FACILITY_APP_EXEC";
