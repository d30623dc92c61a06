//! Compute systems through `vmcompute.dll`: a call that answers "pending" is complete when its notification comes.

use super::abi::Functions;
use super::api::{Callback, Process, System};
use crate::error::{self, Ended};
use crate::operation::{Arrived, Doing, Kind, Registration, Unfinished, Watch, blocking, notify};
use crate::pipe::Pipes;
use crate::system::driver::{Driver, Order, ProcessCalls, SystemCalls};
use crate::wide;
use async_trait::async_trait;
use hcs_host::{Error, Result};
use std::ffi::c_void;
use std::os::windows::io::OwnedSocket;
use std::sync::Arc;
use std::time::Duration;
use windows_sys::core::{HRESULT, PCWSTR};

/// The DLL as a driver of compute systems.
#[derive(Clone, Debug)]
pub(crate) struct Vmcompute(Arc<Functions>);

impl Vmcompute {
    /// Loads the DLL.
    pub(crate) fn load() -> Result<Vmcompute> {
        Functions::load().map(|functions| Vmcompute(Arc::new(functions)))
    }
}

/// What an order is complete with, if anybody waits for that.
fn completion(order: Order) -> Option<Kind> {
    match order {
        Order::Start => Some(Kind::Started),
        Order::Pause => Some(Kind::Paused),
        Order::Resume => Some(Kind::Resumed),
        Order::Save => Some(Kind::Saved),
        Order::Shutdown | Order::Terminate | Order::Crash | Order::Migrate(_) => None,
    }
}

/// The kind of a notification; those that nobody waits for have none.
fn kind(number: u32) -> Option<Kind> {
    // The upper four bits are flags.
    Some(match number & 0x0fff_ffff {
        0x1 => Kind::Exited,
        0x2 => Kind::Created,
        0x3 => Kind::Started,
        0x4 => Kind::Paused,
        0x5 => Kind::Resumed,
        0x8 => Kind::Saved,
        0x0001_0000 => Kind::ProcessExited,
        0x0100_0000 => Kind::Disconnected,
        _ => return None,
    })
}

/// What the DLL calls with notifications, on threads of its own.
unsafe extern "system" fn notified(number: u32, context: *mut c_void, status: HRESULT, data: PCWSTR) {
    let Some(kind) = kind(number) else { return };
    // SAFETY: the data is text with a zero at its end, or nothing, during this call.
    let data = unsafe { wide::lent(data) };
    notify(context, kind, Arrived { code: error::normal(status), data });
}

/// A system with its registration. What is first is dropped first: waiters, the callback, the handle.
#[derive(Debug)]
struct Open {
    registration: Registration,
    _callback: Callback,
    system: Arc<System>,
}

impl Open {
    fn new(system: System) -> Result<Open> {
        let registration = Registration::new();
        let callback = system.register(notified, registration.context())?;
        Ok(Open { registration, _callback: callback, system: Arc::new(system) })
    }

    /// The same with a system that was just made, which is undone if that fails.
    fn made(system: System) -> Result<Unfinished<Open>> {
        let registration = Registration::new();
        match system.register(notified, registration.context()) {
            Ok(callback) => {
                let open = Open { registration, _callback: callback, system: Arc::new(system) };
                Ok(Unfinished::new(open, |open| drop(open.system.order(Order::Terminate, ""))))
            }
            Err(error) => {
                // It may be gone already.
                drop(system.order(Order::Terminate, ""));
                Err(error)
            }
        }
    }
}

#[async_trait]
impl Driver for Vmcompute {
    async fn enumerate(&self, query: String, _: Duration) -> Result<String> {
        let functions = Arc::clone(&self.0);
        blocking(move || functions.enumerate(&query)).await
    }

    async fn create(&self, id: &str, document: String, limit: Duration) -> Result<Arc<dyn SystemCalls>> {
        let (functions, name) = (Arc::clone(&self.0), id.to_owned());
        let (open, ended) = blocking(move || {
            let (system, ended) = functions.create_system(&name, &document)?;
            Ok((Open::made(system)?, ended))
        })
        .await?;
        if ended == Ended::Pending {
            let doing = Doing { operation: "create", id, limit: Some(limit) };
            let watch = open.get().watch();
            let made = doing.until(watch.next(Kind::Created), watch).await;
            if let Err(error) = made.and_then(|arrived| outcome("create", id, &arrived)) {
                open.undo().await;
                return Err(error);
            }
        }
        Ok(Arc::new(open.finish()))
    }

    async fn open(&self, id: &str) -> Result<Arc<dyn SystemCalls>> {
        let (functions, id) = (Arc::clone(&self.0), id.to_owned());
        let open = blocking(move || Open::new(functions.open_system(&id)?)).await?;
        Ok(Arc::new(open))
    }

    async fn service_properties(&self, query: String) -> Result<String> {
        let functions = Arc::clone(&self.0);
        blocking(move || functions.service_properties(&query)).await
    }

    async fn modify_service(&self, settings: String) -> Result<()> {
        let functions = Arc::clone(&self.0);
        blocking(move || functions.modify_service(&settings)).await
    }

    fn in_namespace(&self, namespace: &str) -> Result<Arc<dyn Driver>> {
        Err(lacking("use the namespace", namespace))
    }
}

/// The error of what only the other DLL does.
pub(super) fn lacking(operation: &str, id: &str) -> Error {
    Error::unsupported(operation, id, "vmcompute.dll does not have this; computecore.dll does, since build 17763")
}

/// What a notification says of the end of an operation.
fn outcome(operation: &str, id: &str, arrived: &Arrived) -> Result<()> {
    if arrived.code.is_ok() { Ok(()) } else { Err(error::of(operation, id, arrived.code, &arrived.data)) }
}

#[async_trait]
impl SystemCalls for Open {
    fn watch(&self) -> &Arc<Watch> {
        self.registration.watch()
    }

    async fn order(&self, order: Order, options: String, limit: Duration) -> Result<()> {
        let completion = completion(order);
        if let Some(kind) = completion {
            // A notification that was late for an earlier order is not the end of this one.
            self.watch().forget(kind);
        }
        let system = Arc::clone(&self.system);
        let ended = blocking(move || system.order(order, &options)).await?;
        let (Ended::Pending, Some(kind)) = (ended, completion) else { return Ok(()) };
        let (operation, id) = (order.word(), &**self.system.id());
        let arrived = Doing { operation, id, limit: Some(limit) }.until(self.watch().next(kind), self.watch()).await?;
        outcome(operation, id, &arrived)
    }

    async fn properties(&self, query: String, _: Duration) -> Result<String> {
        let system = Arc::clone(&self.system);
        blocking(move || system.properties(&query)).await
    }

    async fn modify(&self, change: String, _: Duration) -> Result<()> {
        let system = Arc::clone(&self.system);
        blocking(move || system.modify(&change)).await.map(drop)
    }

    async fn migrate(&self, order: Order, _: String, _: Option<OwnedSocket>, _: Duration) -> Result<()> {
        Err(lacking(order.word(), self.system.id()))
    }

    async fn create_process(&self, parameters: String, _: Duration) -> Result<(Arc<dyn ProcessCalls>, u32, Pipes)> {
        let system = Arc::clone(&self.system);
        let (process, pid, pipes) = blocking(move || {
            let (process, pid, pipes) = system.create_process(&parameters)?;
            Ok((OpenProcess::made(process)?, pid, pipes))
        })
        .await?;
        Ok((Arc::new(process.finish()), pid, pipes))
    }

    async fn open_process(&self, pid: u32) -> Result<Arc<dyn ProcessCalls>> {
        let system = Arc::clone(&self.system);
        let process = blocking(move || OpenProcess::new(system.open_process(pid)?)).await?;
        Ok(Arc::new(process))
    }
}

/// A process with its registration, in the order in which they are dropped.
#[derive(Debug)]
struct OpenProcess {
    registration: Registration,
    _callback: Callback,
    process: Arc<Process>,
}

impl OpenProcess {
    fn new(process: Process) -> Result<OpenProcess> {
        let registration = Registration::new();
        let callback = process.register(notified, registration.context())?;
        Ok(OpenProcess { registration, _callback: callback, process: Arc::new(process) })
    }

    /// The same with a process that was just started, which is undone if that fails.
    fn made(process: Process) -> Result<Unfinished<OpenProcess>> {
        let registration = Registration::new();
        match process.register(notified, registration.context()) {
            Ok(callback) => {
                let open = OpenProcess { registration, _callback: callback, process: Arc::new(process) };
                Ok(Unfinished::new(open, |open| drop(open.process.terminate())))
            }
            Err(error) => {
                // It may be gone already.
                drop(process.terminate());
                Err(error)
            }
        }
    }
}

#[async_trait]
impl ProcessCalls for OpenProcess {
    fn watch(&self) -> &Arc<Watch> {
        self.registration.watch()
    }

    async fn terminate(&self, _: Duration) -> Result<()> {
        let process = Arc::clone(&self.process);
        blocking(move || process.terminate()).await
    }

    async fn signal(&self, options: String, _: Duration) -> Result<()> {
        let process = Arc::clone(&self.process);
        blocking(move || process.signal(&options)).await
    }

    async fn pipes(&self, _: Duration) -> Result<Pipes> {
        let process = Arc::clone(&self.process);
        blocking(move || process.information()).await.map(|(_, pipes)| pipes)
    }

    async fn properties(&self, _: Duration) -> Result<String> {
        let process = Arc::clone(&self.process);
        blocking(move || process.properties()).await
    }

    async fn modify(&self, change: String, _: Duration) -> Result<()> {
        let process = Arc::clone(&self.process);
        blocking(move || process.modify(&change)).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::abi::{DriverInfo, LayerDescriptor, ProcessInformation};
    use super::*;
    use std::mem::{offset_of, size_of};
    use windows_sys::Win32::System::HostComputeSystem as sys;

    #[test]
    fn structures_are_laid_out_as_those_of_windows() {
        assert_eq!(size_of::<ProcessInformation>(), size_of::<sys::HCS_PROCESS_INFORMATION>());
        let offsets = [offset_of!(ProcessInformation, std_input), offset_of!(ProcessInformation, std_error)];
        assert_eq!(offsets, [8, 24]);
        assert_eq!(offset_of!(sys::HCS_PROCESS_INFORMATION, StdError), 24);
        assert_eq!((size_of::<DriverInfo>(), offset_of!(DriverInfo, home)), (16, 8));
        let offsets = [offset_of!(LayerDescriptor, flags), offset_of!(LayerDescriptor, path)];
        assert_eq!((size_of::<LayerDescriptor>(), offsets), (32, [16, 24]));
    }

    #[test]
    fn notifications_have_the_numbers_of_windows() {
        for (number, expected) in [
            (sys::HcsNotificationSystemExited, Some(Kind::Exited)),
            (sys::HcsNotificationSystemCreateCompleted, Some(Kind::Created)),
            (sys::HcsNotificationSystemStartCompleted, Some(Kind::Started)),
            (sys::HcsNotificationSystemPauseCompleted, Some(Kind::Paused)),
            (sys::HcsNotificationSystemResumeCompleted, Some(Kind::Resumed)),
            (sys::HcsNotificationSystemSaveCompleted, Some(Kind::Saved)),
            (sys::HcsNotificationProcessExited, Some(Kind::ProcessExited)),
            (sys::HcsNotificationServiceDisconnect, Some(Kind::Disconnected)),
            (sys::HcsNotificationSystemCrashReport, None),
            (sys::HcsNotificationSystemExited | sys::HcsNotificationFlagFailure, Some(Kind::Exited)),
        ] {
            assert_eq!(kind(number.cast_unsigned()), expected);
        }
    }
}
