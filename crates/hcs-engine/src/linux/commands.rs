//! Commands on a container that another process keeps.

use super::keeper::Signals;
use super::relay::{self, Console, Terminal};
use super::{connect, is_alive, launch, patience};
use crate::record::{Record, Status};
use crate::request::Attach;
use crate::store::Store;
use hcs_bridge::Client;
use hcs_host::{Error, Host, ProcessIdentity, Result, Signal, Stdio};
use hcs_schema::HResult;
use hcs_schema::document::ProcessParameters;
use hcs_schema::oci;
use std::os::fd::AsFd;
use std::time::Duration;

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

fn parameters(process: oci::Process, stdin: bool) -> ProcessParameters {
    ProcessParameters {
        emulate_console: process.terminal,
        create_std_in_pipe: stdin || process.terminal,
        create_std_out_pipe: !process.terminal,
        create_std_err_pipe: !process.terminal,
        oci_process: Some(process),
        ..ProcessParameters::default()
    }
}

/// Runs a further process and answers its exit code.
pub async fn exec(_: &Store, record: &Record, mut process: oci::Process, attach: Attach) -> Result<u32> {
    running("execute", record)?;
    let client = connect::connect(record).await?;
    // Before the caller's terminal is in raw mode, which a signal would leave behind.
    let signals = Signals::listen()?;
    let terminal = process.terminal;
    relay::size_like_callers(&mut process);
    let parameters = parameters(process, attach.stdin);
    let copy = |stream: std::os::fd::BorrowedFd<'_>| {
        let copy = stream.try_clone_to_owned();
        copy.map_err(|error| super::failed("execute", &record.id, "copy a standard stream", error))
    };
    let (pid, console) = if terminal {
        let (console, theirs) = relay::console_pair()?;
        let stdio = Stdio { console: Some(theirs), ..Stdio::default() };
        let pid = client.execute(&record.id, &parameters, stdio).await?;
        (pid, Some(Terminal::attach(console.receive()?, attach.stdin, None)?))
    } else {
        let stdin = attach.stdin.then(|| copy(std::io::stdin().as_fd())).transpose()?;
        let stdout = Some(copy(std::io::stdout().as_fd())?);
        let stderr = Some(copy(std::io::stderr().as_fd())?);
        (client.execute(&record.id, &parameters, Stdio { stdin, stdout, stderr, console: None }).await?, None)
    };
    follow(client, &record.id, pid, signals, console).await
}

async fn follow(client: Client, id: &str, pid: u32, mut signals: Signals, console: Option<Terminal>) -> Result<u32> {
    let ended = async move {
        // Ends with the process: whoever reads the rest of the output slowly must not hold up the keeper.
        let client = client;
        let wait = client.wait(id, pid);
        tokio::pin!(wait);
        loop {
            tokio::select! {
                code = &mut wait => return code,
                number = signals.next() => {
                    client.signal(id, pid, &Signal::Number(number)).await?;
                }
            }
        }
    };
    relay::until(ended, console.map(Console::Terminal)).await
}

/// Runs a further process without waiting for it.
pub async fn exec_detached(_: &Store, record: &Record, process: oci::Process) -> Result<u32> {
    running("execute", record)?;
    if process.terminal {
        let message = "a process in the background has nobody to use its terminal; leave out -t or -d";
        return Err(Error::invalid("execute", &record.id, message));
    }
    let client = connect::connect(record).await?;
    let mut parameters = parameters(process, false);
    (parameters.create_std_out_pipe, parameters.create_std_err_pipe) = (false, false);
    client.execute(&record.id, &parameters, Stdio::default()).await
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
    let client = connect::connect(record).await?;
    let number = if record.stop_signal == 0 { 15 } else { record.stop_signal };
    client.signal(&record.id, pid, &Signal::Number(number)).await?;
    if tokio::time::timeout(grace, client.wait(&record.id, pid)).await.is_err() {
        client.terminate(&record.id).await?;
        // What does not die is told of when the keeper does not end.
        let _ = patience::within(record.keeper, client.wait(&record.id, pid)).await;
    }
    Ok(())
}

fn abandoned(operation: &str, record: &Record) -> Error {
    Error::invalid_state(operation, &record.id, "its keeper is gone; reclaim it with `silo gc`")
}

fn over(error: &Error) -> bool {
    error.is_already_stopped() || error.is_not_found() || error.is_disconnected()
}

/// Signals a container's first process.
pub async fn kill(_: &Store, record: &Record, number: i32) -> Result<()> {
    let pid = running("kill", record)?;
    let delivered = connect::connect(record).await?.signal(&record.id, pid, &Signal::Number(number)).await?;
    if delivered {
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
    let answer = async { connect::connect(record).await?.wait(&record.id, pid).await };
    match answer.await {
        Ok(code) => {
            // Whoever waited may remove it next, or start another of its name. An end that takes long is not waited for.
            let _ = settled(store, record).await;
            return Ok(code);
        }
        Err(error) if over(&error) => {}
        Err(error) => return Err(error),
    }
    // The keeper ended before it could answer; what it wrote down is as good.
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
        match connect::connect(record).await {
            Ok(client) => {
                client.terminate(&record.id).await.or_else(|error| if over(&error) { Ok(()) } else { Err(error) })?;
            }
            Err(error) if over(&error) => {}
            Err(error) => return Err(error),
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
    // A keeper that died, even one that had written down the end, may have left more than the writable layer.
    let reclaimed = super::gc::reclaim(store, &record.id, false)?;
    if let Some(kept) = reclaimed.into_iter().find_map(|item| item.error) {
        return Err(Error::new("remove", &record.id, HResult::ERROR_BUSY, kept));
    }
    launch::forget(store, &record.id, None)?;
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
    if patience::within(Some(keeper), ended(keeper)).await.is_some() {
        return Ok(());
    }
    if store.read(&record.id).is_ok_and(|record| record.status == Status::Stopped) {
        // Stopped, and its keeper only serves the last answers.
        return Ok(());
    }
    let message = format!("its keeper (process {}) does not end; kill it and run `silo gc`", keeper.pid);
    Err(Error::new("wait for the keeper of", &record.id, HResult::ERROR_TIMEOUT, message))
}

async fn ended(process: ProcessIdentity) {
    let Some(pidfd) = hcs_linux::open_process(process) else { return };
    match hcs_linux::watch(pidfd, false) {
        Ok(pidfd) => drop(pidfd.readable().await.map(|mut guard| guard.clear_ready())),
        Err(_) => {
            while is_alive(process) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}
