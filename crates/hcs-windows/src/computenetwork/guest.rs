//! Guest network services: the part of the service that lends ports of the host to a guest. WSL uses it.

use super::abi::{Functions, Object};
use super::error::check;
use super::subscription::Subscription;
use super::{Hcn, ports};
use crate::wide::{Answered, Freed, Wide};
use crate::{document, guid};
use hcs_host::Result;
use serde_json::Value;
use std::sync::Arc;
use windows_sys::core::GUID;

pub use super::ports::{PortAccess, PortProtocol, PortReservation, ReservedPorts};

/// A guest network service, which is closed when this is dropped, but not deleted. No document of it is published, so that its
/// settings are JSON as it is.
///
/// ```no_run
/// # fn main() -> hcs_host::Result<()> {
/// use hcs_windows::{GuestNetworkService, Hcn, PortAccess, PortProtocol};
///
/// let hcn = Hcn::load()?;
/// let id = "0a1b2c3d-0123-4567-89ab-0123456789ab";
/// let service = GuestNetworkService::create(&hcn, id, &serde_json::json!({ "IsPrimary": false }))?;
/// let port = service.reserve_port(PortProtocol::Tcp, PortAccess::Exclusive, 8080)?;
/// drop(port);
/// GuestNetworkService::delete(&hcn, id)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[doc(alias = "HcnCloseGuestNetworkService")]
pub struct GuestNetworkService {
    functions: Arc<Functions>,
    id: String,
    handle: Handle,
}

/// The handle, which any thread may use.
#[derive(Debug)]
struct Handle(Object);

// SAFETY: the DLL takes its handles from any thread.
unsafe impl Send for Handle {}
// SAFETY: the same.
unsafe impl Sync for Handle {}

impl GuestNetworkService {
    /// Makes a service with an id (GUID).
    ///
    /// # Errors
    /// There is one with this id already, or the settings are not valid.
    #[doc(alias = "HcnCreateGuestNetworkService")]
    pub fn create(hcn: &Hcn, id: &str, settings: &Value) -> Result<GuestNetworkService> {
        let operation = "create guest network service";
        let functions = Arc::clone(&hcn.calls().functions);
        let function = functions.HcnCreateGuestNetworkService()?;
        let guid: GUID = guid::parse(operation, id)?;
        let settings = Wide::new(operation, &document::write(settings))?;
        let mut object: Object = std::ptr::null_mut();
        let mut record = Answered::new(Freed::ByCoTask);
        // SAFETY: id and settings are readable during the call, and both answers are writable.
        let code = unsafe { function(&guid, settings.as_ptr(), &raw mut object, record.place()) };
        // What was made before a failure is closed.
        let service = GuestNetworkService { functions, id: id.to_owned(), handle: Handle(object) };
        check(operation, id, code, &record.text())?;
        Ok(service)
    }

    /// Deletes the service with an id (GUID).
    ///
    /// # Errors
    /// There is none.
    #[doc(alias = "HcnDeleteGuestNetworkService")]
    pub fn delete(hcn: &Hcn, id: &str) -> Result<()> {
        let operation = "delete guest network service";
        let function = hcn.calls().functions.HcnDeleteGuestNetworkService()?;
        let guid = guid::parse(operation, id)?;
        let mut record = Answered::new(Freed::ByCoTask);
        // SAFETY: the id is readable, and the place is writable and empty.
        let code = unsafe { function(&guid, record.place()) };
        check(operation, id, code, &record.text())
    }

    /// Changes the service.
    ///
    /// # Errors
    /// The settings are not valid.
    #[doc(alias = "HcnModifyGuestNetworkService")]
    pub fn modify(&self, settings: &Value) -> Result<()> {
        let operation = "modify guest network service";
        let function = self.functions.HcnModifyGuestNetworkService()?;
        let settings = Wide::new(operation, &document::write(settings))?;
        let mut record = Answered::new(Freed::ByCoTask);
        // SAFETY: the service is open, the settings are text with a zero at its end, and the place is writable and empty.
        let code = unsafe { function(self.handle.0, settings.as_ptr(), record.place()) };
        check(operation, &self.id, code, &record.text())
    }

    /// Notifications of the service.
    ///
    /// # Errors
    /// The service is gone.
    #[doc(alias = "HcnRegisterGuestNetworkServiceCallback")]
    pub fn subscribe(&self) -> Result<Subscription> {
        Subscription::of_guest(&self.functions, self.handle.0)
    }

    /// Reserves a port of the host.
    ///
    /// # Errors
    /// Somebody has the port.
    #[doc(alias = "HcnReserveGuestNetworkServicePort")]
    pub fn reserve_port(&self, protocol: PortProtocol, access: PortAccess, port: u16) -> Result<PortReservation> {
        ports::reserve_port(&self.functions, self.handle.0, protocol, access, port)
    }

    /// Reserves so many neighbouring ports of the host, of both protocols.
    ///
    /// # Errors
    /// There are not so many left.
    #[doc(alias = "HcnReserveGuestNetworkServicePortRange")]
    pub fn reserve_ports(&self, count: u16) -> Result<PortReservation> {
        ports::reserve_range(&self.functions, self.handle.0, count)
    }
}

impl Drop for GuestNetworkService {
    fn drop(&mut self) {
        if let (Ok(function), false) = (self.functions.HcnCloseGuestNetworkService(), self.handle.0.is_null()) {
            // SAFETY: the service is open, and nobody uses it after this.
            let _nobody_to_tell = unsafe { function(self.handle.0) };
        }
    }
}
