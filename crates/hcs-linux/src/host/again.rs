//! A system that another process has made, found again by what is in the kernel.

use super::creation::Found;
use super::system::{Inner, Phase, System};
use crate::Failure;
use crate::cgroup::Cgroup;
use crate::launch::channel::Channel;
use hcs_host::{Event, Ledger};
use std::sync::{Arc, Mutex};
use tokio::sync::broadcast;

impl System {
    /// One that another process has made. This process becomes no parent of its first one, and never learns how that ends.
    pub fn found(
        id: &str,
        found: Found,
        ledger: &Arc<dyn Ledger>,
        events: &broadcast::Sender<Event>,
    ) -> Result<Arc<System>, Failure> {
        let cgroup = Cgroup::open(&found.cgroups)?;
        let frozen = cgroup.is_frozen().unwrap_or(false);
        let process = found.init.and_then(|init| Some((init, super::open_process(init)?)));
        let phase = match (&process, &found.waiting) {
            (None, _) => Phase::Stopped,
            (Some(_), Some(_)) => Phase::Created,
            (Some(_), None) => Phase::Running,
        };
        let inner = Inner {
            phase,
            channel: found.waiting.map(Channel::from_fd),
            // They are with the one who made it, or in the process.
            born_with_streams: true,
            frozen,
            ..Inner::default()
        };
        let system = Arc::new(System {
            id: id.to_owned(),
            bundle: found.document.oci_bundle_path.clone(),
            namespaces: super::namespaces(&found.document),
            spec: found.document.oci_specification,
            cgroup: Mutex::new(cgroup),
            ledger: Arc::clone(ledger),
            inner: Mutex::new(inner),
            events: events.clone(),
        });
        if let Some((identity, pidfd)) = process {
            system.watch_init(identity, pidfd)?;
        }
        Ok(system)
    }
}
