//! Copying between the caller's streams and the pipes of a process.
//!
//! A thread for each stream, since the caller's handles may be consoles, files or pipes of any kind, which have blocking calls
//! alone in common. Output ends when the process and all that inherited its streams have closed them.

use crate::pipe::{Pipe, Pipes};
use crate::system::Process;
use hcs_host::{Handle, Stdio};
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// After the end of the process its output is waited for as long as some comes within this time. A program that it left behind
/// may hold the pipe for ever.
const TAIL: Duration = Duration::from_secs(1);

/// A thread that has not seen that it is to stop is told again after this time.
const AGAIN: Duration = Duration::from_millis(50);
/// So many times.
const TIMES: u32 = 20;

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
    /// Ends the copying at the next look.
    stop: Arc<AtomicBool>,
    progress: watch::Receiver<Progress>,
}

/// How far copying is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// So many bytes were copied, and more are waited for.
    Reading(u64),
    /// The caller takes its time.
    Writing,
    /// That was all.
    Done,
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

    /// Waits until all output was copied, or no more comes though something still holds the pipes. A caller that reads slowly
    /// is waited for.
    pub(super) async fn drained(&self) {
        for output in &self.outputs {
            let mut progress = output.progress.clone();
            loop {
                let now = *progress.borrow_and_update();
                let changed = tokio::time::timeout(TAIL, progress.changed());
                match now {
                    Progress::Done => break,
                    Progress::Writing => drop(changed.await),
                    Progress::Reading(_) if changed.await.is_err() => {
                        output.end().await;
                        break;
                    }
                    Progress::Reading(_) => {}
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

impl Output {
    /// Ends the copying, which may be about to read just now. A read that cannot be ended is left to the end of this program.
    async fn end(&self) {
        self.stop.store(true, Ordering::Release);
        let mut progress = self.progress.clone();
        for _ in 0..TIMES {
            if *progress.borrow_and_update() == Progress::Done {
                break;
            }
            self.pipe.cancel();
            // What the thread holds goes with it.
            if tokio::time::timeout(AGAIN, progress.changed()).await.is_ok_and(|changed| changed.is_err()) {
                break;
            }
        }
    }
}

/// Copies output to a handle; without one it is read and thrown away, lest the process waits for somebody to read it.
fn output(pipe: Pipe, handle: Option<Handle>) -> Output {
    let (sender, progress) = watch::channel(Progress::Reading(0));
    let mut from = pipe.clone();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    std::thread::spawn(move || {
        let mut to = handle.map(File::from);
        let mut block = vec![0; BLOCK];
        let mut count = 0;
        while !stopped.load(Ordering::Acquire) {
            let read = match from.read(&mut block) {
                Ok(0) | Err(_) => break,
                Ok(read) => read,
            };
            sender.send_replace(Progress::Writing);
            // Whoever does not read any more loses the rest, and the process is not held up.
            if to.as_mut().is_some_and(|to| to.write_all(&block[..read]).is_err()) {
                to = None;
            }
            count += u64::try_from(read).unwrap_or_default();
            sender.send_replace(Progress::Reading(count));
        }
        drop(to);
        sender.send_replace(Progress::Done);
    });
    Output { pipe, stop, progress }
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
