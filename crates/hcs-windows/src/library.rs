//! DLLs and their functions, bound when they are first needed.
//!
//! A Windows without a feature, or one that is older than a function, still starts the program; who then needs the function is
//! told what is missing. DLLs come from the folder of the system alone.

use crate::wide::Wide;
use hcs_host::{Error, Result};
use hcs_schema::HResult;
use std::ffi::CStr;
use windows_sys::Win32::Foundation::{ERROR_MOD_NOT_FOUND, GetLastError, HMODULE};
use windows_sys::Win32::System::LibraryLoader::{GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW};

/// A function of unknown type.
pub(crate) type Symbol = unsafe extern "system" fn() -> isize;

/// A DLL, which stays loaded as long as the program runs: its callbacks may come at any time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Library(HMODULE);

impl Library {
    /// Loads a DLL from the folder of the system. `needs` says what a Windows without it has to get.
    pub(crate) fn open(name: &str, needs: &str) -> Result<Library> {
        let wide = Wide::new("load", name)?;
        // SAFETY: the name is text with a zero at its end.
        let module = unsafe { LoadLibraryExW(wide.as_ptr(), std::ptr::null_mut(), LOAD_LIBRARY_SEARCH_SYSTEM32) };
        if !module.is_null() {
            return Ok(Library(module));
        }
        // SAFETY: it only reads what the thread's last call left.
        let code = unsafe { GetLastError() };
        let code = HResult::from_win32(code);
        let message = if code == HResult::from_win32(ERROR_MOD_NOT_FOUND) {
            format!("this Windows does not have it; {needs}")
        } else {
            format!("it cannot be loaded; {needs}")
        };
        Err(Error::new("load", name, code, message))
    }

    /// A function by its name, if the DLL has it.
    pub(crate) fn symbol(self, name: &CStr) -> Option<Symbol> {
        // SAFETY: the module is loaded for ever, and the name ends with a zero.
        unsafe { GetProcAddress(self.0, name.as_ptr().cast()) }
    }
}

/// The error of a function that this Windows does not have.
pub(crate) fn missing(library: &str, function: &str, build: u32) -> Error {
    let message = format!("{library} of this Windows does not have it; it comes with build {build}");
    Error::new("call", function, HResult::ERROR_PROC_NOT_FOUND, message)
}

/// Declares the functions of a DLL and the table that binds them.
///
/// Each row is a function with its exact name and signature, and the first build that has it. The table has a method of each
/// function's name, which answers the function or the error that names the build.
macro_rules! functions {
    (
        $(#[$about:meta])*
        $table:ident of $library:literal, $needs:literal {
            $($(#[$note:meta])* $function:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)?, since $build:literal;)*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug)]
        #[allow(non_snake_case, reason = "the fields are called like the functions")]
        pub(crate) struct $table {
            $($function: Option<unsafe extern "system" fn($($type),*) $(-> $result)?>,)*
        }

        #[allow(non_snake_case, reason = "the methods are called like the functions")]
        impl $table {
            /// Loads the DLL and finds its functions.
            pub(crate) fn load() -> hcs_host::Result<Self> {
                let library = $crate::library::Library::open($library, $needs)?;
                Ok($table {
                    $($function: {
                        const NAME: &std::ffi::CStr =
                            match std::ffi::CStr::from_bytes_with_nul(concat!(stringify!($function), "\0").as_bytes()) {
                                Ok(name) => name,
                                Err(_) => panic!("names have no zero"),
                            };
                        library.symbol(NAME).map(|symbol| {
                            // SAFETY: the row has the signature of the DLL's function of this name, for which its
                            // documentation, or that of its callers, is the source.
                            unsafe {
                                std::mem::transmute::<
                                    $crate::library::Symbol,
                                    unsafe extern "system" fn($($type),*) $(-> $result)?,
                                >(symbol)
                            }
                        })
                    },)*
                })
            }

            $(
                $(#[$note])*
                pub(crate) fn $function(
                    &self,
                ) -> hcs_host::Result<unsafe extern "system" fn($($type),*) $(-> $result)?> {
                    self.$function.ok_or_else(|| $crate::library::missing($library, stringify!($function), $build))
                }
            )*
        }
    };
}

pub(crate) use functions;

#[cfg(test)]
mod tests {
    functions! {
        /// Functions of every Windows, and one of none.
        Functions of "kernel32.dll", "every Windows has it" {
            /// Reads a clock.
            GetTickCount64() -> u64, since 14393;
            /// There is none such.
            NothingOfTheKind(number: u32), since 99999;
        }
    }

    functions! {
        /// Functions of no Windows.
        Nowhere of "nothing-of-the-kind.dll", "it comes with nothing" {
            /// There is none such.
            NothingOfTheKind(number: u32), since 99999;
        }
    }

    #[test]
    fn what_a_windows_lacks_is_named() {
        let functions = Functions::load().unwrap();
        let clock = functions.GetTickCount64().unwrap();
        // SAFETY: the function needs nothing.
        assert!(unsafe { clock() } > 0);
        let error = functions.NothingOfTheKind().unwrap_err();
        assert!(error.to_string().contains("kernel32.dll") && error.to_string().contains("99999"), "{error}");
        let error = Nowhere::load().map(|nowhere| nowhere.NothingOfTheKind().map(drop)).unwrap_err();
        assert!(error.to_string().contains("nothing-of-the-kind.dll: this Windows does not have it"), "{error}");
    }
}
