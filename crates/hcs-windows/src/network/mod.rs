//! The networks of this host, whichever version of the service it has.

mod service;
mod version2;

pub(crate) use service::Service;

use crate::system::hcs::{ABI, forced};
use crate::version::windows_version;
use crate::{Hcn, Hns};
use hcs_host::plan::{Abi, builds};
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use std::fmt;
use std::sync::Arc;
use version2::Version2;

/// The networks of this host as a [`NetworkHost`](hcs_host::NetworkHost).
///
/// Since build 17763 that is version 2 of the service ([`Hcn`]). Before, it is version 1 ([`Hns`]), to and from which the
/// documents are translated: networks, endpoints, load balancers and routes with everything that both have. What version 1
/// lacks is refused with `ERROR_NOT_SUPPORTED` and named.
///
/// Its calls run on threads where blocking is allowed, so that it needs a runtime of tokio.
///
/// ```no_run
/// # async fn example() -> hcs_host::Result<()> {
/// use hcs_host::NetworkHost;
/// use hcs_schema::hcn::Query;
/// use hcs_windows::WindowsNetwork;
///
/// let host = WindowsNetwork::open()?;
/// for network in host.networks(&Query::all()).await? {
///     println!("{} {} {}", network.id, network.name, network.effective_kind());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct WindowsNetwork {
    service: Arc<dyn Service>,
    name: &'static str,
}

impl fmt::Debug for WindowsNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WindowsNetwork").field(&self.name).finish()
    }
}

impl WindowsNetwork {
    /// Opens the newest version that this Windows has. `SILO_HCS_ABI` in the environment forces one: `vmcompute` is version 1,
    /// `computecore` is version 2.
    ///
    /// # Errors
    /// The Windows feature Containers is off, or the variable has another value.
    pub fn open() -> Result<WindowsNetwork> {
        match forced(std::env::var(ABI).ok().as_deref())? {
            Some(Abi::Vmcompute) => Self::version_1(),
            Some(Abi::Computecore) => Self::version_2(),
            None if windows_version().build < builds::SERVER_2019 => Self::version_1(),
            // What is missing is told of the one that every Windows with containers has.
            None => Self::version_2().or_else(|_| Self::version_1()),
        }
    }

    /// Opens version 1 of the service, which every Windows with containers has.
    ///
    /// # Errors
    /// The Windows feature Containers is off.
    pub fn version_1() -> Result<WindowsNetwork> {
        Ok(WindowsNetwork { service: Arc::new(Hns::load()?), name: "HNS" })
    }

    /// Opens version 2 of the service.
    ///
    /// # Errors
    /// The Windows feature Containers is off, or Windows is older than build 17763.
    pub fn version_2() -> Result<WindowsNetwork> {
        let service = Version2 { hcn: Hcn::load()?, hns: Hns::load()? };
        Ok(WindowsNetwork { service: Arc::new(service), name: "HCN" })
    }

    /// Runs a call where it may block.
    async fn run<T: Send + 'static>(&self, call: impl FnOnce(&dyn Service) -> Result<T> + Send + 'static) -> Result<T> {
        let service = Arc::clone(&self.service);
        let run = tokio::task::spawn_blocking(move || call(&*service)).await;
        run.unwrap_or_else(|error| match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::new("ask network service", "", HResult::E_ABORT, "the program is ending")),
        })
    }
}
