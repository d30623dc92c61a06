//! Commands on a container that another process keeps. They reach its system by its id; only the record tells what has ended.

use super::launch::forget;
use super::signals::Signals;
use super::{facts, gc, keeper, output, terminal};
use crate::record::{Record, Status};
use crate::request::Attach;
use crate::store::Store;
use hcs_host::plan::{Plan, Wanted};
use hcs_host::{Error, Host, ProcessIdentity, Result, Signal, Stdio};
use hcs_schema::HResult;
use hcs_schema::document::ProcessParameters;
use hcs_schema::oci;
use hcs_windows::WindowsHost;
use std::time::Duration;

/// A keeper whose container has ended has this long to release everything.
const PATIENCE_MS: u32 = 120_000;

fn running(operation: &str, record: &Record) -> Result<u32> {
    match (record.status, record.pid) {
        (Status::Running | Status::Paused, Some(pid)) => Ok(pid),
        (Status::Stopped, _) => {
            Err(Error::new(operation, &record.id, HResult::HCS_E_SYSTEM_ALREADY_STOPPED, "it has stopped"))
        }
        (Status::Dead, _) => Err(abandoned(operation, record)),
        _ => Err(Error::invalid_state(operation, &record.id, "it is still being made")),
    }
}

fn abandoned(operation: &str, record: &Record) -> Error {
    Error::invalid_state(operation, &record.id, "its keeper is gone; reclaim it with `silo gc`")
}

fn over(error: &Error) -> bool {
    error.is_already_stopped() || error.is_not_found() || error.is_disconnected() || error.is_invalid_state()
}

/// The document of a further process.
pub fn parameters(store: &Store, id: &str, process: oci::Process, stdin: bool) -> Result<ProcessParameters> {
    let mut spec = store.spec(id)?;
    spec.process = Some(process);
    let wanted = Wanted { id: id.to_owned(), spec, stdin, ..Wanted::default() };
    Plan::process(&wanted, &facts::host()?).map_err(|error| Error { operation: "execute".into(), ..error })
}

/// Runs a further process and answers its exit code.
pub async fn exec(store: &Store, record: &Record, mut process: oci::Process, attach: Attach) -> Result<u32> {
    running("execute", record)?;
    terminal::size_like_callers(&mut process);
    let is_terminal = process.terminal;
    let parameters = parameters(store, &record.id, process, attach.stdin)?;
    let signals = Signals::listen()?;
    let host = WindowsHost::open()?;
    let (stdio, _) = output::own(attach, None)?;
    let console = terminal::lend(is_terminal);
    let pid = host.execute(&record.id, &parameters, stdio).await.map_err(of_program)?;
    let code = tokio::select! {
        code = keeper::wait_and_pass_signals(&host, &record.id, pid, signals) => code,
        () = terminal::follow_size(&host, &record.id, pid, is_terminal) => unreachable!("sizes are followed for ever"),
    };
    drop(console);
    code
}

/// Runs a further process without waiting for it.
pub async fn exec_detached(store: &Store, record: &Record, process: oci::Process) -> Result<u32> {
    running("execute", record)?;
    if process.terminal {
        let message = "a process in the background has nobody to use its terminal; leave out -t or -d";
        return Err(Error::invalid("execute", &record.id, message));
    }
    let mut parameters = parameters(store, &record.id, process, false)?;
    (parameters.create_std_out_pipe, parameters.create_std_err_pipe) = (false, false);
    WindowsHost::open()?.execute(&record.id, &parameters, Stdio::default()).await.map_err(of_program)
}

/// The error of a program that could not be started, under the word that front ends know it by on every host.
pub fn of_program(error: Error) -> Error {
    match error.operation.as_str() {
        "start a process in" => Error { operation: "execute".into(), ..error },
        _ => error,
    }
}

/// Asks a container to stop, and ends it by force after `grace`.
pub async fn stop(store: &Store, record: &Record, grace: Duration) -> Result<()> {
    if record.status == Status::Stopped {
        return Ok(());
    }
    let pid = running("stop", record)?;
    match ask_to_stop(record, pid, grace).await {
        // It ended by itself meanwhile, or its keeper did; which of them is told below.
        Err(error) if !over(&error) => return Err(error),
        _ => {}
    }
    settled(store, record).await?;
    match store.read(&record.id) {
        Ok(left) if left.status != Status::Stopped => Err(abandoned("stop", record)),
        _ => Ok(()),
    }
}

async fn ask_to_stop(record: &Record, pid: u32, grace: Duration) -> Result<()> {
    let host = WindowsHost::open()?;
    let signal = if record.stop_signal == 0 { 15 } else { record.stop_signal };
    host.signal(&record.id, pid, &Signal::Number(signal)).await?;
    if tokio::time::timeout(grace, host.wait(&record.id, pid)).await.is_err() {
        host.signal(&record.id, pid, &Signal::Number(9)).await?;
    }
    Ok(())
}

/// Signals a container's first process.
pub async fn kill(_: &Store, record: &Record, number: i32) -> Result<()> {
    let pid = running("kill", record)?;
    if WindowsHost::open()?.signal(&record.id, pid, &Signal::Number(number)).await? {
        return Ok(());
    }
    Err(Error::new("kill", &record.id, HResult::HCS_E_SYSTEM_ALREADY_STOPPED, "its process has ended"))
}

/// Waits for a container to end and answers its exit code.
pub async fn wait(store: &Store, record: &Record) -> Result<u32> {
    if let Some(code) = record.exit_code {
        return Ok(code);
    }
    let pid = running("wait", record)?;
    let answer = async { WindowsHost::open()?.wait(&record.id, pid).await };
    match answer.await {
        Ok(code) => {
            // Whoever waited may remove it next, or start another of its name. An end that takes long is not waited for.
            let _ = settled(store, record).await;
            return Ok(code);
        }
        Err(error) if over(&error) => {}
        Err(error) => return Err(error),
    }
    // It ended before it could be asked; what its keeper wrote down is as good.
    settled(store, record).await?;
    let Ok(left) = store.read(&record.id) else {
        let message = "it ended and was removed before its exit code could be read";
        return Err(Error::new("wait", &record.id, HResult::HCS_E_SYSTEM_NOT_FOUND, message));
    };
    left.exit_code.ok_or_else(|| abandoned("wait", record))
}

/// Forgets a container that has ended, or ends it first when `force`.
pub async fn remove(store: &Store, record: &Record, force: bool) -> Result<()> {
    let alive = matches!(record.status, Status::Running | Status::Paused | Status::Created | Status::Creating);
    if alive && !force {
        let message = "it is running; stop it first, or remove it by force (-f)";
        return Err(Error::invalid_state("remove", &record.id, message));
    }
    let Some(record) = &made(store, record)? else { return Ok(()) };
    if alive {
        match WindowsHost::open()?.terminate(&record.id).await {
            Err(error) if !over(&error) => return Err(error),
            _ => {}
        }
    }
    // The keeper of a container that has stopped may still be releasing what it held.
    settled(store, record).await?;
    let lock = match store.lock(&record.id) {
        // The keeper removed it itself.
        Err(error) if error.is_not_found() => return Ok(()),
        lock => lock?,
    };
    // Until the lock was ours somebody else may have removed it, and made another of the same name.
    let other = |found: &Record| found.keeper != record.keeper || found.created != record.created;
    if store.read(&record.id).is_ok_and(|found| other(&found)) {
        return Ok(());
    }
    let reclaimed = gc::reclaim(store, &record.id, false, true).await?;
    if let Some(kept) = reclaimed.into_iter().find_map(|item| item.error) {
        return Err(Error::new("remove", &record.id, HResult::ERROR_BUSY, kept));
    }
    forget(store, &record.id)?;
    drop(lock);
    Ok(())
}

/// Waits for a container that is being made, whose keeper has the lock until then. `None` if it could not be made.
fn made(store: &Store, record: &Record) -> Result<Option<Record>> {
    if record.status != Status::Creating {
        return Ok(Some(record.clone()));
    }
    let made = store.lock(&record.id).and_then(|_lock| store.read(&record.id));
    made.map(Some).or_else(|error| if error.is_not_found() { Ok(None) } else { Err(error) })
}

/// Waits until a container's keeper has ended, and so has written down everything.
async fn settled(store: &Store, record: &Record) -> Result<()> {
    let Some(keeper) = record.keeper else { return Ok(()) };
    if ended(keeper).await || store.read(&record.id).is_ok_and(|record| record.status == Status::Stopped) {
        // Stopped, it only releases what is left.
        return Ok(());
    }
    let message = format!("its keeper (process {}) does not end; end it and run `silo gc`", keeper.pid);
    Err(Error::new("wait for the keeper of", &record.id, HResult::ERROR_TIMEOUT, message))
}

async fn ended(keeper: ProcessIdentity) -> bool {
    let wait = tokio::task::spawn_blocking(move || hcs_windows::wait_for_process(keeper, PATIENCE_MS));
    wait.await.unwrap_or(false)
}
