//! Layers since Server 2019, with typed documents.

use super::api::StorageCalls;
use crate::document;
use crate::layer::SCHEMA;
use crate::outcome::io_error;
use crate::path::{text, with_backslash};
use crate::version::windows_version;
use crate::virtdisk::safe::{Disk, Disks};
use hcs_host::{Error, Result};
use hcs_schema::v2::{ExportLayerOptions, FileSystemFilterType, LayerData, OsLayerOptions, OsLayerType};
use std::fs::OpenOptions;
use std::os::windows::io::AsHandle;
use std::path::Path;

/// The last build on which a disk is formatted by a handle to its file (Server 2019).
const FORMATS_FILES: u32 = 17763;
/// The first build that sets up a base layer on a volume.
const SETS_UP_VOLUMES: u32 = 19645;

/// The layers of this host, by `computestorage.dll`. It makes the parts that [`Layers`](crate::Layers) makes in one step, and
/// shows layers of other kinds.
///
/// Lists of layers in documents are upper-most first. Sources: Microsoft's reference
/// (<https://learn.microsoft.com/virtualization/api/hcs/reference/apioverview>) and hcsshim (`computestorage`).
///
/// ```no_run
/// # fn main() -> hcs_host::Result<()> {
/// use hcs_windows::{Attachment, Disks, Layers, NewDisk, Storage};
///
/// let storage = Storage::load()?;
/// let file = r"C:\containers\a\sandbox.vhdx".as_ref();
/// let disks = Disks::load()?;
/// drop(disks.create(file, &NewDisk { size: 20 << 30, block_size: 1 << 20, parent: None })?);
/// storage.format_writable_layer_disk(file)?;
///
/// let disk = disks.open(file)?;
/// disk.attach(&Attachment::default())?;
/// let volume = storage.disk_mount_path(&disk)?;
/// let data = Layers::load()?.layer_data(&[r"C:\layers\nanoserver"])?;
/// storage.initialize_writable_layer(volume.as_ref(), &data)?;
/// storage.attach_layer_storage_filter(volume.as_ref(), &data)?;
/// storage.detach_layer_storage_filter(volume.as_ref())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Storage {
    calls: StorageCalls,
}

impl Storage {
    /// Binds the functions.
    ///
    /// # Errors
    /// This Windows is older than build 17763, or its feature Containers is off.
    pub fn load() -> Result<Storage> {
        Ok(Storage { calls: StorageCalls::load()? })
    }

    /// Makes a read-only layer of a folder in the transport format. The caller needs the privileges `SeBackupPrivilege` and
    /// `SeRestorePrivilege`.
    ///
    /// # Errors
    /// The folder is not in that format, or a layer of the document is none.
    #[doc(alias = "HcsImportLayer")]
    pub fn import_layer(&self, layer: &Path, source: &Path, parents: &LayerData) -> Result<()> {
        let operation = "import layer";
        self.calls.import(text(operation, layer)?, text(operation, source)?, &document::write(parents))
    }

    /// Writes a layer to a folder, which must be there, in the transport format. The caller needs the privileges
    /// `SeBackupPrivilege` and `SeRestorePrivilege`. A writable layer is named by where it is mounted.
    ///
    /// # Errors
    /// The folder cannot be written, or a layer of the document is none.
    #[doc(alias = "HcsExportLayer")]
    pub fn export_layer(
        &self,
        layer: &Path,
        folder: &Path,
        parents: &LayerData,
        options: &ExportLayerOptions,
    ) -> Result<()> {
        let operation = "export layer";
        let layer = text(operation, layer)?;
        let layer = if options.is_writable_layer { with_backslash(layer) } else { layer.to_owned() };
        self.calls.export(&layer, text(operation, folder)?, &document::write(parents), &document::write(options))
    }

    /// Writes a writable layer, whose changes are partly in its folder, to another folder in the transport format.
    ///
    /// # Errors
    /// The folder cannot be written, or a layer of the document is none.
    #[doc(alias = "HcsExportLegacyWritableLayer")]
    pub fn export_legacy_writable_layer(
        &self,
        mount: &Path,
        layer: &Path,
        folder: &Path,
        parents: &LayerData,
    ) -> Result<()> {
        let operation = "export writable layer mounted at";
        let mount = with_backslash(text(operation, mount)?);
        let (layer, folder) = (text(operation, layer)?, text(operation, folder)?);
        self.calls.export_legacy(&mount, layer, folder, &document::write(parents))
    }

    /// Removes a layer and its folder.
    ///
    /// # Errors
    /// The layer is mounted.
    #[doc(alias = "HcsDestroyLayer")]
    pub fn destroy_layer(&self, layer: &Path) -> Result<()> {
        self.calls.destroy(text("destroy layer", layer)?)
    }

    /// Sets up the base layer of an operating system: its hives and, for a virtual machine, the disk that it starts from, which
    /// must be attached.
    ///
    /// # Errors
    /// There is a disk for containers or none for a virtual machine; the folders `Hives` and `Layout` are there already.
    #[doc(alias = "HcsSetupBaseOSLayer")]
    pub fn setup_base_os_layer(&self, layer: &Path, disk: Option<&Disk>, options: &OsLayerOptions) -> Result<()> {
        let operation = "set up base layer";
        let layer = text(operation, layer)?;
        let is_for_machine = options.kind == OsLayerType::Vm;
        if is_for_machine != disk.is_some() {
            let message = "the layer of a virtual machine needs an attached disk, and that of containers has none";
            return Err(Error::invalid(operation, layer, message));
        }
        self.calls.setup_base_layer(layer, disk.map(AsHandle::as_handle), &document::write(options))
    }

    /// Sets up the base layer of an operating system on a mounted volume; since build 19645.
    ///
    /// # Errors
    /// This Windows is older.
    #[doc(alias = "HcsSetupBaseOSVolume")]
    pub fn setup_base_os_volume(&self, layer: &Path, volume: &Path, options: &OsLayerOptions) -> Result<()> {
        let operation = "set up base layer";
        let layer = text(operation, layer)?;
        let build = windows_version().build;
        if build < SETS_UP_VOLUMES {
            let message = format!(
                "Windows sets up base layers on volumes since build {SETS_UP_VOLUMES}, and this is {build}: use a disk"
            );
            return Err(Error::unsupported(operation, layer, message));
        }
        let volume = with_backslash(text(operation, volume)?);
        self.calls.setup_base_volume(layer, &volume, &document::write(options))
    }

    /// Sets up a writable layer: the volume of its formatted, attached disk.
    ///
    /// # Errors
    /// The volume is not empty, or a layer of the document is none.
    #[doc(alias = "HcsInitializeWritableLayer")]
    pub fn initialize_writable_layer(&self, volume: &Path, parents: &LayerData) -> Result<()> {
        let volume = with_backslash(text("set up writable layer", volume)?);
        // No Windows has options so far.
        self.calls.initialize(&volume, &document::write(parents), "")
    }

    /// Sets up a writable layer that keeps its changes partly in its folder.
    ///
    /// # Errors
    /// The volume is not empty, or a layer of the document is none.
    #[doc(alias = "HcsInitializeLegacyWritableLayer")]
    pub fn initialize_legacy_writable_layer(&self, mount: &Path, layer: &Path, parents: &LayerData) -> Result<()> {
        let operation = "set up writable layer mounted at";
        let mount = with_backslash(text(operation, mount)?);
        // No Windows has options so far.
        self.calls.initialize_legacy(&mount, text(operation, layer)?, &document::write(parents), "")
    }

    /// Attaches the filter that shows the layers below a writable layer, whose volume this is.
    ///
    /// # Errors
    /// There is a filter already, or a layer of the document is none.
    #[doc(alias = "HcsAttachLayerStorageFilter")]
    pub fn attach_layer_storage_filter(&self, volume: &Path, parents: &LayerData) -> Result<()> {
        let volume = with_backslash(text("attach filter to", volume)?);
        self.calls.attach_filter(&volume, &document::write(parents))
    }

    /// Detaches the filter from a volume.
    ///
    /// # Errors
    /// There is none.
    #[doc(alias = "HcsDetachLayerStorageFilter")]
    pub fn detach_layer_storage_filter(&self, volume: &Path) -> Result<()> {
        self.calls.detach_filter(&with_backslash(text("detach filter from", volume)?))
    }

    /// Attaches a filter of the kind that the document says to a writable volume; for composite images, `UnionFS`.
    ///
    /// # Errors
    /// This Windows does not have the function, or there is a filter already.
    #[doc(alias = "HcsAttachOverlayFilter")]
    pub fn attach_overlay_filter(&self, volume: &Path, parents: &LayerData) -> Result<()> {
        let volume = with_backslash(text("attach overlay filter to", volume)?);
        self.calls.attach_overlay(&volume, &document::write(parents))
    }

    /// Detaches a filter of a kind from a volume.
    ///
    /// # Errors
    /// This Windows does not have the function, or there is no such filter.
    #[doc(alias = "HcsDetachOverlayFilter")]
    pub fn detach_overlay_filter(&self, volume: &Path, kind: FileSystemFilterType) -> Result<()> {
        let volume = with_backslash(text("detach overlay filter from", volume)?);
        let data = LayerData { schema_version: Some(SCHEMA), filter_type: kind, ..LayerData::default() };
        self.calls.detach_overlay(&volume, &document::write(&data))
    }

    /// Formats the disk of a writable layer, which nobody has open.
    ///
    /// # Errors
    /// There is no such disk, or somebody uses it.
    #[doc(alias = "HcsFormatWritableLayerVhd")]
    pub fn format_writable_layer_disk(&self, file: &Path) -> Result<()> {
        let name = file.to_string_lossy();
        // Server 2019 wants a handle to the file, those after it a handle to the disk (hcsshim, `computestorage/format.go`).
        if windows_version().build > FORMATS_FILES {
            return self.calls.format(Disks::load()?.open(file)?.as_handle(), &name);
        }
        let open = OpenOptions::new().read(true).write(true).open(file);
        let open = open.map_err(|error| io_error("format disk of layer", &name, &error))?;
        self.calls.format(open.as_handle(), &name)
    }

    /// The volume of an attached disk that has one, such as `\\?\Volume{…}\`, with a backslash at its end.
    ///
    /// # Errors
    /// The disk is not attached or not formatted.
    #[doc(alias = "HcsGetLayerVhdMountPath")]
    pub fn disk_mount_path(&self, disk: &Disk) -> Result<String> {
        Ok(with_backslash(&self.calls.mount_path(disk.as_handle())?))
    }
}
