//! Device nodes of Unix.

use crate::intent::Device;
use std::fs::Metadata;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

/// The device that a node stands for. The number is split as glibc does it.
pub fn device(metadata: &Metadata) -> Option<Device> {
    let kind = metadata.file_type();
    if !kind.is_block_device() && !kind.is_char_device() {
        return None;
    }
    let number = metadata.rdev();
    let major = ((number >> 8) & 0xfff) | ((number >> 32) & !0xfff);
    let minor = (number & 0xff) | ((number >> 12) & 0xffff_ff00);
    Some(Device {
        block: kind.is_block_device(),
        major: major.cast_signed(),
        minor: minor.cast_signed(),
        mode: metadata.mode() & 0o7777,
        uid: metadata.uid(),
        gid: metadata.gid(),
    })
}
