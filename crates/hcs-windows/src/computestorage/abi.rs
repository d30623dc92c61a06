//! `computestorage.dll` as it is.
//!
//! Signatures are those of Microsoft's reference (`virtualization/api/hcs`) and `windows-sys`; the two of overlay filters,
//! which neither has, are hcsshim's (`computestorage/storage.go`).

use crate::library::functions;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

functions! {
    /// The functions of `computestorage.dll`.
    Functions of "computestorage.dll",
        "it comes with build 17763 and the Windows feature Containers (Install-WindowsFeature Containers) or Hyper-V" {
        /// Makes a layer of files in the transport format.
        HcsImportLayer(layer: PCWSTR, source: PCWSTR, data: PCWSTR) -> HRESULT, since 17763;
        /// Writes a layer in the transport format.
        HcsExportLayer(layer: PCWSTR, folder: PCWSTR, data: PCWSTR, options: PCWSTR) -> HRESULT, since 17763;
        /// Writes a writable layer that uses the old format in the transport format.
        HcsExportLegacyWritableLayer(mount: PCWSTR, layer: PCWSTR, folder: PCWSTR, data: PCWSTR) -> HRESULT, since 17763;
        /// Removes a layer.
        HcsDestroyLayer(layer: PCWSTR) -> HRESULT, since 17763;
        /// Sets up the base layer of an operating system.
        HcsSetupBaseOSLayer(layer: PCWSTR, disk: HANDLE, options: PCWSTR) -> HRESULT, since 17763;
        /// Sets up the base layer of an operating system on a mounted volume.
        HcsSetupBaseOSVolume(layer: PCWSTR, volume: PCWSTR, options: PCWSTR) -> HRESULT, since 19645;
        /// Sets up a writable layer.
        HcsInitializeWritableLayer(layer: PCWSTR, data: PCWSTR, options: PCWSTR) -> HRESULT, since 17763;
        /// Sets up a writable layer that uses the old format.
        HcsInitializeLegacyWritableLayer(mount: PCWSTR, layer: PCWSTR, data: PCWSTR, options: PCWSTR) -> HRESULT, since 17763;
        /// Attaches the filter that shows the layers below a writable layer.
        HcsAttachLayerStorageFilter(layer: PCWSTR, data: PCWSTR) -> HRESULT, since 17763;
        /// Detaches the filter.
        HcsDetachLayerStorageFilter(layer: PCWSTR) -> HRESULT, since 17763;
        /// Attaches a filter of a given kind.
        HcsAttachOverlayFilter(volume: PCWSTR, data: PCWSTR) -> HRESULT, since 26100;
        /// Detaches a filter of a given kind.
        HcsDetachOverlayFilter(volume: PCWSTR, data: PCWSTR) -> HRESULT, since 26100;
        /// Formats the disk of a writable layer.
        HcsFormatWritableLayerVhd(disk: HANDLE) -> HRESULT, since 17763;
        /// Tells the volume of an attached disk.
        HcsGetLayerVhdMountPath(disk: HANDLE, path: *mut PWSTR) -> HRESULT, since 17763;
    }
}
