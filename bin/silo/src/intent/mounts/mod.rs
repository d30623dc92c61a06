//! The caller's mounts: `--volume`, `--mount` and `--tmpfs`.
//!
//! They are gathered, and then put after the defaults, outer ones first. One at the place of a default replaces it; two at
//! the same place are refused.

mod flag;
mod tmpfs;
mod volume;

pub use flag::{fields, parse as parse_mount};
pub use tmpfs::parse as parse_tmpfs;
pub use volume::parse as parse_volume;

use super::{Result, World, paths, refusal};
use hcs_schema::oci::Mount;

/// How a mount spreads, and nothing else.
const PROPAGATIONS: [&str; 8] =
    ["private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"];

/// A bind mount that is wanted.
#[derive(Clone, Debug)]
struct Bind {
    source: String,
    destination: String,
    read_only: Access,
    recursive: bool,
    propagation: String,
    further: Vec<String>,
}

/// What may be written through a bind mount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Access {
    /// Everything.
    #[default]
    Write,
    /// Only the mounts below it.
    ReadTop,
    /// Nothing.
    ReadAll,
}

impl Bind {
    fn new(source: String, destination: String) -> Bind {
        let (read_only, further) = (Access::Write, Vec::new());
        Bind { source, destination, read_only, recursive: true, propagation: "rprivate".into(), further }
    }

    fn mount(self) -> Mount {
        let mut options = vec![if self.recursive { "rbind" } else { "bind" }.to_owned(), self.propagation];
        match self.read_only {
            Access::Write => {}
            Access::ReadTop => options.push("ro".into()),
            Access::ReadAll => options.extend(["ro".into(), "rro".into()]),
        }
        options.extend(self.further);
        Mount {
            destination: self.destination,
            kind: Some("bind".into()),
            source: Some(self.source),
            options,
            ..Mount::default()
        }
    }
}

/// A bind mount of an existing folder or file, as far as it needs no words of its own.
pub fn bind(
    source: &str,
    destination: &str,
    read_only: bool,
    folder: &std::path::Path,
    world: &dyn World,
    subject: &str,
) -> Result<Mount> {
    let path = paths::outside(folder, source);
    paths::look(world, &path, subject)?;
    let access = if read_only { Access::ReadAll } else { Access::Write };
    let destination = destination_of(destination).map_err(|message| refusal(subject, message))?;
    Ok(Bind { read_only: access, ..Bind::new(paths::text(&path, subject)?, destination) }.mount())
}

/// Adds mounts to the defaults.
pub fn add(all: &mut Vec<Mount>, wanted: Vec<(String, Mount)>) -> Result<()> {
    for (index, (subject, mount)) in wanted.iter().enumerate() {
        if wanted.iter().take(index).any(|(_, earlier)| earlier.destination == mount.destination) {
            return Err(refusal(subject, format!("there is already a mount at {}", mount.destination)));
        }
    }
    let mut wanted: Vec<Mount> = wanted.into_iter().map(|(_, mount)| mount).collect();
    wanted.sort_by_key(|mount| mount.destination.matches('/').count());
    let hides = |mount: &Mount, place: &str| {
        mount.destination == place || (mount.destination == "/dev" && place.starts_with("/dev/"))
    };
    all.retain(|default| !wanted.iter().any(|mount| hides(mount, &default.destination)));
    all.extend(wanted);
    Ok(())
}

fn destination_of(words: &str) -> std::result::Result<String, String> {
    match paths::inside(words)?.as_str() {
        "/" => Err("a mount cannot replace the root".into()),
        path => Ok(path.to_owned()),
    }
}
