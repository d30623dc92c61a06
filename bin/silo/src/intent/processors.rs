//! Processor limits: time as a quota in each period, and lists of processors.

use super::size::decimal;

/// Microseconds in each of which a quota is given; the kernel's own default.
pub const PERIOD: u64 = 100_000;
/// The least quota that the kernel takes, in microseconds.
const LEAST_QUOTA: i64 = 1_000;

/// The quota of `--cpus`, or what is wrong with the words. `processors` of 0 is unknown.
pub fn quota(words: &str, processors: u32) -> Result<i64, String> {
    let wrong = || format!("{words:?} is not a number of processors; write for example 1.5");
    let quota = decimal(words, u128::from(PERIOD)).and_then(|quota| i64::try_from(quota).ok()).ok_or_else(wrong)?;
    let most = i64::from(processors) * PERIOD.cast_signed();
    if quota < LEAST_QUOTA || (processors > 0 && quota > most) {
        let most = if processors > 0 { format!(" to {processors}") } else { " and more".into() };
        return Err(format!("{words} processors are not to be had; the range is 0.01{most}"));
    }
    Ok(quota)
}

/// The smaller quota of a number of processors and a percentage of all of them, each 0 for no limit.
pub fn smaller(count: u32, percent: u32, processors: u32) -> Option<i64> {
    let period = PERIOD.cast_signed();
    let by_count = (count > 0).then(|| i64::from(count) * period);
    let share = i64::from(percent) * i64::from(processors.max(1)) * period / 100;
    let by_percent = (percent > 0).then(|| share.max(LEAST_QUOTA));
    [by_count, by_percent].into_iter().flatten().min()
}

/// A list of processors such as `0-2,7`, checked and without spaces.
pub fn list(words: &str) -> Result<String, String> {
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let range = |text: &str| match text.split_once('-') {
        Some((first, last)) => Some(number(first)? <= number(last)?),
        None => number(text).map(|_| true),
    };
    let compact: String = words.chars().filter(|c| *c != ' ').collect();
    match compact.split(',').all(|part| range(part) == Some(true)) {
        true => Ok(compact),
        false => Err(format!("{words:?} is not a list of processors; write for example 0-2,7")),
    }
}

/// The list of processors of a hexadecimal mask, with or without `0x`; `None` if no bit is set.
pub fn mask(words: &str) -> Result<Option<String>, String> {
    let wrong = || format!("{words:?} is not a hexadecimal mask of processors; write for example 0x3");
    let trimmed = words.trim();
    let digits = trimmed.strip_prefix("0x").or_else(|| trimmed.strip_prefix("0X")).unwrap_or(trimmed);
    if digits.is_empty() || digits.len() > 256 {
        return Err(wrong());
    }
    let mut set = Vec::new();
    for (place, digit) in digits.chars().rev().enumerate() {
        let nibble = digit.to_digit(16).ok_or_else(wrong)?;
        set.extend((0..4).filter(|bit| nibble & (1 << bit) != 0).map(|bit| place * 4 + bit));
    }
    Ok((!set.is_empty()).then(|| ranges(&set)))
}

fn ranges(numbers: &[usize]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let parts: Vec<String> = runs
        .filter_map(|run| Some((run.first()?, run.last()?)))
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas() {
        assert_eq!(quota("1.5", 2), Ok(150_000));
        assert_eq!(quota("0.01", 0), Ok(1_000));
        assert_eq!(quota("3", 2).unwrap_err(), "3 processors are not to be had; the range is 0.01 to 2");
        assert_eq!(smaller(1, 25, 8), Some(100_000));
        assert_eq!(smaller(4, 25, 8), Some(200_000));
        assert_eq!(smaller(0, 25, 8), Some(200_000));
        assert_eq!(smaller(0, 0, 8), None);
    }

    #[test]
    fn lists_and_masks() {
        assert_eq!(list("0-2, 7"), Ok("0-2,7".into()));
        for words in ["", "a", "2-1", "1-", "-1", "1,,2", "70000", "+1"] {
            assert!(list(words).is_err(), "{words}");
        }
        for (words, expected) in
            [("0xB", "0-1,3"), ("1", "0"), ("10", "4"), ("f0F", "0-3,8-11"), ("8000000000000000", "63")]
        {
            assert_eq!(mask(words), Ok(Some(expected.into())), "{words}");
        }
        assert_eq!(mask("0x0"), Ok(None));
        for words in ["", "0x", "xyz", "-1", "0x 1"] {
            assert!(mask(words).is_err(), "{words}");
        }
    }
}
