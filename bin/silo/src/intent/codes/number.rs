//! Numbers, in every way that tools print codes.

/// Reads a number of 32 bits: hexadecimal behind `0x`, or as eight digits; decimal, with or without a sign. More bits are taken
/// if they only repeat the sign, as when a program prints a code as 64 bits.
pub fn number(text: &str) -> Option<u32> {
    // The headers write 0x80070005L.
    let hex = |digits: &str| u64::from_str_radix(digits.strip_suffix(['L', 'l']).unwrap_or(digits), 16).ok();
    let unsigned = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return unsigned.then(|| hex(digits)).flatten().and_then(narrow);
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return hex(text).and_then(narrow);
    }
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok().and_then(|positive: i64| i32::try_from(-positive).ok()).map(i32::cast_unsigned)
        }
        None if unsigned => text.parse().ok().and_then(narrow),
        _ => None,
    }
}

/// The lower half of a number whose upper half says nothing but the sign.
fn narrow(wide: u64) -> Option<u32> {
    let low = wide as u32;
    let extended = i64::from(low.cast_signed()).cast_unsigned();
    (wide == u64::from(low) || wide == extended).then_some(low)
}
