//! How long a command waits for a keeper, and a keeper for others.
//!
//! Time that passes while this process itself is not run is none in which it has waited: what it waits for may be there and
//! unseen. So time is counted in parts, of which one such pause takes only one.
//!
//! A keeper that was stopped does nothing until somebody continues it, so whoever waits is told soon. One that is not stopped
//! may get little time on a machine that does much else, or wait for a disk; only after much longer it must be stuck.

use hcs_host::ProcessIdentity;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// Seconds for a keeper that is stopped.
const STOPPED: u32 = 10;

/// Seconds for one that is not.
const BUSY: u32 = 60;

/// Waits for something that a keeper does; `None` when it did not in time.
pub async fn within<T>(keeper: Option<ProcessIdentity>, done: impl Future<Output = T>) -> Option<T> {
    tokio::pin!(done);
    for second in 1..=BUSY {
        if let Ok(done) = tokio::time::timeout(SECOND, &mut done).await {
            return Some(done);
        }
        if second >= STOPPED && keeper.is_none_or(hcs_linux::is_stopped) {
            break;
        }
    }
    None
}

/// Parts of a short wait.
const PARTS: u32 = 10;

/// Waits for something that others do without delay, if they do it at all; `None` when they did not.
pub async fn briefly<T>(patience: Duration, done: impl Future<Output = T>) -> Option<T> {
    tokio::pin!(done);
    for _ in 0..PARTS {
        if let Ok(done) = tokio::time::timeout(patience / PARTS, &mut done).await {
            return Some(done);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use tokio::time::Instant;

    async fn waited(keeper: Option<ProcessIdentity>) -> Duration {
        let begun = Instant::now();
        assert_eq!(within(keeper, pending::<()>()).await, None);
        begun.elapsed()
    }

    fn signal(process: &std::process::Child, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(process), signal).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_of_this_process_is_no_wait() {
        let begun = Instant::now();
        assert_eq!(briefly(SECOND, pending::<()>()).await, None);
        assert_eq!(begun.elapsed(), SECOND);
        // What was there before the pause is only seen when another task has run after it.
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let paused = async {
            tokio::time::advance(SECOND * 2).await;
            tokio::spawn(async { sender.send(7) });
            receiver.await.unwrap()
        };
        assert_eq!(briefly(SECOND, paused).await, Some(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_keeper_that_is_stopped_is_given_up_before_one_that_is_busy() {
        let mut keeper = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
        let identity = hcs_linux::identity(keeper.id()).unwrap();
        assert_eq!(within(Some(identity), ready(7)).await, Some(7));
        assert_eq!(waited(Some(identity)).await, SECOND * BUSY);
        assert_eq!(waited(None).await, SECOND * STOPPED, "there is none");
        signal(&keeper, rustix::process::Signal::STOP);
        while !hcs_linux::is_stopped(identity) {
            std::thread::yield_now();
        }
        assert_eq!(waited(Some(identity)).await, SECOND * STOPPED);
        assert!(
            !hcs_linux::is_stopped(ProcessIdentity { start_time: identity.start_time + 1, ..identity }),
            "another one"
        );
        signal(&keeper, rustix::process::Signal::KILL);
        keeper.wait().unwrap();
    }
}
