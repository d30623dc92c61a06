//! The archive that a kernel unpacks as its first root: cpio in the form called `newc`.

use std::collections::BTreeSet;
use std::io::{Result, Write};

/// Type bits of a mode.
const FOLDER: u32 = 0o040_000;
const FILE: u32 = 0o100_000;
const LINK: u32 = 0o120_000;
const CHARACTER_DEVICE: u32 = 0o020_000;

/// Names and contents begin at multiples of this.
const ALIGNMENT: usize = 4;

/// Writes entries, each under a name that begins with no slash. Folders above an entry are made with it, and an entry whose
/// name is taken is left out.
#[derive(Debug)]
pub struct Archive<W> {
    to: W,
    inode: u32,
    taken: BTreeSet<String>,
}

impl<W: Write> Archive<W> {
    /// An empty one.
    pub fn new(to: W) -> Self {
        Self { to, inode: 0, taken: BTreeSet::new() }
    }

    /// Adds a folder.
    pub fn folder(&mut self, name: &str) -> Result<()> {
        self.entry(name, FOLDER | 0o755, (0, 0), &[])
    }

    /// Adds a file with its permissions.
    pub fn file(&mut self, name: &str, permissions: u32, content: &[u8]) -> Result<()> {
        self.entry(name, FILE | permissions, (0, 0), content)
    }

    /// Adds a symbolic link.
    pub fn link(&mut self, name: &str, target: &str) -> Result<()> {
        self.entry(name, LINK | 0o777, (0, 0), target.as_bytes())
    }

    /// Adds a character device.
    pub fn device(&mut self, name: &str, major: u32, minor: u32) -> Result<()> {
        self.entry(name, CHARACTER_DEVICE | 0o600, (major, minor), &[])
    }

    /// Ends the archive.
    pub fn finish(mut self) -> Result<W> {
        self.write("TRAILER!!!", 0, (0, 0), &[])?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn entry(&mut self, name: &str, mode: u32, device: (u32, u32), content: &[u8]) -> Result<()> {
        if !self.taken.insert(name.to_owned()) {
            return Ok(());
        }
        if let Some((above, _)) = name.rsplit_once('/') {
            self.folder(above)?;
        }
        self.write(name, mode, device, content)
    }

    fn write(&mut self, name: &str, mode: u32, device: (u32, u32), content: &[u8]) -> Result<()> {
        self.inode += 1;
        let number = |length: usize| u32::try_from(length).map_err(std::io::Error::other);
        let (size, name_size) = (number(content.len())?, number(name.len() + 1)?);
        let fields = [self.inode, mode, 0, 0, 1, 0, size, 0, 0, device.0, device.1, name_size, 0];
        let header: String = fields.iter().map(|field| format!("{field:08x}")).collect();
        write!(self.to, "070701{header}{name}\0")?;
        self.pad("070701".len() + header.len() + name.len() + 1)?;
        self.to.write_all(content)?;
        self.pad(content.len())
    }

    fn pad(&mut self, length: usize) -> Result<()> {
        self.to.write_all(&[0; ALIGNMENT][..length.next_multiple_of(ALIGNMENT) - length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_aligned_single_and_below_their_folders() {
        let mut archive = Archive::new(Vec::new());
        archive.file("etc/name", 0o644, b"guest").unwrap();
        archive.folder("etc").unwrap();
        archive.link("etc/name", "twice").unwrap();
        let bytes = archive.finish().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let headers: Vec<usize> = text.match_indices("070701").map(|(place, _)| place).collect();
        assert_eq!(headers.len(), 3);
        assert!(headers.iter().all(|place| place % ALIGNMENT == 0), "{headers:?}");
        assert!(text[headers[1]..].starts_with("07070100000002000081a4"));
        assert!(text[headers[1]..headers[2]].ends_with("etc/name\0\0guest\0\0\0"), "{text:?}");
        assert!(text[headers[2]..].contains("TRAILER!!!"));
    }
}
