//! What each annotation does to a plan: a case for every key of the table, against the plan without the key.
//!
//! Linux guests get all annotations in the specification, so that alone is no effect, except for those keys whose effect is
//! the guest's own doing: these are [`Shows::Forwarded`].
#![forbid(unsafe_code)]

mod effects;

use effects::{Base, Case, Shows, cases};
use hcs_host::plan::annotations::{ENTRIES, SERVICE_TABLE};
use hcs_host::plan::{HostFacts, Plan, Wanted};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What becomes of a container: its plan, or the words with which it is refused.
struct Outcome {
    /// The plan, without the annotations that a guest gets.
    plan: Value,
    /// All of it as text with single backslashes, or the refusal.
    text: String,
    refused: bool,
    /// The annotations that a guest gets.
    forwarded: Value,
}

/// Takes all annotations out of a plan, and answers those that were there.
fn take_annotations(value: &mut Value) -> Value {
    let mut found = Value::Null;
    let inner: Vec<&mut Value> = match value {
        Value::Object(map) => {
            found = map.remove("annotations").unwrap_or_default();
            map.values_mut().collect()
        }
        Value::Array(list) => list.iter_mut().collect(),
        _ => Vec::new(),
    };
    for value in inner {
        let more = take_annotations(value);
        found = if found.is_null() { more } else { found };
    }
    found
}

/// A value with the parts of another in the place of its own.
fn merge(into: &mut Value, patch: Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, patch) => *into = patch,
    }
}

/// The container and the host of a case, without its key.
fn base(case: &Case) -> Value {
    let mut wanted =
        json!({ "id": "web", "owner": "silo", "bundle": r"C:\bundles\web", "spec": { "ociVersion": "1.3.0" } });
    let windows = json!({ "layerFolders": [r"C:\layers\app", r"C:\layers\base", r"C:\scratch\web"] });
    let spec = &mut wanted["spec"];
    spec["process"] = json!({ "args": ["run"], "cwd": r"C:\", "user": { "username": r"NT AUTHORITY\SYSTEM" } });
    spec["root"] = json!({ "path": "" });
    spec["annotations"] = json!({});
    match case.base {
        Base::Process => spec["windows"] = windows,
        Base::Job => {
            spec["windows"] = windows;
            spec["annotations"] = json!({ "microsoft.com/hostprocess-container": "true" });
        }
        Base::Windows => {
            spec["windows"] = windows;
            spec["windows"]["hyperv"] = json!({});
        }
        Base::Linux | Base::LinuxHost => {
            spec["process"] = json!({ "args": ["run"], "cwd": "/", "user": { "uid": 0, "gid": 0 } });
            spec["linux"] = json!({ "namespaces": [{ "type": "mount" }] });
            if case.base == Base::Linux {
                spec["windows"] = windows;
            } else {
                wanted["state"] = json!("/state");
                wanted["layers"] = json!(["/layers/base"]);
                wanted["scratch"] = json!("/scratch");
            }
        }
    }
    for (key, value) in case.beside {
        wanted["spec"]["annotations"][key] = json!(value);
    }
    let facts = if case.base == Base::LinuxHost { HostFacts::linux(4, 8192) } else { HostFacts::windows(case.build) };
    let mut all = json!({ "wanted": wanted, "facts": facts });
    if !case.patch.is_empty() {
        merge(&mut all, serde_json::from_str(case.patch).expect("a patch"));
    }
    all
}

fn outcome(mut all: Value, key: Option<(&str, &str)>) -> Outcome {
    if let Some((key, value)) = key {
        all["wanted"]["spec"]["annotations"][key] = json!(value);
    }
    let wanted: Wanted = serde_json::from_value(all["wanted"].take()).expect("what is wanted");
    let facts: HostFacts = serde_json::from_value(all["facts"].take()).expect("facts");
    match Plan::new(&wanted, &facts) {
        Ok(plan) => {
            let mut plan = serde_json::to_value(plan).expect("a plan");
            let forwarded = take_annotations(&mut plan);
            let text = plan.to_string().replace(r"\\", r"\").replace(r#"\""#, "\"");
            Outcome { plan, text, refused: false, forwarded }
        }
        Err(error) => Outcome { plan: Value::Null, text: error.message, refused: true, forwarded: Value::Null },
    }
}

impl Outcome {
    /// What the documents of the plan, or the plan itself, have at a place.
    fn at(&self, pointer: &str) -> Vec<&Value> {
        let steps = self.plan["steps"].as_array().into_iter().flatten().map(|step| &step["call"]["document"]);
        steps.chain([&self.plan]).filter_map(|document| document.pointer(pointer)).collect()
    }
}

/// Two texts from where they begin to differ, and not to their ends.
fn difference(one: &str, other: &str) -> [String; 2] {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    [one, other].map(|text| text.chars().skip(same.saturating_sub(40)).take(300).collect())
}

/// What is wrong with a case.
fn wrong(case: &Case) -> Option<String> {
    let (with, without) = (outcome(base(case), Some((case.key, case.value))), outcome(base(case), None));
    if with.refused != matches!(case.shows, Shows::Refused(_)) {
        return Some(format!("the plan with it: {}", with.text));
    }
    let equal = with.text == without.text;
    let good = match case.shows {
        Shows::At(pointer, value) => {
            let value: Value = serde_json::from_str(value).expect("a value");
            with.at(pointer).contains(&&value) && !without.at(pointer).contains(&&value)
        }
        Shows::Over(pointer, value, field) => {
            let [value, field]: [Value; 2] = [value, field].map(|text| serde_json::from_str(text).expect("a value"));
            with.at(pointer) == [&value] && without.at(pointer) == [&field]
        }
        Shows::Says(text) => with.text.contains(text) && !without.text.contains(text),
        Shows::Refused(text) => with.text.contains(text) && !without.refused,
        Shows::Lacks(text) => !without.refused && !with.text.contains(text) && without.text.contains(text),
        Shows::Forwarded => with.forwarded[case.key] == case.value && without.forwarded.get(case.key).is_none(),
    };
    let expected = equal == matches!(case.shows, Shows::Forwarded);
    let [with, without] = difference(&with.text, &without.text);
    (!good || !expected).then(|| format!("{:?}\n  with:    {with}\n  without: {without}", case.shows))
}

#[test]
fn annotations_do_what_they_say() {
    let wrong: Vec<String> = cases()
        .filter_map(|case| Some(format!("{}={} on {:?}: {}", case.key, case.value, case.base, wrong(case)?)))
        .collect();
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_annotation_has_a_case() {
    let known: BTreeSet<&str> = cases().map(|case| case.key).collect();
    let missing: Vec<&str> = ENTRIES.iter().map(|entry| entry.key).filter(|key| !known.contains(key)).collect();
    assert!(missing.is_empty(), "these have no case: {missing:#?}");
    assert!(known.iter().any(|key| key.starts_with(SERVICE_TABLE)), "the service table has no case");
}
