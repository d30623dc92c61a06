//! A process of a compute system.

use super::signal::{Deed, deed};
use super::{ComputeSystem, driver::ProcessCalls, json, lost, parse};
use crate::operation::{CLOSED, Kind};
use crate::pipe::{Pipe, Pipes};
use hcs_host::{Error, Result, Signal};
use hcs_schema::HResult;
use hcs_schema::v2::{ProcessModifyRequest, ProcessStatus, StdHandle};
use serde_json::json as value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A process that is gone, or whose system is, has so long to be announced before the service is asked, or given up.
const LOST: Duration = Duration::from_secs(1);

/// How often the service is asked about a process that it may have forgotten to announce.
const ASK: Duration = Duration::from_secs(5);

/// What is answered for a process whose exit code nobody knows: -1, as in hcsshim.
const UNKNOWN_CODE: u32 = u32::MAX;

/// An open process of a compute system. Clones are the same one, which closes with the last of them.
#[derive(Clone, Debug)]
#[doc(alias = "HcsCloseProcess")]
#[doc(alias = "HcsUnregisterProcessCallback")]
pub struct Process(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    system: ComputeSystem,
    calls: Arc<dyn ProcessCalls>,
    pid: u32,
    pipes: Mutex<Pipes>,
    killed: AtomicBool,
    gone: tokio::sync::Notify,
    code: tokio::sync::OnceCell<u32>,
}

impl Process {
    pub(super) fn new(system: ComputeSystem, calls: Arc<dyn ProcessCalls>, pid: u32, pipes: Pipes) -> Process {
        Process(Arc::new(Inner {
            system,
            calls,
            pid,
            pipes: Mutex::new(pipes),
            killed: AtomicBool::new(false),
            gone: tokio::sync::Notify::new(),
            code: tokio::sync::OnceCell::new(),
        }))
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.0.pid
    }

    /// The system that it is in.
    pub fn system(&self) -> &ComputeSystem {
        &self.0.system
    }

    fn id(&self) -> &str {
        self.0.system.id()
    }

    fn limit(&self) -> Duration {
        self.0.system.timeouts.call
    }

    fn kept(&self) -> MutexGuard<'_, Pipes> {
        self.0.pipes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes its standard streams, as far as it was started with pipes. A second time there are none.
    pub fn take_pipes(&self) -> Pipes {
        std::mem::take(&mut self.kept())
    }

    /// Gets new pipes to its standard streams, for a process that was opened.
    #[doc(alias = "HcsGetProcessInfo")]
    pub async fn reopen_pipes(&self) -> Result<Pipes> {
        self.0.calls.pipes(self.limit()).await
    }

    /// Lets it read the end of its standard input, once `stdin` is written out. A process that has ended is no error.
    pub async fn close_stdin(&self, stdin: Option<Pipe>) -> Result<()> {
        let request = ProcessModifyRequest::close_handle(StdHandle::StdIn);
        let closed = self.modify(&request).await;
        drop((stdin, self.kept().stdin.take()));
        match closed {
            Err(error) if self.is_over(&error) => Ok(()),
            closed => closed,
        }
    }

    /// Sets the size of its console, in characters.
    #[doc(alias = "HcsModifyProcess")]
    pub async fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        self.modify(&ProcessModifyRequest::console_size(rows, columns)).await
    }

    async fn modify(&self, request: &ProcessModifyRequest) -> Result<()> {
        let change = json("modify a process of", self.id(), request)?;
        self.0.calls.modify(change, self.limit()).await
    }

    /// Its state, as the service has it.
    #[doc(alias = "HcsGetProcessProperties")]
    pub async fn properties(&self) -> Result<ProcessStatus> {
        let text = self.0.calls.properties(self.limit()).await?;
        parse("read the properties of a process of", self.id(), &text)
    }

    /// Sends it a console event, or ends it. Answers whether it was delivered: a process that has ended is no error.
    ///
    /// A Windows before build 17763 has no console events for containers; there, every signal ends the process, as in hcsshim.
    #[doc(alias = "HcsSignalProcess")]
    pub async fn signal(&self, signal: &Signal) -> Result<bool> {
        match deed(self.id(), signal)? {
            Deed::Kill => self.kill().await,
            Deed::Event(_) if self.0.system.version1 => self.kill().await,
            Deed::Event(event) => {
                let options = value!({ "Signal": event }).to_string();
                match self.0.calls.signal(options, self.limit()).await {
                    Ok(()) => Ok(true),
                    Err(error) if self.is_over(&error) => {
                        self.0.gone.notify_one();
                        Ok(false)
                    }
                    Err(error) if error.code == HResult::ERROR_PROC_NOT_FOUND => self.kill().await,
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// Ends it by force, through handles of its own: the service takes the calls of one handle one after the other, and an
    /// earlier one may hang. A second kill does nothing. A system that cannot be opened is ended as a whole.
    #[doc(alias = "HcsTerminateProcess")]
    pub async fn kill(&self) -> Result<bool> {
        if self.0.code.initialized() || self.0.calls.watch().seen(Kind::ProcessExited).is_some() {
            return Ok(false);
        }
        if self.0.killed.swap(true, Ordering::AcqRel) {
            return Ok(true);
        }
        let killed = self.kill_once().await;
        if !matches!(killed, Ok(true)) {
            self.0.killed.store(false, Ordering::Release);
        }
        killed
    }

    async fn kill_once(&self) -> Result<bool> {
        let system = match self.0.system.driver.open(self.id()).await {
            Ok(system) => system,
            Err(error) if error.is_not_found() => {
                self.0.gone.notify_one();
                return Ok(false);
            }
            Err(_) => return self.0.system.terminate().await.map(|()| true),
        };
        let killed = async { system.open_process(self.0.pid).await?.terminate(self.limit()).await };
        match killed.await {
            Ok(()) => Ok(true),
            Err(error) if self.is_over(&error) || error.is_access_denied() => {
                // Windows denies the access to a process that has ended.
                self.0.gone.notify_one();
                Ok(!error.is_not_found())
            }
            Err(error) => Err(error),
        }
    }

    /// Whether an error says that the process, or all of its system, has ended.
    fn is_over(&self, error: &Error) -> bool {
        error.is_already_stopped() || error.is_not_found() || error.is_invalid_state()
    }

    /// Waits for its end, and answers its exit code. May be asked again and by many.
    ///
    /// The service announces the end, but not always. One that should have been announced, because the process could not be
    /// signalled any more or its system has ended, is asked for after a second; other processes are asked about now and then.
    /// Where nobody knows the code, it is 4294967295 (-1).
    #[doc(alias = "HcsRegisterProcessCallback")]
    #[doc(alias = "HcsSetProcessCallback")]
    pub async fn wait(&self) -> Result<u32> {
        self.0.code.get_or_try_init(|| self.ended()).await.copied()
    }

    async fn ended(&self) -> Result<u32> {
        let watch = self.0.calls.watch();
        let system = self.0.system.calls.watch();
        loop {
            tokio::select! {
                biased;
                (kind, _) = watch.first(&[Kind::ProcessExited, Kind::Disconnected, Kind::Closed]) => {
                    if kind != Kind::ProcessExited {
                        return Err(lost("wait for a process of", self.id(), kind));
                    }
                    return self.code().await;
                }
                _ = system.next(Kind::Exited) => return self.overdue().await,
                () = self.0.gone.notified() => return self.overdue().await,
                () = tokio::time::sleep(ASK) => {
                    if let Ok(status) = self.properties().await && status.exited {
                        return Ok(code_of(&status));
                    }
                }
            }
        }
    }

    /// The exit code of a process whose end should have been announced.
    async fn overdue(&self) -> Result<u32> {
        let announced = self.0.calls.watch().next(Kind::ProcessExited);
        if tokio::time::timeout(LOST, announced).await.is_ok() {
            return self.code().await;
        }
        match self.properties().await {
            Ok(status) if status.exited => Ok(code_of(&status)),
            _ => Ok(UNKNOWN_CODE),
        }
    }

    /// The exit code of a process that has ended.
    async fn code(&self) -> Result<u32> {
        match self.properties().await {
            Ok(status) => Ok(code_of(&status)),
            // With its system the service forgets the process, too.
            Err(error) if self.is_over(&error) || error.code == CLOSED => Ok(UNKNOWN_CODE),
            Err(error) => Err(error),
        }
    }
}

fn code_of(status: &ProcessStatus) -> u32 {
    if status.last_wait_result.is_ok() { status.exit_code } else { UNKNOWN_CODE }
}
