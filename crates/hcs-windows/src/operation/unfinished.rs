//! What the service has made for somebody who may not want it any more.

use super::blocking;
use std::fmt;

/// Something that was made and is not yet anybody's. Unless it is taken, it is undone when this is dropped: the service would
/// keep it for ever. So whoever gives up waiting leaves nothing behind.
pub(crate) struct Unfinished<T: Send + 'static> {
    made: Option<T>,
    undo: fn(T),
}

impl<T: Send + fmt::Debug + 'static> fmt::Debug for Unfinished<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Unfinished").field(&self.made).finish()
    }
}

impl<T: Send + 'static> Unfinished<T> {
    /// What was made, and how it is undone by calls that may block.
    pub(crate) fn new(made: T, undo: fn(T)) -> Unfinished<T> {
        Unfinished { made: Some(made), undo }
    }

    /// What was made.
    pub(crate) fn get(&self) -> &T {
        self.made.as_ref().expect("it is there until it is taken, which ends this")
    }

    /// Takes it, to stay.
    pub(crate) fn finish(mut self) -> T {
        self.made.take().expect("it is there until it is taken, which ends this")
    }

    /// Undoes it, and waits for that.
    pub(crate) async fn undo(mut self) {
        if let Some(made) = self.made.take() {
            let undo = self.undo;
            blocking(move || undo(made)).await;
        }
    }
}

impl<T: Send + 'static> Drop for Unfinished<T> {
    fn drop(&mut self) {
        if let Some(made) = self.made.take() {
            let undo = self.undo;
            // This may be a thread that must not block, and one of a runtime that ends.
            std::thread::spawn(move || undo(made));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    fn undo(told: Sender<&'static str>) {
        told.send("undone").unwrap();
    }

    #[tokio::test]
    async fn what_nobody_takes_is_undone() {
        let (told, listen) = channel();
        drop(Unfinished::new(told.clone(), undo));
        assert_eq!(listen.recv_timeout(Duration::from_secs(10)), Ok("undone"));
        Unfinished::new(told.clone(), undo).undo().await;
        assert_eq!(listen.try_recv(), Ok("undone"));
        let taken = Unfinished::new(told, undo).finish();
        drop(taken);
        assert!(listen.recv().is_err(), "it was taken");
    }
}
