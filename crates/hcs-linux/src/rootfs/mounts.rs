//! The specification's `mounts`, one after the other.
//!
//! Each is: find or make the destination (a descriptor), make the mount detached with all its attributes, move it onto the
//! descriptor, check that the path leads there. Mounts that must become read-only only after the devices are in place are
//! handed back.

use super::fs::NewFs;
use super::options::MountOptions;
use super::resolve::{Links, Missing, Place, open_in_root, open_or_make};
use super::{Root, RootPlan, bind, cgroup, copy_up, fs, guard};
use crate::sys::mount::{AttrChange, mount_setattr};
use crate::{Context, Failure};
use hcs_schema::oci::Mount;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{FileType, OFlags, fstat};
use rustix::io::Errno;
use rustix::mount::{
    FsPickFlags, MountAttrFlags as Attr, MountFlags, MountPropagationFlags as Propagation, fsconfig_reconfigure,
    fsconfig_set_flag, fsconfig_set_string, fspick,
};
use std::path::Path;

/// One mount with what is known about it.
pub struct Entry<'a> {
    pub plan: &'a RootPlan<'a>,
    pub root: BorrowedFd<'a>,
    pub index: usize,
    pub mount: &'a Mount,
    pub options: MountOptions,
}

impl Entry<'_> {
    /// The filesystem type.
    pub fn kind(&self) -> &str {
        self.mount.kind.as_deref().unwrap_or("none")
    }

    pub fn path(&self) -> &Path {
        Path::new(&self.mount.destination)
    }

    fn is_bind(&self) -> bool {
        self.options.bind.is_some() || matches!(self.kind(), "bind" | "rbind") || self.options.idmap.is_some()
    }

    fn is_dev(&self) -> bool {
        guard::lexical(self.path()) == Path::new("/dev")
    }

    /// Devices, and mounts inside, are made in these before they become read-only.
    fn late_read_only(&self) -> bool {
        let read_only = self.options.top.set.contains(Attr::MOUNT_ATTR_RDONLY);
        read_only && (self.is_dev() || (self.kind() == "tmpfs" && !self.is_bind()))
    }
}

/// Makes all mounts. Gives back those that become read-only when everything is in them.
pub fn all(plan: &RootPlan<'_>, root: &mut Root) -> Result<Vec<OwnedFd>, Failure> {
    let mut late = Vec::new();
    for (index, mount) in plan.spec().mounts.iter().enumerate() {
        let mut options = MountOptions::parse(&mount.options)?;
        if mount.kind.as_deref() == Some("rbind") {
            options.bind = Some(true);
        }
        let mut entry = Entry { plan, root: root.fd.as_fd(), index, mount, options };
        let wait = entry.late_read_only();
        if wait {
            entry.options.top.set -= Attr::MOUNT_ATTR_RDONLY;
            entry.options.superblock.retain(|&flag| flag != "ro");
        }
        let made = one(&entry).map_err(|failure| name(mount, failure))?;
        let is_proc = is_whole_proc(&entry);
        if let Some(fd) = made {
            if is_proc {
                root.proc = Some(fd);
            } else if wait {
                late.push(fd);
            }
        }
    }
    Ok(late)
}

/// Says which mount failed.
fn name(mount: &Mount, failure: Failure) -> Failure {
    let kind = mount.kind.as_deref().unwrap_or("bind");
    Failure { doing: format!("mount {kind} on {}: {}", mount.destination, failure.doing), ..failure }
}

fn is_whole_proc(entry: &Entry<'_>) -> bool {
    let read_only = entry.options.top.set.contains(Attr::MOUNT_ATTR_RDONLY);
    entry.kind() == "proc"
        && !entry.is_bind()
        && guard::lexical(entry.path()) == Path::new("/proc")
        && !read_only
        && entry.options.data.is_empty()
}

fn one(entry: &Entry<'_>) -> Result<Option<OwnedFd>, Failure> {
    if !entry.path().is_absolute() {
        return Err(Failure::invalid("find the destination", "it must be an absolute path"));
    }
    if guard::lexical(entry.path()) == Path::new("/") {
        return Err(Failure::invalid("find the destination", "a mount on / would hide the root"));
    }
    if entry.options.remount {
        return remount(entry).map(|()| None);
    }
    match entry.kind() {
        _ if entry.is_bind() => bind_mount(entry),
        "proc" | "sysfs" => kernel_view(entry),
        "tmpfs" => tmpfs(entry),
        "mqueue" => or_bind(entry, "/dev/mqueue", filesystem(entry)),
        "cgroup" | "cgroup2" => cgroup::mount(entry),
        _ => filesystem(entry),
    }
    .map(Some)
}

fn bind_mount(entry: &Entry<'_>) -> Result<OwnedFd, Failure> {
    bind::refuse_data(entry.mount, &entry.options)?;
    let mount = match entry.plan.prepared(entry.index) {
        Some(prepared) => {
            bind::attributes(prepared, &entry.options)?;
            prepared.try_clone_to_owned().doing(|| "keep a prepared mount")?
        }
        None if entry.options.idmap.is_some() => {
            return Err(Failure::new(
                "map ids",
                "an id-mapped mount must be opened before the user namespace is entered",
            ));
        }
        None => bind::source(entry.plan, entry.mount, &entry.options)?,
    };
    put(entry, mount)
}

/// Puts a detached mount where it belongs.
fn put(entry: &Entry<'_>, mount: OwnedFd) -> Result<OwnedFd, Failure> {
    let folder = is_folder(mount.as_fd()).doing(|| "look at the source")?;
    let missing = if folder { Missing::Directory } else { Missing::File };
    let over_proc = guard::lexical(entry.path()) == Path::new("/proc");
    let place = destination(entry, missing, if over_proc { Links::Refuse } else { Links::Follow })?;
    guard::outside_procfs(place.fd.as_fd(), entry.path(), guard::is_procfs_root(mount.as_fd())?)?;
    attach(entry, mount.as_fd(), &place)?;
    Ok(mount)
}

/// procfs and sysfs, which decide what the container sees of the kernel: only ever on a real folder.
fn kernel_view(entry: &Entry<'_>) -> Result<OwnedFd, Failure> {
    let place = destination(entry, Missing::Directory, Links::Refuse)?;
    guard::real_directory(place.fd.as_fd(), entry.path())?;
    guard::outside_procfs(place.fd.as_fd(), entry.path(), entry.kind() == "proc")?;
    match make(entry) {
        Ok(mount) => attach(entry, mount.as_fd(), &place).map(|()| mount),
        Err(failure) if entry.kind() == "sysfs" => or_bind(entry, "/sys", Err(failure)),
        Err(failure) if failure.errno == Errno::PERM.raw_os_error() => Err(failure.hint(
            "a user namespace needs a pid namespace of its own, and must see a /proc with nothing mounted over it",
        )),
        Err(failure) => Err(failure),
    }
}

fn filesystem(entry: &Entry<'_>) -> Result<OwnedFd, Failure> {
    let place = destination(entry, Missing::Directory, Links::Follow)?;
    guard::outside_procfs(place.fd.as_fd(), entry.path(), false)?;
    let mount = if builder(entry).fits() { make(entry)? } else { by_old_call(entry)? };
    attach(entry, mount.as_fd(), &place)?;
    Ok(mount)
}

/// A tmpfs takes on the mode of the folder it hides, and with `tmpcopyup` its content.
fn tmpfs(entry: &Entry<'_>) -> Result<OwnedFd, Failure> {
    let place = destination(entry, Missing::Directory, Links::Follow)?;
    guard::outside_procfs(place.fd.as_fd(), entry.path(), false)?;
    let mode = if place.existed && entry.options.value("mode").is_none() {
        let stat = fstat(&place.fd).doing(|| "look at the destination")?;
        Some(format!("{:o}", stat.st_mode & 0o7777))
    } else {
        None
    };
    let mut new = builder(entry);
    if let Some(mode) = &mode {
        new.set("mode", mode);
    }
    let mount = new.create(entry.options.top.set)?;
    if entry.options.copy_up && place.existed {
        copy_up::copy(place.fd.as_fd(), mount.as_fd()).doing(|| "copy into the tmpfs")?;
    }
    attach(entry, mount.as_fd(), &place)?;
    Ok(mount)
}

/// In a user namespace that does not own what a filesystem shows, the host's view of it is bound.
fn or_bind(entry: &Entry<'_>, host: &str, made: Result<OwnedFd, Failure>) -> Result<OwnedFd, Failure> {
    match made {
        Err(failure) if failure.errno == Errno::PERM.raw_os_error() && entry.plan.binds_devices() => {
            let whole = MountOptions { bind: Some(true), ..MountOptions::default() };
            let Ok(mount) = bind::cloned(Path::new(host), &whole) else { return Err(failure) };
            bind::attributes(mount.as_fd(), &entry.options)?;
            put(entry, mount)
        }
        made => made,
    }
}

/// Finds or makes the destination.
pub fn destination(entry: &Entry<'_>, missing: Missing, links: Links) -> Result<Place, Failure> {
    let path = entry.path();
    if entry.options.destination_nofollow
        && let Ok(fd) = open_in_root(entry.root, path, OFlags::PATH | OFlags::NOFOLLOW)
    {
        return Ok(Place { fd, existed: true });
    }
    open_or_make(entry.root, path, missing, links).map_err(|errno| {
        let failure = Failure::errno("find or make the destination", errno);
        match errno {
            Errno::LOOP if links == Links::Refuse => failure.hint("no symbolic link may be on the way"),
            Errno::ROFS => failure.hint("it is missing in a read-only filesystem"),
            Errno::NOSYS => failure.hint("the kernel lacks openat2 (Linux 5.6)"),
            _ => failure,
        }
    })
}

/// Attaches a mount, checks where it went, and sets its propagation.
pub fn attach(entry: &Entry<'_>, mount: BorrowedFd<'_>, place: &Place) -> Result<(), Failure> {
    fs::attach(mount, place.fd.as_fd()).map_err(|errno| {
        let failure = Failure::errno("attach", errno);
        match (is_folder(mount), is_folder(place.fd.as_fd())) {
            (Ok(from), Ok(to)) if from != to => failure.hint("a folder and a file cannot be mounted on each other"),
            _ => failure,
        }
    })?;
    let nofollow = if entry.options.destination_nofollow { OFlags::NOFOLLOW } else { OFlags::empty() };
    guard::landed(entry.root, entry.path(), mount, nofollow)?;
    propagate(mount, &entry.options)
}

fn is_folder(fd: BorrowedFd<'_>) -> Result<bool, Errno> {
    fstat(fd).map(|stat| guard::kind(&stat) == FileType::Directory)
}

fn propagate(mount: BorrowedFd<'_>, options: &MountOptions) -> Result<(), Failure> {
    for kind in &options.propagation {
        let recursive = kind.contains(Propagation::REC);
        mount_setattr(mount, recursive, &AttrChange::propagation(*kind)).doing(|| "set the propagation")?;
    }
    Ok(())
}

/// The filesystem that a mount asks for.
pub fn builder<'a>(entry: &'a Entry<'_>) -> NewFs<'a> {
    let mut new = NewFs::new(entry.kind());
    if let Some(source) = entry.mount.source.as_deref().filter(|source| !source.is_empty()) {
        new.set("source", source);
    }
    let virtual_fs = matches!(entry.kind(), "proc" | "sysfs" | "tmpfs" | "mqueue" | "devpts" | "cgroup" | "cgroup2");
    for flag in &entry.options.superblock {
        // Their superblocks may be shared with the host: read-only is for this mount alone.
        if *flag != "ro" || !virtual_fs {
            new.flag(flag);
        }
    }
    new.data(&entry.options.data);
    let labelled = !matches!(entry.kind(), "proc" | "sysfs" | "cgroup" | "cgroup2");
    if let Some(label) = fs::label(entry.plan.spec()).filter(|_| labelled) {
        new.set("context", label);
    }
    new
}

fn make(entry: &Entry<'_>) -> Result<OwnedFd, Failure> {
    builder(entry).create(entry.options.top.set | entry.options.recursive.set)
}

/// `mount(2)`, for values too long for `fsconfig`.
fn by_old_call(entry: &Entry<'_>) -> Result<OwnedFd, Failure> {
    let words = entry.options.data.iter().map(|datum| match &datum.value {
        Some(value) => format!("{}={value}", datum.key),
        None => datum.key.clone(),
    });
    let data = words.collect::<Vec<_>>().join(",");
    let read_only = entry.options.superblock.contains(&"ro");
    let flags = if read_only { MountFlags::RDONLY } else { MountFlags::empty() };
    let source = entry.mount.source.as_deref().unwrap_or("none");
    let mount = fs::by_old_call(entry.root, entry.kind(), source, flags, &data)?;
    bind::attributes(mount.as_fd(), &entry.options)?;
    Ok(mount)
}

/// Changes what is mounted on the destination already.
fn remount(entry: &Entry<'_>) -> Result<(), Failure> {
    let mount = open_in_root(entry.root, entry.path(), OFlags::PATH).doing(|| "open the mount")?;
    bind::attributes(mount.as_fd(), &entry.options)?;
    let words = &entry.options.data;
    if entry.options.bind.is_none() && !words.is_empty() {
        let flags = FsPickFlags::FSPICK_CLOEXEC | FsPickFlags::FSPICK_EMPTY_PATH;
        let context = fspick(&mount, c"", flags).doing(|| "pick the filesystem")?;
        for datum in words {
            match &datum.value {
                Some(value) => fsconfig_set_string(&context, &*datum.key, &**value),
                None => fsconfig_set_flag(&context, &*datum.key),
            }
            .map_err(|errno| {
                Failure::errno(format!("set option `{}`", datum.key), errno).hint(fs::log(context.as_fd()))
            })?;
        }
        fsconfig_reconfigure(&context)
            .map_err(|errno| Failure::errno("reconfigure", errno).hint(fs::log(context.as_fd())))?;
    }
    propagate(mount.as_fd(), &entry.options)
}
