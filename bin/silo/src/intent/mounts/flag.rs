//! `--mount KEY=VALUE,…`: Docker's keys, as far as there is something behind them.

use super::{Access, Bind, PROPAGATIONS, destination_of, tmpfs};
use crate::intent::nearest::nearest;
use crate::intent::{Result, World, paths, refusal, size};
use hcs_schema::oci::Mount;

const KEYS: [&str; 13] = [
    "type",
    "source",
    "src",
    "target",
    "dst",
    "destination",
    "readonly",
    "ro",
    "bind-propagation",
    "bind-recursive",
    "bind-nonrecursive",
    "tmpfs-size",
    "tmpfs-mode",
];

/// The keys that were given; `Some("")` for one without a value.
#[derive(Debug, Default)]
struct Keys {
    kind: Option<String>,
    source: Option<String>,
    target: Option<String>,
    read_only: bool,
    propagation: Option<String>,
    recursive: Option<String>,
    tmpfs: Vec<(String, String)>,
}

/// The mount that the words ask for.
pub fn parse(words: &str, world: &dyn World) -> Result<Mount> {
    let subject = format!("--mount {words}");
    let keys = read(words).map_err(|message| refusal(&subject, message))?;
    match keys.kind.as_deref() {
        Some("bind") => bind(keys, world, &subject),
        Some("tmpfs") => in_memory(keys).map_err(|message| refusal(subject, message)),
        Some(kind @ ("volume" | "image" | "npipe" | "cluster")) => {
            Err(refusal(subject, format!("type {kind:?} is not supported; there are bind and tmpfs")))
        }
        Some(kind) => Err(refusal(subject, format!("type {kind:?} is not known; there are bind and tmpfs"))),
        None => Err(refusal(subject, "type is missing; write type=bind or type=tmpfs")),
    }
}

fn bind(keys: Keys, world: &dyn World, subject: &str) -> Result<Mount> {
    let wrong = |message: &str| refusal(subject, message);
    if let Some((key, _)) = keys.tmpfs.first() {
        return Err(wrong(&format!("{key} does not go with type=bind")));
    }
    let source = keys.source.ok_or_else(|| wrong("source is missing"))?;
    let target = keys.target.ok_or_else(|| wrong("target is missing"))?;
    let path = paths::outside(world.current_dir(), source);
    let mut bind = Bind::new(paths::text(&path, subject)?, destination_of(&target).map_err(|text| wrong(&text))?);
    if let Some(propagation) = keys.propagation {
        bind.propagation = propagation;
    }
    bind.recursive = keys.recursive.as_deref() != Some("disabled");
    bind.read_only = match (keys.read_only, keys.recursive.as_deref()) {
        (false, Some("readonly")) => return Err(wrong("bind-recursive=readonly needs readonly")),
        (false, _) => Access::Write,
        (true, Some("writable")) => Access::ReadTop,
        (true, _) => Access::ReadAll,
    };
    paths::look(world, &path, subject)?;
    Ok(bind.mount())
}

fn in_memory(keys: Keys) -> std::result::Result<Mount, String> {
    for (given, key) in [
        (keys.source.is_some(), "source"),
        (keys.propagation.is_some(), "bind-propagation"),
        (keys.recursive.is_some(), "bind-recursive"),
    ] {
        if given {
            return Err(format!("{key} does not go with type=tmpfs"));
        }
    }
    let mut mount = tmpfs::in_memory(&destination_of(&keys.target.ok_or("target is missing")?)?);
    if keys.read_only {
        mount.options.push("ro".into());
    }
    for (key, value) in keys.tmpfs {
        match key.as_str() {
            "tmpfs-size" => mount.options.push(format!("size={}", size::bytes(&value)?)),
            _ => mount.options.push(format!("mode={}", tmpfs::mode(&value)?)),
        }
    }
    Ok(mount)
}

fn read(words: &str) -> std::result::Result<Keys, String> {
    let mut keys = Keys::default();
    for field in fields(words)? {
        let (key, value) = field.split_once('=').map_or((field.as_str(), None), |(key, value)| (key, Some(value)));
        let text = || value.filter(|value| !value.is_empty()).map(str::to_owned).ok_or(format!("{key} needs a value"));
        let once = |slot: &Option<String>| if slot.is_some() { Err(format!("{key} is given twice")) } else { text() };
        match key {
            "type" => keys.kind = Some(once(&keys.kind)?),
            "source" | "src" => keys.source = Some(once(&keys.source)?),
            "target" | "dst" | "destination" => keys.target = Some(once(&keys.target)?),
            "readonly" | "ro" => keys.read_only = truth(key, value)?,
            "bind-propagation" => keys.propagation = Some(among(key, &once(&keys.propagation)?, &PROPAGATIONS)?),
            "bind-recursive" => {
                let value = among(key, &once(&keys.recursive)?, &["enabled", "disabled", "writable", "readonly"])?;
                keys.recursive = Some(value);
            }
            "bind-nonrecursive" if truth(key, value)? => keys.recursive = Some("disabled".into()),
            "bind-nonrecursive" => {}
            "tmpfs-size" | "tmpfs-mode" => keys.tmpfs.push((key.to_owned(), text()?)),
            other => return Err(unknown(other)),
        }
    }
    Ok(keys)
}

fn unknown(key: &str) -> String {
    let docker = ["consistency", "bind-selinux", "relabel", "bind-create-src"];
    if key.starts_with("volume-") || key.starts_with("image-") || docker.contains(&key) {
        return format!("{key} is not supported");
    }
    let hint = nearest(key, KEYS).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    format!("{key:?} is not a key of a mount{hint}")
}

fn truth(key: &str, value: Option<&str>) -> std::result::Result<bool, String> {
    match value {
        None | Some("true" | "1") => Ok(true),
        Some("false" | "0") => Ok(false),
        Some(value) => Err(format!("{key}: {value:?} is neither true nor false")),
    }
}

fn among(key: &str, value: &str, known: &[&str]) -> std::result::Result<String, String> {
    match known.contains(&value) {
        true => Ok(value.to_owned()),
        false => Err(format!("{key}: {value:?} is not one of {}", known.join(", "))),
    }
}

/// Splits comma-separated values. A field in double quotes may contain commas, and a quote as two.
pub fn fields(words: &str) -> std::result::Result<Vec<String>, String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = words.chars().peekable();
    while let Some(c) = characters.next() {
        let field_is_empty = fields.last().is_some_and(String::is_empty);
        match c {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => {
                fields.last_mut().into_iter().for_each(|f| f.push('"'))
            }
            '"' if quoted => quoted = false,
            '"' if field_is_empty => quoted = true,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().into_iter().for_each(|field| field.push(c)),
        }
    }
    match quoted {
        true => Err("a quote is not closed".into()),
        false => Ok(fields),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_fields() {
        assert_eq!(fields("a=1,b").unwrap(), ["a=1", "b"]);
        assert_eq!(fields(r#"type=bind,"src=/a,b","dst=/""c""""#).unwrap(), ["type=bind", "src=/a,b", "dst=/\"c\""]);
        assert!(fields("\"a").is_err());
    }
}
