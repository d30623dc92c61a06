//! What every DLL needs of Windows: text in and out, the build, and the program of the service.

use crate::place;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use windows_sys::Wdk::System::SystemServices::RtlGetVersion;
use windows_sys::Win32::Foundation::{CloseHandle, HMODULE, INVALID_HANDLE_VALUE, MAX_PATH};
use windows_sys::Win32::Globalization::lstrlenW;
use windows_sys::Win32::System::Com::CoTaskMemAlloc;
use windows_sys::Win32::System::Console as console;
use windows_sys::Win32::System::LibraryLoader as loader;
use windows_sys::Win32::System::Memory::{LMEM_FIXED, LocalAlloc};
use windows_sys::Win32::System::SystemInformation::OSVERSIONINFOW;
use windows_sys::Win32::System::Threading as threading;
use windows_sys::core::{PCWSTR, PWSTR};

/// Who frees text that a DLL answers, and so how it is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allocator {
    /// `CoTaskMemFree`: vmcompute and computenetwork.
    CoTask,
    /// `LocalFree`: computecore and computestorage.
    Local,
}

/// Text that a caller gave; empty for none. What is no UTF-16 is replaced.
///
/// # Safety
/// The text must be null or end with a zero.
pub unsafe fn text(text: PCWSTR) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller ends the text with a zero.
    let length = unsafe { lstrlenW(text) };
    let length = usize::try_from(length).unwrap_or_default();
    // SAFETY: so many characters are before the zero.
    let units = unsafe { std::slice::from_raw_parts(text, length) };
    String::from_utf16_lossy(units)
}

/// Text for Windows, with a zero at its end.
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// Writes text to where a caller wants its address; nothing if it does not want it. No text is a null address.
///
/// # Safety
/// The place must be null or writable.
pub unsafe fn answer(place: *mut PWSTR, text: Option<&str>, allocator: Allocator) {
    if place.is_null() {
        return;
    }
    let copy = text.map_or(std::ptr::null_mut(), |text| allocate(&wide(text), allocator));
    // SAFETY: the caller can write there.
    unsafe { place.write(copy) }
}

/// Writes a value to where a caller wants it; nothing if it does not want it.
///
/// # Safety
/// The place must be null or writable.
pub unsafe fn put<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller can write there.
        unsafe { place.write(value) }
    }
}

/// A copy that the caller frees. Null when there is no memory left.
fn allocate(units: &[u16], allocator: Allocator) -> PWSTR {
    let bytes = size_of_val(units);
    let copy: PWSTR = match allocator {
        // SAFETY: any size may be asked for.
        Allocator::CoTask => unsafe { CoTaskMemAlloc(bytes) }.cast(),
        // SAFETY: the same.
        Allocator::Local => unsafe { LocalAlloc(LMEM_FIXED, bytes) }.cast(),
    };
    if !copy.is_null() {
        // SAFETY: the new memory is as large as the text, and nobody else has it.
        unsafe { std::ptr::copy_nonoverlapping(units.as_ptr(), copy, units.len()) }
    }
    copy
}

/// The code of a program that a fault has ended.
pub const DEAD: u32 = 0xdead;

/// Ends this program as somebody else would end it by force: nothing of it is run any more.
pub fn die() {
    // SAFETY: it only answers a constant.
    let this = unsafe { threading::GetCurrentProcess() };
    // SAFETY: the handle stands for this process, for as long as that is there.
    unsafe { threading::TerminateProcess(this, DEAD) };
}

/// Presses Ctrl-C on the console of this program, for all programs that have it but this one.
pub fn interrupt() -> std::io::Result<()> {
    // SAFETY: without a function it only says that this program ignores Ctrl-C.
    let ignored = unsafe { console::SetConsoleCtrlHandler(None, 1) };
    // SAFETY: it only needs numbers.
    let pressed = unsafe { console::GenerateConsoleCtrlEvent(console::CTRL_C_EVENT, 0) };
    if ignored == 0 || pressed == 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}

/// The build of this Windows.
pub fn build() -> u32 {
    static BUILD: OnceLock<u32> = OnceLock::new();
    *BUILD.get_or_init(|| {
        let mut version =
            OSVERSIONINFOW { dwOSVersionInfoSize: size_of::<OSVERSIONINFOW>() as u32, ..OSVERSIONINFOW::default() };
        // SAFETY: the structure says how large it is.
        unsafe { RtlGetVersion(&raw mut version) };
        version.dwBuildNumber
    })
}

/// The number of this thread.
pub fn thread() -> u32 {
    // SAFETY: it only reads.
    unsafe { threading::GetCurrentThreadId() }
}

/// The program of the service: what the environment names, or one beside this DLL or beside the program, or a folder above.
pub fn service() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(place::SERVICE).filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    let files = [module(), std::env::current_exe().ok()];
    let folders = files.iter().flatten().flat_map(|file| file.ancestors().skip(1).take(2));
    folders.map(|folder| folder.join("hcs-fake-service.exe")).find(|path| path.is_file())
}

/// The file of the DLL that this code is in.
fn module() -> Option<PathBuf> {
    let mut module: HMODULE = std::ptr::null_mut();
    let flags = loader::GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | loader::GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    let here = module_address as *const () as PCWSTR;
    // SAFETY: the address is one of this code, and the place is ours.
    let found = unsafe { loader::GetModuleHandleExW(flags, here, &raw mut module) };
    if found == 0 {
        return None;
    }
    let mut name = vec![0; 4 * MAX_PATH as usize];
    // SAFETY: the buffer is as long as is said.
    let length = unsafe { loader::GetModuleFileNameW(module, name.as_mut_ptr(), name.len() as u32) };
    let name = name.get(..length as usize).filter(|name| !name.is_empty())?;
    Some(String::from_utf16_lossy(name).into())
}

/// What is in this module for its address.
extern "system" fn module_address() {}

/// Starts the service of a home, and does not wait for it. It shares nothing with this process: no console, no handles, and no
/// job if the job lets its processes go.
pub fn start(service: &Path, home: &Path) -> std::io::Result<()> {
    let quoted = |path: &Path| format!("\"{}\"", path.to_string_lossy().trim_end_matches('\\'));
    let line = format!("{} {}", quoted(service), quoted(home));
    let flags = threading::DETACHED_PROCESS | threading::CREATE_NEW_PROCESS_GROUP;
    let started = create(&line, flags | threading::CREATE_BREAKAWAY_FROM_JOB);
    started.or_else(|_| create(&line, flags))
}

fn create(line: &str, flags: u32) -> std::io::Result<()> {
    let mut line = wide(line);
    let startup = threading::STARTUPINFOW {
        cb: size_of::<threading::STARTUPINFOW>() as u32,
        dwFlags: threading::STARTF_USESTDHANDLES,
        hStdInput: INVALID_HANDLE_VALUE,
        hStdOutput: INVALID_HANDLE_VALUE,
        hStdError: INVALID_HANDLE_VALUE,
        ..threading::STARTUPINFOW::default()
    };
    let mut process = threading::PROCESS_INFORMATION::default();
    let none = std::ptr::null();
    // SAFETY: the command line can be written to, all that is pointed to outlives the call, and no handle is inherited.
    let created = unsafe {
        threading::CreateProcessW(
            none,
            line.as_mut_ptr(),
            none.cast(),
            none.cast(),
            0,
            flags,
            none.cast(),
            none,
            &raw const startup,
            &raw mut process,
        )
    };
    if created == 0 {
        return Err(std::io::Error::last_os_error());
    }
    for handle in [process.hProcess, process.hThread] {
        // SAFETY: the handle is ours, and nobody else has it.
        unsafe { CloseHandle(handle) };
    }
    Ok(())
}
