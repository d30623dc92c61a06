//! CVE-2022-29162 and its like: what a container gets without asking.

use crate::support::World;

fn sets(output: &str) -> Vec<(String, u64)> {
    let set = |line: &str| {
        let (name, value) = line.split_once(":\t")?;
        Some((name.to_owned(), u64::from_str_radix(value.trim(), 16).ok()?))
    };
    output.lines().filter_map(set).collect()
}

/// Guard: the default sets have no inheritable part (`intent/capabilities.rs`), and only what is listed is set
/// (`process/caps.rs`).
#[test]
fn nothing_is_inheritable_by_default() {
    let world = World::new();
    let words = ["grep", "^Cap", "/proc/self/status"];
    let root = world.silo_ok(&[["run", "--rm", world.base(), "--"].as_slice(), &words].concat());
    let user = world.silo_ok(&[["run", "--rm", "-u", "1000", world.base(), "--"].as_slice(), &words].concat());
    for (who, output) in [("root", root), ("user", user)] {
        let sets = sets(&output);
        assert_eq!(sets.len(), 5, "{output}");
        for (name, value) in &sets {
            match name.as_str() {
                "CapInh" | "CapAmb" => assert_eq!(*value, 0, "{who}: {output}"),
                "CapPrm" | "CapEff" => assert_eq!(*value == 0, who == "user", "{who}: {output}"),
                _ => {
                    // SYS_ADMIN, SYS_PTRACE, SYS_MODULE, NET_ADMIN, DAC_READ_SEARCH.
                    let strong = [21, 19, 16, 12, 2];
                    assert!(strong.iter().all(|number| value >> number & 1 == 0), "{who}: {output}");
                }
            }
        }
    }
    world.assert_empty();
}

/// Guard: the same, for processes that are executed.
#[test]
fn nothing_is_inheritable_for_executed_processes() {
    let world = World::new();
    world.silo_ok(&["run", "-d", "--name", "inherit", world.base(), "sleep", "1000"]);
    for user in ["0", "1000"] {
        let output = world.silo_ok(&["exec", "-u", user, "inherit", "grep", "^Cap", "/proc/self/status"]);
        for (name, value) in sets(&output).iter().filter(|(name, _)| ["CapInh", "CapAmb"].contains(&name.as_str())) {
            assert_eq!(*value, 0, "{name} of {user}: {output}");
        }
    }
    world.silo_ok(&["rm", "-f", "inherit"]);
    world.assert_empty();
}
