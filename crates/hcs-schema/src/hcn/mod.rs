//! The documents of the Host Compute Network (HCN): schema 2 of the Host Networking Service (HNS) of Windows.
//!
//! Its functions (`HcnCreateNetwork` and others, in `computenetwork.dll`) take and give JSON text. A caller fills a
//! [`Network`], an [`Endpoint`], a [`Namespace`], a [`LoadBalancer`] or an [`SdnRoute`], creates it, and reads it back with a
//! [`Query`], because creating gives a handle only; enumerating gives a list of GUIDs, each of which is queried in turn.
//! Changes of what exists are [`Modify`](crate::modify::Modify) requests over the resources of [`change`](NetworkResource).
//! [`features`] says what a version of the service can do. Windows before 1803 has none of this but [`hns`](crate::hns), and
//! the functions began with version 9.2 of the service (1809).
//!
//! What is not known here (a policy, a property of an object, a kind of resource) is kept and written back. Nothing here
//! decides which fields go together or checks an address.
//!
//! # Since when
//!
//! All is of schema 2.0 where nothing else is said; a number in parentheses is the schema that added it.
//!
//! | Schema | Windows |
//! |---|---|
//! | 2.6 | 10, version 2004 (19041) |
//! | 2.11 | Server 2022 (20348) |
//! | 2.14 | 11 (22000) |
//!
//! Sources of the fields: <https://learn.microsoft.com/virtualization/api/hcn/hns_schema>, the package `hcn` of
//! <https://github.com/microsoft/hcsshim> and, for flags, <https://github.com/microsoft/WSL>.

mod change;
mod endpoint;
mod features;
mod load_balancer;
mod namespace;
mod network;
mod notification;
mod policy;
mod query;

#[cfg(test)]
mod tests;

pub use change::*;
pub use endpoint::*;
pub use features::*;
pub use load_balancer::*;
pub use namespace::*;
pub use network::*;
pub use notification::*;
pub use policy::*;
pub use query::*;

use crate::document::Version;
use crate::model::object;
use serde_json::Value;

/// The schema of the documents here.
pub const SCHEMA: Version = Version { major: 2, minor: 0 };

object! {
    /// How an object fares, as the service says it.
    pub struct Health {
        /// State of the object, in the service's words.
        "Data" data: Value,
        /// What else belongs to it.
        "Extra" extra_params: ExtraParams = always,
        ..extra
    }

    /// What else belongs to an object.
    pub struct ExtraParams {
        /// Resources of the service.
        "Resources" resources: Value,
        /// Containers that share an endpoint.
        "SharedContainers" shared_containers: Value,
        /// The network (GUID) below this one.
        "LayeredOn" layered_on: String,
        /// The virtual switch (GUID).
        "SwitchGuid" switch_guid: String,
        /// The utility VM (GUID) that an endpoint is attached to.
        "UtilityVM" utility_vm: String,
        /// The virtual machine (GUID) that an endpoint is attached to.
        "VirtualMachine" virtual_machine: String,
        ..extra
    }

    /// A route.
    pub struct Route {
        /// Address of the next hop.
        "NextHop" next_hop: String,
        /// Destinations as address and prefix length, for example `0.0.0.0/0`.
        "DestinationPrefix" destination_prefix: String,
        /// Preference: the lower one wins. 0 leaves it to the system.
        "Metric" metric: u16,
        ..extra
    }

    /// Name resolution.
    pub struct Dns {
        /// Suffix of the connection.
        "Domain" domain: String,
        /// Further suffixes that are tried, in order.
        "Search" search: Vec<String>,
        /// Addresses of servers, in order.
        "ServerList" server_list: Vec<String>,
        /// Options as `resolv.conf` has them.
        "Options" options: Vec<String>,
        ..extra
    }
}
