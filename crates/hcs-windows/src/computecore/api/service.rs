//! The service itself, and files of virtual machines, through `computecore.dll`.

use super::answered;
use crate::computecore::abi::Functions;
use crate::error;
use crate::wide::Wide;
use hcs_host::Result;
use windows_sys::core::{HRESULT, PCWSTR};

/// A deed with a file of virtual machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileDeed {
    /// Make one for the state of the firmware.
    CreateGuestState,
    /// Make one for the state of the machine.
    CreateRuntimeState,
    /// Let all machines open it.
    GrantToAll,
    /// Take that back.
    RevokeFromAll,
}

impl FileDeed {
    /// What it does, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            FileDeed::CreateGuestState => "make the guest state file",
            FileDeed::CreateRuntimeState => "make the runtime state file",
            FileDeed::GrantToAll => "let all virtual machines open",
            FileDeed::RevokeFromAll => "keep all virtual machines from",
        }
    }
}

impl Functions {
    /// Reads properties of the service, of which a query (JSON) says which.
    pub(crate) fn service_properties(&self, query: &str) -> Result<String> {
        const WORDS: &str = "read the properties of";
        let query = Wide::new(WORDS, query)?;
        let mut result = answered();
        let function = self.HcsGetServiceProperties()?;
        // SAFETY: the query ends with a zero, and the place is for one answer.
        let code = unsafe { function(query.as_ptr(), result.place()) };
        error::ended(WORDS, "the compute service", code, &result)?;
        Ok(result.text())
    }

    /// Changes settings of the service.
    pub(crate) fn modify_service(&self, settings: &str) -> Result<()> {
        const WORDS: &str = "modify";
        let settings = Wide::new(WORDS, settings)?;
        let mut result = answered();
        let function = self.HcsModifyServiceSettings()?;
        // SAFETY: the settings end with a zero, and the place is for one answer.
        let code = unsafe { function(settings.as_ptr(), result.place()) };
        error::ended(WORDS, "the compute service", code, &result).map(drop)
    }

    /// Hands a report of a crash (JSON) in to Windows Error Reporting.
    pub(crate) fn submit_report(&self, report: &str) -> Result<()> {
        const WORDS: &str = "hand in the report of a crash to";
        let report = Wide::new(WORDS, report)?;
        let function = self.HcsSubmitWerReport()?;
        // SAFETY: the report ends with a zero.
        let code = unsafe { function(report.as_ptr()) };
        error::check(WORDS, "Windows Error Reporting", code)
    }

    /// Does something with a file.
    pub(crate) fn file(&self, deed: FileDeed, path: &str) -> Result<()> {
        let name = Wide::new(deed.words(), path)?;
        let function: unsafe extern "system" fn(PCWSTR) -> HRESULT = match deed {
            FileDeed::CreateGuestState => self.HcsCreateEmptyGuestStateFile()?,
            FileDeed::CreateRuntimeState => self.HcsCreateEmptyRuntimeStateFile()?,
            FileDeed::GrantToAll => self.HcsGrantVmGroupAccess()?,
            FileDeed::RevokeFromAll => self.HcsRevokeVmGroupAccess()?,
        };
        // SAFETY: the path ends with a zero.
        let code = unsafe { function(name.as_ptr()) };
        error::check(deed.words(), path, code)
    }

    /// Lets one virtual machine open a file.
    pub(crate) fn grant(&self, machine: &str, path: &str) -> Result<()> {
        const WORDS: &str = "let a virtual machine open";
        let (machine, name) = (Wide::new(WORDS, machine)?, Wide::new(WORDS, path)?);
        let function = self.HcsGrantVmAccess()?;
        // SAFETY: both texts end with a zero.
        let code = unsafe { function(machine.as_ptr(), name.as_ptr()) };
        error::check(WORDS, path, code)
    }

    /// Takes that back.
    pub(crate) fn revoke(&self, machine: &str, path: &str) -> Result<()> {
        const WORDS: &str = "keep a virtual machine from";
        let (machine, name) = (Wide::new(WORDS, machine)?, Wide::new(WORDS, path)?);
        let function = self.HcsRevokeVmAccess()?;
        // SAFETY: both texts end with a zero.
        let code = unsafe { function(machine.as_ptr(), name.as_ptr()) };
        error::check(WORDS, path, code)
    }

    /// Which features of processors a saved machine needs, as JSON.
    pub(crate) fn processor_features(&self, path: &str) -> Result<String> {
        const WORDS: &str = "read the processor features that are needed by";
        let name = Wide::new(WORDS, path)?;
        let mut features = answered();
        let function = self.HcsGetProcessorCompatibilityFromSavedState()?;
        // SAFETY: the path ends with a zero, and the place is for one answer.
        let code = unsafe { function(name.as_ptr(), features.place()) };
        error::ended(WORDS, path, code, &features)?;
        Ok(features.text())
    }
}
