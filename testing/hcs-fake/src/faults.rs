//! What is to fail: `CALL[#N|#*]=ACTION;…` in the variable `HCS_FAKE_FAULTS`.
//!
//! `N` is the N-th call of that function by this process, 1 unless it is given; `*` is every call. One call can have several.
//!
//! ```text
//! error:0xCODE        the call is not done, and answers this
//! after-error:0xCODE  the call is done, and answers this all the same
//! late-error:0xCODE   the call is done, and its notification or operation has this status
//! delay:MS            the call begins so many milliseconds late
//! late:MS             its notification or operation comes so late
//! lose                its notification or operation never comes
//! double              its notification or operation comes twice
//! disconnect          all callbacks are told that the service has gone, instead
//! exit                the system or process ends right after the call, unexpectedly
//! die                 the program that calls ends before the call, at once and without a word
//! after-die           it ends so after the call
//! ```

use std::collections::HashMap;

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is not done, and answers this.
    Error(u32),
    /// It is done, and answers this.
    AfterError(u32),
    /// Its notification has this status.
    LateError(u32),
    /// It begins so many milliseconds late.
    Delay(u64),
    /// Its notification comes so many milliseconds late.
    Late(u64),
    /// Its notification never comes.
    Lose,
    /// Its notification comes twice.
    Double,
    /// All callbacks are told that the service has gone, instead of its notification.
    Disconnect,
    /// The system or process ends unexpectedly right after the call.
    Exit,
    /// The calling program ends before the call.
    Die,
    /// The calling program ends after the call.
    AfterDie,
}

impl Action {
    /// Whether it happens to the end of the work that a call begins, and not to the call itself.
    pub fn is_late(self) -> bool {
        use Action::{AfterDie, AfterError, Delay, Die, Error};
        !matches!(self, Error(_) | AfterError(_) | Delay(_) | Die | AfterDie)
    }
}

/// Which of a function's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every one.
    Every,
    /// The one of this number, from 1.
    Only(u64),
}

/// One thing that is to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The function.
    pub function: String,
    /// Which of its calls.
    pub which: Which,
    /// What happens.
    pub action: Action,
}

/// Everything that is to fail, and how often each function has been called.
#[derive(Debug, Default)]
pub struct Faults {
    faults: Vec<Fault>,
    calls: HashMap<String, u64>,
}

impl Faults {
    /// Those of a text.
    pub fn parse(text: &str) -> Result<Faults, String> {
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        Ok(Faults { faults: parts.map(fault).collect::<Result<_, _>>()?, calls: HashMap::new() })
    }

    /// What happens to the next call of a function.
    pub fn next(&mut self, function: &str) -> Vec<Action> {
        let count = self.calls.entry(function.to_owned()).or_default();
        *count += 1;
        let meant = |fault: &&Fault| fault.which == Which::Every || fault.which == Which::Only(*count);
        self.faults.iter().filter(|fault| fault.function == function).filter(meant).map(|fault| fault.action).collect()
    }
}

fn fault(text: &str) -> Result<Fault, String> {
    let wrong = |what: &str| format!("{text:?}: {what}");
    let (call, action) = text.split_once('=').ok_or_else(|| wrong("a fault is CALL=ACTION"))?;
    let (function, which) = match call.trim().split_once('#') {
        None => (call.trim(), Which::Only(1)),
        Some((function, "*")) => (function, Which::Every),
        Some((function, number)) => match number.parse() {
            Ok(number) if number > 0 => (function, Which::Only(number)),
            _ => return Err(wrong("after # comes the number of a call, from 1, or *")),
        },
    };
    if function.is_empty() || !function.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(wrong("a fault begins with the name of a function"));
    }
    let action = self::action(action.trim()).ok_or_else(|| wrong("there is no such action"))?;
    Ok(Fault { function: function.to_owned(), which, action })
}

fn action(text: &str) -> Option<Action> {
    let (name, value) = text.split_once(':').map_or((text, None), |(name, value)| (name, Some(value)));
    let code = || value.and_then(|value| u32::from_str_radix(value.strip_prefix("0x")?, 16).ok());
    let time = || value.and_then(|value| value.parse().ok());
    match (name, value.is_some()) {
        ("error", true) => code().map(Action::Error),
        ("after-error", true) => code().map(Action::AfterError),
        ("late-error", true) => code().map(Action::LateError),
        ("delay", true) => time().map(Action::Delay),
        ("late", true) => time().map(Action::Late),
        ("lose", false) => Some(Action::Lose),
        ("double", false) => Some(Action::Double),
        ("disconnect", false) => Some(Action::Disconnect),
        ("exit", false) => Some(Action::Exit),
        ("die", false) => Some(Action::Die),
        ("after-die", false) => Some(Action::AfterDie),
        _ => None,
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.which {
            Which::Every => write!(f, "{}#*=", self.function)?,
            Which::Only(number) => write!(f, "{}#{number}=", self.function)?,
        }
        match self.action {
            Action::Error(code) => write!(f, "error:{code:#x}"),
            Action::AfterError(code) => write!(f, "after-error:{code:#x}"),
            Action::LateError(code) => write!(f, "late-error:{code:#x}"),
            Action::Delay(time) => write!(f, "delay:{time}"),
            Action::Late(time) => write!(f, "late:{time}"),
            Action::Lose => f.write_str("lose"),
            Action::Double => f.write_str("double"),
            Action::Disconnect => f.write_str("disconnect"),
            Action::Exit => f.write_str("exit"),
            Action::Die => f.write_str("die"),
            Action::AfterDie => f.write_str("after-die"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn calls_are_counted_by_function() {
        let mut faults = Faults::parse("A#2=lose; A=delay:5;B#*=error:0x80004005;").unwrap();
        assert_eq!(faults.next("A"), [Action::Delay(5)]);
        assert_eq!(faults.next("A"), [Action::Lose]);
        assert_eq!(faults.next("A"), []);
        for _ in 0..3 {
            assert_eq!(faults.next("B"), [Action::Error(0x8000_4005)]);
        }
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for text in ["A", "=lose", "A#0=lose", "A#x=lose", "A=lose:1", "A=error", "A=error:5", "A=late:-1", "A=gone"] {
            let problem = Faults::parse(text).unwrap_err();
            assert!(problem.contains(text), "{problem}");
        }
        for text in ["A=die:1", "A=after-die:now", "A=dies"] {
            assert!(Faults::parse(text).unwrap_err().contains(text));
        }
        assert!(Faults::parse(" ;; ").unwrap().faults.is_empty());
    }

    fn actions() -> impl Strategy<Value = Action> {
        prop_oneof![
            any::<u32>().prop_map(Action::Error),
            any::<u32>().prop_map(Action::AfterError),
            any::<u32>().prop_map(Action::LateError),
            any::<u64>().prop_map(Action::Delay),
            any::<u64>().prop_map(Action::Late),
            Just(Action::Lose),
            Just(Action::Double),
            Just(Action::Disconnect),
            Just(Action::Exit),
            Just(Action::Die),
            Just(Action::AfterDie),
        ]
    }

    proptest! {
        #[test]
        fn faults_come_back(function in "[A-Za-z][A-Za-z0-9]{0,20}", number in 0_u64.., action in actions()) {
            let which = if number == 0 { Which::Every } else { Which::Only(number) };
            let fault = Fault { function, which, action };
            let again = Faults::parse(&fault.to_string()).map(|faults| faults.faults);
            prop_assert_eq!(again, Ok(vec![fault]));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let _ = Faults::parse(&text);
        }
    }
}
