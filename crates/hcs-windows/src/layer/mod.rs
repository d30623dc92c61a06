//! Layers in folders, which `vmcompute.dll` and its filter driver (WCIFS) show as one tree.
//!
//! A layer is a folder. Those of an image are read-only and have their parents in `layerchain.json`; a container has a writable
//! one on top, whose changes are on a disk (`sandbox.vhdx`) in its folder. [`Layers::mount`] makes a volume of it.
//!
//! All calls block. Lists of parents are nearest first, the base last. Paths are whole and Unicode. Each layer has an id that
//! is computed from the last component of its path, so that a folder must keep its name.

mod chain;
mod images;
mod mount;

pub use chain::{layer_chain, write_layer_chain};
pub use images::BaseImage;

use crate::path::with_backslash;
use crate::virtdisk::safe::{Attachment, Disks};
use crate::vmcompute::layers::{LayerCalls, Parents};
use crate::{guid, volume};
use hcs_host::{Error, Result};
use hcs_schema::document::Version;
use hcs_schema::v2::{Layer, LayerData};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Name of a writable layer's disk.
const DISK: &str = "sandbox.vhdx";
/// The schema of documents of layers.
pub(crate) const SCHEMA: Version = Version { major: 2, minor: 1 };
/// How long mounting waits before it tries again.
const PAUSE: Duration = Duration::from_millis(100);
/// Only one filter is attached at a time: Windows runs into time-outs when there are more (hcsshim,
/// `internal/wclayer/preparelayer.go`).
static PREPARING: Mutex<()> = Mutex::new(());

/// The layers of this host.
///
/// ```no_run
/// # fn main() -> hcs_host::Result<()> {
/// use hcs_windows::{Layers, layer_chain};
/// use std::path::{Path, PathBuf};
///
/// let image = PathBuf::from(r"C:\layers\nanoserver");
/// let mut parents = vec![image.clone()];
/// parents.extend(layer_chain(&image)?);
///
/// let layers = Layers::load()?;
/// let scratch = Path::new(r"C:\containers\a");
/// layers.create_sandbox(scratch, &parents)?;
/// let volume = layers.mount(scratch, &parents)?;
/// println!("{volume} has the files");
/// layers.unmount(scratch)?;
/// layers.destroy(scratch)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Layers {
    calls: LayerCalls,
}

impl Layers {
    /// Binds the functions.
    ///
    /// # Errors
    /// This Windows does not have `vmcompute.dll`: the feature Containers is off.
    pub fn load() -> Result<Layers> {
        Ok(Layers { calls: LayerCalls::load()? })
    }

    /// Makes a read-only layer: an empty folder that files are put into. Without a parent it is a base layer.
    ///
    /// # Errors
    /// The folder is there already, or the parent is not.
    #[doc(alias = "CreateLayer")]
    pub fn create(&self, layer: &Path, parent: Option<&Path>) -> Result<()> {
        self.calls.create(layer, parent)
    }

    /// Makes a writable layer: its folder with a disk of 20 GB, copied from the base layer.
    ///
    /// # Errors
    /// The folder is there already, or a parent is no layer.
    #[doc(alias = "CreateSandboxLayer")]
    pub fn create_sandbox(&self, layer: &Path, parents: &[impl AsRef<Path>]) -> Result<()> {
        self.calls.create_sandbox(layer, &self.calls.parents(parents)?)
    }

    /// Gives the disk of a writable layer a greater size, in bytes, and the volume on it with it. The layer must not be mounted.
    ///
    /// # Errors
    /// The size is smaller than it is, or the layer is mounted.
    pub fn expand(&self, layer: &Path, bytes: u64) -> Result<()> {
        self.expand_disk(layer, bytes)?;
        let disk = Disks::load()?.open(&layer.join(DISK))?;
        disk.attach(&Attachment { drive_letter: true, ..Attachment::default() })?;
        let extended = self.mount_path(layer).and_then(|volume| volume::extend(&volume));
        // The first failure is the one to tell.
        extended.and(disk.detach())
    }

    /// Gives only the disk of a writable layer a greater size, in bytes. Its volume follows when the layer is prepared.
    ///
    /// # Errors
    /// The size is smaller than it is, or the layer is mounted.
    #[doc(alias = "ExpandSandboxSize")]
    pub fn expand_disk(&self, layer: &Path, bytes: u64) -> Result<()> {
        self.calls.expand(layer, bytes)
    }

    /// Mounts a writable layer and answers its volume, such as `\\?\Volume{…}\`, with a backslash at its end. A failure leaves
    /// nothing mounted. It is tried five times, 100 ms apart, while Windows says that the disk is not ready or gone.
    ///
    /// # Errors
    /// The layer is mounted already, or a parent is no layer.
    pub fn mount(&self, layer: &Path, parents: &[impl AsRef<Path>]) -> Result<String> {
        let parents = self.calls.parents(parents)?;
        mount::mount(&mut OfLayer { layers: self, layer, parents: &parents })
    }

    /// Unmounts a writable layer. Its disk is detached even if its filter is not there.
    ///
    /// # Errors
    /// A file on it is open, or it is not mounted. The first failure of both steps is answered.
    pub fn unmount(&self, layer: &Path) -> Result<()> {
        mount::unmount(&mut OfLayer { layers: self, layer, parents: &Parents::default() })
    }

    /// Attaches the disk of a writable layer, the first half of [`Layers::mount`].
    ///
    /// # Errors
    /// It is no writable layer.
    #[doc(alias = "ActivateLayer")]
    pub fn activate(&self, layer: &Path) -> Result<()> {
        self.calls.activate(layer)
    }

    /// Attaches the filter that shows the parents of an activated layer, the second half of [`Layers::mount`].
    ///
    /// # Errors
    /// The layer is not activated, or a parent is no layer.
    #[doc(alias = "PrepareLayer")]
    pub fn prepare(&self, layer: &Path, parents: &[impl AsRef<Path>]) -> Result<()> {
        self.prepare_with(layer, &self.calls.parents(parents)?)
    }

    /// Attaches the disk of a writable layer as [`Layers::mount`] does: five times, while Windows says that it is not ready.
    ///
    /// # Errors
    /// It is no writable layer.
    pub fn activate_patiently(&self, layer: &Path) -> Result<()> {
        mount::activate(&mut OfLayer { layers: self, layer, parents: &Parents::default() })
    }

    /// Attaches the filter of an activated layer as [`Layers::mount`] does: five times, while Windows says that the disk is not
    /// ready or gone, with its disk attached anew each time.
    ///
    /// # Errors
    /// The layer is not activated, or a parent is no layer.
    pub fn prepare_patiently(&self, layer: &Path, parents: &[impl AsRef<Path>]) -> Result<()> {
        let parents = self.calls.parents(parents)?;
        mount::prepare(&mut OfLayer { layers: self, layer, parents: &parents })
    }

    /// The volume of an activated layer, with a backslash at its end; of a read-only layer, its folder.
    ///
    /// # Errors
    /// The layer is not activated.
    #[doc(alias = "GetLayerMountPath")]
    pub fn mount_path(&self, layer: &Path) -> Result<String> {
        let path = self.calls.mount_path(layer)?;
        if path.is_empty() {
            let message = "Windows names no volume for it: it is not activated";
            return Err(Error::invalid_state("find volume of layer", &layer.to_string_lossy(), message));
        }
        Ok(with_backslash(&path))
    }

    /// Detaches the filter of a layer.
    ///
    /// # Errors
    /// It has none.
    #[doc(alias = "UnprepareLayer")]
    pub fn unprepare(&self, layer: &Path) -> Result<()> {
        self.calls.unprepare(layer)
    }

    /// Detaches the disk of a layer.
    ///
    /// # Errors
    /// It has none, or a file on it is open.
    #[doc(alias = "DeactivateLayer")]
    pub fn deactivate(&self, layer: &Path) -> Result<()> {
        self.calls.deactivate(layer)
    }

    /// Removes a layer and its folder, which the caller often could not: files in it belong to the system.
    ///
    /// # Errors
    /// The layer is mounted.
    #[doc(alias = "DestroyLayer")]
    pub fn destroy(&self, layer: &Path) -> Result<()> {
        self.calls.destroy(layer)
    }

    /// Whether a layer is there.
    ///
    /// # Errors
    /// The path cannot be looked at.
    #[doc(alias = "LayerExists")]
    pub fn exists(&self, layer: &Path) -> Result<bool> {
        self.calls.exists(layer)
    }

    /// Copies a layer that has these parents.
    ///
    /// # Errors
    /// The destination is there already.
    #[doc(alias = "CopyLayer")]
    pub fn copy(&self, source: &Path, destination: &Path, parents: &[impl AsRef<Path>]) -> Result<()> {
        self.calls.copy(source, destination, &self.calls.parents(parents)?)
    }

    /// Makes a layer of a folder in the transport format, in which [`Layers::export`] writes it. The caller needs the privileges
    /// `SeBackupPrivilege` and `SeRestorePrivilege`.
    ///
    /// # Errors
    /// The folder is not in that format.
    #[doc(alias = "ImportLayer")]
    pub fn import(&self, layer: &Path, folder: &Path, parents: &[impl AsRef<Path>]) -> Result<()> {
        self.calls.import(layer, folder, &self.calls.parents(parents)?)
    }

    /// Writes what differs between a layer and its parents to a folder, in the transport format. The caller needs the privileges
    /// `SeBackupPrivilege` and `SeRestorePrivilege`.
    ///
    /// # Errors
    /// The folder cannot be written.
    #[doc(alias = "ExportLayer")]
    pub fn export(&self, layer: &Path, folder: &Path, parents: &[impl AsRef<Path>]) -> Result<()> {
        self.calls.export(layer, folder, &self.calls.parents(parents)?)
    }

    /// Lets a virtual machine open a file, such as a disk. The id is that of the compute system.
    ///
    /// # Errors
    /// There is no such file, or no such machine.
    #[doc(alias = "GrantVmAccess")]
    pub fn grant_vm_access(&self, machine: &str, file: &Path) -> Result<()> {
        self.calls.grant_vm_access(machine, file)
    }

    /// Finishes a base layer that was written file by file: makes its hives and its blank disks.
    ///
    /// # Errors
    /// Files that a base layer has are missing.
    #[doc(alias = "ProcessBaseImage")]
    pub fn process_base_image(&self, layer: &Path) -> Result<()> {
        self.calls.process_base_image(layer)
    }

    /// Finishes the utility VM of a base layer: `UtilityVM` in its folder.
    ///
    /// # Errors
    /// Files that a utility VM has are missing.
    #[doc(alias = "ProcessUtilityImage")]
    pub fn process_utility_image(&self, folder: &Path) -> Result<()> {
        self.calls.process_utility_image(folder)
    }

    /// The id (GUID) of the layer whose folder has this name.
    ///
    /// # Errors
    /// The name is not one that Windows takes.
    #[doc(alias = "NameToGuid")]
    pub fn name_to_guid(&self, name: &str) -> Result<String> {
        Ok(guid::format(&self.calls.name_to_guid(name)?))
    }

    /// The id (GUID) of the layer with this path, as documents of containers name it.
    ///
    /// # Errors
    /// The path has no name at its end.
    pub fn id(&self, layer: &Path) -> Result<String> {
        let operation = "compute layer id of";
        let name = layer.file_name().ok_or_else(|| {
            Error::invalid(operation, &layer.to_string_lossy(), "a layer is a folder, and this path names none")
        })?;
        self.name_to_guid(crate::path::text(operation, Path::new(name))?)
    }

    /// The document of these layers, nearest first, as the calls of [`Storage`](crate::Storage) take it.
    ///
    /// # Errors
    /// A path has no name at its end.
    pub fn layer_data(&self, layers: &[impl AsRef<Path>]) -> Result<LayerData> {
        let mut data = LayerData { schema_version: Some(SCHEMA), ..LayerData::default() };
        for layer in layers {
            let path = crate::path::text("use layer", layer.as_ref())?.to_owned();
            data.layers.push(Layer { id: self.id(layer.as_ref())?, path, ..Layer::default() });
        }
        Ok(data)
    }

    /// The base images that are shared by everybody on the host.
    ///
    /// # Errors
    /// What Windows answers cannot be read.
    #[doc(alias = "GetBaseImages")]
    pub fn base_images(&self) -> Result<Vec<BaseImage>> {
        images::parse(&self.calls.base_images()?).map_err(|error| {
            let message = format!("Windows answers what cannot be read ({error})");
            Error::new("list base images", "", hcs_schema::HResult::ERROR_INVALID_DATA, message)
        })
    }

    fn prepare_with(&self, layer: &Path, parents: &Parents) -> Result<()> {
        let _one_at_a_time = PREPARING.lock().unwrap_or_else(PoisonError::into_inner);
        self.calls.prepare(layer, parents)
    }
}

/// The steps of mounting a layer.
struct OfLayer<'a> {
    layers: &'a Layers,
    layer: &'a Path,
    parents: &'a Parents,
}

impl mount::Steps for OfLayer<'_> {
    fn activate(&mut self) -> Result<()> {
        self.layers.activate(self.layer)
    }

    fn prepare(&mut self) -> Result<()> {
        self.layers.prepare_with(self.layer, self.parents)
    }

    fn volume(&mut self) -> Result<String> {
        self.layers.mount_path(self.layer)
    }

    fn unprepare(&mut self) -> Result<()> {
        self.layers.unprepare(self.layer)
    }

    fn deactivate(&mut self) -> Result<()> {
        self.layers.deactivate(self.layer)
    }

    fn pause(&mut self) {
        std::thread::sleep(PAUSE);
    }
}
