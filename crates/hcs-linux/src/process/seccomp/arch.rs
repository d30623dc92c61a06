//! Architectures: their names, their numbers in the kernel's filter data, and which of them one kernel can run.

use super::table::{NONE, ROWS, Row};

/// An architecture, or rather an ABI. The order is that of the [`table`](super::table)'s columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arch {
    /// 64-bit x86.
    X86_64,
    /// 32-bit x86.
    X86,
    /// 64-bit x86 with 32-bit pointers; shares the audit number of [`Arch::X86_64`].
    X32,
    /// 64-bit ARM.
    Aarch64,
    /// 32-bit ARM.
    Arm,
    /// 64-bit RISC-V.
    Riscv64,
}

/// Marks the numbers of x32.
pub const X32_BIT: u32 = 0x4000_0000;

/// The specification's names of architectures that are known here.
const NAMES: [(&str, Arch); 6] = [
    ("SCMP_ARCH_X86_64", Arch::X86_64),
    ("SCMP_ARCH_X86", Arch::X86),
    ("SCMP_ARCH_X32", Arch::X32),
    ("SCMP_ARCH_AARCH64", Arch::Aarch64),
    ("SCMP_ARCH_ARM", Arch::Arm),
    ("SCMP_ARCH_RISCV64", Arch::Riscv64),
];

impl Arch {
    /// The architecture of this program.
    pub const NATIVE: Arch = if cfg!(target_arch = "x86_64") {
        Arch::X86_64
    } else if cfg!(target_arch = "aarch64") {
        Arch::Aarch64
    } else {
        Arch::Riscv64
    };

    /// Reads a name of the specification; `None` is one for which there is no table, and no need of one: no kernel that this
    /// program is built for can run it.
    pub fn parse(name: &str) -> Option<Arch> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, arch)| *arch)
    }

    /// The architectures whose programs a kernel of this one may run.
    pub fn family(self) -> &'static [Arch] {
        match self {
            Arch::X86_64 | Arch::X86 | Arch::X32 => &[Arch::X86_64, Arch::X86, Arch::X32],
            Arch::Aarch64 | Arch::Arm => &[Arch::Aarch64, Arch::Arm],
            Arch::Riscv64 => &[Arch::Riscv64],
        }
    }

    /// The number that the kernel puts into the filter's data.
    pub fn audit(self) -> u32 {
        match self {
            Arch::X86_64 | Arch::X32 => 0xC000_003E,
            Arch::X86 => 0x4000_0003,
            Arch::Aarch64 => 0xC000_00B7,
            Arch::Arm => 0x4000_0028,
            Arch::Riscv64 => 0xC000_00F3,
        }
    }

    /// Whether arguments are 32 bits wide, so that the upper half of the filter's data says nothing.
    pub fn is_32_bit(self) -> bool {
        matches!(self, Arch::X86 | Arch::X32 | Arch::Arm)
    }

    /// This architecture's number in a row, marker bit included.
    pub fn number(self, row: &Row) -> Option<u32> {
        match row.1[self as usize] {
            NONE => None,
            number if self == Arch::X32 => Some(number | X32_BIT),
            number => Some(number),
        }
    }
}

/// The row of a system call.
pub fn find(name: &str) -> Option<&'static Row> {
    ROWS.binary_search_by(|row| row.0.cmp(name)).ok().map(|at| &ROWS[at])
}

/// On 32-bit x86 the call that a name is also reached through: its name, the selecting value of its first argument.
///
/// Programs of that architecture may call `socket` directly or as `socketcall(1, …)`; a rule must hold for both.
pub fn multiplexed(name: &str) -> Option<(&'static str, u32)> {
    const SOCKET: [&str; 20] = [
        "socket",
        "bind",
        "connect",
        "listen",
        "accept",
        "getsockname",
        "getpeername",
        "socketpair",
        "send",
        "recv",
        "sendto",
        "recvfrom",
        "shutdown",
        "setsockopt",
        "getsockopt",
        "sendmsg",
        "recvmsg",
        "accept4",
        "recvmmsg",
        "sendmmsg",
    ];
    const IPC: [(&str, u32); 12] = [
        ("semop", 1),
        ("semget", 2),
        ("semctl", 3),
        ("semtimedop", 4),
        ("msgsnd", 11),
        ("msgrcv", 12),
        ("msgget", 13),
        ("msgctl", 14),
        ("shmat", 21),
        ("shmdt", 22),
        ("shmget", 23),
        ("shmctl", 24),
    ];
    if let Some(at) = SOCKET.iter().position(|call| *call == name) {
        return Some(("socketcall", at as u32 + 1));
    }
    IPC.iter().find(|(call, _)| *call == name).map(|(_, value)| ("ipc", *value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert!(ROWS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for arch in [Arch::X86_64, Arch::X86, Arch::X32, Arch::Aarch64, Arch::Arm, Arch::Riscv64] {
            // 32-bit ARM has two names for one call.
            let rows = ROWS.iter().filter(|row| row.0 != "sync_file_range2");
            let mut numbers: Vec<u32> = rows.filter_map(|row| arch.number(row)).collect();
            let count = numbers.len();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), count, "{arch:?} has a number twice");
            assert!(count > 300, "{arch:?} has {count}");
        }
    }

    #[test]
    fn numbers_agree_with_the_c_library() {
        let same = |name: &str, number: i64| {
            let row = find(name).unwrap();
            assert_eq!(Arch::NATIVE.number(row).map(i64::from), Some(number), "{name}");
        };
        same("read", libc::SYS_read);
        same("execve", libc::SYS_execve);
        same("openat2", libc::SYS_openat2);
        same("clone3", libc::SYS_clone3);
        same("seccomp", libc::SYS_seccomp);
        same("mseal", libc::SYS_mseal);
        same("fchmodat2", libc::SYS_fchmodat2);
    }

    #[test]
    fn known_numbers_of_other_architectures() {
        let number = |arch: Arch, name: &str| arch.number(find(name).unwrap());
        assert_eq!(number(Arch::X86, "socketcall"), Some(102));
        assert_eq!(number(Arch::X86, "socket"), Some(359));
        assert_eq!(number(Arch::X32, "execve"), Some(X32_BIT | 520));
        assert_eq!(number(Arch::X32, "read"), Some(X32_BIT));
        assert_eq!(number(Arch::Arm, "set_tls"), Some(0xf_0005));
        assert_eq!(number(Arch::Aarch64, "openat"), Some(56));
        assert_eq!(number(Arch::Aarch64, "open"), None);
        assert_eq!(number(Arch::Riscv64, "riscv_flush_icache"), Some(259));
    }
}
