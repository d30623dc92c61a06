//! Limits of a container, normalised from the specification and its annotations.

use serde::{Deserialize, Serialize};

/// Limits as they will be applied. `None` is no limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Memory in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<u64>,
    /// Number of processors. At most one of the three processor limits is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor_count: Option<u32>,
    /// Share of all processors' time in hundredths of a percent, 1 to 10000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor_maximum: Option<u32>,
    /// Weight against other containers, 1 to 10000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor_weight: Option<u32>,
    /// Processors that it may run on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affinity: Vec<Affinity>,
    /// Storage operations a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iops: Option<u64>,
    /// Storage bytes a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<u64>,
    /// Number of tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<u64>,
    /// Size of the writable layer in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scratch_size: Option<u64>,
}

/// Processors of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Affinity {
    /// A bit for each processor.
    pub mask: u64,
    /// The group.
    pub group: u32,
}
