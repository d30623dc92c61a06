//! Which places of a utility VM are in use: SCSI units, mount points in the guest, persistent memory, and names of shares.
//!
//! A place is kept under the name of what is there, so that the next container that needs the same disk or folder finds it.
//! The steps that make and remove it carry that name, too: see [`Step::shared`](crate::plan::Step::shared).

use super::regions;
use hcs_schema::guest::DISKS_PER_CONTROLLER;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Files that one device of persistent memory can have.
const MAPPINGS: usize = 1024;

/// The places of a utility VM that are in use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Slots {
    /// Places by the name of what is there.
    taken: BTreeMap<String, Place>,
    /// Plan 9 shares so far. Their names are numbers, and no number is used twice.
    plan9: u64,
    /// Virtual SMB shares so far, likewise.
    smb: u64,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "in")]
pub enum Place {
    /// A unit of a SCSI controller.
    Scsi(Unit),
    /// A mount point of a disk in the guest.
    Mount {
        /// Its number.
        number: u32,
        /// Where it is.
        path: String,
    },
    /// A part of a device of persistent memory.
    Memory(Region),
    /// A device of the host that the machine is made with.
    Device,
    /// A virtual SMB share.
    Smb {
        /// Its name.
        name: String,
        /// Files that it is restricted to; empty for a whole folder.
        files: Vec<String>,
    },
}

/// A unit of a SCSI controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Number of the controller.
    pub controller: u8,
    /// Number of the unit.
    pub lun: u8,
}

/// A part of a device of persistent memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Number of the device.
    pub device: u32,
    /// Where it begins, in bytes.
    pub offset: u64,
    /// Its size in bytes; that of the largest region for a whole device.
    pub size: u64,
}

impl Slots {
    /// Forgets a place by the name of what was there, once nobody needs it any more.
    pub fn release(&mut self, name: &str) {
        self.taken.remove(name);
    }

    /// Whether nothing is in use, not even what a machine boots from.
    pub(crate) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// Keeps the first place of each kind, where machines have what they boot from.
    pub(crate) fn reserve_first(&mut self, linux: bool) {
        self.reserve("boot", Unit { controller: 0, lun: 0 });
        if linux {
            self.reserve_memory("boot in memory", 0);
        }
    }

    /// Whether something is mounted at a path of the guest.
    pub(crate) fn is_mounted(&self, wanted: &str) -> bool {
        self.taken.values().any(|place| matches!(place, Place::Mount { path, .. } if path == wanted))
    }

    /// Keeps a unit for a disk that the machine is made with.
    pub(crate) fn reserve(&mut self, name: &str, unit: Unit) {
        self.taken.insert(name.into(), Place::Scsi(unit));
    }

    /// Keeps a whole device of persistent memory for a file that the machine is made with.
    pub(crate) fn reserve_memory(&mut self, name: &str, device: u32) {
        let region = Region { device, offset: 0, size: regions::LARGEST };
        self.taken.insert(name.into(), Place::Memory(region));
    }

    /// Keeps a device of the host that the machine is made with. Answers whether it is new.
    pub(crate) fn reserve_device(&mut self, name: &str) -> bool {
        self.taken.insert(name.into(), Place::Device).is_none()
    }

    /// Whether the machine was made with a device of the host.
    pub(crate) fn has_device(&self, name: &str) -> bool {
        self.taken.get(name) == Some(&Place::Device)
    }

    /// Whether the machine was made with any device of the host.
    pub(crate) fn has_devices(&self) -> bool {
        self.taken.values().any(|place| *place == Place::Device)
    }

    /// The unit of a disk: its own, or else the first that is free on this many controllers.
    pub(crate) fn unit(&mut self, name: &str, controllers: u8) -> Option<Unit> {
        if let Some(Place::Scsi(unit)) = self.taken.get(name) {
            return Some(*unit);
        }
        let free = |unit: &Unit| !self.taken.values().any(|place| *place == Place::Scsi(*unit));
        let units =
            (0..controllers).flat_map(|controller| (0..DISKS_PER_CONTROLLER).map(move |lun| Unit { controller, lun }));
        let unit = units.into_iter().find(free)?;
        self.reserve(name, unit);
        Some(unit)
    }

    /// The mount point of a disk: its own, or else the wanted one, or else the first whose number is free.
    pub(crate) fn mount(&mut self, name: &str, wanted: Option<String>, numbered: fn(u32) -> String) -> String {
        if let Some(Place::Mount { path, .. }) = self.taken.get(name) {
            return path.clone();
        }
        let used = |wanted: u32| {
            self.taken.values().any(|place| matches!(place, Place::Mount { number, .. } if *number == wanted))
        };
        let number = (0..).find(|number| !used(*number)).unwrap_or_default();
        let path = wanted.unwrap_or_else(|| numbered(number));
        self.taken.insert(name.into(), Place::Mount { number, path: path.clone() });
        path
    }

    /// The part of persistent memory for a file: its own, or else the first that is free on this many devices. A file that is
    /// not packed with others gets a whole device.
    pub(crate) fn memory(&mut self, name: &str, size: u64, packed: bool, devices: u32) -> Option<Region> {
        if let Some(Place::Memory(region)) = self.taken.get(name) {
            return Some(*region);
        }
        let size = if packed { regions::pages(size) } else { regions::LARGEST };
        let region = (0..devices).find_map(|device| {
            let busy = self.regions(device);
            let offset = (busy.len() < MAPPINGS).then(|| regions::place(size, &busy))??;
            Some(Region { device, offset, size })
        })?;
        self.taken.insert(name.into(), Place::Memory(region));
        Some(region)
    }

    /// Offsets and sizes of what is on a device.
    fn regions(&self, wanted: u32) -> Vec<(u64, u64)> {
        let region = |place: &Place| match place {
            Place::Memory(Region { device, offset, size }) if *device == wanted => Some((*offset, *size)),
            _ => None,
        };
        self.taken.values().filter_map(region).collect()
    }

    /// The name of a new Plan 9 share.
    pub(crate) fn plan9(&mut self) -> String {
        self.plan9 += 1;
        (self.plan9 - 1).to_string()
    }

    /// The virtual SMB share of a folder: its own, or else a new one; and whether it is new or has a new file. With a file,
    /// the share is restricted to files, of which this becomes one.
    pub(crate) fn smb(&mut self, share: &str, file: Option<&str>) -> (String, Vec<String>, Change) {
        if let Some(Place::Smb { name, files }) = self.taken.get_mut(share) {
            let change = match file {
                Some(file) if !files.iter().any(|known| known == file) => {
                    files.push(file.into());
                    Change::Grown
                }
                _ => Change::None,
            };
            return (name.clone(), files.clone(), change);
        }
        self.smb += 1;
        let name = format!("s{:x}", self.smb);
        let files: Vec<String> = file.map(str::to_owned).into_iter().collect();
        self.taken.insert(share.into(), Place::Smb { name: name.clone(), files: files.clone() });
        (name, files, Change::New)
    }
}

/// What became of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is there as it was.
    None,
    /// It is new.
    New,
    /// It has one more file.
    Grown,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(number: u32) -> String {
        format!("/m{number}")
    }

    #[test]
    fn units_are_given_in_order_and_found_again() {
        let mut slots = Slots::default();
        slots.reserve("boot", Unit { controller: 0, lun: 0 });
        assert_eq!(slots.unit("a", 1), Some(Unit { controller: 0, lun: 1 }));
        assert_eq!(slots.unit("b", 1), Some(Unit { controller: 0, lun: 2 }));
        assert_eq!(slots.unit("a", 1), Some(Unit { controller: 0, lun: 1 }));
        slots.release("a");
        assert_eq!(slots.unit("c", 1), Some(Unit { controller: 0, lun: 1 }));
    }

    #[test]
    fn the_last_unit_of_the_last_controller_is_the_end() {
        let mut slots = Slots::default();
        for number in 0..128 {
            assert!(slots.unit(&number.to_string(), 2).is_some());
        }
        assert_eq!(slots.unit("127", 2), Some(Unit { controller: 1, lun: 63 }));
        assert_eq!(slots.unit("one more", 2), None);
        assert_eq!(slots.unit("one more", 3), Some(Unit { controller: 2, lun: 0 }));
    }

    #[test]
    fn mount_points_have_numbers_even_with_paths_of_their_own() {
        let mut slots = Slots::default();
        assert_eq!(slots.mount("scratch", Some("/run/a".into()), numbered), "/run/a");
        assert_eq!(slots.mount("disk", None, numbered), "/m1");
        assert_eq!(slots.mount("disk", None, numbered), "/m1");
        slots.release("scratch");
        assert_eq!(slots.mount("other", None, numbered), "/m0");
    }

    #[test]
    fn memory_is_packed_or_given_by_the_device() {
        let mut slots = Slots::default();
        slots.reserve_memory("boot", 0);
        let region = |device, offset, size| Some(Region { device, offset, size });
        assert_eq!(slots.memory("a", 100, true, 2), region(1, 0, 4096));
        assert_eq!(slots.memory("b", 2 << 20, true, 2), region(1, 4 << 20, 2 << 20));
        assert_eq!(slots.memory("a", 100, true, 2), region(1, 0, 4096));
        assert_eq!(slots.memory("c", 5 << 30, true, 2), None);
        assert_eq!(slots.memory("d", 1, false, 2), None);
        assert_eq!(slots.memory("d", 1, false, 3), region(2, 0, regions::LARGEST));
    }

    #[test]
    fn names_of_shares_are_never_used_twice() {
        let mut slots = Slots::default();
        assert_eq!((slots.plan9(), slots.plan9()), ("0".into(), "1".into()));
        for number in 1..=15 {
            slots.smb(&number.to_string(), None);
        }
        assert_eq!(slots.smb("folder", None), ("s10".into(), vec![], Change::New));
        assert_eq!(slots.smb("folder", None), ("s10".into(), vec![], Change::None));
        slots.release("folder");
        assert_eq!(slots.smb("files", Some("a")), ("s11".into(), vec!["a".into()], Change::New));
        assert_eq!(slots.smb("files", Some("b")).2, Change::Grown);
        assert_eq!(slots.smb("files", Some("a")), ("s11".into(), vec!["a".into(), "b".into()], Change::None));
    }

    #[test]
    fn what_is_in_use_survives_being_written() {
        let mut slots = Slots::default();
        slots.unit("a", 1);
        slots.mount("b", None, numbered);
        slots.memory("c", 1, true, 1);
        slots.smb("d", Some("e"));
        let text = serde_json::to_string(&slots).unwrap();
        assert_eq!(serde_json::from_str::<Slots>(&text).unwrap(), slots);
    }
}
