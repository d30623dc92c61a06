//! The framing of the bridge: a 16-byte header and a JSON body.
//!
//! ```text
//! offset  size  field
//!      0   u32  type: direction, category, number and version of the message
//!      4   u32  size of the whole frame, these 16 bytes included
//!      8   u64  id; a response repeats its request's, a notification has 0
//!     16        UTF-8 JSON, size - 16 bytes, no terminator
//! ```
//!
//! All integers are little endian. [`encode`] and [`decode`] work on bytes, [`read()`] and [`write()`] on a stream; both ends
//! use the same ones and differ only in the limit. A header is checked before anything is allocated for its body, and a
//! body's memory grows with the bytes that arrive, so a peer cannot make us allocate by a promise. Nothing here knows about
//! messages, and no input makes it panic.

use hcs_host::Error;
use hcs_schema::HResult;
use hcs_schema::bridge::{HEADER_SIZE, MessageType};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Longest frame that a host takes from a guest. The protocol's hosts end the connection at anything longer, so a guest that
/// answers with more is not talking to them at all.
pub const HOST_LIMIT: usize = 0x1_0000;

/// Longest frame that a guest takes from a host. The protocol names no limit; this one lets every real document through (the
/// largest carry an OCI specification of some hundred KiB) and keeps a broken peer from filling the guest's memory.
pub const GUEST_LIMIT: usize = 0x100_0000;

/// Most bytes of a body that are reserved before they have arrived.
const CHUNK: usize = 0x1_0000;

/// The header as it stands on the wire.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Header {
    kind: U32,
    size: U32,
    id: U64,
}

/// One message of the bridge, its body not yet looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it is.
    pub kind: MessageType,
    /// What it belongs to.
    pub id: u64,
    /// Its JSON.
    pub body: Vec<u8>,
}

/// Why a frame could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The header claims less than its own size.
    #[error("a frame claims {0} bytes, less than its header has")]
    TooShort(usize),
    /// The header claims more than this end takes.
    #[error("a frame of {size} bytes is longer than the {limit} that are taken")]
    TooLong {
        /// What the frame would have.
        size: usize,
        /// What it may have.
        limit: usize,
    },
    /// The stream ended inside a frame.
    #[error("the connection ended inside a frame")]
    Truncated,
    /// The stream failed.
    #[error("the connection failed")]
    Io(#[from] std::io::Error),
}

impl FrameError {
    /// The error as the boundary reports it.
    pub(crate) fn into_error(self, operation: &str) -> Error {
        match self {
            FrameError::Io(source) => {
                Error::new(operation, "", HResult::HCS_E_CONNECTION_CLOSED, format!("the connection failed: {source}"))
            }
            FrameError::Truncated => Error::new(operation, "", HResult::HCS_E_CONNECTION_CLOSED, self.to_string()),
            broken => Error::new(operation, "", HResult::HCS_E_PROTOCOL_ERROR, broken.to_string()),
        }
    }
}

impl Header {
    /// The length of the body, checked.
    fn body_length(&self, limit: usize) -> Result<usize, FrameError> {
        // A u32 that does not fit usize is above every limit as well.
        let size = usize::try_from(self.size.get()).unwrap_or(usize::MAX);
        if size > limit {
            return Err(FrameError::TooLong { size, limit });
        }
        size.checked_sub(HEADER_SIZE).ok_or(FrameError::TooShort(size))
    }
}

/// The bytes of a frame; an error when it would be longer than `limit`.
pub fn encode(kind: MessageType, id: u64, body: &[u8], limit: usize) -> Result<Vec<u8>, FrameError> {
    let size = body.len().saturating_add(HEADER_SIZE);
    let wire_size = u32::try_from(size).ok().filter(|_| size <= limit).ok_or(FrameError::TooLong { size, limit })?;
    let header = Header { kind: kind.0.into(), size: wire_size.into(), id: id.into() };
    let mut bytes = Vec::with_capacity(size);
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(body);
    Ok(bytes)
}

/// The first frame of some bytes and how many it took; `None` while it is incomplete.
pub fn decode(bytes: &[u8], limit: usize) -> Result<Option<(Frame, usize)>, FrameError> {
    let Ok((header, rest)) = Header::ref_from_prefix(bytes) else { return Ok(None) };
    let length = header.body_length(limit)?;
    let Some(body) = rest.get(..length) else { return Ok(None) };
    let frame = Frame { kind: MessageType(header.kind.get()), id: header.id.get(), body: body.to_vec() };
    Ok(Some((frame, HEADER_SIZE + length)))
}

/// Reads one frame and not a byte more; `None` when the stream ends before it begins.
pub async fn read<R: AsyncRead + Unpin + ?Sized>(reader: &mut R, limit: usize) -> Result<Option<Frame>, FrameError> {
    let mut bytes = [0; HEADER_SIZE];
    let mut filled = 0;
    while filled < HEADER_SIZE {
        match reader.read(&mut bytes[filled..]).await? {
            0 if filled == 0 => return Ok(None),
            0 => return Err(FrameError::Truncated),
            count => filled += count,
        }
    }
    let header: Header = zerocopy::transmute!(bytes);
    let length = header.body_length(limit)?;
    let body = read_body(reader, length).await?;
    Ok(Some(Frame { kind: MessageType(header.kind.get()), id: header.id.get(), body }))
}

async fn read_body<R: AsyncRead + Unpin + ?Sized>(reader: &mut R, length: usize) -> Result<Vec<u8>, FrameError> {
    let mut body = Vec::new();
    while body.len() < length {
        let start = body.len();
        body.resize(length.min(start + CHUNK), 0);
        reader.read_exact(&mut body[start..]).await.map_err(|source| match source.kind() {
            std::io::ErrorKind::UnexpectedEof => FrameError::Truncated,
            _ => FrameError::Io(source),
        })?;
    }
    Ok(body)
}

/// Writes the bytes of a frame, as [`encode`] made them. Not to be dropped half way: the peer would read half a frame.
pub async fn write<W: AsyncWrite + Unpin + ?Sized>(writer: &mut W, bytes: &[u8]) -> std::io::Result<()> {
    writer.write_all(bytes).await?;
    writer.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negotiate_request_begins_as_the_protocol_says() {
        let bytes = encode(MessageType::NEGOTIATE_PROTOCOL, 0, b"{}", HOST_LIMIT).unwrap();
        assert_eq!(bytes, b"\x01\x0b\x10\x10\x12\0\0\0\0\0\0\0\0\0\0\0{}");
        let answer = encode(MessageType::NEGOTIATE_PROTOCOL.response(), 7, b"", HOST_LIMIT).unwrap();
        assert_eq!(answer, b"\x01\x0b\x10\x20\x10\0\0\0\x07\0\0\0\0\0\0\0");
    }

    #[test]
    fn both_ends_of_the_size_are_checked() {
        for size in 0..HEADER_SIZE as u32 {
            let header = [[1, 0x0b, 0x10, 0x10], size.to_le_bytes(), [0; 4], [0; 4]].concat();
            assert!(matches!(decode(&header, HOST_LIMIT), Err(FrameError::TooShort(_))), "{size}");
        }
        let body = vec![b' '; HOST_LIMIT - HEADER_SIZE];
        let longest = encode(MessageType::START, 1, &body, HOST_LIMIT).unwrap();
        assert_eq!(decode(&longest, HOST_LIMIT).unwrap().unwrap().1, HOST_LIMIT);
        assert!(matches!(decode(&longest, HOST_LIMIT - 1), Err(FrameError::TooLong { .. })));
        assert!(encode(MessageType::START, 1, &body, HOST_LIMIT - 1).is_err());
        let huge = [[1, 0x0b, 0x10, 0x10], u32::MAX.to_le_bytes(), [0; 4], [0; 4]].concat();
        assert!(matches!(decode(&huge, GUEST_LIMIT), Err(FrameError::TooLong { .. })));
    }

    #[test]
    fn an_incomplete_frame_is_waited_for() {
        let bytes = encode(MessageType::START, 9, b"{\"a\":1}", GUEST_LIMIT).unwrap();
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end], GUEST_LIMIT).unwrap().is_none());
        }
        let (frame, used) = decode(&bytes, GUEST_LIMIT).unwrap().unwrap();
        assert_eq!((frame.kind, frame.id, frame.body.as_slice(), used), (MessageType::START, 9, &b"{\"a\":1}"[..], 23));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_stream_ends_cleanly_only_between_frames() {
        let bytes = encode(MessageType::START, 9, &[b'x'; 100_000], GUEST_LIMIT).unwrap();
        let mut whole = bytes.as_slice();
        assert_eq!(read(&mut whole, GUEST_LIMIT).await.unwrap().unwrap().body.len(), 100_000);
        assert!(read(&mut whole, GUEST_LIMIT).await.unwrap().is_none());
        for end in [1, 15, 16, 17, bytes.len() - 1] {
            assert!(matches!(read(&mut &bytes[..end], GUEST_LIMIT).await, Err(FrameError::Truncated)), "{end}");
        }
    }
}
