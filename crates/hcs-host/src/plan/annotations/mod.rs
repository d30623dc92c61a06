//! Annotations: free words of a specification to which Windows containers give a meaning.
//!
//! [`ENTRIES`] has every key with its type, its default and its effect, and `docs/annotations.md` is made of it;
//! [`Annotations`] is what a container's say. A value that cannot be read is an error, whatever the key: a switch that
//! protects must not be off because it was misspelt. A key that begins like one of these and is none is told of in a note.
//!
//! 1. [`Annotations::read`] reads and checks each value, and gives the switches that one switch stands for its value.
//! 2. When the kind of container is known, [`Annotations::conflicts`] refuses what does not go together,
//!    [`Annotations::refuse_for`] what the host cannot honour, and [`Annotations::notes_for`] tells what has no effect.

mod apply;
mod check;
mod entry;
mod forms;
mod json;
mod meaning;
mod numa;
mod registry;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub use check::Parsed;
pub use entry::{Accepts, Entry, Reach};
pub use forms::{CoreLimit, LogProvider, LogSource};
pub use meaning::{DumpType, dump_folder};
pub use numa::{Numa, NumaLayout, NumaNode};
pub use table::{Annotations, ENTRIES, SERVICE_ENTRY};
pub use value::{Guid, List};

pub use table::SERVICE_TABLE;
