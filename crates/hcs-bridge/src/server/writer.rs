//! The writing side of the guest's end: answers in the order in which they are ready, and the ends of systems in between.
//!
//! A host learns of a process's exit code from the answer to its wait, and of a system's end from a notification; it expects
//! them in this order. So the end of a system is held back until a wait for its first process has been answered on this
//! connection (for any of its processes, where the first was started elsewhere), and is then told once. [`Gate`] decides
//! that from what is written; nobody else knows when an answer has left.

use crate::connection::Outgoing;
use crate::frame;
use hcs_host::{Event, EventKind};
use hcs_schema::bridge::{MessageType, NULL_ID, Notification, RequestBase};
use std::collections::HashMap;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// What the writing task is given.
pub(super) enum Message {
    /// An answer.
    Answer {
        /// The whole frame.
        bytes: Vec<u8>,
        /// What the answer means for notifications, once it has been written.
        note: Note,
        /// The request's share of what may be under way.
        permit: Option<OwnedSemaphorePermit>,
    },
    /// The end of a system.
    Ended(Event),
}

/// What an answer tells the host, as far as notifications care.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// Nothing of interest.
    Nothing,
    /// The system's first process was started.
    Started(String, u32),
    /// A process has ended.
    Exited(String, u32),
    /// The system is new or gone.
    Fresh(String),
    /// There is no answer at all.
    Silent,
}

/// Writes until the queue is closed and empty, or the connection fails.
pub(super) async fn write_all(
    mut outgoing: Box<dyn Outgoing>,
    mut queue: mpsc::UnboundedReceiver<Message>,
) -> std::io::Result<()> {
    let mut gate = Gate::default();
    while let Some(message) = queue.recv().await {
        let ended = match message {
            Message::Answer { bytes, note, permit } => {
                frame::write(&mut outgoing, &bytes).await?;
                drop(permit);
                gate.answered(note)
            }
            Message::Ended(event) => gate.ended(event),
        };
        if let Some(event) = ended {
            frame::write(&mut outgoing, &notification(event)).await?;
        }
    }
    tokio::io::AsyncWriteExt::shutdown(&mut outgoing).await
}

fn notification(event: Event) -> Vec<u8> {
    let kind = match event.kind {
        EventKind::GracefulExit => "GracefulExit",
        EventKind::ForcedExit => "ForcedExit",
        EventKind::UnexpectedExit => "UnexpectedExit",
    };
    let base = RequestBase { container_id: event.id, activity_id: NULL_ID.into(), ..RequestBase::default() };
    let message =
        Notification { base, kind: kind.into(), operation: "None".into(), result: event.result, ..Default::default() };
    // A structure of strings and numbers always becomes JSON, and its id once fitted a frame.
    serde_json::to_vec(&message)
        .ok()
        .and_then(|body| frame::encode(MessageType::NOTIFICATION, 0, &body, frame::GUEST_LIMIT).ok())
        .unwrap_or_default()
}

/// Which ends of systems may be told.
#[derive(Default)]
struct Gate(HashMap<String, System>);

#[derive(Default)]
struct System {
    /// First process, if it was started over this connection.
    first: Option<u32>,
    /// Whether a wait for it has been answered.
    answered: bool,
    /// The end that waits to be told.
    ended: Option<Event>,
    /// Whether it has been told.
    told: bool,
}

impl Gate {
    /// An answer was written. Answers the event that may now be told.
    fn answered(&mut self, note: Note) -> Option<Event> {
        match note {
            Note::Nothing | Note::Silent => None,
            Note::Fresh(id) => self.0.remove(&id).and(None),
            Note::Started(id, process) => {
                let system = self.0.entry(id).or_default();
                // An end that is already known is that of this process, which was quick.
                let ended = system.ended.take();
                *system = System { first: Some(process), ended, ..System::default() };
                None
            }
            Note::Exited(id, process) => {
                let system = self.0.entry(id).or_default();
                system.answered |= system.first.is_none_or(|first| first == process);
                system.tell()
            }
        }
    }

    /// A system has ended. Answers the event if it may be told.
    fn ended(&mut self, event: Event) -> Option<Event> {
        let system = self.0.entry(event.id.clone()).or_default();
        system.ended = Some(event);
        system.tell()
    }
}

impl System {
    fn tell(&mut self) -> Option<Event> {
        if self.told || !self.answered {
            return None;
        }
        let event = self.ended.take();
        self.told = event.is_some();
        event
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hcs_schema::HResult;

    fn end() -> Event {
        Event { id: "web".into(), kind: EventKind::ForcedExit, result: HResult::S_OK }
    }

    #[test]
    fn an_end_is_told_once_and_after_the_first_process() {
        let mut gate = Gate::default();
        assert_eq!(gate.answered(Note::Started("web".into(), 10)), None);
        assert_eq!(gate.answered(Note::Exited("web".into(), 11)), None);
        assert_eq!(gate.ended(end()), None);
        assert_eq!(gate.answered(Note::Exited("web".into(), 10)), Some(end()));
        assert_eq!(gate.answered(Note::Exited("web".into(), 10)), None);
        assert_eq!(gate.ended(end()), None);
    }

    #[test]
    fn an_end_after_the_answer_is_told_at_once() {
        let mut gate = Gate::default();
        assert_eq!(gate.answered(Note::Exited("web".into(), 10)), None);
        assert_eq!(gate.ended(end()), Some(end()));
        assert_eq!(gate.answered(Note::Fresh("web".into())), None);
        assert_eq!(gate.ended(end()), None);
    }

    #[test]
    fn a_process_that_ends_before_its_start_is_answered_is_told() {
        let mut gate = Gate::default();
        assert_eq!(gate.ended(end()), None);
        assert_eq!(gate.answered(Note::Started("web".into(), 10)), None);
        assert_eq!(gate.answered(Note::Exited("web".into(), 10)), Some(end()));
    }
}
