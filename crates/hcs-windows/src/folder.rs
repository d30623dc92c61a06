//! Folders that only administrators may write to: what is in a ledger is removed, and what is in a record is trusted.

use crate::wide::Wide;
use std::io;
use std::os::windows::fs::MetadataExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::Path;
use windows_sys::Win32::Foundation::{ERROR_SUCCESS, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, GetNamedSecurityInfoW, SDDL_REVISION_1, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    CheckTokenMembership, EqualSid, GetTokenInformation, IsWellKnownSid, OWNER_SECURITY_INFORMATION,
    PSECURITY_DESCRIPTOR, PSID, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser, WinBuiltinAdministratorsSid,
    WinLocalSystemSid,
};
use windows_sys::Win32::Storage::FileSystem::{CreateDirectoryW, FILE_ATTRIBUTE_REPARSE_POINT};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// Everything for the system, for administrators and for the owner, also below; nothing is inherited from above.
const RIGHTS: &str = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)";

/// A descriptor that Windows has allocated.
struct Descriptor(PSECURITY_DESCRIPTOR);

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: the descriptor was allocated for us with this allocator, and nobody else frees it.
        unsafe { LocalFree(self.0) };
    }
}

/// Makes a folder that only administrators, the system and its owner may enter.
///
/// # Errors
/// It is there already, or the one that it is to be in is not.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    let wide = |text: &str| Wide::new("make", text).map_err(io::Error::other);
    let name = wide(path.to_str().ok_or_else(|| io::Error::other("the path is not Unicode"))?)?;
    let rights = wide(RIGHTS)?;
    let mut descriptor = std::ptr::null_mut();
    let place = &raw mut descriptor;
    // SAFETY: the text ends with a zero, and there is a place for the descriptor.
    let made = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            rights.as_ptr(),
            SDDL_REVISION_1,
            place,
            std::ptr::null_mut(),
        )
    };
    if made == 0 {
        return Err(io::Error::last_os_error());
    }
    let descriptor = Descriptor(descriptor);
    let attributes = SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).expect("the structure is small"),
        lpSecurityDescriptor: descriptor.0,
        bInheritHandle: 0,
    };
    // SAFETY: the name ends with a zero, and the attributes and their descriptor outlive the call.
    let made = unsafe { CreateDirectoryW(name.as_ptr(), &raw const attributes) };
    if made == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Whether a folder is a real one and belongs to an administrator, to the system, or to whoever asks.
pub fn is_private_folder(path: &Path) -> bool {
    let real = |found: std::fs::Metadata| found.is_dir() && found.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT == 0;
    path.symlink_metadata().is_ok_and(real) && owner_is_trusted(path)
}

fn owner_is_trusted(path: &Path) -> bool {
    let Some(Ok(name)) = path.to_str().map(|text| Wide::new("look at", text)) else { return false };
    let (mut owner, mut descriptor): (PSID, PSECURITY_DESCRIPTOR) = (std::ptr::null_mut(), std::ptr::null_mut());
    let none = std::ptr::null_mut();
    let (owner_place, place) = (&raw mut owner, &raw mut descriptor);
    // SAFETY: the name ends with a zero, and there is a place for the owner and the descriptor that it is in.
    let code = unsafe {
        GetNamedSecurityInfoW(
            name.as_ptr(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION,
            owner_place,
            none,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
            place,
        )
    };
    if code != ERROR_SUCCESS || owner.is_null() {
        return false;
    }
    let _descriptor = Descriptor(descriptor);
    let known = [WinBuiltinAdministratorsSid, WinLocalSystemSid];
    // SAFETY: the owner is in the descriptor, which is not freed yet.
    known.into_iter().any(|kind| unsafe { IsWellKnownSid(owner, kind) } != 0) || is_callers(owner)
}

/// Whether an identity is the caller's own, or that of a group that it is in.
fn is_callers(identity: PSID) -> bool {
    if is_user(identity) {
        return true;
    }
    let mut member = 0;
    // SAFETY: the identity is valid, the caller's own token is used, and there is a place for the answer.
    let done = unsafe { CheckTokenMembership(std::ptr::null_mut(), identity, &raw mut member) };
    done != 0 && member != 0
}

/// Whether an identity is the user of this process.
fn is_user(identity: PSID) -> bool {
    let mut token = std::ptr::null_mut();
    // SAFETY: it answers a number that stands for this process.
    let process = unsafe { GetCurrentProcess() };
    // SAFETY: this process may look at its own token, and there is a place for the handle.
    if unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut token) } == 0 {
        return false;
    }
    // SAFETY: the handle was made here, and nobody else closes it.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    // Aligned as the structure at its beginning; an identity has 68 bytes at most.
    let mut answer = [0_u64; 32];
    let (mut length, size) = (0, u32::try_from(size_of_val(&answer)).unwrap_or(0));
    let place = (&raw mut answer).cast();
    // SAFETY: the token is open with the right to look at it, and the place has that size.
    let told = unsafe { GetTokenInformation(token.as_raw_handle(), TokenUser, place, size, &raw mut length) };
    if told == 0 {
        return false;
    }
    // SAFETY: Windows has written the structure to the beginning of the answer, which is aligned for it.
    let user = unsafe { &*(&raw const answer).cast::<TOKEN_USER>() };
    // SAFETY: both identities are valid: one is in a descriptor of the caller's, the other in the answer.
    unsafe { EqualSid(identity, user.User.Sid) != 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_folder_is_made_once_and_known_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        make_private_folder(&path).unwrap();
        assert!(is_private_folder(&path));
        std::fs::write(path.join("file"), "x").unwrap();
        assert_eq!(make_private_folder(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let below = path.join("none/deeper");
        assert_eq!(make_private_folder(&below).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(!is_private_folder(&path.join("file")) && !is_private_folder(&below));
    }
}
