//! Annotations: free words of a specification to which Windows containers give a meaning.
//!
//! [`table`] has every key with its type and its field; [`Annotations`] is what a container's say. A value that cannot be
//! read is an error, whatever the key: a switch that protects must not be off because it was misspelt. A key that begins
//! like one of these and is none is told of in a note.

mod table;
mod value;

pub use table::{Annotations, ENTRIES, Entry, Reach};
pub use value::{Guid, List};
