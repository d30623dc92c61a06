//! What is known of a key besides its field: whom it reaches, what it accepts, since which build, and what for.

use super::value::shown;
use crate::plan::Kind;
use std::fmt;

/// Whom an annotation reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Containers of every kind.
    All,
    /// Windows containers of every kind, and Linux containers on a Linux host.
    OnHosts,
    /// Windows containers of every kind.
    Windows,
    /// Windows containers that are made from a document of schema 2.
    Wcow,
    /// Containers of both systems that are made from a document of schema 2.
    Hcs,
    /// HostProcess containers, on the host or in a utility VM.
    HostProcess,
    /// Containers of both systems in utility VMs.
    Isolated,
    /// Windows containers in utility VMs.
    WcowIsolated,
    /// Linux containers in utility VMs.
    Lcow,
    /// Utility VMs of both systems.
    Machine,
    /// Utility VMs that run Windows.
    WcowMachine,
    /// Utility VMs that run Linux.
    LcowMachine,
    /// Nobody any more.
    Nobody,
}

impl Reach {
    /// The kinds of containers that it concerns, themselves or by their utility VMs.
    pub fn kinds(self) -> &'static [Kind] {
        use Kind::*;
        match self {
            Reach::All => &[
                LinuxProcess,
                WindowsProcessV1,
                WindowsProcess,
                WindowsHypervisorV1,
                WindowsHypervisor,
                LinuxHypervisor,
                HostProcess,
            ],
            Reach::OnHosts => {
                &[LinuxProcess, WindowsProcessV1, WindowsProcess, WindowsHypervisorV1, WindowsHypervisor, HostProcess]
            }
            Reach::Windows => &[WindowsProcessV1, WindowsProcess, WindowsHypervisorV1, WindowsHypervisor, HostProcess],
            Reach::Wcow => &[WindowsProcess, WindowsHypervisor],
            Reach::Hcs => &[WindowsProcess, WindowsHypervisor, LinuxHypervisor],
            Reach::HostProcess => &[HostProcess, WindowsHypervisor],
            Reach::Isolated | Reach::Machine => &[WindowsHypervisor, LinuxHypervisor],
            Reach::WcowIsolated | Reach::WcowMachine => &[WindowsHypervisor],
            Reach::Lcow | Reach::LcowMachine => &[LinuxHypervisor],
            Reach::Nobody => &[],
        }
    }

    /// Whether it concerns the utility VM and not what runs in it, so that it says nothing to a VM which is there already.
    pub fn is_machine(self) -> bool {
        matches!(self, Reach::Machine | Reach::WcowMachine | Reach::LcowMachine)
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reach::All => "Containers of every kind",
            Reach::OnHosts => "Windows containers, and Linux containers on Linux hosts",
            Reach::Windows => "Windows containers",
            Reach::Wcow => "Windows containers from build 17763 on",
            Reach::Hcs => "Windows containers from build 17763 on, and Linux containers in utility VMs",
            Reach::HostProcess => "HostProcess containers",
            Reach::Isolated => "Containers in utility VMs",
            Reach::WcowIsolated => "Windows containers in utility VMs",
            Reach::Lcow => "Linux containers in utility VMs",
            Reach::Machine => "Utility VMs",
            Reach::WcowMachine => "Utility VMs that run Windows",
            Reach::LcowMachine => "Utility VMs that run Linux",
            Reach::Nobody => "Keys that have no effect any more",
        })
    }
}

/// Which values are accepted, among those that the type can hold.
#[derive(Clone, Copy, Debug)]
pub enum Accepts {
    /// All of them.
    Any,
    /// Whole numbers from one to another.
    Range(u64, u64),
    /// Some words.
    Words(&'static [&'static str]),
    /// Whole numbers between commas, each from one to another.
    Numbers(u64, u64),
    /// What has a form of its own: its name, and what checks it.
    Form(&'static str, fn(&str) -> Result<(), String>),
}

impl Accepts {
    /// Checks a value; the error has the value and says what is accepted.
    pub fn check(self, text: &str) -> Result<(), String> {
        match self {
            Accepts::Any => Ok(()),
            Accepts::Range(low, high) => number(text, low, high).map(drop),
            Accepts::Words(words) if words.contains(&text) => Ok(()),
            Accepts::Words([one, other]) => Err(format!("{} is neither {one} nor {other}", shown(text))),
            Accepts::Words(words) => Err(format!("{} is none of {}", shown(text), words.join(", "))),
            Accepts::Numbers(low, high) => numbers(text, low, high).map(drop),
            Accepts::Form(_, check) => check(text),
        }
    }
}

/// Reads a whole number from one to another.
pub fn number(text: &str, low: u64, high: u64) -> Result<u64, String> {
    let read = text.parse().ok().filter(|number| (low..=high).contains(number));
    read.ok_or_else(|| format!("{} is not a whole number from {low} to {high}", shown(text)))
}

/// Reads whole numbers between commas.
pub fn numbers(text: &str, low: u64, high: u64) -> Result<Vec<u64>, String> {
    text.split(',').map(|word| number(word.trim(), low, high)).collect()
}

/// A key, as it is documented.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The key.
    pub key: &'static str,
    /// Name of its type.
    pub kind: &'static str,
    /// Whom it reaches.
    pub reach: Reach,
    /// Which values it accepts.
    pub accepts: Accepts,
    /// What holds without it.
    pub default: &'static str,
    /// What it does.
    pub effect: &'static str,
    /// The first build of Windows that can honour it, where that is later than for containers as such.
    pub since: Option<u32>,
    /// Whether it decides what is protected from whom.
    pub security: bool,
    /// Whether it is for tests and for finding faults, and may go.
    pub internal: bool,
}

impl Entry {
    pub(super) const fn since(self, build: u32) -> Self {
        Entry { since: Some(build), ..self }
    }

    pub(super) const fn security(self) -> Self {
        Entry { security: true, ..self }
    }

    pub(super) const fn internal(self) -> Self {
        Entry { internal: true, ..self }
    }

    /// Whether an empty value stands for none, so that it takes back what the options give every container. It does for
    /// texts and lists, except where a gap in a template would take a protection away.
    pub fn empty_is_none(&self) -> bool {
        let free = !matches!(self.accepts, Accepts::Words(_) | Accepts::Range(..));
        !self.security && free && matches!(self.kind, "text" | "list")
    }

    /// Checks a value by what is accepted.
    pub(super) fn check(&self, text: &str) -> Result<(), String> {
        if text.is_empty() && matches!(self.kind, "text" | "list") && !self.empty_is_none() {
            return Err("it is empty; leave it out to have none".into());
        }
        self.accepts.check(text)
    }
}
