//! The life of a compute system, from its document to its end.

use super::documents::{Failure, read, read_keys};
use super::model::{Exit, State, System, Version};
use super::{KILLED, Systems};
use crate::strict::Schema;
use crate::world::machine::Machine;
use crate::{Call, Reply};
use hcs_schema::HResult;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// The first build that reads documents of version 2.
const VERSION2: u32 = 17763;

/// Ended by force.
pub(super) const FORCED: Exit = Exit { status: 0, kind: "ForcedExit" };
/// Ended in order.
const GRACEFUL: Exit = Exit { status: 0, kind: "GracefulExit" };
/// Ended by itself, which it should not have.
const UNEXPECTED: Exit = Exit { status: HResult::HCS_E_UNEXPECTED_EXIT.0, kind: "UnexpectedExit" };

/// Notifications of completion.
const CREATED: u32 = 2;
const STARTED: u32 = 3;
const PAUSED: u32 = 4;
const RESUMED: u32 = 5;
const SAVED: u32 = 8;

impl Systems {
    pub(super) fn create(&mut self, call: &Call) -> Result<Reply, Failure> {
        let (version, document) = configuration(call)?;
        let id = call.text("id").to_owned();
        if id.is_empty() {
            return Err(Failure::new(HResult::E_INVALIDARG, "a system needs an id"));
        }
        if self.living(&id).is_some() {
            return Err(Failure::new(HResult::HCS_E_SYSTEM_ALREADY_EXISTS, format!("there is a system {id}")));
        }
        if let Some(host) = document.get("HostingSystemId").and_then(Value::as_str).filter(|host| !host.is_empty())
            && self.living(host).is_none_or(|(_, host)| host.state != State::Running)
        {
            return Err(Failure::new(HResult::HCS_E_SYSTEM_NOT_FOUND, format!("no system {host} runs to be its host")));
        }
        let serial = self.number();
        let (created, processes) = (SystemTime::now(), BTreeMap::new());
        let system = System {
            id,
            version,
            document,
            state: State::Created,
            created,
            started: None,
            exit: None,
            processes,
            modifications: Vec::new(),
        };
        self.systems.insert(serial, system);
        let handle = self.give(call, serial, None);
        // Nobody can have asked for notifications yet.
        if let Some(handle) = self.handles.get_mut(&handle) {
            handle.early.push(CREATED);
        }
        Ok(Reply::ok().with("system", handle))
    }

    pub(super) fn open(&mut self, call: &Call) -> Result<Reply, Failure> {
        let id = call.text("id");
        let missing = || Failure::new(HResult::HCS_E_SYSTEM_NOT_FOUND, format!("there is no system {id:?}"));
        let (serial, _) = self.living(id).ok_or_else(missing)?;
        let handle = self.give(call, serial, None);
        Ok(Reply::ok().with("system", handle))
    }

    /// The system that has an id and has not ended. Ids do not differ by case alone.
    fn living(&self, id: &str) -> Option<(u64, &System)> {
        let mut found = self.systems.iter().filter(|(_, system)| system.id.eq_ignore_ascii_case(id));
        found.find(|(_, system)| system.state != State::Stopped).map(|(serial, system)| (*serial, system))
    }

    pub(super) fn start(&mut self, call: &Call) -> Result<Reply, Failure> {
        read(call, "options", &[(Schema::Version2, "StartOptions")], true)?;
        let reply = self.advance(call, &[State::Created], State::Running, STARTED)?;
        self.system(call)?.1.started = Some(SystemTime::now());
        Ok(reply)
    }

    pub(super) fn pause(&mut self, call: &Call) -> Result<Reply, Failure> {
        read(call, "options", &[(Schema::Version2, "PauseOptions")], true)?;
        self.advance(call, &[State::Running], State::Paused, PAUSED)
    }

    pub(super) fn resume(&mut self, call: &Call) -> Result<Reply, Failure> {
        read_keys(call, "options", &[])?;
        self.advance(call, &[State::Paused], State::Running, RESUMED)
    }

    pub(super) fn save(&mut self, call: &Call) -> Result<Reply, Failure> {
        read(call, "options", &[(Schema::Version2, "SaveOptions")], true)?;
        self.advance(call, &[State::Paused], State::Paused, SAVED)
    }

    pub(super) fn crash(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        read_keys(call, "options", &["Type", "StackDump", "CrashParameters", "Parameters"])?;
        let serial = self.in_state(call, &[State::Running])?;
        self.exit(serial, UNEXPECTED, KILLED, machine);
        Ok(Reply::ok())
    }

    pub(super) fn shut_down(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        read_keys(call, "options", &["Mechanism", "Type", "Force", "Reason"])?;
        let serial = self.in_state(call, &[State::Running])?;
        self.exit(serial, GRACEFUL, super::INTERRUPTED, machine);
        Ok(Reply::ok())
    }

    pub(super) fn terminate(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        read_keys(call, "options", &[])?;
        let serial = self.in_state(call, &[State::Created, State::Running, State::Paused])?;
        self.exit(serial, FORCED, KILLED, machine);
        Ok(Reply::ok())
    }

    /// Goes from one of some states to another, which is told.
    fn advance(&mut self, call: &Call, from: &[State], to: State, kind: u32) -> Result<Reply, Failure> {
        let serial = self.in_state(call, from)?;
        self.system(call)?.1.state = to;
        self.tell(serial, None, kind, 0, "");
        Ok(Reply::ok())
    }

    /// The serial number of the system of a call, if it is in one of some states.
    pub(super) fn in_state(&mut self, call: &Call, states: &[State]) -> Result<u64, Failure> {
        let (serial, system) = self.system(call)?;
        let code = match system.state {
            state if states.contains(&state) => return Ok(serial),
            State::Stopped => HResult::HCS_E_SYSTEM_ALREADY_STOPPED,
            _ => HResult::HCS_E_INVALID_STATE,
        };
        Err(Failure::new(code, format!("system {} is {}", system.id, system.state.name())))
    }

    /// Ends a system with its processes, and the systems that it hosts.
    pub(super) fn exit(&mut self, serial: u64, exit: Exit, code: u32, machine: &mut dyn Machine) {
        let Some(system) = self.systems.get_mut(&serial).filter(|system| system.state != State::Stopped) else {
            return;
        };
        let id = system.id.clone();
        let hosted = |(_, other): &(&u64, &System)| {
            other.state != State::Stopped && other.text("HostingSystemId").eq_ignore_ascii_case(&id)
        };
        for hosted in self.systems.iter().filter(hosted).map(|(serial, _)| *serial).collect::<Vec<_>>() {
            self.exit(hosted, UNEXPECTED, code, machine);
        }
        machine.end_system(serial, code);
        let Some(system) = self.systems.get_mut(&serial) else { return };
        system.state = State::Stopped;
        system.exit = Some(exit);
        let running = system.processes.values().filter(|process| process.exit_code.is_none());
        for pid in running.map(|process| process.pid).collect::<Vec<_>>() {
            self.process_ended(serial, pid, code);
        }
        self.tell(serial, None, super::SYSTEM_EXITED, exit.status, &exit.document());
        if !self.handles.values().any(|handle| handle.system == serial) {
            self.systems.remove(&serial);
        }
    }

    /// Ends a system, or a process of one, that nobody has told to.
    pub(super) fn exit_unexpectedly(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        if call.number("process") != 0 {
            return self.terminate_process(call, machine);
        }
        let serial = self.in_state(call, &[State::Created, State::Running, State::Paused])?;
        self.exit(serial, UNEXPECTED, KILLED, machine);
        Ok(Reply::ok())
    }
}

/// Reads the document of a system in the version that the DLL and the build know.
fn configuration(call: &Call) -> Result<(Version, Value), Failure> {
    let plain: Option<Value> = serde_json::from_str(call.text("configuration")).ok();
    let marked = plain.is_some_and(|plain| plain.get("SchemaVersion").is_some());
    if call.dll == "computecore" || marked && call.build >= VERSION2 {
        let document = read(call, "configuration", &[(Schema::Version2, "ComputeSystem")], false)?;
        let kinds = ["Container", "VirtualMachine", "HostedSystem"];
        return match kinds.iter().filter(|kind| document.get(**kind).is_some_and(|kind| !kind.is_null())).count() {
            1 => Ok((Version::Two, document)),
            _ => Err(Failure::new(HResult::E_INVALIDARG, format!("a system is one of {}", kinds.join(", ")))),
        };
    }
    let document = read(call, "configuration", &[(Schema::Version1, "ContainerConfig")], false)?;
    match document.get("SystemType").and_then(Value::as_str) {
        Some("Container") => Ok((Version::One, document)),
        other => Err(Failure::new(HResult::E_INVALIDARG, format!("SystemType {other:?} is not Container"))),
    }
}
