//! Messages of the guest bridge: the `Host` verbs on a socket.
//!
//! A frame is a 16-byte little-endian header (type, size with the header, correlation id) and a JSON body. The type's top
//! nibble says request, response or notification; a response carries its request's type with that nibble replaced.
//! Several fields hold JSON inside a string (`ContainerConfig`, `ProcessParameters`, `Query`, `Properties`, `ResultInfo`).
//!
//! Of the messages that only Windows guests have, `UPDATE_CONTAINER` and `LIFECYCLE_NOTIFICATION` have a number and no type:
//! no public program sends them. Framing, and which answer belongs to which request, is the work of those who own a socket.

mod base;
mod message;
mod process;

#[cfg(test)]
mod tests;

pub use crate::guest::{GuestCapabilities, GuestDefinedCapabilities};
pub use base::*;
pub use message::*;
pub use process::*;

/// Bytes of a frame's header.
pub const HEADER_SIZE: usize = 16;
/// The one protocol version there is.
pub const PROTOCOL_VERSION: u32 = 4;
/// Id that stands for the utility VM itself.
pub const NULL_ID: &str = "00000000-0000-0000-0000-000000000000";
/// Port on which a host listens for the guest's bridge.
pub const BRIDGE_PORT: u32 = 0x4000_0000;
/// First port a host allocates for a standard stream; later ones follow and none is used twice.
pub const FIRST_STDIO_PORT: u32 = 0x4000_0001;
/// A wait without end.
pub const INFINITE: u32 = u32::MAX;

/// The identifier of a message: direction, category, number and version in one integer. Unknown ones travel and print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageType(pub u32);

macro_rules! messages {
    ($($name:ident = $value:literal, $text:literal;)*) => {
        impl MessageType {
            $(#[doc = $text] pub const $name: MessageType = MessageType($value);)*

            /// The request's name, for logs and errors; of a response, its request's.
            pub fn name(self) -> Option<&'static str> {
                match self.request().0 { $($value => Some(stringify!($name)),)* _ => None }
            }
        }
    };
}

messages! {
    CREATE = 0x1010_0101, "Creates a compute system.";
    START = 0x1010_0201, "Starts it.";
    SHUTDOWN_GRACEFUL = 0x1010_0301, "Asks it to end.";
    SHUTDOWN_FORCED = 0x1010_0401, "Ends it.";
    EXECUTE_PROCESS = 0x1010_0501, "Runs a process in it.";
    WAIT_FOR_PROCESS = 0x1010_0601, "Waits for a process to end.";
    SIGNAL_PROCESS = 0x1010_0701, "Signals a process.";
    RESIZE_CONSOLE = 0x1010_0801, "Sets the size of a process's terminal.";
    GET_PROPERTIES = 0x1010_0901, "Reads properties.";
    MODIFY_SETTINGS = 0x1010_0a01, "Changes a resource.";
    NEGOTIATE_PROTOCOL = 0x1010_0b01, "Agrees on a protocol version; the first message of a connection.";
    DUMP_STACKS = 0x1010_0c01, "Reads the guest agent's stacks.";
    DELETE_CONTAINER_STATE = 0x1010_0d01, "Forgets a system that has ended.";
    UPDATE_CONTAINER = 0x1010_0e01, "Changes a Windows container.";
    LIFECYCLE_NOTIFICATION = 0x1010_0f01, "Announces a life cycle step to a Windows guest.";
    MODIFY_SERVICE_SETTINGS = 0x1020_0101, "Changes a service of a Windows guest.";
    NOTIFICATION = 0x3010_0101, "Tells the host of an event.";
}

impl MessageType {
    /// Whether this is a request.
    pub fn is_request(self) -> bool {
        self.0 >> 28 == 1
    }

    /// Whether this is a response.
    pub fn is_response(self) -> bool {
        self.0 >> 28 == 2
    }

    /// The type of the response to this request.
    pub fn response(self) -> MessageType {
        MessageType(self.0 & 0x0fff_ffff | 0x2000_0000)
    }

    /// The type of the request that this response answers; a notification is its own.
    pub fn request(self) -> MessageType {
        if self.is_response() { MessageType(self.0 & 0x0fff_ffff | 0x1000_0000) } else { self }
    }
}
