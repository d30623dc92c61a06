//! The compute service: choosing the DLL, and making, opening and listing systems.

use super::driver::Driver;
use super::{ComputeSystem, json, parse};
use crate::computecore::Computecore;
use crate::operation::Timeouts;
use crate::vmcompute::safe::Vmcompute;
use crate::{WindowsVersion, windows_version};
use hcs_host::plan::{Abi, builds};
use hcs_host::{Error, Result};
use hcs_schema::document::{ProcessParameters, Properties, SystemDocument};
use hcs_schema::v1::ProcessConfig;
use hcs_schema::v2::PropertyQuery;
use hcs_schema::v2::{ModificationRequest, ServiceProperties, SystemQuery};
use std::sync::Arc;

/// The variable that forces one of the DLLs.
pub(crate) const ABI: &str = "SILO_HCS_ABI";

/// The compute service of this Windows.
///
/// ```no_run
/// # async fn example() -> hcs_host::Result<()> {
/// let hcs = hcs_windows::Hcs::open()?;
/// for system in hcs.list(&Default::default()).await? {
///     println!("{} {}", system.id, system.state);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Hcs {
    driver: Arc<dyn Driver>,
    abi: Abi,
    windows: WindowsVersion,
    timeouts: Timeouts,
}

impl Hcs {
    /// Opens it through `computecore.dll` where that and build 17763 are there, else through `vmcompute.dll`. The variable
    /// `SILO_HCS_ABI` (`computecore` or `vmcompute`) forces one.
    ///
    /// # Errors
    /// `ERROR_MOD_NOT_FOUND` where the Windows feature with the DLL is not turned on.
    pub fn open() -> Result<Hcs> {
        let windows = windows_version();
        match forced(std::env::var(ABI).ok().as_deref())? {
            Some(abi) => Hcs::with(abi),
            None if windows.build < builds::SERVER_2019 => Hcs::with(Abi::Vmcompute),
            // What is missing is told of the one that every Windows with containers has.
            None => Hcs::with(Abi::Computecore).or_else(|_| Hcs::with(Abi::Vmcompute)),
        }
    }

    /// Opens it through one of the DLLs.
    pub fn with(abi: Abi) -> Result<Hcs> {
        let driver: Arc<dyn Driver> = match abi {
            Abi::Vmcompute => Arc::new(Vmcompute::load()?),
            Abi::Computecore => Arc::new(Computecore::open()?),
        };
        Ok(Hcs { driver, abi, windows: windows_version(), timeouts: Timeouts::from_environment() })
    }

    /// The same with other limits of time.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Hcs {
        Hcs { timeouts, ..self }
    }

    /// The same for the systems of a namespace: their ids are apart from those of others. Since build 20348, through
    /// `computecore.dll`.
    ///
    /// # Errors
    /// This is opened through `vmcompute.dll`. A Windows that is too old is told by the first call.
    pub fn in_namespace(self, namespace: &str) -> Result<Hcs> {
        Ok(Hcs { driver: self.driver.in_namespace(namespace)?, ..self })
    }

    /// The DLL that drives systems.
    pub fn abi(&self) -> Abi {
        self.abi
    }

    /// The Windows that this is.
    pub fn windows(&self) -> WindowsVersion {
        self.windows
    }

    /// Whether documents are of schema version 1.
    pub fn is_version1(&self) -> bool {
        self.windows.build < builds::SERVER_2019
    }

    /// Makes a system, and answers when it is made.
    ///
    /// # Errors
    /// `HCS_E_SYSTEM_ALREADY_EXISTS`; `HCS_E_INVALID_JSON` for a document that this build does not take.
    #[doc(alias = "HcsCreateComputeSystem")]
    #[doc(alias = "HcsCreateComputeSystemInNamespace")]
    pub async fn create(&self, id: &str, document: &SystemDocument) -> Result<ComputeSystem> {
        let text = match document {
            SystemDocument::System(document) => json("create", id, document)?,
            SystemDocument::Version1(document) => json("create", id, document)?,
            SystemDocument::Linux(_) | SystemDocument::Hosted(_) => {
                let message = "this is a document for a guest; the compute service takes a container or virtual machine of Windows";
                return Err(Error::unsupported("create", id, message));
            }
        };
        let calls = self.driver.create(id, text, self.timeouts.create).await?;
        Ok(self.system(id, calls))
    }

    /// Opens a system that is there.
    #[doc(alias = "HcsOpenComputeSystem")]
    #[doc(alias = "HcsOpenComputeSystemInNamespace")]
    pub async fn open_system(&self, id: &str) -> Result<ComputeSystem> {
        let calls = self.driver.open(id).await?;
        Ok(self.system(id, calls))
    }

    fn system(&self, id: &str, calls: Arc<dyn super::driver::SystemCalls>) -> ComputeSystem {
        ComputeSystem {
            id: id.into(),
            calls,
            driver: Arc::clone(&self.driver),
            timeouts: self.timeouts,
            version1: self.is_version1(),
        }
    }

    /// Lists the systems that a query is for; an empty one is for all.
    #[doc(alias = "HcsEnumerateComputeSystems")]
    #[doc(alias = "HcsEnumerateComputeSystemsInNamespace")]
    pub async fn list(&self, query: &SystemQuery) -> Result<Vec<Properties>> {
        let query = json("list", "the compute systems", query)?;
        let text = self.driver.enumerate(query, self.timeouts.call).await?;
        let all: Option<Vec<Properties>> = parse("list", "the compute systems", &text)?;
        Ok(all.unwrap_or_default())
    }

    /// Reads properties of the service, such as `Basic` or `Memory`.
    #[doc(alias = "HcsGetServiceProperties")]
    pub async fn service_properties(&self, query: &PropertyQuery) -> Result<ServiceProperties> {
        const OPERATION: &str = "read the properties of";
        let query = json(OPERATION, "the compute service", query)?;
        let text = self.driver.service_properties(query).await?;
        parse(OPERATION, "the compute service", &text)
    }

    /// Changes settings of the service, such as groups of processors.
    #[doc(alias = "HcsModifyServiceSettings")]
    pub async fn modify_service(&self, request: &ModificationRequest) -> Result<()> {
        self.driver.modify_service(json("modify", "the compute service", request)?).await
    }
}

/// The DLL that the variable [`ABI`] forces, if its value forces one.
pub(crate) fn forced(words: Option<&str>) -> Result<Option<Abi>> {
    match words {
        None | Some("") => Ok(None),
        Some("vmcompute") => Ok(Some(Abi::Vmcompute)),
        Some("computecore") => Ok(Some(Abi::Computecore)),
        Some(other) => {
            let message = format!("{ABI} is {other:?}; it can be vmcompute or computecore");
            Err(Error::invalid("choose", "the DLL of compute systems", message))
        }
    }
}

/// The document of a process. Version 1 lacks what came later.
pub(super) fn process_document(id: &str, parameters: &ProcessParameters, version1: bool) -> Result<String> {
    const OPERATION: &str = "start a process in";
    if !version1 {
        return json(OPERATION, id, parameters);
    }
    let parameters = parameters.clone();
    json(
        OPERATION,
        id,
        &ProcessConfig {
            application_name: parameters.application_name,
            command_line: parameters.command_line,
            command_args: parameters.command_args,
            user: parameters.user,
            working_directory: parameters.working_directory,
            environment: parameters.environment,
            emulate_console: parameters.emulate_console,
            create_std_in_pipe: parameters.create_std_in_pipe,
            create_std_out_pipe: parameters.create_std_out_pipe,
            create_std_err_pipe: parameters.create_std_err_pipe,
            console_size: parameters.console_size,
            ..ProcessConfig::default()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_dll_can_be_forced() {
        assert_eq!(forced(None).unwrap(), None);
        assert_eq!(forced(Some("")).unwrap(), None);
        assert_eq!(forced(Some("vmcompute")).unwrap(), Some(Abi::Vmcompute));
        assert_eq!(forced(Some("computecore")).unwrap(), Some(Abi::Computecore));
        assert!(forced(Some("docker")).unwrap_err().message.contains("docker"));
    }
}
