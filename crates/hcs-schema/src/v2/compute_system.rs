//! The document that makes a compute system: the outermost object of schema version 2.
//!
//! A system is one of three things, and a document has exactly one of their fields: a container on this host, a virtual
//! machine, or a system inside another one (`HostedSystem`), which its host hands to the guest unread.

use super::{Container, VirtualMachine};
use crate::model::object;
use serde_json::Value;

object! {
    /// A schema version. A service takes every document with its own major number and at most its own minor one.
    #[derive(Copy, Eq, PartialOrd, Ord)]
    pub struct Version {
        /// Major number: versions of different ones do not understand each other.
        "Major" major: u32 = always,
        /// Minor number: a lower one is a part of a higher one.
        "Minor" minor: u32 = always,
    }
}

impl Version {
    /// Schema 1.0: the documents of [`v1`](crate::v1), which say no version themselves.
    pub const V1_0: Version = Version { major: 1, minor: 0 };
    /// Schema 2.0, of build 17763.
    pub const V2_0: Version = Version { major: 2, minor: 0 };
    /// Schema 2.1, of build 17763: the first that Linux containers have.
    pub const V2_1: Version = Version { major: 2, minor: 1 };
    /// Schema 2.5, of build 20348: the first with isolated virtual machines.
    pub const V2_5: Version = Version { major: 2, minor: 5 };
}

object! {
    /// What a compute system is made from. Schema 2.0.
    pub struct ComputeSystem {
        /// Name of the program that owns it; programs find their systems by it.
        "Owner" owner: String,
        /// Schema of this document.
        "SchemaVersion" schema_version: Option<Version>,
        /// Id of the system that will host this one, which exists already.
        "HostingSystemId" hosting_system_id: String,
        /// What the hosting system is to run: a [`HostedSystem`], or what else its guest takes. The service does not read it.
        "HostedSystem" hosted_system: Value,
        /// A container on this host.
        "Container" container: Option<Container>,
        /// A virtual machine.
        "VirtualMachine" virtual_machine: Option<VirtualMachine>,
        /// Whether the system is ended by force when the last handle to it is closed.
        "ShouldTerminateOnLastHandleClosed" should_terminate_on_last_handle_closed: bool,
    }

    /// A container inside another system. It has a version of its own, because the guest may know another one than the host.
    /// Schema 2.0.
    pub struct HostedSystem {
        /// Schema of this part.
        "SchemaVersion" schema_version: Option<Version>,
        /// The container.
        "Container" container: Option<Container>,
    }
}
