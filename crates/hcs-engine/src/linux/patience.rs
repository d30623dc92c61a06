//! How long a command waits for a keeper.
//!
//! A keeper that was stopped does nothing until somebody continues it, so whoever waits is told soon. One that is not stopped
//! may get little time on a machine that does much else, or wait for a disk; only after much longer it must be stuck.

use hcs_host::ProcessIdentity;
use std::time::Duration;

/// Patience is counted in these, as one second that passes while this process itself is not run is none in which it has waited.
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
