//! Documents that a Windows guest creates systems from, beside those of HCS.

use crate::model::object;
use crate::oci;
use serde_json::Value;

object! {
    /// The null system of a Windows guest, which stands for the machine itself.
    pub struct HostConfig {
        /// `Container`.
        "SystemType" system_type: String = always,
        /// The host's time zone, in the shape of HCS; absent leaves the machine's.
        "TimeZoneInformation" time_zone_information: Value,
    }

    /// A container of a confidential Windows guest: what to run, for the check against the policy, and what the guest makes of
    /// it.
    pub struct ConfidentialContainer {
        /// The specification.
        "Spec" spec: oci::Spec = always,
        /// The document of the hosted system, in the shape of HCS.
        "CWCOWHostedSystem" hosted_system: Value,
    }
}

impl HostConfig {
    /// The null system.
    pub fn new(time_zone_information: Value) -> Self {
        HostConfig { system_type: "Container".to_owned(), time_zone_information }
    }
}
