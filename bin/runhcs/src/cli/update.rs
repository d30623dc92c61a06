//! The words of `update`: one for each limit.

use clap::Args;
use std::path::PathBuf;

/// What is said to `update`.
#[derive(Args, Debug, Default)]
pub struct UpdateArgs {
    /// File with the limits as JSON, - for standard input; the other options are not allowed beside it
    #[arg(short, long, value_name = "FILE")]
    pub resources: Option<PathBuf>,
    /// Weight for block devices, 10 to 1000
    #[arg(long, value_name = "N")]
    pub blkio_weight: Option<u16>,
    /// Period of the CPU limit, in microseconds
    #[arg(long, value_name = "N")]
    pub cpu_period: Option<u64>,
    /// CPU time in a period, in microseconds
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub cpu_quota: Option<i64>,
    /// Weight for CPU time
    #[arg(long, value_name = "N")]
    pub cpu_share: Option<u64>,
    /// Period of the real-time limit, in microseconds
    #[arg(long, value_name = "N")]
    pub cpu_rt_period: Option<u64>,
    /// Real-time CPU time in a period, in microseconds
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub cpu_rt_runtime: Option<i64>,
    /// CPUs that may be used
    #[arg(long, value_name = "LIST")]
    pub cpuset_cpus: Option<String>,
    /// Memory nodes that may be used
    #[arg(long, value_name = "LIST")]
    pub cpuset_mems: Option<String>,
    /// Memory, in bytes
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub memory: Option<i64>,
    /// Memory that is kept under pressure, in bytes
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub memory_reservation: Option<i64>,
    /// Memory and swap together, in bytes
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub memory_swap: Option<i64>,
    /// Number of processes and threads
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub pids_limit: Option<i64>,
    /// Intel RDT: cache (not available)
    #[arg(long, value_name = "SCHEMA")]
    pub l3_cache_schema: Option<String>,
    /// Intel RDT: memory bandwidth (not available)
    #[arg(long, value_name = "SCHEMA")]
    pub mem_bw_schema: Option<String>,
    /// Id of the container
    #[arg(value_name = "ID")]
    pub id: String,
}
