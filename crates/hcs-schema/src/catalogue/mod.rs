//! The catalogue of error codes: what a number means in the world of containers, what usually brings it about, and what to do.
//!
//! It is the one definition of these words: [`HResult`](crate::HResult) takes its names and meanings from here, and so do the
//! messages and the explanations that programs print. Each family of codes is a file. Names and values are those of the headers
//! that define them; the words are ours.
//!
//! A table is one long text, put together by the compiler, and not a list of structures. A list would be thousands of pointers,
//! which the loader would have to adjust whenever a program starts, for the few programs that ever ask. A text costs nothing
//! until it is read, and going through all of it took 0.1 ms where it was tried.
//!
//! Codes are looked up here and taken apart ([`Parts`]); finding them in other texts is for programs.

mod entry;
mod facility;
mod readings;

pub use entry::{Entry, Family, Kind};
pub use facility::{Parts, Severity, parts};
pub use readings::{Form, Reading, inner, readings};

/// Between entries.
const RECORD: char = '\x1e';
/// Between the fields of an entry.
const FIELD: char = '\x1f';

/// Puts a table together: the name and value of each code, its meaning, the other names and values that it has, what it says
/// as the exit code of a program, what usually brings it about, and what to do.
///
/// Tests do not even compile if a name or value is another than Microsoft publishes; `ours:` before a table says that its names
/// are of somebody else.
macro_rules! table {
    (ours: $($name:ident = $value:literal: $meaning:literal
        $(also $also:ident = $also_value:literal)*
        $(exit $exit:literal)?
        $(cause $cause:literal)*
        $(advice $advice:literal)*;
    )*) => {
        concat!($(
            stringify!($name), "\x1f", $value, "\x1f", $meaning,
            $("\x1f+", stringify!($also), "=", $also_value,)*
            $("\x1fx", $exit,)?
            $("\x1fc", $cause,)*
            $("\x1fa", $advice,)*
            "\x1e",
        )*)
    };
    ($($name:ident = $value:literal: $meaning:literal
        $(also $also:ident = $also_value:literal)*
        $(exit $exit:literal)?
        $(cause $cause:literal)*
        $(advice $advice:literal)*;
    )*) => {{
        #[cfg(test)]
        const _: () = {
            $(assert!(crate::catalogue::headers::$name as u32 == $value);)*
            $($(assert!(crate::catalogue::headers::$also as u32 == $also_value);)*)*
        };
        table! { ours: $($name = $value: $meaning
            $(also $also = $also_value)* $(exit $exit)? $(cause $cause)* $(advice $advice)*;)* }
    }};
}

/// The headers, as Microsoft publishes them for Rust.
#[cfg(test)]
mod headers {
    pub use windows_sys::Win32::Foundation::*;
    pub use windows_sys::Win32::Networking::WinHttp::*;
    pub use windows_sys::Win32::Networking::WinSock::*;
    pub use windows_sys::Win32::Security::Credentials::STATUS_LOGON_FAILURE;
    pub use windows_sys::Win32::System::Com::Urlmon::E_PENDING;
    pub use windows_sys::Win32::System::Rpc::*;
}

mod com;
mod errno;
mod exit;
mod hcn;
mod hcs;
mod hyperv;
mod ntstatus;
mod rpc;
mod security;
mod vhd;
mod win32;

/// Every table.
const TABLES: &[(Family, &str)] = &[
    (Family::Hcs, hcs::TABLE),
    (Family::Hcn, hcn::TABLE),
    (Family::Com, com::TABLE),
    (Family::Win32, win32::files::TABLE),
    (Family::Win32, win32::system::TABLE),
    (Family::Win32, win32::network::TABLE),
    (Family::Rpc, rpc::TABLE),
    (Family::Disk, vhd::TABLE),
    (Family::Hypervisor, hyperv::TABLE),
    (Family::Security, security::TABLE),
    (Family::NtStatus, ntstatus::TABLE),
    (Family::Exit, exit::TABLE),
    (Family::Errno, errno::TABLE),
];

/// Every code there is an entry for, family by family, as the tables have them.
pub fn entries() -> impl Iterator<Item = Entry> {
    let table = |(family, text): &(Family, &'static str)| {
        let family = *family;
        text.split_terminator(RECORD).filter_map(move |record| Entry::parse(family, record))
    };
    TABLES.iter().flat_map(table)
}

/// The code that has a name, however it is capitalised: its own, or another that the headers have for the same code.
pub fn by_name(name: &str) -> Option<Reading> {
    let named = |entry: Entry| entry.numbers().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let (entry, value) = entries().find_map(|entry| Some((entry, named(entry)?)))?;
    readings(value).into_iter().find(|reading| reading.entry == Some(entry))
}

#[cfg(test)]
mod tests;
