//! Rules 1 and 3: who may depend on whom, what crates are called, and what the schema must not do.

use super::{Finding, Source};
use crate::workspace::{Dependency, Package};

/// What a member may depend on inside the workspace.
enum May {
    /// These and no others.
    Use(&'static [&'static str]),
    /// Anything: the end-to-end suites.
    UseAll,
}

/// Every member by its folder. A member that is not here is refused: its place has to be decided, not to happen.
const MEMBERS: &[(&str, May)] = &[
    ("crates/hcs-schema", May::Use(&[])),
    ("crates/hcs-host", May::Use(&["hcs-schema"])),
    ("crates/hcs-bridge", May::Use(&["hcs-schema", "hcs-host"])),
    // Its tests meet the service that stands in for the real one.
    ("crates/hcs-windows", May::Use(&["hcs-schema", "hcs-host", "hcs-fake"])),
    ("crates/hcs-linux", May::Use(&["hcs-schema", "hcs-host"])),
    ("crates/hcs-image", May::Use(&["hcs-schema"])),
    ("crates/hcs-engine", May::Use(&["hcs-schema", "hcs-host", "hcs-bridge", "hcs-windows", "hcs-linux", "hcs-image"])),
    // Its tests, too.
    ("bin/silo", May::Use(&["hcs-engine", "hcs-image", "hcs-schema", "hcs-fake"])),
    ("bin/runhcs", May::Use(&["hcs-engine", "hcs-schema"])),
    ("bin/containerd-shim-runhcs-v1", May::Use(&["hcs-engine", "hcs-schema"])),
    ("bin/gcs", May::Use(&["hcs-bridge", "hcs-linux", "hcs-host", "hcs-schema"])),
    ("bin/silo-cni", May::Use(&["hcs-engine", "hcs-schema"])),
    ("testing/hcs-fake", May::Use(&["hcs-schema", "hcs-host", "hcs-bridge"])),
    ("tests/it", May::UseAll),
    ("bench", May::Use(&["hcs-host", "hcs-schema"])),
    ("xtask", May::Use(&[])),
];

/// Words that say nothing about what a crate provides.
const EMPTY_NAMES: &[&str] = &["base", "common", "helpers", "misc", "types", "util", "utils"];

/// The programs that may name a platform's crate: the guest agent is the Linux end itself.
const PLATFORM_ENDS: &[&str] = &["bin/gcs/"];

/// Checks the manifests.
pub fn check(packages: &[Package]) -> Vec<Finding> {
    let internal: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    packages.iter().flat_map(|package| member(package, &internal)).collect()
}

fn member(package: &Package, internal: &[&str]) -> Vec<Finding> {
    let manifest = format!("{}/Cargo.toml", package.folder);
    let finding = |message: String| Finding::new("arrows", &manifest, 1, message);
    let mut findings = Vec::new();
    if package.name.split(['-', '_']).any(|word| EMPTY_NAMES.contains(&word)) {
        findings.push(finding(format!("`{}` does not say what it provides", package.name)));
    }
    let Some((_, may)) = MEMBERS.iter().find(|(folder, _)| *folder == package.folder) else {
        findings.push(finding(format!("`{}` has no row in xtask's table of members", package.folder)));
        return findings;
    };
    for dependency in &package.dependencies {
        let refused = match may {
            _ if !internal.contains(&dependency.name.as_str()) => outside(dependency),
            May::Use(names) if !names.contains(&dependency.name.as_str()) => Some("against the arrows".to_owned()),
            _ => None,
        };
        findings.extend(
            refused.map(|why| finding(format!("`{}` must not depend on `{}`: {why}", package.name, dependency.name))),
        );
    }
    findings
}

/// What is wrong with a dependency outside the workspace, if anything.
fn outside(dependency: &Dependency) -> Option<String> {
    match &dependency.source {
        None => Some("a folder outside the workspace".to_owned()),
        Some(source) if !source.starts_with("registry+") => Some(format!("{source} is no registry")),
        Some(_) => (dependency.requirement == "*").then(|| "its version is a wildcard".to_owned()),
    }
}

/// Programs are written against the boundary and never name a platform's crate.
pub fn names(source: &Source) -> Vec<Finding> {
    let exempt = PLATFORM_ENDS.iter().any(|folder| source.path.starts_with(folder));
    if !source.path.starts_with("bin/") || exempt {
        return Vec::new();
    }
    let finding =
        |place| Finding::new("arrows", &source.path, source.line(place), "a program names a platform's crate");
    ["hcs_windows", "hcs_linux"].iter().flat_map(|name| source.find(name)).map(finding).collect()
}

/// The schema is data: nothing in it reads, writes, connects or runs.
pub fn schema_io(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("crates/hcs-schema/src/") {
        return Vec::new();
    }
    let finding = |place| Finding::new("schema-io", &source.path, source.line(place), "hcs-schema does I/O");
    let direct = ["std::fs", "std::net", "std::process", "tokio"].into_iter().flat_map(|name| source.find(name));
    direct.chain(grouped(source)).map(finding).collect()
}

/// `use std::{fs, …}`
fn grouped(source: &Source) -> impl Iterator<Item = usize> {
    source.code.match_indices("std::{").filter_map(|(place, group)| {
        let end = source.closing(place + group.len() - 1);
        let inside = &source.code[place..end];
        let hit = ["fs", "net", "process"].iter().any(|name| super::source::words(inside, name).next().is_some());
        hit.then_some(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(folder: &str, name: &str, dependencies: &[&str]) -> Package {
        let dependency = |name: &&str| Dependency { name: (*name).to_owned(), ..Dependency::default() };
        let dependencies = dependencies.iter().map(dependency).collect();
        Package { name: name.to_owned(), folder: folder.to_owned(), dependencies, roots: Vec::new() }
    }

    fn messages(packages: &[Package]) -> Vec<String> {
        check(packages).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn an_arrow_that_is_not_in_the_table_is_refused() {
        let schema = package("crates/hcs-schema", "hcs-schema", &["hcs-host"]);
        let host = package("crates/hcs-host", "hcs-host", &["hcs-schema"]);
        let linux = package("crates/hcs-linux", "hcs-linux", &[]);
        let silo = package("bin/silo", "silo", &["hcs-linux"]);
        let tests = package("tests/it", "it", &["hcs-linux", "hcs-host"]);
        let found = messages(&[schema, host, linux, silo, tests]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("`hcs-schema` must not depend on `hcs-host`"));
        assert!(found[1].starts_with("`silo` must not depend on `hcs-linux`"));
    }

    #[test]
    fn a_member_needs_a_row_and_a_name_that_says_something() {
        let found = messages(&[package("crates/hcs-util", "hcs-util", &[])]);
        assert!(found[0].contains("does not say") && found[1].contains("no row"), "{found:?}");
    }

    #[test]
    fn what_comes_from_outside_is_a_version_in_a_registry() {
        let dependency = |source: Option<&str>, requirement: &str| Dependency {
            source: source.map(str::to_owned),
            requirement: requirement.to_owned(),
            ..Dependency::default()
        };
        assert!(outside(&dependency(None, "^1")).is_some());
        assert!(outside(&dependency(Some("git+https://example.org"), "^1")).is_some());
        assert!(outside(&dependency(Some("registry+x"), "*")).is_some());
        assert!(outside(&dependency(Some("registry+x"), "^1")).is_none());
    }

    #[test]
    fn programs_name_no_platform_except_the_guest_agent() {
        let text = "//! `hcs_linux` in words is fine.\nuse hcs_linux::LinuxHost;\n";
        assert_eq!(names(&Source::new("bin/silo/src/main.rs", text))[0].line, 2);
        assert!(names(&Source::new("bin/gcs/src/main.rs", text)).is_empty());
        assert!(names(&Source::new("crates/hcs-engine/src/lib.rs", text)).is_empty());
    }

    #[test]
    fn the_schema_does_no_io() {
        let found = |text| schema_io(&Source::new("crates/hcs-schema/src/a.rs", text)).len();
        assert_eq!(found("use std::fs::File;"), 1);
        assert_eq!(found("use std::{fmt, net::IpAddr};"), 1);
        assert_eq!(found("async fn a() { tokio::spawn(b) }"), 1);
        assert_eq!(found("use crate::oci::process; use std::{fmt, str}; // std::fs"), 0);
    }
}
