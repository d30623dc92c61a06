//! Which watch a number stands for. The callbacks of the DLLs get the number.

use super::watch::{Arrived, Kind, Watch};
use crate::notice::Registry;
use std::ffi::c_void;
use std::sync::Arc;
use tokio::sync::mpsc;

static WATCHES: Registry<(Kind, Arrived)> = Registry::new();

/// A watch that callbacks find as long as this lives.
#[derive(Debug)]
pub(crate) struct Registration {
    /// The number, which any thread may use: it is no address.
    number: usize,
    watch: Arc<Watch>,
}

impl Registration {
    /// A new watch with a number of its own.
    pub(crate) fn new() -> Registration {
        let watch = Arc::new(Watch::default());
        let told = Arc::clone(&watch);
        let number = WATCHES.add(Arc::new(move |(kind, arrived)| told.tell(kind, arrived))).addr();
        Registration { number, watch }
    }

    /// The same, with each report of progress for a receiver.
    pub(crate) fn with_reports() -> (Registration, mpsc::UnboundedReceiver<String>) {
        let (sender, reports) = mpsc::unbounded_channel();
        let watch = Arc::new(Watch::default());
        let told = Arc::clone(&watch);
        let taker = move |(kind, arrived): (Kind, Arrived)| match kind {
            // Who does not listen any more has nothing to be told.
            Kind::Reported => drop(sender.send(arrived.data)),
            kind => told.tell(kind, arrived),
        };
        let number = WATCHES.add(Arc::new(taker)).addr();
        (Registration { number, watch }, reports)
    }

    /// The watch.
    pub(crate) fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }

    /// The number as the context that DLLs hand to callbacks. It is no address, and nothing follows it.
    pub(crate) fn context(&self) -> *mut c_void {
        std::ptr::without_provenance_mut(self.number)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        WATCHES.remove(self.context());
        self.watch.tell(Kind::Closed, Arrived::default());
    }
}

/// Tells the watch that a context stands for. One that is gone is told nothing.
pub(crate) fn notify(context: *const c_void, kind: Kind, arrived: Arrived) {
    WATCHES.give(context, (kind, arrived));
}

/// How many handles and operations of this process wait for callbacks. For tests that look for what is left behind.
#[doc(hidden)]
pub fn live_watches() -> usize {
    WATCHES.count()
}
