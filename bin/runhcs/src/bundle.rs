//! Reading a bundle, and saying which field of it is wrong.

use anyhow::{Context, Result, bail};
use hcs_schema::oci::{Process, Spec};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longest file that is read; a device has no end.
const LONGEST: u64 = 16 << 20;

/// The specification of a bundle, and the bundle's own path.
pub fn read(bundle: Option<&Path>) -> Result<(Spec, PathBuf)> {
    let folder = bundle.unwrap_or(Path::new("."));
    let folder = folder.canonicalize().with_context(|| format!("open the bundle {}", folder.display()))?;
    let path = folder.join("config.json");
    let spec: Spec = parse(&text(&path)?).with_context(|| path.display().to_string())?;
    check(&spec).with_context(|| path.display().to_string())?;
    Ok((spec, folder))
}

/// The process of a file, as in a specification.
pub fn process(path: &Path) -> Result<Process> {
    let process: Process = parse(&text(path)?).with_context(|| path.display().to_string())?;
    check_process(&process, "").with_context(|| path.display().to_string())?;
    Ok(process)
}

/// Reads a file that is no longer than such files are.
pub fn text(path: &Path) -> Result<String> {
    let file = std::fs::File::open(path).with_context(|| format!("open {}", path.display()))?;
    bounded(file).with_context(|| format!("read {}", path.display()))
}

/// Reads all of something that may be longer than it should be.
pub fn bounded(from: impl Read) -> Result<String> {
    let mut text = String::new();
    from.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        bail!("it is longer than {LONGEST} bytes, more than any such file has");
    }
    Ok(text)
}

/// Reads JSON, naming the field that is wrong.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    let wrong = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(wrong) => wrong,
    };
    // Only who is in trouble pays for finding out where.
    let field = serde_json::from_str(text).ok().and_then(|value| field::<T>(&value));
    match field {
        Some(field) => bail!("{field}: {wrong}"),
        None => bail!("{wrong}"),
    }
}

/// The one field without which the rest can be read, as deep as it goes.
fn field<T: DeserializeOwned>(value: &Value) -> Option<String> {
    let reads = |value: Value| serde_json::from_value::<T>(value).is_ok();
    let mut place = String::new();
    let mut pointer = String::new();
    loop {
        let steps: Vec<(String, String)> = match value.pointer(&pointer)? {
            Value::Object(fields) => fields
                .keys()
                .map(|key| {
                    (
                        key.replace('~', "~0").replace('/', "~1"),
                        if place.is_empty() { key.clone() } else { format!("{place}.{key}") },
                    )
                })
                .collect(),
            Value::Array(items) => {
                (0..items.len()).map(|index| (index.to_string(), format!("{place}[{index}]"))).collect()
            }
            _ => break,
        };
        let without = |step: &&(String, String)| {
            let mut rest = value.clone();
            let removed = match rest.pointer_mut(&pointer) {
                Some(Value::Object(fields)) => fields.remove(&step.0.replace("~1", "/").replace("~0", "~")).is_some(),
                Some(Value::Array(items)) => step.0.parse().is_ok_and(|index: usize| {
                    items.remove(index);
                    true
                }),
                _ => false,
            };
            removed && reads(rest)
        };
        let Some((step, shown)) = steps.iter().find(without) else { break };
        pointer = format!("{pointer}/{step}");
        place.clone_from(shown);
    }
    (!place.is_empty()).then_some(place)
}

/// What a specification must have.
fn check(spec: &Spec) -> Result<()> {
    // The two that its documentation calls mandatory come first.
    if let (Some(windows), None) = (&spec.windows, &spec.linux) {
        match windows.layer_folders.len() {
            0 => bail!(
                "windows.layerFolders: it is empty; list the layer folders, and the folder of the scratch space last"
            ),
            1 => bail!("windows.layerFolders: it lists the scratch space alone; list the layer folders before it"),
            _ => {}
        }
        if let Some(index) = windows.layer_folders.iter().position(String::is_empty) {
            bail!("windows.layerFolders[{index}]: it is empty");
        }
    }
    if spec.oci_version.is_empty() {
        bail!("ociVersion: it is missing; write for example 1.2.0");
    }
    let major = spec.oci_version.split('.').next().unwrap_or_default();
    if major != "1" {
        bail!("ociVersion: {} is not known; this runtime knows 1.x", spec.oci_version);
    }
    let Some(process) = &spec.process else { bail!("process: it is missing; name a program to run") };
    check_process(process, "process.")?;
    if spec.linux.is_some() {
        match &spec.root {
            None => bail!("root: it is missing; name the folder of the root filesystem"),
            Some(root) if root.path.is_empty() => {
                bail!("root.path: it is empty; name the folder of the root filesystem")
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn check_process(process: &Process, prefix: &str) -> Result<()> {
    let line = process.command_line.as_deref().unwrap_or_default();
    if process.args.first().is_none_or(String::is_empty) && line.is_empty() {
        bail!("{prefix}args: it is empty; name a program to run");
    }
    let windows = process.cwd.as_bytes().get(1) == Some(&b':') || process.cwd.starts_with('\\');
    if !process.cwd.starts_with('/') && !windows {
        bail!("{prefix}cwd: {:?} is no absolute path", process.cwd);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(spec: Value) -> String {
        let read = parse::<Spec>(&spec.to_string()).and_then(|spec| check(&spec));
        format!("{:#}", read.unwrap_err())
    }

    fn plain() -> Value {
        json!({"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"args": ["a"], "cwd": "/"}, "linux": {}})
    }

    #[test]
    fn a_wrong_field_is_named() {
        check(&parse(&plain().to_string()).unwrap()).unwrap();
        for (pointer, value, expected) in [
            ("/process/args", json!([]), "process.args: "),
            ("/process/cwd", json!("tmp"), "process.cwd: "),
            ("/process", json!(null), "process: "),
            ("/root/path", json!(""), "root.path: "),
            ("/ociVersion", json!("2.0.0"), "ociVersion: "),
            ("/root/path", json!(7), "root.path: "),
            ("/process/args", json!(["a", 7]), "process.args[1]: "),
            ("/linux", json!({"resources": {"memory": {"limit": "much"}}}), "linux.resources.memory.limit: "),
        ] {
            let mut spec = plain();
            *spec.pointer_mut(pointer).unwrap() = value;
            let error = refused(spec);
            assert!(error.starts_with(expected), "{pointer}: {error}");
        }
    }

    #[test]
    fn scratch_and_layers_of_windows_come_first() {
        let windows = |folders: Value| json!({"windows": {"layerFolders": folders}});
        assert!(refused(windows(json!([]))).contains("the folder of the scratch space last"));
        assert!(refused(windows(json!(["C:\\s"]))).contains("list the layer folders before it"));
        assert!(refused(windows(json!(["", "C:\\s"]))).starts_with("windows.layerFolders[0]"));
        assert!(refused(windows(json!(["C:\\l", "C:\\s"]))).starts_with("ociVersion"));
    }

    #[test]
    fn what_is_no_json_is_told_by_its_place() {
        let error = format!("{:#}", parse::<Spec>("{\"process\":").unwrap_err());
        assert!(error.contains("line 1"), "{error}");
    }
}
