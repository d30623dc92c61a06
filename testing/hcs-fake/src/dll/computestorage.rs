//! `computestorage.dll`: each function becomes a call of the service.
#![cfg(windows)]

use hcs_fake::export::{DiskHandle, LocalText};
use hcs_fake::exports;
use windows_sys::core::PCWSTR;

exports! { "computestorage":
    /// Attaches the filter that shows the layers below a writable layer.
    HcsAttachLayerStorageFilter(layer_path: PCWSTR, layer_data: PCWSTR);
    /// The same, with any type of filter.
    HcsAttachOverlayFilter(volume_path: PCWSTR, layer_data: PCWSTR);
    /// Removes a layer.
    HcsDestroyLayer(layer_path: PCWSTR);
    /// Detaches the filter of a writable layer.
    HcsDetachLayerStorageFilter(layer_path: PCWSTR);
    /// The same, with any type of filter.
    HcsDetachOverlayFilter(volume_path: PCWSTR, layer_data: PCWSTR);
    /// Writes a layer to a folder.
    HcsExportLayer(layer_path: PCWSTR, export_folder_path: PCWSTR, layer_data: PCWSTR, options: PCWSTR);
    /// Writes a writable layer of the older kind to a folder.
    HcsExportLegacyWritableLayer(
        writable_layer_mount_path: PCWSTR,
        writable_layer_folder_path: PCWSTR,
        export_folder_path: PCWSTR,
        layer_data: PCWSTR,
    );
    /// Formats the disk of a writable layer.
    HcsFormatWritableLayerVhd(vhd_handle: DiskHandle);
    /// Tells the volume of a disk.
    HcsGetLayerVhdMountPath(vhd_handle: DiskHandle, mount_path: LocalText);
    /// Makes a layer from a folder.
    HcsImportLayer(layer_path: PCWSTR, source_folder_path: PCWSTR, layer_data: PCWSTR);
    /// Makes a writable layer of the older kind.
    HcsInitializeLegacyWritableLayer(
        writable_layer_mount_path: PCWSTR,
        writable_layer_folder_path: PCWSTR,
        layer_data: PCWSTR,
        options: PCWSTR,
    );
    /// Makes a writable layer.
    HcsInitializeWritableLayer(writable_layer_path: PCWSTR, layer_data: PCWSTR, options: PCWSTR);
    /// Finishes a base layer.
    HcsSetupBaseOSLayer(layer_path: PCWSTR, vhd_handle: DiskHandle, options: PCWSTR);
    /// Finishes a base layer on a volume.
    HcsSetupBaseOSVolume(layer_path: PCWSTR, volume_path: PCWSTR, options: PCWSTR);
}
