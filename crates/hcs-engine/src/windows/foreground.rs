//! Staying with a process of a container: what the console asks for is passed on.

use super::container::Held;
use super::output;
use super::signals::Signals;
use super::{keeper, terminal};
use crate::request::Attach;
use hcs_host::{Result, Stdio};
use hcs_schema::oci;

/// This process's streams, lent.
#[derive(Debug)]
pub struct Foreground {
    signals: Signals,
    terminal: bool,
}

impl Foreground {
    pub fn lend(process: &mut oci::Process, attach: Attach) -> Result<(Foreground, Stdio)> {
        let signals = Signals::listen()?;
        terminal::size_like_callers(process);
        let (stdio, _) = output::own(attach, None)?;
        Ok((Foreground { signals, terminal: process.terminal }, stdio))
    }

    pub async fn follow(self, held: &Held, pid: u32) -> Result<u32> {
        let console = terminal::lend(self.terminal);
        let code = tokio::select! {
            code = keeper::wait_and_pass_signals(held.host(), held.id(), pid, self.signals) => code,
            () = terminal::follow_size(held.host(), held.id(), pid, self.terminal) => {
                unreachable!("sizes are followed for ever")
            }
        };
        drop(console);
        code
    }
}

/// Copies of this process's own streams.
pub fn own_streams() -> Result<Stdio> {
    Ok(output::own(Attach { stdin: true }, None)?.0)
}
