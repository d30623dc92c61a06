//! The kernel command line of a utility VM that runs Linux: where its root is, what the kernel leaves out, and what `init`
//! starts.

/// Port on which the guest's `init` waits for random bytes.
pub const ENTROPY_PORT: u32 = 1;
/// Port to which the guest agent's log goes.
pub const LOG_PORT: u32 = 109;

/// Where the root filesystem is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// In memory, from an initial disk. `firmware` loads it by its name in the boot folder; otherwise the host does.
    Memory {
        /// Whether firmware boots the kernel.
        firmware: bool,
    },
    /// On the first device of persistent memory.
    PersistentMemory,
    /// On the first SCSI disk.
    Scsi,
    /// On the first SCSI disk, checked by a device that these arguments make.
    Verity(String),
}

/// What a command line depends on.
#[derive(Clone, Debug)]
pub struct CommandLine {
    /// Where the root filesystem is.
    pub root: Root,
    /// Whether the processor is an ARM.
    pub arm: bool,
    /// Whether there is a serial console, on which a shell runs.
    pub console: bool,
    /// Further options for the kernel; may be empty.
    pub options: String,
    /// Whether the kernel looks for PCI devices.
    pub pci: bool,
    /// Number of processors.
    pub processors: u32,
    /// Whether `init` makes `/etc` and `/var` writable.
    pub writable: bool,
    /// The guest agent's own arguments.
    pub agent: Agent,
}

/// Arguments of the guest agent.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Log level.
    pub log_level: String,
    /// Further arguments; may be empty.
    pub extra: String,
    /// Whether it keeps the clock by the host's.
    pub time_sync: bool,
    /// Whether what may be secret is kept out of its log.
    pub scrub: bool,
    /// Where the kernel puts core dumps; may be empty.
    pub core_dumps: String,
}

impl CommandLine {
    /// The words, between spaces. What is behind `--` is for `init`.
    pub fn text(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut add = |word: &str| words.push(word.into());
        match &self.root {
            Root::Memory { firmware: false } => {}
            Root::Memory { firmware: true } => add("initrd=/initrd.img"),
            Root::PersistentMemory => add("root=/dev/pmem0 ro rootwait init=/init"),
            Root::Scsi => add("root=/dev/sda ro rootwait init=/init"),
            Root::Verity(arguments) => add(&format!(r#"root=/dev/dm-0 dm-mod.create="{arguments}" init=/init"#)),
        }
        // The guest talks over Hyper-V sockets; a kernel that knows virtio's must not take its place.
        add("initcall_blacklist=virtio_vsock_init");
        match (self.console, self.arm) {
            (true, false) => add("8250_core.nr_uarts=1 8250_core.skip_txen_test=1 console=ttyS0,115200"),
            (true, true) => add("console=ttyAMA0,115200"),
            (false, false) => add("8250_core.nr_uarts=0"),
            (false, true) => {}
        }
        if !self.console {
            add("panic=-1 quiet");
        }
        if !self.options.is_empty() {
            add(&self.options);
        }
        if !self.pci {
            add("pci=off");
        }
        add(&format!("nr_cpus={}", self.processors));
        add("brd.rd_nr=0 pmtmr=0 --");
        add(&self.init());
        words.join(" ")
    }

    /// The arguments of `init`.
    fn init(&self) -> String {
        let mut arguments = format!("-e {ENTROPY_PORT}");
        if self.writable {
            arguments.push_str(" -w");
        }
        let command = format!("/bin/vsockexec -e {LOG_PORT} {}", self.agent.text());
        if self.console {
            arguments.push_str(&format!(r#" sh -c "{command} & exec sh""#));
        } else {
            arguments.push(' ');
            arguments.push_str(&command);
        }
        arguments
    }
}

impl Agent {
    fn text(&self) -> String {
        let mut text = format!("/bin/gcs -v4 -log-format json -loglevel {}", self.log_level);
        if !self.extra.is_empty() {
            text.push(' ');
            text.push_str(&self.extra);
        }
        if !self.time_sync {
            text.push_str(" -disable-time-sync");
        }
        if !self.scrub {
            text.push_str(" -scrub-logs=false");
        }
        if !self.core_dumps.is_empty() {
            text.push_str(" -core-dump-location ");
            text.push_str(&self.core_dumps);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INIT: &str = "brd.rd_nr=0 pmtmr=0 -- -e 1 /bin/vsockexec -e 109 /bin/gcs -v4 -log-format json -loglevel info";

    fn plain() -> CommandLine {
        CommandLine {
            root: Root::Memory { firmware: false },
            arm: false,
            console: false,
            options: String::new(),
            pci: false,
            processors: 2,
            writable: false,
            agent: Agent {
                log_level: "info".into(),
                extra: String::new(),
                time_sync: true,
                scrub: true,
                core_dumps: String::new(),
            },
        }
    }

    #[test]
    fn every_combination_of_kernel_and_root_has_its_root() {
        let quiet = "initcall_blacklist=virtio_vsock_init 8250_core.nr_uarts=0 panic=-1 quiet pci=off nr_cpus=2";
        let cases = [
            (Root::Memory { firmware: false }, ""),
            (Root::Memory { firmware: true }, "initrd=/initrd.img "),
            (Root::PersistentMemory, "root=/dev/pmem0 ro rootwait init=/init "),
            (Root::Scsi, "root=/dev/sda ro rootwait init=/init "),
            (Root::Verity("a,,ro".into()), "root=/dev/dm-0 dm-mod.create=\"a,,ro\" init=/init "),
        ];
        for (root, begin) in cases {
            let text = CommandLine { root, ..plain() }.text();
            assert_eq!(text, format!("{begin}{quiet} {INIT}"));
        }
    }

    #[test]
    fn a_console_runs_a_shell_beside_the_agent_and_keeps_a_crash_readable() {
        let text = CommandLine { console: true, writable: true, ..plain() }.text();
        let agent = "/bin/vsockexec -e 109 /bin/gcs -v4 -log-format json -loglevel info";
        assert_eq!(
            text,
            format!(
                "initcall_blacklist=virtio_vsock_init 8250_core.nr_uarts=1 8250_core.skip_txen_test=1 \
                 console=ttyS0,115200 pci=off nr_cpus=2 brd.rd_nr=0 pmtmr=0 -- -e 1 -w sh -c \"{agent} & exec sh\""
            )
        );
    }

    #[test]
    fn an_arm_has_another_serial_port() {
        let text = CommandLine { arm: true, ..plain() }.text();
        assert!(text.starts_with("initcall_blacklist=virtio_vsock_init panic=-1 quiet pci=off"), "{text}");
        let text = CommandLine { arm: true, console: true, ..plain() }.text();
        assert!(text.starts_with("initcall_blacklist=virtio_vsock_init console=ttyAMA0,115200 pci=off"), "{text}");
    }

    #[test]
    fn options_stand_between_quiet_and_pci_and_those_of_the_agent_at_the_end() {
        let agent = Agent {
            log_level: "debug".into(),
            extra: "-a b".into(),
            time_sync: false,
            scrub: false,
            core_dumps: "/tmp/%e".into(),
        };
        let text = CommandLine { options: "loglevel=7".into(), pci: true, processors: 8, agent, ..plain() }.text();
        assert_eq!(
            text,
            "initcall_blacklist=virtio_vsock_init 8250_core.nr_uarts=0 panic=-1 quiet loglevel=7 nr_cpus=8 brd.rd_nr=0 \
             pmtmr=0 -- -e 1 /bin/vsockexec -e 109 /bin/gcs -v4 -log-format json -loglevel debug -a b -disable-time-sync \
             -scrub-logs=false -core-dump-location /tmp/%e"
        );
    }
}
