//! Which namespaces are new, joined or shared, and in which order that happens.

use crate::process::sysctl;
use crate::{Context, Failure};
use hcs_schema::oci::{Namespace, NamespaceKind, Spec};
use rustix::fs::{Mode, OFlags};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use std::os::fd::{AsFd, OwnedFd};

/// The namespaces of a specification, sorted by what happens to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namespaces {
    /// Made anew.
    pub new: Vec<NamespaceKind>,
    /// Joined, by path.
    pub joined: Vec<(NamespaceKind, String)>,
}

/// Kinds that are made after the process exists, by itself: a control group namespace takes the group the process is in as
/// its root, and the offsets of a time namespace are set before anybody is in it.
const LATE: [NamespaceKind; 2] = [NamespaceKind::Cgroup, NamespaceKind::Time];

impl Namespaces {
    /// Sorts the namespaces of a specification.
    pub fn of(namespaces: &[Namespace]) -> Namespaces {
        let mut sorted = Namespaces::default();
        for namespace in namespaces {
            match namespace.path.as_deref().filter(|path| !path.is_empty()) {
                Some(path) => sorted.joined.push((namespace.kind, path.to_owned())),
                None => sorted.new.push(namespace.kind),
            }
        }
        // A joined user namespace comes first: it owns the others, and gives the right to join them.
        sorted.joined.sort_by_key(|(kind, _)| *kind != NamespaceKind::User);
        sorted
    }

    /// Whether a kind is made anew.
    pub fn makes(&self, kind: NamespaceKind) -> bool {
        self.new.contains(&kind)
    }

    /// Whether a kind is the container's own: made or joined, not the host's.
    pub fn has(&self, kind: NamespaceKind) -> bool {
        self.makes(kind) || self.joined.iter().any(|(joined, _)| *joined == kind)
    }

    /// Kinds that are the container's own.
    pub fn own(&self) -> Vec<NamespaceKind> {
        self.new.iter().copied().chain(self.joined.iter().map(|(kind, _)| *kind)).collect()
    }

    /// `clone3` flags of the new ones that a process can be born in.
    pub fn birth_flags(&self) -> u64 {
        clone_flags(self.new.iter().copied().filter(|kind| !LATE.contains(kind)))
    }

    /// Refuses what would change the whole machine because a namespace that is joined by path is the machine's own, which only
    /// a look at the path tells.
    pub fn check(&self, spec: &Spec) -> Result<(), Failure> {
        let own = |kind| self.makes(kind) || self.joined.iter().any(|(joined, path)| *joined == kind && !is_ours(path));
        let (ipc, network, uts) = (NamespaceKind::Ipc, NamespaceKind::Network, NamespaceKind::Uts);
        let own = sysctl::Own { ipc: own(ipc), network: own(network), uts: own(uts) };
        for (property, name) in [("hostname", &spec.hostname), ("domainname", &spec.domainname)] {
            if !own.uts && name.as_ref().is_some_and(|name| !name.is_empty()) {
                return Err(Failure::invalid(property, "the UTS namespace is the machine's own"));
            }
        }
        let parameters = spec.linux.iter().flat_map(|linux| &linux.sysctl);
        Ok(parameters.into_iter().try_for_each(|(name, value)| sysctl::check(name, value, own))?)
    }

    /// Joins the ones that have a path.
    pub fn join(&self) -> Result<(), Failure> {
        // All are opened before any is joined: a mount namespace changes what the other paths mean.
        let mut opened = Vec::new();
        for (kind, path) in &self.joined {
            opened.push((*kind, path, open(path)?));
        }
        for (kind, path, fd) in opened {
            let flag = Some(link_type(kind));
            move_into_link_name_space(fd.as_fd(), flag).doing(|| format!("join the {kind:?} namespace {path}"))?;
        }
        Ok(())
    }
}

/// Whether a namespace is one that this process is in. A path that leads nowhere is told of when it is joined.
fn is_ours(path: &str) -> bool {
    let id = |path: &str| rustix::fs::stat(path).ok().map(|stat| (stat.st_dev, stat.st_ino));
    let ours = ["ipc", "net", "uts"].map(|name| id(&format!("/proc/self/ns/{name}")));
    id(path).is_some_and(|id| ours.contains(&Some(id)))
}

fn open(path: &str) -> Result<OwnedFd, Failure> {
    rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
        .doing(|| format!("open the namespace {path}"))
}

/// `CLONE_NEW…` flags of kinds.
pub fn clone_flags(kinds: impl IntoIterator<Item = NamespaceKind>) -> u64 {
    kinds.into_iter().fold(0, |flags, kind| {
        flags
            | match kind {
                NamespaceKind::Pid => libc::CLONE_NEWPID,
                NamespaceKind::Network => libc::CLONE_NEWNET,
                NamespaceKind::Mount => libc::CLONE_NEWNS,
                NamespaceKind::Ipc => libc::CLONE_NEWIPC,
                NamespaceKind::Uts => libc::CLONE_NEWUTS,
                NamespaceKind::User => libc::CLONE_NEWUSER,
                NamespaceKind::Cgroup => libc::CLONE_NEWCGROUP,
                NamespaceKind::Time => libc::CLONE_NEWTIME,
            } as u64
    })
}

fn link_type(kind: NamespaceKind) -> LinkNameSpaceType {
    match kind {
        NamespaceKind::Pid => LinkNameSpaceType::ProcessID,
        NamespaceKind::Network => LinkNameSpaceType::Network,
        NamespaceKind::Mount => LinkNameSpaceType::Mount,
        NamespaceKind::Ipc => LinkNameSpaceType::InterProcessCommunication,
        NamespaceKind::Uts => LinkNameSpaceType::HostNameAndNISDomainName,
        NamespaceKind::User => LinkNameSpaceType::User,
        NamespaceKind::Cgroup => LinkNameSpaceType::ControlGroup,
        NamespaceKind::Time => LinkNameSpaceType::Time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn namespace(kind: NamespaceKind, path: Option<&str>) -> Namespace {
        Namespace { kind, path: path.map(str::to_owned), ..Namespace::default() }
    }

    #[test]
    fn joins_the_user_namespace_before_those_it_owns() {
        let sorted = Namespaces::of(&[
            namespace(NamespaceKind::Network, Some("/n")),
            namespace(NamespaceKind::User, Some("/u")),
            namespace(NamespaceKind::Mount, None),
            namespace(NamespaceKind::Cgroup, Some("")),
        ]);
        assert_eq!(sorted.joined[0].0, NamespaceKind::User);
        assert_eq!(sorted.birth_flags(), libc::CLONE_NEWNS as u64, "a control group namespace is made later");
        assert!(sorted.has(NamespaceKind::Network) && !sorted.makes(NamespaceKind::Network));
    }
}
