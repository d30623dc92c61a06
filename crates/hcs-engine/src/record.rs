//! What is remembered of a container: the `state.json` in its folder of the state root.

use hcs_host::ProcessIdentity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A container's state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Record {
    /// Its id, also the name of its folder.
    pub id: String,
    /// Where it is in its life.
    pub status: Status,
    /// Milliseconds since 1970 when it was asked for.
    pub created: u64,
    /// Milliseconds since 1970 when its process began.
    pub started: Option<u64>,
    /// Milliseconds since 1970 when its process ended.
    pub finished: Option<u64>,
    /// Process id of its first process on the host, while it runs.
    pub pid: Option<u32>,
    /// Exit code, once it has one: 128 + signal of a signalled process.
    pub exit_code: Option<u32>,
    /// The process that keeps it.
    pub keeper: Option<ProcessIdentity>,
    /// Program and arguments.
    pub command: Vec<String>,
    /// Where its files come from, in words: `host`, a folder, or layers joined by `:`.
    pub base: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Whether it has a terminal.
    pub terminal: bool,
    /// Whether it is forgotten when it ends.
    pub remove: bool,
    /// Signal by which it is asked to stop.
    pub stop_signal: i32,
    /// Folder with its specification (`config.json`) and the keeper's files.
    pub folder: PathBuf,
    /// Control group folders.
    pub cgroups: Vec<PathBuf>,
    /// What takes the place of a keeper, of a container that nobody keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unkept: Option<Unkept>,
}

/// A container without a keeper, as the OCI runtimes make them: its first process is a child of whoever adopts it, and nobody
/// of ours learns how it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Unkept {
    /// The first process.
    pub init: ProcessIdentity,
    /// Whether its processes stay in the session keyring of their maker.
    pub keyring: bool,
}

impl Record {
    /// The record as it must be read now: a container whose keeper is gone without a word is dead, and one that never had a
    /// keeper has stopped when its first process is gone.
    #[must_use]
    pub fn seen(mut self) -> Record {
        if let Some(unkept) = &self.unkept {
            if !crate::sys::is_alive(unkept.init) {
                self.status = Status::Stopped;
                self.pid = None;
            }
            return self;
        }
        if self.status != Status::Stopped && !self.keeper.is_some_and(crate::sys::is_alive) {
            self.status = Status::Dead;
        }
        self
    }
}

/// Where a container is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being made.
    #[default]
    Creating,
    /// Made, its process has not begun.
    Created,
    /// Its process runs.
    Running,
    /// Suspended.
    Paused,
    /// Its process has ended.
    Stopped,
    /// Its keeper is gone without a word; `gc` reclaims it.
    Dead,
}

impl Status {
    /// The state's word.
    pub fn word(self) -> &'static str {
        match self {
            Status::Creating => "creating",
            Status::Created => "created",
            Status::Running => "running",
            Status::Paused => "paused",
            Status::Stopped => "stopped",
            Status::Dead => "dead",
        }
    }
}
