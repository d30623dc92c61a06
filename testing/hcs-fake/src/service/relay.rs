//! The standard streams of a process: what goes between its own pipes and those that a client has.
//!
//! The service is in between, so that a client can be given pipes anew, and standard input can be ended while a client still
//! has its pipe.

use super::winpipe::{self, Event, Source, Way};
use crate::client::locked;
use std::fs::File;
use std::io::{PipeReader, PipeWriter, Read, Result, Write};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// Standard input.
#[derive(Debug)]
pub(super) struct Input {
    /// The process's end, and how often a client has been given a pipe.
    state: Mutex<(Option<PipeWriter>, u64)>,
    stop: Event,
}

impl Input {
    pub(super) fn new(to: PipeWriter) -> Result<Arc<Input>> {
        Ok(Arc::new(Input { state: Mutex::new((Some(to), 0)), stop: Event::new()? }))
    }

    /// Makes a pipe for a client. The process's input ends with the latest one.
    pub(super) fn offer(self: &Arc<Input>, name: &str) -> Result<()> {
        let pipe = winpipe::stream(name, Way::In)?;
        let input = Arc::clone(self);
        let turn = {
            let mut state = locked(&self.state);
            state.1 += 1;
            state.1
        };
        thread::spawn(move || {
            // However it ends, the client has gone or is not wanted any more.
            let _ = input.pump(pipe);
            let mut state = locked(&input.state);
            if state.1 == turn {
                state.0 = None;
            }
        });
        Ok(())
    }

    fn pump(&self, pipe: std::os::windows::io::OwnedHandle) -> Result<()> {
        let source = Source::new(pipe, &self.stop)?;
        source.connect()?;
        let mut buffer = vec![0; 16 << 10];
        loop {
            let length = source.read(&mut buffer)?;
            // Writing waits for the process, and must not hold who closes it.
            let to = locked(&self.state).0.as_ref().map(PipeWriter::try_clone).transpose()?;
            let Some(mut to) = to else { return Ok(()) };
            to.write_all(&buffer[..length])?;
        }
    }

    /// Ends it when all that clients have written is read.
    pub(super) fn close(&self) {
        self.stop.set();
    }
}

/// Standard output, or standard error.
#[derive(Debug, Default)]
pub(super) struct Output {
    state: Mutex<Destination>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Destination {
    client: Option<Arc<File>>,
    /// How often a client has been given a pipe.
    turn: u64,
    ended: bool,
}

impl Output {
    pub(super) fn new(from: PipeReader) -> Arc<Output> {
        let output = Arc::new(Output::default());
        let copied = Arc::clone(&output);
        thread::spawn(move || copied.pump(from));
        output
    }

    /// Makes a pipe for a client, which has what is written from then on.
    pub(super) fn offer(self: &Arc<Output>, name: &str) -> Result<()> {
        let pipe = winpipe::stream(name, Way::Out)?;
        let output = Arc::clone(self);
        let turn = {
            let mut state = locked(&self.state);
            state.turn += 1;
            state.turn
        };
        thread::spawn(move || {
            let connected = winpipe::connect(&pipe);
            let mut state = locked(&output.state);
            if connected.is_ok() && state.turn == turn && !state.ended {
                state.client = Some(Arc::new(File::from(pipe)));
                output.changed.notify_all();
            }
        });
        Ok(())
    }

    fn pump(&self, mut from: PipeReader) {
        let mut buffer = vec![0; 16 << 10];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let client = {
                let mut state = locked(&self.state);
                while state.client.is_none() {
                    state = self.changed.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
                }
                state.client.clone()
            };
            let Some(client) = client else { continue };
            // A client that does not want it any more does not stop the process.
            let _ = (&*client).write_all(&buffer[..length]);
        }
        let mut state = locked(&self.state);
        state.ended = true;
        state.client = None;
    }
}
