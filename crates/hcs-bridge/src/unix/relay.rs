//! Standard streams that are copied: between the caller's handles and ports at the host's end, between ports and a process's
//! pipes or terminal at the guest's.
//!
//! ```text
//! caller ─stdin──▶ host ══port══▶ guest ─pipe──▶ process     end of input: the host half-closes
//! caller ◀stdout── host ◀══port══ guest ◀─pipe── process     end of output: the guest half-closes, the host closes when it
//! caller ◀stderr── host ◀══port══ guest ◀─pipe── process     has passed on everything, and only then does the guest close
//! ```
//!
//! With a terminal there is one pseudo-terminal at the guest: input goes to its master, output comes from it, and there is no
//! standard error. When the process ends, the guest stops reading input.

use super::handle::AsyncHandle;
use super::rights::{receive_handle, send_handle};
use crate::stdio::{Connected, Ports, Relay, RelayTask, Streams};
use crate::transport::{Listener, Stream, Transport};
use async_trait::async_trait;
use hcs_host::{Handle, Stdio};
use hcs_schema::bridge::VsockStdioRelay;
use rustix::fs::OFlags;
use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustix::pipe::PipeFlags;
use rustix::pty::OpenptFlags;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::oneshot;

/// Bytes copied at a time.
const BUFFER: usize = 0x4000;

/// How often a connection that times out is tried, and the pause in between.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(100);

/// Ports that are tried before giving up, where other clients of the same transport use some.
const PORTS: u32 = 1024;

/// Standard streams that are copied over the ports of a transport.
pub fn relayed(transport: impl Transport) -> Streams {
    Streams::Relayed(Arc::new(PortRelay { transport }))
}

struct PortRelay<T> {
    transport: T,
}

/// A stream on offer: the port, and what is to be copied to or from it.
struct Offered {
    listener: Box<dyn Listener>,
    handle: AsyncHandle,
}

#[async_trait]
impl<T: Transport> Relay for PortRelay<T> {
    fn offer(&self, ports: &Ports, stdio: Stdio, console: bool) -> io::Result<(VsockStdioRelay, RelayTask)> {
        let stdio = match stdio.console {
            Some(socket) if console => local_terminal(socket)?,
            _ => stdio,
        };
        let mut relay = VsockStdioRelay::default();
        let stdin = self.listen(ports, stdio.stdin, &mut relay.std_in)?;
        let stdout = self.listen(ports, stdio.stdout, &mut relay.std_out)?;
        let stderr = self.listen(ports, stdio.stderr, &mut relay.std_err)?;
        let task = async move {
            tokio::join!(optional(stdin, feed), optional(stdout, collect), optional(stderr, collect));
        };
        Ok((relay, Box::pin(task)))
    }

    async fn connect(&self, ports: VsockStdioRelay, console: bool) -> io::Result<Connected> {
        let stdin = self.dial(ports.std_in).await?;
        let stdout = self.dial(ports.std_out).await?;
        let stderr = self.dial(ports.std_err).await?;
        let (exited, exit) = oneshot::channel();
        let (stdio, task) =
            if console { terminal(stdin, stdout, exit)? } else { pipes(stdin, [stdout, stderr], exit)? };
        Ok(Connected { stdio, exited, task })
    }
}

impl<T: Transport> PortRelay<T> {
    /// Listens for a stream that the caller wants.
    fn listen(&self, ports: &Ports, handle: Option<Handle>, chosen: &mut Option<u32>) -> io::Result<Option<Offered>> {
        let Some(handle) = handle else { return Ok(None) };
        let handle = AsyncHandle::new(handle)?;
        for _ in 0..PORTS {
            let Some(port) = ports.allocate() else { break };
            match self.transport.listen(port) {
                Ok(listener) => {
                    *chosen = Some(port);
                    return Ok(Some(Offered { listener, handle }));
                }
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(io::ErrorKind::AddrInUse, "no port is free"))
    }

    /// Connects to a port of the host. Port 0 stands for none, as in the original ends.
    async fn dial(&self, port: Option<u32>) -> io::Result<Option<Box<dyn Stream>>> {
        let Some(port) = port.filter(|port| *port != 0) else { return Ok(None) };
        for _ in 1..TRIES {
            match self.transport.connect(port).await {
                Err(error) if error.kind() == io::ErrorKind::TimedOut => tokio::time::sleep(PAUSE).await,
                other => return other.map(Some),
            }
        }
        self.transport.connect(port).await.map(Some)
    }
}

async fn optional<F: Future<Output = ()>>(
    offered: Option<Offered>,
    copy: impl FnOnce(Box<dyn Stream>, AsyncHandle) -> F,
) {
    if let Some(Offered { listener, handle }) = offered
        && let Ok(stream) = listener.accept().await
    {
        copy(stream, handle).await;
    }
}

/// Host end of standard input: copies until the caller's input ends or the guest closes.
async fn feed(stream: Box<dyn Stream>, mut handle: AsyncHandle) {
    let (mut from_guest, mut to_guest) = tokio::io::split(stream);
    let input = async {
        // A guest that reads no more is no failure, and a caller whose input fails has no more of it.
        let _ = copy(&mut handle, &mut to_guest).await;
        let _ = to_guest.shutdown().await;
        std::future::pending::<()>().await;
    };
    let mut nothing = [0];
    tokio::select! {
        () = input => {}
        // The guest sends nothing here; whatever happens, it is done.
        _ = from_guest.read(&mut nothing) => {}
    }
}

/// Host end of an output stream: copies everything, then closes.
async fn collect(mut stream: Box<dyn Stream>, mut handle: AsyncHandle) {
    // When the caller's end is gone, closing tells the guest; when the guest is, there is no more to copy.
    let _ = copy(&mut stream, &mut handle).await;
}

/// Gives the caller the master of a terminal of ours, whose other side, left raw, is copied like any handle.
fn local_terminal(console: Handle) -> io::Result<Stdio> {
    let master = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    rustix::pty::grantpt(&master)?;
    rustix::pty::unlockpt(&master)?;
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let inner = rustix::pty::ioctl_tiocgptpeer(&master, flags)?;
    let mut attributes = rustix::termios::tcgetattr(&inner)?;
    attributes.make_raw();
    rustix::termios::tcsetattr(&inner, rustix::termios::OptionalActions::Now, &attributes)?;
    send_handle(&console, master)?;
    Ok(Stdio { stdin: Some(inner.try_clone()?), stdout: Some(inner), stderr: None, console: None })
}

/// Guest end of a process with pipes.
fn pipes(
    stdin: Option<Box<dyn Stream>>,
    outputs: [Option<Box<dyn Stream>>; 2],
    exit: oneshot::Receiver<()>,
) -> io::Result<(Stdio, RelayTask)> {
    let mut stdio = Stdio::default();
    let mut input = None;
    if let Some(stream) = stdin {
        let (theirs, ours) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        stdio.stdin = Some(theirs);
        input = Some((stream, own_end(ours)?));
    }
    let output = |stream: Option<Box<dyn Stream>>, place: &mut Option<Handle>| {
        let Some(stream) = stream else { return Ok(None) };
        let (ours, theirs) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        *place = Some(theirs);
        io::Result::Ok(Some((own_end(ours)?, stream)))
    };
    let [stdout, stderr] = outputs;
    let outputs = (output(stdout, &mut stdio.stdout)?, output(stderr, &mut stdio.stderr)?);
    let task = async move {
        // Each future keeps its connection until all have ended.
        tokio::join!(supply(input, exit), drain(outputs.0), drain(outputs.1));
    };
    Ok((stdio, Box::pin(task)))
}

/// Guest end of a process with a terminal, whose master arrives when the process is started.
fn terminal(
    stdin: Option<Box<dyn Stream>>,
    stdout: Option<Box<dyn Stream>>,
    exit: oneshot::Receiver<()>,
) -> io::Result<(Stdio, RelayTask)> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let (ours, theirs) = rustix::net::socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    // The host may expect a socket that waits.
    rustix::fs::fcntl_setfl(&theirs, OFlags::empty())?;
    let ours = UnixStream::from_std(ours.into())?;
    let task = async move {
        // Without a master there is nothing to copy, and the host reads the end of the output at once.
        let Ok(Some(master)) = receive_handle(&ours).await else { return };
        let Ok(second) = master.try_clone() else { return };
        let (Ok(input), Ok(output)) = (AsyncHandle::new(master), AsyncHandle::new(second)) else { return };
        let stdin = stdin.map(|stream| (stream, input));
        tokio::join!(supply(stdin, exit), drain(stdout.map(|stream| (output, stream))));
    };
    Ok((Stdio { console: Some(theirs), ..Stdio::default() }, Box::pin(task)))
}

/// This end's side of a pipe, which nobody shares.
fn own_end(pipe: Handle) -> io::Result<AsyncHandle> {
    rustix::fs::fcntl_setfl(&pipe, OFlags::NONBLOCK)?;
    AsyncHandle::new(pipe)
}

/// Guest end of standard input: copies until the host's input ends, the process does, or it closes its end. Answers the
/// connection, which is to be kept until the output has been taken.
async fn supply(input: Option<(Box<dyn Stream>, AsyncHandle)>, exit: oneshot::Receiver<()>) -> Option<Box<dyn Stream>> {
    let (mut stream, mut process) = input?;
    tokio::select! {
        _ = copy(&mut stream, &mut process) => {}
        _ = exit => {}
    }
    // Makes the host's writes fail instead of filling up; it may already be gone.
    let _ = stream.shutdown_read();
    Some(stream)
}

/// Guest end of an output stream: copies everything, half-closes, and waits until the host has closed.
async fn drain(output: Option<(AsyncHandle, Box<dyn Stream>)>) {
    let Some((mut process, mut stream)) = output else { return };
    // When the host is gone, the process's writes shall fail: its end of the pipe is closed on return.
    if copy(&mut process, &mut stream).await.is_ok() && stream.shutdown().await.is_ok() {
        // Data here would break the protocol; there is nobody to tell, and closing is the answer in either case.
        let _ = stream.read(&mut [0]).await;
    }
}

async fn copy(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        match from.read(&mut buffer).await? {
            0 => return Ok(()),
            count => to.write_all(&buffer[..count]).await?,
        }
    }
}
