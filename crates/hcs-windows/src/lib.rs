//! The Host Compute Service (HCS) of Windows: compute systems, their processes, networks, layers and disks.
//!
//! Each DLL has three files. `abi` declares its functions as they are and binds them at run time, so that a program starts on
//! a Windows that lacks some; `api` calls each with Rust's strings and handles and gives each result one owner; `safe` has
//! the documents of [`hcs_schema`] instead of text. On top of them are compute systems that complete in the same way
//! whichever DLL drives them.
//!
//! | Folder | DLL | For |
//! |---|---|---|
//! | `vmcompute` | `vmcompute.dll` | systems, processes and layers since Server 2016, and version 1 of networks |
//! | `computecore` | `computecore.dll` | systems and processes since Server 2019 |
//! | `computestorage` | `computestorage.dll` | layers since Server 2019 |
//! | `computenetwork` | `computenetwork.dll` | networks since Server 2019 |
//! | `virtdisk` | `virtdisk.dll` | virtual disks |
#![cfg(windows)]

pub mod computecore;
mod computenetwork;
mod computestorage;
mod console;
mod document;
mod error;
mod guid;
mod hns;
mod host;
mod identity;
mod job;
mod layer;
mod library;
mod network;
mod notice;
mod operation;
mod path;
mod pipe;
mod system;
mod version;
mod virtdisk;
mod vmcompute;
mod volume;
mod wide;

pub use computecore::VirtualMachineFiles;
pub use computenetwork::{
    GuestNetworkService, Hcn, HcnObject, Notice, PortAccess, PortProtocol, PortReservation, ReservedPorts, Subscription,
};
pub use computestorage::safe::Storage;
pub use console::{RawConsole, console_size, do_not_inherit};
pub use guid::new_guid;
pub use hns::Hns;
pub use host::WindowsHost;
pub use identity::{end_process, identity, is_alive, wait_for_process};
pub use job::pin_job;
pub use layer::{BaseImage, Layers, layer_chain, write_layer_chain};
pub use network::WindowsNetwork;
pub use operation::Timeouts;
#[doc(hidden)]
pub use operation::live_watches;
pub use pipe::{Pipe, Pipes};
pub use system::{ComputeSystem, Exit, Hcs, Migration, Process};
pub use version::{WindowsVersion, memory, windows_version};
pub use virtdisk::safe::{Attachment, Disk, DiskInformation, Disks, NewDisk};
