//! Frames of JSON on a pipe: four bytes of length, the lowest first, and as many bytes of text.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{Error, ErrorKind, Read, Result, Write};

/// No frame is longer: documents of thousands of lines are a hundredth of it, and a length that was read wrongly is seldom less.
const MOST: u32 = 64 << 20;

/// Writes a value.
pub fn write<T: Serialize>(to: &mut impl Write, value: &T) -> Result<()> {
    let text = serde_json::to_vec(value)?;
    let length = u32::try_from(text.len()).ok().filter(|length| *length <= MOST);
    let length = length.ok_or_else(|| Error::new(ErrorKind::InvalidData, "the frame is too long"))?;
    // At once, so that two threads that write to one pipe cannot mix theirs.
    let mut frame = length.to_le_bytes().to_vec();
    frame.extend(text);
    to.write_all(&frame)
}

/// Reads a value.
pub fn read<T: DeserializeOwned>(from: &mut impl Read) -> Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > MOST {
        return Err(Error::new(ErrorKind::InvalidData, format!("a frame of {length} bytes")));
    }
    let mut text = vec![0; length as usize];
    from.read_exact(&mut text)?;
    serde_json::from_slice(&text).map_err(Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn frames_come_back() {
        let mut pipe = Vec::new();
        for value in [json!({"a": [1, "b"]}), json!(null)] {
            write(&mut pipe, &value).unwrap();
        }
        let mut pipe = pipe.as_slice();
        assert_eq!(read::<Value>(&mut pipe).unwrap(), json!({"a": [1, "b"]}));
        assert_eq!(read::<Value>(&mut pipe).unwrap(), json!(null));
        assert!(read::<Value>(&mut pipe).is_err());
        assert!(read::<Value>(&mut [255; 8].as_slice()).is_err());
    }
}
