//! Processes and their streams: before a process is started its streams must be there, and its exit code is not told before
//! the host has all its output.

use super::Session;
use super::verbs::parse;
use super::writer::Note;
use crate::stdio::{self, Connected, RelayTask, Streams};
use hcs_host::{Error, Handle, Host, Result, Stdio};
use hcs_schema::HResult;
use hcs_schema::bridge::{
    ExecuteProcess, ExecuteProcessResponse, INFINITE, NULL_ID, VsockStdioRelay, WaitForProcess, WaitForProcessResponse,
};
use hcs_schema::document::ProcessParameters;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// The relays of a connection's processes, by system and process. The receiver says `true` once all output was taken.
#[derive(Default)]
pub(super) struct Relays(Mutex<HashMap<(String, u32), watch::Receiver<bool>>>);

impl Relays {
    fn lock(&self) -> MutexGuard<'_, HashMap<(String, u32), watch::Receiver<bool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs the relay of a process that has just been started.
    fn run(&self, host: &Arc<dyn Host>, id: &str, process: u32, relay: Relay) {
        let (drained, draining) = watch::channel(false);
        self.lock().insert((id.into(), process), draining);
        tokio::spawn(async move {
            relay.task.await;
            drained.send_replace(true);
        });
        let (host, id) = (host.clone(), id.to_owned());
        tokio::spawn(async move {
            // Whatever the outcome, there is nothing to feed any more.
            let _ = host.wait(&id, process).await;
            let _ = relay.exited.send(());
        });
    }

    /// Waits until the host has all output of a process.
    async fn drained(&self, id: &str, process: u32) {
        let draining = self.lock().get(&(id.to_owned(), process)).cloned();
        if let Some(mut draining) = draining {
            // A relay that is gone has nothing more to say.
            let _ = draining.wait_for(|drained| *drained).await;
        }
    }

    /// Forgets the processes of a system.
    pub(super) fn forget(&self, id: &str) {
        self.lock().retain(|(system, _), _| system != id);
    }
}

/// A relay that waits for its process.
struct Relay {
    task: RelayTask,
    exited: oneshot::Sender<()>,
}

impl Session {
    pub(super) async fn execute(
        &self,
        call: ExecuteProcess,
        handles: Vec<Handle>,
    ) -> Result<(ExecuteProcessResponse, Note)> {
        let (id, settings) = (call.base.container_id, call.settings);
        let parameters: ProcessParameters = parse(settings.process_parameters.as_bytes(), "the process's parameters")?;
        let ports = settings.vsock_stdio_relay_settings.unwrap_or_default();
        let (stdio, relay) = match &self.streams {
            Streams::Passed if ports != VsockStdioRelay::default() => {
                return Err(Error::unsupported("execute", &id, "standard streams must be passed here, not relayed"));
            }
            Streams::Passed => (stdio::passed(&settings, handles)?, None),
            Streams::Relayed(_) if !settings.passed_streams.is_empty() => {
                return Err(Error::unsupported("execute", &id, "standard streams must be relayed here, not passed"));
            }
            Streams::Relayed(relay) => connect(&**relay, &id, ports, parameters.emulate_console).await?,
        };
        let process_id = self.host.execute(&id, &parameters, stdio).await?;
        if let Some(relay) = relay {
            self.relays.run(&self.host, &id, process_id, relay);
        }
        let first = parameters.oci_process.is_none() && !parameters.create_in_utility_vm && id != NULL_ID;
        let note = if first { Note::Started(id, process_id) } else { Note::Nothing };
        Ok((ExecuteProcessResponse { process_id, ..ExecuteProcessResponse::default() }, note))
    }

    pub(super) async fn wait(&self, call: WaitForProcess) -> Result<(WaitForProcessResponse, Note)> {
        let (id, process) = (call.base.container_id, call.process_id);
        let waiting = async {
            let code = self.host.wait(&id, process).await?;
            self.relays.drained(&id, process).await;
            Ok(code)
        };
        let exit_code = match call.timeout_in_ms {
            INFINITE => waiting.await?,
            limit => tokio::time::timeout(Duration::from_millis(limit.into()), waiting).await.map_err(|_| {
                let message = format!("process {process} has not ended within {limit} ms");
                Error::new("wait", &id, HResult::HCS_E_CONNECTION_TIMEOUT, message)
            })??,
        };
        Ok((WaitForProcessResponse { exit_code, ..WaitForProcessResponse::default() }, Note::Exited(id, process)))
    }
}

async fn connect(
    relay: &dyn stdio::Relay,
    id: &str,
    ports: VsockStdioRelay,
    console: bool,
) -> Result<(Stdio, Option<Relay>)> {
    let Connected { stdio, exited, task } = relay.connect(ports, console).await.map_err(|error| {
        let message = format!("the standard streams cannot be connected: {error}");
        Error::new("execute", id, HResult::HCS_E_CONNECT_FAILED, message)
    })?;
    Ok((stdio, Some(Relay { task, exited })))
}
