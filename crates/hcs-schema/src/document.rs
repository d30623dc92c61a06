//! What a host is given and what it answers: the documents of the `Host` verbs.
//!
//! The shapes are those of HCS and of its Linux guest, with their exact key case; see the protocol notes of each type.

use crate::oci;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A schema version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Version {
    /// Major number.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
}

impl Version {
    /// Schema 2.1, the first that Linux containers have.
    pub const V2_1: Version = Version { major: 2, minor: 1 };
}

/// The document of a Linux container, in a utility VM or on a Linux host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LinuxContainer {
    /// Schema of this document; 2.1 at least.
    #[serde(default)]
    pub schema_version: Version,
    /// The bundle: relative paths of the specification start here, and the host may keep its own files in it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub oci_bundle_path: String,
    /// What to run, and how.
    pub oci_specification: oci::Spec,
    /// Folder of the writable layer, holding `upper` and `work`. Empty: the root is used as it is, or, with `layers`, in memory.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scratch_dir_path: String,
    /// Read-only layers below the writable one, upper-most first. Empty: the specification's root is a whole filesystem.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<Layer>,
}

/// One read-only layer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Layer {
    /// Identity of the layer, a GUID on Windows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Its folder.
    pub path: String,
}

/// A process to run in a compute system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ProcessParameters {
    /// The whole command line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub command_line: String,
    /// Program and arguments; wins over `command_line`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command_args: Vec<String>,
    /// Working directory.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub working_directory: String,
    /// Environment.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// Whether the process has a pseudo-terminal.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub emulate_console: bool,
    /// Whether its standard input is connected.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub create_std_in_pipe: bool,
    /// Whether its standard output is connected.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub create_std_out_pipe: bool,
    /// Whether its standard error is connected.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub create_std_err_pipe: bool,
    /// Initial size of the pseudo-terminal: rows, columns. `[0, 0]` leaves it.
    pub console_size: [u16; 2],
    /// Runs in the utility VM itself instead of a container.
    #[serde(rename = "CreateInUtilityVM", skip_serializing_if = "std::ops::Not::not")]
    pub create_in_utility_vm: bool,
    /// Process section of a Linux process that joins a running container; absent starts the container's own.
    #[serde(rename = "OciProcess", skip_serializing_if = "Option::is_none")]
    pub oci_process: Option<oci::Process>,
}

/// Which properties of a compute system are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PropertyQuery {
    /// `ProcessList`, `Statistics` and others; empty asks for the basic ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub property_types: Vec<String>,
}

/// Properties of a compute system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Properties {
    /// Its id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// `Created`, `Running`, `Paused` or `Stopped`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// `Container` or `VirtualMachine`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub system_type: String,
    /// `Linux` or `Windows`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub runtime_os_type: String,
    /// Processes, when asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub process_list: Vec<ProcessDetails>,
    /// Control group statistics of a Linux container in containerd's version 1 shape, when asked for.
    #[serde(rename = "LCOWMetrics", skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Value>,
}

/// One process of a compute system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ProcessDetails {
    /// Its id, as the host sees it.
    pub process_id: u32,
    /// Name of its program, where the host says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image_name: String,
}

/// A change to a running compute system. Resources that are not known round-trip untouched.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ModifyRequest {
    /// `Add` (the default), `Remove` or `Update`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub request_type: String,
    /// Kind of the resource, for example `ContainerConstraints`.
    pub resource_type: String,
    /// Settings, whose shape the kind decides.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub settings: Value,
}
