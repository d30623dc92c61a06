//! Processes of compute systems: how a document becomes a program of the host, and what can be done with it.

use super::documents::{Failure, read, read_keys};
use super::model::{Process, State, System, Version};
use super::{INTERRUPTED, KILLED, Systems};
use crate::message::PROCESS_EXITED;
use crate::strict::Schema;
use crate::world::machine::{Machine, Pipes, Start};
use crate::world::paths::Mappings;
use crate::{Call, Reply};
use hcs_schema::HResult;
use serde_json::{Value, json};

/// What a signal is called.
const SIGNALS: [&str; 5] = ["CtrlC", "CtrlBreak", "CtrlClose", "CtrlLogOff", "CtrlShutdown"];

impl Systems {
    pub(super) fn create_process(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        let serial = self.in_state(call, &[State::Running])?;
        let (_, system) = self.system(call)?;
        if system.kind() == "VirtualMachine" {
            let message = format!("system {} is a virtual machine, and nobody in it starts processes", system.id);
            return Err(Failure::new(HResult::HCS_E_INVALID_STATE, message));
        }
        let types: &[(Schema, &str)] = match system.version {
            Version::One => &[(Schema::Version1, "ProcessConfig")],
            // What a guest reads is not the host's to judge.
            Version::Two if !system.text("HostingSystemId").is_empty() => {
                &[(Schema::Version2, "ProcessParameters"), (Schema::Version1, "ProcessConfig")]
            }
            Version::Two => &[(Schema::Version2, "ProcessParameters")],
        };
        let parameters = read(call, "parameters", types, false)?;
        let start = start(system, &parameters);
        if start.application.is_empty() && start.command_line.is_empty() {
            return Err(Failure::new(
                HResult::E_INVALIDARG,
                "neither ApplicationName nor CommandLine says what to start",
            ));
        }
        let started = machine.start(serial, &start).map_err(|code| {
            let (what, directory) = (&start.command_line, &start.directory);
            Failure::new(code, format!("{} {what:?} in {directory:?} cannot be started", start.application))
        })?;
        let console = parameters.get("ConsoleSize").cloned().unwrap_or_default();
        let process = Process { pid: started.pid, parameters, exit_code: None, console, input_closed: false };
        self.system(call)?.1.processes.insert(started.pid, process);
        let handle = self.give(call, serial, Some(started.pid));
        Ok(information(started.pid, started.pipes).with("process", handle))
    }

    pub(super) fn open_process(&mut self, call: &Call) -> Result<Reply, Failure> {
        let serial = self.in_state(call, &[State::Running, State::Paused])?;
        let (_, system) = self.system(call)?;
        let runs = |pid: &u32| system.processes.get(pid).is_some_and(|process| process.exit_code.is_none());
        let pid = u32::try_from(call.number("pid")).ok().filter(runs);
        let missing = || format!("in system {} runs no process {}", system.id, call.number("pid"));
        let pid = pid.ok_or_else(|| Failure::new(HResult::ERROR_NOT_FOUND, missing()))?;
        let handle = self.give(call, serial, Some(pid));
        Ok(Reply::ok().with("process", handle))
    }

    /// The process of a handle, with the serial number of its system.
    fn process(&mut self, call: &Call) -> Result<(u64, &mut Process), Failure> {
        let handle = self.handle(call, "process")?;
        let (serial, pid) = (handle.system, handle.pid.unwrap_or_default());
        let process = self.systems.get_mut(&serial).and_then(|system| system.processes.get_mut(&pid));
        let gone = || Failure::new(HResult::HCS_E_PROCESS_ALREADY_STOPPED, format!("process {pid} is gone"));
        Ok((serial, process.ok_or_else(gone)?))
    }

    /// The same, if it has not ended.
    fn running(&mut self, call: &Call) -> Result<(u64, &mut Process), Failure> {
        let (serial, process) = self.process(call)?;
        match process.exit_code {
            None => Ok((serial, process)),
            Some(code) => {
                let message = format!("process {} has ended with {code:#x}", process.pid);
                Err(Failure::new(HResult::HCS_E_PROCESS_ALREADY_STOPPED, message))
            }
        }
    }

    pub(super) fn process_information(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        let (serial, process) = self.process(call)?;
        let pid = process.pid;
        if process.exit_code.is_some() {
            return Ok(information(pid, Pipes::default()));
        }
        let pipes = machine.pipes(serial, pid);
        let failed = |code| Failure::new(code, format!("the pipes of process {pid} cannot be made anew"));
        Ok(information(pid, pipes.map_err(failed)?))
    }

    pub(super) fn process_properties(&mut self, call: &Call) -> Result<Reply, Failure> {
        read_keys(call, "query", &["PropertyTypes"])?;
        let (_, process) = self.process(call)?;
        Ok(Reply::ok().with("properties", process.status().to_string()))
    }

    pub(super) fn modify_process(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        let request = read(call, "settings", &[(Schema::Version2, "ProcessModifyRequest")], false)?;
        let (serial, process) = self.running(call)?;
        match request["Operation"].as_str() {
            Some("ConsoleSize") => {
                let size = &request["ConsoleSize"];
                process.console = json!([size["Height"], size["Width"]]);
            }
            Some("CloseHandle") if request["CloseHandle"]["Handle"] == "StdIn" => {
                process.input_closed = true;
                machine.close_input(serial, process.pid);
            }
            _ => return Err(Failure::new(HResult::E_INVALIDARG, format!("{request} is nothing to do with a process"))),
        }
        Ok(Reply::ok())
    }

    pub(super) fn signal_process(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        let options = read_keys(call, "options", &["Signal"])?;
        let known = match &options["Signal"] {
            Value::Null => true,
            Value::String(name) => SIGNALS.contains(&name.as_str()),
            // Those of a Linux guest.
            Value::Number(number) => number.as_u64().is_some_and(|number| (1..=64).contains(&number)),
            _ => false,
        };
        if !known {
            return Err(Failure::new(HResult::E_INVALIDARG, format!("{options} is no signal")));
        }
        self.end_process(call, INTERRUPTED, machine)
    }

    pub(super) fn terminate_process(&mut self, call: &Call, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        read_keys(call, "options", &[])?;
        self.end_process(call, KILLED, machine)
    }

    fn end_process(&mut self, call: &Call, code: u32, machine: &mut dyn Machine) -> Result<Reply, Failure> {
        let (serial, process) = self.running(call)?;
        let pid = process.pid;
        process.exit_code = Some(code);
        let status = process.status().to_string();
        machine.end_process(serial, pid, code);
        self.tell(serial, Some(pid), PROCESS_EXITED, 0, &status);
        Ok(Reply::ok())
    }
}

/// What a process is told of, as outputs.
fn information(pid: u32, pipes: Pipes) -> Reply {
    let [input, output, errors] = pipes;
    Reply::ok().with("pid", pid).with("stdin", input).with("stdout", output).with("stderr", errors)
}

/// What is to be started on the host.
fn start(system: &System, parameters: &Value) -> Start {
    let mappings = mappings(system);
    let text = |key: &str| parameters.get(key).and_then(Value::as_str).unwrap_or_default();
    let flag = |key: &str| parameters.get(key).and_then(Value::as_bool).unwrap_or_default();
    let words = parameters.get("CommandArgs").and_then(Value::as_array).into_iter().flatten();
    let words: Vec<String> = words.filter_map(Value::as_str).map(quoted).collect();
    let line = if text("CommandLine").is_empty() { words.join(" ") } else { text("CommandLine").to_owned() };
    let environment = parameters.get("Environment").and_then(Value::as_object).into_iter().flatten();
    let environment = environment.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    let container = system.container();
    let computer = container.get("HostName").or_else(|| container.get("GuestOs")?.get("HostName"));
    Start {
        application: mappings.translate(text("ApplicationName")),
        command_line: mappings.translate(&line),
        directory: mappings.translate(text("WorkingDirectory")),
        environment: environment.collect(),
        computer: computer.and_then(Value::as_str).unwrap_or_default().to_owned(),
        piped: [flag("CreateStdInPipe"), flag("CreateStdOutPipe"), flag("CreateStdErrPipe")],
    }
}

/// A word of a command line.
fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && !word.contains([' ', '\t', '"']);
    if plain { word.to_owned() } else { format!("\"{}\"", word.replace('"', "\\\"")) }
}

/// The mapped directories of a system, with those that came and went later.
fn mappings(system: &System) -> Mappings {
    let list = system.container().get("MappedDirectories").and_then(Value::as_array).into_iter().flatten();
    let mut pairs: Vec<(String, String)> = list.filter_map(pair).collect();
    for change in &system.modifications {
        let path = change.get("ResourcePath").and_then(Value::as_str).unwrap_or_default();
        let Some(changed) = change.get("Settings").and_then(pair) else { continue };
        if path.eq_ignore_ascii_case("Container/MappedDirectories") {
            pairs.retain(|(container, _)| !container.eq_ignore_ascii_case(&changed.0));
            if change.get("RequestType").and_then(Value::as_str) != Some("Remove") {
                pairs.push(changed);
            }
        }
    }
    Mappings::new(pairs)
}

fn pair(directory: &Value) -> Option<(String, String)> {
    let text = |key: &str| directory.get(key).and_then(Value::as_str).map(str::to_owned);
    Some((text("ContainerPath")?, text("HostPath")?))
}
