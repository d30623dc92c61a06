//! The operations, compute systems and processes of `computecore.dll` with Rust's strings, and one owner for each handle.

mod operation;
mod process;
mod resource;
mod service;
mod system;

pub use operation::Operation;
pub use process::Process;
pub(crate) use process::Request;
pub use resource::Resource;
pub(crate) use service::FileDeed;
pub use system::System;

use super::abi::Functions;
use crate::error;
use crate::wide::{Answered, Freed, Wide};
use hcs_host::Result;
use std::sync::Arc;
use windows_sys::Win32::System::HostComputeSystem::HCS_SYSTEM;

/// All rights to a system or process (`GENERIC_ALL`).
const ALL: u32 = 0x1000_0000;

/// Text that this DLL answers.
fn answered() -> Answered {
    Answered::new(Freed::ByLocal)
}

impl Functions {
    /// Lists the systems that a query (JSON) is for, of a namespace of ids or of the one without a name.
    pub(crate) fn enumerate(&self, namespace: Option<&str>, query: &str, operation: &Operation) -> Result<()> {
        const WORDS: &str = "list";
        let (query, systems) = (Wide::new(WORDS, query)?, Arc::from("the compute systems"));
        let Some(namespace) = namespace else {
            let function = self.HcsEnumerateComputeSystems()?;
            // SAFETY: the query ends with a zero, and the operation is open.
            return operation.begin(WORDS, &systems, || unsafe { function(query.as_ptr(), operation.handle) });
        };
        let namespace = Wide::new(WORDS, namespace)?;
        let function = self.HcsEnumerateComputeSystemsInNamespace()?;
        // SAFETY: the texts end with a zero, and the operation is open.
        let call = || unsafe { function(namespace.as_ptr(), query.as_ptr(), operation.handle) };
        operation.begin(WORDS, &systems, call)
    }

    /// Makes a system, in a namespace of ids or in the one without a name.
    pub(crate) fn create(
        self: &Arc<Self>,
        namespace: Option<&str>,
        id: &str,
        configuration: &str,
        operation: &Operation,
    ) -> Result<System> {
        const WORDS: &str = "create";
        let (name, configuration) = (Wide::new(WORDS, id)?, Wide::new(WORDS, configuration)?);
        let (id, mut handle) = (Arc::from(id), std::ptr::null_mut());
        let (name, document, place) = (name.as_ptr(), configuration.as_ptr(), &raw mut handle);
        let begun = match namespace {
            None => {
                let function = self.HcsCreateComputeSystem()?;
                let security = std::ptr::null();
                // SAFETY: the texts end with a zero, the operation is open, and there is a place for the system.
                let call = || unsafe { function(name, document, operation.handle, security, place) };
                operation.begin(WORDS, &id, call)
            }
            Some(namespace) => {
                let namespace = Wide::new(WORDS, namespace)?;
                let function = self.HcsCreateComputeSystemInNamespace()?;
                let (namespace, options) = (namespace.as_ptr(), std::ptr::null());
                // SAFETY: the texts end with a zero, the operation is open, there is a place for the system, and options
                // may be left out.
                let call = || unsafe { function(namespace, name, document, operation.handle, options, place) };
                operation.begin(WORDS, &id, call)
            }
        };
        // Owned before it is known how the call ended: a failed call may have given a handle.
        let system = self.system(handle, id);
        begun.map(|()| system)
    }

    /// Opens a system of a namespace of ids, or of the one without a name.
    pub(crate) fn open(self: &Arc<Self>, namespace: Option<&str>, id: &str) -> Result<System> {
        const WORDS: &str = "open";
        let name = Wide::new(WORDS, id)?;
        let mut handle = std::ptr::null_mut();
        let code = match namespace {
            None => {
                let function = self.HcsOpenComputeSystem()?;
                // SAFETY: the name ends with a zero, and there is a place for the system.
                unsafe { function(name.as_ptr(), ALL, &raw mut handle) }
            }
            Some(namespace) => {
                let namespace = Wide::new(WORDS, namespace)?;
                let function = self.HcsOpenComputeSystemInNamespace()?;
                // SAFETY: the texts end with a zero, and there is a place for the system.
                unsafe { function(namespace.as_ptr(), name.as_ptr(), ALL, &raw mut handle) }
            }
        };
        let system = self.system(handle, id.into());
        error::check(WORDS, id, code)?;
        Ok(system)
    }

    fn system(self: &Arc<Self>, handle: HCS_SYSTEM, id: Arc<str>) -> System {
        System { functions: Arc::clone(self), handle, id }
    }
}
