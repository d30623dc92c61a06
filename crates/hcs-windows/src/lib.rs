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
//!
//! # Systems and processes
//!
//! [`Hcs`] makes and finds systems, and [`WindowsHost`] is this Windows as a [`Host`](hcs_host::Host). [`computecore`] is for
//! programs that drive that DLL themselves, and [`VirtualMachineFiles`] for what virtual machines keep in files.
//!
//! ```no_run
//! # async fn example(document: hcs_schema::document::SystemDocument) -> hcs_host::Result<()> {
//! use hcs_schema::document::ProcessParameters;
//! use std::io::Read;
//!
//! let hcs = hcs_windows::Hcs::open()?;
//! let system = hcs.create("web", &document).await?;
//! system.start().await?;
//! let parameters = ProcessParameters {
//!     command_line: "cmd /c ver".into(),
//!     create_std_out_pipe: true,
//!     ..ProcessParameters::default()
//! };
//! let process = system.create_process(&parameters).await?;
//! let mut text = String::new();
//! process.take_pipes().stdout.expect("it was asked for").read_to_string(&mut text).expect("text");
//! println!("{text} and {}", process.wait().await?);
//! system.terminate().await?;
//! system.exited().await?;
//! # Ok(()) }
//! ```
//!
//! # Layers and storage
//!
//! [`Layers`] makes and mounts them in one step, and [`Storage`] in parts.
//!
//! ```no_run
//! # fn example() -> hcs_host::Result<()> {
//! use std::path::{Path, PathBuf};
//!
//! let image = PathBuf::from(r"C:\layers\nanoserver");
//! let mut parents = vec![image.clone()];
//! parents.extend(hcs_windows::layer_chain(&image)?);
//! let layers = hcs_windows::Layers::load()?;
//! let scratch = Path::new(r"C:\containers\web");
//! layers.create_sandbox(scratch, &parents)?;
//! println!("{}", layers.mount(scratch, &parents)?);
//!
//! let data = layers.layer_data(&parents)?;
//! hcs_windows::Storage::load()?.initialize_writable_layer(scratch, &data)?;
//! # Ok(()) }
//! ```
//!
//! # Networks
//!
//! [`WindowsNetwork`] is the same over both versions of the service, [`Hcn`] is version 2 and [`Hns`] version 1.
//!
//! ```no_run
//! # fn example() -> hcs_host::Result<()> {
//! use hcs_schema::hcn::{Network, Query};
//!
//! for network in hcs_windows::Hcn::load()?.list::<Network>(&Query::all())? {
//!     println!("{} {}", network.id, network.name);
//! }
//! # Ok(()) }
//! ```
//!
//! # Disks
//!
//! ```no_run
//! # fn example() -> hcs_host::Result<()> {
//! use hcs_windows::{Attachment, Disks, NewDisk};
//!
//! let disk = Disks::load()?.create(r"C:\scratch\web.vhdx".as_ref(), &NewDisk::of_size(20 << 30))?;
//! disk.attach(&Attachment::default())?;
//! println!("{}", disk.physical_path()?);
//! # Ok(()) }
//! ```
#![cfg(windows)]

pub mod computecore;
mod computenetwork;
mod computestorage;
mod console;
mod document;
mod error;
mod folder;
mod guid;
mod hns;
mod host;
mod identity;
mod job;
mod layer;
#[cfg(test)]
mod layouts;
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
pub use folder::{is_private_folder, make_private_folder};
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
