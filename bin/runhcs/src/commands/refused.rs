//! Commands that runc or the runhcs of Windows have, and that cannot be done here: each says why, and what to do instead.

use crate::cli::{DiskArgs, ResizeArgs, RestArgs, ScratchArgs};
use anyhow::{Result, bail};

pub fn resize(args: &ResizeArgs) -> Result<i32> {
    let ResizeArgs { pid, id, width, height } = args;
    let process = pid.map_or_else(String::new, |pid| format!(" of process {pid}"));
    bail!(
        "resize-tty {id}{process} to {width} by {height}: nobody of this runtime stays with a container; whoever got the \
         terminal's master on the console socket sets its size"
    )
}

pub fn create_scratch(args: &ScratchArgs) -> Result<i32> {
    let ScratchArgs { destpath, size, cache_path, use_virtual_memory } = args;
    let gigabytes = if *size == 0 { 20 } else { *size };
    let cache = cache_path.as_ref().map_or_else(String::new, |path| format!(" by way of {}", path.display()));
    let memory = if *use_virtual_memory { " with virtual memory" } else { "" };
    bail!(
        "create-scratch {}: a disk of {gigabytes} GB is formatted{cache} in a utility VM{memory}, which needs a Windows host with \
         Hyper-V; on Linux a container's scratch space is a folder",
        destpath.display()
    )
}

pub fn prepare_disk(args: &DiskArgs) -> Result<i32> {
    bail!(
        "prepare-disk {}: a disk is formatted in a utility VM, which needs a Windows host with Hyper-V; on Linux use mkfs.ext4",
        args.destpath.display()
    )
}

pub fn machine(command: &str, args: &RestArgs) -> Result<i32> {
    bail!(
        "{command} {}: a utility VM needs a Windows host with Hyper-V; on Linux containers run on the host's own kernel",
        args.rest.join(" ")
    )
}

pub fn shim(command: &str, args: &RestArgs) -> Result<i32> {
    bail!(
        "{command} {}: this runtime starts no shims; a container's first process belongs to the caller of `create` and `run`",
        args.rest.join(" ")
    )
}

pub fn criu(command: &str, args: &RestArgs) -> Result<i32> {
    bail!("{command} {}: this runtime cannot save and restore processes", args.rest.join(" "))
}
