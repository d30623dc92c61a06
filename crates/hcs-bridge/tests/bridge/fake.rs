//! A host that keeps books and runs real programs, without containers.

use async_trait::async_trait;
use hcs_host::{Capabilities, Error, Event, EventKind, Handle, Host, Pause, Result, Signal, Stdio, Summary};
use hcs_schema::HResult;
use hcs_schema::document::{
    Change, ProcessDetails, ProcessParameters, Properties, PropertyQuery, SystemDocument, Version,
};
use rustix::process::{Pid, PidfdFlags};
use rustix::pty::OpenptFlags;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::sync::Mutex;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::{Notify, broadcast, watch};

/// A program of this name is none: it has ended with 0 before it began.
pub const INSTANT: &str = "instant";

/// A system of this name is made when the test says so.
pub const SLOW: &str = "slow";

/// A system of this name fails in every verb, with the code that its document's bundle path spells.
pub const BROKEN: &str = "broken";

#[derive(Default)]
struct System {
    state: &'static str,
    first: Option<u32>,
    forced: bool,
    processes: BTreeMap<u32, watch::Receiver<Option<u32>>>,
}

pub struct Fake {
    systems: Mutex<BTreeMap<String, System>>,
    /// Everything that was asked and is worth looking at.
    pub log: Mutex<Vec<String>>,
    /// A slow system is being made, and may be made.
    pub slow: [Notify; 2],
    events: broadcast::Sender<Event>,
}

impl Fake {
    pub fn new() -> std::sync::Arc<Fake> {
        std::sync::Arc::new(Fake {
            systems: Mutex::default(),
            log: Mutex::default(),
            slow: Default::default(),
            events: broadcast::Sender::new(16),
        })
    }

    fn with<T>(&self, operation: &str, id: &str, f: impl FnOnce(&mut System) -> Result<T>) -> Result<T> {
        let mut systems = self.systems.lock().unwrap();
        f(systems.get_mut(id).ok_or_else(|| Error::not_found(operation, id))?)
    }

    fn process(&self, id: &str, process: u32) -> Result<watch::Receiver<Option<u32>>> {
        self.with("wait", id, |system| {
            let missing = || Error::new("wait", id, HResult::ERROR_NOT_FOUND, format!("no process {process}"));
            system.processes.get(&process).cloned().ok_or_else(missing)
        })
    }

    pub fn log(&self, line: String) {
        self.log.lock().unwrap().push(line);
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        for system in self.systems.get_mut().unwrap().values() {
            for process in system.processes.keys() {
                signal(system, Some(*process), 9).unwrap();
            }
        }
    }
}

#[async_trait]
impl Host for Fake {
    async fn create(&self, id: &str, document: &SystemDocument) -> Result<()> {
        if id == BROKEN {
            let code = document.as_linux().unwrap().oci_bundle_path.parse().map(HResult).unwrap_or(HResult::E_FAIL);
            return Err(Error::new("mount the root", "/the/root", code, "it does not work"));
        }
        if id == SLOW {
            self.slow[0].notify_one();
            self.slow[1].notified().await;
        }
        let mut systems = self.systems.lock().unwrap();
        if systems.contains_key(id) {
            return Err(Error::new("create", id, HResult::HCS_E_SYSTEM_ALREADY_EXISTS, "it exists"));
        }
        systems.insert(id.into(), System { state: "Created", ..System::default() });
        Ok(())
    }

    async fn start(&self, id: &str) -> Result<()> {
        self.with("start", id, |system| {
            system.state = "Running";
            Ok(())
        })
    }

    async fn shutdown(&self, id: &str) -> Result<()> {
        self.with("shutdown", id, |system| signal(system, system.first, 15))
    }

    async fn terminate(&self, id: &str) -> Result<()> {
        self.with("terminate", id, |system| {
            system.forced = true;
            signal(system, system.first, 9)
        })
    }

    async fn delete(&self, id: &str) -> Result<()> {
        self.systems.lock().unwrap().remove(id).map(drop).ok_or_else(|| Error::not_found("delete", id))
    }

    async fn execute(&self, id: &str, parameters: &ProcessParameters, stdio: Stdio) -> Result<u32> {
        self.with("execute", id, |_| Ok(()))?;
        let io_error =
            |error: std::io::Error| Error::new("execute", id, HResult::ERROR_FILE_NOT_FOUND, error.to_string());
        if parameters.command_args == [INSTANT] {
            let ended = watch::channel(Some(0)).1;
            return self.with("execute", id, |system| Ok(system.processes.insert(1, ended))).map(|_| 1);
        }
        let mut child = start(parameters, stdio).map_err(io_error)?;
        let process = child.id();
        let (sender, receiver) = watch::channel(None);
        let pid = Pid::from_child(&child);
        let pidfd = rustix::process::pidfd_open(pid, PidfdFlags::empty()).unwrap();
        let first = self.with("execute", id, |system| {
            system.processes.insert(process, receiver);
            let first = parameters.oci_process.is_none() && system.first.is_none();
            if first {
                system.first = Some(process);
            }
            Ok(first)
        })?;
        let (events, id) = (self.events.clone(), id.to_owned());
        tokio::spawn(async move {
            #[expect(deprecated)]
            let pidfd = AsyncFd::with_interest(pidfd, Interest::READABLE).unwrap();
            let _ = pidfd.readable().await.unwrap();
            let status = child.wait().unwrap();
            let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap());
            sender.send_replace(Some(code.cast_unsigned()));
            if first {
                let kind = EventKind::UnexpectedExit;
                let _ = events.send(Event { id, kind, result: HResult::S_OK });
            }
        });
        Ok(process)
    }

    async fn signal(&self, id: &str, process: u32, number: &Signal) -> Result<bool> {
        self.log(format!("signal {number:?}"));
        let known = self.process(id, process)?;
        if known.borrow().is_some() {
            return Ok(false);
        }
        let Signal::Number(number) = number else { return Err(Error::invalid("signal", id, "no number")) };
        self.with("signal", id, |system| signal(system, Some(process), *number)).map(|()| true)
    }

    async fn resize(&self, id: &str, process: u32, rows: u16, columns: u16) -> Result<()> {
        self.process(id, process)?;
        self.log(format!("resize {rows}x{columns}"));
        Ok(())
    }

    async fn wait(&self, id: &str, process: u32) -> Result<u32> {
        let mut outcome = self.process(id, process)?;
        let code = outcome.wait_for(Option::is_some).await.unwrap().unwrap();
        Ok(code)
    }

    async fn properties(&self, id: &str, query: &PropertyQuery) -> Result<Properties> {
        self.with("properties", id, |system| {
            let mut properties = Properties { id: id.into(), state: system.state.into(), ..Properties::default() };
            for kind in &query.property_types {
                let count = match kind.as_str() {
                    "ProcessList" => system.processes.len() as u32,
                    // Larger than a frame of the protocol.
                    "Huge" => 10_000,
                    _ => 0,
                };
                properties.process_list =
                    (0..count).map(|process_id| ProcessDetails { process_id, ..Default::default() }).collect();
            }
            Ok(properties)
        })
    }

    async fn modify(&self, id: &str, change: &Change) -> Result<()> {
        self.log(format!("modify {id} {}", serde_json::to_string(change.as_resource().unwrap()).unwrap()));
        Ok(())
    }

    async fn list(&self) -> Result<Vec<Summary>> {
        let systems = self.systems.lock().unwrap();
        Ok(systems.iter().map(|(id, system)| Summary { id: id.clone(), state: system.state.into() }).collect())
    }

    fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { os: "Linux".into(), schema_versions: vec![Version::V2_1], signal: true, pause: false }
    }

    fn pause(&self) -> Option<&dyn Pause> {
        None
    }
}

fn signal(system: &System, process: Option<u32>, number: i32) -> Result<()> {
    let pid = process.filter(|process| system.processes.get(process).is_some_and(|known| known.borrow().is_none()));
    if let Some(pid) = pid.and_then(|pid| Pid::from_raw(pid.cast_signed())) {
        let number = rustix::process::Signal::from_named_raw(number).unwrap();
        rustix::process::kill_process(pid, number).unwrap();
    }
    Ok(())
}

fn start(parameters: &ProcessParameters, stdio: Stdio) -> std::io::Result<Child> {
    let (program, arguments) = parameters.command_args.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command.args(arguments);
    let or_null = |handle: Option<Handle>| handle.map_or_else(std::process::Stdio::null, Into::into);
    if let Some(console) = stdio.console {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = rustix::pty::openpt(flags)?;
        rustix::pty::unlockpt(&master)?;
        let terminal = rustix::pty::ioctl_tiocgptpeer(&master, flags)?;
        command.stdin(terminal.try_clone()?).stdout(terminal.try_clone()?).stderr(terminal);
        hcs_bridge::unix::send_handle(console, master)?;
    } else {
        command.stdin(or_null(stdio.stdin)).stdout(or_null(stdio.stdout)).stderr(or_null(stdio.stderr));
    }
    command.spawn()
}
