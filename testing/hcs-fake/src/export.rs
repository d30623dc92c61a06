//! Functions of DLLs that do nothing but send their arguments to the service and write its answer where the caller wants it.
//!
//! [`exports!`](crate::exports) makes them from their signatures. The types of the arguments say what becomes of them
//! ([`Argument`]): text and numbers go to the service under the argument's name, and what it answers under the name of an
//! output is written to where that points.

use crate::support::{self, Allocator};
use crate::{Reply, world::Guid};
use serde_json::{Map, Value};
use std::ffi::c_void;
use windows_sys::Win32::Foundation::{HANDLE, MAX_PATH};
use windows_sys::Win32::Storage::FileSystem::{FILE_NAME_NORMALIZED, GetFinalPathNameByHandleW};
use windows_sys::core::{GUID, PCWSTR, PWSTR};

/// An argument of a function.
pub trait Argument: Copy {
    /// Takes what it says to the service.
    ///
    /// # Safety
    /// It must be what the caller of the function gave.
    unsafe fn give(self, name: &str, arguments: &mut Map<String, Value>);

    /// Writes what the service answered.
    ///
    /// # Safety
    /// It must be what the caller of the function gave.
    unsafe fn take(self, name: &str, reply: &Reply);
}

/// Where the address of text goes that the caller frees with `CoTaskMemFree`.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct TaskText(pub *mut PWSTR);

/// Where the address of text goes that the caller frees with `LocalFree`.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct LocalText(pub *mut PWSTR);

/// Where a handle goes.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct NewHandle(pub *mut *mut c_void);

/// The handle of a virtual disk's file, or none. The service is told the file, too, as `vhd_path`.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct DiskHandle(pub HANDLE);

impl Argument for DiskHandle {
    unsafe fn give(self, name: &str, arguments: &mut Map<String, Value>) {
        arguments.insert(name.into(), (self.0 as usize).into());
        if let Some(path) = file_of(self.0 as usize) {
            arguments.insert("vhd_path".into(), path.into());
        }
    }

    unsafe fn take(self, _name: &str, _reply: &Reply) {}
}

/// The path of the file that a handle of this process is; nothing if it is none.
pub fn file_of(handle: usize) -> Option<String> {
    let mut path = vec![0; 4 * MAX_PATH as usize];
    // SAFETY: the buffer is as long as is said. What is no handle of a file is refused.
    let length = unsafe {
        GetFinalPathNameByHandleW(handle as HANDLE, path.as_mut_ptr(), path.len() as u32, FILE_NAME_NORMALIZED)
    };
    let path = path.get(..length as usize).filter(|path| !path.is_empty())?;
    Some(String::from_utf16_lossy(path))
}

/// Text.
impl Argument for PCWSTR {
    unsafe fn give(self, name: &str, arguments: &mut Map<String, Value>) {
        if !self.is_null() {
            // SAFETY: the caller ends text with a zero.
            let text = unsafe { support::text(self) };
            arguments.insert(name.into(), text.into());
        }
    }

    unsafe fn take(self, _name: &str, _reply: &Reply) {}
}

/// A GUID.
impl Argument for *const GUID {
    unsafe fn give(self, name: &str, arguments: &mut Map<String, Value>) {
        // SAFETY: the caller's GUID is there, or it is none.
        if let Some(guid) = unsafe { self.as_ref() } {
            arguments.insert(name.into(), guid_text(guid).into());
        }
    }

    unsafe fn take(self, _name: &str, _reply: &Reply) {}
}

/// Where a GUID goes.
impl Argument for *mut GUID {
    unsafe fn give(self, _name: &str, _arguments: &mut Map<String, Value>) {}

    unsafe fn take(self, name: &str, reply: &Reply) {
        let text = reply.output.get(name).and_then(Value::as_str);
        let Some((data1, data2, data3, data4)) = text.and_then(Guid::parse).map(Guid::fields) else { return };
        // SAFETY: the caller has a place for it.
        unsafe { support::put(self, GUID { data1, data2, data3, data4 }) }
    }
}

/// A handle of the service.
impl Argument for *mut c_void {
    unsafe fn give(self, name: &str, arguments: &mut Map<String, Value>) {
        arguments.insert(name.into(), (self as usize).into());
    }

    unsafe fn take(self, _name: &str, _reply: &Reply) {}
}

impl Argument for NewHandle {
    unsafe fn give(self, _name: &str, _arguments: &mut Map<String, Value>) {}

    unsafe fn take(self, name: &str, reply: &Reply) {
        let number = reply.output.get(name).and_then(Value::as_u64);
        let handle = number.and_then(|number| usize::try_from(number).ok()).unwrap_or_default();
        // SAFETY: the caller has a place for it.
        unsafe { support::put(self.0, handle as *mut c_void) }
    }
}

macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl Argument for $kind {
            unsafe fn give(self, name: &str, arguments: &mut Map<String, Value>) {
                arguments.insert(name.into(), self.into());
            }

            unsafe fn take(self, _name: &str, _reply: &Reply) {}
        }

        impl Argument for *mut $kind {
            unsafe fn give(self, _name: &str, _arguments: &mut Map<String, Value>) {}

            unsafe fn take(self, name: &str, reply: &Reply) {
                let number = reply.output.get(name).and_then(Value::as_u64);
                if let Some(number) = number.and_then(|number| <$kind>::try_from(number).ok()) {
                    // SAFETY: the caller has a place for it.
                    unsafe { support::put(self, number) }
                }
            }
        }
    )*};
}

numbers! { u16 u32 u64 i32 }

macro_rules! texts {
    ($($kind:ident: $allocator:ident;)*) => {$(
        impl Argument for $kind {
            unsafe fn give(self, _name: &str, _arguments: &mut Map<String, Value>) {}

            unsafe fn take(self, name: &str, reply: &Reply) {
                let text = reply.output.get(name).and_then(Value::as_str);
                // SAFETY: the caller has a place for it.
                unsafe { support::answer(self.0, text, Allocator::$allocator) }
            }
        }
    )*};
}

texts! {
    TaskText: CoTask;
    LocalText: Local;
}

/// A GUID as the service reads it.
pub fn guid_text(guid: &GUID) -> String {
    Guid::from_fields(guid.data1, guid.data2, guid.data3, guid.data4).to_string()
}

/// Exports functions of a DLL that answer HRESULTs.
#[macro_export]
macro_rules! exports {
    ($dll:literal: $($(#[$doc:meta])* $name:ident($($argument:ident: $kind:ty),* $(,)?);)*) => {$(
        $(#[$doc])*
        #[unsafe(no_mangle)]
        unsafe extern "system" fn $name($($argument: $kind),*) -> ::windows_sys::core::HRESULT {
            #[allow(unused_mut, reason = "some functions have no arguments")]
            let mut arguments = ::serde_json::Map::new();
            $(
                // SAFETY: it is what the caller gave.
                unsafe { $crate::export::Argument::give($argument, stringify!($argument), &mut arguments) }
            )*
            let reply = $crate::client::call($dll, stringify!($name), arguments.into());
            $(
                // SAFETY: it is what the caller gave.
                unsafe { $crate::export::Argument::take($argument, stringify!($argument), &reply) }
            )*
            reply.result.cast_signed()
        }
    )*};
}
