//! What is of the service as a whole: what it can do, and accelerated network cards.

use crate::document::Version;
use crate::hcn::{self, AclFeatures};
use crate::model::object;

object! {
    /// What the service can do, as far as calls of version 1 ask for it.
    #[derive(Copy, Eq)]
    pub struct SupportedFeatures {
        /// Rules of firewalls.
        "ACL" acl: AclFeatures = always,
    }

    /// Hardware addresses of accelerated network cards that are for management.
    pub struct ManagementMacList {
        /// The addresses.
        "MacAddressList" mac_address_list: Vec<ManagementMac>,
    }

    /// One of them.
    pub struct ManagementMac {
        /// The address, as `00-15-5D-52-C0-00`.
        "MacAddress" mac_address: String,
    }
}

/// What a version of the service can do, as far as calls of version 1 ask for it.
pub fn features(version: Version) -> SupportedFeatures {
    SupportedFeatures { acl: hcn::features(version).acl }
}
