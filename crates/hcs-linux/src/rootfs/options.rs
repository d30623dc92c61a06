//! Mount options as `mount(8)` and the OCI specification spell them, parsed into what the mount calls take.
//!
//! Pure: no system call is made here. Options that no table knows belong to the filesystem and are kept as [`Datum`]s;
//! whether a filesystem takes them is decided by the kernel, and for bind mounts, which take none, by the caller.

use crate::{Failure, support};
use rustix::mount::{MountAttrFlags as Attr, MountPropagationFlags as Propagation};

/// Attributes turned off and on, of one mount or of a whole tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Attributes turned on.
    pub set: Attr,
    /// Attributes turned off first.
    pub clear: Attr,
}

impl Default for Change {
    fn default() -> Self {
        Change { set: Attr::empty(), clear: Attr::empty() }
    }
}

impl Change {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.clear.is_empty()
    }

    fn on(&mut self, flag: Attr) {
        self.set |= flag;
        self.clear &= !flag;
    }

    fn off(&mut self, flag: Attr) {
        self.set &= !flag;
        self.clear |= flag;
    }

    /// Access times are one field, not flags: the kernel wants all of it cleared before one value is set.
    fn access_time(&mut self, value: Attr) {
        self.off(Attr::MOUNT_ATTR__ATIME);
        self.set |= value;
    }

    fn apply(&mut self, (change, flag): (Way, Attr)) {
        match change {
            Way::On => self.on(flag),
            Way::Off => self.off(flag),
            Way::Time => self.access_time(flag),
        }
    }
}

/// An option for the filesystem itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datum {
    /// Its name.
    pub key: String,
    /// Its value, when it has one.
    pub value: Option<String>,
}

/// What the options of one mount ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MountOptions {
    /// Attributes of the mount.
    pub top: Change,
    /// Attributes of the mount and all mounts below it.
    pub recursive: Change,
    /// Propagation changes, in order; with `REC` for the whole tree.
    pub propagation: Vec<Propagation>,
    /// Flags of the filesystem as a whole: `ro`, `sync`, `dirsync`, `lazytime`, `mand`.
    pub superblock: Vec<&'static str>,
    /// Options only the filesystem knows.
    pub data: Vec<Datum>,
    /// A bind mount; `true` with everything mounted below the source.
    pub bind: Option<bool>,
    /// Changes what is mounted there already.
    pub remount: bool,
    /// A tmpfs begins as a copy of what it hides.
    pub copy_up: bool,
    /// Ids are mapped; `true` for the whole tree.
    pub idmap: Option<bool>,
    /// The source's last component must not be a symbolic link.
    pub source_nofollow: bool,
    /// The destination must not be a symbolic link.
    pub destination_nofollow: bool,
}

impl MountOptions {
    /// Parses the options of one mount. Later options win over earlier ones.
    pub fn parse<S: AsRef<str>>(options: &[S]) -> Result<Self, Failure> {
        let mut parsed = MountOptions::default();
        for option in options {
            parsed.take(option.as_ref())?;
        }
        Ok(parsed)
    }

    fn take(&mut self, option: &str) -> Result<(), Failure> {
        if let Some(change) = attribute(option) {
            self.top.apply(change);
            self.follow_superblock(option);
        } else if let Some(change) = option.strip_prefix('r').and_then(attribute) {
            self.recursive.apply(change);
        } else if let Some(propagation) = propagation(option) {
            self.propagation.push(propagation);
        } else if !self.take_superblock(option) {
            self.take_word(option)?;
        }
        Ok(())
    }

    /// `ro` and `rw` speak of the filesystem, too.
    fn follow_superblock(&mut self, option: &str) {
        match option {
            "ro" => self.superblock_on("ro"),
            "rw" => self.superblock_off("ro"),
            _ => {}
        }
    }

    fn take_superblock(&mut self, option: &str) -> bool {
        match option {
            "sync" => self.superblock_on("sync"),
            "async" => self.superblock_off("sync"),
            "dirsync" => self.superblock_on("dirsync"),
            "lazytime" => self.superblock_on("lazytime"),
            "nolazytime" => self.superblock_off("lazytime"),
            "mand" => self.superblock_on("mand"),
            "nomand" => self.superblock_off("mand"),
            // What is the default, what only concerns the kernel's log, and what only mount(8) reads.
            "" | "defaults" | "silent" | "loud" | "noiversion" | "nofail" | "auto" | "noauto" | "_netdev" => {}
            _ => return false,
        }
        true
    }

    fn superblock_on(&mut self, name: &'static str) {
        self.superblock_off(name);
        self.superblock.push(name);
    }

    fn superblock_off(&mut self, name: &str) {
        self.superblock.retain(|&known| known != name);
    }

    fn take_word(&mut self, option: &str) -> Result<(), Failure> {
        match option {
            "bind" => self.bind = Some(self.bind.unwrap_or(false)),
            "rbind" => self.bind = Some(true),
            "remount" => self.remount = true,
            "tmpcopyup" => self.copy_up = true,
            "idmap" => self.idmap = Some(false),
            "ridmap" => self.idmap = Some(true),
            "src-nofollow" => self.source_nofollow = true,
            "dest-nofollow" => self.destination_nofollow = true,
            _ if option.starts_with("x-") || option.starts_with("X-") => {}
            _ => {
                support::mount_option(option)?;
                self.data.push(datum(option));
            }
        }
        Ok(())
    }

    /// The value of a filesystem option.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.data.iter().rev().find(|datum| datum.key == key).and_then(|datum| datum.value.as_deref())
    }
}

fn datum(option: &str) -> Datum {
    match option.split_once('=') {
        Some((key, value)) => Datum { key: key.into(), value: Some(value.into()) },
        None => Datum { key: option.into(), value: None },
    }
}

/// How a word changes an attribute.
#[derive(Clone, Copy)]
enum Way {
    On,
    Off,
    Time,
}

/// The attributes of one mount, by word; with `r` before the word they speak of the whole tree.
fn attribute(option: &str) -> Option<(Way, Attr)> {
    Some(match option {
        "ro" => (Way::On, Attr::MOUNT_ATTR_RDONLY),
        "rw" => (Way::Off, Attr::MOUNT_ATTR_RDONLY),
        "nosuid" => (Way::On, Attr::MOUNT_ATTR_NOSUID),
        "suid" => (Way::Off, Attr::MOUNT_ATTR_NOSUID),
        "nodev" => (Way::On, Attr::MOUNT_ATTR_NODEV),
        "dev" => (Way::Off, Attr::MOUNT_ATTR_NODEV),
        "noexec" => (Way::On, Attr::MOUNT_ATTR_NOEXEC),
        "exec" => (Way::Off, Attr::MOUNT_ATTR_NOEXEC),
        "nodiratime" => (Way::On, Attr::MOUNT_ATTR_NODIRATIME),
        "diratime" => (Way::Off, Attr::MOUNT_ATTR_NODIRATIME),
        "nosymfollow" => (Way::On, Attr::MOUNT_ATTR_NOSYMFOLLOW),
        "symfollow" => (Way::Off, Attr::MOUNT_ATTR_NOSYMFOLLOW),
        "noatime" => (Way::Time, Attr::MOUNT_ATTR_NOATIME),
        "strictatime" => (Way::Time, Attr::MOUNT_ATTR_STRICTATIME),
        // The kernel's default is relatime, so words that undo the other two ask for it.
        "relatime" | "norelatime" | "atime" | "nostrictatime" => (Way::Time, Attr::MOUNT_ATTR_RELATIME),
        _ => return None,
    })
}

/// A propagation word, of the specification's `rootfsPropagation` too.
pub fn propagation(word: &str) -> Option<Propagation> {
    Some(match word {
        "private" => Propagation::PRIVATE,
        "slave" => Propagation::DOWNSTREAM,
        "shared" => Propagation::SHARED,
        "unbindable" => Propagation::UNBINDABLE,
        "rprivate" => Propagation::PRIVATE | Propagation::REC,
        "rslave" => Propagation::DOWNSTREAM | Propagation::REC,
        "rshared" => Propagation::SHARED | Propagation::REC,
        "runbindable" => Propagation::UNBINDABLE | Propagation::REC,
        _ => return None,
    })
}
