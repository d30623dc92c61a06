//! Who gets what the callbacks of Windows tell, which come on threads of its own and at any time, even while a registration ends.
//!
//! A callback gets a number and not an address. It looks the number up under a lock; once the entry is gone, a late call finds
//! nothing. So no call can touch what was freed, whatever the DLL promises of waiting.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError};

/// What takes notices.
pub(crate) type Taker<T> = Arc<dyn Fn(T) + Send + Sync>;

/// Takers by their numbers.
pub(crate) struct Registry<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    /// The number that was given out last. 0 is none.
    last: usize,
    takers: Option<HashMap<usize, Taker<T>>>,
}

impl<T> Registry<T> {
    /// A registry without takers.
    pub(crate) const fn new() -> Self {
        Registry { state: Mutex::new(State { last: 0, takers: None }) }
    }

    /// Adds a taker, and answers its number in the form of a callback's context.
    pub(crate) fn add(&self, taker: Taker<T>) -> *const c_void {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.last += 1;
        let number = state.last;
        state.takers.get_or_insert_default().insert(number, taker);
        std::ptr::without_provenance(number)
    }

    /// Removes a taker. What it got before, it has taken when this returns, unless a call is under way right now.
    pub(crate) fn remove(&self, context: *const c_void) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(takers) = &mut state.takers {
            takers.remove(&context.addr());
        }
    }

    /// How many takers there are.
    pub(crate) fn count(&self) -> usize {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.takers.as_ref().map_or(0, HashMap::len)
    }

    /// Gives a notice to the taker with this number, if there still is one. The lock is not held meanwhile.
    pub(crate) fn give(&self, context: *const c_void, notice: T) {
        let taker = {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.takers.as_ref().and_then(|takers| takers.get(&context.addr()).cloned())
        };
        if let Some(taker) = taker {
            taker(notice);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_calls_find_nothing() {
        static REGISTRY: Registry<u32> = Registry::new();
        let (sender, receiver) = std::sync::mpsc::channel();
        let first = REGISTRY.add(Arc::new(move |notice| sender.send(notice).unwrap()));
        let second = REGISTRY.add(Arc::new(|_| panic!("it is the first one's")));
        assert_ne!(first, second);
        REGISTRY.give(first, 7);
        REGISTRY.remove(first);
        REGISTRY.give(first, 8);
        REGISTRY.give(std::ptr::null(), 9);
        assert_eq!(receiver.iter().collect::<Vec<_>>(), [7]);
    }
}
