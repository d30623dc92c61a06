//! How an operation of the service failed, and how a system ended: codes, texts, and who is to blame.
//!
//! The service gives a [`ResultError`] beside an HRESULT. Details are for people: Microsoft advises against depending on them,
//! so they are text here.

use super::ExitType;
use crate::HResult;
use crate::model::{object, words};

object! {
    /// A failure of an operation. Schema 2.1.
    pub struct ResultError {
        /// Its code.
        "Error" error: HResult,
        /// Its text.
        "ErrorMessage" error_message: String,
        /// Its details.
        "ErrorEvents" error_events: Vec<ErrorEvent>,
        /// Who is to blame (2.4).
        "Attribution" attribution: Vec<AttributionRecord>,
    }

    /// One detail of a failure, an event of Windows. Schema 2.1.
    pub struct ErrorEvent {
        /// Its text.
        "Message" message: String,
        /// Stack at the failure.
        "StackTrace" stack_trace: String,
        /// Id (GUID) of the event's provider.
        "Provider" provider: String,
        /// Number of the event.
        "EventId" event_id: u16,
        /// Its flags.
        "Flags" flags: u32,
        /// Where it comes from.
        "Source" source: String,
        /// Its data.
        "Data" data: Vec<EventData>,
    }

    /// A datum of an event. Schema 2.1.
    pub struct EventData {
        /// Its type: `String`, `UInt32`, `Guid` and others.
        "Type" kind: String,
        /// Its value.
        "Value" value: String,
    }

    /// Who is to blame: one of the fields is set. Schema 2.4.
    pub struct AttributionRecord {
        /// The worker process of the virtual machine ended.
        "WorkerExit" worker_exit: Option<WorkerExit>,
        /// The guest crashed.
        "GuestCrash" guest_crash: Option<GuestCrash>,
        /// A processor gave up.
        "TripleFault" triple_fault: Option<TripleFault>,
        /// Somebody on the host sent a non-maskable interrupt.
        "InjectNonMaskableInterrupt" inject_non_maskable_interrupt: Option<InjectNonMaskableInterrupt>,
        /// A call failed.
        "OperationFailure" operation_failure: Option<OperationFailure>,
        /// The system ended.
        "SystemExit" system_exit: Option<SystemExit>,
        /// A device failed.
        "VirtualDeviceFailure" virtual_device_failure: Option<VirtualDeviceFailure>,
    }

    /// The end of a worker process. Schema 2.4.
    pub struct WorkerExit {
        /// Its exit code.
        "ExitCode" exit_code: u32,
        /// In which way it ended: `Stopped`, `Saved`, `UnexpectedStop` and others.
        "Type" kind: String,
        /// Why: `PowerOff`, `GuestCrash`, `TripleFault` and others.
        "Detail" detail: String,
        /// Who wanted it.
        "Initiator" initiator: ExitInitiator,
    }

    /// A crash of a guest. Schema 2.4.
    pub struct GuestCrash {
        /// What the guest said; of Windows, the bug check code and its four values.
        "CrashParameters" crash_parameters: Vec<u64>,
    }

    /// A processor that gave up. Schema 2.4.
    pub struct TripleFault {
        /// Kind of fault.
        "ErrorType" error_type: u64,
    }

    /// A non-maskable interrupt from the host. Schema 2.4.
    pub struct InjectNonMaskableInterrupt {}

    /// A call that failed. Schema 2.4.
    pub struct OperationFailure {
        /// Which: `Construct`, `Start`, `ExecuteProcess` and others.
        "Detail" detail: String,
    }

    /// The end of a system. Schema 2.4.
    pub struct SystemExit {
        /// Why: `Shutdown`, `Terminate`, `ServiceStop`, `HcsApiFatalError` and others.
        "Detail" detail: String,
        /// Who wanted it.
        "Initiator" initiator: ExitInitiator,
    }

    /// A device that failed. Schema 2.4.
    pub struct VirtualDeviceFailure {
        /// At what: `Initialize`, `PowerOnCold` and others.
        "Detail" detail: String,
        /// Its name.
        "Name" name: String,
        /// Id (GUID) of its kind.
        "DeviceId" device_id: String,
        /// Its instance id (GUID).
        "InstanceId" instance_id: String,
    }

    /// How a system ended: what comes with `SYSTEM_EXITED`. Schema 2.1.
    pub struct SystemExitStatus {
        /// Its code.
        "Status" status: HResult,
        /// In which way (2.2).
        "ExitType" exit_type: ExitType,
        /// Who is to blame (2.4).
        "Attribution" attribution: Vec<AttributionRecord>,
    }

    /// A crash of a system: what comes with `SYSTEM_CRASH_INITIATED` and `SYSTEM_CRASH_REPORT`. Schema 2.1.
    pub struct CrashReport {
        /// Its id.
        "SystemId" system_id: String,
        /// Id (GUID) that correlates traces.
        "ActivityId" activity_id: String,
        /// More about a Windows guest, in a report only.
        "WindowsCrashInfo" windows_crash_info: Option<WindowsCrashReport>,
        /// What the guest said; of Windows, the bug check code and its four values (2.3).
        "CrashParameters" crash_parameters: Vec<u64>,
        /// What a Linux guest wrote at its end (2.3).
        "CrashLog" crash_log: String,
        /// How reporting went (2.4).
        "Status" status: HResult,
        /// What the guest calls its operating system (2.4).
        "PreOSId" pre_os_id: u32,
        /// Whether the guest could not write a dump (2.4).
        "CrashStackUnavailable" crash_stack_unavailable: bool,
    }

    /// A crash of a Windows guest. Schema 2.1.
    pub struct WindowsCrashReport {
        /// File of the dump, where its phase is `Complete`.
        "DumpFile" dump_file: String,
        /// Major version of the guest.
        "OsMajorVersion" os_major_version: u32,
        /// Minor version of the guest.
        "OsMinorVersion" os_minor_version: u32,
        /// Build of the guest.
        "OsBuildNumber" os_build_number: u32,
        /// Major version of its service pack.
        "OsServicePackMajorVersion" os_service_pack_major_version: u32,
        /// Minor version of its service pack.
        "OsServicePackMinorVersion" os_service_pack_minor_version: u32,
        /// Its suites, as bits.
        "OsSuiteMask" os_suite_mask: u32,
        /// Its product type.
        "OsProductType" os_product_type: u32,
        /// How writing the dump went.
        "Status" status: HResult,
        /// How far the dump came: `Inactive`, `CrashValues`, `Starting`, `Started`, `Writing` or `Complete`.
        "FinalPhase" final_phase: String,
    }
}

words! {
    /// Who wanted an end. Schema 2.4.
    pub enum ExitInitiator {
        /// Nobody.
        None = "None",
        /// The guest.
        GuestOs = "GuestOS",
        /// A program of the host.
        Client = "Client",
        /// The machine or the service, for an error.
        Internal = "Internal",
        /// It is not known, as when a process crashed.
        Unknown = "Unknown",
    }
}
