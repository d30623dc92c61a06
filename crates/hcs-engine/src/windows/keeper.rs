//! The keeper of a container: passes on what the console asks for, and writes down how the program ended.

use super::launch::{self, Running};
use super::output::{self, Tee};
use super::signals::Signals;
use super::terminal;
use crate::claim;
use crate::request::{Attach, OutputFile, Request};
use crate::store::Store;
use hcs_host::{Error, Host, Result};
use hcs_schema::HResult;
use hcs_windows::WindowsHost;
use std::sync::Arc;

/// Lists what running a request would make.
pub fn describe(store: &Store, request: &Request) -> Result<Vec<String>> {
    claim::check(request)?;
    let id = request.id.clone().unwrap_or_else(|| "ID".into());
    let (plan, _) = launch::plan(&id, request.clone(), &store.roots.places(&id), false)?;
    let mut lines = vec![format!("folder {}", store.roots.folder(&id).display())];
    let call = |call: &hcs_host::plan::Call| {
        let (function, target) = (call.function(plan.abi), call.target().to_owned());
        if target.is_empty() { function } else { format!("{function} {target}") }
    };
    lines.extend(plan.steps.iter().map(|step| format!("{}: {}", call(&step.call), step.why)));
    Ok(lines)
}

/// Runs a container in the foreground: this process is its keeper and lends it its own streams.
pub async fn run(store: &Store, mut request: Request, attach: Attach) -> Result<u32> {
    claim::check(&request)?;
    // From here on an event of the console ends the program inside, never this process halfway.
    let mut signals = Signals::listen()?;
    let host = Arc::new(WindowsHost::open()?);
    request.spec.process.as_mut().map(terminal::size_like_callers);
    let is_terminal = request.spec.process.as_ref().is_some_and(|process| process.terminal);
    let output_file = request.output_file.clone();
    let claimed = claim::claim(store, request)?;
    let (claimed, file) = claimed.needing(output_file.as_ref().map(output::open).transpose())?;
    let (claimed, (stdio, tee)) = claimed.needing(output::own(attach, file))?;
    let console = terminal::lend(is_terminal);
    let running = claimed.start(host, stdio, &mut signals).await?;
    let code = keep(running, signals, tee).await;
    drop(console);
    code
}

/// Runs a container in the background: this process is its keeper and its output goes to a file. `ready` tells the one who waits.
pub async fn run_detached(store: &Store, request: Request, ready: impl FnOnce(Result<&str>)) {
    let started = async { start_detached(store, request, Signals::listen()?).await };
    match started.await {
        Err(error) => ready(Err(error)),
        Ok((running, signals)) => {
            ready(Ok(&running.record.id));
            // Nobody is left to tell but the record and the ledger, which tell.
            let _ = keep(running, signals, Tee::default()).await;
        }
    }
}

async fn start_detached(store: &Store, request: Request, mut signals: Signals) -> Result<(Running, Signals)> {
    claim::check(&request)?;
    let host = Arc::new(WindowsHost::open()?);
    let output_file = request.output_file.clone();
    let claimed = claim::claim(store, request)?;
    let log = || OutputFile { folder: claimed.record.folder.clone(), name: "output.log".into() };
    let file = output::open(&output_file.unwrap_or_else(log)).and_then(output::to_file);
    let (claimed, stdio) = claimed.needing(file)?;
    let running = claimed.start(host, stdio, &mut signals).await?;
    Ok((running, signals))
}

/// Keeps a running container until its program has ended, and answers its exit code.
async fn keep(running: Running, signals: Signals, tee: Tee) -> Result<u32> {
    let host = Arc::clone(&running.host);
    let (id, pid, is_terminal) = (running.record.id.clone(), running.pid, running.record.terminal);
    let ended = tokio::select! {
        ended = wait_and_pass_signals(&host, &id, pid, signals) => ended,
        () = terminal::follow_size(&host, &id, pid, is_terminal) => unreachable!("sizes are followed for ever"),
    };
    match ended {
        Ok(code) => {
            running.finish(code).await;
            drop(host);
            tee.done().await;
            Ok(code)
        }
        Err(error) => {
            running.abandon().await;
            Err(error)
        }
    }
}

/// Waits for a process, passing on what the console asks for.
pub async fn wait_and_pass_signals(host: &WindowsHost, id: &str, pid: u32, mut signals: Signals) -> Result<u32> {
    let wait = host.wait(id, pid);
    tokio::pin!(wait);
    loop {
        tokio::select! {
            code = &mut wait => return code,
            signal = signals.next() => {
                if let Err(error) = host.signal(id, pid, &signal).await {
                    eprintln!("silo: {error}");
                }
            }
        }
    }
}

/// The keeper's own failure to do what only a runtime could refuse.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new("start", "the keeper", HResult::E_FAIL, error.to_string()))
}
