//! Who runs the process: numbers, or names looked up in the container's own `/etc/passwd` and `/etc/group`.
//!
//! [`resolve`] takes an opener of the container's root and is called before the user changes. The parsers are pure and take
//! whatever an image contains: lines they cannot read are passed over, files that are not plain or too long are refused.
//! Names follow Docker: `user[:group]`, each a name or a number; a named user without a group also gets the groups that list
//! it. [`Identity::assume`] changes this thread's ids by system calls of the thread.

use super::{Opener, read_kernel_file};
use crate::{Context, Failure, rootfs};
use hcs_schema::oci;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{FileType, Mode, OFlags, fstat};
use rustix::io::Errno;
use rustix::thread::{Gid, Uid, set_thread_groups, set_thread_res_gid, set_thread_res_uid};
use std::io::Read;
use std::path::Path;

/// No user database that a container could need is longer; it bounds the memory that an image can make us use.
const MAX_DATABASE: u64 = 8 << 20;

/// Ids to run with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Supplementary group ids.
    pub groups: Vec<u32>,
    /// Home directory, `/` when the database has none.
    pub home: String,
}

/// One line of `/etc/passwd`.
struct User<'a> {
    /// Name.
    name: &'a str,
    /// User id.
    uid: u32,
    /// Primary group id.
    gid: u32,
    /// Home directory.
    home: &'a str,
}

/// One line of `/etc/group`.
struct Group<'a> {
    /// Name.
    name: &'a str,
    /// Group id.
    gid: u32,
    /// Names of members, with commas between.
    members: &'a str,
}

/// An id; the highest number means "none" to the kernel.
fn id(text: &str) -> Option<u32> {
    text.parse().ok().filter(|id| *id != u32::MAX)
}

/// The users of a database.
fn users(passwd: &str) -> impl Iterator<Item = User<'_>> {
    passwd.lines().filter_map(|line| {
        let mut fields = line.trim().split(':');
        let name = fields.next().filter(|name| !name.is_empty() && !name.starts_with('#'))?;
        let (uid, gid) = (id(fields.nth(1)?)?, id(fields.next()?)?);
        Some(User { name, uid, gid, home: fields.nth(1).unwrap_or("") })
    })
}

/// The groups of a database.
fn groups(group: &str) -> impl Iterator<Item = Group<'_>> {
    group.lines().filter_map(|line| {
        let mut fields = line.trim().split(':');
        let name = fields.next().filter(|name| !name.is_empty() && !name.starts_with('#'))?;
        let gid = id(fields.nth(1)?)?;
        Some(Group { name, gid, members: fields.next().unwrap_or("") })
    })
}

/// A home directory that an environment can carry.
fn home(home: &str) -> String {
    if home.starts_with('/') && !home.contains('\0') { home.to_owned() } else { "/".to_owned() }
}

/// Looks `user[:group]` up.
pub fn lookup(wanted: &str, passwd: &str, group: &str) -> Result<Identity, Failure> {
    let place = || format!("process.user.username {wanted:?}");
    let (user_name, group_name) = match wanted.split_once(':') {
        Some((user, group)) => (user, Some(group).filter(|group| !group.is_empty())),
        None => (wanted, None),
    };
    let number = id(user_name);
    let found = users(passwd).find(|user| user.name == user_name || Some(user.uid) == number);
    let mut identity = match (&found, number) {
        (Some(user), _) => Identity { uid: user.uid, gid: user.gid, groups: Vec::new(), home: home(user.home) },
        (None, Some(uid)) => Identity { uid, gid: 0, groups: Vec::new(), home: home("") },
        (None, None) => {
            return Err(Failure::invalid(place(), format!("unable to find user {user_name}: not in /etc/passwd")));
        }
    };
    match group_name {
        Some(name) => {
            let listed = groups(group).find(|group| group.name == name || Some(group.gid) == id(name));
            identity.gid = listed
                .map(|group| group.gid)
                .or(id(name))
                .ok_or_else(|| Failure::invalid(place(), format!("unable to find group {name}: not in /etc/group")))?;
        }
        None => {
            let is_member = |group: &Group<'_>| {
                found.as_ref().is_some_and(|user| group.members.split(',').any(|member| member.trim() == user.name))
            };
            identity.groups = groups(group).filter(is_member).map(|group| group.gid).collect();
        }
    }
    Ok(identity)
}

/// The home directory of `uid`.
pub fn home_of(uid: u32, passwd: &str) -> String {
    home(users(passwd).find(|user| user.uid == uid).map_or("", |user| user.home))
}

/// Opens a path below `/` for [`resolve`], where `/` is already the container's: links of procfs are not followed.
pub fn open_in_root(path: &Path, flags: OFlags) -> Result<OwnedFd, Failure> {
    let doing = || format!("open /{}", path.display());
    let root = rustix::fs::open("/", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).doing(doing)?;
    rootfs::open_in_root(root.as_fd(), path, flags).doing(doing)
}

/// Reads a database; one that is absent is empty.
fn database(root: Opener<'_>, path: &str) -> Result<String, Failure> {
    // Without NONBLOCK a FIFO in the image would hold the container's start up for ever.
    let file = match root(Path::new(path), OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC) {
        Err(failure) if [libc::ENOENT, libc::ENOTDIR].contains(&failure.errno) => return Ok(String::new()),
        opened => opened?,
    };
    let status = fstat(&file).doing(|| format!("look at /{path}"))?;
    if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
        return Err(Failure::invalid(format!("read /{path}"), "it is not a plain file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::from(file).take(MAX_DATABASE + 1).read_to_end(&mut bytes).doing(|| format!("read /{path}"))?;
    if bytes.len() as u64 > MAX_DATABASE {
        return Err(Failure::invalid(format!("read /{path}"), format!("it is longer than {MAX_DATABASE} bytes")));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Finds out who runs the process. With `want_home` unset, ids given as numbers need no database.
pub fn resolve(user: &oci::User, want_home: bool, root: Opener<'_>) -> Result<Identity, Failure> {
    let named = user.username.as_deref().filter(|name| !name.is_empty());
    let mut identity = match named {
        Some(name) => lookup(name, &database(root, "etc/passwd")?, &database(root, "etc/group")?)?,
        None => {
            let home = if want_home { home_of(user.uid, &database(root, "etc/passwd")?) } else { home("") };
            Identity { uid: user.uid, gid: user.gid, groups: Vec::new(), home }
        }
    };
    for gid in &user.additional_gids {
        if !identity.groups.contains(gid) {
            identity.groups.push(*gid);
        }
    }
    Ok(identity)
}

/// Explains the two ways in which the kernel refuses an id.
fn explain(failure: Failure, id: u32) -> Failure {
    match failure.errno {
        libc::EINVAL => failure.hint(format!(
            "{id} is not mapped in the container's user namespace; give yourself more ids in /etc/subuid and /etc/subgid"
        )),
        libc::EPERM => failure.hint("this needs CAP_SETUID and CAP_SETGID in the user namespace"),
        _ => failure,
    }
}

impl Identity {
    /// Takes the ids on: groups, then group, then user, since each step needs what a later one gives up.
    pub fn assume(&self, proc: Opener<'_>) -> Result<(), Failure> {
        self.set_groups(proc)?;
        let gid = Gid::from_raw(self.gid);
        set_thread_res_gid(gid, gid, gid)
            .doing(|| format!("set group id {}", self.gid))
            .map_err(|failure| explain(failure, self.gid))?;
        let uid = Uid::from_raw(self.uid);
        set_thread_res_uid(uid, uid, uid)
            .doing(|| format!("set user id {}", self.uid))
            .map_err(|failure| explain(failure, self.uid))
    }

    /// Replaces the supplementary groups, where the user namespace permits it.
    fn set_groups(&self, proc: Opener<'_>) -> Result<(), Failure> {
        let groups: Vec<Gid> = self.groups.iter().map(|gid| Gid::from_raw(*gid)).collect();
        let doing = || format!("set supplementary groups {:?}", self.groups);
        match set_thread_groups(&groups) {
            Err(Errno::PERM) if read_kernel_file(proc, "self/setgroups").is_ok_and(|text| text.trim() == "deny") => {
                if groups.is_empty() {
                    return Ok(());
                }
                let why = "process.user.additionalGids cannot be set: this user namespace was made without privileges; name the group too \
                     (USER:GROUP), give yourself more ids in /etc/subuid and /etc/subgid, or run as root";
                Err(Failure::errno(doing(), Errno::PERM).hint(why))
            }
            Err(Errno::INVAL) => {
                let why = "one of them is not mapped in the container's user namespace";
                Err(Failure::errno(doing(), Errno::INVAL).hint(why))
            }
            set => set.doing(doing),
        }
    }
}
