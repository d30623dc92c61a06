//! Reading and writing the small files of a control group.
//!
//! A write is one `write(2)` to a file that exists already: these files are commands, and a file that is missing means a
//! kernel that cannot do what was asked. [`settle`] writes several settings of one group whose limits hold each other: a
//! kernel refuses `limit > limit with swap` and `burst > quota` at every moment, so which must be written first depends on
//! what is there. What it refuses as invalid is tried again after the others, until nothing changes.

use crate::Failure;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// One value for one file, on behalf of a field of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// The field, for example `linux.resources.memory.limit`.
    pub(super) field: Cow<'static, str>,
    /// Name of the file in the group's folder.
    pub(super) file: String,
    /// What is written.
    pub(super) value: String,
}

impl Setting {
    pub(super) fn new(field: impl Into<Cow<'static, str>>, file: impl Into<String>, value: impl ToString) -> Self {
        Setting { field: field.into(), file: file.into(), value: value.to_string() }
    }

    /// Whether it only takes a limit away; where there is no such limit that is done already.
    fn lifts(&self) -> bool {
        matches!(self.value.as_str(), "max" | "-1")
    }

    fn failure(&self, folder: &Path, errno: Errno) -> Failure {
        let doing = format!("{}: write {:?} to {}", self.field, self.value, folder.join(&self.file).display());
        match errno {
            Errno::NOENT if !folder.exists() => Failure::errno(doing, errno).hint("the group is gone"),
            Errno::NOENT => Failure::unsupported(doing, "this kernel has no such limit; leave the field out"),
            Errno::INVAL => Failure::errno(doing, errno).hint(
                "the kernel does not take this value beside the group's other limits or those of the groups above it",
            ),
            Errno::RANGE => {
                Failure::errno(doing, errno).hint("this machine does not have as many; choose from what it has")
            }
            Errno::BUSY => Failure::errno(doing, errno).hint("the group uses more than that at present"),
            _ => Failure::errno(doing, errno),
        }
    }
}

/// Writes every setting of one group, in this order where the kernel allows it.
pub(super) fn settle(folder: &Path, settings: Vec<Setting>) -> Result<(), Failure> {
    let mut left = settings;
    while !left.is_empty() {
        let before = left.len();
        let mut refused = Vec::new();
        for setting in left {
            match write(&folder.join(&setting.file), &setting.value) {
                Ok(()) => {}
                Err(Errno::INVAL) => refused.push(setting),
                Err(Errno::NOENT) if setting.lifts() && folder.exists() => {}
                Err(errno) => return Err(setting.failure(folder, errno)),
            }
        }
        if refused.len() == before {
            return Err(refused[0].failure(folder, Errno::INVAL));
        }
        left = refused;
    }
    Ok(())
}

/// Reads a whole file; bytes that are no text are replaced.
pub(super) fn read(path: &Path) -> Result<String, Errno> {
    read_all(rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?)
}

/// Reads the rest of an open file.
pub(super) fn read_all(fd: impl AsFd) -> Result<String, Errno> {
    let mut bytes = Vec::with_capacity(4096);
    loop {
        if bytes.len() == bytes.capacity() {
            bytes.reserve(bytes.capacity());
        }
        match rustix::io::read(&fd, rustix::buffer::spare_capacity(&mut bytes)) {
            Ok(0) => break,
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Writes a value in one call; the file must exist.
pub(super) fn write(path: &Path, value: &str) -> Result<(), Errno> {
    let fd = rustix::fs::open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    write_open(fd, value)
}

/// Writes a value to an open file in one call.
pub(super) fn write_open(fd: impl AsFd, value: &str) -> Result<(), Errno> {
    let written = rustix::io::retry_on_intr(|| rustix::io::write(&fd, value.as_bytes()))?;
    if written == value.len() { Ok(()) } else { Err(Errno::IO) }
}

/// Visits a folder and every one below it, each before those in it, and leaves each after them, from the folder above. Two
/// descriptors are open at most and paths stay short, however deep it goes. What goes away meanwhile is passed over.
pub(super) fn walk(
    folder: &Path,
    visit: &mut dyn FnMut(BorrowedFd<'_>) -> Result<(), Errno>,
    leave: &mut dyn FnMut(BorrowedFd<'_>, &OsStr) -> Result<(), Errno>,
) -> Result<(), Errno> {
    const FLAGS: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
    let mut here = match rustix::fs::open(folder, FLAGS, Mode::empty()) {
        Err(Errno::NOENT | Errno::NODEV) => return Ok(()),
        fd => fd?,
    };
    visit(here.as_fd())?;
    let (mut path, mut to_do) = (Vec::<OsString>::new(), vec![child_names(here.as_fd())?]);
    while let Some(children) = to_do.last_mut() {
        if let Some(child) = children.pop() {
            match rustix::fs::openat(&here, &child, FLAGS, Mode::empty()) {
                Err(Errno::NOENT | Errno::NODEV) => continue,
                fd => here = fd?,
            }
            visit(here.as_fd())?;
            to_do.push(child_names(here.as_fd())?);
            path.push(child);
        } else {
            to_do.pop();
            let Some(name) = path.pop() else { break };
            here = rustix::fs::openat(&here, "..", FLAGS, Mode::empty())?;
            leave(here.as_fd(), &name)?;
        }
    }
    Ok(())
}

/// Names of the folders inside an open folder.
fn child_names(fd: impl AsFd) -> Result<Vec<OsString>, Errno> {
    let mut names = Vec::new();
    for entry in rustix::fs::Dir::read_from(fd)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if entry.file_type() == rustix::fs::FileType::Directory && name != b"." && name != b".." {
            names.push(OsStr::from_bytes(name).to_os_string());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            fs::write(folder.path().join(file), "").unwrap();
        }
        folder
    }

    #[test]
    fn settings_reach_their_files() {
        let folder = folder(&["memory.max", "pids.max"]);
        settle(folder.path(), vec![Setting::new("m", "memory.max", 5), Setting::new("p", "pids.max", "max")]).unwrap();
        assert_eq!(read(&folder.path().join("memory.max")).unwrap(), "5");
        assert_eq!(read(&folder.path().join("pids.max")).unwrap(), "max");
    }

    #[test]
    fn a_missing_file_is_a_limit_the_kernel_cannot_do() {
        let folder = folder(&[]);
        let failure = settle(folder.path(), vec![Setting::new("linux.resources.cpu.idle", "cpu.idle", 1)]).unwrap_err();
        assert_eq!(failure.errno, Errno::OPNOTSUPP.raw_os_error());
        assert!(failure.doing.starts_with("linux.resources.cpu.idle: write \"1\" to /"), "{failure}");
        assert!(!folder.path().join("cpu.idle").exists());
    }

    #[test]
    fn a_limit_the_kernel_does_not_have_is_lifted_already() {
        let folder = folder(&[]);
        settle(folder.path(), vec![Setting::new("f", "memory.swap.max", "max")]).unwrap();
        assert!(settle(Path::new("/proc/none"), vec![Setting::new("f", "memory.swap.max", "max")]).is_err());
    }

    #[test]
    fn a_group_that_is_gone_is_not_called_an_old_kernel() {
        let failure = settle(Path::new("/proc/none"), vec![Setting::new("f", "cpu.idle", 1)]).unwrap_err();
        assert_eq!((failure.errno, failure.why.as_str()), (Errno::NOENT.raw_os_error(), "the group is gone"));
    }

    #[test]
    fn long_files_are_read_whole() {
        let folder = folder(&["long"]);
        let text = "0123456789".repeat(5000);
        fs::write(folder.path().join("long"), &text).unwrap();
        assert_eq!(read(&folder.path().join("long")).unwrap(), text);
    }

    #[test]
    fn a_walk_visits_before_and_leaves_after() {
        let folder = folder(&["file"]);
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        let (mut visited, mut left) = (0, Vec::new());
        let mut visit = |_: BorrowedFd<'_>| {
            visited += 1;
            Ok(())
        };
        let mut leave = |above: BorrowedFd<'_>, name: &OsStr| {
            left.push(name.to_os_string());
            rustix::fs::unlinkat(above, name, rustix::fs::AtFlags::REMOVEDIR)
        };
        walk(folder.path(), &mut visit, &mut leave).unwrap();
        assert_eq!((visited, left), (3, vec!["b".into(), "a".into()]));
        assert!(folder.path().join("file").exists() && !folder.path().join("a").exists());
        walk(&folder.path().join("none"), &mut |_| Err(Errno::IO), &mut |_, _| Ok(())).unwrap();
    }
}
