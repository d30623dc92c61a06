//! The ledger: what exists outside this process on behalf of a system.
//!
//! A host enters each outside resource before it makes it and strikes it off after it is released. Whoever finds the ledger
//! of a dead process can then release everything, in reverse order. Where the ledger is kept is the caller's business.

use crate::Result;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// An outside resource of a system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Resource {
    /// A folder and all below it.
    Folder {
        /// Where.
        path: PathBuf,
    },
    /// A single file, socket or fifo.
    File {
        /// Where.
        path: PathBuf,
    },
    /// A mount in the host's mount namespace.
    Mount {
        /// Where it is mounted.
        path: PathBuf,
    },
    /// A control group folder, with every process in it.
    Cgroup {
        /// The folder in one hierarchy.
        path: PathBuf,
    },
    /// A namespace kept alive by a bind mount.
    Namespace {
        /// Where it is bound.
        path: PathBuf,
    },
    /// A compute system of Windows's compute service.
    System {
        /// Its id.
        id: String,
        /// What tells it from a later one of the same id (GUID), where it is known.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        runtime: String,
    },
    /// A writable layer of Windows, with its disk.
    Layer {
        /// Its folder.
        path: PathBuf,
    },
    /// The disk of a writable layer of Windows, attached.
    ActiveLayer {
        /// The layer's folder.
        path: PathBuf,
    },
    /// The filter that shows the layers below a writable one of Windows, attached.
    PreparedLayer {
        /// The writable layer's folder.
        path: PathBuf,
    },
    /// An endpoint on a network of Windows. It is entered by its name, which is its container's, before it is made, and once
    /// more with the id that the network service has given it.
    Endpoint {
        /// Its name.
        name: String,
        /// Its id (GUID), where it is known.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        id: String,
    },
    /// A network namespace of Windows.
    NetworkNamespace {
        /// Its id (GUID), chosen before it is made.
        id: String,
    },
    /// An endpoint that was put into a network namespace of Windows.
    NamespaceEndpoint {
        /// The namespace's id.
        namespace: String,
        /// The endpoint's id.
        endpoint: String,
    },
    /// A process, entered as soon as its id is known. It ends by itself if that never happens.
    Process {
        /// Which.
        process: ProcessIdentity,
    },
}

/// A process that cannot be mistaken for a later one with the same id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessIdentity {
    /// Process id in the host's namespace.
    pub pid: u32,
    /// When it began: on Linux in clock ticks since boot (field 22 of `/proc/PID/stat`), on Windows in 100 ns since 1601.
    pub start_time: u64,
}

/// Where a host enters what it makes for one system.
pub trait Ledger: Send + Sync {
    /// Enters a resource that is about to be made. After `Ok` it survives a crash of this process.
    fn record(&self, resource: &Resource) -> Result<()>;
    /// Strikes off a resource that was released.
    fn strike(&self, resource: &Resource) -> Result<()>;
}

/// A ledger that keeps nothing, for hosts whose world ends with them (a guest agent in its virtual machine).
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLedger;

impl Ledger for NoLedger {
    fn record(&self, _: &Resource) -> Result<()> {
        Ok(())
    }
    fn strike(&self, _: &Resource) -> Result<()> {
        Ok(())
    }
}
