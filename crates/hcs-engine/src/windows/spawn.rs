//! Starting a keeper of its own for a container in the background.
//!
//! This program is started again with a word that no command has, reads the request on its standard input, and answers one line
//! of JSON on its standard output once the container's process runs or could not be made. It has no console and inherits
//! nothing else, so that whoever waits for the caller's streams to end does not wait for the container.

use super::{keeper, launch};
use crate::request::Request;
use crate::roots::Roots;
use crate::store::Store;
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::windows::io::AsHandle;
use std::os::windows::process::CommandExt;
use std::process::{Command, Stdio};

/// The word by which keepers know themselves.
const KEEPER: &str = "silo-keeper";

/// `DETACHED_PROCESS` and `CREATE_NEW_PROCESS_GROUP`: the caller's console and its events are not for a container in the
/// background.
const DETACHED: u32 = 0x0000_0008 | 0x0000_0200;

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
    let failed = |error: io::Error| crate::store::failed("start", std::path::Path::new("the keeper"), &error);
    // What is refused, or has no effect, is told here: the keeper has nobody to tell.
    let id = request.id.clone().unwrap_or_else(|| "ID".into());
    let (plan, _) = launch::plan(&id, request.clone(), &store.roots.places(&id), false)?;
    launch::warn(&plan);
    let order = serde_json::to_vec(&Order { roots: store.roots.clone(), request })
        .map_err(|error| Error::new("start", "the keeper", HResult::E_FAIL, error.to_string()))?;
    hcs_windows::do_not_inherit(io::stdin().as_handle());
    hcs_windows::do_not_inherit(io::stdout().as_handle());
    hcs_windows::do_not_inherit(io::stderr().as_handle());
    let mut child = Command::new(std::env::current_exe().map_err(failed)?)
        .arg(KEEPER)
        .creation_flags(DETACHED)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
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
            let message = "it ended without an answer; look for it in the event log, and run `silo gc`";
            Err(Error::new("start", "the keeper", HResult::E_UNEXPECTED, message))
        }
    }
}

/// Becomes a keeper if this process was started as one, and then never returns.
pub fn run_if_keeper() {
    let mut words = std::env::args_os().skip(1);
    if words.next().is_none_or(|word| word != KEEPER) || words.next().is_some() {
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
    let mut order = Vec::new();
    io::stdin().lock().read_to_end(&mut order).map_err(|error| invalid(error.to_string()))?;
    let Order { roots, request } = serde_json::from_slice(&order).map_err(|error| invalid(error.to_string()))?;
    drop(order);
    let store = Store { roots };
    keeper::runtime()?.block_on(keeper::run_detached(&store, request, |result| {
        answer(&match result {
            Ok(id) => Answer::Runs(id.to_owned()),
            Err(error) => Answer::Failed(error),
        });
    }));
    Ok(())
}

fn answer(answer: &Answer) {
    // If the caller is gone nobody waits for the answer; the container is in the state root all the same.
    if let Ok(mut line) = serde_json::to_vec(answer) {
        line.push(b'\n');
        let _ = io::stdout().write_all(&line);
        let _ = io::stdout().flush();
    }
}
