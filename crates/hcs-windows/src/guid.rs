//! GUIDs as text: small letters without braces are written; capitals and braces are read, too.

use hcs_host::{Error, Result};
use windows_sys::core::GUID;

/// Reads a GUID.
pub(crate) fn parse(operation: &str, text: &str) -> Result<GUID> {
    digits(text).map(GUID::from_u128).ok_or_else(|| {
        let message = "it is no GUID such as 0a1b2c3d-0123-4567-89ab-0123456789ab";
        Error::invalid(operation, &text.escape_debug().to_string(), message)
    })
}

/// Writes a GUID.
pub(crate) fn format(guid: &GUID) -> String {
    let [a, b, rest @ ..] = guid.data4;
    let node: String = rest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{:08x}-{:04x}-{:04x}-{a:02x}{b:02x}-{node}", guid.data1, guid.data2, guid.data3)
}

/// A GUID that nobody else has.
pub fn new_guid() -> Result<String> {
    let mut guid = GUID::default();
    // SAFETY: there is a place for the GUID.
    let code = unsafe { windows_sys::Win32::System::Com::CoCreateGuid(&raw mut guid) };
    crate::outcome::check("make", "a GUID", code)?;
    Ok(format(&guid))
}

/// The number that the digits are, where dashes are in their places.
fn digits(text: &str) -> Option<u128> {
    let text = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}')?,
        None => text,
    };
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let valid = lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    if valid { u128::from_str_radix(&parts.concat(), 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back() {
        let text = "0a1b2c3d-0123-4567-89ab-0123456789ab";
        for form in [text.to_owned(), format!("{{{text}}}"), text.to_uppercase()] {
            assert_eq!(format(&parse("read", &form).unwrap()), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_guid_comes_back(number: u128) {
            let guid = GUID::from_u128(number);
            let read = parse("read", &format(&guid)).unwrap();
            proptest::prop_assert_eq!((read.data1, read.data2, read.data3, read.data4),
                (guid.data1, guid.data2, guid.data3, guid.data4));
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _either = parse("read", &text);
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "a", "{0a1b2c3d-0123-4567-89ab-0123456789ab", "0a1b2c3d01234567-89ab-0123456789ab-", "ä"] {
            assert!(parse("read", text).is_err(), "{text}");
        }
        assert!(parse("read", "+a1b2c3d-0123-4567-89ab-0123456789ab").is_err());
    }
}
