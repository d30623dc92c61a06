//! The moments at which somebody who shares a volume could come in between, and what a test does in them.
//!
//! The code under test reaches a moment between two system calls. Without a test that asked for it, nothing happens then.

use std::cell::RefCell;

/// What the code is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Look a path up in one go.
    Look,
    /// Look at the next component of a path that has to be made.
    Step,
    /// Open the folder that it has just made.
    Made,
    /// Attach a mount to a place that was found.
    Attach,
}

type Attack = Box<dyn FnMut(Moment)>;

thread_local! {
    static ATTACK: RefCell<Option<Attack>> = const { RefCell::new(None) };
}

/// Called by the code under test.
pub fn reach(moment: Moment) {
    // Taken out meanwhile, because an attack may reach moments of its own.
    let Some(mut attack) = ATTACK.take() else { return };
    attack(moment);
    ATTACK.set(Some(attack));
}

/// Acts while something is done at every moment that is reached.
pub fn during<T>(attack: impl FnMut(Moment) + 'static, act: impl FnOnce() -> T) -> T {
    ATTACK.set(Some(Box::new(attack)));
    let result = act();
    ATTACK.set(None);
    result
}
