//! The documents of the Host Compute Service (HCS), schema version 1: what services before build 17763 take, and newer ones
//! still do.
//!
//! A document says nothing of its version. Questions, statistics of a kind and changes to processes are the same messages as in
//! version 2 and are defined there; what differs is here. Key case and what is left out are hcsshim's, which always writes
//! structures and some of the other fields. Fields that only other programs write say whose they are; hcsshim does not know
//! them. Of a container, what Docker 1.12 and nspawn always wrote is always written, too.
//!
//! Source of the fields: <https://github.com/microsoft/hcsshim> (`schema1`),
//! <https://github.com/microsoft/dotnet-computevirtualization> and <https://github.com/akashche/hostcompute_nspawn>.

mod container;
mod modify;
mod process;
mod properties;

#[cfg(test)]
mod tests;

pub use container::*;
pub use modify::*;
pub use process::*;
pub use properties::*;

pub use crate::v2::{
    CacheMode, GuestDefinedCapabilities, MemoryStats, OsType, ProcessDetails, ProcessModifyRequest, ProcessStatus,
    ProcessorStats, PropertyQuery, PropertyType, RequestType, State, StorageStats, SystemQuery, SystemType,
};
