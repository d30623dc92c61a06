//! The caller's mounts: folders, files and named pipes of the host.

use super::{Host, Result, paths, refusal};
use crate::intent::mounts::fields;
use hcs_schema::oci::Mount;
use std::path::Path;

/// Options of volumes that Linux has.
const OF_LINUX: [&str; 14] = [
    "bind", "rbind", "private", "rprivate", "shared", "rshared", "slave", "rslave", "nosuid", "nodev", "noexec",
    "noatime", "z", "Z",
];

/// The mount of `--volume SRC:DST[:ro|rw]`.
pub fn volume(words: &str, host: &Host<'_>) -> Result<Mount> {
    let subject = format!("--volume {words}");
    let parts = paths::split(words);
    let (source, destination, options) = match parts[..] {
        [source, destination] => (source, destination, ""),
        [source, destination, options] => (source, destination, options),
        _ => return Err(refusal(subject, "write SRC:DST or SRC:DST:ro, for example C:\\src:C:\\dst:ro")),
    };
    let mut read_only = false;
    for option in options.split(',').filter(|_| !options.is_empty()) {
        match option {
            "ro" => read_only = true,
            "rw" => read_only = false,
            known if OF_LINUX.contains(&known) => {
                return Err(refusal(subject, format!("{known:?} has no meaning on Windows; there are ro and rw")));
            }
            other => {
                return Err(refusal(subject, format!("{other:?} is not an option of a volume; there are ro and rw")));
            }
        }
    }
    mount(source, destination, read_only, host.world.current_dir(), host, &subject)
}

/// The mount of `--mount type=bind|npipe,…`.
pub fn keyed(words: &str, host: &Host<'_>) -> Result<Mount> {
    let subject = format!("--mount {words}");
    let wrong = |message: &str| refusal(&subject, message);
    let (mut kind, mut source, mut target, mut read_only) = (None, None, None, false);
    for field in fields(words).map_err(|message| refusal(&subject, message))? {
        let (key, value) = field.split_once('=').map_or((field.as_str(), None), |(key, value)| (key, Some(value)));
        let slot = match key {
            "type" => &mut kind,
            "source" | "src" => &mut source,
            "target" | "dst" | "destination" => &mut target,
            "readonly" | "ro" => {
                read_only = match value {
                    None | Some("true" | "1") => true,
                    Some("false" | "0") => false,
                    Some(value) => return Err(wrong(&format!("{key}: {value:?} is neither true nor false"))),
                };
                continue;
            }
            key => {
                return Err(wrong(&format!(
                    "{key:?} has no meaning on Windows; there are type, source, target and readonly"
                )));
            }
        };
        match value.filter(|value| !value.is_empty()) {
            Some(_) if slot.is_some() => return Err(wrong(&format!("{key} is given twice"))),
            Some(value) => *slot = Some(value.to_owned()),
            None => return Err(wrong(&format!("{key} needs a value"))),
        }
    }
    let kind = kind.ok_or_else(|| wrong("type is missing; write type=bind or type=npipe"))?;
    if !matches!(kind.as_str(), "bind" | "npipe") {
        return Err(wrong(&format!("type {kind:?} has no meaning on Windows; there are bind and npipe")));
    }
    let source = source.ok_or_else(|| wrong("source is missing"))?;
    let target = target.ok_or_else(|| wrong("target is missing"))?;
    let mount = mount(&source, &target, read_only, host.world.current_dir(), host, &subject)?;
    match (kind.as_str(), paths::is_pipe(&mount.destination)) {
        ("bind", false) | ("npipe", true) => Ok(mount),
        ("bind", true) => Err(wrong("type=bind is for folders and files; write type=npipe")),
        _ => Err(wrong("type=npipe is for pipes such as \\\\.\\pipe\\name")),
    }
}

/// A mount of an existing folder, file or pipe. A relative source starts at `folder`.
pub fn mount(
    source: &str,
    destination: &str,
    read_only: bool,
    folder: &Path,
    host: &Host<'_>,
    subject: &str,
) -> Result<Mount> {
    let wrong = |message: String| refusal(subject, message);
    let source = paths::outside(source, folder, host).map_err(wrong)?;
    let slashes = destination.replace('/', "\\");
    let destination = if paths::is_pipe(&slashes) { slashes } else { paths::inside(destination).map_err(wrong)? };
    if paths::is_pipe(&source) != paths::is_pipe(&destination) {
        return Err(refusal(subject, "a named pipe is mapped to a named pipe, such as \\\\.\\pipe\\name"));
    }
    if destination.eq_ignore_ascii_case("C:\\") {
        return Err(refusal(subject, "a mount cannot replace the root"));
    }
    paths::expect(&source, host, subject)?;
    let options = if read_only { vec!["ro".to_owned()] } else { Vec::new() };
    Ok(Mount { destination, source: Some(source), options, ..Mount::default() })
}

/// Refuses two mounts at one place, which Windows does not tell apart by case.
pub fn check(wanted: &[(String, Mount)]) -> Result<()> {
    for (index, (subject, mount)) in wanted.iter().enumerate() {
        let same = |(_, earlier): &(String, Mount)| earlier.destination.eq_ignore_ascii_case(&mount.destination);
        if wanted[..index].iter().any(same) {
            return Err(refusal(subject, format!("there is already a mount at {}", mount.destination)));
        }
    }
    Ok(())
}
