//! Carrying a terminal's or a pipe's data between the container and the caller.
//!
//! The caller's own streams are never made non-blocking, because other programs share them: they are read only when something is
//! there, and written blocking. The caller's terminal is in raw mode while a [`RawMode`] lives; a panic puts it back too.

use super::failed;
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use hcs_schema::oci::{self, ConsoleBox};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SocketFlags, SocketType};
use rustix::pipe::PipeFlags;
use rustix::termios::{OptionalActions, Termios, Winsize};
use std::io::IoSliceMut;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Bytes moved at once.
const CHUNK: usize = 16 * 1024;

/// What a keeper relays.
pub enum Console {
    /// A terminal.
    Terminal(Terminal),
    /// Output that goes to two places.
    Tee(Tee),
}

impl Console {
    /// Relays until the container's side has closed.
    pub async fn relay(&mut self) {
        match self {
            Console::Terminal(terminal) => terminal.relay().await,
            Console::Tee(tee) => tee.relay().await,
        }
    }
}

/// What the container wrote before it ended gets this long to come out: a process it left behind may hold the other end.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Relays while `ended` is awaited, and what is left after.
pub async fn until<T>(ended: impl Future<Output = T>, console: Option<Console>) -> T {
    let Some(mut console) = console else { return ended.await };
    let relay = console.relay();
    tokio::pin!(ended, relay);
    tokio::select! {
        result = &mut ended => {
            let _ = tokio::time::timeout(LAST_WORDS, relay).await;
            result
        }
        () = &mut relay => ended.await,
    }
}

/// The end of a console socket on which a terminal's master arrives.
#[derive(Debug)]
pub struct ConsoleSocket(OwnedFd);

/// Makes a console socket: our end, and the end that is handed to the host.
pub fn console_pair() -> Result<(ConsoleSocket, OwnedFd)> {
    let pair = rustix::net::socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None);
    let (ours, theirs) = pair.map_err(|errno| failed("run", "the terminal", "make a console socket", errno))?;
    Ok((ConsoleSocket(ours), theirs))
}

impl ConsoleSocket {
    /// Takes the master.
    pub fn receive(&self) -> Result<OwnedFd> {
        let mut name = [0; 256];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let mut parts = [IoSliceMut::new(&mut name)];
        rustix::net::recvmsg(&self.0, &mut parts, &mut ancillary, RecvFlags::CMSG_CLOEXEC)
            .map_err(|errno| failed("run", "the terminal", "receive it from the host", errno))?;
        let fd = ancillary.drain().find_map(|item| match item {
            RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
            _ => None,
        });
        fd.ok_or_else(|| Error::new("run", "the terminal", HResult::E_UNEXPECTED, "the host sent no terminal"))
    }
}

/// The caller's terminal in raw mode; put back when dropped.
#[derive(Debug)]
pub struct RawMode(());

static SAVED: Mutex<Option<Termios>> = Mutex::new(None);

impl RawMode {
    /// Sets standard input raw if it is a terminal.
    pub fn set() -> Result<Option<RawMode>> {
        let stdin = std::io::stdin();
        let Ok(saved) = rustix::termios::tcgetattr(&stdin) else { return Ok(None) };
        let mut raw = saved.clone();
        raw.make_raw();
        rustix::termios::tcsetattr(&stdin, OptionalActions::Now, &raw)
            .map_err(|errno| failed("run", "the terminal", "set raw mode", errno))?;
        *SAVED.lock().unwrap_or_else(PoisonError::into_inner) = Some(saved);
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let previous = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                restore();
                previous(info);
            }));
        });
        Ok(Some(RawMode(())))
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        restore();
    }
}

fn restore() {
    if let Some(saved) = SAVED.lock().unwrap_or_else(PoisonError::into_inner).take() {
        // If the terminal is gone there is nothing to put back.
        let _ = rustix::termios::tcsetattr(std::io::stdin(), OptionalActions::Now, &saved);
    }
}

fn callers_size() -> Option<Winsize> {
    let stdin = rustix::termios::tcgetwinsize(std::io::stdin());
    stdin.or_else(|_| rustix::termios::tcgetwinsize(std::io::stdout())).ok()
}

/// Gives the terminal of a process the size of the caller's before the program can ask for it, if nothing else was said.
pub fn size_like_callers(process: &mut oci::Process) {
    if process.terminal && process.console_size.is_none() {
        let size = |size: Winsize| ConsoleBox {
            height: size.ws_row.into(),
            width: size.ws_col.into(),
            ..ConsoleBox::default()
        };
        process.console_size = callers_size().map(size);
    }
}

/// A container's terminal, connected to the caller's streams or to a file.
pub struct Terminal {
    master: AsyncFd<OwnedFd>,
    input: Option<AsyncFd<OwnedFd>>,
    outputs: Vec<OwnedFd>,
    resized: Option<Signal>,
    _raw: Option<RawMode>,
}

impl Terminal {
    /// Connects a master to the caller's terminal, and to a file as well.
    pub fn attach(master: OwnedFd, stdin: bool, file: Option<OwnedFd>) -> Result<Terminal> {
        let io = |error: std::io::Error| failed("run", "the terminal", "connect it", error);
        let raw = if stdin { RawMode::set()? } else { None };
        let stdout = std::io::stdout().as_fd().try_clone_to_owned().map_err(io)?;
        let input = if stdin { watched(std::io::stdin().as_fd().try_clone_to_owned().map_err(io)?)? } else { None };
        let resized = signal(SignalKind::window_change()).map_err(io)?;
        let outputs = std::iter::once(stdout).chain(file).collect();
        let terminal = Terminal { master: nonblocking(master)?, input, outputs, resized: Some(resized), _raw: raw };
        terminal.copy_size();
        Ok(terminal)
    }

    /// Connects a master to a file alone.
    pub fn to_file(master: OwnedFd, file: OwnedFd) -> Result<Terminal> {
        Ok(Terminal { master: nonblocking(master)?, input: None, outputs: vec![file], resized: None, _raw: None })
    }

    fn copy_size(&self) {
        if let Some(size) = callers_size() {
            let _ = rustix::termios::tcsetwinsize(self.master.get_ref(), size);
        }
    }

    /// Relays until nobody in the container holds the terminal any more.
    pub async fn relay(&mut self) {
        let mut buffer = vec![0; CHUNK];
        let mut typed = vec![0; CHUNK];
        loop {
            tokio::select! {
                count = read(&self.master, &mut buffer) => match count {
                    Some(count) if count > 0 => self.outputs.retain(|output| write_all(output.as_fd(), &buffer[..count])),
                    _ => return,
                },
                count = read_some(self.input.as_ref(), &mut typed) => match count {
                    Some(count) if count > 0 => write_master(&self.master, &typed[..count]).await,
                    _ => self.input = None,
                },
                () = changed(self.resized.as_mut()) => self.copy_size(),
            }
        }
    }
}

/// Two pipes whose data goes to the caller's streams and to a file.
pub struct Tee {
    pipes: [Option<AsyncFd<OwnedFd>>; 2],
    streams: [OwnedFd; 2],
    file: OwnedFd,
}

impl Tee {
    /// Makes the pipes, and answers their writing ends: for standard output and standard error.
    pub fn new(stdout: OwnedFd, stderr: OwnedFd, file: OwnedFd) -> Result<(Tee, OwnedFd, OwnedFd)> {
        let pipe = || {
            let pipe = rustix::pipe::pipe_with(PipeFlags::CLOEXEC);
            pipe.map_err(|errno| failed("run", "the container", "make a pipe for its output", errno))
        };
        let ((out_read, out_write), (err_read, err_write)) = (pipe()?, pipe()?);
        let pipes = [Some(nonblocking(out_read)?), Some(nonblocking(err_read)?)];
        Ok((Tee { pipes, streams: [stdout, stderr], file }, out_write, err_write))
    }

    /// Relays until both pipes are closed.
    pub async fn relay(&mut self) {
        let (mut first, mut second) = (vec![0; CHUNK], vec![0; CHUNK]);
        while self.pipes.iter().any(Option::is_some) {
            let (index, count) = tokio::select! {
                count = read_some(self.pipes[0].as_ref(), &mut first) => (0, count),
                count = read_some(self.pipes[1].as_ref(), &mut second) => (1, count),
            };
            match count {
                Some(count) if count > 0 => {
                    let data = if index == 0 { &first[..count] } else { &second[..count] };
                    write_all(self.streams[index].as_fd(), data);
                    write_all(self.file.as_fd(), data);
                }
                _ => self.pipes[index] = None,
            }
        }
    }
}

async fn changed(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

async fn read_some(from: Option<&AsyncFd<OwnedFd>>, buffer: &mut [u8]) -> Option<usize> {
    match from {
        Some(from) => read(from, buffer).await,
        None => std::future::pending().await,
    }
}

/// Reads what is there; `None` or 0 at the end.
async fn read(from: &AsyncFd<OwnedFd>, buffer: &mut [u8]) -> Option<usize> {
    loop {
        let mut guard = from.readable().await.ok()?;
        match rustix::io::read(from.get_ref(), &mut *buffer) {
            Err(Errno::AGAIN | Errno::INTR) => guard.clear_ready(),
            // The last process that held a terminal closed it.
            Err(_) => return None,
            Ok(count) => {
                // A blocking stream must be asked for readiness again before the next read.
                guard.clear_ready();
                return Some(count);
            }
        }
    }
}

async fn write_master(master: &AsyncFd<OwnedFd>, mut data: &[u8]) {
    while !data.is_empty() {
        match rustix::io::write(master.get_ref(), data) {
            Ok(count) => data = &data[count..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => match master.writable().await {
                Ok(mut guard) => guard.clear_ready(),
                Err(_) => return,
            },
            Err(_) => return,
        }
    }
}

/// Writes everything; answers whether the stream still takes data.
fn write_all(to: BorrowedFd<'_>, mut data: &[u8]) -> bool {
    while !data.is_empty() {
        match rustix::io::write(to, data) {
            Ok(count) => data = &data[count..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                // The caller made its stream non-blocking: wait until it takes more.
                let mut fds = [rustix::event::PollFd::from_borrowed_fd(to, rustix::event::PollFlags::OUT)];
                let _ = rustix::event::poll(&mut fds, None);
            }
            Err(_) => return false,
        }
    }
    true
}

fn nonblocking(fd: OwnedFd) -> Result<AsyncFd<OwnedFd>> {
    let flags = rustix::fs::fcntl_getfl(&fd).map_err(|errno| failed("run", "the terminal", "read its flags", errno))?;
    rustix::fs::fcntl_setfl(&fd, flags | OFlags::NONBLOCK)
        .map_err(|errno| failed("run", "the terminal", "make it non-blocking", errno))?;
    hcs_linux::watch(fd, true).map_err(|error| failed("run", "the terminal", "watch it", error))
}

/// Watches a stream that stays blocking. A plain file cannot be watched and has no use as a terminal's input.
fn watched(fd: OwnedFd) -> Result<Option<AsyncFd<OwnedFd>>> {
    match hcs_linux::watch(fd, false) {
        Ok(fd) => Ok(Some(fd)),
        Err(error) if error.raw_os_error() == Some(Errno::PERM.raw_os_error()) => {
            let message =
                "standard input is a plain file; a terminal's input comes from a terminal or a pipe (leave out -t)";
            Err(Error::invalid("run", "the terminal", message))
        }
        Err(error) => Err(failed("run", "the terminal", "watch standard input", error)),
    }
}
