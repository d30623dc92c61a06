//! What the console asks this process for, to be passed on to the program inside.

use hcs_host::{Error, Result, Signal};
use hcs_schema::HResult;
use std::time::{Duration, Instant};
use tokio::signal::windows::{CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown};
use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};

/// `ERROR_CANCELLED` as an HRESULT.
const CANCELLED: HResult = HResult::from_win32(1223);

/// The events of this process's console. The third Ctrl-C within two seconds is a kill: programs may ignore them.
#[derive(Debug)]
pub struct Signals {
    interrupt: CtrlC,
    stop: CtrlBreak,
    close: CtrlClose,
    logoff: CtrlLogoff,
    shutdown: CtrlShutdown,
    interrupts: Vec<Instant>,
}

impl Signals {
    /// Begins to take them.
    pub fn listen() -> Result<Signals> {
        let listen = || -> std::io::Result<Signals> {
            Ok(Signals {
                interrupt: ctrl_c()?,
                stop: ctrl_break()?,
                close: ctrl_close()?,
                logoff: ctrl_logoff()?,
                shutdown: ctrl_shutdown()?,
                interrupts: Vec::new(),
            })
        };
        listen().map_err(|error| Error::new("listen for", "the console's events", HResult::E_FAIL, error.to_string()))
    }

    /// The next one to pass on.
    pub async fn next(&mut self) -> Signal {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut std::task::Context<'_>) -> std::task::Poll<Signal> {
        let name = if self.interrupt.poll_recv(context).is_ready() {
            "CtrlC"
        } else if self.stop.poll_recv(context).is_ready() {
            "CtrlBreak"
        } else if self.close.poll_recv(context).is_ready() {
            "CtrlClose"
        } else if self.logoff.poll_recv(context).is_ready() {
            "CtrlLogOff"
        } else if self.shutdown.poll_recv(context).is_ready() {
            "CtrlShutdown"
        } else {
            return std::task::Poll::Pending;
        };
        std::task::Poll::Ready(self.signal(name))
    }

    fn signal(&mut self, name: &str) -> Signal {
        if name != "CtrlC" {
            return Signal::Name(name.to_owned());
        }
        let now = Instant::now();
        self.interrupts.retain(|then| now.duration_since(*then) < Duration::from_secs(2));
        self.interrupts.push(now);
        if self.interrupts.len() >= 3 { Signal::Number(9) } else { Signal::Name(name.to_owned()) }
    }

    /// The error of a container that nobody wants any more before it runs: an event has come.
    pub fn interrupted(&mut self, id: &str) -> Result<()> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match self.poll(&mut context) {
            std::task::Poll::Ready(_) => Err(Error::new("create", id, CANCELLED, "it was interrupted")),
            std::task::Poll::Pending => Ok(()),
        }
    }
}
