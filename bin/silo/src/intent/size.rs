//! Sizes in bytes, as people write them: `512m`, `1.5g`, `64k`, `1048576`.
//!
//! Units are powers of 1024, as in Docker; a trailing `b` or `ib` changes nothing.

/// The number of bytes, or what is wrong with the words.
pub fn bytes(words: &str) -> Result<i64, String> {
    let wrong = || format!("{words:?} is not a size; write a number with k, m, g or t, for example 512m");
    let lower = words.trim().to_ascii_lowercase();
    let digits = lower.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(lower.len());
    let (number, unit) = lower.split_at(digits);
    let shift = match unit.trim() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(wrong()),
    };
    let scaled = decimal(number, 1 << shift).ok_or_else(wrong)?;
    i64::try_from(scaled).map_err(|_| format!("{words:?} is more than can be counted"))
}

/// A decimal number times `scale`, exactly, the rest cut off. `None` for anything but digits with at most one point.
pub fn decimal(number: &str, scale: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || number.ends_with('.') {
        return None;
    }
    if whole.len() > 20 || fraction.len() > 18 {
        return None;
    }
    let whole: u128 = whole.parse().ok()?;
    let part: u128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let divisor = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    whole.checked_mul(scale)?.checked_add(part.checked_mul(scale)? / divisor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes() {
        for (words, expected) in [
            ("0", 0),
            ("1", 1),
            ("64k", 65536),
            ("1.5G", 3 << 29),
            ("2 MiB", 2 << 20),
            ("10kb", 10240),
            ("8t", 8 << 40),
        ] {
            assert_eq!(bytes(words), Ok(expected), "{words}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_size() {
        for words in ["", "m", "-1", "1..5", "1.", ".5m", "12q", "1e3", "0x10", "nan", "１"] {
            assert!(bytes(words).unwrap_err().contains("is not a size"), "{words}");
        }
        assert_eq!(bytes("9223372036854775808").unwrap_err(), "\"9223372036854775808\" is more than can be counted");
    }
}
