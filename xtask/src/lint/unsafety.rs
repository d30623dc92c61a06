//! Rule 2: where `unsafe` may be, and that each use says why it is sound.

use super::{Finding, Source};
use crate::workspace::Package;

/// Where `unsafe` may be, each with the member that it opens. Every other crate root forbids it.
const MAY: &[(&str, &str)] = &[
    ("crates/hcs-windows/src/", "crates/hcs-windows"),
    ("crates/hcs-linux/src/sys/", "crates/hcs-linux"),
    ("testing/hcs-fake/src/", "testing/hcs-fake"),
];

/// `unsafe` stays in its folders, and a `SAFETY:` comment stands before each block and implementation.
pub fn check(source: &Source) -> Vec<Finding> {
    let allowed = MAY.iter().any(|(folder, _)| source.path.starts_with(folder));
    let mut findings = Vec::new();
    for place in source.find("unsafe") {
        let line = source.line(place);
        if !allowed {
            findings.push(Finding::new("unsafe", &source.path, line, "`unsafe` outside the folders that may hold it"));
        }
        if claims(&source.code[place..]) && !argued(source, line) {
            findings.push(Finding::new("safety", &source.path, line, "no `// SAFETY:` comment before this `unsafe`"));
        }
    }
    findings
}

/// Whether this is a block or an implementation, which claim that something holds, and not a declaration, which demands it.
fn claims(code: &str) -> bool {
    let next = code["unsafe".len()..].trim_start();
    next.starts_with('{') || next.starts_with("impl")
}

/// Whether the comment above the statement that a line belongs to argues safety.
fn argued(source: &Source, line: usize) -> bool {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut index = line - 1;
    while index > 0 {
        index -= 1;
        let above = lines[index].trim();
        if above.starts_with("//") {
            if above.contains("SAFETY:") {
                return true;
            }
        } else if above.is_empty() || above.ends_with([';', '{', '}', ',']) {
            return false;
        }
    }
    false
}

/// Every crate root outside the table forbids `unsafe`.
pub fn roots(packages: &[Package], sources: &[Source]) -> Vec<Finding> {
    let closed = packages.iter().filter(|package| MAY.iter().all(|(_, folder)| *folder != package.folder));
    let files = closed.flat_map(|package| &package.roots);
    let sources = files.filter_map(|file| sources.iter().find(|source| source.path == *file));
    let open = sources.filter(|source| !source.code.contains("#![forbid(unsafe_code)]"));
    open.map(|source| Finding::new("unsafe", &source.path, 1, "a crate root without `#![forbid(unsafe_code)]`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<&'static str> {
        check(&Source::new(path, text)).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn unsafe_stays_in_its_folders() {
        let argued = "// SAFETY: nothing is read.\nunsafe { a() }";
        assert_eq!(rules("crates/hcs-linux/src/sys/a.rs", argued), Vec::<&str>::new());
        assert_eq!(rules("crates/hcs-linux/src/a.rs", argued), ["unsafe"]);
        assert_eq!(rules("bin/silo/src/main.rs", argued), ["unsafe"]);
        assert!(rules("bin/silo/src/main.rs", "#![forbid(unsafe_code)] // unsafe").is_empty());
    }

    #[test]
    fn each_claim_is_argued() {
        let path = "crates/hcs-linux/src/sys/a.rs";
        assert_eq!(rules(path, "fn a() {\n    unsafe { b() }\n}"), ["safety"]);
        assert_eq!(rules(path, "// SAFETY: for another.\nlet a = 1;\nunsafe { b() }"), ["safety"]);
        assert_eq!(rules(path, "unsafe impl Send for A {}"), ["safety"]);
        assert!(rules(path, "unsafe fn a();\nunsafe extern \"C\" {}").is_empty());
        assert!(rules(path, "// SAFETY: the pointer is\n// ours.\nlet a =\n    unsafe { b() };").is_empty());
    }

    #[test]
    fn every_other_root_forbids() {
        let package = |folder: &str| Package {
            folder: folder.to_owned(),
            roots: vec![format!("{folder}/src/lib.rs")],
            ..Package::default()
        };
        let packages = [package("crates/hcs-host"), package("crates/hcs-linux"), package("bin/silo")];
        let sources = [
            Source::new("crates/hcs-host/src/lib.rs", "// #![forbid(unsafe_code)]"),
            Source::new("crates/hcs-linux/src/lib.rs", ""),
            Source::new("bin/silo/src/lib.rs", "#![forbid(unsafe_code)]"),
        ];
        let found = roots(&packages, &sources);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "crates/hcs-host/src/lib.rs");
    }
}
