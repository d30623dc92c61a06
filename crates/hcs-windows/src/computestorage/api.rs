//! The functions of `computestorage.dll` with Rust's strings and handles. Documents are text.

use super::abi::Functions;
use crate::error::check;
use crate::wide::{Answered, Freed, Wide};
use hcs_host::Result;
use std::os::windows::io::{AsRawHandle, BorrowedHandle};
use std::sync::Arc;
use windows_sys::core::{HRESULT, PCWSTR};

/// The functions, bound.
#[derive(Clone, Debug)]
pub(crate) struct StorageCalls {
    functions: Arc<Functions>,
}

/// A function of one text.
type One = unsafe extern "system" fn(PCWSTR) -> HRESULT;
/// A function of two texts.
type Two = unsafe extern "system" fn(PCWSTR, PCWSTR) -> HRESULT;
/// A function of three texts.
type Three = unsafe extern "system" fn(PCWSTR, PCWSTR, PCWSTR) -> HRESULT;
/// A function of four texts.
type Four = unsafe extern "system" fn(PCWSTR, PCWSTR, PCWSTR, PCWSTR) -> HRESULT;

impl StorageCalls {
    /// Binds the functions.
    pub(crate) fn load() -> Result<Self> {
        Ok(StorageCalls { functions: Arc::new(Functions::load()?) })
    }

    /// `HcsImportLayer`.
    pub(crate) fn import(&self, layer: &str, source: &str, data: &str) -> Result<()> {
        three("import layer", self.functions.HcsImportLayer()?, [layer, source, data])
    }

    /// `HcsExportLayer`.
    pub(crate) fn export(&self, layer: &str, folder: &str, data: &str, options: &str) -> Result<()> {
        four("export layer", self.functions.HcsExportLayer()?, [layer, folder, data, options])
    }

    /// `HcsExportLegacyWritableLayer`.
    pub(crate) fn export_legacy(&self, mount: &str, layer: &str, folder: &str, data: &str) -> Result<()> {
        let function = self.functions.HcsExportLegacyWritableLayer()?;
        four("export writable layer mounted at", function, [mount, layer, folder, data])
    }

    /// `HcsDestroyLayer`.
    pub(crate) fn destroy(&self, layer: &str) -> Result<()> {
        one("destroy layer", self.functions.HcsDestroyLayer()?, layer)
    }

    /// `HcsSetupBaseOSLayer`; without a disk for containers.
    pub(crate) fn setup_base_layer(&self, layer: &str, disk: Option<BorrowedHandle<'_>>, options: &str) -> Result<()> {
        let operation = "set up base layer";
        let function = self.functions.HcsSetupBaseOSLayer()?;
        let wide = Wide::new(operation, layer)?;
        let options = Wide::new(operation, options)?;
        let handle = disk.map_or(std::ptr::null_mut(), |disk| disk.as_raw_handle());
        // SAFETY: the texts end with zeros, and the handle is open or none.
        let code = unsafe { function(wide.as_ptr(), handle, options.as_ptr()) };
        check(operation, layer, code)
    }

    /// `HcsSetupBaseOSVolume`.
    pub(crate) fn setup_base_volume(&self, layer: &str, volume: &str, options: &str) -> Result<()> {
        three("set up base layer", self.functions.HcsSetupBaseOSVolume()?, [layer, volume, options])
    }

    /// `HcsInitializeWritableLayer`.
    pub(crate) fn initialize(&self, layer: &str, data: &str, options: &str) -> Result<()> {
        three("set up writable layer", self.functions.HcsInitializeWritableLayer()?, [layer, data, options])
    }

    /// `HcsInitializeLegacyWritableLayer`.
    pub(crate) fn initialize_legacy(&self, mount: &str, layer: &str, data: &str, options: &str) -> Result<()> {
        let function = self.functions.HcsInitializeLegacyWritableLayer()?;
        four("set up writable layer mounted at", function, [mount, layer, data, options])
    }

    /// `HcsAttachLayerStorageFilter`.
    pub(crate) fn attach_filter(&self, layer: &str, data: &str) -> Result<()> {
        two("attach filter to", self.functions.HcsAttachLayerStorageFilter()?, [layer, data])
    }

    /// `HcsDetachLayerStorageFilter`.
    pub(crate) fn detach_filter(&self, layer: &str) -> Result<()> {
        one("detach filter from", self.functions.HcsDetachLayerStorageFilter()?, layer)
    }

    /// `HcsAttachOverlayFilter`.
    pub(crate) fn attach_overlay(&self, volume: &str, data: &str) -> Result<()> {
        two("attach overlay filter to", self.functions.HcsAttachOverlayFilter()?, [volume, data])
    }

    /// `HcsDetachOverlayFilter`.
    pub(crate) fn detach_overlay(&self, volume: &str, data: &str) -> Result<()> {
        two("detach overlay filter from", self.functions.HcsDetachOverlayFilter()?, [volume, data])
    }

    /// `HcsFormatWritableLayerVhd`. The file is for messages.
    pub(crate) fn format(&self, disk: BorrowedHandle<'_>, file: &str) -> Result<()> {
        let function = self.functions.HcsFormatWritableLayerVhd()?;
        // SAFETY: the handle is open.
        let code = unsafe { function(disk.as_raw_handle()) };
        check("format disk of layer", file, code)
    }

    /// `HcsGetLayerVhdMountPath`.
    pub(crate) fn mount_path(&self, disk: BorrowedHandle<'_>) -> Result<String> {
        let function = self.functions.HcsGetLayerVhdMountPath()?;
        let mut path = Answered::new(Freed::ByLocal);
        // SAFETY: the handle is open, and the place is writable and empty.
        let code = unsafe { function(disk.as_raw_handle(), path.place()) };
        check("find volume of disk", "", code)?;
        Ok(path.text())
    }
}

/// Calls a function of one text, which an error names.
fn one(operation: &str, function: One, text: &str) -> Result<()> {
    let wide = Wide::new(operation, text)?;
    // SAFETY: the text ends with a zero.
    let code = unsafe { function(wide.as_ptr()) };
    check(operation, text, code)
}

/// Calls a function of two texts, the first of which an error names.
fn two(operation: &str, function: Two, texts: [&str; 2]) -> Result<()> {
    let [first, second] = wide(operation, texts)?;
    // SAFETY: the texts end with zeros.
    let code = unsafe { function(first.as_ptr(), second.as_ptr()) };
    check(operation, texts[0], code)
}

/// Calls a function of three texts, the first of which an error names.
fn three(operation: &str, function: Three, texts: [&str; 3]) -> Result<()> {
    let [first, second, third] = wide(operation, texts)?;
    // SAFETY: the texts end with zeros.
    let code = unsafe { function(first.as_ptr(), second.as_ptr(), third.as_ptr()) };
    check(operation, texts[0], code)
}

/// Calls a function of four texts, the first of which an error names.
fn four(operation: &str, function: Four, texts: [&str; 4]) -> Result<()> {
    let [first, second, third, fourth] = wide(operation, texts)?;
    // SAFETY: the texts end with zeros.
    let code = unsafe { function(first.as_ptr(), second.as_ptr(), third.as_ptr(), fourth.as_ptr()) };
    check(operation, texts[0], code)
}

/// Texts as Windows reads them.
fn wide<const N: usize>(operation: &str, texts: [&str; N]) -> Result<[Wide; N]> {
    let wide: Vec<Wide> = texts.iter().map(|text| Wide::new(operation, text)).collect::<Result<_>>()?;
    Ok(wide.try_into().unwrap_or_else(|_| unreachable!("there are as many as there were")))
}
