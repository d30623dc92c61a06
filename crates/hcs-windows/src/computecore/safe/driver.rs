//! `computecore.dll` as a driver of compute systems: each call is an operation, which is complete when its callback comes.

use super::Computecore;
use crate::computecore::abi::Functions;
use crate::computecore::api::{Operation, Process, Request, Resource, System};
use crate::operation::{Arrived, Doing, Kind, Registration, Unfinished, Watch, blocking, notify};
use crate::pipe::Pipes;
use crate::system::driver::{Driver, Order, ProcessCalls, SystemCalls};
use crate::wide;
use async_trait::async_trait;
use hcs_host::Result;
use hcs_schema::HResult;
use hcs_schema::v2::{LIVE_MIGRATION_SOCKET_URI, SystemExitStatus};
use std::ffi::c_void;
use std::os::windows::io::OwnedSocket;
use std::sync::Arc;
use std::time::Duration;
use windows_sys::Win32::System::HostComputeSystem::{
    HCS_EVENT, HCS_EVENT_TYPE, HcsEventProcessExited, HcsEventServiceDisconnect, HcsEventSystemExited,
};

/// An order to end is not waited for, but for what its operation says at once.
const AT_ONCE: Duration = Duration::from_millis(250);

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

/// Waits until an operation is complete. `watch` is told of what may end it before.
async fn complete(operation: &Operation, limit: Duration, watch: Option<&Watch>) -> Result<()> {
    let (own, (words, id)) = (operation.watch(), operation.words());
    let doing = Doing { operation: words, id: &id, limit: Some(limit) };
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
    fn new(functions: Arc<Functions>, system: System) -> Open {
        Open { registration: Registration::new(), functions, system: Arc::new(system) }
    }

    /// Has its events told.
    fn listen(&self) -> Result<()> {
        self.system.set_callback(Some(happened), self.registration.context())
    }

    /// Ends it by force, and waits for what is said of that at once. It may be gone already.
    fn undo(self) {
        let ended = Operation::new(&self.functions).and_then(|operation| {
            self.system.order(Order::Terminate, "", &operation)?;
            operation.wait(AT_ONCE)
        });
        // Nobody is left to tell.
        drop(ended);
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
        limit: Duration,
        call: impl FnOnce(&System, &Operation) -> Result<()> + Send + 'static,
    ) -> Result<String> {
        let (operation, ()) = self.begin(call).await?;
        complete(&operation, limit, Some(self.watch())).await?;
        operation.result()
    }
}

#[async_trait]
impl Driver for Computecore {
    async fn enumerate(&self, query: String, limit: Duration) -> Result<String> {
        let core = self.clone();
        let operation = blocking(move || {
            let operation = Operation::new(&core.functions)?;
            core.functions.enumerate(core.namespace(), &query, &operation)?;
            Ok(operation)
        })
        .await?;
        complete(&operation, limit, None).await?;
        operation.result()
    }

    async fn create(&self, id: &str, document: String, limit: Duration) -> Result<Arc<dyn SystemCalls>> {
        let (core, id) = (self.clone(), id.to_owned());
        let (open, listens, operation) = blocking(move || {
            let operation = Operation::new(&core.functions)?;
            let system = core.functions.create(core.namespace(), &id, &document, &operation)?;
            let open = Unfinished::new(Open::new(core.functions, system), Open::undo);
            let listens = open.get().listen();
            Ok((open, listens, operation))
        })
        .await?;
        // A system that could not be made cannot be listened to, and the operation says why.
        let made = complete(&operation, limit, Some(open.get().watch())).await;
        match made.and_then(|()| operation.result()).and(listens) {
            Ok(()) => Ok(Arc::new(open.finish())),
            Err(error) => {
                open.undo().await;
                Err(error)
            }
        }
    }

    async fn open(&self, id: &str) -> Result<Arc<dyn SystemCalls>> {
        let (core, id) = (self.clone(), id.to_owned());
        let open = blocking(move || {
            let system = core.functions.open(core.namespace(), &id)?;
            let open = Open::new(core.functions, system);
            open.listen().map(|()| open)
        });
        Ok(Arc::new(open.await?))
    }

    async fn service_properties(&self, query: String) -> Result<String> {
        let functions = Arc::clone(&self.functions);
        blocking(move || functions.service_properties(&query)).await
    }

    async fn modify_service(&self, settings: String) -> Result<()> {
        let functions = Arc::clone(&self.functions);
        blocking(move || functions.modify_service(&settings)).await
    }

    fn in_namespace(&self, namespace: &str) -> Result<Arc<dyn Driver>> {
        let namespace = Some(namespace.into());
        Ok(Arc::new(Computecore { functions: Arc::clone(&self.functions), namespace }))
    }
}

#[async_trait]
impl SystemCalls for Open {
    fn watch(&self) -> &Arc<Watch> {
        self.registration.watch()
    }

    async fn order(&self, order: Order, options: String, limit: Duration) -> Result<()> {
        if !matches!(order, Order::Shutdown | Order::Terminate | Order::Crash) {
            let call = move |system: &System, operation: &Operation| system.order(order, &options, operation);
            return self.run(limit, call).await.map(drop);
        }
        let call = move |system: &System, operation: &Operation| system.order(order, &options, operation);
        let (operation, ()) = self.begin(call).await?;
        match tokio::time::timeout(AT_ONCE, operation.watch().next(Kind::Completed)).await {
            Ok(_) => operation.result().map(drop),
            Err(_) => {
                operation.let_go();
                Ok(())
            }
        }
    }

    async fn properties(&self, query: String, limit: Duration) -> Result<String> {
        let call = move |system: &System, operation: &Operation| system.ask(&query, operation);
        self.run(limit, call).await
    }

    async fn modify(&self, change: String, limit: Duration) -> Result<()> {
        let call = move |system: &System, operation: &Operation| system.change(&change, operation);
        self.run(limit, call).await.map(drop)
    }

    async fn migrate(&self, order: Order, options: String, socket: Option<OwnedSocket>, limit: Duration) -> Result<()> {
        let call = move |system: &System, operation: &Operation| {
            if let Some(socket) = socket {
                operation.add_resource(LIVE_MIGRATION_SOCKET_URI, Resource::Socket(socket))?;
            }
            system.order(order, &options, operation)
        };
        self.run(limit, call).await.map(drop)
    }

    async fn create_process(&self, parameters: String, limit: Duration) -> Result<(Arc<dyn ProcessCalls>, u32, Pipes)> {
        let functions = Arc::clone(&self.functions);
        let call = move |system: &System, operation: &Operation| {
            let process = system.start_process(&parameters, operation)?;
            let process = Unfinished::new(OpenProcess::new(functions, process), OpenProcess::undo);
            let listens = process.get().listen();
            Ok((process, listens))
        };
        let (operation, (process, listens)) = self.begin(call).await?;
        let begun = complete(&operation, limit, Some(self.watch())).await;
        match begun.and_then(|()| operation.process_information()).and_then(|begun| listens.map(|()| begun)) {
            Ok((pid, pipes)) => Ok((Arc::new(process.finish()), pid, pipes)),
            Err(error) => {
                process.undo().await;
                Err(error)
            }
        }
    }

    async fn open_process(&self, pid: u32) -> Result<Arc<dyn ProcessCalls>> {
        let (functions, system) = (Arc::clone(&self.functions), Arc::clone(&self.system));
        let process = blocking(move || {
            let process = OpenProcess::new(functions, system.open_process(pid)?);
            process.listen().map(|()| process)
        });
        Ok(Arc::new(process.await?))
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
    fn new(functions: Arc<Functions>, process: Process) -> OpenProcess {
        OpenProcess { registration: Registration::new(), functions, process: Arc::new(process) }
    }

    /// Has its events told.
    fn listen(&self) -> Result<()> {
        self.process.set_callback(Some(happened), self.registration.context())
    }

    /// Ends it by force, and waits for what is said of that at once. It may be gone already.
    fn undo(self) {
        let ended = Operation::new(&self.functions).and_then(|operation| {
            self.process.request(Request::Terminate, "", &operation)?;
            operation.wait(AT_ONCE)
        });
        // Nobody is left to tell.
        drop(ended);
    }

    /// Begins an operation by a call and waits until it is complete. The end of the process does not end it: properties are
    /// read after that.
    async fn run(
        &self,
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
        complete(&operation, limit, Some(self.watch())).await?;
        Ok(operation)
    }

    async fn request(&self, request: Request, options: String, limit: Duration) -> Result<String> {
        let call = move |process: &Process, operation: &Operation| process.request(request, &options, operation);
        self.run(limit, call).await?.result()
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
        let operation = self.run(limit, |process, operation| process.ask_for_pipes(operation)).await?;
        operation.process_information().map(|(_, pipes)| pipes)
    }

    async fn properties(&self, limit: Duration) -> Result<String> {
        self.request(Request::Properties, String::new(), limit).await
    }

    async fn modify(&self, change: String, limit: Duration) -> Result<()> {
        self.request(Request::Modify, change, limit).await.map(drop)
    }
}
