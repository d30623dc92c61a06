//! The service: a process behind a named pipe that has the world, and real processes and pipes for it.
//!
//! DLLs start it; there is one for each home folder. It ends by itself when nothing exists and nobody is connected. Each
//! connection has a thread, and one lock guards everything: a call is done in the milliseconds that a process takes to start.

mod jobs;
mod process;
mod relay;
mod wine;
mod winpipe;

use crate::message::{Hello, Notice, Question, Welcome};
use crate::world::World;
use crate::{Call, client, frame, place};
use jobs::Jobs;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Result;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

/// So long the service goes on when nothing exists and nobody is connected: who has just closed the last thing may come again.
const LINGER: Duration = Duration::from_secs(2);
/// So long it goes on when nobody is connected, whatever exists: a test has failed and left it behind.
const ABANDONED: Duration = Duration::from_secs(3600);
/// Between two looks at whether there is anything left.
const LOOK: Duration = Duration::from_millis(250);

/// Everything, which threads have under a lock.
#[derive(Debug)]
pub(crate) struct Shared(Mutex<State>);

#[derive(Debug)]
struct State {
    world: World,
    jobs: Jobs,
    clients: BTreeMap<u64, Client>,
    last: u64,
    connections: usize,
    busy: Instant,
}

/// A DLL in a process.
#[derive(Debug)]
struct Client {
    process: u32,
    dll: String,
    notices: Sender<Notice>,
    /// Until the connection for notices takes them.
    waiting: Option<Receiver<Notice>>,
}

/// Is the service of a home folder until it is not needed. Does nothing if there is one.
pub(crate) fn run(home: &Path) -> Result<()> {
    wine::detach();
    let name = place::pipe(home);
    let Ok(mut pipe) = winpipe::listen(&name, true) else { return Ok(()) };
    let state = State {
        world: World::default(),
        jobs: Jobs::new(&name),
        clients: BTreeMap::new(),
        last: 0,
        connections: 0,
        busy: Instant::now(),
    };
    let shared = Arc::new(Shared(Mutex::new(state)));
    shared.lock().jobs.report_to(&shared);
    let idle = Arc::clone(&shared);
    thread::spawn(move || idle.end_when_idle());
    loop {
        let connected = winpipe::connect(&pipe);
        let next = winpipe::listen(&name, false)?;
        let pipe = std::mem::replace(&mut pipe, next);
        if connected.is_ok() {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.serve(File::from(pipe)));
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        client::locked(&self.0)
    }

    /// A process has ended.
    pub(crate) fn ended(&self, system: u64, pid: u32, code: u32) {
        let mut state = self.lock();
        state.jobs.forget(system, pid);
        state.world.process_ended(system, pid, code);
        state.deliver();
    }

    /// Ends this process when there is nothing to be here for.
    fn end_when_idle(&self) {
        loop {
            thread::sleep(LOOK);
            let mut state = self.lock();
            let patience = if state.world.is_empty() { LINGER } else { ABANDONED };
            if state.connections > 0 {
                state.busy = Instant::now();
            } else if state.busy.elapsed() > patience {
                // With the lock, so that nobody is being welcomed.
                std::process::exit(0);
            }
        }
    }

    /// Serves a connection until it ends.
    fn serve(&self, mut pipe: File) {
        let Ok(hello) = frame::read(&mut pipe) else { return };
        self.lock().connections += 1;
        // The other end has gone: there is nobody to tell of it.
        let _ = match hello {
            Hello::Calls { process, dll } => self.calls(&mut pipe, process, dll),
            Hello::Notices { client } => self.notices(&mut pipe, client),
            Hello::Inspection => self.inspection(&mut pipe),
        };
        let mut state = self.lock();
        state.connections -= 1;
        state.busy = Instant::now();
    }

    fn calls(&self, pipe: &mut File, process: u32, dll: String) -> Result<()> {
        let client = self.lock().welcome(process, dll);
        let ended = self.answer_calls(pipe, client);
        let mut state = self.lock();
        state.clients.remove(&client);
        let State { world, jobs, .. } = &mut *state;
        world.release(client, jobs);
        state.deliver();
        ended
    }

    fn answer_calls(&self, pipe: &mut File, client: u64) -> Result<()> {
        frame::write(pipe, &Welcome { client })?;
        loop {
            let call: Call = frame::read(pipe)?;
            let reply = {
                let mut state = self.lock();
                let State { world, jobs, .. } = &mut *state;
                let reply = world.call(&Call { client, ..call }, jobs);
                state.deliver();
                reply
            };
            frame::write(pipe, &reply)?;
        }
    }

    fn notices(&self, pipe: &mut File, client: u64) -> Result<()> {
        let waiting = self.lock().clients.get_mut(&client).and_then(|client| client.waiting.take());
        frame::write(pipe, &Welcome { client })?;
        // They end with the client.
        waiting.into_iter().flatten().try_for_each(|notice| frame::write(pipe, &notice))
    }

    /// Everything, when the clients whose processes have ended are gone: who has waited for a process sees nothing of it.
    fn settled(&self) -> MutexGuard<'_, State> {
        let begun = Instant::now();
        loop {
            let state = self.lock();
            let lives = |client: &Client| process::lives(client.process);
            if state.clients.values().all(lives) || begun.elapsed() > LINGER {
                return state;
            }
            drop(state);
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn inspection(&self, pipe: &mut File) -> Result<()> {
        frame::write(pipe, &Welcome { client: 0 })?;
        loop {
            let question: Question = frame::read(pipe)?;
            let mut state = self.settled();
            let answer = match question {
                Question::Snapshot => state.snapshot(),
                Question::Left => json!(state.world.left()),
                Question::Stop => {
                    let State { world, jobs, .. } = &mut *state;
                    world.end(jobs);
                    frame::write(pipe, &json!(true))?;
                    // Waits until it is read.
                    let _ = pipe.sync_all();
                    std::process::exit(0);
                }
            };
            drop(state);
            frame::write(pipe, &answer)?;
        }
    }
}

impl State {
    fn welcome(&mut self, process: u32, dll: String) -> u64 {
        self.last += 1;
        let (notices, waiting) = channel();
        self.clients.insert(self.last, Client { process, dll, notices, waiting: Some(waiting) });
        self.last
    }

    /// Sends what is to be told.
    fn deliver(&mut self) {
        for (client, notice) in self.world.notices() {
            if let Some(client) = self.clients.get(&client) {
                // Whoever has gone in the meantime needs not be told.
                let _ = client.notices.send(notice);
            }
        }
    }

    fn snapshot(&self) -> Value {
        let mut snapshot = self.world.snapshot();
        let client = |(number, client): (&u64, &Client)| json!({ "client": number, "process": client.process, "dll": client.dll });
        snapshot["clients"] = self.clients.iter().map(client).collect();
        snapshot
    }
}
