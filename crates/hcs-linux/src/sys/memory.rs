//! Giving memory back.

use rustix::io::Errno;

/// Unmaps, until they are used again, the pages of this program's code and constants. They stay in the page cache.
///
/// The kernel maps pages around each one that is used, so a program that has started holds nearly all of its file. For a
/// process that waits for hours and is there once for each container, that is most of its memory.
pub fn give_back_program() -> Result<(), Errno> {
    let maps = std::fs::read_to_string("/proc/self/maps")
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    for (start, length) in maps.lines().filter_map(constant_file_range) {
        // SAFETY: the range is one whole mapping of a file that is private and cannot be written, so its pages hold nothing
        // that the file does not, and the next access reads them again.
        unsafe { libc::madvise(std::ptr::with_exposed_provenance_mut(start), length, libc::MADV_DONTNEED) };
    }
    Ok(())
}

/// Start and length of a line of `/proc/self/maps`, if it is a private mapping of a file without write permission.
fn constant_file_range(line: &str) -> Option<(usize, usize)> {
    let mut fields = line.split_ascii_whitespace();
    let (range, permissions, _offset, _device, inode) =
        (fields.next()?, fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    if !permissions.starts_with("r-") || !permissions.ends_with('p') || inode == "0" {
        return None;
    }
    let (start, end) = range.split_once('-')?;
    let (start, end) = (usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(end, 16).ok()?);
    Some((start, end.checked_sub(start)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_constant_parts_of_files_are_chosen() {
        let file = "00401000-00402000 r-xp 00001000 fe:00 77 /bin/x";
        assert_eq!(constant_file_range(file), Some((0x401000, 0x1000)));
        for other in [
            "00401000-00402000 rw-p 00001000 fe:00 77 /bin/x",
            "00401000-00402000 r--s 00001000 fe:00 77 /bin/x",
            "7ffe0000-7ffe2000 r-xp 00000000 00:00 0 [vdso]",
            "nonsense",
        ] {
            assert_eq!(constant_file_range(other), None, "{other}");
        }
    }

    #[test]
    fn the_program_goes_on() {
        give_back_program().unwrap();
        assert_eq!("still here".len(), 10);
    }
}
