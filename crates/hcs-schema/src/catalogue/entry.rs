//! One code of the catalogue.

use super::FIELD;

/// The high half of what `computecore.dll` answers.
const CORE: u32 = 0x8037_0000;
/// The high half of what `vmcompute.dll` answers.
const COMPUTE: u32 = 0xC037_0000;

/// Where a code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// The Host Compute Service: compute systems, their processes and layers.
    Hcs,
    /// The Host Compute Network service, and its end inside guests.
    Hcn,
    /// General HRESULTs, and those of COM.
    Com,
    /// Error numbers of Win32 and of Windows Sockets.
    Win32,
    /// Remote procedure calls, which is how services are asked.
    Rpc,
    /// Virtual disks and encrypted volumes.
    Disk,
    /// The hypervisor and its devices.
    Hypervisor,
    /// Certificates, signatures, credentials.
    Security,
    /// The kernel of Windows.
    NtStatus,
    /// Exit codes by convention: of shells, container tools, runtimes of languages.
    Exit,
    /// The kernel of Linux.
    Errno,
}

impl Family {
    /// One word, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Family::Hcs => "hcs",
            Family::Hcn => "hcn",
            Family::Com => "com",
            Family::Win32 => "win32",
            Family::Rpc => "rpc",
            Family::Disk => "disk",
            Family::Hypervisor => "hypervisor",
            Family::Security => "security",
            Family::NtStatus => "ntstatus",
            Family::Exit => "exit",
            Family::Errno => "errno",
        }
    }

    /// A few words, for people, if they say more than the kind of the number does.
    pub fn title(self) -> Option<&'static str> {
        match self {
            Family::Hcs => Some("Host Compute Service"),
            Family::Hcn => Some("Host Compute Network"),
            Family::Rpc => Some("remote procedure calls"),
            Family::Disk => Some("virtual disks and encrypted volumes"),
            Family::Hypervisor => Some("Hyper-V"),
            Family::Security => Some("certificates and credentials"),
            Family::Com | Family::Win32 | Family::NtStatus | Family::Exit | Family::Errno => None,
        }
    }
}

/// What sort of number a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An HRESULT.
    HResult,
    /// An error number of Win32.
    Win32,
    /// An NTSTATUS.
    NtStatus,
    /// An error number of Linux.
    Errno,
    /// The exit code of a process.
    Exit,
}

impl Kind {
    /// One word, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Kind::HResult => "hresult",
            Kind::Win32 => "win32",
            Kind::NtStatus => "ntstatus",
            Kind::Errno => "errno",
            Kind::Exit => "exit",
        }
    }

    /// A few words, for people.
    pub fn title(self) -> &'static str {
        match self {
            Kind::HResult => "HRESULT",
            Kind::Win32 => "Win32 error",
            Kind::NtStatus => "NTSTATUS",
            Kind::Errno => "errno of Linux",
            Kind::Exit => "exit code",
        }
    }
}

/// A code and the words about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name, as the header that defines the code spells it.
    pub name: &'static str,
    /// The number, as that header has it.
    pub value: u32,
    /// Where the code comes from.
    pub family: Family,
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// The further fields: a letter each, then the text.
    rest: &'static str,
}

impl Entry {
    /// Takes an entry out of a table.
    pub(super) fn parse(family: Family, record: &'static str) -> Option<Entry> {
        let mut fields = record.splitn(4, FIELD);
        let (name, value, meaning) = (fields.next()?, fields.next()?.parse().ok()?, fields.next()?);
        Some(Entry { name, value, family, meaning, rest: fields.next().unwrap_or_default() })
    }

    fn fields(self, letter: char) -> impl Iterator<Item = &'static str> {
        self.rest.split(FIELD).filter_map(move |field| field.strip_prefix(letter))
    }

    /// Other names of the code, and the numbers that go with them.
    pub fn also(self) -> impl Iterator<Item = (&'static str, u32)> {
        // They come first, so that those who look for a number need not read on.
        self.rest.split(FIELD).map_while(|field| field.strip_prefix('+')).filter_map(|field| {
            let (name, value) = field.split_once('=')?;
            Some((name, value.parse().ok()?))
        })
    }

    /// All names of the code with their numbers, its own first.
    pub fn numbers(self) -> impl Iterator<Item = (&'static str, u32)> {
        std::iter::once((self.name, self.value)).chain(self.also())
    }

    /// The number that `vmcompute.dll` and guests have for a code of `computecore.dll`.
    pub fn twin(self) -> Option<u32> {
        let core = self.family == Family::Hcs && self.value & 0xffff_0000 == CORE;
        core.then_some(self.value & 0xffff | COMPUTE)
    }

    /// What it says when a process ends with it.
    pub fn exit(self) -> Option<&'static str> {
        self.fields('x').next()
    }

    /// What usually brings it about, where containers are concerned.
    pub fn causes(self) -> impl Iterator<Item = &'static str> {
        self.fields('c')
    }

    /// What to do, the best first.
    pub fn advice(self) -> impl Iterator<Item = &'static str> {
        self.fields('a')
    }

    /// What sort of number it is.
    pub fn kind(self) -> Kind {
        match self.family {
            Family::Errno => Kind::Errno,
            Family::Exit => Kind::Exit,
            Family::NtStatus => Kind::NtStatus,
            Family::Com | Family::Hcs => Kind::HResult,
            _ if self.value <= 0xffff => Kind::Win32,
            // What these report comes from drivers, and the headers have it as an NTSTATUS as well.
            Family::Disk | Family::Hypervisor if self.value >> 30 == 3 => Kind::NtStatus,
            _ => Kind::HResult,
        }
    }

    /// The name that goes with a number, which may be another than the entry's own.
    pub(super) fn name_of(self, value: u32) -> &'static str {
        let other = || self.also().find(|(_, other)| *other == value && self.family != Family::Hcs);
        match self.value == value {
            true => self.name,
            false => other().map_or(self.name, |(name, _)| name),
        }
    }
}
