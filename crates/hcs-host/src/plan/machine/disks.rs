//! SCSI disks: the host attaches them while the machine runs, and the guest mounts them.

use super::slots::Unit;
use super::{Machine, paths};
use crate::Result;
use crate::plan::Context;
use hcs_schema::guest::{
    DISKS_PER_CONTROLLER, LinuxResource, MappedVirtualDisk, SCSI_CONTROLLERS, ScsiDevice, WindowsMappedVirtualDisk,
    WindowsResource,
};
use hcs_schema::modify::RequestType;
use hcs_schema::oci;
use hcs_schema::v2::{Attachment, AttachmentType, ResourcePath};

/// A disk of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Disk {
    /// What it is.
    pub kind: AttachmentType,
    /// Its file, or the path of its device.
    pub path: String,
    /// Who serves it, where a program of the host does.
    pub provider: String,
    /// Whether the guest cannot write.
    pub read_only: bool,
    /// Whether the guest's requests to flush caches are ignored.
    pub ignore_flushes: bool,
}

/// What a Linux guest does with a disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Mounting {
    /// Where it is mounted; absent leaves it to the number.
    pub path: Option<String>,
    /// Its partition; 0 is the whole disk.
    pub partition: u64,
    /// Options, of which the guest heeds those of propagation.
    pub options: Vec<String>,
    /// Whether it stays a device instead of being mounted.
    pub block: bool,
    /// Whether the guest encrypts it.
    pub encrypted: bool,
    /// The filesystem that the guest makes, unless it is there; empty for none.
    pub filesystem: &'static str,
}

impl Disk {
    /// A disk in a file.
    pub fn file(path: impl Into<String>, read_only: bool) -> Self {
        Disk {
            kind: AttachmentType::VirtualDisk,
            path: path.into(),
            provider: String::new(),
            read_only,
            ignore_flushes: false,
        }
    }

    /// The disk of a mount that is of a kind of disk; `None` for other mounts.
    ///
    /// # Errors
    /// Says what is wrong with the source.
    pub fn of(mount: &oci::Mount, read_only: bool) -> std::result::Result<Option<Disk>, String> {
        let source = mount.source.clone().unwrap_or_default();
        let disk = |kind, path, provider| Ok(Some(Disk { kind, path, provider, read_only, ignore_flushes: false }));
        match mount.kind.as_deref().unwrap_or_default() {
            "virtual-disk" => disk(AttachmentType::VirtualDisk, source, String::new()),
            "physical-disk" => disk(AttachmentType::PassThru, source, String::new()),
            "extensible-virtual-disk" => {
                let parts = source.strip_prefix("evd://").and_then(|rest| rest.split_once('/'));
                match parts {
                    Some((provider, path)) if !provider.is_empty() && !path.is_empty() => {
                        disk(AttachmentType::ExtensibleVirtualDisk, path.into(), provider.into())
                    }
                    _ => Err(format!("{source:?} is not an extensible virtual disk such as evd://provider/path")),
                }
            }
            _ => Ok(None),
        }
    }

    /// What it is in words.
    pub fn words(&self) -> String {
        match self.kind {
            AttachmentType::PassThru => format!("disk {} of the host", self.path),
            AttachmentType::ExtensibleVirtualDisk => format!("disk {} of {}", self.path, self.provider),
            _ => format!("disk in {}", self.path),
        }
    }

    fn name(&self) -> String {
        let access = if self.read_only { "ro" } else { "rw" };
        let provider = if self.provider.is_empty() { String::new() } else { format!("{}:", self.provider) };
        format!("disk {access} {provider}{}", paths::key(&self.path))
    }
}

impl Machine {
    /// Attaches a disk. One that needs it is made accessible to the machine first.
    pub fn attach(&mut self, context: &Context<'_>, disk: &Disk, grant: bool, why: &str) -> Result<Unit> {
        let name = disk.name();
        let unit = self.slots.unit(&name, self.controllers).ok_or_else(|| {
            let units = u32::from(self.controllers) * u32::from(DISKS_PER_CONTROLLER);
            context.wanted.unsupported(format!(
                "{}: the utility VM has no free SCSI unit; all {units} are in use, so give fewer disks or layers",
                disk.words()
            ))
        })?;
        if grant && disk.kind != AttachmentType::ExtensibleVirtualDisk {
            self.grant(&disk.path);
        }
        let path = ResourcePath::ScsiAttachment {
            controller: SCSI_CONTROLLERS[usize::from(unit.controller)].into(),
            lun: unit.lun.into(),
        };
        let settings = Attachment {
            kind: disk.kind.clone(),
            path: disk.path.clone(),
            read_only: disk.read_only,
            ignore_flushes: disk.ignore_flushes,
            extensible_virtual_disk_type: disk.provider.clone(),
            ..Attachment::default()
        };
        let mut step = self.add(&path, &settings, why);
        if self.linux {
            let device = LinuxResource::ScsiDevice(ScsiDevice { controller: unit.controller, lun: unit.lun });
            step.undo.insert(0, self.ask(RequestType::Remove, device));
        }
        self.push(step.shared_as(name));
        Ok(unit)
    }

    /// Lets a Linux guest mount a disk, and answers where.
    pub fn mount_linux(&mut self, unit: Unit, read_only: bool, mounting: &Mounting, why: &str) -> String {
        let Mounting { path, partition, options, block, encrypted, filesystem } = mounting;
        let mut sorted = options.clone();
        sorted.sort();
        let name = format!(
            "mount {}:{} {partition} {} block={block} encrypted={encrypted} {filesystem}",
            unit.controller,
            unit.lun,
            sorted.join(","),
        );
        let path = self.slots.mount(&name, path.clone(), |number| format!("/run/mounts/scsi/m{number}"));
        let remove = MappedVirtualDisk {
            mount_path: path.clone(),
            lun: unit.lun,
            controller: unit.controller,
            partition: *partition,
            read_only,
            block_dev: *block,
            encrypted: *encrypted,
            ..MappedVirtualDisk::default()
        };
        let add = MappedVirtualDisk {
            options: sorted,
            ensure_filesystem: !filesystem.is_empty(),
            filesystem: (*filesystem).into(),
            ..remove.clone()
        };
        let step = self.mount(LinuxResource::MappedVirtualDisk(add), LinuxResource::MappedVirtualDisk(remove), why);
        self.push(step.shared_as(name));
        path
    }

    /// Lets a Windows guest mount a disk, and answers where.
    pub fn mount_windows(&mut self, unit: Unit, why: &str) -> String {
        let name = format!("mount {}:{}", unit.controller, unit.lun);
        let path = self.slots.mount(&name, None, |number| format!(r"C:\mounts\scsi\m{number}"));
        let disk = WindowsMappedVirtualDisk { container_path: path.clone(), lun: unit.lun.into() };
        let [add, remove] = [disk.clone(), disk].map(WindowsResource::MappedVirtualDisk);
        let step = self.mount(add, remove, why);
        self.push(step.shared_as(name));
        path
    }
}
