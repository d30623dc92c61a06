//! Giving memory back.

use rustix::io::Errno;

/// Unmaps, until they are used again, the pages of this program's code and constants. They stay in the page cache.
///
/// The kernel maps pages around each one that is used, so a program that has started holds nearly all of its file. For a
/// process that waits for hours and is there once for each container, that is most of its memory.
pub fn give_back_program() -> Result<(), Errno> {
    let path = "/proc/self/smaps";
    let maps = std::fs::read_to_string(path).map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    for (start, length) in constant_file_ranges(&maps) {
        // SAFETY: the range is one whole private mapping of a file that cannot be written and of which no page was changed
        // before that (by the dynamic linker, for example), so the next access reads the same from the file again.
        unsafe { libc::madvise(std::ptr::with_exposed_provenance_mut(start), length, libc::MADV_DONTNEED) };
    }
    Ok(())
}

/// Start and length of the private mappings of files, without write permission and without changed pages, in the text of
/// `/proc/self/smaps`.
fn constant_file_ranges(smaps: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut current = None;
    for line in smaps.lines() {
        if let Some(changed) = line.strip_prefix("Anonymous:") {
            let range: Option<(usize, usize)> = current.take();
            ranges.extend(range.filter(|_| changed.trim() == "0 kB"));
        } else if line.split_ascii_whitespace().next().is_some_and(|word| !word.ends_with(':')) {
            current = constant_file_range(line);
        }
    }
    ranges
}

/// Start and length of a mapping by its first line.
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
    fn only_unchanged_constant_parts_of_files_are_chosen() {
        let mapping =
            |first: &str, changed: u32| format!("{first}\nSize: 4 kB\nAnonymous: {changed} kB\nVmFlags: rd\n");
        let file = "00401000-00402000 r-xp 00001000 fe:00 77 /bin/x";
        assert_eq!(constant_file_ranges(&mapping(file, 0)), [(0x401000, 0x1000)]);
        assert_eq!(constant_file_ranges(&mapping(file, 4)), [], "relocated by the linker, then made read-only");
        for other in [
            "00401000-00402000 rw-p 00001000 fe:00 77 /bin/x",
            "00401000-00402000 r--s 00001000 fe:00 77 /bin/x",
            "7ffe0000-7ffe2000 r-xp 00000000 00:00 0 [vdso]",
            "nonsense",
        ] {
            assert_eq!(constant_file_ranges(&mapping(other, 0)), [], "{other}");
        }
    }

    #[test]
    fn the_program_goes_on() {
        give_back_program().unwrap();
        let numbers: Vec<String> = (0..100).map(|number| format!("{number}")).collect();
        assert_eq!(numbers.concat().len(), 190);
    }
}
