//! Copying between the caller's streams and the pipes of a process.
//!
//! A thread for each stream, since the caller's handles may be consoles, files or pipes of any kind, which have blocking calls
//! alone in common. Output ends when the process and all that inherited its streams have closed them.

use crate::pipe::{Pipe, Pipes};
use crate::system::Process;
use hcs_host::{Handle, Stdio};
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::watch;

/// After the end of the process its output is waited for as long as some comes within this time. A program that it left behind
/// may hold the pipe for ever.
const TAIL: Duration = Duration::from_secs(1);

/// What is copied at once.
const BLOCK: usize = 64 << 10;

/// The copying of a process's output.
#[derive(Debug, Default)]
pub(super) struct Relay {
    outputs: Vec<Output>,
    stdin: Mutex<Option<Pipe>>,
}

#[derive(Debug)]
struct Output {
    pipe: Pipe,
    /// Bytes that were copied, and whether that is all.
    progress: watch::Receiver<(u64, bool)>,
}

impl Relay {
    /// Begins to copy.
    pub(super) fn start(process: &Process, stdio: Stdio, runtime: &tokio::runtime::Handle) -> Relay {
        let Pipes { stdin, stdout, stderr } = process.take_pipes();
        if let (Some(pipe), Some(handle)) = (stdin.clone(), stdio.stdin) {
            input(handle, pipe, process.clone(), runtime.clone());
        }
        let outputs = [(stdout, stdio.stdout), (stderr, stdio.stderr)];
        let outputs = outputs.into_iter().filter_map(|(pipe, handle)| Some(output(pipe?, handle)));
        Relay { outputs: outputs.collect(), stdin: Mutex::new(stdin) }
    }

    /// Waits until all output was copied, or no more comes though something still holds the pipes.
    pub(super) async fn drained(&self) {
        for output in &self.outputs {
            let mut progress = output.progress.clone();
            while !progress.borrow_and_update().1 {
                match tokio::time::timeout(TAIL, progress.changed()).await {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) => break,
                    Err(_) => {
                        output.pipe.cancel();
                        break;
                    }
                }
            }
        }
        if let Ok(mut stdin) = self.stdin.lock()
            && let Some(pipe) = stdin.take()
        {
            pipe.cancel();
        }
    }
}

/// Copies output to a handle; without one it is read and thrown away, lest the process waits for somebody to read it.
fn output(pipe: Pipe, handle: Option<Handle>) -> Output {
    let (sender, progress) = watch::channel((0, false));
    let mut from = pipe.clone();
    std::thread::spawn(move || {
        let mut to = handle.map(File::from);
        let mut block = vec![0; BLOCK];
        let mut count = 0;
        loop {
            let read = match from.read(&mut block) {
                Ok(0) | Err(_) => break,
                Ok(read) => read,
            };
            // Whoever does not read any more loses the rest, and the process is not held up.
            if to.as_mut().is_some_and(|to| to.write_all(&block[..read]).is_err()) {
                to = None;
            }
            count += u64::try_from(read).unwrap_or_default();
            sender.send_replace((count, false));
        }
        sender.send_replace((count, true));
    });
    Output { pipe, progress }
}

/// Copies input from a handle, and closes the process's standard input at its end.
fn input(handle: Handle, mut pipe: Pipe, process: Process, runtime: tokio::runtime::Handle) {
    std::thread::spawn(move || {
        let mut from = File::from(handle);
        // An end by an error is an end like another.
        let _ = io::copy(&mut from, &mut pipe);
        // Nobody is left to tell of a process that has ended meanwhile.
        let _ = runtime.block_on(process.close_stdin(Some(pipe)));
    });
}
