//! The file that receives a container's output.
//!
//! The container may write to the folder that the file is in, so what is found there is not trusted: a symbolic link must not
//! make this process, which may be root's, append to a file of the host, and a pipe must not hold it up.

use crate::request::OutputFile;
use hcs_host::{Error, Result};
use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2};
use rustix::io::Errno;
use std::os::fd::OwnedFd;
use std::path::Path;

/// Opens the file to append to it, making it if need be.
pub fn open(file: &OutputFile) -> Result<OwnedFd> {
    let path = file.folder.join(&file.name);
    let failed = |errno: Errno| crate::store::failed("open the output file", &path, &errno.into());
    let outside = |message| Error::invalid("open the output file", &path.display().to_string(), message);
    let folder = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = openat(CWD, &file.folder, folder, Mode::empty()).map_err(failed)?;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::APPEND | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = match below(&folder, &file.name, flags) {
        Err(Errno::XDEV | Errno::LOOP) => return Err(outside("a symbolic link leads out of its folder; remove it")),
        // A pipe that nobody reads, or a socket.
        Err(Errno::NXIO) => return Err(outside("it is not a plain file")),
        opened => opened.map_err(failed)?,
    };
    let stat = fstat(&opened).map_err(failed)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(outside("it is not a plain file"));
    }
    Ok(opened)
}

/// Opens or makes a file below a folder. The kernel asks for the lookup to be repeated when somebody anywhere on the machine
/// renamed or mounted something while it went through `..`.
fn below(folder: &OwnedFd, name: &Path, flags: OFlags) -> std::result::Result<OwnedFd, Errno> {
    /// Each repetition needs another rename in the very same instant.
    const TRIES: u32 = 4096;
    let within = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    for _ in 0..TRIES {
        match openat2(folder, name, flags, Mode::from_raw_mode(0o666), within) {
            Err(Errno::AGAIN | Errno::INTR) => {}
            result => return result,
        }
    }
    Err(Errno::AGAIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::symlink;

    fn file(folder: &Path, name: &str) -> OutputFile {
        OutputFile { folder: folder.into(), name: name.into() }
    }

    #[test]
    fn appends_to_a_plain_file_and_follows_no_link_out_of_the_folder() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("shown");
        std::fs::create_dir_all(folder.join("logs")).unwrap();
        for text in ["a", "b"] {
            std::fs::File::from(open(&file(&folder, "logs/out")).unwrap()).write_all(text.as_bytes()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(folder.join("logs/out")).unwrap(), "ab");
        symlink("logs/out", folder.join("inside")).unwrap();
        assert!(open(&file(&folder, "inside")).is_ok());
        symlink(outer.path().join("planted"), folder.join("absolute")).unwrap();
        symlink("../planted", folder.join("relative")).unwrap();
        symlink("..", folder.join("up")).unwrap();
        for name in ["absolute", "relative", "up/planted"] {
            let error = open(&file(&folder, name)).unwrap_err().to_string();
            assert!(error.contains("leads out of its folder"), "{error}");
        }
        assert!(!outer.path().join("planted").exists());
        let error = open(&file(&folder, "nowhere/out")).unwrap_err().to_string();
        assert!(error.contains("nowhere/out"), "{error}");
    }

    #[test]
    fn what_is_no_plain_file_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        rustix::fs::mkfifoat(CWD, folder.path().join("pipe"), Mode::from_raw_mode(0o600)).unwrap();
        let error = open(&file(folder.path(), "pipe")).unwrap_err().to_string();
        assert!(error.contains("not a plain file"), "{error}");
    }
}
