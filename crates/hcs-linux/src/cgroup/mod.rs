//! Control groups.

use std::path::PathBuf;

/// How this machine's control groups are mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Every mounted hierarchy.
    pub hierarchies: Vec<Hierarchy>,
}

/// One mounted hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    /// Where it is mounted.
    pub mountpoint: PathBuf,
    /// Controllers it carries; a named hierarchy has `name=…` as its only one.
    pub controllers: Vec<String>,
    /// Whether this is a version 2 hierarchy.
    pub v2: bool,
    /// This process's own group in it, as a path that begins with `/`.
    pub own: PathBuf,
}
