//! The times when a container runs out of memory: the kernel gives notice, and counts.

use super::container::Held;
use hcs_host::{Host, Result};
use std::os::fd::OwnedFd;
use std::time::Duration;
use tokio::io::unix::AsyncFd;

/// The kernel may give notice before it counts; it counts within this time.
const TRIES: u32 = 20;
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The times when a container runs out of memory.
#[derive(Debug)]
pub struct OutOfMemory {
    held: Held,
    notice: Option<AsyncFd<OwnedFd>>,
    seen: u64,
}

impl OutOfMemory {
    /// Those of a container, from now on.
    pub fn of(held: &Held) -> Result<OutOfMemory> {
        let (host, id) = (held.host(), held.id());
        let failed = |error| super::failed("watch the memory of", id, "watch what gives notice", error);
        let notice = host.oom_notice(id)?.map(|notice| hcs_linux::watch(notice, false)).transpose().map_err(failed)?;
        Ok(OutOfMemory { seen: host.oom_kills(id)?, held: held.clone(), notice })
    }

    pub async fn next(&mut self) -> Option<()> {
        let pid = self.held.pid()?;
        loop {
            let noticed = notice(self.notice.as_ref());
            let (host, id) = (self.held.host(), self.held.id());
            let ended = tokio::select! {
                () = noticed => false,
                _ = host.wait(id, pid) => true,
            };
            for _ in 0..TRIES {
                let kills = host.oom_kills(id).ok()?;
                if kills > self.seen {
                    self.seen = kills;
                    return Some(());
                }
                if ended {
                    return None;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
    }
}

/// Waits for a notice, and takes it.
async fn notice(from: Option<&AsyncFd<OwnedFd>>) {
    let Some(from) = from else { return std::future::pending().await };
    if let Ok(mut guard) = from.readable().await {
        let mut taken = [0; 4096];
        while rustix::io::read(from.get_ref(), &mut taken).is_ok_and(|count| count > 0) {}
        guard.clear_ready();
    }
}
