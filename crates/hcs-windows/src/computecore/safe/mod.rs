//! `computecore.dll` with documents as types.

mod driver;
mod files;
mod handles;
mod operation;

pub use files::VirtualMachineFiles;
pub use operation::{OperationType, Progress};

use super::abi::Functions;
use super::api::{Operation, System};
use crate::document;
use hcs_host::Result;
use hcs_schema::document::Properties;
use hcs_schema::v2::{ComputeSystem, CrashReport, ModificationRequest, PropertyQuery, ServiceProperties, SystemQuery};
use std::sync::Arc;
use std::time::Duration;

/// `computecore.dll`.
///
/// ```no_run
/// # fn example() -> hcs_host::Result<()> {
/// use std::time::Duration;
///
/// let core = hcs_windows::computecore::Computecore::open()?;
/// let operation = core.operation()?;
/// core.list(&Default::default(), &operation)?;
/// for system in core.listed(&operation, Duration::from_secs(10))? {
///     println!("{}", system.id);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Computecore {
    functions: Arc<Functions>,
    namespace: Option<Arc<str>>,
}

impl Computecore {
    /// Loads the DLL.
    ///
    /// # Errors
    /// `ERROR_MOD_NOT_FOUND` where Windows does not have it.
    pub fn open() -> Result<Computecore> {
        Functions::load().map(|functions| Computecore { functions: Arc::new(functions), namespace: None })
    }

    /// The same for the systems of a namespace, whose ids are apart from those of others. Since build 20348.
    #[must_use]
    pub fn in_namespace(&self, namespace: &str) -> Computecore {
        Computecore { functions: Arc::clone(&self.functions), namespace: Some(namespace.into()) }
    }

    fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// A new operation, whose end is told.
    #[doc(alias = "HcsCreateOperation")]
    pub fn operation(&self) -> Result<Operation> {
        Operation::new(&self.functions)
    }

    /// A new operation with a number of the caller's. Its end is not told; see [`Operation::listen`].
    pub fn tagged_operation(&self, tag: usize) -> Result<Operation> {
        Operation::with_tag(&self.functions, tag)
    }

    /// A new operation that tells how far it has come. Since build 20348.
    #[doc(alias = "HcsCreateOperationWithNotifications")]
    pub fn operation_with_progress(&self) -> Result<(Operation, Progress)> {
        let (operation, reports) = Operation::with_reports(&self.functions)?;
        Ok((operation, Progress::new(reports)))
    }

    /// Begins to list the systems that a query is for; an empty one is for all. Read them with [`listed`](Self::listed).
    pub fn list(&self, query: &SystemQuery, operation: &Operation) -> Result<()> {
        self.functions.enumerate(self.namespace(), &document::write(query), operation)
    }

    /// Waits for a list. The thread is blocked meanwhile.
    pub fn listed(&self, operation: &Operation, limit: Duration) -> Result<Vec<Properties>> {
        document::read_list("list", &operation.wait(limit)?)
    }

    /// Begins to make a system.
    pub fn create(&self, id: &str, configuration: &ComputeSystem, operation: &Operation) -> Result<System> {
        self.functions.create(self.namespace(), id, &document::write(configuration), operation)
    }

    /// Opens a system.
    pub fn open_system(&self, id: &str) -> Result<System> {
        self.functions.open(self.namespace(), id)
    }

    /// Reads properties of the service.
    pub fn service_properties(&self, query: &PropertyQuery) -> Result<ServiceProperties> {
        let text = self.functions.service_properties(&document::write(query))?;
        document::read("read the properties of", "the compute service", &text)
    }

    /// Changes settings of the service.
    pub fn modify_service(&self, request: &ModificationRequest) -> Result<()> {
        self.functions.modify_service(&document::write(request))
    }

    /// Hands the report of a virtual machine's crash in to Windows Error Reporting.
    #[doc(alias = "HcsSubmitWerReport")]
    pub fn submit_crash_report(&self, report: &CrashReport) -> Result<()> {
        self.functions.submit_report(&document::write(report))
    }
}
