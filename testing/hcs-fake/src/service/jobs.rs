//! The machine of the world: a job object for each compute system, with real processes.

use super::Shared;
use super::process::{self, Creation, Job};
use super::relay::{Input, Output};
use crate::clock;
use crate::world::machine::{Listed, Machine, Pipes, Start, Started, Usage};
use hcs_schema::HResult;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Result;
use std::os::windows::io::OwnedHandle;
use std::sync::{Arc, Weak};
use std::time::{Duration, UNIX_EPOCH};

/// So many milliseconds a process has to end that is ended by force.
const END: u32 = 5000;
/// From 1601 to 1970, in hundreds of nanoseconds.
const EPOCH: u64 = 116_444_736_000_000_000;

/// Variables that a container has from the host.
const KEPT: [&str; 12] = [
    "ComSpec",
    "NUMBER_OF_PROCESSORS",
    "OS",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "ProgramData",
    "ProgramFiles",
    "SystemDrive",
    "SystemRoot",
    "TEMP",
    "TMP",
    "windir",
];

/// All jobs.
#[derive(Debug)]
pub(super) struct Jobs {
    jobs: BTreeMap<u64, Job>,
    processes: BTreeMap<(u64, u32), Running>,
    /// What processes have used that have ended.
    spent: BTreeMap<u64, Usage>,
    /// Processes that have ended, whose ids nobody else shall have while clients may ask for them.
    ended: Vec<(u64, Arc<OwnedHandle>)>,
    /// The beginning of the names of pipes.
    pipe: String,
    last: u64,
    shared: Weak<Shared>,
}

/// A process that runs.
#[derive(Debug)]
struct Running {
    process: Arc<OwnedHandle>,
    input: Option<Arc<Input>>,
    outputs: [Option<Arc<Output>>; 2],
}

impl Jobs {
    pub(super) fn new(pipe: &str) -> Jobs {
        let (jobs, processes, spent, ended) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), Vec::new());
        Jobs { jobs, processes, spent, ended, pipe: pipe.to_owned(), last: 0, shared: Weak::new() }
    }

    /// Whom to tell that a process has ended.
    pub(super) fn report_to(&mut self, shared: &Arc<Shared>) {
        self.shared = Arc::downgrade(shared);
    }

    /// A process has ended.
    pub(super) fn forget(&mut self, system: u64, pid: u32) {
        if let Some(running) = self.processes.remove(&(system, pid)) {
            let (_, usage) = process::usage(&running.process);
            let ended = Usage { commit_bytes: 0, commit_peak_bytes: 0, private_bytes: 0, ..usage };
            let spent = self.spent.entry(system).or_default();
            *spent = sum(*spent, ended);
            if self.jobs.contains_key(&system) {
                self.ended.push((system, running.process));
            }
        }
    }

    fn create(&mut self, system: u64, start: &Start) -> std::result::Result<(u32, Running), HResult> {
        let failed = |error: std::io::Error| process::code(&error);
        if let std::collections::btree_map::Entry::Vacant(place) = self.jobs.entry(system) {
            place.insert(Job::new().map_err(failed)?);
        }
        let (input, outputs, streams) = streams(start.piped).map_err(failed)?;
        let environment = environment(start);
        let creation = Creation {
            application: &start.application,
            command_line: &if start.command_line.is_empty() {
                format!("\"{}\"", start.application)
            } else {
                start.command_line.clone()
            },
            directory: if start.directory.is_empty() { "C:\\" } else { &start.directory },
            environment: &environment,
            streams,
        };
        let created = creation.create()?;
        if let Some(Err(error)) = self.jobs.get(&system).map(|job| job.assign(&created.process)) {
            process::terminate(&created.process, crate::world::systems::KILLED);
            return Err(process::code(&error));
        }
        created.begin();
        Ok((created.pid, Running { process: Arc::new(created.process), input, outputs }))
    }

    /// Makes pipes to a process for a client.
    fn offer(&mut self, running: &Running) -> std::result::Result<Pipes, HResult> {
        let mut pipes = Pipes::default();
        let mut name = |word: &str| {
            self.last += 1;
            format!("{}-{}-{word}", self.pipe, self.last)
        };
        let failed = |error: std::io::Error| process::code(&error);
        if let Some(input) = &running.input {
            pipes[0] = name("in");
            input.offer(&pipes[0]).map_err(failed)?;
        }
        for (index, output) in running.outputs.iter().enumerate() {
            if let Some(output) = output {
                pipes[index + 1] = name("out");
                output.offer(&pipes[index + 1]).map_err(failed)?;
            }
        }
        Ok(pipes)
    }
}

impl Machine for Jobs {
    fn start(&mut self, system: u64, start: &Start) -> std::result::Result<Started, HResult> {
        let (pid, running) = self.create(system, start)?;
        let pipes = self.offer(&running);
        let (process, shared) = (Arc::clone(&running.process), Weak::clone(&self.shared));
        self.processes.insert((system, pid), running);
        std::thread::spawn(move || {
            process::wait(&process, u32::MAX);
            if let Some(shared) = shared.upgrade() {
                shared.ended(system, pid, process::exit_code(&process));
            }
        });
        Ok(Started { pid, pipes: pipes? })
    }

    fn pipes(&mut self, system: u64, pid: u32) -> std::result::Result<Pipes, HResult> {
        let Some(running) = self.processes.remove(&(system, pid)) else { return Ok(Pipes::default()) };
        let pipes = self.offer(&running);
        self.processes.insert((system, pid), running);
        pipes
    }

    fn close_input(&mut self, system: u64, pid: u32) {
        if let Some(input) = self.processes.get(&(system, pid)).and_then(|running| running.input.as_ref()) {
            input.close();
        }
    }

    fn end_process(&mut self, system: u64, pid: u32, code: u32) {
        if let Some(running) = self.processes.get(&(system, pid)) {
            process::terminate(&running.process, code);
            process::wait(&running.process, END);
        }
    }

    fn end_system(&mut self, system: u64, code: u32) {
        if let Some(job) = self.jobs.remove(&system) {
            job.terminate(code);
        }
        for ((_, _), running) in self.processes.iter().filter(|((of, _), _)| *of == system) {
            process::wait(&running.process, END);
        }
        self.spent.remove(&system);
        self.ended.retain(|(of, _)| *of != system);
    }

    fn usage(&mut self, system: u64) -> Usage {
        let Some(job) = self.jobs.get(&system) else { return Usage::default() };
        let pids = job.processes();
        let running = pids.into_iter().filter_map(process::open).map(|process| process::usage(&process).1);
        let counted = running.fold(self.spent.get(&system).copied().unwrap_or_default(), sum);
        // A Windows counts those too that processes have started and that have ended; Wine counts little of it.
        most(job.usage(), counted)
    }

    fn processes(&mut self, system: u64) -> Vec<Listed> {
        let pids = self.jobs.get(&system).map(Job::processes).unwrap_or_default();
        let listed = |pid: u32| {
            let process = process::open(pid)?;
            let (created, usage) = process::usage(&process);
            let since = created.saturating_sub(EPOCH);
            let created = UNIX_EPOCH + Duration::from_nanos(since.saturating_mul(100));
            let image = process::image(&process);
            let image = image.rsplit('\\').next().unwrap_or_default().to_owned();
            Some(Listed { pid, image, created: clock::text(created), usage })
        };
        pids.into_iter().filter_map(listed).collect()
    }
}

type Streams = (Option<Arc<Input>>, [Option<Arc<Output>>; 2], [OwnedHandle; 3]);

/// The standard streams of a process: what the service has of each, and what the process gets.
fn streams(piped: [bool; 3]) -> Result<Streams> {
    let (input, first) = if piped[0] {
        let (reader, writer) = std::io::pipe()?;
        (Some(Input::new(writer)?), OwnedHandle::from(reader))
    } else {
        (None, nothing()?)
    };
    let output = |piped: bool| -> Result<(Option<Arc<Output>>, OwnedHandle)> {
        if piped {
            let (reader, writer) = std::io::pipe()?;
            return Ok((Some(Output::new(reader)), OwnedHandle::from(writer)));
        }
        Ok((None, nothing()?))
    };
    let (output_kept, second) = output(piped[1])?;
    let (errors_kept, third) = output(piped[2])?;
    Ok((input, [output_kept, errors_kept], [first, second, third]))
}

/// What is empty to readers and forgets what is written.
fn nothing() -> Result<OwnedHandle> {
    Ok(File::options().read(true).write(true).open("NUL")?.into())
}

/// The variables of a process, as `NAME=VALUE` in the order of their names.
fn environment(start: &Start) -> Vec<String> {
    let kept = KEPT.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)));
    let root = std::env::var("SystemRoot").unwrap_or_else(|_| r"C:\Windows".into());
    let mut variables: Vec<(String, String)> = kept.collect();
    variables.push(("Path".into(), format!(r"{root}\system32;{root}")));
    variables.push(("USERNAME".into(), "ContainerAdministrator".into()));
    let computer = std::env::var("COMPUTERNAME").unwrap_or_default();
    let computer = if start.computer.is_empty() { computer } else { start.computer.clone() };
    variables.push(("COMPUTERNAME".into(), computer));
    for (name, value) in &start.environment {
        variables.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        variables.push((name.clone(), value.clone()));
    }
    variables.sort_by_key(|(name, _)| name.to_uppercase());
    variables.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
}

fn sum(one: Usage, other: Usage) -> Usage {
    each(one, other, u64::saturating_add)
}

fn most(one: Usage, other: Usage) -> Usage {
    each(one, other, u64::max)
}

fn each(one: Usage, other: Usage, join: fn(u64, u64) -> u64) -> Usage {
    Usage {
        user_time: join(one.user_time, other.user_time),
        kernel_time: join(one.kernel_time, other.kernel_time),
        commit_bytes: join(one.commit_bytes, other.commit_bytes),
        commit_peak_bytes: join(one.commit_peak_bytes, other.commit_peak_bytes),
        private_bytes: join(one.private_bytes, other.private_bytes),
        reads: join(one.reads, other.reads),
        read_bytes: join(one.read_bytes, other.read_bytes),
        writes: join(one.writes, other.writes),
        written_bytes: join(one.written_bytes, other.written_bytes),
    }
}
