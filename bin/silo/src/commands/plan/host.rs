//! Which host is planned for, and what is known of it.

use crate::cli::plan::PlanArgs;
use crate::files;
use crate::intent::{nearest::nearest, refusal, size};
use anyhow::Result;
use hcs_engine::plan::{HostFacts, Os};
use hcs_engine::{Engine, windows_version};
use serde_json::{Map, Value};
use std::path::Path;

/// A Linux host that is not this machine: processors, and memory in MiB.
const SOME_LINUX: (u32, u64) = (4, 8192);

/// A host to plan for.
pub struct Target {
    /// What is known of it.
    pub facts: HostFacts,
    /// Whether it is this machine, so that paths can be looked at.
    pub here: bool,
}

/// The host of a word, this machine without one, with the facts that the caller gives.
pub fn choose(word: Option<&str>, args: &PlanArgs, engine: &Engine) -> Result<Target> {
    let mut target = named(word, engine)?;
    if let Some(file) = &args.facts {
        let os = target.facts.os;
        let text =
            files::read(file).map_err(|error| refusal(format!("--facts {}", file.display()), error.to_string()))?;
        target.facts = overridden(&target.facts, &text, file)?;
        let subject = format!("--facts {}", file.display());
        if !args.diff.is_empty() && target.facts.os != os {
            return Err(refusal(subject, "it has an os, which would make the two hosts of --diff the same").into());
        }
        if target.facts.processors == 0 {
            return Err(refusal(subject, "processors is 0; a host has one at least").into());
        }
        target.here &= target.facts.os == os;
    }
    let facts = &mut target.facts;
    facts.processors = args.processors.unwrap_or(facts.processors);
    if let Some(words) = &args.memory {
        let bytes = size::bytes(words).map_err(|message| refusal("--memory", message))?;
        facts.memory_mb = u64::try_from(bytes)? >> 20;
    }
    facts.hypervisor &= !args.no_hypervisor;
    Ok(target)
}

fn named(word: Option<&str>, engine: &Engine) -> Result<Target> {
    let Some(word) = word else {
        return Ok(Target { facts: engine.host()?, here: true });
    };
    // Where this machine cannot be told, it is at least not the one that is asked for.
    let this = engine.host().ok();
    let wanted = match word {
        "linux" => Os::Linux,
        word => version(word).ok_or_else(|| {
            let message =
                format!("{word:?} is no host; write linux, or a build of Windows such as 20348 or 20348.2031");
            refusal("--host", message)
        })?,
    };
    if let Some(facts) = this.filter(|this| same(this.os, wanted)) {
        return Ok(Target { facts, here: true });
    }
    let facts = match wanted {
        Os::Linux => HostFacts::linux(SOME_LINUX.0, SOME_LINUX.1),
        Os::Windows { build, .. } => HostFacts { os: wanted, ..HostFacts::windows(build) },
    };
    Ok(Target { facts, here: false })
}

/// A build with or without its revision, or a whole version.
fn version(word: &str) -> Option<Os> {
    let plain = word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain.then(|| windows_version(word).or_else(|| windows_version(&format!("10.0.{word}")))).flatten()
}

/// Whether a machine is the one that was asked for; without a revision any one of its build is.
fn same(this: Os, wanted: Os) -> bool {
    match (this, wanted) {
        (Os::Linux, Os::Linux) => true,
        (Os::Windows { build, revision }, Os::Windows { build: wanted, revision: exactly }) => {
            build == wanted && (exactly == 0 || exactly == revision)
        }
        _ => false,
    }
}

/// Facts, with those of a file in their place.
fn overridden(facts: &HostFacts, text: &str, file: &Path) -> Result<HostFacts> {
    let subject = file.display().to_string();
    let wrong = |error: serde_json::Error| refusal(&subject, error.to_string());
    let given: Map<String, Value> = serde_json::from_str(text).map_err(wrong)?;
    let mut all = match serde_json::to_value(facts)? {
        Value::Object(all) => all,
        other => anyhow::bail!("facts are written as {other}"),
    };
    merge(&mut all, given).map_err(|message| refusal(&subject, message))?;
    Ok(serde_json::from_value(Value::Object(all)).map_err(wrong)?)
}

/// Puts the given values in place. A fact that there is not is refused; what has no fixed keys is replaced as a whole.
fn merge(all: &mut Map<String, Value>, given: Map<String, Value>) -> std::result::Result<(), String> {
    for (key, value) in given {
        let Some(known) = all.get_mut(&key) else {
            let hint = nearest(&key, all.keys().map(String::as_str)).map(|near| format!("; did you mean {near:?}?"));
            return Err(format!("unknown fact {key:?}{}", hint.unwrap_or_default()));
        };
        match (key.as_str(), known, value) {
            ("linuxBoot", Value::Object(known), Value::Object(given)) => merge(known, given)?,
            (_, known, value) => *known = value,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_with_and_without_revision() {
        let windows = |build, revision| Some(Os::Windows { build, revision });
        for (word, expected) in [
            ("20348", windows(20348, 0)),
            ("20348.2031", windows(20348, 2031)),
            ("10.0.17763", windows(17763, 0)),
            ("10.0.17763.1", windows(17763, 1)),
            ("", None),
            ("windows", None),
            ("20348.", None),
            ("1.2.3", None),
            ("build20348", None),
        ] {
            assert_eq!(version(word), expected, "{word}");
        }
    }

    #[test]
    fn a_machine_is_known_by_its_build() {
        let windows = |build, revision| Os::Windows { build, revision };
        assert!(same(windows(1, 5), windows(1, 0)) && same(windows(1, 5), windows(1, 5)) && same(Os::Linux, Os::Linux));
        assert!(
            !same(windows(1, 5), windows(1, 4))
                && !same(windows(1, 5), windows(2, 0))
                && !same(Os::Linux, windows(1, 0))
        );
    }

    #[test]
    fn facts_of_a_file_win_and_unknown_ones_are_refused() {
        let facts = HostFacts::windows(20348);
        let text = r#"{"os": {"windows": {"build": 17763, "revision": 5}}, "processors": 2, "linuxBoot": {"vmlinux": false},
            "paths": {"C:\\x": {"is": "file"}}}"#;
        let changed = overridden(&facts, text, Path::new("f")).unwrap();
        assert_eq!((changed.build(), changed.processors, changed.linux_boot.vmlinux), (Some(17763), 2, false));
        assert_eq!((changed.linux_boot.folder, changed.paths.len()), (facts.linux_boot.folder.clone(), 1));
        for (text, expected) in [
            (r#"{"procesors": 2}"#, r#"f: unknown fact "procesors"; did you mean "processors"?"#),
            (r#"{"linuxBoot": {"kernel": 2}}"#, r#"f: unknown fact "kernel""#),
        ] {
            assert_eq!(overridden(&facts, text, Path::new("f")).unwrap_err().to_string(), expected);
        }
        assert!(overridden(&facts, r#"{"processors": "many"}"#, Path::new("f")).is_err());
        assert!(overridden(&facts, "[]", Path::new("f")).is_err());
    }
}
