//! Releasing what the ledger of a Windows container lists.
//!
//! What is gone already is fine: a crash may have come before it was made, or after it was released. A filter or disk that
//! cannot be detached does not matter once the writable layer itself is destroyed.

use super::steps::blocking;
use crate::wanted::OWNER;
use hcs_host::plan::builds;
use hcs_host::{Error, Host, NetworkHost, ProcessIdentity, Resource, Result};
use hcs_schema::document::PropertyQuery;
use hcs_schema::hcn::{ModifyNamespace, NamespaceResource, Query};
use hcs_schema::hns::{self, Call as HnsCall};
use hcs_schema::modify::{Modify, RequestType};
use hcs_schema::v2::State;
use hcs_windows::{ComputeSystem, Hns, Layers, WindowsHost, WindowsNetwork, windows_version};
use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A system that was terminated is gone within this time, or something is very wrong with the service.
const DEATH: Duration = Duration::from_secs(60);
/// Between two looks at whether it is.
const LOOK: Duration = Duration::from_secs(1);

/// A layer may be held for a moment by what looks at new files, such as scanners.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(200);

/// The network services, opened when they are needed.
#[derive(Debug, Default)]
pub struct Networks(OnceLock<WindowsNetwork>);

impl Networks {
    /// The service in the version that this Windows has, which is the one that plans are for, whatever DLL drives systems.
    pub fn host(&self) -> Result<&dyn NetworkHost> {
        if let Some(network) = self.0.get() {
            return Ok(network);
        }
        let network = match windows_version().build < builds::SERVER_2019 {
            true => WindowsNetwork::version_1()?,
            false => WindowsNetwork::version_2()?,
        };
        Ok(self.0.get_or_init(|| network))
    }

    /// The id of a network by its name.
    pub async fn find(&self, name: &str) -> Result<String> {
        let host = self.host()?;
        if let Some(network) =
            host.networks(&Query::by_name(name)).await?.into_iter().find(|network| network.name == name)
        {
            return Ok(network.id);
        }
        let all = host.networks(&Query::all()).await?;
        let names: Vec<String> = all.into_iter().map(|network| network.name).collect();
        let message = match names.as_slice() {
            [] => {
                "this Windows has no networks; make one, for example with New-HnsNetwork, or use no network".to_owned()
            }
            names => format!("there is no such network; there are {}", names.join(", ")),
        };
        Err(Error::new("find the network", name, hcs_schema::HResult(0x803b_0001), message))
    }

    /// Makes an endpoint by version 1 of the service, and answers its id.
    pub async fn create_endpoint_v1(&self, endpoint: &hns::Endpoint) -> Result<String> {
        let endpoint = endpoint.clone();
        blocking(move || Hns::load()?.call(&HnsCall::create_endpoint(&endpoint)).map(|made| made.id)).await
    }

    /// Removes every endpoint of a name: that of a crash between making it and learning its id.
    async fn remove_endpoint(&self, name: &str) -> Result<()> {
        let host = self.host()?;
        for endpoint in host.endpoints(&Query::by_name(name)).await? {
            if endpoint.name == name {
                gone(host.delete_endpoint(&endpoint.id).await)?;
            }
        }
        Ok(())
    }

    async fn take_endpoint_out(&self, namespace: &str, endpoint: &str) -> Result<()> {
        let change: ModifyNamespace = Modify::new(RequestType::Remove, NamespaceResource::endpoint(endpoint));
        gone(self.host()?.modify_namespace(namespace, &change).await)
    }
}

/// Releases resources, the youngest first, and strikes off those that are gone. Answers those that stay, with the reasons.
pub async fn all(
    resources: &[Resource],
    networks: &Networks,
    host: &WindowsHost,
    strike: &(dyn Fn(&Resource) -> Result<()> + Sync),
) -> Vec<(Resource, Error)> {
    let mut kept: Vec<(Resource, Error)> = Vec::new();
    let mut destroyed: HashSet<PathBuf> = HashSet::new();
    for resource in resources.iter().rev() {
        match one(resource, networks, host).await {
            Ok(()) => {
                if let Resource::Layer { path } = resource {
                    destroyed.insert(path.clone());
                }
                if let Err(error) = strike(resource) {
                    kept.push((resource.clone(), error));
                }
            }
            Err(error) => kept.push((resource.clone(), error)),
        }
    }
    let (gone, kept): (Vec<_>, Vec<_>) = kept.into_iter().partition(|(resource, _)| match resource {
        Resource::ActiveLayer { path } | Resource::PreparedLayer { path } => destroyed.contains(path),
        _ => false,
    });
    for (resource, _) in gone {
        // What cannot be struck off is released once more by a collector, which finds it gone.
        let _ = strike(&resource);
    }
    kept
}

async fn one(resource: &Resource, networks: &Networks, host: &WindowsHost) -> Result<()> {
    match resource {
        Resource::System { id, runtime } => end_system(host, id, runtime).await,
        Resource::PreparedLayer { path } => layer(path, |layers, path| layers.unprepare(path)).await,
        Resource::ActiveLayer { path } => layer(path, |layers, path| layers.deactivate(path)).await,
        Resource::Layer { path } => layer(path, destroy).await,
        Resource::Endpoint { name, id } if id.is_empty() => networks.remove_endpoint(name).await,
        Resource::Endpoint { id, .. } => gone(networks.host()?.delete_endpoint(id).await),
        Resource::NetworkNamespace { id } => gone(networks.host()?.delete_namespace(id).await),
        Resource::NamespaceEndpoint { namespace, endpoint } => networks.take_endpoint_out(namespace, endpoint).await,
        Resource::Folder { path } => removed(std::fs::remove_dir_all(path), path),
        Resource::File { path } => removed(std::fs::remove_file(path), path),
        Resource::Process { process } => end_process(*process),
        Resource::Mount { .. } | Resource::Cgroup { .. } | Resource::Namespace { .. } => {
            let (kind, what) = crate::ledger::describe(resource);
            Err(Error::unsupported("release", &what, format!("a {kind} is something of Linux")))
        }
    }
}

fn gone(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.is_not_found() => Ok(()),
        result => result,
    }
}

fn removed(result: std::io::Result<()>, path: &Path) -> Result<()> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(crate::store::failed("remove", path, &error)),
        _ => Ok(()),
    }
}

/// Ends a system, and waits until the service has let go of its layers. One that this process does not hold may be a later one
/// of the same id, which somebody else has made, and is left alone.
async fn end_system(host: &WindowsHost, id: &str, runtime: &str) -> Result<()> {
    let held = host.held(id);
    let is_held = held.is_some();
    let opened = match held {
        Some(system) => Some(system),
        None => there(host.hcs().open_system(id).await)?,
    };
    let Some(system) = opened else { return Ok(()) };
    if !is_held {
        let found = match there(system.properties(&PropertyQuery::default()).await)? {
            Some(found) => found,
            None => return Ok(()),
        };
        let ours = match runtime.is_empty() {
            // Its maker died before it could note more. So it has not been started, which others' systems soon are.
            true => found.state == State::Created && found.owner == OWNER,
            false => found.runtime_id.eq_ignore_ascii_case(runtime),
        };
        if !ours {
            return Ok(());
        }
    }
    match terminated(host, &system).await {
        // The service was started anew, or its end of the connection was: what was opened before tells nothing more.
        Err(error) if error.is_disconnected() => {
            if let Some(system) = there(host.hcs().open_system(id).await)? {
                terminated(host, &system).await?;
            }
        }
        ended => ended?,
    }
    drop(system);
    // It is gone; what the host cannot forget of it goes with this process.
    let _ = host.delete(id).await;
    Ok(())
}

/// A system, unless it has gone.
fn there<T>(opened: Result<T>) -> Result<Option<T>> {
    match opened {
        Err(error) if error.is_not_found() || error.is_already_stopped() => Ok(None),
        opened => opened.map(Some),
    }
}

/// Terminates a system and waits for its end, which is not always told.
async fn terminated(host: &WindowsHost, system: &ComputeSystem) -> Result<()> {
    let begun = Instant::now();
    system.terminate().await?;
    while begun.elapsed() < DEATH {
        if let Ok(exited) = tokio::time::timeout(LOOK, system.exited()).await {
            return exited.map(drop);
        }
        if matches!(there(host.hcs().open_system(system.id()).await), Ok(None)) {
            return Ok(());
        }
    }
    let message = "it was terminated and does not end; see the event log Microsoft-Windows-Hyper-V-Compute";
    Err(Error::new("terminate", system.id(), hcs_schema::HResult::ERROR_TIMEOUT, message))
}

/// Calls something for a layer whose folder is still there.
async fn layer(path: &Path, call: impl FnOnce(&Layers, &Path) -> Result<()> + Send + 'static) -> Result<()> {
    let path = path.to_owned();
    blocking(move || match path.exists() {
        true => gone(call(&Layers::load()?, &path)),
        false => Ok(()),
    })
    .await
}

/// Destroys a layer, with patience for what holds its files.
fn destroy(layers: &Layers, path: &Path) -> Result<()> {
    let mut tries = 1;
    loop {
        match layers.destroy(path) {
            Err(error) if tries < TRIES && !error.is_not_found() => {
                tries += 1;
                std::thread::sleep(PAUSE);
            }
            Err(_) if !path.exists() => return Ok(()),
            result => return result,
        }
    }
}

fn end_process(process: ProcessIdentity) -> Result<()> {
    if hcs_windows::end_process(process) {
        return Ok(());
    }
    let message = "it does not end; end it in the Task Manager";
    Err(Error::new("end process", process.pid.to_string(), hcs_schema::HResult::ERROR_TIMEOUT, message))
}
