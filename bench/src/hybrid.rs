//! Machines whose control groups are half version 1 and half version 2.
//!
//! crun refuses them while version 2 carries a controller. A controller leaves version 2 when its version 1 hierarchy is
//! mounted; so the benchmark starts itself again in a mount namespace where that is done, for all peers alike. The mount
//! ends with the namespace, but while it lasts the controller is in version 1 for the whole machine. It goes back some time
//! after the last mount is gone, so what version 2 lists at the moment says nothing about the next minute.

use anyhow::{Context, Result};
use std::path::Path;
use std::process::{Command, ExitCode};

/// Set for the second start, so that there is no third.
const INSIDE: &str = "SILO_BENCH_INSIDE";
/// Where version 2 is mounted beside version 1.
const UNIFIED: &str = "/sys/fs/cgroup/unified";
/// Controllers that version 2 never lists: they are in version 1 only, or in version 2 without being a controller.
const UNLISTED: &[&str] = &["cpuacct", "debug", "devices", "freezer", "net_cls", "net_prio", "perf_event"];
/// Mounts the controllers `$2` on `$1`, runs the rest of its words, and gives the controllers back.
const SCRIPT: &str = r#"
    mount=$1; controllers=$2; shift 2
    # Version 2 lets go of a controller that no group below its root uses.
    unified=/sys/fs/cgroup/unified
    rmdir "$unified/silo" 2>/dev/null
    for controller in $(echo "$controllers" | tr , ' '); do
        echo "-$controller" > "$unified/cgroup.subtree_control"
    done 2>/dev/null
    for try in 1 2 3 4 5; do
        mount -t cgroup -o "$controllers" cgroup "$mount" && break
        test $try = 5 && exit 1
        sleep 1
    done
    "$@"; code=$?
    # The hierarchy goes a moment after its last mount, and only if no group is left; taken up again, it gets another chance.
    for try in 1 2 3 4 5 6; do
        umount "$mount"
        sleep $((try * 2))
        grep -q "^${controllers%%,*}[[:space:]]0[[:space:]]" /proc/cgroups && break
        test $try = 6 && echo "$controllers: still held as version 1; mount and unmount it once more to give it back" >&2
        mount -t cgroup -o "$controllers" cgroup "$mount"
    done
    exit $code
"#;

/// The controllers that crun would refuse this machine for, now or in a minute. Empty where a second start is not needed.
pub fn in_the_way() -> Result<Vec<String>> {
    if std::env::var_os(INSIDE).is_some() || !Path::new(UNIFIED).is_dir() {
        return Ok(Vec::new());
    }
    let read = |path: &str| std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"));
    Ok(loose(&read("/proc/cgroups")?, &read("/proc/self/mountinfo")?))
}

/// The enabled controllers that no version 1 hierarchy holds.
fn loose(controllers: &str, mounts: &str) -> Vec<String> {
    let version1 = mounts.lines().filter_map(|line| line.split_once(" - cgroup "));
    let held: Vec<&str> = version1.flat_map(|(_, mount)| mount.split([' ', ','])).collect();
    let enabled = controllers.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split_whitespace();
        let name = fields.next()?;
        (fields.next_back() == Some("1")).then_some(name)
    });
    enabled.filter(|name| !held.contains(name) && !UNLISTED.contains(name)).map(str::to_owned).collect()
}

/// Starts this program again and answers how that ended.
pub fn again(folder: &Path, controllers: &[String]) -> Result<ExitCode> {
    let controllers = controllers.join(",");
    let mount = folder.join("controllers");
    std::fs::create_dir_all(&mount)?;
    eprintln!("crun refuses control groups of both versions: starting again with {controllers} mounted as version 1");
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", SCRIPT, "sh"]).arg(&mount).arg(controllers);
    command.arg(std::env::current_exe()?).args(std::env::args_os().skip(1)).env(INSIDE, "1");
    let status = command.status().context("cannot start unshare")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_version_1_hierarchy_holds_is_in_the_way() {
        let controllers = "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t1\t1\t1\nhugetlb\t0\t3\t1\nmemory\t4\t1\t1\n\
                           rdma\t0\t1\t0\nnet_cls\t0\t3\t1\n";
        let mounts = "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n\
                      33 31 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,hugetlb\n";
        assert_eq!(loose(controllers, mounts), ["hugetlb", "memory"]);
    }
}
