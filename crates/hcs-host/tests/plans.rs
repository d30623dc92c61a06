//! Whole plans of many containers, on four builds of Windows Server, compared with what they were.
//!
//! Each `plans/NAME.json` has what is wanted and, if need be, facts that differ from those of an ordinary host. Beside it is
//! `NAME.plan.json` with the plan for each build, or the words with which it is refused; a plan that differs from the one of
//! the build before in nothing but the host's name is `same as` that one. `SILO_BLESS=1` writes them anew.
#![forbid(unsafe_code)]

use hcs_host::plan::{HostFacts, Plan, Wanted};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// Server 2016, 2019, 2022 and 2025.
const BUILDS: [u32; 4] = [14393, 17763, 20348, 26100];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans")
}

fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("the cases");
    let paths = entries.map(|entry| entry.expect("a case").path());
    let mut cases: Vec<PathBuf> = paths.filter(|path| !path.to_string_lossy().ends_with(".plan.json")).collect();
    cases.sort();
    cases
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What is wanted, and the host of a build with the facts of the case.
fn case(path: &Path, build: u32) -> (Wanted, HostFacts) {
    let mut case = read(path);
    let wanted =
        serde_json::from_value(case["wanted"].take()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut facts = serde_json::to_value(HostFacts::windows(build)).expect("facts");
    if let Value::Object(differing) = case["facts"].take() {
        facts.as_object_mut().expect("facts").extend(differing);
    }
    (wanted, serde_json::from_value(facts).expect("facts"))
}

/// The plans of a case by build.
fn plans(path: &Path) -> Value {
    let mut plans = Map::new();
    let mut before: Option<(u32, Value)> = None;
    for build in BUILDS {
        let (wanted, facts) = case(path, build);
        let mut plan = match Plan::new(&wanted, &facts) {
            Ok(plan) => serde_json::to_value(plan).expect("a plan"),
            Err(error) => Value::from(format!("refused: {error}")),
        };
        if let Some(plan) = plan.as_object_mut() {
            plan.remove("host");
        }
        let shown = match &before {
            Some((same, earlier)) if *earlier == plan && plan.is_object() => Value::from(format!("same as {same}")),
            _ => {
                before = Some((build, plan.clone()));
                plan
            }
        };
        plans.insert(build.to_string(), shown);
    }
    Value::Object(plans)
}

#[test]
fn plans_are_what_they_were() {
    let bless = std::env::var_os("SILO_BLESS").is_some();
    let mut wrong = Vec::new();
    for path in cases() {
        let golden = path.with_extension("plan.json");
        let found = format!("{:#}\n", plans(&path));
        if bless {
            std::fs::write(&golden, found).expect("the plan");
        } else if std::fs::read_to_string(&golden).map(|text| text.replace("\r\n", "\n")).ok().as_ref() != Some(&found)
        {
            let place = found
                .lines()
                .zip(
                    std::fs::read_to_string(&golden).unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>(),
                )
                .find(|(a, b)| a != b)
                .map(|(a, b)| format!("\n  was {b}\n  is  {a}"));
            wrong.push(format!("{}{}", path.display(), place.unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "these differ; SILO_BLESS=1 accepts them:\n{}", wrong.join("\n"));
}

#[test]
fn there_are_many_cases() {
    assert!(cases().len() >= 60, "{} cases", cases().len());
}

#[test]
fn making_a_plan_twice_makes_the_same() {
    for path in cases() {
        assert_eq!(plans(&path), plans(&path), "{}", path.display());
    }
}
