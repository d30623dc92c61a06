//! `--tmpfs DST[:OPTIONS]`: folders in memory.

use super::destination_of;
use crate::intent::defaults::mount;
use crate::intent::nearest::nearest;
use crate::intent::{Result, refusal, size};
use hcs_schema::oci::Mount;

/// Options that exclude each other, the default of each pair first.
const PAIRS: [[&str; 2]; 4] = [["noexec", "exec"], ["nosuid", "suid"], ["nodev", "dev"], ["rw", "ro"]];
/// Further options without a value.
const FLAGS: [&str; 6] = ["noatime", "atime", "nodiratime", "diratime", "relatime", "strictatime"];
/// Options with a number.
const NUMBERS: [&str; 3] = ["uid", "gid", "nr_inodes"];

/// The mount that the words ask for.
pub fn parse(words: &str) -> Result<Mount> {
    let subject = format!("--tmpfs {words}");
    let (destination, options) = words.split_once(':').unwrap_or((words, ""));
    let destination = destination_of(destination).map_err(|message| refusal(&subject, message))?;
    let mut mount = in_memory(&destination);
    for option in options.split(',').filter(|_| !options.is_empty()) {
        apply(&mut mount, option).map_err(|message| refusal(&subject, message))?;
    }
    Ok(mount)
}

/// A folder in memory with the default options: nothing in it can be executed.
pub fn in_memory(destination: &str) -> Mount {
    mount(destination, "tmpfs", "tmpfs", &["noexec", "nosuid", "nodev"])
}

/// Adds an option, in the place of one that it excludes.
pub fn apply(mount: &mut Mount, option: &str) -> std::result::Result<(), String> {
    let checked = check(option)?;
    let name = |option: &str| option.split('=').next().unwrap_or_default().to_owned();
    let pair = PAIRS.iter().find(|pair| pair.contains(&option));
    let excluded = |known: &String| match pair {
        Some(pair) => pair.contains(&known.as_str()),
        None => name(known) == name(option),
    };
    mount.options.retain(|known| !excluded(known));
    mount.options.push(checked);
    Ok(())
}

fn check(option: &str) -> std::result::Result<String, String> {
    let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
    let flags = || PAIRS.into_iter().flatten().chain(FLAGS);
    match (name, value) {
        ("size", Some(value)) if percent(value) => Ok(option.to_owned()),
        ("size", Some(value)) => Ok(format!("size={}", size::bytes(value)?)),
        ("mode", Some(value)) => Ok(format!("mode={}", mode(value)?)),
        (name, Some(value)) if NUMBERS.contains(&name) => match value.parse::<u32>() {
            Ok(number) => Ok(format!("{name}={number}")),
            Err(_) => Err(format!("{name}: {value:?} is not a number")),
        },
        (name, None) if flags().any(|known| known == name) => Ok(name.to_owned()),
        _ => {
            let known = flags().chain(NUMBERS).chain(["size", "mode"]);
            let near = nearest(name, known).filter(|near| *near != name);
            let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            Err(format!("{option:?} is not an option of a tmpfs{hint}"))
        }
    }
}

/// Permission bits, checked.
pub fn mode(value: &str) -> std::result::Result<&str, String> {
    let octal = u32::from_str_radix(value, 8).is_ok_and(|bits| bits <= 0o7777) && !value.starts_with('+');
    octal.then_some(value).ok_or_else(|| format!("mode: {value:?} is not octal permission bits such as 1777"))
}

fn percent(value: &str) -> bool {
    value.strip_suffix('%').is_some_and(|number| number.parse::<u8>().is_ok_and(|number| (1..=100).contains(&number)))
}
