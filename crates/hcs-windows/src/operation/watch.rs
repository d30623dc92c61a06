//! What a handle's notifications are kept in until somebody wants them.

use hcs_schema::HResult;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Kinds of notifications, in the words of both DLLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The system was made.
    Created,
    /// The system runs.
    Started,
    /// The system is suspended.
    Paused,
    /// The system goes on.
    Resumed,
    /// The system's state was saved.
    Saved,
    /// The process has ended.
    ProcessExited,
    /// An operation object tells how far it has come.
    Reported,
    /// An operation object is complete.
    Completed,
    /// The system has ended.
    Exited,
    /// The service has gone away.
    Disconnected,
    /// The handle was closed.
    Closed,
}

impl Kind {
    /// Whether it can come again, so that it is taken away by the one who waits for it.
    fn repeats(self) -> bool {
        matches!(self, Kind::Paused | Kind::Resumed | Kind::Saved)
    }
}

/// A notification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// Its status.
    pub(crate) code: HResult,
    /// What came with it, mostly JSON.
    pub(crate) data: String,
}

/// The notifications of one handle.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    arrived: Mutex<BTreeMap<Kind, Arrived>>,
    changed: Notify,
}

impl Watch {
    fn arrived(&self) -> MutexGuard<'_, BTreeMap<Kind, Arrived>> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a notification and wakes everybody. Of several of one kind the first counts.
    pub(crate) fn tell(&self, kind: Kind, arrived: Arrived) {
        self.arrived().entry(kind).or_insert(arrived);
        self.changed.notify_waiters();
    }

    /// Forgets what is left of an earlier operation that ends in this way.
    pub(crate) fn forget(&self, kind: Kind) {
        self.arrived().remove(&kind);
    }

    /// What has arrived of a kind already.
    pub(crate) fn seen(&self, kind: Kind) -> Option<Arrived> {
        self.arrived().get(&kind).cloned()
    }

    /// Waits for a notification.
    pub(crate) async fn next(&self, kind: Kind) -> Arrived {
        self.first(&[kind]).await.1
    }

    /// Waits for the first of several; of those that are there it is the one that is named first.
    pub(crate) async fn first(&self, kinds: &[Kind]) -> (Kind, Arrived) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // From here on no change is missed.
            changed.as_mut().enable();
            if let Some(found) = self.take(kinds) {
                return found;
            }
            changed.await;
        }
    }

    fn take(&self, kinds: &[Kind]) -> Option<(Kind, Arrived)> {
        let mut arrived = self.arrived();
        let kind = *kinds.iter().find(|kind| arrived.contains_key(kind))?;
        let found = if kind.repeats() { arrived.remove(&kind) } else { arrived.get(&kind).cloned() };
        found.map(|found| (kind, found))
    }
}
