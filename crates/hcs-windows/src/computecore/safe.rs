//! Compute systems through `computecore.dll`: each call is an operation, which is complete when its callback comes.

use super::abi::Functions;
use super::api::{Operation, Process, Request, System};
use crate::operation::{Arrived, Doing, Kind, Registration, Watch, blocking, notify};
use crate::pipe::Pipes;
use crate::system::driver::{Driver, Order, ProcessCalls, SystemCalls};
use crate::wide;
use async_trait::async_trait;
use hcs_host::Result;
use hcs_schema::HResult;
use hcs_schema::v2::SystemExitStatus;
use std::ffi::c_void;
use std::sync::Arc;
use std::time::Duration;
use windows_sys::Win32::System::HostComputeSystem::{
    HCS_EVENT, HCS_EVENT_TYPE, HcsEventProcessExited, HcsEventServiceDisconnect, HcsEventSystemExited,
};

/// An order to end is not waited for, but for what its operation says at once.
const AT_ONCE: Duration = Duration::from_millis(250);

/// The DLL as a driver of compute systems.
#[derive(Clone, Debug)]
pub(crate) struct Computecore(Arc<Functions>);

impl Computecore {
    /// Loads the DLL.
    pub(crate) fn load() -> Result<Computecore> {
        Functions::load().map(|functions| Computecore(Arc::new(functions)))
    }
}

/// The kind of an event; those that nobody waits for have none.
fn kind(event: HCS_EVENT_TYPE) -> Option<Kind> {
    Some(match event {
        event if event == HcsEventSystemExited => Kind::Exited,
        event if event == HcsEventProcessExited => Kind::ProcessExited,
        event if event == HcsEventServiceDisconnect => Kind::Disconnected,
        _ => return None,
    })
}

/// What the DLL calls with events, on threads of its own.
unsafe extern "system" fn happened(event: *const HCS_EVENT, context: *const c_void) {
    // SAFETY: the event is there during this call, or is null.
    let Some(event) = (unsafe { event.as_ref() }) else { return };
    let Some(kind) = kind(event.Type) else { return };
    // SAFETY: the data is text with a zero at its end, or nothing, during this call.
    let data = unsafe { wide::lent(event.EventData) };
    let status = serde_json::from_str::<SystemExitStatus>(&data).unwrap_or_default().status;
    let code = if kind == Kind::Exited { status } else { HResult::S_OK };
    notify(context, kind, Arrived { code, data });
}

/// Waits until an operation is complete, in the words of what it does. `watch` is told of what may end it before.
async fn complete(operation: &Operation, doing: Doing<'_>, watch: Option<&Watch>) -> Result<()> {
    let own = operation.watch();
    doing.until(own.next(Kind::Completed), watch.unwrap_or(own)).await.map(drop)
}

/// A system with its registration. What is first is dropped first: waiters, then the handle, with which its events end.
#[derive(Debug)]
struct Open {
    registration: Registration,
    functions: Arc<Functions>,
    system: Arc<System>,
}

impl Open {
    fn new(functions: Arc<Functions>, system: System) -> Result<Open> {
        let registration = Registration::new();
        system.set_callback(Some(happened), registration.context())?;
        Ok(Open { registration, functions, system: Arc::new(system) })
    }

    /// Begins an operation by a call.
    async fn begin<T: Send + 'static>(
        &self,
        call: impl FnOnce(&System, &Operation) -> Result<T> + Send + 'static,
    ) -> Result<(Operation, T)> {
        let (functions, system) = (Arc::clone(&self.functions), Arc::clone(&self.system));
        blocking(move || {
            let operation = Operation::new(&functions)?;
            let answer = call(&system, &operation)?;
            Ok((operation, answer))
        })
        .await
    }

    /// Begins an operation, waits for it, and answers its document.
    async fn run(
        &self,
        words: &'static str,
        limit: Duration,
        call: impl FnOnce(&System, &Operation) -> Result<()> + Send + 'static,
    ) -> Result<String> {
        let (operation, ()) = self.begin(call).await?;
        let doing = Doing { operation: words, id: self.system.id(), limit: Some(limit) };
        complete(&operation, doing, Some(self.watch())).await?;
        operation.result(words, self.system.id())
    }
}

#[async_trait]
impl Driver for Computecore {
    async fn enumerate(&self, query: String, limit: Duration) -> Result<String> {
        let functions = Arc::clone(&self.0);
        let operation = blocking(move || {
            let operation = Operation::new(&functions)?;
            functions.enumerate(&query, &operation)?;
            Ok(operation)
        })
        .await?;
        let doing = Doing { operation: "list", id: "the compute systems", limit: Some(limit) };
        complete(&operation, doing, None).await?;
        operation.result(doing.operation, doing.id)
    }

    async fn create(&self, id: &str, document: String, limit: Duration) -> Result<Arc<dyn SystemCalls>> {
        let (functions, name) = (Arc::clone(&self.0), id.to_owned());
        let (open, operation) = blocking(move || {
            let operation = Operation::new(&functions)?;
            let system = functions.create(&name, &document, &operation)?;
            Ok((Open::new(functions, system)?, operation))
        })
        .await?;
        let doing = Doing { operation: "create", id, limit: Some(limit) };
        let made = complete(&operation, doing, Some(open.watch())).await;
        if let Err(error) = made.and_then(|()| operation.result("create", id).map(drop)) {
            // What was half made is not left behind. It may be gone already.
            let _ = open.order(Order::Terminate, String::new(), AT_ONCE).await;
            return Err(error);
        }
        Ok(Arc::new(open))
    }

    async fn open(&self, id: &str) -> Result<Arc<dyn SystemCalls>> {
        let (functions, id) = (Arc::clone(&self.0), id.to_owned());
        let open = blocking(move || {
            let system = functions.open(&id)?;
            Open::new(functions, system)
        });
        Ok(Arc::new(open.await?))
    }

    async fn service_properties(&self, query: String) -> Result<String> {
        let functions = Arc::clone(&self.0);
        blocking(move || functions.service_properties(&query)).await
    }

    async fn modify_service(&self, settings: String) -> Result<()> {
        let functions = Arc::clone(&self.0);
        blocking(move || functions.modify_service(&settings)).await
    }
}

#[async_trait]
impl SystemCalls for Open {
    fn watch(&self) -> &Arc<Watch> {
        self.registration.watch()
    }

    async fn order(&self, order: Order, options: String, limit: Duration) -> Result<()> {
        if !matches!(order, Order::Shutdown | Order::Terminate) {
            let call = move |system: &System, operation: &Operation| system.order(order, &options, operation);
            return self.run(order.word(), limit, call).await.map(drop);
        }
        let call = move |system: &System, operation: &Operation| system.order(order, &options, operation);
        let (operation, ()) = self.begin(call).await?;
        match tokio::time::timeout(AT_ONCE, operation.watch().next(Kind::Completed)).await {
            Ok(_) => operation.result(order.word(), self.system.id()).map(drop),
            Err(_) => {
                operation.let_go();
                Ok(())
            }
        }
    }

    async fn properties(&self, query: String, limit: Duration) -> Result<String> {
        let call = move |system: &System, operation: &Operation| system.properties(&query, operation);
        self.run("read the properties of", limit, call).await
    }

    async fn modify(&self, change: String, limit: Duration) -> Result<()> {
        let call = move |system: &System, operation: &Operation| system.modify(&change, operation);
        self.run("modify", limit, call).await.map(drop)
    }

    async fn create_process(&self, parameters: String, limit: Duration) -> Result<(Arc<dyn ProcessCalls>, u32, Pipes)> {
        const WORDS: &str = "start a process in";
        let functions = Arc::clone(&self.functions);
        let call = move |system: &System, operation: &Operation| {
            let process = system.create_process(&parameters, operation)?;
            // One that could not be started may have no handle to register with: its operation tells why.
            Ok(OpenProcess::new(functions, process))
        };
        let (operation, process) = self.begin(call).await?;
        let id = self.system.id();
        complete(&operation, Doing { operation: WORDS, id, limit: Some(limit) }, Some(self.watch())).await?;
        let (pid, pipes) = operation.process_information(WORDS, id)?;
        Ok((Arc::new(process?), pid, pipes))
    }

    async fn open_process(&self, pid: u32) -> Result<Arc<dyn ProcessCalls>> {
        let (functions, system) = (Arc::clone(&self.functions), Arc::clone(&self.system));
        let process = blocking(move || OpenProcess::new(functions, system.open_process(pid)?)).await?;
        Ok(Arc::new(process))
    }
}

/// A process with its registration, in the order in which they are dropped.
#[derive(Debug)]
struct OpenProcess {
    registration: Registration,
    functions: Arc<Functions>,
    process: Arc<Process>,
}

impl OpenProcess {
    fn new(functions: Arc<Functions>, process: Process) -> Result<OpenProcess> {
        let registration = Registration::new();
        process.set_callback(Some(happened), registration.context())?;
        Ok(OpenProcess { registration, functions, process: Arc::new(process) })
    }

    /// Begins an operation by a call and waits until it is complete. The end of the process does not end it: properties are
    /// read after that.
    async fn run(
        &self,
        words: &'static str,
        limit: Duration,
        call: impl FnOnce(&Process, &Operation) -> Result<()> + Send + 'static,
    ) -> Result<Operation> {
        let (functions, process) = (Arc::clone(&self.functions), Arc::clone(&self.process));
        let operation = blocking(move || {
            let operation = Operation::new(&functions)?;
            call(&process, &operation)?;
            Ok(operation)
        })
        .await?;
        let doing = Doing { operation: words, id: self.process.id(), limit: Some(limit) };
        complete(&operation, doing, Some(self.watch())).await?;
        Ok(operation)
    }

    async fn request(&self, request: Request, options: String, limit: Duration) -> Result<String> {
        let call = move |process: &Process, operation: &Operation| process.request(request, &options, operation);
        let operation = self.run(request.words(), limit, call).await?;
        operation.result(request.words(), self.process.id())
    }
}

#[async_trait]
impl ProcessCalls for OpenProcess {
    fn watch(&self) -> &Arc<Watch> {
        self.registration.watch()
    }

    async fn terminate(&self, limit: Duration) -> Result<()> {
        self.request(Request::Terminate, String::new(), limit).await.map(drop)
    }

    async fn signal(&self, options: String, limit: Duration) -> Result<()> {
        self.request(Request::Signal, options, limit).await.map(drop)
    }

    async fn pipes(&self, limit: Duration) -> Result<Pipes> {
        const WORDS: &str = "get the pipes of a process of";
        let operation = self.run(WORDS, limit, |process, operation| process.information(operation)).await?;
        operation.process_information(WORDS, self.process.id()).map(|(_, pipes)| pipes)
    }

    async fn properties(&self, limit: Duration) -> Result<String> {
        self.request(Request::Properties, String::new(), limit).await
    }

    async fn modify(&self, change: String, limit: Duration) -> Result<()> {
        self.request(Request::Modify, change, limit).await.map(drop)
    }
}
