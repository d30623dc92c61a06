//! `vmcompute.dll` as it is.
//!
//! Microsoft documents the functions of compute systems only in the form that `computecore.dll` has. These signatures are
//! those of hcsshim (`internal/vmcompute`, `internal/wclayer`, `internal/hns`), the program that drives this DLL everywhere.

use crate::library::functions;
use crate::pipe::Pipes;
use std::ffi::c_void;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::core::{GUID, HRESULT, PCWSTR, PWSTR};

/// A compute system.
pub(crate) type HcsSystem = *mut c_void;
/// A process of a compute system.
pub(crate) type HcsProcess = *mut c_void;
/// A registration for notifications.
pub(crate) type HcsCallback = *mut c_void;

/// What is called with notifications: kind, the context of the registration, an HRESULT, and data that is only there
/// during the call.
pub(crate) type NotificationCallback = unsafe extern "system" fn(u32, *mut c_void, HRESULT, PCWSTR);

/// `HCS_PROCESS_INFORMATION`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProcessInformation {
    pub(crate) process_id: u32,
    pub(crate) reserved: u32,
    pub(crate) std_input: HANDLE,
    pub(crate) std_output: HANDLE,
    pub(crate) std_error: HANDLE,
}

impl Default for ProcessInformation {
    fn default() -> Self {
        let none = std::ptr::null_mut();
        ProcessInformation { process_id: 0, reserved: 0, std_input: none, std_output: none, std_error: none }
    }
}

impl ProcessInformation {
    /// Takes over its handles.
    pub(crate) fn pipes(&self) -> Pipes {
        Pipes::new([self.std_input, self.std_output, self.std_error])
    }
}

/// Which driver has the layers, and where.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct DriverInfo {
    /// 0: differencing disks; 1: the filter driver.
    pub(crate) flavour: u32,
    /// The folder that names of layers begin at; empty where they are whole paths.
    pub(crate) home: PCWSTR,
}

/// `WC_LAYER_DESCRIPTOR`: a read-only layer.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct LayerDescriptor {
    pub(crate) id: GUID,
    /// The highest bit: the layer is dirty.
    pub(crate) flags: u32,
    pub(crate) path: PCWSTR,
}

functions! {
    /// The functions of `vmcompute.dll`.
    Functions of "vmcompute.dll",
        "turn on the Windows feature Containers (Install-WindowsFeature Containers) or Hyper-V, and start Windows again" {
        /// Lists compute systems.
        HcsEnumerateComputeSystems(query: PCWSTR, systems: *mut PWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Makes a compute system.
        HcsCreateComputeSystem(id: PCWSTR, configuration: PCWSTR, identity: HANDLE, system: *mut HcsSystem, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Opens a compute system.
        HcsOpenComputeSystem(id: PCWSTR, system: *mut HcsSystem, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Closes a compute system.
        HcsCloseComputeSystem(system: HcsSystem) -> HRESULT, since 14393;
        /// Starts a compute system.
        HcsStartComputeSystem(system: HcsSystem, options: PCWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Asks a compute system to end.
        HcsShutdownComputeSystem(system: HcsSystem, options: PCWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Ends a compute system by force.
        HcsTerminateComputeSystem(system: HcsSystem, options: PCWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Suspends a compute system.
        HcsPauseComputeSystem(system: HcsSystem, options: PCWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Lets a suspended compute system go on.
        HcsResumeComputeSystem(system: HcsSystem, options: PCWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Saves the state of a compute system.
        HcsSaveComputeSystem(system: HcsSystem, options: PCWSTR, result: *mut PWSTR) -> HRESULT, since 17134;
        /// Reads properties of a compute system.
        HcsGetComputeSystemProperties(system: HcsSystem, query: PCWSTR, properties: *mut PWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Changes a compute system.
        HcsModifyComputeSystem(system: HcsSystem, configuration: PCWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Asks for the notifications of a compute system.
        HcsRegisterComputeSystemCallback(system: HcsSystem, callback: NotificationCallback, context: *mut c_void, handle: *mut HcsCallback) -> HRESULT, since 14393;
        /// Ends the notifications of a compute system; waits for those that are being given.
        HcsUnregisterComputeSystemCallback(handle: HcsCallback) -> HRESULT, since 14393;
        /// Starts a process.
        HcsCreateProcess(system: HcsSystem, parameters: PCWSTR, information: *mut ProcessInformation, process: *mut HcsProcess, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Opens a process.
        HcsOpenProcess(system: HcsSystem, pid: u32, process: *mut HcsProcess, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Closes a process.
        HcsCloseProcess(process: HcsProcess) -> HRESULT, since 14393;
        /// Ends a process by force.
        HcsTerminateProcess(process: HcsProcess, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Signals a process.
        HcsSignalProcess(process: HcsProcess, options: PCWSTR, result: *mut PWSTR) -> HRESULT, since 17134;
        /// Gets the process id and new pipes of a process.
        HcsGetProcessInfo(process: HcsProcess, information: *mut ProcessInformation, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Reads properties of a process.
        HcsGetProcessProperties(process: HcsProcess, properties: *mut PWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Changes a process.
        HcsModifyProcess(process: HcsProcess, settings: PCWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Asks for the notifications of a process.
        HcsRegisterProcessCallback(process: HcsProcess, callback: NotificationCallback, context: *mut c_void, handle: *mut HcsCallback) -> HRESULT, since 14393;
        /// Ends the notifications of a process; waits for those that are being given.
        HcsUnregisterProcessCallback(handle: HcsCallback) -> HRESULT, since 14393;
        /// Reads properties of the service.
        HcsGetServiceProperties(query: PCWSTR, properties: *mut PWSTR, result: *mut PWSTR) -> HRESULT, since 14393;
        /// Changes the service.
        HcsModifyServiceSettings(settings: PCWSTR, result: *mut PWSTR) -> HRESULT, since 17763;

        /// Attaches the disk of a writable layer.
        ActivateLayer(info: *const DriverInfo, id: PCWSTR) -> HRESULT, since 14393;
        /// Copies a layer.
        CopyLayer(info: *const DriverInfo, source: PCWSTR, destination: PCWSTR, layers: *const LayerDescriptor, count: u32) -> HRESULT, since 14393;
        /// Makes a read-only layer.
        CreateLayer(info: *const DriverInfo, id: PCWSTR, parent: PCWSTR) -> HRESULT, since 14393;
        /// Makes a writable layer.
        CreateSandboxLayer(info: *const DriverInfo, id: PCWSTR, parent: PCWSTR, layers: *const LayerDescriptor, count: u32) -> HRESULT, since 14393;
        /// Detaches the disk of a writable layer.
        DeactivateLayer(info: *const DriverInfo, id: PCWSTR) -> HRESULT, since 14393;
        /// Removes a layer.
        DestroyLayer(info: *const DriverInfo, id: PCWSTR) -> HRESULT, since 14393;
        /// Gives a writable layer another size.
        ExpandSandboxSize(info: *const DriverInfo, id: PCWSTR, bytes: u64) -> HRESULT, since 14393;
        /// Writes a layer to a folder.
        ExportLayer(info: *const DriverInfo, id: PCWSTR, path: PCWSTR, layers: *const LayerDescriptor, count: u32) -> HRESULT, since 14393;
        /// Lists the base images that are shared by all.
        GetBaseImages(images: *mut PWSTR) -> HRESULT, since 14393;
        /// Tells the volume of a layer: its length in characters, with the zero, and with a buffer itself.
        GetLayerMountPath(info: *const DriverInfo, id: PCWSTR, length: *mut usize, path: PWSTR) -> HRESULT, since 14393;
        /// Lets a virtual machine open a file.
        GrantVmAccess(machine: PCWSTR, path: PCWSTR) -> HRESULT, since 14393;
        /// Makes a layer from a folder.
        ImportLayer(info: *const DriverInfo, id: PCWSTR, path: PCWSTR, layers: *const LayerDescriptor, count: u32) -> HRESULT, since 14393;
        /// Tells whether a layer is there.
        LayerExists(info: *const DriverInfo, id: PCWSTR, exists: *mut u32) -> HRESULT, since 14393;
        /// Computes the id of a layer from its name.
        NameToGuid(name: PCWSTR, guid: *mut GUID) -> HRESULT, since 14393;
        /// Attaches the filter that shows the layers below a writable layer.
        PrepareLayer(info: *const DriverInfo, id: PCWSTR, layers: *const LayerDescriptor, count: u32) -> HRESULT, since 14393;
        /// Finishes a base layer that was written file by file.
        ProcessBaseImage(path: PCWSTR) -> HRESULT, since 14393;
        /// Finishes the utility VM of a base layer.
        ProcessUtilityImage(path: PCWSTR) -> HRESULT, since 14393;
        /// Detaches the filter of a writable layer.
        UnprepareLayer(info: *const DriverInfo, id: PCWSTR) -> HRESULT, since 14393;

        /// Asks the Host Network Service, in its version 1.
        HNSCall(method: PCWSTR, path: PCWSTR, request: PCWSTR, response: *mut PWSTR) -> HRESULT, since 14393;
    }
}
