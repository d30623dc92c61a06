//! Which host is planned for, and what is known of it.

use crate::cli::checked;
use crate::cli::plan::PlanArgs;
use crate::files;
use crate::intent::{nearest::nearest, refusal, size};
use anyhow::Result;
use hcs_engine::Engine;
use hcs_engine::plan::{HostFacts, Os};
use serde_json::{Map, Value};

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
pub fn choose(wanted: Option<Os>, args: &PlanArgs, engine: &Engine) -> Result<Target> {
    let mut target = named(wanted, engine)?;
    if let Some(file) = &args.facts {
        let subject = format!("--facts {}", file.display());
        let text = files::read(file).map_err(|error| refusal(&subject, error.to_string()))?;
        let os = target.facts.os;
        target.facts = overridden(&target.facts, &text, &subject, wanted.is_some())?;
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

fn named(wanted: Option<Os>, engine: &Engine) -> Result<Target> {
    let Some(wanted) = wanted else {
        return Ok(Target { facts: engine.host()?, here: true });
    };
    // Where this machine cannot be told, it is at least not the one that is asked for.
    if let Some(facts) = engine.host().ok().filter(|this| same(this.os, wanted)) {
        return Ok(Target { facts, here: true });
    }
    let facts = match wanted {
        Os::Linux => HostFacts::linux(SOME_LINUX.0, SOME_LINUX.1),
        Os::Windows { build, .. } => HostFacts { os: wanted, ..HostFacts::windows(build) },
    };
    Ok(Target { facts, here: false })
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

/// Facts, with those of a file in their place. A system that was asked for is not another one because of a file.
fn overridden(facts: &HostFacts, text: &str, subject: &str, asked: bool) -> Result<HostFacts> {
    let wrong = |error: serde_json::Error| refusal(subject, error.to_string());
    let given: Map<String, Value> = serde_json::from_str(text).map_err(wrong)?;
    if asked && given.contains_key("os") {
        return Err(refusal(subject, "os: --host and --diff say which system it is; leave it out").into());
    }
    let mut all = match serde_json::to_value(facts)? {
        Value::Object(all) => all,
        other => anyhow::bail!("facts are written as {other}"),
    };
    merge(&mut all, given).map_err(|message| refusal(subject, message))?;
    let facts: HostFacts = serde_json::from_value(Value::Object(all)).map_err(wrong)?;
    checked::supported(facts.os).map_err(|message| refusal(subject, format!("os: {message}")))?;
    if facts.processors == 0 {
        return Err(refusal(subject, "processors: a host has at least 1").into());
    }
    Ok(facts)
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
        let changed = overridden(&facts, text, "f", false).unwrap();
        assert_eq!((changed.build(), changed.processors, changed.linux_boot.vmlinux), (Some(17763), 2, false));
        assert_eq!((changed.linux_boot.folder, changed.paths.len()), (facts.linux_boot.folder.clone(), 1));
        for (text, expected) in [
            (r#"{"procesors": 2}"#, r#"f: unknown fact "procesors"; did you mean "processors"?"#),
            (r#"{"linuxBoot": {"kernel": 2}}"#, r#"f: unknown fact "kernel""#),
            (r#"{"processors": 0}"#, "f: processors: a host has at least 1"),
            (
                r#"{"os": {"windows": {"build": 9600, "revision": 0}}}"#,
                "f: os: Windows build 9600 has no containers; the first that has is 14393 (Server 2016)",
            ),
        ] {
            assert_eq!(overridden(&facts, text, "f", false).unwrap_err().to_string(), expected);
        }
        assert!(overridden(&facts, r#"{"processors": "many"}"#, "f", false).is_err());
        assert!(overridden(&facts, "[]", "f", false).is_err());
        let error = overridden(&facts, r#"{"os": "linux"}"#, "f", true).unwrap_err().to_string();
        assert_eq!(error, "f: os: --host and --diff say which system it is; leave it out");
    }
}
