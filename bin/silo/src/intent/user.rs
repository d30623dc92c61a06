//! Who runs a process: `user[:group]`, each by name or number.
//!
//! Names are looked up by the engine in the container's own `/etc/passwd` and `/etc/group`, which only exist once its root
//! does; so is the group of a user's number without one. Then the whole text is handed on. Two numbers are final.

use hcs_engine::{Facts, IdRange};
use hcs_schema::oci;

/// Reads a user, or tells what is wrong with the words.
pub fn parse(words: &str, facts: &Facts) -> Result<oci::User, String> {
    let (user, group) = match words.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (words, None),
    };
    let odd =
        |name: &str| name.is_empty() || name.contains([':', '\0', '\n', '/']) || name.contains(char::is_whitespace);
    if odd(user) || group.is_some_and(odd) {
        return Err(format!("{words:?} is not a user; write USER or USER:GROUP, by name or number"));
    }
    match (id(user)?, group.map(id).transpose()?) {
        (Some(uid), None) => Ok(oci::User { username: Some(words.to_owned()), ..numbers(uid, 0, facts)? }),
        (Some(uid), Some(Some(gid))) => numbers(uid, gid, facts),
        _ => Ok(oci::User { username: Some(words.to_owned()), ..oci::User::default() }),
    }
}

/// Whether it is known that this user is not root.
pub fn is_ordinary(user: &oci::User) -> bool {
    user.uid != 0
}

/// Whether a range of `ranges` covers an id inside. No ranges mean that every id is itself.
pub fn covers(ranges: &[IdRange], id: u32) -> bool {
    ranges.is_empty() || ranges.iter().any(|range| id >= range.inside && id - range.inside < range.count)
}

fn id(word: &str) -> Result<Option<u32>, String> {
    if !word.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    // The last number is -1, which the kernel reads as "leave as it is".
    let number = word.parse().ok().filter(|id| *id != u32::MAX);
    number.map(Some).ok_or_else(|| format!("{word} is more than the largest id, 4294967294"))
}

fn numbers(uid: u32, gid: u32, facts: &Facts) -> Result<oci::User, String> {
    for (what, ranges, id, file) in
        [("user", &facts.uid_mappings, uid, "/etc/subuid"), ("group", &facts.gid_mappings, gid, "/etc/subgid")]
    {
        if !covers(ranges, id) {
            return Err(format!("{what} {id} has no id on the host; give yourself more ids in {file}, or run as root"));
        }
    }
    Ok(oci::User { uid, gid, ..oci::User::default() })
}
