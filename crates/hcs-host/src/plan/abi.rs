//! Libraries: where the functions of a plan's calls are.

use super::facts::builds;
use serde::Serialize;

/// Which of the two libraries compute systems are driven through on Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Abi {
    /// `vmcompute.dll`: calls that are completed by notifications. Every build has it.
    Vmcompute,
    /// `computecore.dll`: operations. Build 17763 and later.
    Computecore,
}

impl Abi {
    /// The library that a build is driven through.
    pub fn of(build: u32) -> Abi {
        if build < builds::SERVER_2019 { Abi::Vmcompute } else { Abi::Computecore }
    }

    /// Name of the library.
    pub fn name(self) -> &'static str {
        match self {
            Abi::Vmcompute => "vmcompute",
            Abi::Computecore => "computecore",
        }
    }
}

/// Where functions are.
#[derive(Clone, Copy)]
pub(super) enum Library {
    /// The library of compute systems, by the build.
    Systems,
    /// `vmcompute.dll`, whatever the build.
    Vmcompute,
    /// `computecore.dll`, whatever the build.
    Computecore,
    /// `computestorage.dll`.
    Computestorage,
    /// `computenetwork.dll`.
    Computenetwork,
    /// `cimfs.dll`.
    Cimfs,
    /// `kernel32.dll`.
    Kernel32,
    /// `advapi32.dll`.
    Advapi32,
    /// `ntdll.dll`.
    Ntdll,
    /// `bindfltapi.dll`.
    Bindfltapi,
    /// `virtdisk.dll`.
    Virtdisk,
    /// `ws2_32.dll`: Hyper-V sockets.
    Sockets,
    /// No library: something of the operating system's own.
    System,
}

impl Library {
    /// Its name, for those that a build does not decide.
    pub(super) fn name(self) -> Option<&'static str> {
        Some(match self {
            Library::Vmcompute => "vmcompute",
            Library::Computecore => "computecore",
            Library::Computestorage => "computestorage",
            Library::Computenetwork => "computenetwork",
            Library::Cimfs => "cimfs",
            Library::Kernel32 => "kernel32",
            Library::Advapi32 => "advapi32",
            Library::Ntdll => "ntdll",
            Library::Bindfltapi => "bindfltapi",
            Library::Virtdisk => "virtdisk",
            Library::Sockets => "ws2_32",
            Library::Systems | Library::System => return None,
        })
    }
}
