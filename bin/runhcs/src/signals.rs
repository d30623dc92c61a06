//! Signals by name or number, with the numbers that Linux uses on x86, ARM and RISC-V.

const NAMES: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
    "PWR", "SYS",
];
const RTMIN: i32 = 34;
const RTMAX: i32 = 64;

/// The number of a signal, or what is wrong with the words.
pub fn number(words: &str) -> Result<i32, String> {
    let wrong = || format!("{words:?} is not a signal; write a name such as TERM, or a number from 1 to {RTMAX}");
    if words.starts_with(|c: char| c.is_ascii_digit()) {
        return words.parse().ok().filter(|number| (1..=RTMAX).contains(number)).ok_or_else(wrong);
    }
    let upper = words.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let known = NAMES.iter().zip(1..).find(|(known, _)| **known == name).map(|(_, number)| number);
    known.or_else(|| alias(name)).or_else(|| real_time(name)).ok_or_else(wrong)
}

fn alias(name: &str) -> Option<i32> {
    match name {
        "IOT" => Some(6),
        "CLD" => Some(17),
        "POLL" => Some(29),
        "RTMIN" => Some(RTMIN),
        "RTMAX" => Some(RTMAX),
        _ => None,
    }
}

fn real_time(name: &str) -> Option<i32> {
    let offset = |text: &str| text.parse::<u8>().ok().map(i32::from);
    let number = if let Some(text) = name.strip_prefix("RTMIN+") {
        RTMIN + offset(text)?
    } else {
        RTMAX - offset(name.strip_prefix("RTMAX-")?)?
    };
    (RTMIN..=RTMAX).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_names_and_numbers() {
        for (words, expected) in
            [("TERM", 15), ("sigkill", 9), ("9", 9), ("64", 64), ("SYS", 31), ("RTMIN+3", 37), ("SIGRTMAX-1", 63)]
        {
            assert_eq!(number(words), Ok(expected));
        }
        for words in ["", "0", "65", "-9", "SIG", "SIGFOO", "RTMIN+31", "RTMAX-31", "9x"] {
            assert!(number(words).is_err(), "{words}");
        }
    }
}
