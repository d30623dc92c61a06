//! `--device SRC[:DST[:ACCESS]]`.
//!
//! Who is privileged gets a node and a rule. An ordinary user may not make nodes, so the host's is bound, and whoever may use
//! it outside may use it inside; narrowing that takes control over devices.

use super::{Found, Result, World, defaults, mounts, paths, refusal};
use hcs_schema::oci::{self, DeviceRule, Mount};

/// What a device of the host becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum Granted {
    /// A node of the container's own.
    Node(oci::Device, DeviceRule),
    /// The host's node.
    Bound(Mount),
}

/// What the words ask for.
pub fn parse(words: &str, world: &dyn World) -> Result<Granted> {
    let subject = format!("--device {words}");
    let (source, destination, access) = split(words).map_err(|message| refusal(&subject, message))?;
    let path = paths::outside(world.current_dir(), source);
    let Found::Device(device) = paths::look(world, &path, &subject)? else {
        return Err(refusal(subject, format!("{} is not a device", path.display())));
    };
    let destination = match destination {
        Some(destination) => destination.to_owned(),
        None => paths::mirrored(&path, &subject)?,
    };
    if !world.facts().privileged {
        if access != "rwm" {
            let message = "an ordinary user cannot narrow the access to a device; leave it out, or run as root";
            return Err(refusal(subject, message));
        }
        return mounts::bind(source, &destination, false, world.current_dir(), world, &subject).map(Granted::Bound);
    }
    let kind = if device.block { "b" } else { "c" };
    let node = oci::Device {
        kind: kind.into(),
        path: paths::inside(&destination).map_err(|message| refusal(&subject, message))?,
        major: Some(device.major),
        minor: Some(device.minor),
        file_mode: Some(device.mode & 0o777),
        uid: Some(device.uid),
        gid: Some(device.gid),
        ..oci::Device::default()
    };
    Ok(Granted::Node(node, defaults::rule(Some(kind), Some(device.major), Some(device.minor), access)))
}

fn split(words: &str) -> std::result::Result<(&str, Option<&str>, &str), String> {
    let is_access = |word: &str| !word.is_empty() && word.bytes().all(|b| b"rwm".contains(&b));
    let parts: Vec<&str> = words.split(':').collect();
    let (source, destination, access) = match parts[..] {
        [source] => (source, None, "rwm"),
        [source, access] if is_access(access) => (source, None, access),
        [source, destination] => (source, Some(destination), "rwm"),
        [source, destination, access] => (source, Some(destination), access),
        _ => return Err("write SRC, SRC:DST or SRC:DST:ACCESS".into()),
    };
    if source.is_empty() || destination == Some("") {
        return Err("write SRC, SRC:DST or SRC:DST:ACCESS".into());
    }
    if !is_access(access) {
        return Err(format!("{access:?} is not an access; write some of r, w and m"));
    }
    Ok((source, destination, access))
}
