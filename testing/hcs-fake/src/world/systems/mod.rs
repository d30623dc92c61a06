//! Compute systems and processes: the functions of `vmcompute.dll` and `computecore.dll` whose names begin with `Hcs`.
//!
//! Both DLLs have the same systems. A call does all of its work at once; what comes later in Windows is a [`Notice`] for
//! `vmcompute.dll`, and the end of an operation, which the DLL makes, for `computecore.dll`.

mod documents;
mod lifecycle;
mod model;
mod processes;
mod properties;
mod resources;
#[cfg(test)]
mod tests;

use super::machine::Machine;
use crate::message::{Notice, PROCESS_EXITED, SYSTEM_EXITED};
use crate::{Call, Reply};
use documents::Failure;
use hcs_schema::HResult;
use model::{Callback, Handle, State, System};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `E_HANDLE`.
const INVALID_HANDLE: HResult = HResult(0x8007_0006);
/// What a process ends with that is ended by force: ERROR_PROCESS_ABORTED, which is what docker shows of killed containers.
pub const KILLED: u32 = 0x8007_042b;
/// What a process ends with that is signalled: STATUS_CONTROL_C_EXIT.
pub const INTERRUPTED: u32 = 0xc000_013a;

/// All systems, and who has handles of them.
#[derive(Debug, Default)]
pub struct Systems {
    systems: BTreeMap<u64, System>,
    handles: BTreeMap<u64, Handle>,
    callbacks: BTreeMap<(u64, u64), Callback>,
    /// The last number that was given to a system or handle.
    last: u64,
    notices: Vec<(u64, Notice)>,
}

/// The functions of `vmcompute.dll` that answer that they are pending, and have a notification when they are done.
const NOTIFIED: [&str; 7] = [
    "HcsCreateComputeSystem",
    "HcsStartComputeSystem",
    "HcsPauseComputeSystem",
    "HcsResumeComputeSystem",
    "HcsSaveComputeSystem",
    "HcsShutdownComputeSystem",
    "HcsTerminateComputeSystem",
];

/// The functions that are done here.
pub fn knows(function: &str) -> bool {
    function.starts_with("Hcs") || [UNEXPECTED_EXIT, FORGET_CALLBACK].contains(&function)
}

/// What a DLL calls to have a system or process end unexpectedly.
pub const UNEXPECTED_EXIT: &str = "FakeUnexpectedExit";
/// What `computecore.dll` calls to end a callback, which no function of its own does.
pub const FORGET_CALLBACK: &str = "FakeForgetCallback";

/// The answer to a call that others refuse.
pub fn refused(call: &Call, code: HResult, message: String) -> Reply {
    Failure::new(code, message).reply(call)
}

impl Systems {
    /// Does what a call asks for.
    pub fn call(&mut self, call: &Call, machine: &mut dyn Machine) -> Reply {
        let done = self.done(call, machine);
        let pending = call.dll == "vmcompute" && NOTIFIED.contains(&call.function.as_str());
        let code = if pending { HResult::HCS_E_OPERATION_PENDING } else { HResult::S_OK };
        done.map(|reply| Reply { result: code.0, ..reply }).unwrap_or_else(|failure| failure.reply(call))
    }

    fn done(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        match call.function.as_str() {
            "HcsCreateComputeSystem" => self.create(call),
            "HcsOpenComputeSystem" => self.open(call),
            "HcsEnumerateComputeSystems" => self.enumerate(call),
            "HcsGetComputeSystemProperties" => self.properties(call, machine),
            "HcsModifyComputeSystem" => self.modify(call),
            "HcsStartComputeSystem" => self.start(call),
            "HcsPauseComputeSystem" => self.pause(call),
            "HcsResumeComputeSystem" => self.resume(call),
            "HcsSaveComputeSystem" => self.save(call),
            "HcsCrashComputeSystem" => self.crash(call, machine),
            "HcsShutdownComputeSystem" | "HcsShutDownComputeSystem" => self.shut_down(call, machine),
            "HcsTerminateComputeSystem" => self.terminate(call, machine),
            "HcsCloseComputeSystem" | "HcsCloseProcess" => self.close(call, machine),
            "HcsRegisterComputeSystemCallback" | "HcsSetComputeSystemCallback" | "HcsWaitForComputeSystemExit" => {
                self.register(call, "system")
            }
            "HcsRegisterProcessCallback" | "HcsSetProcessCallback" | "HcsWaitForProcessExit" => {
                self.register(call, "process")
            }
            "HcsUnregisterComputeSystemCallback" | "HcsUnregisterProcessCallback" | FORGET_CALLBACK => {
                self.unregister(call)
            }
            "HcsCreateProcess" => self.create_process(call, machine),
            "HcsOpenProcess" => self.open_process(call),
            "HcsGetProcessInfo" => self.process_information(call, machine),
            "HcsGetProcessProperties" => self.process_properties(call),
            "HcsModifyProcess" => self.modify_process(call, machine),
            "HcsSignalProcess" => self.signal_process(call, machine),
            "HcsTerminateProcess" => self.terminate_process(call, machine),
            "HcsGetServiceProperties" => Self::service_properties(call),
            "HcsModifyServiceSettings" => Self::modify_service(call),
            UNEXPECTED_EXIT => self.exit_unexpectedly(call, machine),
            other => Err(Failure::new(HResult::E_NOTIMPL, format!("{other} is not something that this service does"))),
        }
    }

    /// A number that nothing else has.
    fn number(&mut self) -> u64 {
        self.last += 1;
        // Handles of programs are multiples of four, and these shall not be taken for such.
        self.last * 4 + 0x1_0000_0002
    }

    /// Gives a client a handle.
    fn give(&mut self, call: &Call, system: u64, pid: Option<u32>) -> u64 {
        let number = self.number();
        let (process, dll) = (call.process, call.dll.clone());
        self.handles.insert(number, Handle { client: call.client, process, dll, system, pid, early: Vec::new() });
        number
    }

    /// A handle of the client that calls.
    fn handle(&self, call: &Call, argument: &str) -> Result<&Handle, Failure> {
        let number = call.number(argument);
        let handle = self.handles.get(&number).filter(|handle| handle.client == call.client);
        let process = argument == "process";
        handle.filter(|handle| handle.pid.is_some() == process).ok_or_else(|| {
            Failure::new(INVALID_HANDLE, format!("{number:#x} is no handle of a {argument} that this process has"))
        })
    }

    /// The system of a handle, with its serial number.
    fn system(&mut self, call: &Call) -> Result<(u64, &mut System), Failure> {
        let serial = self.handle(call, "system")?.system;
        let system = self.systems.get_mut(&serial);
        let gone = || Failure::new(HResult::HCS_E_SYSTEM_NOT_FOUND, "the system is gone");
        Ok((serial, system.ok_or_else(gone)?))
    }

    /// Tells everybody who wants to know.
    fn tell(&mut self, system: u64, pid: Option<u32>, kind: u32, status: u32, data: &str) {
        let told = self.callbacks.iter().filter(|(_, callback)| callback.system == system && callback.pid == pid);
        for ((client, number), _) in told.filter(|(_, callback)| callback.wants(kind)) {
            let notice = Notice { callback: *number, kind, status, data: data.to_owned() };
            self.notices.push((*client, notice));
        }
    }

    /// Registers a callback, unless it has no number: then the handle is only looked at.
    fn register(&mut self, call: &Call, argument: &str) -> Result<Reply, Failure> {
        let handle = self.handle(call, argument)?.clone();
        let (number, client) = (call.number("callback"), call.client);
        if number == 0 {
            return Ok(Reply::ok());
        }
        let (process, dll) = (call.process, call.dll.clone());
        let callback = Callback { handle: call.number(argument), process, dll, system: handle.system, pid: handle.pid };
        let mut early: Vec<(u32, u32, String)> = handle.early.iter().map(|kind| (*kind, 0, String::new())).collect();
        // What has ended does not end once more: who comes late is told at once.
        if let Some(system) = self.systems.get(&handle.system) {
            match handle.pid {
                Some(pid) => {
                    let ended = system.processes.get(&pid).filter(|process| process.exit_code.is_some());
                    early.extend(ended.map(|process| (PROCESS_EXITED, 0, process.status().to_string())));
                }
                None => early.extend(system.exit.map(|exit| (SYSTEM_EXITED, exit.status, exit.document()))),
            }
        }
        let wanted = early.into_iter().filter(|(kind, ..)| callback.wants(*kind));
        let notices = wanted.map(|(kind, status, data)| (client, Notice { callback: number, kind, status, data }));
        self.notices.extend(notices);
        if let Some(handle) = self.handles.get_mut(&callback.handle) {
            handle.early.clear();
        }
        self.callbacks.insert((client, number), callback);
        Ok(Reply::ok())
    }

    fn unregister(&mut self, call: &Call) -> Result<Reply, Failure> {
        let number = call.number("callback");
        match self.callbacks.remove(&(call.client, number)) {
            Some(_) => Ok(Reply::ok()),
            None => Err(Failure::new(INVALID_HANDLE, format!("{number:#x} is no callback"))),
        }
    }

    fn close(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        let argument = if call.function == "HcsCloseProcess" { "process" } else { "system" };
        self.handle(call, argument)?;
        self.close_handle(call.number(argument), machine);
        Ok(Reply::ok())
    }

    fn close_handle(&mut self, number: u64, machine: &mut dyn Machine) {
        let Some(handle) = self.handles.remove(&number) else { return };
        let of_system = self.handles.values().filter(|other| other.system == handle.system);
        let (open, any) = (of_system.clone().filter(|other| other.pid.is_none()).count(), of_system.count());
        let Some(system) = self.systems.get_mut(&handle.system) else { return };
        if open == 0 && handle.pid.is_none() && system.ends_with_handles() && system.state != State::Stopped {
            self.exit(handle.system, lifecycle::FORCED, KILLED, machine);
        }
        let Some(system) = self.systems.get_mut(&handle.system) else { return };
        if let Some(pid) = handle.pid {
            let held = self.handles.values().any(|other| other.system == handle.system && other.pid == Some(pid));
            system.processes.retain(|other, process| *other != pid || held || process.exit_code.is_none());
        }
        if any == 0 && system.state == State::Stopped {
            self.systems.remove(&handle.system);
        }
    }

    /// A process has ended by itself.
    pub fn process_ended(&mut self, system: u64, pid: u32, code: u32) {
        let Some(process) = self.systems.get_mut(&system).and_then(|system| system.processes.get_mut(&pid)) else {
            return;
        };
        if process.exit_code.is_some() {
            return;
        }
        process.exit_code = Some(code);
        let status = process.status().to_string();
        self.tell(system, Some(pid), PROCESS_EXITED, 0, &status);
        if !self.handles.values().any(|handle| handle.system == system && handle.pid == Some(pid))
            && let Some(system) = self.systems.get_mut(&system)
        {
            system.processes.remove(&pid);
        }
    }

    /// A client has gone.
    pub fn release(&mut self, client: u64, machine: &mut dyn Machine) {
        self.callbacks.retain(|(owner, _), _| *owner != client);
        let handles = self.handles.iter().filter(|(_, handle)| handle.client == client);
        for number in handles.map(|(number, _)| *number).collect::<Vec<_>>() {
            self.close_handle(number, machine);
        }
    }

    /// Ends every system.
    pub fn end(&mut self, machine: &mut dyn Machine) {
        for serial in self.systems.keys().copied().collect::<Vec<_>>() {
            self.exit(serial, lifecycle::FORCED, KILLED, machine);
        }
    }

    /// What is to be told to clients. It is told once.
    pub fn notices(&mut self) -> Vec<(u64, Notice)> {
        std::mem::take(&mut self.notices)
    }

    /// All systems, for tests to look at.
    pub fn snapshot(&self) -> Value {
        self.systems.values().map(System::snapshot).collect()
    }

    /// All handles, for tests to look at.
    pub fn handles(&self) -> Value {
        let handle = |(number, handle): (&u64, &Handle)| json!({ "handle": number, "process": handle.process, "dll": handle.dll, "of": self.named(handle.system, handle.pid) });
        self.handles.iter().map(handle).collect()
    }

    /// All callbacks, for tests to look at.
    pub fn callbacks(&self) -> Value {
        let callback = |((_, number), callback): (&(u64, u64), &Callback)| {
            let of = self.named(callback.system, callback.pid);
            json!({ "callback": number, "process": callback.process, "dll": callback.dll, "of": of })
        };
        self.callbacks.iter().map(callback).collect()
    }

    fn named(&self, system: u64, pid: Option<u32>) -> String {
        let id = self.systems.get(&system).map_or("of nothing", |system| &system.id);
        pid.map_or_else(|| format!("system {id}"), |pid| format!("process {pid} of system {id}"))
    }

    /// What exists and should not when everything is released, a line each.
    pub fn left(&self) -> Vec<String> {
        let mut left = Vec::new();
        for system in self.systems.values().filter(|system| system.state != State::Stopped) {
            left.push(format!("system {} is {}", system.id, system.state.name()));
            let running = system.processes.values().filter(|process| process.exit_code.is_none());
            left.extend(running.map(|process| format!("process {} of system {} runs", process.pid, system.id)));
        }
        for handle in self.handles.values() {
            let of = self.named(handle.system, handle.pid);
            left.push(format!("a handle of {of} is open in process {} ({})", handle.process, handle.dll));
        }
        for callback in self.callbacks.values() {
            let of = self.named(callback.system, callback.pid);
            left.push(format!("a callback of {of} is registered in process {} ({})", callback.process, callback.dll));
        }
        left
    }
}
