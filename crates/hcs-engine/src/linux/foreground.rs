//! Staying with a process of a container: its terminal is relayed, and signals are passed on.

use super::container::Held;
use super::keeper::{self, Signals};
use super::relay::{self, Console, ConsoleSocket, Terminal};
use crate::request::Attach;
use hcs_host::{Result, Stdio};
use hcs_schema::oci;

/// This process's streams, lent.
#[derive(Debug)]
pub struct Foreground {
    signals: Signals,
    console: Option<ConsoleSocket>,
    attach: Attach,
}

impl Foreground {
    pub fn lend(process: &mut oci::Process, attach: Attach) -> Result<(Foreground, Stdio)> {
        let signals = Signals::listen()?;
        relay::size_like_callers(process);
        if process.terminal {
            let (console, theirs) = relay::console_pair()?;
            let stdio = Stdio { console: Some(theirs), ..Stdio::default() };
            return Ok((Foreground { signals, console: Some(console), attach }, stdio));
        }
        let (stdio, _) = keeper::own_streams(attach, None)?;
        Ok((Foreground { signals, console: None, attach }, stdio))
    }

    pub async fn follow(self, held: &Held, pid: u32) -> Result<u32> {
        let Foreground { signals, console, attach } = self;
        let console = console.map(|console| Terminal::attach(console.receive()?, attach.stdin, None)).transpose()?;
        let ended = keeper::wait_and_pass_signals(held.host(), held.id(), pid, signals);
        relay::until(ended, console.map(Console::Terminal)).await
    }
}

/// Copies of this process's own streams.
pub fn own_streams() -> Result<Stdio> {
    Ok(keeper::own_streams(Attach { stdin: true }, None)?.0)
}
