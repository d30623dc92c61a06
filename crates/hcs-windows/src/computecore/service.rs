//! The rest of `computecore.dll`: the service itself, and files of virtual machines.

use super::abi::Functions;
use super::api::answered;
use crate::error;
use crate::wide::Wide;
use hcs_host::Result;

impl Functions {
    /// Reads properties of the service, of which a query (JSON) says which.
    pub(super) fn service_properties(&self, query: &str) -> Result<String> {
        const OPERATION: &str = "read the properties of";
        let query = Wide::new(OPERATION, query)?;
        let mut result = answered();
        let function = self.HcsGetServiceProperties()?;
        // SAFETY: the query ends with a zero, and the place is for one answer.
        let code = unsafe { function(query.as_ptr(), result.place()) };
        error::ended(OPERATION, "the compute service", code, &result)?;
        Ok(result.text())
    }

    /// Changes settings of the service.
    pub(super) fn modify_service(&self, settings: &str) -> Result<()> {
        const OPERATION: &str = "modify";
        let settings = Wide::new(OPERATION, settings)?;
        let mut result = answered();
        let function = self.HcsModifyServiceSettings()?;
        // SAFETY: the settings end with a zero, and the place is for one answer.
        let code = unsafe { function(settings.as_ptr(), result.place()) };
        error::ended(OPERATION, "the compute service", code, &result).map(drop)
    }
}
