//! How many handles this process has open: what grows where something is left open.
//!
//! `GetProcessHandleCount` would say it on Windows alone; Wine answers 0.

use windows_sys::Wdk::System::SystemInformation::{NtQuerySystemInformation, SYSTEM_INFORMATION_CLASS};
use windows_sys::Win32::Foundation::STATUS_INFO_LENGTH_MISMATCH;

/// `SystemExtendedHandleInformation`, which windows-sys lacks.
const HANDLES: SYSTEM_INFORMATION_CLASS = 64;
/// Words before the handles: how many there are, and one that means nothing.
const HEAD: usize = 2;
/// Words of a handle: its object, its process, itself, and two of numbers.
const WORDS: usize = 5;

/// The number of handles that this process has open.
///
/// # Panics
/// If the system does not say.
pub fn open_handles() -> usize {
    let mut words = vec![0_usize; 1 << 14];
    loop {
        let size = u32::try_from(size_of_val(words.as_slice())).expect("the list is small");
        // SAFETY: the buffer has that size, and any bytes are valid in it.
        let status =
            unsafe { NtQuerySystemInformation(HANDLES, words.as_mut_ptr().cast(), size, std::ptr::null_mut()) };
        match status {
            STATUS_INFO_LENGTH_MISMATCH => words.resize(words.len() * 2, 0),
            0 => break,
            other => panic!("the handles cannot be listed: {other:#x}"),
        }
    }
    let own = usize::try_from(std::process::id()).expect("a number");
    let all = words[HEAD..].chunks_exact(WORDS).take(words[0]);
    all.filter(|handle| handle[1] == own).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_files_are_counted() {
        let before = open_handles();
        let files: Vec<_> = (0..50).map(|_| std::fs::File::open("NUL").expect("it is always there")).collect();
        let after = open_handles();
        // Other tests run at the same time.
        assert!(before > 0 && after >= before + 30, "{before}, and {after} with {} more", files.len());
    }
}
