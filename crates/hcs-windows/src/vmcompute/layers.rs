//! The layer calls of `vmcompute.dll` with Rust's strings.
//!
//! Layers are named by their whole paths, and the driver is the filter's, with no folder that names begin at. That is how
//! hcsshim (`internal/wclayer`) calls them. Lists of parents are nearest first.

use super::abi::{DriverInfo, Functions, LayerDescriptor};
use crate::error::check;
use crate::path;
use crate::wide::{Answered, Freed, Wide};
use hcs_host::Result;
use std::path::Path;
use std::sync::Arc;
use windows_sys::core::{GUID, HRESULT, PCWSTR};

/// The filter driver.
const FILTER: u32 = 1;
/// No text.
const EMPTY: &[u16; 1] = &[0];
/// The driver of all calls: layers are named by their whole paths.
const DRIVER: DriverInfo = DriverInfo { flavour: FILTER, home: EMPTY.as_ptr() };

/// A function of a layer alone.
type OfLayer = unsafe extern "system" fn(*const DriverInfo, PCWSTR) -> HRESULT;
/// A function of a path alone.
type OfPath = unsafe extern "system" fn(PCWSTR) -> HRESULT;

/// The parents of a layer, as the calls take them.
#[derive(Default)]
pub(crate) struct Parents {
    /// What the descriptors point to.
    paths: Vec<Wide>,
    descriptors: Vec<LayerDescriptor>,
}

impl Parents {
    /// Adds the next parent, which is below those that are there.
    fn push(&mut self, id: GUID, path: Wide) {
        self.descriptors.push(LayerDescriptor { id, flags: 0, path: path.as_ptr() });
        self.paths.push(path);
    }

    /// Where the calls find the first; nothing if there is none.
    fn first(&self) -> *const LayerDescriptor {
        if self.descriptors.is_empty() { std::ptr::null() } else { self.descriptors.as_ptr() }
    }

    /// How many there are.
    fn count(&self) -> u32 {
        u32::try_from(self.descriptors.len()).unwrap_or(u32::MAX)
    }
}

/// The layer calls.
#[derive(Clone, Debug)]
pub(crate) struct LayerCalls {
    functions: Arc<Functions>,
}

impl LayerCalls {
    /// Binds the calls.
    pub(crate) fn load() -> Result<Self> {
        Ok(LayerCalls { functions: Arc::new(Functions::load()?) })
    }

    /// `NameToGuid`.
    pub(crate) fn name_to_guid(&self, name: &str) -> Result<GUID> {
        let function = self.functions.NameToGuid()?;
        let operation = "compute layer id of";
        let wide = Wide::new(operation, name)?;
        let mut id = GUID::from_u128(0);
        // SAFETY: the name is text with a zero at its end, and the GUID is writable.
        let code = unsafe { function(wide.as_ptr(), &raw mut id) };
        check(operation, name, code)?;
        Ok(id)
    }

    /// The parents at these paths. Ids are computed from the last component of each, as everywhere that layers are used.
    pub(crate) fn parents(&self, paths: &[impl AsRef<Path>]) -> Result<Parents> {
        let mut parents = Parents::default();
        for layer in paths {
            let layer = layer.as_ref();
            let name = layer.file_name().unwrap_or_default();
            let id = self.name_to_guid(path::text("compute layer id of", Path::new(name))?)?;
            parents.push(id, path::wide("use layer", layer)?);
        }
        Ok(parents)
    }

    /// `ActivateLayer`.
    pub(crate) fn activate(&self, layer: &Path) -> Result<()> {
        of_layer("activate layer", self.functions.ActivateLayer()?, layer)
    }

    /// `DeactivateLayer`.
    pub(crate) fn deactivate(&self, layer: &Path) -> Result<()> {
        of_layer("deactivate layer", self.functions.DeactivateLayer()?, layer)
    }

    /// `UnprepareLayer`.
    pub(crate) fn unprepare(&self, layer: &Path) -> Result<()> {
        of_layer("unprepare layer", self.functions.UnprepareLayer()?, layer)
    }

    /// `DestroyLayer`.
    pub(crate) fn destroy(&self, layer: &Path) -> Result<()> {
        of_layer("destroy layer", self.functions.DestroyLayer()?, layer)
    }

    /// `ProcessBaseImage`.
    pub(crate) fn process_base_image(&self, layer: &Path) -> Result<()> {
        of_path("process base image", self.functions.ProcessBaseImage()?, layer)
    }

    /// `ProcessUtilityImage`.
    pub(crate) fn process_utility_image(&self, folder: &Path) -> Result<()> {
        of_path("process utility VM image", self.functions.ProcessUtilityImage()?, folder)
    }

    /// `PrepareLayer`.
    pub(crate) fn prepare(&self, layer: &Path, parents: &Parents) -> Result<()> {
        let operation = "prepare layer";
        let function = self.functions.PrepareLayer()?;
        let id = path::wide(operation, layer)?;
        // SAFETY: driver, id and descriptors are readable during the call, and the count is that of the descriptors.
        let code = unsafe { function(&DRIVER, id.as_ptr(), parents.first(), parents.count()) };
        check(operation, &layer.to_string_lossy(), code)
    }

    /// `CreateLayer`; without a parent it is a base layer.
    pub(crate) fn create(&self, layer: &Path, parent: Option<&Path>) -> Result<()> {
        let operation = "create layer";
        let function = self.functions.CreateLayer()?;
        let id = path::wide(operation, layer)?;
        let parent = path::wide(operation, parent.unwrap_or(Path::new("")))?;
        // SAFETY: driver and texts are readable during the call.
        let code = unsafe { function(&DRIVER, id.as_ptr(), parent.as_ptr()) };
        check(operation, &layer.to_string_lossy(), code)
    }

    /// `CreateSandboxLayer`. The name of the parent is left out, as hcsshim does: the descriptors have it.
    pub(crate) fn create_sandbox(&self, layer: &Path, parents: &Parents) -> Result<()> {
        let operation = "create writable layer";
        let function = self.functions.CreateSandboxLayer()?;
        let id = path::wide(operation, layer)?;
        // SAFETY: driver, id and descriptors are readable during the call, and the count is that of the descriptors.
        let code = unsafe { function(&DRIVER, id.as_ptr(), std::ptr::null(), parents.first(), parents.count()) };
        check(operation, &layer.to_string_lossy(), code)
    }

    /// `ExpandSandboxSize`.
    pub(crate) fn expand(&self, layer: &Path, bytes: u64) -> Result<()> {
        let operation = "expand layer";
        let function = self.functions.ExpandSandboxSize()?;
        let id = path::wide(operation, layer)?;
        // SAFETY: driver and id are readable during the call.
        let code = unsafe { function(&DRIVER, id.as_ptr(), bytes) };
        check(operation, &layer.to_string_lossy(), code)
    }

    /// `CopyLayer`.
    pub(crate) fn copy(&self, source: &Path, destination: &Path, parents: &Parents) -> Result<()> {
        let operation = "copy layer";
        let function = self.functions.CopyLayer()?;
        let from = path::wide(operation, source)?;
        let to = path::wide(operation, destination)?;
        // SAFETY: driver, texts and descriptors are readable during the call, and the count is that of the descriptors.
        let code = unsafe { function(&DRIVER, from.as_ptr(), to.as_ptr(), parents.first(), parents.count()) };
        check(operation, &source.to_string_lossy(), code)
    }

    /// `ImportLayer`.
    pub(crate) fn import(&self, layer: &Path, folder: &Path, parents: &Parents) -> Result<()> {
        let operation = "import layer";
        let function = self.functions.ImportLayer()?;
        let id = path::wide(operation, layer)?;
        let folder = path::wide(operation, folder)?;
        // SAFETY: driver, texts and descriptors are readable during the call, and the count is that of the descriptors.
        let code = unsafe { function(&DRIVER, id.as_ptr(), folder.as_ptr(), parents.first(), parents.count()) };
        check(operation, &layer.to_string_lossy(), code)
    }

    /// `ExportLayer`.
    pub(crate) fn export(&self, layer: &Path, folder: &Path, parents: &Parents) -> Result<()> {
        let operation = "export layer";
        let function = self.functions.ExportLayer()?;
        let id = path::wide(operation, layer)?;
        let folder = path::wide(operation, folder)?;
        // SAFETY: driver, texts and descriptors are readable during the call, and the count is that of the descriptors.
        let code = unsafe { function(&DRIVER, id.as_ptr(), folder.as_ptr(), parents.first(), parents.count()) };
        check(operation, &layer.to_string_lossy(), code)
    }

    /// `LayerExists`.
    pub(crate) fn exists(&self, layer: &Path) -> Result<bool> {
        let operation = "look for layer";
        let function = self.functions.LayerExists()?;
        let id = path::wide(operation, layer)?;
        let mut exists = 0;
        // SAFETY: driver and id are readable during the call, and the answer is writable.
        let code = unsafe { function(&DRIVER, id.as_ptr(), &raw mut exists) };
        check(operation, &layer.to_string_lossy(), code)?;
        Ok(exists != 0)
    }

    /// `GetLayerMountPath`: how long the path is with its zero, then the path itself.
    pub(crate) fn mount_path(&self, layer: &Path) -> Result<String> {
        let operation = "find volume of layer";
        let function = self.functions.GetLayerMountPath()?;
        let id = path::wide(operation, layer)?;
        let mut length = 0;
        // SAFETY: driver and id are readable during the call, the length is writable, and no path is asked for.
        let code = unsafe { function(&DRIVER, id.as_ptr(), &raw mut length, std::ptr::null_mut()) };
        check(operation, &layer.to_string_lossy(), code)?;
        let mut units = vec![0_u16; length.max(1)];
        length = units.len();
        // SAFETY: the same, and so many characters are writable.
        let code = unsafe { function(&DRIVER, id.as_ptr(), &raw mut length, units.as_mut_ptr()) };
        check(operation, &layer.to_string_lossy(), code)?;
        let end = units.iter().position(|&unit| unit == 0).unwrap_or(units.len());
        Ok(String::from_utf16_lossy(&units[..end]))
    }

    /// `GetBaseImages`: a document.
    pub(crate) fn base_images(&self) -> Result<String> {
        let function = self.functions.GetBaseImages()?;
        let mut images = Answered::new(Freed::ByCoTask);
        // SAFETY: the place is writable and empty.
        let code = unsafe { function(images.place()) };
        check("list base images", "", code)?;
        Ok(images.text())
    }

    /// `GrantVmAccess`.
    pub(crate) fn grant_vm_access(&self, machine: &str, file: &Path) -> Result<()> {
        let operation = "let virtual machine open";
        let function = self.functions.GrantVmAccess()?;
        let machine = Wide::new(operation, machine)?;
        let wide = path::wide(operation, file)?;
        // SAFETY: both are text with a zero at its end.
        let code = unsafe { function(machine.as_ptr(), wide.as_ptr()) };
        check(operation, &file.to_string_lossy(), code)
    }
}

/// Calls a function of a layer alone.
fn of_layer(operation: &str, function: OfLayer, layer: &Path) -> Result<()> {
    let id = path::wide(operation, layer)?;
    // SAFETY: driver and id are readable during the call.
    let code = unsafe { function(&DRIVER, id.as_ptr()) };
    check(operation, &layer.to_string_lossy(), code)
}

/// Calls a function of a path alone.
fn of_path(operation: &str, function: OfPath, path: &Path) -> Result<()> {
    let wide = path::wide(operation, path)?;
    // SAFETY: the path is text with a zero at its end.
    let code = unsafe { function(wide.as_ptr()) };
    check(operation, &path.to_string_lossy(), code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    /// As hcsshim's structures are, which Go lays out as C does.
    #[test]
    fn structures_are_laid_out_as_in_c() {
        let pointer = size_of::<usize>();
        assert_eq!((size_of::<DriverInfo>(), offset_of!(DriverInfo, home)), (2 * pointer, pointer));
        assert_eq!((offset_of!(LayerDescriptor, flags), offset_of!(LayerDescriptor, path)), (16, 16 + pointer.max(4)));
        assert_eq!(size_of::<LayerDescriptor>(), 16 + 2 * pointer);
    }

    #[test]
    fn descriptors_point_to_their_paths() {
        let mut parents = Parents::default();
        assert_eq!((parents.first(), parents.count()), (std::ptr::null(), 0));
        for (number, path) in [(1, "C:\\a"), (2, "C:\\b")] {
            parents.push(GUID::from_u128(number), Wide::new("use layer", path).unwrap());
        }
        let targets: Vec<PCWSTR> = parents.paths.iter().map(Wide::as_ptr).collect();
        assert_eq!(parents.descriptors.iter().map(|layer| layer.path).collect::<Vec<_>>(), targets);
        assert_eq!(parents.count(), 2);
    }
}
