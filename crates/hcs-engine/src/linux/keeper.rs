//! The keeper of a container: serves its bridge, relays its terminal, and writes down how it ended.

use super::launch::Running;
use super::relay::{self, Console, Tee};
use super::{connect, output, plan};
use crate::claim;
use crate::request::{Attach, OutputFile, Request};
use crate::store::Store;
use hcs_host::plan::Document;
use hcs_host::{Error, Handle, Host, Result, Stdio};
use hcs_linux::LinuxHost;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Clients that still read their last answer, or have yet to ask for it, get this long after the container has ended. They leave
/// as soon as they have it, so that only one that is stopped, or gets no time to run, is waited for at all.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Signals that a keeper passes on to the container's first process.
const PASSED_ON: [i32; 6] = [1, 2, 3, 10, 12, 15];

/// Lists what running a request would make.
pub fn describe(store: &Store, request: &Request) -> Result<Vec<String>> {
    claim::check(request)?;
    let id = request.id.clone().unwrap_or_else(|| "ID".into());
    let folder = store.roots.folder(&id);
    let plan = plan::plan(&id, request.clone(), &store.roots.places(&id), false)?;
    let mut lines = vec![format!("folder {}", folder.display())];
    if !plan.scratch.is_empty() {
        lines.push(format!("folder {} (the writable layer)", plan.scratch));
    }
    let documents = plan.steps.iter().filter_map(|step| step.call.document());
    for document in documents.filter_map(Document::as_linux_container) {
        lines.extend(hcs_linux::describe(&id, document).map_err(|failure| failure.into_error("plan", &id))?);
    }
    lines.push(format!("socket {}", folder.join(connect::SOCKET).display()));
    Ok(lines)
}

/// Runs a container in the foreground: this process is its keeper and lends it its own streams.
pub async fn run(store: &Store, mut request: Request, attach: Attach) -> Result<u32> {
    claim::check(&request)?;
    warn(&request);
    // From here on a signal ends the program inside, never this process halfway: with a container half made, or with the
    // caller's terminal in raw mode.
    let signals = Signals::listen()?;
    request.spec.process.as_mut().map(relay::size_like_callers);
    let terminal = request.spec.process.as_ref().is_some_and(|process| process.terminal);
    let output_file = request.output_file.clone();
    let claimed = claim::claim(store, request)?;
    let (claimed, file) = claimed.needing(output_file.as_ref().map(output::open).transpose())?;
    if terminal {
        let (claimed, (console, theirs)) = claimed.needing(relay::console_pair())?;
        let running = claimed.start(Stdio { console: Some(theirs), ..Stdio::default() }).await?;
        let relay = console.receive().and_then(|master| relay::Terminal::attach(master, attach.stdin, file));
        let (running, relay) = or_abandon(running, relay).await?;
        return keep(running, signals, Some(Console::Terminal(relay))).await;
    }
    let (claimed, (stdio, tee)) = claimed.needing(own_streams(attach, file))?;
    let running = claimed.start(stdio).await?;
    keep(running, signals, tee.map(Console::Tee)).await
}

/// Tells the user what of the specification has no effect.
pub fn warn(request: &Request) {
    for warning in hcs_linux::support::warnings(&request.spec) {
        eprintln!("silo: warning: {warning}");
    }
}

/// Runs a container in the background: this process is its keeper and its output goes to a file. `ready` tells the one who waits.
pub async fn run_detached(store: &Store, request: Request, ready: impl FnOnce(Result<&str>)) {
    let started = async { Ok((Signals::listen()?, start_detached(store, request).await?)) };
    match started.await {
        Err(error) => ready(Err(error)),
        Ok((signals, (running, console))) => {
            ready(Ok(&running.record.id));
            // Nobody is left to tell but the record and the ledger, which tell.
            let _ = keep(running, signals, console).await;
        }
    }
}

async fn start_detached(store: &Store, request: Request) -> Result<(Running, Option<Console>)> {
    claim::check(&request)?;
    let terminal = request.spec.process.as_ref().is_some_and(|process| process.terminal);
    let output_file = request.output_file.clone();
    let claimed = claim::claim(store, request)?;
    let log = || OutputFile { folder: claimed.record.folder.clone(), name: "output.log".into() };
    let file = output::open(&output_file.unwrap_or_else(log));
    let (claimed, file) = claimed.needing(file)?;
    if terminal {
        let (claimed, (console, theirs)) = claimed.needing(relay::console_pair())?;
        let running = claimed.start(Stdio { console: Some(theirs), ..Stdio::default() }).await?;
        let relay = console.receive().and_then(|master| relay::Terminal::to_file(master, file));
        let (running, relay) = or_abandon(running, relay).await?;
        return Ok((running, Some(Console::Terminal(relay))));
    }
    let copy = file.try_clone().map_err(|error| super::failed("run", "the container", "copy a descriptor", error));
    let (claimed, copy) = claimed.needing(copy)?;
    let stdio = Stdio { stdout: Some(copy), stderr: Some(file), ..Stdio::default() };
    Ok((claimed.start(stdio).await?, None))
}

/// This process's streams, or pipes that are copied to them and to a file.
pub fn own_streams(attach: Attach, file: Option<OwnedFd>) -> Result<(Stdio, Option<Tee>)> {
    let copy = |stream: std::os::fd::BorrowedFd<'_>| -> Result<Handle> {
        stream
            .try_clone_to_owned()
            .map_err(|error| super::failed("run", "the container", "copy a standard stream", error))
    };
    let stdin = attach.stdin.then(|| copy(std::io::stdin().as_fd())).transpose()?;
    let (stdout, stderr) = (copy(std::io::stdout().as_fd())?, copy(std::io::stderr().as_fd())?);
    match file {
        None => Ok((Stdio { stdin, stdout: Some(stdout), stderr: Some(stderr), console: None }, None)),
        Some(file) => {
            let (tee, stdout, stderr) = Tee::new(stdout, stderr, file)?;
            Ok((Stdio { stdin, stdout: Some(stdout), stderr: Some(stderr), console: None }, Some(tee)))
        }
    }
}

/// What a running container needs, or the end of the container.
async fn or_abandon<T>(running: Running, needed: Result<T>) -> Result<(Running, T)> {
    match needed {
        Ok(needed) => Ok((running, needed)),
        Err(error) => {
            running.abandon().await;
            Err(error)
        }
    }
}

/// Keeps a running container until it has ended, and answers its exit code.
async fn keep(mut running: Running, signals: Signals, console: Option<Console>) -> Result<u32> {
    let id = running.record.id.clone();
    let host = Arc::clone(&running.host);
    let code = relay::until(wait_and_pass_signals(&host, &id, running.pid, signals), console).await?;
    let server = running.server.take();
    let finished = running.finish(code).await;
    if let Some(server) = server {
        server.close(LAST_WORDS).await;
    }
    finished.map(|()| code)
}

/// Waits for the first process, passing on the signals that this process gets.
pub async fn wait_and_pass_signals(host: &LinuxHost, id: &str, pid: u32, mut signals: Signals) -> Result<u32> {
    let wait = host.wait(id, pid);
    tokio::pin!(wait);
    loop {
        tokio::select! {
            code = &mut wait => return code,

            number = signals.next() => {
                let number = hcs_host::Signal::Number(number);
                if let Err(error) = host.signal(id, pid, &number).await {
                    eprintln!("silo: {error}");
                }
            }
        }
    }
}

/// The signals that are passed on. The third interrupt within two seconds is a kill: a container's first process ignores
/// signals that it does not handle.
#[derive(Debug)]
pub struct Signals {
    streams: Vec<(i32, Signal)>,
    interrupts: Vec<std::time::Instant>,
}

impl Signals {
    /// Begins to take them.
    pub fn listen() -> Result<Signals> {
        let stream = |number| signal(SignalKind::from_raw(number)).map(|stream| (number, stream));
        let streams = PASSED_ON.into_iter().map(stream).collect::<std::io::Result<_>>();
        let streams = streams.map_err(|error| super::failed("run", "the container", "listen for signals", error))?;
        Ok(Signals { streams, interrupts: Vec::new() })
    }

    /// The next one to pass on.
    pub async fn next(&mut self) -> i32 {
        let number = std::future::poll_fn(|context| {
            for (number, stream) in &mut self.streams {
                if stream.poll_recv(context).is_ready() {
                    return std::task::Poll::Ready(*number);
                }
            }
            std::task::Poll::Pending
        })
        .await;
        if number != 2 {
            return number;
        }
        let now = std::time::Instant::now();
        self.interrupts.retain(|then| now.duration_since(*then) < Duration::from_secs(2));
        self.interrupts.push(now);
        if self.interrupts.len() >= 3 { 9 } else { number }
    }
}

/// The keeper's own failure to do what only a runtime could refuse.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new("start", "the keeper", hcs_schema::HResult::E_FAIL, error.to_string()))
}
