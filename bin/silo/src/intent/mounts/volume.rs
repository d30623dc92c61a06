//! `--volume SRC:DST[:OPTIONS]`.

use super::{Access, Bind, PROPAGATIONS, destination_of};
use crate::intent::nearest::nearest;
use crate::intent::{Result, World, paths, refusal};
use hcs_schema::oci::Mount;
use std::path::Path;

/// Options that are handed to the mount as they are.
const FLAGS: [&str; 4] = ["nosuid", "nodev", "noexec", "noatime"];

/// The mount that the words ask for.
pub fn parse(words: &str, world: &dyn World) -> Result<Mount> {
    let subject = format!("--volume {words}");
    let (source, rest) =
        split(words).ok_or_else(|| refusal(&subject, "write SRC:DST, there are no volumes without a folder"))?;
    let (destination, options) = rest.split_once(':').unwrap_or((rest, ""));
    if source.is_empty() || destination.is_empty() {
        return Err(refusal(subject, "write SRC:DST or SRC:DST:OPTIONS"));
    }
    let destination = destination_of(destination).map_err(|message| refusal(&subject, message))?;
    let path = paths::outside(world.current_dir(), source);
    let mut bind = Bind::new(paths::text(&path, &subject)?, destination);
    for option in options.split(',').filter(|_| !options.is_empty()) {
        apply(&mut bind, option).map_err(|message| refusal(&subject, message))?;
    }
    paths::look(world, &path, &subject)?;
    Ok(bind.mount())
}

/// Splits off the source, which begins with a drive where the host has such.
fn split(words: &str) -> Option<(&str, &str)> {
    let drive = words.get(..3).is_some_and(|start| {
        start.as_bytes()[0].is_ascii_alphabetic() && start.as_bytes()[1] == b':' && Path::new(start).is_absolute()
    });
    let skipped = if drive { 2 } else { 0 };
    let colon = words.get(skipped..)?.find(':')? + skipped;
    Some((&words[..colon], &words[colon + 1..]))
}

fn apply(bind: &mut Bind, option: &str) -> std::result::Result<(), String> {
    match option {
        "rw" => bind.read_only = Access::Write,
        "ro" => bind.read_only = Access::ReadAll,
        "rbind" => bind.recursive = true,
        "bind" => bind.recursive = false,
        "z" | "Z" => {
            return Err(format!("{option:?} (relabelling for SELinux) is not supported; label the source with chcon"));
        }
        option if PROPAGATIONS.contains(&option) => bind.propagation = option.to_owned(),
        option if FLAGS.contains(&option) => bind.further.push(option.to_owned()),
        option => {
            let known = ["ro", "rw", "bind", "rbind"].into_iter().chain(PROPAGATIONS).chain(FLAGS);
            let hint = nearest(option, known).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            return Err(format!("{option:?} is not an option of a volume{hint}"));
        }
    }
    Ok(())
}
