//! What no tracked text says: where one person's machine keeps things, and praise that a reader cannot check.

use super::Finding;

/// Folders that exist on one machine and not on the next.
const PRIVATE_FOLDERS: &[&str] = &["home", "Users"];
/// Made-up people, whose folders examples and tests may name.
const NOBODY: &[&str] = &["me", "u", "user"];
/// Praise, in lower case. A figure says more.
const PRAISE: &[&str] =
    &["blazing", "cutting-edge", "effortless", "game-changing", "seamless", "state-of-the-art", "world-class"];
/// Files whose words are not ours.
const FOREIGN: &[&str] = &["Cargo.lock", "LICENSE-APACHE", "LICENSE-MIT"];
/// Files that have to spell what is refused.
const SPELLING: &[&str] = &["xtask/src/lint/wording.rs"];

/// Checks one text file.
pub fn check(path: &str, text: &str) -> Vec<Finding> {
    // The paths of tests are those inside the containers that they make.
    let test = path.starts_with("tests/") || path.contains("/tests/");
    if FOREIGN.contains(&path) || SPELLING.contains(&path) || test {
        return Vec::new();
    }
    let lines = text.lines().enumerate();
    lines.filter_map(|(index, line)| Some(Finding::new("wording", path, index + 1, refused(line)?))).collect()
}

/// What is wrong with a line, if anything.
fn refused(line: &str) -> Option<String> {
    let private = PRIVATE_FOLDERS.iter().find(|folder| holds_path(line, folder));
    let lower = line.to_lowercase();
    let praise = PRAISE.iter().find(|word| lower.contains(**word));
    let path = private.map(|folder| format!("`/{folder}/` is a path of one machine"));
    path.or_else(|| praise.map(|word| format!("`{word}` is praise: say what was measured")))
}

/// Whether a line holds an absolute path below a folder of the root: nothing that belongs to a path is before it, and what
/// follows is not a made-up person's.
fn holds_path(line: &str, folder: &str) -> bool {
    let path = format!("/{folder}/");
    let longer = |c: char| c.is_alphanumeric() || ".-_/)}]*~$".contains(c);
    line.match_indices(&path).any(|(place, _)| {
        let next = line[place + path.len()..].split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        !line[..place].ends_with(longer) && !NOBODY.contains(&next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_one_machine_are_refused() {
        assert_eq!(check("README.md", "a\nrun /home/jo/silo").first().map(|finding| finding.line), Some(2));
        assert_eq!(check("docs/a.md", "`/srv/a` and `/Users/jo`").len(), 1);
        assert!(check("crates/a/src/tests/b.rs", "open(\"/home/jo\")").is_empty());
    }

    #[test]
    fn paths_below_something_else_are_free() {
        for line in [
            "{root}/root/.profile",
            "rootfs/home/a",
            "HOME=/root",
            "/home/me/src",
            "a/work/b",
            "https://example.org/home/",
        ] {
            assert!(check("a.rs", line).is_empty(), "{line}");
        }
    }

    #[test]
    fn praise_is_refused_and_foreign_text_is_not_read() {
        assert_eq!(check("README.md", "Blazing fast").len(), 1);
        assert!(check("LICENSE-MIT", "seamless /home/a").is_empty());
    }
}
