//! Files of virtual machines: their state, and who may open them.

use super::Computecore;
use crate::computecore::api::FileDeed;
use crate::document;
use crate::path::text;
use hcs_host::Result;
use hcs_schema::v2::ProcessorFeatureSet;
use std::path::Path;

/// Files of virtual machines. A machine has an account of its own, which may open no file of the host until it is let.
///
/// ```no_run
/// # fn example() -> hcs_host::Result<()> {
/// let files = hcs_windows::VirtualMachineFiles::open()?;
/// files.create_guest_state(r"C:\vms\web.vmgs".as_ref())?;
/// files.grant("2a6f4ad4-2f4e-4b79-8d4a-1b3f3d1d2c11", r"C:\vms\web.vmgs".as_ref())?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct VirtualMachineFiles(Computecore);

impl VirtualMachineFiles {
    /// Loads `computecore.dll`.
    ///
    /// # Errors
    /// `ERROR_MOD_NOT_FOUND` where Windows does not have it.
    pub fn open() -> Result<VirtualMachineFiles> {
        Computecore::open().map(VirtualMachineFiles)
    }

    fn file(&self, deed: FileDeed, path: &Path) -> Result<()> {
        self.0.functions.file(deed, text(deed.words(), path)?)
    }

    /// Makes an empty file for the state of a machine's firmware (`.vmgs`).
    #[doc(alias = "HcsCreateEmptyGuestStateFile")]
    pub fn create_guest_state(&self, path: &Path) -> Result<()> {
        self.file(FileDeed::CreateGuestState, path)
    }

    /// Makes an empty file for the state of a machine (`.vmrs`).
    #[doc(alias = "HcsCreateEmptyRuntimeStateFile")]
    pub fn create_runtime_state(&self, path: &Path) -> Result<()> {
        self.file(FileDeed::CreateRuntimeState, path)
    }

    /// The features of processors that a saved machine needs. Since build 20348.
    #[doc(alias = "HcsGetProcessorCompatibilityFromSavedState")]
    pub fn processor_features(&self, runtime_state: &Path) -> Result<ProcessorFeatureSet> {
        const WORDS: &str = "read the processor features that are needed by";
        let name = text(WORDS, runtime_state)?;
        document::read(WORDS, name, &self.0.functions.processor_features(name)?)
    }

    /// Lets a machine, by its GUID, open a file.
    #[doc(alias = "HcsGrantVmAccess")]
    pub fn grant(&self, machine: &str, path: &Path) -> Result<()> {
        self.0.functions.grant(machine, text("let a virtual machine open", path)?)
    }

    /// Takes that back.
    #[doc(alias = "HcsRevokeVmAccess")]
    pub fn revoke(&self, machine: &str, path: &Path) -> Result<()> {
        self.0.functions.revoke(machine, text("keep a virtual machine from", path)?)
    }

    /// Lets all machines open a file. Since build 19041.
    #[doc(alias = "HcsGrantVmGroupAccess")]
    pub fn grant_to_all(&self, path: &Path) -> Result<()> {
        self.file(FileDeed::GrantToAll, path)
    }

    /// Takes that back.
    #[doc(alias = "HcsRevokeVmGroupAccess")]
    pub fn revoke_from_all(&self, path: &Path) -> Result<()> {
        self.file(FileDeed::RevokeFromAll, path)
    }
}
