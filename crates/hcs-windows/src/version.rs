//! Which Windows this is.

use windows_sys::Wdk::System::SystemServices::RtlGetVersion;
use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::System::Registry::{HKEY_LOCAL_MACHINE, RRF_RT_REG_DWORD, RegGetValueW};
use windows_sys::Win32::System::SystemInformation::{GlobalMemoryStatusEx, MEMORYSTATUSEX, OSVERSIONINFOW};
use windows_sys::w;

/// The version of Windows, as it is and not as programs without a manifest are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WindowsVersion {
    /// 10 since Windows 10.
    pub major: u32,
    /// 0 since Windows 10.
    pub minor: u32,
    /// The build: 14393 is Windows Server 2016.
    pub build: u32,
    /// The update of the build; 0 where Windows does not say.
    pub revision: u32,
}

/// Asks Windows which one it is.
///
/// ```no_run
/// let windows = hcs_windows::windows_version();
/// assert!(windows.build >= 14393, "compute systems begin with Windows Server 2016");
/// ```
pub fn windows_version() -> WindowsVersion {
    let size = u32::try_from(size_of::<OSVERSIONINFOW>()).expect("the structure is small");
    let mut info = OSVERSIONINFOW { dwOSVersionInfoSize: size, ..OSVERSIONINFOW::default() };
    // SAFETY: the structure says its size; the call cannot fail.
    unsafe { RtlGetVersion(&raw mut info) };
    WindowsVersion {
        major: info.dwMajorVersion,
        minor: info.dwMinorVersion,
        build: info.dwBuildNumber,
        revision: revision(),
    }
}

/// The update of the build, which only the registry knows.
fn revision() -> u32 {
    let key = w!(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion");
    let (mut value, mut size) = (0_u32, 4_u32);
    let place = (&raw mut value).cast();
    let kind = std::ptr::null_mut();
    // SAFETY: the names end with a zero, and a number of four bytes has its place.
    let code =
        unsafe { RegGetValueW(HKEY_LOCAL_MACHINE, key, w!("UBR"), RRF_RT_REG_DWORD, kind, place, &raw mut size) };
    if code == ERROR_SUCCESS { value } else { 0 }
}

/// Memory of the machine in bytes; 0 where Windows does not say.
pub fn memory() -> u64 {
    let length = u32::try_from(size_of::<MEMORYSTATUSEX>()).expect("the structure is small");
    let mut status = MEMORYSTATUSEX { dwLength: length, ..MEMORYSTATUSEX::default() };
    // SAFETY: the structure says its size.
    let done = unsafe { GlobalMemoryStatusEx(&raw mut status) };
    if done == 0 { 0 } else { status.ullTotalPhys }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_says_which_one_it_is() {
        let windows = windows_version();
        assert_eq!((windows.major, windows.minor), (10, 0));
        if let Ok(build) = std::env::var("SILO_WINE_BUILD") {
            assert_eq!(windows.build.to_string(), build);
        }
        assert!(memory() > 64 << 20);
    }
}
