//! Starting a keeper of its own for a container in the background.
//!
//! This program is started again under another name, reads the request on its standard input, and answers one line of JSON on
//! its standard output once the container's process runs or could not be made. Then it belongs to nobody.

use super::keeper;
use crate::request::Request;
use crate::roots::Roots;
use crate::store::Store;
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

/// The name under which keepers run; `argv[0]` is how they know themselves.
const KEEPER_NAME: &str = "silo-keeper";

/// What a keeper is told.
#[derive(Serialize, Deserialize)]
struct Order {
    roots: Roots,
    request: Request,
}

/// What a keeper answers: an id, or why not.
#[derive(Serialize, Deserialize)]
enum Answer {
    Runs(String),
    Failed(Error),
}

/// Starts a keeper and waits until the container's process has begun.
pub async fn spawn(store: &Store, request: Request) -> Result<String> {
    let failed = |error: std::io::Error| super::failed("start", "the keeper", "run this program again", error);
    keeper::warn(&request);
    let order = serde_json::to_vec(&Order { roots: store.roots.clone(), request })
        .map_err(|error| Error::new("start", "the keeper", HResult::E_FAIL, error.to_string()))?;
    let mut child = Command::new("/proc/self/exe")
        .arg0(KEEPER_NAME)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .current_dir("/")
        .spawn()
        .map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(&order).map_err(failed)?;
    }
    let mut line = String::new();
    if let Some(output) = child.stdout.take() {
        BufReader::new(output).read_line(&mut line).map_err(failed)?;
    }
    match serde_json::from_str(&line) {
        Ok(Answer::Runs(id)) => Ok(id),
        Ok(Answer::Failed(error)) => Err(error),
        Err(_) => {
            let message = "it ended without an answer; look for it in the kernel's log, and run `silo gc`";
            Err(Error::new("start", "the keeper", HResult::E_UNEXPECTED, message))
        }
    }
}

/// Becomes a keeper if this process was started as one, and then never returns.
pub fn run_if_keeper() {
    if std::env::args_os().next().is_none_or(|name| name != KEEPER_NAME) {
        return;
    }
    let code = match keep() {
        Ok(()) => 0,
        Err(error) => {
            answer(&Answer::Failed(error));
            125
        }
    };
    std::process::exit(code)
}

fn keep() -> Result<()> {
    let invalid = |message: String| Error::new("start", "the keeper", HResult::ERROR_INVALID_DATA, message);
    // A lock or a pipe of the caller's, kept open for as long as the container lives, would keep others waiting.
    hcs_linux::close_inherited()
        .map_err(|errno| super::failed("start", "the keeper", "close what it inherited", errno))?;
    let mut order = Vec::new();
    std::io::stdin().lock().read_to_end(&mut order).map_err(|error| invalid(error.to_string()))?;
    let Order { roots, request } = serde_json::from_slice(&order).map_err(|error| invalid(error.to_string()))?;
    drop(order);
    // A session of its own: the caller's terminal and its signals are not for a container in the background.
    rustix::process::setsid().map_err(|errno| super::failed("start", "the keeper", "begin a session", errno))?;
    let store = Store { roots };
    keeper::runtime()?.block_on(keeper::run_detached(&store, request, |result| {
        answer(&match result {
            Ok(id) => Answer::Runs(id.to_owned()),
            Err(error) => Answer::Failed(error),
        });
        leave();
    }));
    Ok(())
}

fn answer(answer: &Answer) {
    // If the caller is gone nobody waits for the answer; the container is in the state root all the same.
    if let Ok(mut line) = serde_json::to_vec(answer) {
        line.push(b'\n');
        let _ = std::io::stdout().write_all(&line);
        let _ = std::io::stdout().flush();
    }
}

/// Lets go of the caller's streams.
fn leave() {
    let null = std::fs::OpenOptions::new().read(true).write(true).open("/dev/null");
    if let Ok(null) = null {
        let _ = rustix::stdio::dup2_stdin(&null);
        let _ = rustix::stdio::dup2_stdout(&null);
    }
}
