//! Which watch a number stands for. The callbacks of the DLLs get the number.

use super::watch::{Arrived, Kind, Watch};
use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

static WATCHES: LazyLock<RwLock<HashMap<usize, Arc<Watch>>>> = LazyLock::new(RwLock::default);
/// Numbers are never used again: one that is late must not find another's watch.
static NEXT: AtomicUsize = AtomicUsize::new(1);

/// A watch that callbacks find as long as this lives.
#[derive(Debug)]
pub(crate) struct Registration {
    number: usize,
    watch: Arc<Watch>,
}

impl Registration {
    /// A new watch with a number of its own.
    pub(crate) fn new() -> Registration {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let watch = Arc::new(Watch::default());
        WATCHES.write().unwrap_or_else(PoisonError::into_inner).insert(number, Arc::clone(&watch));
        Registration { number, watch }
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
        WATCHES.write().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
        self.watch.tell(Kind::Closed, Arrived::default());
    }
}

/// Tells the watch that a context stands for. One that is gone is told nothing.
pub(crate) fn notify(context: *const c_void, kind: Kind, arrived: Arrived) {
    let watch = WATCHES.read().unwrap_or_else(PoisonError::into_inner).get(&context.addr()).cloned();
    if let Some(watch) = watch {
        watch.tell(kind, arrived);
    }
}

/// How many watches there are: those of open handles and of operations under way.
#[cfg(test)]
pub(crate) fn count() -> usize {
    WATCHES.read().unwrap_or_else(PoisonError::into_inner).len()
}
