//! The verbs of the boundary as calls of the protocol.

use super::{Client, END_TIMEOUT, base, timed_out};
use crate::call::{Call, DeleteContainerState, ShutdownForced, ShutdownGraceful, Start};
use crate::stdio::{self, RelayTask, Streams};
use async_trait::async_trait;
use hcs_host::{Capabilities, Error, Event, Handle, Host, Pause, Result, Signal, Stdio, Summary};
use hcs_schema::HResult;
use hcs_schema::bridge::{
    Create, ExecuteProcess, ExecuteProcessSettings, GetProperties, ModifySettings, ResizeConsole, SignalOptions,
    SignalProcess,
};
use hcs_schema::document::{Change, ProcessParameters, Properties, PropertyQuery, SystemDocument};
use serde::Serialize;
use tokio::sync::broadcast;

#[async_trait]
impl Host for Client {
    async fn create(&self, id: &str, document: &SystemDocument) -> Result<()> {
        let container_config = match document {
            SystemDocument::Linux(document) => json("create", id, document)?,
            SystemDocument::Hosted(document) => json("create", id, document)?,
            SystemDocument::System(_) | SystemDocument::Version1(_) => {
                let message = "this is a document for the compute service of Windows; a guest takes a container's";
                return Err(Error::unsupported("create", id, message));
            }
        };
        self.call("create", &Create { base: base(id), container_config, ..Create::default() }).await?;
        self.waits.forget(id);
        self.adopt(id);
        Ok(())
    }

    async fn start(&self, id: &str) -> Result<()> {
        self.call("start", &Start { base: base(id) }).await.map(drop)
    }

    async fn shutdown(&self, id: &str) -> Result<()> {
        self.end("shutdown", &ShutdownGraceful { base: base(id) }).await
    }

    async fn terminate(&self, id: &str) -> Result<()> {
        self.end("terminate", &ShutdownForced { base: base(id) }).await
    }

    async fn delete(&self, id: &str) -> Result<()> {
        self.call("delete", &DeleteContainerState { base: base(id) }).await?;
        self.waits.forget(id);
        self.systems().remove(id);
        Ok(())
    }

    async fn execute(&self, id: &str, parameters: &ProcessParameters, stdio: Stdio) -> Result<u32> {
        let (settings, handles, relay) = self.settings(id, parameters, stdio)?;
        let request = ExecuteProcess { base: base(id), settings };
        let call = self.mux.call("execute", &request, handles);
        let process = self.within_limit("execute", id, call).await?.process_id;
        if let Some(relay) = relay {
            tokio::spawn(relay);
        }
        self.waits.begin(&self.mux, id, process);
        Ok(process)
    }

    async fn signal(&self, id: &str, process: u32, signal: &Signal) -> Result<bool> {
        let options = Some(SignalOptions { signal: signal.clone() });
        match self.call("signal", &SignalProcess { base: base(id), process_id: process, options }).await {
            Ok(_) => Ok(true),
            Err(error) if error.code == HResult::ERROR_NOT_FOUND => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn resize(&self, id: &str, process: u32, rows: u16, columns: u16) -> Result<()> {
        let request = ResizeConsole { base: base(id), process_id: process, height: rows, width: columns };
        self.call("resize", &request).await.map(drop)
    }

    async fn wait(&self, id: &str, process: u32) -> Result<u32> {
        self.waits.wait(&self.mux, id, process).await
    }

    async fn properties(&self, id: &str, query: &PropertyQuery) -> Result<Properties> {
        let operation = "read the properties";
        let query = json(operation, id, query)?;
        let reply = self.call(operation, &GetProperties { base: base(id), query }).await?;
        serde_json::from_str(&reply.properties).map_err(|error| {
            let message = format!("the guest's properties cannot be read: {error}");
            Error::new(operation, id, HResult::HCS_E_INVALID_JSON, message)
        })
    }

    async fn modify(&self, id: &str, change: &Change) -> Result<()> {
        let message = "a guest knows resources by their kind, not by a path";
        let request = change.as_resource().ok_or_else(|| Error::unsupported("modify", id, message))?;
        self.call("modify", &ModifySettings { base: base(id), request: request.clone() }).await.map(drop)
    }

    /// The systems that this client created or [adopted](Client::adopt) and that still exist.
    async fn list(&self) -> Result<Vec<Summary>> {
        let ids: Vec<String> = self.systems().iter().cloned().collect();
        let mut found = Vec::new();
        for id in ids {
            match self.properties(&id, &PropertyQuery::default()).await {
                Ok(properties) => found.push(Summary { id, state: properties.state.to_string() }),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// The ends of systems. The protocol's guest announces one once it has answered a wait for a process of the system, over
    /// the same connection: whoever wants the news runs or waits for the system's first process here.
    fn events(&self) -> broadcast::Receiver<Event> {
        self.mux.events()
    }

    fn capabilities(&self) -> Capabilities {
        let os = if self.guest.runtime_os_type.is_empty() { "Windows" } else { &self.guest.runtime_os_type };
        Capabilities {
            os: os.into(),
            schema_versions: self.guest.supported_schema_versions.clone(),
            signal: self.guest.guest_defined_capabilities.signal_process_supported,
            pause: false,
        }
    }

    /// The protocol has no verb for it.
    fn pause(&self) -> Option<&dyn Pause> {
        None
    }
}

impl Client {
    /// Asks a system to end, which a guest acknowledges soon or never.
    async fn end<C: Call>(&self, operation: &str, request: &C) -> Result<()> {
        let call = self.mux.call(operation, request, Vec::new());
        match tokio::time::timeout(END_TIMEOUT, call).await {
            Ok(answer) => answer.map(drop),
            Err(_) => Err(timed_out(operation, &request.base().container_id, END_TIMEOUT)),
        }
    }

    /// What a request for a process says about it, the handles to send along, and the copying to do once it runs.
    fn settings(
        &self,
        id: &str,
        parameters: &ProcessParameters,
        stdio: Stdio,
    ) -> Result<(ExecuteProcessSettings, Vec<Handle>, Option<RelayTask>)> {
        let mut settings = ExecuteProcessSettings::default();
        let relay = match &self.streams {
            Streams::Passed => {
                settings.process_parameters = json("execute", id, parameters)?;
                let handles = stdio::pass(stdio, &mut settings);
                return Ok((settings, handles, None));
            }
            Streams::Relayed(relay) => relay,
        };
        let console = parameters.emulate_console;
        let (ports, task) = relay.offer(&self.ports, stdio, console).map_err(|error| {
            let message = format!("the standard streams cannot be offered: {error}");
            Error::new("execute", id, HResult::HCS_E_CONNECT_FAILED, message)
        })?;
        // The guest of the protocol looks at these as well as at the ports.
        let parameters = ProcessParameters {
            create_std_in_pipe: ports.std_in.is_some(),
            create_std_out_pipe: ports.std_out.is_some(),
            create_std_err_pipe: ports.std_err.is_some(),
            ..parameters.clone()
        };
        settings.process_parameters = json("execute", id, &parameters)?;
        settings.vsock_stdio_relay_settings = Some(ports);
        Ok((settings, Vec::new(), Some(task)))
    }
}

fn json(operation: &str, id: &str, value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::invalid(operation, id, error.to_string()))
}
