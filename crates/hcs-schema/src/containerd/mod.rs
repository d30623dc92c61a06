//! What containerd and a shim for Windows tell each other, as protocol buffers.
//!
//! containerd hands the [`Options`] of a runtime to its shim when a task is created, and asks it for [`Statistics`] and, with
//! the processes of a task, for [`ProcessDetails`]. Each travels in an `Any`, a message that names the type of another one;
//! the names are constants here. Only the messages are defined, by their field numbers, with `prost` and without a compiler
//! of `.proto` files; the services, and `Any` itself, belong to those who speak to containerd. Fields that are not known are
//! left out, as everywhere in version 3 of protocol buffers.
//!
//! A crate that wants this enables the feature `containerd`.
//!
//! Sources of the field numbers: `cmd/containerd-shim-runhcs-v1` of <https://github.com/microsoft/hcsshim>.

mod options;
mod statistics;

#[cfg(test)]
mod tests;

pub use options::*;
pub use statistics::*;

/// A point in time (`google.protobuf.Timestamp`).
#[derive(Clone, Copy, PartialEq, Eq, ::prost::Message)]
pub struct Timestamp {
    /// Seconds since the beginning of 1970, in UTC.
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    /// Nanoseconds after that, 0 to 999,999,999, also before 1970.
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}
