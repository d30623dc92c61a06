//! `computecore.dll` as it is.
//!
//! Signatures are those of Microsoft's documentation of the Host Compute Service, and for what it does not have, of
//! windows-sys and of hcsshim (`internal/computecore`).

use crate::library::functions;
use std::ffi::c_void;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Security::SECURITY_DESCRIPTOR;
use windows_sys::Win32::System::HostComputeSystem::{
    HCS_EVENT_CALLBACK, HCS_OPERATION, HCS_OPERATION_COMPLETION, HCS_PROCESS, HCS_PROCESS_INFORMATION, HCS_SYSTEM,
};
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

functions! {
    /// The functions of `computecore.dll`.
    Functions of "computecore.dll",
        "it comes with Windows Server 2019 (build 17763) and its feature Containers (Install-WindowsFeature Containers) or Hyper-V" {
        /// Makes an operation.
        HcsCreateOperation(context: *const c_void, callback: HCS_OPERATION_COMPLETION) -> HCS_OPERATION, since 17763;
        /// Makes an operation that tells of its progress.
        HcsCreateOperationWithNotifications(kinds: i32, context: *const c_void, callback: HCS_EVENT_CALLBACK) -> HCS_OPERATION, since 20348;
        /// Closes an operation.
        HcsCloseOperation(operation: HCS_OPERATION), since 17763;
        /// Gives an operation up.
        HcsCancelOperation(operation: HCS_OPERATION) -> HRESULT, since 17763;
        /// Reads what an operation was made with.
        HcsGetOperationContext(operation: HCS_OPERATION) -> *mut c_void, since 17763;
        /// Changes what an operation was made with.
        HcsSetOperationContext(operation: HCS_OPERATION, context: *const c_void) -> HRESULT, since 17763;
        /// Tells the system that an operation is for.
        HcsGetComputeSystemFromOperation(operation: HCS_OPERATION) -> HCS_SYSTEM, since 17763;
        /// Tells the process that an operation is for.
        HcsGetProcessFromOperation(operation: HCS_OPERATION) -> HCS_PROCESS, since 17763;
        /// Tells what an operation does.
        HcsGetOperationType(operation: HCS_OPERATION) -> i32, since 17763;
        /// Tells the number of an operation.
        HcsGetOperationId(operation: HCS_OPERATION) -> u64, since 17763;
        /// Reads the result of a complete operation.
        HcsGetOperationResult(operation: HCS_OPERATION, result: *mut PWSTR) -> HRESULT, since 17763;
        /// The same with the pipes of a new process.
        HcsGetOperationResultAndProcessInfo(operation: HCS_OPERATION, information: *mut HCS_PROCESS_INFORMATION, result: *mut PWSTR) -> HRESULT, since 17763;
        /// Reads properties of an operation.
        HcsGetOperationProperties(operation: HCS_OPERATION, options: PCWSTR, properties: *mut PWSTR) -> HRESULT, since 26100;
        /// Gives an operation a handle to work with.
        HcsAddResourceToOperation(operation: HCS_OPERATION, kind: i32, uri: PCWSTR, handle: HANDLE) -> HRESULT, since 20348;
        /// Sets what is called when an operation is complete.
        HcsSetOperationCallback(operation: HCS_OPERATION, context: *const c_void, callback: HCS_OPERATION_COMPLETION) -> HRESULT, since 17763;
        /// Waits for an operation.
        HcsWaitForOperationResult(operation: HCS_OPERATION, milliseconds: u32, result: *mut PWSTR) -> HRESULT, since 17763;
        /// The same with the pipes of a new process.
        HcsWaitForOperationResultAndProcessInfo(operation: HCS_OPERATION, milliseconds: u32, information: *mut HCS_PROCESS_INFORMATION, result: *mut PWSTR) -> HRESULT, since 17763;

        /// Lists systems.
        HcsEnumerateComputeSystems(query: PCWSTR, operation: HCS_OPERATION) -> HRESULT, since 17763;
        /// Lists systems of a namespace of ids.
        HcsEnumerateComputeSystemsInNamespace(namespace: PCWSTR, query: PCWSTR, operation: HCS_OPERATION) -> HRESULT, since 20348;
        /// Makes a system.
        HcsCreateComputeSystem(id: PCWSTR, configuration: PCWSTR, operation: HCS_OPERATION, security: *const SECURITY_DESCRIPTOR, system: *mut HCS_SYSTEM) -> HRESULT, since 17763;
        /// Makes a system in a namespace of ids.
        HcsCreateComputeSystemInNamespace(namespace: PCWSTR, id: PCWSTR, configuration: PCWSTR, operation: HCS_OPERATION, options: *const c_void, system: *mut HCS_SYSTEM) -> HRESULT, since 20348;
        /// Opens a system.
        HcsOpenComputeSystem(id: PCWSTR, access: u32, system: *mut HCS_SYSTEM) -> HRESULT, since 17763;
        /// Opens a system of a namespace of ids.
        HcsOpenComputeSystemInNamespace(namespace: PCWSTR, id: PCWSTR, access: u32, system: *mut HCS_SYSTEM) -> HRESULT, since 20348;
        /// Closes a system.
        HcsCloseComputeSystem(system: HCS_SYSTEM), since 17763;
        /// Starts a system.
        HcsStartComputeSystem(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 17763;
        /// Asks a system to end.
        HcsShutDownComputeSystem(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 17763;
        /// Ends a system by force.
        HcsTerminateComputeSystem(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 17763;
        /// Makes a system crash, for its dump.
        HcsCrashComputeSystem(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 17763;
        /// Suspends a system.
        HcsPauseComputeSystem(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 17763;
        /// Lets a suspended system go on.
        HcsResumeComputeSystem(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 17763;
        /// Saves the state of a system.
        HcsSaveComputeSystem(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 17763;
        /// Reads properties of a system.
        HcsGetComputeSystemProperties(system: HCS_SYSTEM, operation: HCS_OPERATION, query: PCWSTR) -> HRESULT, since 17763;
        /// Changes a system.
        HcsModifyComputeSystem(system: HCS_SYSTEM, operation: HCS_OPERATION, configuration: PCWSTR, identity: HANDLE) -> HRESULT, since 17763;
        /// Waits for the exit of a system.
        HcsWaitForComputeSystemExit(system: HCS_SYSTEM, milliseconds: u32, result: *mut PWSTR) -> HRESULT, since 20348;
        /// Sets what is called with the events of a system.
        HcsSetComputeSystemCallback(system: HCS_SYSTEM, options: i32, context: *const c_void, callback: HCS_EVENT_CALLBACK) -> HRESULT, since 17763;
        /// Makes the source of a live migration ready.
        HcsInitializeLiveMigrationOnSource(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 26100;
        /// Begins a live migration at its source.
        HcsStartLiveMigrationOnSource(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 26100;
        /// Begins the transfer of a live migration.
        HcsStartLiveMigrationTransfer(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 26100;
        /// Ends a live migration.
        HcsFinalizeLiveMigration(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 26100;
        /// Gives a live migration up.
        HcsCancelLiveMigration(system: HCS_SYSTEM, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 26100;

        /// Starts a process.
        HcsCreateProcess(system: HCS_SYSTEM, parameters: PCWSTR, operation: HCS_OPERATION, security: *const SECURITY_DESCRIPTOR, process: *mut HCS_PROCESS) -> HRESULT, since 17763;
        /// Opens a process.
        HcsOpenProcess(system: HCS_SYSTEM, pid: u32, access: u32, process: *mut HCS_PROCESS) -> HRESULT, since 17763;
        /// Closes a process.
        HcsCloseProcess(process: HCS_PROCESS), since 17763;
        /// Ends a process by force.
        HcsTerminateProcess(process: HCS_PROCESS, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 17763;
        /// Signals a process.
        HcsSignalProcess(process: HCS_PROCESS, operation: HCS_OPERATION, options: PCWSTR) -> HRESULT, since 17763;
        /// Gets the process id and new pipes of a process.
        HcsGetProcessInfo(process: HCS_PROCESS, operation: HCS_OPERATION) -> HRESULT, since 17763;
        /// Reads properties of a process.
        HcsGetProcessProperties(process: HCS_PROCESS, operation: HCS_OPERATION, query: PCWSTR) -> HRESULT, since 17763;
        /// Changes a process.
        HcsModifyProcess(process: HCS_PROCESS, operation: HCS_OPERATION, settings: PCWSTR) -> HRESULT, since 17763;
        /// Sets what is called with the events of a process.
        HcsSetProcessCallback(process: HCS_PROCESS, options: i32, context: *const c_void, callback: HCS_EVENT_CALLBACK) -> HRESULT, since 17763;
        /// Waits for the exit of a process.
        HcsWaitForProcessExit(process: HCS_PROCESS, milliseconds: u32, result: *mut PWSTR) -> HRESULT, since 20348;

        /// Reads properties of the service.
        HcsGetServiceProperties(query: PCWSTR, result: *mut PWSTR) -> HRESULT, since 17763;
        /// Changes the service.
        HcsModifyServiceSettings(settings: PCWSTR, result: *mut PWSTR) -> HRESULT, since 17763;
        /// Hands a report in to Windows Error Reporting.
        HcsSubmitWerReport(settings: PCWSTR) -> HRESULT, since 17763;

        /// Makes an empty file for the state of a virtual machine's firmware.
        HcsCreateEmptyGuestStateFile(path: PCWSTR) -> HRESULT, since 17763;
        /// Makes an empty file for the state of a virtual machine.
        HcsCreateEmptyRuntimeStateFile(path: PCWSTR) -> HRESULT, since 17763;
        /// Reads which features of processors a saved machine needs.
        HcsGetProcessorCompatibilityFromSavedState(path: PCWSTR, features: *mut PWSTR) -> HRESULT, since 20348;
        /// Lets a virtual machine open a file.
        HcsGrantVmAccess(machine: PCWSTR, path: PCWSTR) -> HRESULT, since 17763;
        /// Takes that back.
        HcsRevokeVmAccess(machine: PCWSTR, path: PCWSTR) -> HRESULT, since 17763;
        /// Lets every virtual machine open a file.
        HcsGrantVmGroupAccess(path: PCWSTR) -> HRESULT, since 19041;
        /// Takes that back.
        HcsRevokeVmGroupAccess(path: PCWSTR) -> HRESULT, since 19041;
    }
}
