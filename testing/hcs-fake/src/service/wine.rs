//! Wine's own standard error, which no Windows program can close: whoever waits for its end would wait for this service.

use std::ffi::{CStr, c_char};
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleA, GetProcAddress};

/// Points the standard error that Linux has of this process to where its standard output goes, which Wine has made nowhere for
/// a process without a console. Does nothing on Windows, and in a Wine that would take the call for one of Windows.
pub(super) fn detach() {
    if version().is_some_and(|version| version.starts_with("8.")) {
        duplicate_output();
    }
}

/// The version of Wine, if this is Wine.
fn version() -> Option<String> {
    // SAFETY: the name ends with a zero.
    let ntdll = unsafe { GetModuleHandleA(c"ntdll.dll".as_ptr().cast()) };
    // SAFETY: ntdll is always loaded, and the name ends with a zero.
    let function = unsafe { GetProcAddress(ntdll, c"wine_get_version".as_ptr().cast()) }?;
    // SAFETY: this is what Wine declares it as.
    let function: unsafe extern "C" fn() -> *const c_char = unsafe { std::mem::transmute(function) };
    // SAFETY: it has no arguments and only answers a constant.
    let text = unsafe { function() };
    // SAFETY: it is text with a zero at its end, for as long as ntdll is there.
    let text = unsafe { CStr::from_ptr(text) };
    Some(text.to_string_lossy().into_owned())
}

/// `dup2(1, 2)` of Linux.
#[cfg(target_arch = "x86_64")]
fn duplicate_output() {
    const DUP2: isize = 33;
    // SAFETY: the kernel changes these registers and nothing else, and descriptors of Linux are Wine's alone.
    unsafe {
        std::arch::asm!("syscall", inlateout("rax") DUP2 => _, in("rdi") 1, in("rsi") 2, out("rcx") _, out("r11") _);
    }
}

/// Wine runs on the processors that this project is built for elsewhere too, but not its tests.
#[cfg(not(target_arch = "x86_64"))]
fn duplicate_output() {}
