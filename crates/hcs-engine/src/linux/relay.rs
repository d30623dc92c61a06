//! Carrying a terminal's or a pipe's data between the container and the caller.
//!
//! The caller's own streams are never made non-blocking, because other programs share them: they are read only when something is
//! there, and written as an [`Outlet`] does. The caller's terminal is in raw mode while a [`RawMode`] lives; a panic puts it back too.

use super::outlet::{Outlet, write};
use super::{failed, patience};
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
use std::os::fd::{AsFd, OwnedFd};
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

    /// Whether a stream of the caller has not taken all of the output yet.
    fn is_held_up(&self) -> bool {
        let outlets = match self {
            Console::Terminal(terminal) => terminal.outlets.as_slice(),
            Console::Tee(tee) => &tee.outlets,
        };
        !outlets.iter().all(Outlet::is_clear)
    }
}

/// What the container wrote before it ended gets this long to come out: a process it left behind may hold the other end.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Relays while `ended` is awaited, and what is left after.
pub async fn until<T>(ended: impl Future<Output = T>, console: Option<Console>) -> T {
    let Some(mut console) = console else { return ended.await };
    tokio::pin!(ended);
    let result = tokio::select! {
        result = &mut ended => result,
        () = console.relay() => return ended.await,
    };
    // A reader that takes its time gets everything all the same.
    while patience::briefly(LAST_WORDS, console.relay()).await.is_none() && console.is_held_up() {}
    result
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

/// What ends the input of a terminal that reads whole lines.
const END_OF_INPUT: u8 = 4;

/// What is typed.
enum Input {
    /// A terminal or a pipe, read when something is there.
    Watched(AsyncFd<OwnedFd>),
    /// A plain file or the null device, where something always is, be it the end.
    Plain(OwnedFd),
}

impl Input {
    fn of(stream: OwnedFd) -> std::io::Result<Input> {
        let copy = stream.try_clone()?;
        match hcs_linux::watch(stream, false) {
            Ok(watched) => Ok(Input::Watched(watched)),
            Err(error) if error.raw_os_error() == Some(Errno::PERM.raw_os_error()) => Ok(Input::Plain(copy)),
            Err(error) => Err(error),
        }
    }
}

/// A container's terminal, connected to the caller's streams or to a file.
pub struct Terminal {
    master: AsyncFd<OwnedFd>,
    input: Option<Input>,
    typed: Vec<u8>,
    outlets: Vec<Outlet>,
    resized: Option<Signal>,
    raw: Option<RawMode>,
}

impl Terminal {
    /// Connects a master to the caller's terminal, and to a file as well.
    pub fn attach(master: OwnedFd, stdin: bool, file: Option<OwnedFd>) -> Result<Terminal> {
        let io = |error: std::io::Error| failed("run", "the terminal", "connect it", error);
        let raw = if stdin { RawMode::set()? } else { None };
        let stdout = std::io::stdout().as_fd().try_clone_to_owned().map_err(io)?;
        let input = stdin.then(|| std::io::stdin().as_fd().try_clone_to_owned().and_then(Input::of));
        let input = input.transpose().map_err(io)?;
        let resized = signal(SignalKind::window_change()).map_err(io)?;
        let outlets = std::iter::once(stdout).chain(file).map(Outlet::new).collect();
        let master = nonblocking(master)?;
        let terminal = Terminal { master, input, typed: Vec::new(), outlets, resized: Some(resized), raw };
        terminal.copy_size();
        Ok(terminal)
    }

    /// Connects a master to a file alone.
    pub fn to_file(master: OwnedFd, file: OwnedFd) -> Result<Terminal> {
        let master = nonblocking(master)?;
        Ok(Terminal {
            master,
            input: None,
            typed: Vec::new(),
            outlets: vec![Outlet::new(file)],
            resized: None,
            raw: None,
        })
    }

    fn copy_size(&self) {
        if let Some(size) = callers_size() {
            let _ = rustix::termios::tcsetwinsize(self.master.get_ref(), size);
        }
    }

    /// Relays until nobody in the container holds the terminal any more. What was typed waits for the program to take it while
    /// the program's output goes on: one that is held up by its output reads nothing. May be dropped and begun again.
    pub async fn relay(&mut self) {
        let mut shown = vec![0; CHUNK];
        let mut typed = vec![0; CHUNK];
        loop {
            tokio::select! {
                count = read(&self.master, &mut shown), if self.outlets.iter().all(Outlet::is_clear) => match count {
                    Some(count) if count > 0 => self.outlets.iter_mut().for_each(|outlet| outlet.push(&shown[..count])),
                    _ => return,
                },
                () = pour(&mut self.outlets) => {}
                count = write(&self.master, &self.typed), if !self.typed.is_empty() => match count {
                    Some(count) => drop(self.typed.drain(..count)),
                    None => (self.input, self.typed) = (None, Vec::new()),
                },
                count = type_some(self.input.as_ref(), &mut typed), if self.typed.is_empty() => match count {
                    Some(count) if count > 0 => self.typed.extend_from_slice(&typed[..count]),
                    _ => self.end_input(),
                },
                () = changed(self.resized.as_mut()) => self.copy_size(),
            }
        }
    }

    /// The input has ended. A terminal that went away says that by its signals, but what else was typed has an end that the
    /// program must be told; twice, as the first one may only end a line.
    fn end_input(&mut self) {
        self.input = None;
        if self.raw.is_none() {
            self.typed = vec![END_OF_INPUT; 2];
        }
    }
}

async fn type_some(input: Option<&Input>, buffer: &mut [u8]) -> Option<usize> {
    match input {
        Some(Input::Watched(stream)) => read(stream, buffer).await,
        Some(Input::Plain(file)) => rustix::io::read(file, buffer).ok(),
        None => std::future::pending().await,
    }
}

/// Writes some of the output to the first stream that has not taken all of it.
async fn pour(outlets: &mut [Outlet]) {
    match outlets.iter_mut().find(|outlet| !outlet.is_clear()) {
        Some(outlet) => outlet.pour().await,
        None => std::future::pending().await,
    }
}

/// Two pipes whose data goes to the caller's streams and to a file.
pub struct Tee {
    pipes: [Option<AsyncFd<OwnedFd>>; 2],
    /// Standard output, standard error, the file.
    outlets: [Outlet; 3],
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
        Ok((Tee { pipes, outlets: [stdout, stderr, file].map(Outlet::new) }, out_write, err_write))
    }

    /// Relays until both pipes are closed and everything was taken. May be dropped and begun again.
    pub async fn relay(&mut self) {
        let (mut first, mut second) = (vec![0; CHUNK], vec![0; CHUNK]);
        loop {
            let [out, err, file] = &mut self.outlets;
            let clear = [out.is_clear() && file.is_clear(), err.is_clear() && file.is_clear()];
            if self.pipes.iter().all(Option::is_none) && clear == [true; 2] {
                return;
            }
            let (index, count) = tokio::select! {
                count = read_some(self.pipes[0].as_ref(), &mut first), if clear[0] => (0, count),
                count = read_some(self.pipes[1].as_ref(), &mut second), if clear[1] => (1, count),
                () = out.pour() => continue,
                () = err.pour() => continue,
                () = file.pour() => continue,
            };
            match count {
                Some(count) if count > 0 => {
                    let data = if index == 0 { &first[..count] } else { &second[..count] };
                    self.outlets[index].push(data);
                    self.outlets[2].push(data);
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

fn nonblocking(fd: OwnedFd) -> Result<AsyncFd<OwnedFd>> {
    let flags = rustix::fs::fcntl_getfl(&fd).map_err(|errno| failed("run", "the terminal", "read its flags", errno))?;
    rustix::fs::fcntl_setfl(&fd, flags | OFlags::NONBLOCK)
        .map_err(|errno| failed("run", "the terminal", "make it non-blocking", errno))?;
    hcs_linux::watch(fd, true).map_err(|error| failed("run", "the terminal", "watch it", error))
}
