//! The OCI runtime specification 1.2 (and the Windows section of 1.3) as data.
//!
//! These are types of our own, because a spec is forwarded to guests and other runtimes: what they do not know is kept in
//! `extra` and written back, so nothing is lost between reading and writing. Parsing is strict about the shape of known
//! fields only. What the host can honour is not decided here.
//!
//! Source of the fields: <https://github.com/opencontainers/runtime-spec> (`config.md`, `config-linux.md`).

mod linux;
mod process;
mod resources;
mod windows;

pub use linux::*;
pub use process::*;
pub use resources::*;
pub use windows::*;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Fields that these types do not know, kept as they were read.
pub type Extra = BTreeMap<String, Value>;

/// A whole `config.json`: the OCI runtime specification's container configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Spec {
    /// Version of the specification that the bundle follows, for example `1.2.0`.
    pub oci_version: String,
    /// Programs run at points of the life cycle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hooks: Option<Hooks>,
    /// Free metadata; keys beginning `io.silo.` and `com.microsoft.` are read by this project.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Host name seen inside the UTS namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// NIS domain name seen inside the UTS namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domainname: Option<String>,
    /// Mounts made on top of the root filesystem, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<Mount>,
    /// The container's root filesystem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<Root>,
    /// The process to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<Process>,
    /// Settings of Linux containers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linux: Option<Linux>,
    /// Settings of Windows containers; its layer folders are used by Linux containers too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub windows: Option<Windows>,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The root filesystem.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Root {
    /// Folder that becomes `/`; relative paths start at the bundle.
    pub path: String,
    /// Whether `/` is read-only inside.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub readonly: bool,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One mount.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Mount {
    /// Absolute path inside the container.
    pub destination: String,
    /// Filesystem type, or `bind`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Device, folder or name that is mounted; relative paths of bind mounts start at the bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Mount options as `mount(8)` and the specification spell them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// User ids shown by an id-mapped mount.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uid_mappings: Vec<IdMapping>,
    /// Group ids shown by an id-mapped mount.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gid_mappings: Vec<IdMapping>,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Programs run at points of the life cycle, in the order of the fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Hooks {
    /// Deprecated by the specification, still run: after the namespaces exist, in the runtime's namespace.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prestart: Vec<Hook>,
    /// After the namespaces exist and before the root is pivoted, in the runtime's namespace.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub create_runtime: Vec<Hook>,
    /// After `create_runtime`, in the container's namespace, before the root is pivoted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub create_container: Vec<Hook>,
    /// Just before the user's program, in the container.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub start_container: Vec<Hook>,
    /// After the user's program began, in the runtime's namespace.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub poststart: Vec<Hook>,
    /// After the container was deleted, in the runtime's namespace.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub poststop: Vec<Hook>,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One program of a hook.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Hook {
    /// Absolute path of the program.
    pub path: String,
    /// Arguments including `argv[0]`; empty means the path alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// Environment as `NAME=value`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<String>,
    /// Seconds after which the hook is killed and has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<i64>,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A range of ids seen inside and the ids outside that they stand for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IdMapping {
    /// First id inside.
    #[serde(rename = "containerID")]
    pub container_id: u32,
    /// First id outside.
    #[serde(rename = "hostID")]
    pub host_id: u32,
    /// Number of ids.
    pub size: u32,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}
