//! Which Windows this is.

use windows_sys::Wdk::System::SystemServices::RtlGetVersion;
use windows_sys::Win32::System::SystemInformation::OSVERSIONINFOW;

/// The build of this Windows, such as 17763 for Server 2019. It is the true one, whatever manifest the program has.
pub(crate) fn number() -> u32 {
    let size = u32::try_from(size_of::<OSVERSIONINFOW>()).unwrap_or(u32::MAX);
    let mut version = OSVERSIONINFOW { dwOSVersionInfoSize: size, ..OSVERSIONINFOW::default() };
    // SAFETY: the structure is writable, and says its size.
    let _always_success = unsafe { RtlGetVersion(&raw mut version) };
    version.dwBuildNumber
}

#[cfg(test)]
mod tests {
    #[test]
    fn containers_came_with_14393() {
        assert!(super::number() >= 14393);
    }
}
