//! The user's process gets its standard streams.

use crate::{Context, Failure};
use hcs_schema::oci::ConsoleBox;
use rustix::termios::Winsize;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Makes the terminal, or else three streams, the process's standard ones.
pub fn take(streams: Vec<OwnedFd>, terminal: Option<OwnedFd>) -> Result<(), Failure> {
    if let Some(slave) = terminal {
        rustix::process::ioctl_tiocsctty(&slave).doing(|| "take the terminal as the controlling one")?;
        place([slave.as_fd(); 3])
    } else {
        let [stdin, stdout, stderr] = streams.as_slice() else {
            return Err(Failure::new("take the standard streams", format!("{} came instead of 3", streams.len())));
        };
        place([stdin.as_fd(), stdout.as_fd(), stderr.as_fd()])
    }
}

fn place(streams: [BorrowedFd<'_>; 3]) -> Result<(), Failure> {
    let doing = || "place the standard streams";
    rustix::stdio::dup2_stdin(streams[0]).doing(doing)?;
    rustix::stdio::dup2_stdout(streams[1]).doing(doing)?;
    rustix::stdio::dup2_stderr(streams[2]).doing(doing)
}

/// Sets a terminal's first size.
pub fn set_size(master: &OwnedFd, size: Option<&ConsoleBox>) -> Result<(), Failure> {
    let Some(size) = size else { return Ok(()) };
    let limit = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
    let size = Winsize { ws_row: limit(size.height), ws_col: limit(size.width), ws_xpixel: 0, ws_ypixel: 0 };
    rustix::termios::tcsetwinsize(master, size).doing(|| "set the terminal's size")
}
