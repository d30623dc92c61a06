//! The guest's end of the bridge: [`serve`] lends a [`Host`] to whoever is at the other end of a connection.
//!
//! ```text
//!            NegotiateProtocol, a version in common                     the connection ends
//! un-negotiated ───────────────────────────────▶ negotiated ─────────────────────────────▶ waits are dropped,
//! every other message: E_NOTIMPL                 12 messages, each in a task of its own     other verbs finish
//!                                                negotiation again: E_NOTIMPL
//! ```
//!
//! A slow request holds up no other; one task writes all answers. A request that cannot be read is answered with
//! `HCS_E_INVALID_JSON`, one that is not known with `E_NOTIMPL`. A broken frame, or a message that is no request, ends the
//! connection. What may be under way at once is bounded in number and bytes; beyond that `ERROR_BUSY` is answered. No input
//! makes this end panic. There is no container logic here: what a verb means is the host's business.

mod process;
mod verbs;
mod writer;

use crate::call::failure;
use crate::connection::{Connection, Incoming};
use crate::frame::{self, Frame};
use crate::stdio::Streams;
use hcs_host::{Error, Event, Handle, Host, Result};
use hcs_schema::HResult;
use hcs_schema::bridge::{MessageType, RequestBase};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc};
use tokio::task::JoinSet;
use writer::{Message, Note};

/// Shares of what may be under way on one connection. A request takes one, and one more for each [`SHARE`] of its body: a few
/// thousand waits, or a hundred megabytes of documents.
const SHARES: usize = 0x1800;

/// Answers that may be unwritten to requests which are not worked on: those before negotiation and those refused for want of
/// shares. A peer that asks for more and reads nothing is not read either.
const REFUSALS: usize = 64;

/// Bytes of a request's body that cost a share.
const SHARE: usize = 0x4000;

/// Longest text of an error whose answer did not fit a frame, in characters.
const SHORT_TEXT: usize = 4096;

/// `ERROR_MORE_DATA`: an answer that does not fit a frame.
const MORE_DATA: HResult = HResult::from_win32(234);

/// Serves one connection until it ends. `Ok` when the peer closed it between two messages.
///
/// The peer must be trusted with everything that the host can do; who may connect is the caller's business. Dropping the
/// future drops the connection and the waits; other verbs that were begun are finished, so that nothing is left half made.
pub async fn serve(host: Arc<dyn Host>, connection: Connection, streams: Streams) -> Result<()> {
    let (queue, queued) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    tasks.spawn(forward(host.events(), queue.downgrade()));
    let answer_limit = match streams {
        Streams::Relayed(_) => frame::HOST_LIMIT,
        // The other end is this crate's client on the same machine, which reads as much as we do.
        Streams::Passed => frame::GUEST_LIMIT,
    };
    let session = Arc::new(Session {
        host,
        streams,
        queue,
        answer_limit,
        shares: Arc::new(Semaphore::new(SHARES)),
        refusals: Arc::new(Semaphore::new(REFUSALS)),
        relays: process::Relays::default(),
        under_way: Mutex::default(),
    });
    let mut writer = JoinSet::new();
    writer.spawn(writer::write_all(connection.outgoing, queued));
    let mut incoming = connection.incoming;
    let outcome = tokio::select! {
        outcome = session.clone().read_all(&mut *incoming, &mut tasks) => outcome,
        // Nobody reads the answers any more.
        _ = writer.join_next() => return Ok(()),
    };
    tasks.shutdown().await;
    drop(session);
    if outcome.is_ok() {
        // Requests that came before the end are still answered.
        writer.join_next().await;
    }
    outcome
}

/// Sends the ends of systems to the writing task.
async fn forward(mut events: broadcast::Receiver<Event>, queue: mpsc::WeakUnboundedSender<Message>) {
    loop {
        match events.recv().await {
            Ok(event) => {
                let Some(queue) = queue.upgrade() else { return };
                // Fails only when the connection has ended.
                let _ = queue.send(Message::Ended(event));
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// One connection.
struct Session {
    host: Arc<dyn Host>,
    streams: Streams,
    queue: mpsc::UnboundedSender<Message>,
    answer_limit: usize,
    shares: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    relays: process::Relays,
    under_way: Mutex<BTreeMap<Ticket, Request>>,
}

/// Tells requests under way apart; their ids are the peer's choice.
type Ticket = u64;

/// A request under way.
struct Request {
    kind: MessageType,
    id: u64,
    since: Instant,
}

impl Session {
    async fn read_all(self: Arc<Self>, mut incoming: &mut dyn Incoming, waits: &mut JoinSet<()>) -> Result<()> {
        let mut negotiated = false;
        let mut ticket = 0;
        while let Some(frame) =
            frame::read(&mut incoming, frame::GUEST_LIMIT).await.map_err(|error| error.into_error("serve"))?
        {
            let handles = incoming.take_handles();
            if !frame.kind.is_request() {
                let message = format!("a message of type {:#010x} is no request", frame.kind.0);
                return Err(Error::new("serve", "", HResult::HCS_E_PROTOCOL_ERROR, message));
            }
            if !negotiated || frame.kind == MessageType::NEGOTIATE_PROTOCOL {
                let (answer, agreed) = self.greet(&frame, negotiated);
                negotiated |= agreed;
                self.send_unworked(answer).await;
                continue;
            }
            while waits.try_join_next().is_some() {}
            ticket += 1;
            let shares = u32::try_from(1 + frame.body.len() / SHARE).unwrap_or(u32::MAX);
            match self.shares.clone().try_acquire_many_owned(shares) {
                Ok(permit) => self.clone().begin(ticket, frame, handles, permit, waits),
                Err(_) => {
                    let error = Error::new("serve", "", HResult::ERROR_BUSY, "too many requests are under way");
                    self.send_unworked(self.refusal(&frame, &error)).await;
                }
            }
        }
        Ok(())
    }

    /// Starts to work on a request.
    fn begin(
        self: Arc<Self>,
        ticket: Ticket,
        frame: Frame,
        handles: Vec<Handle>,
        permit: OwnedSemaphorePermit,
        waits: &mut JoinSet<()>,
    ) {
        let kind = frame.kind;
        self.under_way().insert(ticket, Request { kind, id: frame.id, since: Instant::now() });
        let work = async move {
            let (answer, note) = self.answer(&frame, handles).await;
            self.under_way().remove(&ticket);
            self.send(answer, note, Some(permit));
        };
        match kind {
            // Nothing is lost when a wait is given up.
            MessageType::WAIT_FOR_PROCESS => drop(waits.spawn(work)),
            _ => drop(tokio::spawn(work)),
        }
    }

    /// Queues the answer to a request that was not worked on, once few enough of them are unwritten.
    async fn send_unworked(&self, bytes: Vec<u8>) {
        // The semaphore is never closed.
        let permit = self.refusals.clone().acquire_owned().await.ok();
        self.send(bytes, Note::Nothing, permit);
    }

    /// Queues an answer. Fails silently when the connection has ended.
    fn send(&self, bytes: Vec<u8>, note: Note, permit: Option<OwnedSemaphorePermit>) {
        if note != Note::Silent {
            let _ = self.queue.send(Message::Answer { bytes, note, permit });
        }
    }

    /// The failed answer to a request whose body may not have been read.
    fn refusal(&self, frame: &Frame, error: &Error) -> Vec<u8> {
        let base: RequestBase = serde_json::from_slice(&frame.body).unwrap_or_default();
        self.failure(frame, error, &base.activity_id)
    }

    /// The failed answer to a request, shortened where it would not fit.
    fn failure(&self, frame: &Frame, error: &Error, activity_id: &str) -> Vec<u8> {
        let mut answer = failure(error, activity_id);
        self.encode(frame, &answer).unwrap_or_else(|| {
            answer.error_message = error.message.chars().take(SHORT_TEXT).collect();
            answer.activity_id.clear();
            answer.error_records.clear();
            // A few KiB of text fit every limit.
            self.encode(frame, &answer).unwrap_or_default()
        })
    }

    /// An answer as a frame; `None` when it does not fit.
    fn encode(&self, frame: &Frame, answer: &impl serde::Serialize) -> Option<Vec<u8>> {
        let body = serde_json::to_vec(answer).ok()?;
        frame::encode(frame.kind.response(), frame.id, &body, self.answer_limit).ok()
    }

    fn under_way(&self) -> std::sync::MutexGuard<'_, BTreeMap<Ticket, Request>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
