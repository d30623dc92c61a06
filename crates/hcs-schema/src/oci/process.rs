//! The process section of the specification.

use super::Extra;
use serde::{Deserialize, Serialize};

/// The process that runs in the container.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Process {
    /// Whether a pseudo-terminal is its standard input, output and error.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub terminal: bool,
    /// Initial size of the terminal in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub console_size: Option<ConsoleBox>,
    /// Who runs it.
    pub user: User,
    /// Program and arguments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// Whole command line (Windows only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_line: Option<String>,
    /// Environment as `NAME=value`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<String>,
    /// Absolute working directory inside the container.
    pub cwd: String,
    /// Linux capabilities by set; absent keeps none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Capabilities>,
    /// POSIX resource limits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rlimits: Vec<Rlimit>,
    /// Sets the `no_new_privs` bit.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_new_privileges: bool,
    /// AppArmor profile to enter at exec.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apparmor_profile: Option<String>,
    /// Out-of-memory score adjustment, -1000 to 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oom_score_adj: Option<i32>,
    /// CPU scheduling policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduler: Option<Scheduler>,
    /// SELinux label to enter at exec.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selinux_label: Option<String>,
    /// I/O scheduling class and priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub io_priority: Option<IoPriority>,
    /// CPUs of a process that is executed into a running container.
    #[serde(rename = "execCPUAffinity", skip_serializing_if = "Option::is_none")]
    pub exec_cpu_affinity: Option<ExecCpuAffinity>,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A size in characters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsoleBox {
    /// Rows.
    pub height: u32,
    /// Columns.
    pub width: u32,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Who runs a process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct User {
    /// User id inside the container.
    pub uid: u32,
    /// Group id inside the container.
    pub gid: u32,
    /// File mode creation mask; absent means 0022.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub umask: Option<u32>,
    /// Supplementary group ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_gids: Vec<u32>,
    /// User name (Windows), or `user[:group]` to be resolved in the root filesystem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Capability names (`CAP_…`) by set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Capabilities {
    /// Bounding set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bounding: Vec<String>,
    /// Effective set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effective: Vec<String>,
    /// Inheritable set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inheritable: Vec<String>,
    /// Permitted set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub permitted: Vec<String>,
    /// Ambient set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ambient: Vec<String>,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One POSIX resource limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rlimit {
    /// `RLIMIT_…` name.
    #[serde(rename = "type")]
    pub kind: String,
    /// Hard limit; `u64::MAX` is unlimited.
    pub hard: u64,
    /// Soft limit; `u64::MAX` is unlimited.
    pub soft: u64,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// CPU scheduling policy (`sched_setattr(2)`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Scheduler {
    /// `SCHED_OTHER`, `SCHED_FIFO`, `SCHED_RR`, `SCHED_BATCH`, `SCHED_ISO`, `SCHED_IDLE` or `SCHED_DEADLINE`.
    pub policy: String,
    /// Nice value, -20 to 19.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nice: Option<i32>,
    /// Static priority, 1 to 99, of the real-time policies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// `SCHED_FLAG_…` names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Deadline policy: nanoseconds of run time in each period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<u64>,
    /// Deadline policy: deadline in nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<u64>,
    /// Deadline policy: period in nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<u64>,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// I/O scheduling (`ioprio_set(2)`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IoPriority {
    /// `IOPRIO_CLASS_RT`, `IOPRIO_CLASS_BE` or `IOPRIO_CLASS_IDLE`.
    pub class: String,
    /// 0 (highest) to 7.
    pub priority: i32,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}

/// CPUs of an executed process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExecCpuAffinity {
    /// CPU list used while entering the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial: Option<String>,
    /// CPU list of the process itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Fields not known here, kept as read.
    #[serde(flatten)]
    pub extra: Extra,
}
