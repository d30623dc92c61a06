//! Regions of persistent memory: several layers on one device, each in a region of its own.
//!
//! A region has one of seven sizes, powers of four from 1 MiB to 4 GiB, and begins at a multiple of its size. So a region that
//! was given back fits every later layer of the same size, and small layers leave large regions whole.

/// The smallest region.
const SMALLEST: u64 = 1 << 20;
/// The largest region, which is a whole device as utility VMs get them.
pub const LARGEST: u64 = 4 << 30;
/// Pages of memory: files are mapped in whole ones.
pub const PAGE: u64 = 4096;

/// The size of the region for a file of this size; `None` where it is larger than every region.
pub fn class(size: u64) -> Option<u64> {
    let mut class = SMALLEST;
    while class < size {
        class *= 4;
    }
    (class <= LARGEST).then_some(class)
}

/// The first free region for a file of this size, by its offset. Busy regions are given by offset and size of their files.
pub fn place(size: u64, busy: &[(u64, u64)]) -> Option<u64> {
    let class = class(size)?;
    let taken: Vec<(u64, u64)> = busy.iter().filter_map(|(at, size)| Some((*at, at + self::class(*size)?))).collect();
    (0..LARGEST / class).map(|number| number * class).find(|start| {
        let end = start + class;
        taken.iter().all(|(from, to)| end <= *from || *to <= *start)
    })
}

/// A size in whole pages.
pub fn pages(size: u64) -> u64 {
    size.div_ceil(PAGE) * PAGE
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn sizes_are_powers_of_four_from_one_mebibyte_to_four_gibibytes() {
        let cases =
            [(0, 1), (1, 1), (MIB, 1), (MIB + 1, 4), (4 * MIB, 4), (5 * MIB, 16), (17 * MIB, 64), (100 * MIB, 256)];
        for (size, class_mib) in cases {
            assert_eq!(class(size), Some(class_mib * MIB), "{size}");
        }
        assert_eq!(class(1024 * MIB), Some(1024 * MIB));
        assert_eq!(class(1024 * MIB + 1), Some(LARGEST));
        assert_eq!(class(LARGEST), Some(LARGEST));
        assert_eq!(class(LARGEST + 1), None);
    }

    #[test]
    fn regions_are_packed_and_aligned() {
        let mut busy = Vec::new();
        let mut add = |size_mib: u64| {
            let at = place(size_mib * MIB, &busy).unwrap();
            busy.push((at, size_mib * MIB));
            at / MIB
        };
        assert_eq!(add(1), 0);
        assert_eq!(add(4), 4);
        assert_eq!(add(1), 1);
        assert_eq!(add(2), 8);
        assert_eq!(add(1), 2);
        assert_eq!(add(1), 3);
        assert_eq!(add(1), 12);
        assert_eq!(add(16), 16);
    }

    #[test]
    fn a_region_that_was_given_back_is_used_again() {
        let busy = [(0, 4 * MIB), (8 * MIB, 4 * MIB)];
        assert_eq!(place(3 * MIB, &busy), Some(4 * MIB));
        assert_eq!(place(9 * MIB, &busy), Some(16 * MIB));
    }

    #[test]
    fn a_full_device_has_no_place() {
        let full: Vec<(u64, u64)> = (0..4).map(|number| (number * 1024 * MIB, 1024 * MIB)).collect();
        assert_eq!(place(1, &full), None);
        assert_eq!(place(LARGEST, &full[..1]), None);
        assert_eq!(place(LARGEST + 1, &[]), None);
        assert_eq!(place(LARGEST, &[]), Some(0));
    }

    #[test]
    fn files_are_mapped_in_whole_pages() {
        assert_eq!((pages(0), pages(1), pages(4096), pages(4097)), (0, 4096, 4096, 8192));
    }
}
