//! Lending this process's own streams to a process of a container, and staying with it until it ends.

use crate::request::Attach;
use crate::{Container, Result, Stdio, sys};
use hcs_schema::oci;

/// This process's streams, lent: a terminal is relayed, signals are passed on.
#[derive(Debug)]
pub struct Foreground(sys::Foreground);

impl Foreground {
    /// Gets ready for a process, and answers the streams to make it with. A terminal gets the size of the caller's.
    pub fn lend(process: &mut oci::Process, attach: Attach) -> Result<(Foreground, Stdio)> {
        let (foreground, stdio) = sys::Foreground::lend(process, attach)?;
        Ok((Foreground(foreground), stdio))
    }

    /// Stays with the process until it ends, and answers its exit code.
    pub async fn follow(self, container: &Container, pid: u32) -> Result<u32> {
        self.0.follow(container.held(), pid).await
    }
}

/// Copies of this process's own streams.
pub fn own_streams() -> Result<Stdio> {
    sys::own_streams()
}
