//! GUIDs: as callers write them, as the service writes them, and out of names.

use sha2::{Digest, Sha256};
use std::fmt;

/// A GUID, its bytes in the order in which it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid([u8; 16]);

impl Guid {
    /// Reads a GUID, with or without braces, in either case.
    pub fn parse(text: &str) -> Option<Guid> {
        let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
        if !inner.is_ascii() || !inner.split('-').map(str::len).eq([8, 4, 4, 4, 12]) {
            return None;
        }
        let digits = u128::from_str_radix(&inner.replace('-', ""), 16).ok()?;
        Some(Guid(digits.to_be_bytes()))
    }

    /// The GUID of a name: always the same one, and not the one of Microsoft's `NameToGuid`, which is not published.
    pub fn of_name(name: &str) -> Guid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Sha256::digest(name.as_bytes())[..16]);
        // Version 8 of RFC 9562: of a kind that only its maker knows.
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Guid(bytes)
    }

    /// Whether all digits are 0, which is how a caller leaves the choice to the service.
    pub fn is_zero(self) -> bool {
        self == Guid::default()
    }

    /// The fields of the structure that programs have for it.
    pub fn fields(self) -> (u32, u16, u16, [u8; 8]) {
        let [a, b, c, d, e, f, g, h, rest @ ..] = self.0;
        (u32::from_be_bytes([a, b, c, d]), u16::from_be_bytes([e, f]), u16::from_be_bytes([g, h]), rest)
    }

    /// The GUID of those fields.
    pub fn from_fields(first: u32, second: u16, third: u16, rest: [u8; 8]) -> Guid {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&first.to_be_bytes());
        bytes[4..6].copy_from_slice(&second.to_be_bytes());
        bytes[6..8].copy_from_slice(&third.to_be_bytes());
        bytes[8..].copy_from_slice(&rest);
        Guid(bytes)
    }
}

/// Lower case, no braces.
impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_comes_back() {
        let text = "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2b";
        for form in [text.to_owned(), format!("{{{}}}", text.to_uppercase())] {
            let guid = Guid::parse(&form).unwrap();
            assert_eq!(guid.to_string(), text);
            let (first, second, third, rest) = guid.fields();
            assert_eq!((first, second, third), (0x9e3a_8c35, 0x3d9c, 0x4c5c));
            assert_eq!(Guid::from_fields(first, second, third, rest), guid);
        }
        for bad in
            ["", "9e3a8c35", "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2", "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2g", "{a}"]
        {
            assert_eq!(Guid::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_have_guids() {
        assert_eq!(Guid::of_name("layer"), Guid::of_name("layer"));
        assert_ne!(Guid::of_name("layer"), Guid::of_name("Layer"));
        assert!(!Guid::of_name("").is_zero());
    }
}
