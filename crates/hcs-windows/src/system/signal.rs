//! Signals to Windows processes: console events by their names, and the numbers of Linux as the runtimes of Windows take them.

use hcs_host::{Error, Result, Signal};
use hcs_schema::HResult;
use hcs_schema::v2::ProcessSignal;

/// What a signal comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// The process is ended by force.
    Kill,
    /// The process gets a console event.
    Event(ProcessSignal),
}

/// What to do for a signal. Of Linux's numbers there are those that Windows has something for, as in hcsshim
/// (`internal/signals`): SIGINT, SIGKILL and SIGTERM, and the number 21 that Windows's C library has for SIGBREAK.
pub(crate) fn deed(id: &str, signal: &Signal) -> Result<Deed> {
    match signal {
        Signal::Number(9) => Ok(Deed::Kill),
        Signal::Number(2) => Ok(Deed::Event(ProcessSignal::CtrlC)),
        Signal::Number(15) => Ok(Deed::Event(ProcessSignal::CtrlShutdown)),
        Signal::Number(21) => Ok(Deed::Event(ProcessSignal::CtrlBreak)),
        Signal::Number(number) => {
            let message = format!(
                "Windows has nothing for signal {number}; there are 2 (CtrlC), 9 (kill), 15 (CtrlShutdown) and 21 (CtrlBreak)"
            );
            Err(Error::new("signal a process of", id, HResult::E_INVALIDARG, message))
        }
        Signal::Name(name) => {
            let all = [
                ProcessSignal::CtrlC,
                ProcessSignal::CtrlBreak,
                ProcessSignal::CtrlClose,
                ProcessSignal::CtrlLogOff,
                ProcessSignal::CtrlShutdown,
            ];
            let known = all.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(name));
            known.map(Deed::Event).ok_or_else(|| {
                let message = format!(
                    "{name:?} is no signal of Windows; there are CtrlC, CtrlBreak, CtrlClose, CtrlLogOff and CtrlShutdown"
                );
                Error::new("signal a process of", id, HResult::E_INVALIDARG, message)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_worlds_words_are_known() {
        let deed = |signal: Signal| deed("web", &signal);
        assert_eq!(deed(Signal::Number(9)).unwrap(), Deed::Kill);
        assert_eq!(deed(Signal::Number(15)).unwrap(), Deed::Event(ProcessSignal::CtrlShutdown));
        assert_eq!(deed(Signal::Name("ctrlbreak".into())).unwrap(), Deed::Event(ProcessSignal::CtrlBreak));
        for refused in [Signal::Number(0), Signal::Number(10), Signal::Name("SIGTERM".into())] {
            let error = deed(refused).unwrap_err();
            assert_eq!(error.code, HResult::E_INVALIDARG);
            assert!(error.message.contains("CtrlC"), "{error}");
        }
    }
}
