//! Rule 4: the only files in which code may differ between platforms.

use super::{Finding, Source};

/// The seam files, each with what differs there. Platform tables in a `Cargo.toml` need no entry.
const SEAMS: &[(&str, &str)] = &[
    ("bin/runhcs/src/sys/mod.rs", "where state is, sockets for terminals, and descriptors by number"),
    ("bin/silo/src/sys/mod.rs", "whether a file is a device node"),
    ("bin/silo/tests/windows/main.rs", "tests that start programs of Windows"),
    ("crates/hcs-bridge/src/lib.rs", "the transport over Unix sockets"),
    ("crates/hcs-bridge/tests/bridge/main.rs", "tests over Unix sockets, of real programs"),
    ("crates/hcs-engine/src/sys.rs", "which hosts there are, and how a keeper is started"),
    ("crates/hcs-host/tests/command_lines.rs", "tests that start programs of Windows"),
    ("crates/hcs-host/src/sys.rs", "the type of an owned handle"),
    ("crates/hcs-linux/src/lib.rs", "the crate is empty on other systems"),
    ("crates/hcs-windows/examples/garden/main.rs", "there is nothing to drive on other systems"),
    ("crates/hcs-windows/src/lib.rs", "the crate is empty on other systems"),
    ("crates/hcs-windows/tests/network/main.rs", "tests of functions of Windows"),
    ("crates/hcs-windows/tests/storage/main.rs", "tests of functions of Windows"),
    ("crates/hcs-windows/tests/systems/main.rs", "tests of functions of Windows"),
    ("testing/hcs-fake/src/dll/computecore.rs", "a DLL is one of Windows"),
    ("testing/hcs-fake/src/dll/computenetwork.rs", "a DLL is one of Windows"),
    ("testing/hcs-fake/src/dll/computestorage.rs", "a DLL is one of Windows"),
    ("testing/hcs-fake/src/dll/virtdisk.rs", "a DLL is one of Windows"),
    ("testing/hcs-fake/src/dll/vmcompute.rs", "a DLL is one of Windows"),
    ("testing/hcs-fake/src/lib.rs", "a client and a service are on Windows alone"),
    ("testing/hcs-fake/tests/computecore.rs", "a DLL is one of Windows"),
    ("testing/hcs-fake/tests/faults.rs", "a DLL is one of Windows"),
    ("testing/hcs-fake/tests/networks.rs", "the DLLs are those of Windows"),
    ("testing/hcs-fake/tests/storage.rs", "the DLLs are those of Windows"),
    ("testing/hcs-fake/tests/vmcompute/main.rs", "a DLL is one of Windows"),
];

/// What a condition asks when it asks for the platform.
const PLATFORM: &[&str] = &["windows", "unix", "target_os", "target_family"];

/// Refuses a platform's condition outside the seams.
pub fn check(source: &Source) -> Vec<Finding> {
    if SEAMS.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    let message = "a platform's condition outside the seam files: put the difference behind one of them";
    conditions(source).map(|place| Finding::new("seams", &source.path, source.line(place), message)).collect()
}

/// Refuses an entry whose file makes no difference any more, and warns of one whose file is not there: it may be on its way.
pub fn stale(sources: &[Source]) -> Vec<Finding> {
    let finding = |path: &str| {
        let message = "this file is in xtask's list of seams and has no platform's condition: strike it off";
        let found = Finding::new("seams", path, 1, message);
        match sources.iter().find(|source| source.path == path) {
            None => Some(found.warning()),
            Some(source) => conditions(source).next().is_none().then_some(found),
        }
    };
    SEAMS.iter().filter_map(|(path, _)| finding(path)).collect()
}

/// The places of `cfg(…)`, `cfg!(…)` and `cfg_attr(…)` that ask for the platform.
fn conditions(source: &Source) -> impl Iterator<Item = usize> {
    ["cfg(", "cfg!(", "cfg_attr("].into_iter().flat_map(|word| source.find(word)).filter(|&place| {
        let condition = bracketed(&source.code[place..]);
        PLATFORM.iter().any(|name| super::source::words(condition, name).next().is_some())
    })
}

/// A text up to the bracket that closes its first one.
fn bracketed(code: &str) -> &str {
    let mut depth = 0_usize;
    for (place, byte) in code.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return &code[..place],
            b')' => depth -= 1,
            _ => {}
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Source::new(path, text)).len()
    }

    #[test]
    fn conditions_are_for_seams() {
        let path = "crates/hcs-engine/src/plan.rs";
        assert_eq!(count(path, "#[cfg(unix)]\nfn a() {}"), 1);
        assert_eq!(count(path, "#[cfg(all(test, not(windows)))]"), 1);
        assert_eq!(count(path, "#![cfg(target_os = \"linux\")]"), 1);
        assert_eq!(count(path, "if cfg!(windows) {}"), 1);
        assert_eq!(count("crates/hcs-host/src/sys.rs", "#[cfg(unix)]"), 0);
    }

    #[test]
    fn other_conditions_and_names_are_free() {
        let path = "crates/hcs-engine/src/plan.rs";
        assert_eq!(count(path, "#[cfg(test)]\nmod tests { use super::windows; }"), 0);
        assert_eq!(count(path, "#[cfg(feature = \"windows\")] // cfg(windows)"), 0);
        assert_eq!(count(path, "#[cfg(test)] fn windows() {}"), 0);
    }

    #[test]
    fn an_entry_without_use_is_refused() {
        let sources = [
            Source::new("crates/hcs-host/src/sys.rs", "#[cfg(unix)]"),
            Source::new("crates/hcs-linux/src/lib.rs", "// cfg(unix)"),
        ];
        let found = stale(&sources);
        let refused: Vec<&str> = found.iter().filter(|f| f.fatal).map(|f| f.path.as_str()).collect();
        assert_eq!(refused, ["crates/hcs-linux/src/lib.rs"]);
        assert_eq!(found.len(), SEAMS.len() - 1, "the files that are not there are warned of");
    }
}
