//! Every object that the crate defines is in a list of those whose properties are tested, and which are fuzzed.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn every_object_has_its_properties_tested() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut defined = BTreeSet::new();
    for file in files(&source).iter().filter(|file| !file.ends_with("model/tests.rs")) {
        let module = file.strip_prefix(&source).unwrap().with_extension("");
        let module = module.iter().next().unwrap().to_str().unwrap();
        defined.extend(objects(&text(file)).into_iter().map(|name| format!("{module}::{name}")));
    }
    let listed: BTreeSet<String> =
        files(&source.join("properties")).iter().flat_map(|file| listed(&text(file))).collect();
    assert!(listed.len() > 200, "the lists were not found");
    let forgotten: Vec<&String> = defined.difference(&listed).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}

fn text(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}

/// All files in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Names of the objects that a source file defines.
fn objects(source: &str) -> Vec<String> {
    let blocks = source.split("\nobject! {\n").skip(1).map(|rest| rest.split("\n}\n").next().unwrap_or_default());
    let name = |line: &str| Some(line.strip_prefix("    pub struct ")?.split(' ').next()?.to_owned());
    blocks.flat_map(|block| block.lines().filter_map(name).collect::<Vec<_>>()).collect()
}

/// Names of the objects in the list of a file, with their modules.
fn listed(source: &str) -> Vec<String> {
    let list = source.split("every! {\n").nth(1).unwrap_or_default().split("\n}\n").next().unwrap_or_default();
    let mut module = "";
    let mut names = Vec::new();
    for line in list.lines() {
        match line.strip_suffix(" {") {
            Some(name) => module = name.trim(),
            None => names.extend(line.split_whitespace().map(|name| format!("{module}::{name}"))),
        }
    }
    names
}
