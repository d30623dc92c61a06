//! The specification of a container before the caller's wishes: Docker's defaults, for this caller.
//!
//! Who may not make containers by privilege gets a user namespace, with the ids that the engine found mappable. The root's
//! path, the host name, `HOME` and the control group are left to the engine, which knows the container's id and files.

use super::{capabilities, defaults, environment, seccomp};
use hcs_engine::{Facts, IdRange};
use hcs_schema::oci::{IdMapping, Linux, Namespace, NamespaceKind, Process, Resources, Root, Spec, User};

/// Version of the OCI runtime specification that is written.
pub const OCI_VERSION: &str = "1.2.0";

/// Which network a container sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// A network namespace with the loopback interface only.
    #[default]
    None,
    /// The host's own network.
    Host,
}

impl Network {
    /// Reads the word for it.
    pub fn parse(word: Option<&str>) -> Result<Network, String> {
        match word {
            None | Some("none") => Ok(Network::None),
            Some("host") => Ok(Network::Host),
            Some(other) => Err(format!("{other:?} is neither \"none\" nor \"host\"")),
        }
    }
}

/// What the defaults depend on.
#[derive(Clone, Debug)]
pub struct Basics {
    /// Network of the container.
    pub network: Network,
    /// Capabilities, as `CAP_…`.
    pub capabilities: Vec<String>,
    /// Whether it has a terminal.
    pub terminal: bool,
    /// Whether its root is read-only.
    pub read_only: bool,
    /// Who runs its process.
    pub user: User,
}

/// The specification that the caller's wishes are added to.
pub fn default_spec(basics: &Basics, facts: &Facts) -> Spec {
    Spec {
        oci_version: OCI_VERSION.into(),
        root: Some(Root { readonly: basics.read_only, ..Root::default() }),
        mounts: defaults::mounts(facts, basics.network),
        process: Some(process(basics)),
        linux: Some(linux(basics, facts)),
        ..Spec::default()
    }
}

fn process(basics: &Basics) -> Process {
    let mut env = vec![environment::PATH.to_owned()];
    if basics.terminal {
        env.push(environment::TERM.to_owned());
    }
    Process {
        terminal: basics.terminal,
        user: basics.user.clone(),
        env,
        cwd: "/".into(),
        capabilities: Some(capabilities::sets(&basics.capabilities, !super::user::is_ordinary(&basics.user))),
        ..Process::default()
    }
}

fn linux(basics: &Basics, facts: &Facts) -> Linux {
    Linux {
        uid_mappings: mappings(&facts.uid_mappings),
        gid_mappings: mappings(&facts.gid_mappings),
        namespaces: namespaces(basics.network, facts),
        resources: Some(Resources { devices: defaults::device_rules(facts), ..Resources::default() }),
        seccomp: Some(seccomp::profile(&basics.capabilities)),
        masked_paths: defaults::MASKED_PATHS.map(str::to_owned).to_vec(),
        readonly_paths: defaults::READONLY_PATHS.map(str::to_owned).to_vec(),
        ..Linux::default()
    }
}

fn namespaces(network: Network, facts: &Facts) -> Vec<Namespace> {
    let mut kinds = Vec::new();
    if !facts.privileged {
        kinds.push(NamespaceKind::User);
    }
    kinds.extend([NamespaceKind::Pid, NamespaceKind::Ipc, NamespaceKind::Uts, NamespaceKind::Mount]);
    if network == Network::None {
        kinds.push(NamespaceKind::Network);
    }
    kinds.push(NamespaceKind::Cgroup);
    kinds.into_iter().map(|kind| Namespace { kind, ..Namespace::default() }).collect()
}

fn mappings(ranges: &[IdRange]) -> Vec<IdMapping> {
    let mapping = |range: &IdRange| IdMapping {
        container_id: range.inside,
        host_id: range.outside,
        size: range.count,
        ..IdMapping::default()
    };
    ranges.iter().map(mapping).collect()
}
