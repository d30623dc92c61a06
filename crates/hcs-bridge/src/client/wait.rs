//! Waits for processes, one request for each process however many wait for it.
//!
//! The protocol's host sends an endless wait as soon as a process exists, and a guest announces the end of a system only after
//! it has answered one. So the first interest in a process sends the request and everybody shares its answer, which is kept:
//! a process may be gone from the guest when the second caller asks. An answer that is an error is not kept.

use super::base;
use super::mux::Mux;
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use hcs_schema::bridge::{INFINITE, WaitForProcess};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

const OPERATION: &str = "wait";

type Outcome = Option<Result<u32>>;

/// The waits of one connection, by system and process.
#[derive(Default)]
pub(super) struct Waits(Mutex<HashMap<(String, u32), watch::Receiver<Outcome>>>);

impl Waits {
    /// Begins to wait for a new process; an older one of the same number is forgotten.
    pub(super) fn begin(&self, mux: &Arc<Mux>, id: &str, process: u32) -> watch::Receiver<Outcome> {
        let (sender, receiver) = watch::channel(None);
        let request = WaitForProcess { base: base(id), process_id: process, timeout_in_ms: INFINITE };
        let mux = mux.clone();
        tokio::spawn(async move {
            let answer = mux.call(OPERATION, &request, Vec::new()).await;
            sender.send_replace(Some(answer.map(|reply| reply.exit_code)));
        });
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waits.insert((id.into(), process), receiver.clone());
        receiver
    }

    /// Waits for a process.
    pub(super) async fn wait(&self, mux: &Arc<Mux>, id: &str, process: u32) -> Result<u32> {
        let known = {
            let waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            waits.get(&(id.to_owned(), process)).cloned()
        };
        let mut outcome = match known {
            Some(outcome) if !matches!(&*outcome.borrow(), Some(Err(_))) => outcome,
            _ => self.begin(mux, id, process),
        };
        match outcome.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(answer)) => answer.clone(),
            _ => Err(Error::new(OPERATION, id, HResult::HCS_E_CONNECTION_CLOSED, "the connection has ended")),
        }
    }

    /// Forgets the processes of a system.
    pub(super) fn forget(&self, id: &str) {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waits.retain(|(system, _), _| system != id);
    }
}
