//! Writing the id maps of a container's user namespace.
//!
//! With the right to, the keeper writes them itself. An ordinary user may map its own ids that way, and ranges of others
//! through the set-uid programs `newuidmap` and `newgidmap`, which consult `/etc/subuid` and `/etc/subgid`.

use crate::{Context, Failure};
use hcs_schema::oci::IdMapping;
use rustix::io::Errno;
use std::fmt::Write as _;
use std::process::Command;

/// Writes both maps of the user namespace that process `pid` was born in.
pub fn write(pid: u32, uids: &[IdMapping], gids: &[IdMapping]) -> Result<(), Failure> {
    let own = |maps: &[IdMapping], id: u32| matches!(maps, [one] if one.size == 1 && one.host_id == id);
    let privileged = rustix::process::geteuid().is_root();
    let uid = rustix::process::geteuid().as_raw();
    let gid = rustix::process::getegid().as_raw();
    if privileged || own(uids, uid) {
        write_map(pid, "uid_map", uids)?;
    } else {
        run_tool("newuidmap", pid, uids)?;
    }
    if privileged {
        return write_map(pid, "gid_map", gids);
    }
    if own(gids, gid) {
        // The kernel asks an ordinary user to give up setgroups(2) first: dropping a group could grant a right.
        let path = format!("/proc/{pid}/setgroups");
        std::fs::write(&path, "deny").doing(|| format!("write {path}"))?;
        return write_map(pid, "gid_map", gids);
    }
    run_tool("newgidmap", pid, gids)
}

fn write_map(pid: u32, file: &str, maps: &[IdMapping]) -> Result<(), Failure> {
    let mut text = String::new();
    for map in maps {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} {} {}", map.container_id, map.host_id, map.size);
    }
    let path = format!("/proc/{pid}/{file}");
    std::fs::write(&path, &text).doing(|| format!("write {path}")).map_err(|failure| {
        match Errno::from_raw_os_error(failure.errno) {
            Errno::PERM => failure.hint(format!("the ids {:?} may not be mapped by this user", text.trim())),
            Errno::INVAL => failure.hint(format!("the kernel does not take the map {:?}", text.trim())),
            _ => failure,
        }
    })
}

fn run_tool(tool: &str, pid: u32, maps: &[IdMapping]) -> Result<(), Failure> {
    let mut command = Command::new(tool);
    command.arg(pid.to_string());
    for map in maps {
        command.args([map.container_id, map.host_id, map.size].map(|number| number.to_string()));
    }
    let output = command.output().map_err(|error| {
        Failure::new(
            format!("run {tool}"),
            format!("{error}; install the package uidmap, or remove this user from /etc/subuid to map a single id"),
        )
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure { errno: Errno::PERM.raw_os_error(), ..Failure::new(format!("run {tool}"), said.trim()) })
}
