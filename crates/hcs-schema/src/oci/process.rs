//! The process section of the specification.

use crate::model::object;

object! {
    /// The process that runs in the container.
    pub struct Process {
        /// Whether a pseudo-terminal is its standard input, output and error.
        "terminal" terminal: bool,
        /// Initial size of the terminal in characters.
        "consoleSize" console_size: Option<ConsoleBox>,
        /// Who runs it.
        "user" user: User = always,
        /// Program and arguments.
        "args" args: Vec<String>,
        /// Whole command line (Windows only).
        "commandLine" command_line: Option<String>,
        /// Environment as `NAME=value`.
        "env" env: Vec<String>,
        /// Absolute working directory inside the container.
        "cwd" cwd: String = always,
        /// Linux capabilities by set; absent keeps none.
        "capabilities" capabilities: Option<Capabilities>,
        /// POSIX resource limits.
        "rlimits" rlimits: Vec<Rlimit>,
        /// Sets the `no_new_privs` bit.
        "noNewPrivileges" no_new_privileges: bool,
        /// AppArmor profile to enter at exec.
        "apparmorProfile" apparmor_profile: Option<String>,
        /// Out-of-memory score adjustment, -1000 to 1000.
        "oomScoreAdj" oom_score_adj: Option<i32>,
        /// CPU scheduling policy.
        "scheduler" scheduler: Option<Scheduler>,
        /// SELinux label to enter at exec.
        "selinuxLabel" selinux_label: Option<String>,
        /// I/O scheduling class and priority.
        "ioPriority" io_priority: Option<IoPriority>,
        /// CPUs of a process that is executed into a running container.
        "execCPUAffinity" exec_cpu_affinity: Option<ExecCpuAffinity>,
        ..extra
    }

    /// A size in characters.
    pub struct ConsoleBox {
        /// Rows.
        "height" height: u32 = always,
        /// Columns.
        "width" width: u32 = always,
        ..extra
    }

    /// Who runs a process.
    pub struct User {
        /// User id inside the container.
        "uid" uid: u32 = always,
        /// Group id inside the container.
        "gid" gid: u32 = always,
        /// File mode creation mask; absent means 0022.
        "umask" umask: Option<u32>,
        /// Supplementary group ids.
        "additionalGids" additional_gids: Vec<u32>,
        /// User name (Windows), or `user[:group]` to be resolved in the root filesystem.
        "username" username: Option<String>,
        ..extra
    }

    /// Capability names (`CAP_…`) by set.
    pub struct Capabilities {
        /// Bounding set.
        "bounding" bounding: Vec<String>,
        /// Effective set.
        "effective" effective: Vec<String>,
        /// Inheritable set.
        "inheritable" inheritable: Vec<String>,
        /// Permitted set.
        "permitted" permitted: Vec<String>,
        /// Ambient set.
        "ambient" ambient: Vec<String>,
        ..extra
    }

    /// One POSIX resource limit.
    pub struct Rlimit {
        /// `RLIMIT_…` name.
        "type" kind: String = always,
        /// Hard limit; `u64::MAX` is unlimited.
        "hard" hard: u64 = always,
        /// Soft limit; `u64::MAX` is unlimited.
        "soft" soft: u64 = always,
        ..extra
    }

    /// CPU scheduling policy (`sched_setattr(2)`).
    pub struct Scheduler {
        /// `SCHED_OTHER`, `SCHED_FIFO`, `SCHED_RR`, `SCHED_BATCH`, `SCHED_ISO`, `SCHED_IDLE` or `SCHED_DEADLINE`.
        "policy" policy: String = always,
        /// Nice value, -20 to 19.
        "nice" nice: Option<i32>,
        /// Static priority, 1 to 99, of the real-time policies.
        "priority" priority: Option<i32>,
        /// `SCHED_FLAG_…` names.
        "flags" flags: Vec<String>,
        /// Deadline policy: nanoseconds of run time in each period.
        "runtime" runtime: Option<u64>,
        /// Deadline policy: deadline in nanoseconds.
        "deadline" deadline: Option<u64>,
        /// Deadline policy: period in nanoseconds.
        "period" period: Option<u64>,
        ..extra
    }

    /// I/O scheduling (`ioprio_set(2)`).
    pub struct IoPriority {
        /// `IOPRIO_CLASS_RT`, `IOPRIO_CLASS_BE` or `IOPRIO_CLASS_IDLE`.
        "class" class: String = always,
        /// 0 (highest) to 7.
        "priority" priority: i32 = always,
        ..extra
    }

    /// CPUs of an executed process.
    pub struct ExecCpuAffinity {
        /// CPU list used while entering the container.
        "initial" initial: Option<String>,
        /// CPU list of the process itself.
        "final" last: Option<String>,
        ..extra
    }
}
