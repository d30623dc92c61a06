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

mod abi;
pub mod annotations;
mod call;
mod call_macro;
mod choice;
mod document;
mod facts;
mod guest_call;
mod kind;
mod limits;
pub mod linux;
mod machine;
mod pod;
mod step;
mod update;
mod version;
mod wanted;
mod windows;

pub use abi::Abi;
pub use call::Call;
pub use document::{Document, JobLimits};
pub use facts::{Architecture, Disk, HostFacts, LinuxBoot, Os, PathKind, builds};
pub use guest_call::GuestCall;
pub use kind::{Isolation, Kind, Role};
pub use limits::{Affinity, Limits, MachineLimits};
pub use machine::Slots;
pub use step::{Each, Placeholder, Step};
pub use version::{ImageVersion, isolation_for};
pub use wanted::{Options, Pod, Wanted};

use crate::{Error, Result};
use annotations::Annotations;
use choice::Choice;
use hcs_schema::document::ProcessParameters;
use serde::Serialize;
use windows::needs;

/// What would be done for one container, in order.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Id of the container.
    pub id: String,
    /// The host it is made for, in words.
    pub host: String,
    /// The library through which compute systems are driven; none on Linux.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abi: Option<Abi>,
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
    /// What of its utility VM is in use while this container is there, for the next one that joins it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slots: Option<Slots>,
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
        match context.choice.kind {
            Kind::LinuxProcess => linux::build(context),
            Kind::LinuxHypervisor => machine::linux::build(context),
            Kind::WindowsHypervisor => machine::windows::build(context),
            kind @ (Kind::WindowsProcessV1 | Kind::WindowsProcess | Kind::WindowsHypervisorV1 | Kind::HostProcess) => {
                windows::build(context, kind)
            }
        }
    }
}

impl Plan {
    /// The document of a further process in a Windows container, whose specification has it as its program.
    ///
    /// # Errors
    /// As of [`Plan::new`]; `ERROR_NOT_SUPPORTED` for a Linux container, whose processes are OCI's.
    pub fn process(wanted: &Wanted, facts: &HostFacts) -> Result<ProcessParameters> {
        let mut context = Context::new(wanted, facts)?;
        if context.choice.kind.is_linux() {
            return Err(wanted.unsupported("a process of a Linux container has no document of Windows"));
        }
        windows::parameters(&mut context)
    }
}

/// Everything a builder needs, checked and normalised.
pub(crate) struct Context<'a> {
    /// What is wanted.
    pub wanted: &'a Wanted,
    /// The host.
    pub facts: &'a HostFacts,
    /// Annotations, read. Nothing in them contradicts itself, and the host can honour what reaches this kind.
    pub annotations: Annotations,
    /// What is made, why, and what it is to a pod.
    pub choice: Choice,
    /// Limits, normalised.
    pub limits: Limits,
    /// Size of the utility VM that is made for it; absent where there is none, or where the pod has it.
    pub machine: Option<MachineLimits>,
    /// Notes so far.
    pub notes: Vec<String>,
}

impl<'a> Context<'a> {
    fn new(wanted: &'a Wanted, facts: &'a HostFacts) -> Result<Self> {
        let merged = wanted.annotations();
        let (annotations, mut notes) = Annotations::read(&merged).map_err(|why| wanted.invalid(why))?;
        let choice = Choice::new(wanted, facts, &annotations)?;
        let (kind, role) = (choice.kind, choice.role);
        if kind.is_linux() && !wanted.redirect.is_empty() {
            let why = "its output cannot be redirected inside: cmd.exe does that, which only Windows containers have";
            return Err(wanted.unsupported(why));
        }
        annotations.conflicts(kind).map_err(|why| wanted.invalid(why))?;
        annotations.refuse_spec(&wanted.spec).map_err(|why| wanted.invalid(why))?;
        annotations.refuse_for(kind, facts).map_err(|why| wanted.unsupported(why))?;
        notes.extend(annotations.notes_for(kind, role, &wanted.spec.annotations));
        if kind == Kind::LinuxProcess && role != Role::Standalone {
            notes.push(
                "the annotations of a pod have no effect on a Linux host: its caller names the namespaces".into(),
            );
        }
        let own = kind.has_machine() && role != Role::Member;
        let machine = own.then(|| MachineLimits::new(wanted, &annotations, facts, kind)).transpose()?;
        let machine = machine.map(|(machine, told)| {
            notes.extend(told);
            machine
        });
        let of_pod =
            wanted.pod.as_ref().filter(|_| kind.has_machine()).map(|pod| pod.processors).filter(|count| *count > 0);
        let processors = machine.as_ref().map(|machine| machine.processors).or(of_pod);
        let (limits, told) = Limits::new(wanted, &annotations, facts, kind, processors)?;
        notes.extend(told);
        Ok(Context { wanted, facts, annotations, choice, limits, machine, notes })
    }
}

impl Context<'_> {
    /// A plan of these steps, whose other fields are still empty.
    pub(crate) fn plan(self, steps: Vec<Step>) -> Plan {
        Plan {
            id: self.wanted.id.clone(),
            host: self.facts.to_string(),
            abi: self.facts.build().map(Abi::of),
            kind: self.choice.kind,
            why: self.choice.why,
            layers: Vec::new(),
            scratch: String::new(),
            mounts: Vec::new(),
            devices: Vec::new(),
            limits: self.limits,
            network: Vec::new(),
            credentials: None,
            steps,
            slots: None,
            notes: self.notes,
        }
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
