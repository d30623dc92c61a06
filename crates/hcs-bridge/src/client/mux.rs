//! Many calls over one connection: ids out, answers back to whoever waits for them.
//!
//! Requests are queued to one writing task, so that a call which is dropped half way cannot leave half a frame on the wire. A
//! reading task finds the call of each answer by its id and parses the answer there, with the type the call has fixed. A call
//! whose caller has gone stays listed until its answer comes, which is then thrown away: that tells a late answer from one to
//! a question nobody asked. The latter, JSON that does not parse and messages no host knows end the connection, because
//! nothing that follows them can be trusted; every pending and every later call then fails with `HCS_E_CONNECTION_CLOSED`.

use crate::call::{self, Call, Reply, failed};
use crate::connection::{Incoming, Outgoing};
use crate::frame::{self, Frame};
use hcs_host::{Error, Event, EventKind, Handle, Result};
use hcs_schema::HResult;
use hcs_schema::bridge::{MessageType, Notification};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, broadcast, mpsc, oneshot};

/// Events kept for a reader that lags.
const EVENT_BACKLOG: usize = 256;

/// Takes the body of an answer, or why there is none. Fails when the body is not the answer it should be.
type Resolve = Box<dyn FnOnce(std::result::Result<&[u8], &Error>) -> serde_json::Result<()> + Send>;

/// A request on its way to the writing task.
pub(crate) struct Queued {
    bytes: Vec<u8>,
    handles: Vec<Handle>,
}

/// What the calls and the two tasks share.
pub(crate) struct Mux {
    state: Mutex<State>,
    /// Tells the reading task that the connection has ended at this end.
    ended: Notify,
    /// Longest frame that this end takes.
    read_limit: usize,
}

struct State {
    next_id: u64,
    pending: HashMap<u64, (MessageType, Resolve)>,
    /// Absent once the connection has ended.
    open: Option<Open>,
    /// Why it ended.
    reason: String,
}

struct Open {
    queue: mpsc::UnboundedSender<Queued>,
    events: broadcast::Sender<Event>,
}

impl Mux {
    /// The shared part and the queue that [`write_all`] is to empty.
    pub(crate) fn new(read_limit: usize) -> (Arc<Mux>, mpsc::UnboundedReceiver<Queued>) {
        let (queue, queued) = mpsc::unbounded_channel();
        let open = Open { queue, events: broadcast::Sender::new(EVENT_BACKLOG) };
        let state = State { next_id: 0, pending: HashMap::new(), open: Some(open), reason: String::new() };
        (Arc::new(Mux { state: Mutex::new(state), ended: Notify::new(), read_limit }), queued)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is whole between any two statements that hold the lock, so a panic elsewhere does not matter.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request and waits for its answer. `operation` names the call in errors.
    pub(crate) async fn call<C: Call>(&self, operation: &str, request: &C, handles: Vec<Handle>) -> Result<C::Reply> {
        let id = request.base().container_id.as_str();
        let answer = self.send(request, handles).map_err(|error| Error { id: id.into(), ..named(operation, error) })?;
        let reply = match answer.await {
            Ok(Ok(reply)) => reply,
            Ok(Err(error)) => return Err(Error { id: id.into(), ..named(operation, error) }),
            Err(_) => return Err(Error { id: id.into(), ..closed(operation, "the connection has ended") }),
        };
        match failed(operation, id, reply.base()) {
            Some(error) => Err(error),
            None => Ok(reply),
        }
    }

    /// Queues a request; what it returns is the answer, or why none can come.
    fn send<C: Call>(&self, request: &C, handles: Vec<Handle>) -> Result<oneshot::Receiver<Result<C::Reply>>> {
        let invalid = |reason: String| Error::invalid("", "", reason);
        let body = serde_json::to_vec(request).map_err(|error| invalid(error.to_string()))?;
        let (sender, receiver) = oneshot::channel();
        let resolve: Resolve = Box::new(move |outcome| {
            let answer = match outcome {
                Ok(body) => Ok(call::read(body)?),
                Err(error) => Err(error.clone()),
            };
            // The caller may have gone; then nobody wants the answer.
            let _ = sender.send(answer);
            Ok(())
        });
        let mut state = self.lock();
        let id = state.next_id;
        let bytes =
            frame::encode(C::TYPE, id, &body, frame::GUEST_LIMIT).map_err(|error| invalid(error.to_string()))?;
        let Some(open) = &state.open else { return Err(closed("", &state.reason)) };
        if open.queue.send(Queued { bytes, handles }).is_err() {
            return Err(closed("", "the connection has ended"));
        }
        // Counting from 0, one a nanosecond, a u64 lasts for centuries.
        state.next_id += 1;
        state.pending.insert(id, (C::TYPE, resolve));
        Ok(receiver)
    }

    /// Events from now on. Ends at once when the connection has ended.
    pub(crate) fn events(&self) -> broadcast::Receiver<Event> {
        match &self.lock().open {
            Some(open) => open.events.subscribe(),
            None => broadcast::channel(1).1,
        }
    }

    /// Ends the connection: every pending and later call fails, and the writing task stops.
    pub(crate) fn close(&self, reason: &str) {
        let mut state = self.lock();
        if state.open.take().is_some() {
            state.reason = reason.into();
        }
        let pending = std::mem::take(&mut state.pending);
        let error = closed("", &state.reason);
        drop(state);
        self.ended.notify_one();
        for (_, resolve) in pending.into_values() {
            // A failure is about the body, and there is none.
            let _ = resolve(Err(&error));
        }
    }

    /// Hands one incoming message to whom it is for; an error ends the connection.
    fn deliver(&self, frame: &Frame) -> std::result::Result<(), String> {
        if frame.kind == MessageType::NOTIFICATION {
            return self.notify(&frame.body);
        }
        let name = frame.kind.name().unwrap_or("unknown");
        let Some((kind, resolve)) = self.lock().pending.remove(&frame.id) else {
            return Err(format!("the guest sent a message of type {name} with the unknown id {}", frame.id));
        };
        if frame.kind != kind.response() {
            // Fails with all the others when the connection is closed.
            self.lock().pending.insert(frame.id, (kind, resolve));
            return Err(format!("the guest answered a message of another type with {:#010x} ({name})", frame.kind.0));
        }
        resolve(Ok(&frame.body)).map_err(|error| format!("the guest's answer to {name} cannot be read: {error}"))
    }

    fn notify(&self, body: &[u8]) -> std::result::Result<(), String> {
        let notification: Notification =
            call::read(body).map_err(|error| format!("the guest's notification cannot be read: {error}"))?;
        let kind = match notification.kind.as_str() {
            "GracefulExit" => EventKind::GracefulExit,
            "ForcedExit" => EventKind::ForcedExit,
            "UnexpectedExit" => EventKind::UnexpectedExit,
            // The other steps of a life cycle are no news to whoever caused them.
            _ => return Ok(()),
        };
        if let Some(open) = &self.lock().open {
            let event = Event { id: notification.base.container_id, kind, result: notification.result };
            // Nobody may be listening.
            let _ = open.events.send(event);
        }
        Ok(())
    }
}

/// The reading task: runs until the connection ends, then closes it.
pub(crate) async fn read_all(mux: Arc<Mux>, mut incoming: Box<dyn Incoming>) {
    tokio::select! {
        reason = read_until_failure(&mux, &mut *incoming) => mux.close(&reason),
        () = mux.ended.notified() => {}
    }
}

async fn read_until_failure(mux: &Mux, mut incoming: &mut dyn Incoming) -> String {
    loop {
        match frame::read(&mut incoming, mux.read_limit).await {
            Ok(Some(frame)) => {
                // A guest has no business sending handles; whatever came is closed here.
                drop(incoming.take_handles());
                if let Err(reason) = mux.deliver(&frame) {
                    return reason;
                }
            }
            Ok(None) => return "the guest closed the connection".into(),
            Err(error) => return error.into_error("read").message,
        }
    }
}

/// The writing task: runs until the connection is closed or fails.
pub(crate) async fn write_all(
    mux: Arc<Mux>,
    mut outgoing: Box<dyn Outgoing>,
    mut queued: mpsc::UnboundedReceiver<Queued>,
) {
    while let Some(message) = queued.recv().await {
        if let Err(error) = write_one(&mut *outgoing, message).await {
            mux.close(&format!("writing to the guest failed: {error}"));
            return;
        }
    }
}

async fn write_one(outgoing: &mut dyn Outgoing, message: Queued) -> std::io::Result<()> {
    outgoing.attach(message.handles)?;
    frame::write(outgoing, &message.bytes).await
}

fn closed(operation: &str, reason: &str) -> Error {
    Error::new(operation, "", HResult::HCS_E_CONNECTION_CLOSED, reason)
}

fn named(operation: &str, error: Error) -> Error {
    Error { operation: operation.into(), ..error }
}
