//! From a specification to documents: what a host would be asked, call by call, before anything is asked.
//!
//! A [`Plan`] is made from what is [`Wanted`] (an OCI specification with its annotations, layers, an image's version) and
//! from [`HostFacts`], which are data: a plan for Windows Server 2022 is made on Linux. Making it is pure and total. It reads
//! no file, and every field of the specification is honoured, refused by name, or told of in the plan's notes.
//! The engine runs the same steps that `silo plan` prints.
//!
//! ```text
//!   Wanted ─► annotations ─► limits, kind ─► one builder for each kind ─► Plan { steps, … }
//!   facts ──────────────────────┘
//! ```
//!
//! What is only known when a step has run (the volume of a mounted layer, say) stands in later documents as a
//! [placeholder](Placeholder), `${…}`, and the step says that it [yields](Step::yields) it.

pub mod annotations;
mod call;
mod facts;
mod kind;
mod limits;
pub mod linux;
mod step;
mod version;
mod wanted;

pub use call::{Abi, Call, Document};
pub use facts::{Architecture, Disk, HostFacts, LinuxBoot, Os, PathKind};
pub use kind::{Isolation, Kind};
pub use limits::{Affinity, Limits};
pub use step::{Placeholder, Step};
pub use version::{ImageVersion, isolation_for};
pub use wanted::{Options, Pod, Wanted};

use crate::{Error, Result};
use annotations::Annotations;
use serde::Serialize;

/// What would be done for one container, in order.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Id of the container.
    pub id: String,
    /// The host it is made for, in words.
    pub host: String,
    /// What kind of container it is.
    pub kind: Kind,
    /// Why it is of this kind, in a sentence.
    pub why: String,
    /// Read-only layers, upper-most first, as the container gets them.
    pub layers: Vec<String>,
    /// Folder of the writable layer; empty where there is none on disk.
    pub scratch: String,
    /// What is mounted, a line each: from where to where, and how.
    pub mounts: Vec<String>,
    /// Devices that the container gets, a line each.
    pub devices: Vec<String>,
    /// Limits as they will be applied.
    pub limits: Limits,
    /// Network in words: namespace, endpoints, DNS.
    pub network: Vec<String>,
    /// Credentials in words, never the secrets.
    pub credentials: Option<String>,
    /// The calls in order.
    pub steps: Vec<Step>,
    /// Whatever else one should know: settings without effect here, values that were clamped.
    pub notes: Vec<String>,
}

impl Plan {
    /// Makes the plan for a container.
    ///
    /// # Errors
    /// Names the field or annotation that cannot be honoured, and why, with `E_INVALIDARG` for what is wrong anywhere and
    /// `ERROR_NOT_SUPPORTED` for what this host or kind of container cannot do.
    pub fn new(wanted: &Wanted, facts: &HostFacts) -> Result<Plan> {
        let context = Context::new(wanted, facts)?;
        match facts.os {
            Os::Linux => linux::build(context),
            Os::Windows { .. } => Err(wanted.unsupported("plans for Windows follow")),
        }
    }
}

/// Everything a builder needs, checked and normalised.
pub(crate) struct Context<'a> {
    /// What is wanted.
    pub wanted: &'a Wanted,
    /// The host.
    pub facts: &'a HostFacts,
    /// Annotations, read.
    pub annotations: Annotations,
    /// Limits, normalised.
    pub limits: Limits,
    /// Notes so far.
    pub notes: Vec<String>,
}

impl<'a> Context<'a> {
    fn new(wanted: &'a Wanted, facts: &'a HostFacts) -> Result<Self> {
        let merged = wanted.annotations();
        let (annotations, notes) = Annotations::read(&merged).map_err(|message| wanted.invalid(message))?;
        Ok(Context { wanted, facts, annotations, limits: Limits::default(), notes })
    }
}

impl Wanted {
    /// A refusal of what is wrong on any host.
    pub(crate) fn invalid(&self, message: impl Into<String>) -> Error {
        Error::invalid("plan", &self.id, message)
    }

    /// A refusal of what this host, or this kind of container, cannot do.
    pub(crate) fn unsupported(&self, message: impl Into<String>) -> Error {
        Error::unsupported("plan", &self.id, message)
    }
}
