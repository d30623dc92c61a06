//! Virtual disks, each with one owner.

use super::abi::Functions;
use super::api;
use hcs_host::Result;
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use windows_sys::Win32::Storage::Vhd::{
    ATTACH_VIRTUAL_DISK_FLAG_BYPASS_DEFAULT_ENCRYPTION_POLICY, ATTACH_VIRTUAL_DISK_FLAG_NO_DRIVE_LETTER,
    ATTACH_VIRTUAL_DISK_FLAG_PERMANENT_LIFETIME, ATTACH_VIRTUAL_DISK_FLAG_READ_ONLY, OPEN_VIRTUAL_DISK_FLAG_NONE,
};

/// The virtual disks (VHD and VHDX files) of this host, by `virtdisk.dll`.
///
/// ```no_run
/// # fn main() -> hcs_host::Result<()> {
/// use hcs_windows::{Attachment, Disks, NewDisk};
///
/// let disks = Disks::load()?;
/// let disk = disks.create(r"C:\scratch\sandbox.vhdx".as_ref(), &NewDisk::of_size(20 << 30))?;
/// disk.attach(&Attachment::default())?;
/// println!("{} has {} bytes", disk.physical_path()?, disk.information()?.virtual_size);
/// disk.detach()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Disks {
    functions: Arc<Functions>,
}

/// A disk that is to be made. It grows as it is filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDisk {
    /// Its size in bytes, a multiple of the size of a sector. With a parent, 0 is the parent's.
    pub size: u64,
    /// How much of the file is allocated at once, in bytes; 0 is what Windows takes, 32 MiB. hcsshim makes scratch disks with
    /// 1 MiB.
    pub block_size: u32,
    /// The disk that this one has the differences from. It must not change any more.
    pub parent: Option<PathBuf>,
}

impl NewDisk {
    /// A disk of so many bytes.
    pub fn of_size(size: u64) -> Self {
        NewDisk { size, ..NewDisk::default() }
    }

    /// A disk of the differences from another.
    pub fn on(parent: impl Into<PathBuf>) -> Self {
        NewDisk { parent: Some(parent.into()), ..NewDisk::default() }
    }
}

/// How a disk is attached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Nothing can be written.
    pub read_only: bool,
    /// Its volumes get letters of drives.
    pub drive_letter: bool,
    /// It stays attached when its owner is dropped, until it is detached.
    pub permanent: bool,
}

/// Sizes of a disk, all in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskInformation {
    /// What those see who use it.
    pub virtual_size: u64,
    /// What the file takes.
    pub physical_size: u64,
    /// How much of the file is allocated at once.
    pub block_size: u32,
    /// A sector.
    pub sector_size: u32,
}

impl Disks {
    /// Binds the functions.
    ///
    /// # Errors
    /// This Windows does not have `virtdisk.dll`.
    pub fn load() -> Result<Disks> {
        Ok(Disks { functions: Arc::new(Functions::load()?) })
    }

    /// Makes a VHDX at a path that must be free, and opens it.
    ///
    /// # Errors
    /// `ERROR_FILE_EXISTS`, and whatever keeps a file from being made; `ERROR_INVALID_PARAMETER` for sizes that Windows does
    /// not take.
    #[doc(alias = "CreateVirtualDisk")]
    pub fn create(&self, file: &Path, new: &NewDisk) -> Result<Disk> {
        let handle = api::create(&self.functions, file, new.size, new.block_size, new.parent.as_deref())?;
        Ok(self.disk(handle, file))
    }

    /// Opens a VHD or VHDX to read and write it.
    ///
    /// # Errors
    /// There is no such file, or somebody uses it.
    #[doc(alias = "OpenVirtualDisk")]
    pub fn open(&self, file: &Path) -> Result<Disk> {
        let handle = api::open(&self.functions, file, false, OPEN_VIRTUAL_DISK_FLAG_NONE)?;
        Ok(self.disk(handle, file))
    }

    /// Opens a VHD or VHDX to read it, which others may do at the same time.
    ///
    /// # Errors
    /// There is no such file, or somebody writes to it.
    pub fn open_read_only(&self, file: &Path) -> Result<Disk> {
        let handle = api::open(&self.functions, file, true, OPEN_VIRTUAL_DISK_FLAG_NONE)?;
        Ok(self.disk(handle, file))
    }

    fn disk(&self, handle: OwnedHandle, file: &Path) -> Disk {
        Disk { functions: Arc::clone(&self.functions), handle, file: file.to_string_lossy().into_owned() }
    }
}

/// An open virtual disk, which is closed when this is dropped. A disk that is attached is then detached too, unless it was
/// attached to stay.
#[derive(Debug)]
pub struct Disk {
    functions: Arc<Functions>,
    handle: OwnedHandle,
    /// Where it is, for messages.
    file: String,
}

impl Disk {
    /// Attaches the disk to the host, past the policy that would encrypt what is attached.
    ///
    /// # Errors
    /// It is attached already, or the caller is no administrator.
    #[doc(alias = "AttachVirtualDisk")]
    pub fn attach(&self, how: &Attachment) -> Result<()> {
        let mut flags = ATTACH_VIRTUAL_DISK_FLAG_BYPASS_DEFAULT_ENCRYPTION_POLICY;
        for (is_set, flag) in [
            (how.read_only, ATTACH_VIRTUAL_DISK_FLAG_READ_ONLY),
            (!how.drive_letter, ATTACH_VIRTUAL_DISK_FLAG_NO_DRIVE_LETTER),
            (how.permanent, ATTACH_VIRTUAL_DISK_FLAG_PERMANENT_LIFETIME),
        ] {
            if is_set {
                flags |= flag;
            }
        }
        api::attach(&self.functions, self.handle.as_handle(), &self.file, flags)
    }

    /// Detaches the disk from the host.
    ///
    /// # Errors
    /// It is not attached, or a file on it is open.
    #[doc(alias = "DetachVirtualDisk")]
    pub fn detach(&self) -> Result<()> {
        api::detach(&self.functions, self.handle.as_handle(), &self.file)
    }

    /// Gives the disk a greater size, in bytes. Partitions and volumes on it stay as they are.
    ///
    /// # Errors
    /// The size is smaller than it is, or the disk is attached.
    #[doc(alias = "ExpandVirtualDisk")]
    pub fn expand(&self, size: u64) -> Result<()> {
        api::expand(&self.functions, self.handle.as_handle(), &self.file, size)
    }

    /// The name of the attached disk's device, such as `\\.\PhysicalDrive3`.
    ///
    /// # Errors
    /// It is not attached.
    #[doc(alias = "GetVirtualDiskPhysicalPath")]
    pub fn physical_path(&self) -> Result<String> {
        api::physical_path(&self.functions, self.handle.as_handle(), &self.file)
    }

    /// Its sizes.
    ///
    /// # Errors
    /// The file is damaged.
    #[doc(alias = "GetVirtualDiskInformation")]
    pub fn information(&self) -> Result<DiskInformation> {
        let sizes = api::sizes(&self.functions, self.handle.as_handle(), &self.file)?;
        Ok(DiskInformation {
            virtual_size: sizes.VirtualSize,
            physical_size: sizes.PhysicalSize,
            block_size: sizes.BlockSize,
            sector_size: sizes.SectorSize,
        })
    }
}

impl AsHandle for Disk {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        self.handle.as_handle()
    }
}
