//! What a front end asks for: the intent, before anything is made.

use hcs_host::plan::{ImageVersion, Isolation};
use hcs_schema::oci;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A container that is wanted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Request {
    /// Its id; `None` lets the engine choose a random one.
    pub id: Option<String>,
    /// What runs, as an OCI runtime specification. `root.path` is filled in by the engine from `base`.
    pub spec: oci::Spec,
    /// Where its files come from.
    pub base: Base,
    /// How it is kept apart from the host.
    pub isolation: Isolation,
    /// Version of Windows that its image was made for, where it is known.
    pub image: Option<ImageVersion>,
    /// Labels, free for the user.
    pub labels: BTreeMap<String, String>,
    /// Forgets the container when it has ended.
    pub remove: bool,
    /// Signal by which it is asked to stop; 0 means SIGTERM.
    pub stop_signal: i32,
    /// A file on the host that receives standard output and standard error as well.
    pub output_file: Option<OutputFile>,
    /// A file inside that receives standard output and standard error instead, of a Windows container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
}

/// A file below a folder that the container may have written to: it is never looked for outside of the folder, whatever
/// symbolic links are in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    /// The folder, which is the caller's word.
    pub folder: PathBuf,
    /// The file, relative to the folder.
    pub name: PathBuf,
}

/// Where a container's files come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// The host's own root, read-only, under a private writable layer in memory.
    #[default]
    Host,
    /// A folder that is a root filesystem, read-only under a private writable layer.
    Folder(PathBuf),
    /// Layer folders, upper-most first, read-only under a private writable layer.
    Layers(Vec<PathBuf>),
    /// An OCI bundle: `root.path` of the specification is used as it is, relative to this folder.
    Bundle(PathBuf),
}

/// How the caller's own streams are connected to a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attach {
    /// Connects standard input; otherwise the process reads the end of file.
    pub stdin: bool,
}

/// Facts about the caller and the host that requests are made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Effective user id of the caller.
    pub uid: u32,
    /// Effective group id of the caller.
    pub gid: u32,
    /// Whether the caller may make containers without a user namespace.
    pub privileged: bool,
    /// User ids that the caller may map, the caller itself as 0 first. Empty when privileged.
    pub uid_mappings: Vec<IdRange>,
    /// Group ids that the caller may map, the caller's own as 0 first. Empty when privileged.
    pub gid_mappings: Vec<IdRange>,
    /// Processors that the caller may use.
    pub processors: u32,
    /// The host's name.
    pub host_name: String,
}

/// A range of ids that a user namespace maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdRange {
    /// First id inside.
    pub inside: u32,
    /// First id outside.
    pub outside: u32,
    /// Number of ids.
    pub count: u32,
}
