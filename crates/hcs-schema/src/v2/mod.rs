//! The documents of the Host Compute Service (HCS), schema version 2: what it is asked for and what it answers.
//!
//! A caller fills a [`ComputeSystem`], writes it as JSON and hands it to the service; what comes back is read as
//! [`Properties`] and others. A change to a running system is a [`ModifySettingRequest`] with a [`ResourcePath`]. Key case and
//! what is left out are Go's (see [`model`](crate::model)), because programs in Go are the other users of the service.
//!
//! # Since when
//!
//! What a service does not know yet, it cannot honour. Each object says the schema version in which it first was; a field that
//! is younger says so in parentheses. *Unlisted* means that
//! [Microsoft's reference](https://learn.microsoft.com/virtualization/api/hcs/schemareference) does not have it, and hcsshim
//! or WSL show that services take it.
//!
//! | Schema | Build of Windows |
//! |---|---|
//! | 1.0 | all that have containers; see [`v1`](crate::v1) |
//! | 2.0, 2.1 | 17763 (1809, Server 2019) |
//! | 2.2 | 18362 (1903) |
//! | 2.3 | 19041 (2004) |
//! | 2.4, 2.5 | 20348 (Server 2022) |
//! | 2.6 | 22000 (11, 21H2) |
//!
//! # Types
//!
//! Where Microsoft and hcsshim disagree about the size of a number, it is Microsoft's. Ids are GUIDs as text in small letters
//! without braces. Paths are of the host unless something else is said. What a host can honour, and which fields go together,
//! is not decided here.

mod assigned;
mod chipset;
mod compute_system;
mod container;
mod credential_guard;
mod device_extension;
mod devices;
mod disks;
mod events;
mod hvsocket;
mod lifecycle;
mod memory;
mod migration;
mod modify;
mod network;
mod process;
mod processor;
mod properties;
mod query;
mod registry;
mod resource_path;
mod result;
mod service;
mod shares;
mod statistics;
mod storage;
mod time_zone;
mod topology;
mod virtual_machine;

#[cfg(test)]
mod tests;

pub use assigned::*;
pub use chipset::*;
pub use compute_system::*;
pub use container::*;
pub use credential_guard::*;
pub use device_extension::*;
pub use devices::*;
pub use disks::*;
pub use events::*;
pub use hvsocket::*;
pub use lifecycle::*;
pub use memory::*;
pub use migration::*;
pub use modify::*;
pub use network::*;
pub use process::*;
pub use processor::*;
pub use properties::*;
pub use query::*;
pub use registry::*;
pub use resource_path::*;
pub use result::*;
pub use service::*;
pub use shares::*;
pub use statistics::*;
pub use storage::*;
pub use time_zone::*;
pub use topology::*;
pub use virtual_machine::*;
