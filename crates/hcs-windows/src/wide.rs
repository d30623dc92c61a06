//! Text on its way to and from Windows, which has it as UTF-16 with a zero at the end.

use hcs_host::{Error, Result};
use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::System::Com::CoTaskMemFree;
use windows_sys::core::{PCWSTR, PWSTR};

/// Text that Windows reads.
#[derive(Debug)]
pub(crate) struct Wide(Vec<u16>);

impl Wide {
    /// The text, which must not have a zero in it.
    pub(crate) fn new(operation: &str, text: &str) -> Result<Wide> {
        if text.contains('\0') {
            return Err(Error::invalid(
                operation,
                &text.escape_debug().to_string(),
                "it has a NUL, which ends text early",
            ));
        }
        Ok(Wide(text.encode_utf16().chain([0]).collect()))
    }

    /// The same, or nothing where the text is empty.
    pub(crate) fn or_null(&self) -> PCWSTR {
        if self.0.len() > 1 { self.0.as_ptr() } else { std::ptr::null() }
    }

    /// Where Windows finds it, as long as this lives.
    pub(crate) fn as_ptr(&self) -> PCWSTR {
        self.0.as_ptr()
    }
}

/// Who frees the text that a DLL answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freed {
    /// `CoTaskMemFree`: vmcompute and computenetwork.
    ByCoTask,
    /// `LocalFree`: computecore and computestorage.
    ByLocal,
}

/// Text that a DLL answers, which is freed once.
#[derive(Debug)]
pub(crate) struct Answered {
    text: PWSTR,
    freed: Freed,
}

impl Answered {
    /// A place for text that a DLL with this rule will write.
    pub(crate) fn new(freed: Freed) -> Answered {
        Answered { text: std::ptr::null_mut(), freed }
    }

    /// Where the DLL writes the address of its text. It must not have written one there before.
    pub(crate) fn place(&mut self) -> *mut PWSTR {
        assert!(self.text.is_null(), "one place is for one answer");
        &raw mut self.text
    }

    /// The text; empty if there is none. What is no UTF-16 is replaced.
    pub(crate) fn text(&self) -> String {
        // SAFETY: the DLL ends its text with a zero, and it is not freed before this is dropped.
        unsafe { lent(self.text) }
    }
}

/// A copy of text that Windows lends; empty if there is none. What is no UTF-16 is replaced.
///
/// # Safety
/// The text is nothing, or ends with a zero and is readable during the call.
pub(crate) unsafe fn lent(text: PCWSTR) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the text ends with a zero, as the caller says.
    let length = unsafe { windows_sys::Win32::Globalization::lstrlenW(text) };
    let length = usize::try_from(length).unwrap_or_default();
    // SAFETY: so many characters are before the zero.
    let units = unsafe { std::slice::from_raw_parts(text, length) };
    String::from_utf16_lossy(units)
}

impl Drop for Answered {
    fn drop(&mut self) {
        if self.text.is_null() {
            return;
        }
        match self.freed {
            // SAFETY: the DLL allocated it for us with this allocator, and nobody else frees it.
            Freed::ByCoTask => unsafe { CoTaskMemFree(self.text.cast()) },
            // SAFETY: the same.
            Freed::ByLocal => drop(unsafe { LocalFree(self.text.cast()) }),
        }
    }
}
