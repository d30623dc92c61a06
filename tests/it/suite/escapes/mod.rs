//! Published escapes from container runtimes, tried from end to end.
//!
//! Each test names the guard that it is about and was seen to fail without it. Where two guards stand one behind the other,
//! it fails when both are gone; the tests beside the guards see each alone.

mod binary;
mod capabilities;
mod console;
mod descriptors;
mod masks;
mod procfs;
mod races;
mod watching;

use crate::shell::eventually;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A copy of the program that a test may lose.
fn copy_of_silo(folder: &Path) -> PathBuf {
    let copy = folder.join("silo-copy");
    std::fs::copy(crate::support::silo_path(), &copy).unwrap();
    std::os::unix::fs::chown(&copy, Some(0), Some(0)).unwrap();
    copy
}

/// A program whose output nobody reads: it waits at its first word until this is opened up.
struct Stuck {
    child: Child,
    readers: Vec<std::os::fd::OwnedFd>,
}

impl Stuck {
    fn start(mut command: Command) -> Stuck {
        let mut readers = Vec::new();
        let mut full = || {
            let (reader, writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
            let size = rustix::pipe::fcntl_setpipe_size(&writer, 4096).unwrap();
            assert_eq!(rustix::io::write(&writer, &vec![b'.'; size]).unwrap(), size);
            readers.push(reader);
            Stdio::from(writer)
        };
        command.stdout(full()).stderr(full());
        Stuck { child: command.spawn().unwrap(), readers }
    }

    /// Lets it write, and waits for its end.
    fn let_go(mut self) {
        self.readers.clear();
        self.child.wait().unwrap();
    }
}

/// Waits until a file is there.
fn await_file(path: &Path) {
    eventually(&format!("{} is there", path.display()), || path.exists());
}
