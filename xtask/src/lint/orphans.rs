//! Every source file belongs to a crate: one that no `mod` reaches is never compiled and rots.

use super::{Finding, Source};
use crate::workspace::Package;
use std::collections::{BTreeSet, HashMap};

/// Refuses source files that no crate root reaches. Folders with a manifest of their own that is no member (fuzz targets)
/// are other workspaces and not looked at.
pub fn check(packages: &[Package], texts: &[(String, String)], sources: &[Source]) -> Vec<Finding> {
    let by_path: HashMap<&str, &Source> = sources.iter().map(|source| (source.path.as_str(), source)).collect();
    let mut reached = BTreeSet::new();
    for root in packages.iter().flat_map(|package| &package.roots) {
        follow(root, true, &by_path, &mut reached);
    }
    let foreign: Vec<&str> = texts.iter().filter_map(|(path, _)| manifest_folder(path)).collect();
    let foreign = |path: &str| {
        let nearest = foreign.iter().filter(|folder| path.starts_with(&format!("{folder}/"))).max_by_key(|f| f.len());
        nearest.is_some_and(|folder| packages.iter().all(|package| package.folder != **folder))
    };
    let orphans = sources.iter().filter(|source| !reached.contains(&source.path) && !foreign(&source.path));
    orphans.map(|source| Finding::new("orphans", &source.path, 1, "no crate has this file as a module")).collect()
}

fn manifest_folder(path: &str) -> Option<&str> {
    path.strip_suffix("/Cargo.toml")
}

/// Marks a file and every module file below it.
fn follow(path: &str, root: bool, sources: &HashMap<&str, &Source>, reached: &mut BTreeSet<String>) {
    let Some(source) = sources.get(path) else { return };
    if !reached.insert(path.to_owned()) {
        return;
    }
    for candidate in children(source, root) {
        let is_root = candidate.ends_with("/mod.rs");
        follow(&candidate, is_root, sources, reached);
    }
}

/// Where the modules that a file declares may be.
fn children(source: &Source, root: bool) -> Vec<String> {
    let (folder, name) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
    let owned = root || name == "mod.rs";
    let below = if owned { folder.to_owned() } else { format!("{folder}/{}", name.trim_end_matches(".rs")) };
    let mut found = Vec::new();
    for place in source.find("mod") {
        let Some((module, _)) = source.code[place + 3..].split_once(';') else { continue };
        let module = module.trim();
        if module.is_empty() || !module.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            continue;
        }
        found.extend(explicit(source, place).map(|path| format!("{folder}/{path}")));
        found.extend([format!("{below}/{module}.rs"), format!("{below}/{module}/mod.rs")]);
    }
    found
}

/// The paths of the `#[path = "…"]` and `#[cfg_attr(…, path = "…")]` that stand in the lines above a declaration.
fn explicit(source: &Source, place: usize) -> impl Iterator<Item = &str> {
    let above = source.text[..place].rsplit_once('\n').map_or("", |(above, _)| above);
    let attributes = above.lines().rev().take_while(|line| line.trim().starts_with("#["));
    attributes.filter_map(|line| line.split_once("path = \"")?.1.split('"').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orphans(files: &[(&str, &str)]) -> Vec<String> {
        let texts: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let sources = files.iter().map(|(path, text)| Source::new(path, text));
        let sources: Vec<_> = sources.filter(|source| source.path.ends_with(".rs")).collect();
        let package = Package { folder: "a".into(), roots: vec!["a/src/lib.rs".into()], ..Package::default() };
        check(&[package], &texts, &sources).into_iter().map(|finding| finding.path).collect()
    }

    #[test]
    fn modules_are_reached_in_every_form() {
        let files = [
            (
                "a/src/lib.rs",
                "mod b;\npub mod c;\n#[cfg(test)]\nmod d;\n#[path = \"e/f.rs\"]\nmod g;\n#[cfg_attr(unix, path = \"h.rs\")]\n#[cfg_attr(windows, path = \"i.rs\")]\npub mod j;",
            ),
            ("a/src/b.rs", "mod deep;"),
            ("a/src/b/deep.rs", ""),
            ("a/src/c/mod.rs", "mod wide;"),
            ("a/src/c/wide.rs", ""),
            ("a/src/d.rs", ""),
            ("a/src/e/f.rs", ""),
            ("a/src/h.rs", ""),
            ("a/src/i.rs", ""),
        ];
        assert_eq!(orphans(&files), Vec::<String>::new());
    }

    #[test]
    fn a_file_that_nothing_declares_is_an_orphan() {
        let files = [("a/src/lib.rs", "// mod b;\nmod c { }"), ("a/src/b.rs", ""), ("a/src/c/d.rs", "")];
        assert_eq!(orphans(&files), ["a/src/b.rs", "a/src/c/d.rs"]);
    }

    #[test]
    fn other_workspaces_are_not_looked_at() {
        let files = [("a/Cargo.toml", ""), ("a/src/lib.rs", ""), ("a/fuzz/Cargo.toml", ""), ("a/fuzz/f.rs", "")];
        assert!(orphans(&files).is_empty());
    }
}
