//! Facts about the caller and this machine.

use crate::request::{Facts, IdRange};
use crate::roots::Environment;
use hcs_host::Result;
use std::path::Path;

/// What the choice of the state root depends on.
pub fn environment() -> Environment {
    let uid = rustix::process::geteuid();
    Environment {
        root: uid.is_root(),
        program_data: None,
        runtime_dir: std::env::var_os("XDG_RUNTIME_DIR"),
        data_home: std::env::var_os("XDG_DATA_HOME"),
        home: std::env::var_os("HOME"),
        temporary: std::env::temp_dir(),
        uid: uid.as_raw(),
    }
}

/// Facts that requests are made from.
pub fn facts() -> Result<Facts> {
    let uid = rustix::process::geteuid().as_raw();
    let gid = rustix::process::getegid().as_raw();
    let privileged = uid == 0;
    let (mut uid_mappings, mut gid_mappings) = (Vec::new(), Vec::new());
    if !privileged {
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let name = user_name(&passwd, uid).unwrap_or_default();
        // Only a set-uid program may map ids that are not the caller's own.
        let helpers = ["newuidmap", "newgidmap"].iter().all(|program| in_path(program));
        let ranges = |file| if helpers { subordinate(file, &name, uid) } else { Vec::new() };
        uid_mappings = mappings(uid, ranges("/etc/subuid"));
        gid_mappings = mappings(gid, ranges("/etc/subgid"));
        if uid_mappings.len() == 1 || gid_mappings.len() == 1 {
            // A range of one kind alone would leave files whose other id cannot be shown.
            uid_mappings.truncate(1);
            gid_mappings.truncate(1);
        }
    }
    let processors = super::plan::host()?.processors;
    let host_name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Ok(Facts { uid, gid, privileged, uid_mappings, gid_mappings, processors, host_name })
}

fn in_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn subordinate(file: &str, name: &str, id: u32) -> Vec<(u32, u32)> {
    parse_subordinate(&std::fs::read_to_string(Path::new(file)).unwrap_or_default(), name, id)
}

/// Ranges of a user in the text of `/etc/subuid`: lines of `user:first:count`, the user by name or number.
fn parse_subordinate(text: &str, name: &str, id: u32) -> Vec<(u32, u32)> {
    let range = |line: &str| {
        let mut fields = line.split(':');
        let user = fields.next()?;
        let first = fields.next()?.trim().parse().ok()?;
        let count = fields.next()?.trim().parse().ok()?;
        let mine = (!name.is_empty() && user == name) || user.parse() == Ok(id);
        (mine && count > 0 && u32::checked_add(first, count).is_some()).then_some((first, count))
    };
    text.lines().filter_map(range).collect()
}

/// The caller's own id as 0, then its ranges one after the other.
fn mappings(own: u32, ranges: Vec<(u32, u32)>) -> Vec<IdRange> {
    let mut mappings = vec![IdRange { inside: 0, outside: own, count: 1 }];
    let mut inside: u32 = 1;
    for (outside, count) in ranges {
        let Some(next) = inside.checked_add(count) else { break };
        mappings.push(IdRange { inside, outside, count });
        inside = next;
    }
    mappings
}

fn user_name(passwd: &str, uid: u32) -> Option<String> {
    let field = |line: &str, index| line.split(':').nth(index).map(str::to_owned);
    passwd
        .lines()
        .find(|line| field(line, 2).and_then(|id| id.parse().ok()) == Some(uid))
        .and_then(|line| field(line, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ranges_by_name_or_number_and_skips_the_rest() {
        let text = "other:1:2\nme:100000:65536\n# note\n1000:300000:10\nme:x:1\nme:5:0\nme:4294967295:9\n";
        assert_eq!(parse_subordinate(text, "me", 1000), [(100_000, 65536), (300_000, 10)]);
        assert_eq!(parse_subordinate(text, "", 7), []);
    }

    #[test]
    fn maps_the_caller_as_root_and_the_ranges_after() {
        let maps = mappings(1000, vec![(100_000, 65536), (300_000, u32::MAX)]);
        assert_eq!(maps.len(), 2, "a range that does not fit is left out");
        assert_eq!((maps[0].inside, maps[0].outside, maps[1].inside), (0, 1000, 1));
    }

    #[test]
    fn finds_a_name_by_number() {
        assert_eq!(user_name("root:x:0:0::/:/s\nme:x:1000:1::/h:/s\nbad\n", 1000).as_deref(), Some("me"));
    }
}
