//! How the documents are defined: one macro for objects, one for words, one for numbers and one for choices of which more
//! may come.
//!
//! Documents of Windows come from programs in Go and are read by them, so they are read and written as Go does it:
//! - Keys are written in their exact case, and read in any; of a key that comes twice, the last one counts.
//! - `null` is the same as an absent key, and an absent key is the type's empty value.
//! - Empty values are not written, unless the field says `= always`, which is how Go writes structures, times and fields
//!   without `omitempty`. `Option` is Go's pointer: `Some` is written even when it is empty.
//! - Whole numbers may be written as floating-point ones (`2.0`).
//! - Keys that are not known are left out, or kept in the field behind `..` where there is one.
//! - `flatten base: T` before the fields is an embedded structure, whose keys are the object's own.
//!
//! ```text
//! object! {
//!     /// A console.
//!     pub struct ConsoleSize {
//!         /// Rows.
//!         "Height" height: u16,
//!         /// Columns.
//!         "Width" width: u16,
//!     }
//! }
//! ```
//!
//! Errors of reading name the path of the field (`process.user.uid: …`). What the fields mean, and whether a host can
//! honour them, is not decided here.

mod choice;
mod field;
mod number;
mod object;
mod values;
mod word;

#[cfg(test)]
mod tests;

pub use choice::Choice;
pub use field::Field;
pub use object::Object;
pub use values::{Bytes, DWord, Guid, QWord, Timestamp};

pub(crate) use choice::{choices, from_value, read_beside, read_within, to_value, write_beside, write_within};
pub(crate) use field::plain;
pub(crate) use number::numbers;
pub(crate) use object::{concat, object, read, within, write_extra};
pub(crate) use word::words;
