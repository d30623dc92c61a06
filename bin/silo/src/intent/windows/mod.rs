//! `run` and `nspawn` for a host of Windows: from words to a request with a Windows section.
//!
//! The words are those of Linux, as far as they mean something there; the others are refused by name. Paths are those of
//! Windows on whatever system this runs. What they lead to is only looked at if the host is this machine.

mod base;
mod exec;
#[cfg(test)]
mod founding;
mod limits;
mod mounts;
mod nspawn;
mod paths;
mod process;
mod run;
#[cfg(test)]
mod tests;

pub use exec::exec;
pub use nspawn::nspawn;
pub use run::request;

use super::{Result, World, refusal};
use hcs_engine::plan::{Isolation, Placeholder};
use hcs_schema::oci::{Spec, Windows, WindowsNetwork};

/// A host of Windows, as far as words depend on it.
pub struct Host<'a> {
    /// The caller's surroundings on this machine.
    pub world: &'a dyn World,
    /// Whether the host is this machine, so that its paths can be looked at.
    pub here: bool,
    /// Its logical processors.
    pub processors: u32,
    /// Whether it is older than build 17763, so that what the founding tool said has its place in its documents.
    pub version1: bool,
}

/// The specification that the caller's wishes are added to.
fn default_spec(isolation: Isolation) -> Spec {
    let mut windows = Windows::default();
    if isolation == Isolation::Hypervisor {
        windows.hyperv = Some(Default::default());
    }
    Spec { oci_version: super::spec::OCI_VERSION.into(), windows: Some(windows), ..Spec::default() }
}

/// The network of the word for it: none, or an endpoint on a network of the host.
fn network(word: Option<&str>) -> std::result::Result<Option<WindowsNetwork>, String> {
    match word {
        None | Some("none") => Ok(None),
        Some("") => Err("it is empty; write none, or the name of a network such as nat".into()),
        Some("host") => {
            Err("a Windows container cannot share the host's network; write none, or for example nat".into())
        }
        Some(name) if name.contains(['{', '}', '\0']) => Err(format!("{name:?} is not the name of a network")),
        Some(name) => {
            let endpoint = Placeholder::of("endpoint", name).to_string();
            Ok(Some(WindowsNetwork { endpoint_list: vec![endpoint], ..WindowsNetwork::default() }))
        }
    }
}
