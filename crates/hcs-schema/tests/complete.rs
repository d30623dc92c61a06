//! Every object that the crate defines is in the list of those whose properties are tested.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_object_has_its_properties_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut defined = BTreeSet::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("model/tests.rs") && !path.starts_with(root.join("properties")) {
                let module = path.strip_prefix(&root).unwrap().with_extension("");
                let module = module.iter().next().unwrap().to_str().unwrap().to_owned();
                let names = objects(&std::fs::read_to_string(&path).unwrap());
                defined.extend(names.into_iter().map(|name| format!("{module}::{name}")));
            }
        }
    }
    let lists = std::fs::read_dir(root.join("properties")).unwrap().map(|entry| entry.unwrap().path());
    let listed: BTreeSet<String> = lists.flat_map(|file| listed(&std::fs::read_to_string(file).unwrap())).collect();
    assert!(listed.len() > 200, "the list was not found");
    let forgotten: Vec<&String> = defined.difference(&listed).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}

/// Names of the objects that a source file defines.
fn objects(source: &str) -> Vec<String> {
    let blocks = source.split("\nobject! {\n").skip(1).map(|rest| rest.split("\n}\n").next().unwrap_or_default());
    let name = |line: &str| Some(line.strip_prefix("    pub struct ")?.split(' ').next()?.to_owned());
    blocks.flat_map(|block| block.lines().filter_map(name).collect::<Vec<_>>()).collect()
}

/// Names of the objects in the list, with their modules.
fn listed(source: &str) -> BTreeSet<String> {
    let list = source.split("\nsuper::every! {\n").nth(1).unwrap_or_default().split("\n}\n").next().unwrap_or_default();
    let mut module = "";
    let mut names = BTreeSet::new();
    for line in list.lines() {
        match line.strip_suffix(" {") {
            Some(name) => module = name.trim(),
            None => names
                .extend(line.split_whitespace().filter(|word| *word != "}").map(|name| format!("{module}::{name}"))),
        }
    }
    names
}
