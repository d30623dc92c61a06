//! Which functions of the compute service's DLLs there are, what users of `hcs-windows` call for them, and which test does.
//!
//! The functions are the rows of the `abi` files. A wrapper names its function with `#[doc(alias = "…")]`. What a test has called
//! is what the fake service has seen: tests leave that in a folder. The table is `docs/hcs-functions.md`.

use super::windows::Windows;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The variable that names the folder.
pub const VARIABLE: &str = "HCS_FAKE_CALLS";

/// The table.
const TABLE: &str = "docs/hcs-functions.md";
/// The member.
const MEMBER: &str = "crates/hcs-windows/src";
/// Its folders with the functions of a DLL each.
const DLLS: [&str; 5] = ["vmcompute", "computecore", "computestorage", "computenetwork", "virtdisk"];

/// The test programs of the member, which are named first.
const OWN: [&str; 3] = ["systems", "network", "storage"];

/// Begins anew.
pub fn begin(workspace: &Workspace) -> Result<PathBuf> {
    let folder = own(workspace);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).context("cannot remove the calls of earlier tests")
        }
        _ => Ok(folder),
    }
}

/// The folder for the tests of a Windows, as they see it.
pub fn folder(workspace: &Workspace, windows: Windows) -> Result<String> {
    let folder = own(workspace).join(windows.to_string());
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(format!("Z:{}", folder.display()))
}

fn own(workspace: &Workspace) -> PathBuf {
    workspace.target.join("hcs-calls")
}

/// Refuses a function that has no wrapper, or that no test has called, and a table that lacks some.
pub fn check(workspace: &Workspace, calls: &Path) -> Result<()> {
    let functions = functions(workspace, &told(calls)?)?;
    let mut problems: Vec<String> = Vec::new();
    for function in &functions {
        if function.wrappers.is_empty() {
            problems.push(format!("{} of {}.dll has no wrapper with `#[doc(alias = …)]`", function.name, function.dll));
        }
        if function.tests.is_empty() {
            problems.push(format!("{} of {}.dll is called by no test", function.name, function.dll));
        }
    }
    let table = fs::read_to_string(workspace.root.join(TABLE)).unwrap_or_default();
    let lacks = functions.iter().filter(|function| !table.contains(&function.row_without_test()));
    problems.extend(
        lacks.map(|function| format!("{TABLE} is not up to date with {}: run `cargo xtask functions`", function.name)),
    );
    if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n")) }
}

/// Writes the table, from the calls of the last run of all tests under Wine.
pub fn write(workspace: &Workspace) -> Result<()> {
    let path = workspace.root.join(TABLE);
    let before = fs::read_to_string(&path).unwrap_or_default();
    let functions = functions(workspace, &told(&own(workspace))?)?;
    fs::write(&path, table(&functions, &before)).with_context(|| format!("cannot write {}", path.display()))?;
    let empty = functions.iter().filter(|function| function.wrappers.is_empty() || function.tests.is_empty());
    for function in empty {
        println!("{} of {}.dll: {:?}, {:?}", function.name, function.dll, function.wrappers, function.tests);
    }
    Ok(())
}

/// A function.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    dll: String,
    name: String,
    since: String,
    wrappers: Vec<String>,
    tests: BTreeSet<String>,
}

impl Function {
    fn row_without_test(&self) -> String {
        format!("| `{}` | {} | {} |", self.name, self.since, self.wrappers.join(", "))
    }
}

fn table(functions: &[Function], before: &str) -> String {
    let mut text = String::from(
        "# Functions of the compute service\n\n\
         Every function of the DLLs that `hcs-windows` binds, the first build that has it, what its users call for it, and a test that\n\
         does, against the fake service under Wine. `cargo xtask functions` writes this page from the last run of `cargo xtask wine`.\n",
    );
    let mut dll = "";
    for function in functions {
        if function.dll != dll {
            dll = &function.dll;
            text.push_str(&format!("\n## {dll}.dll\n\n| Function | Since | Wrapper | Test |\n|---|---|---|---|\n"));
        }
        // One that is told of already stays, as long as it calls.
        let row = function.row_without_test();
        let known =
            before.lines().find_map(|line| line.strip_prefix(&row)).map(|rest| rest.trim_matches([' ', '|', '`']));
        let own = |test: &&String| OWN.iter().any(|program| test.split("::").next() == Some(program));
        let first = function.tests.iter().find(own).or(function.tests.iter().next());
        let test = known.filter(|known| function.tests.contains(*known)).or(first.map(String::as_str));
        let test = test.map(|test| format!("`{test}`")).unwrap_or_default();
        text.push_str(&format!("{row} {test} |\n"));
    }
    text
}

/// The functions in the order of their declarations, and who calls them.
fn functions(workspace: &Workspace, called: &BTreeMap<(String, String), BTreeSet<String>>) -> Result<Vec<Function>> {
    let aliases = aliases(&workspace.root.join(MEMBER))?;
    let mut all = Vec::new();
    for dll in DLLS {
        let path = workspace.root.join(MEMBER).join(dll).join("abi.rs");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for (name, since) in declared(&text) {
            let tests = called.get(&(format!("{dll}.dll"), name.clone())).cloned().unwrap_or_default();
            // The same name in two DLLs is one wrapper, which calls either.
            let wrappers = aliases.get(&name).cloned().unwrap_or_default();
            all.push(Function { dll: dll.to_owned(), name, since, wrappers, tests });
        }
    }
    Ok(all)
}

/// Names and first builds of the functions that a file declares.
fn declared(text: &str) -> Vec<(String, String)> {
    let rows = text.split_once("functions! {").map(|(_, rows)| rows).unwrap_or_default();
    let row = |row: &str| {
        let (head, since) = row.rsplit_once(", since ")?;
        let line = head.lines().rev().find(|line| line.trim_start().starts_with(|c: char| c.is_ascii_uppercase()))?;
        Some((line.trim_start().split('(').next()?.to_owned(), since.trim().to_owned()))
    };
    rows.split(';').filter_map(row).collect()
}

/// The wrappers of functions, `Type::method` or a function, by the names that they say they are for.
fn aliases(folder: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                for (function, wrapper) in aliases_of(&text) {
                    found.entry(function).or_default().push(wrapper);
                }
            }
        }
    }
    found.values_mut().for_each(|wrappers| {
        wrappers.sort();
        wrappers.dedup();
    });
    Ok(found)
}

/// The functions that a file's wrappers are for.
fn aliases_of(text: &str) -> Vec<(String, String)> {
    let (mut found, mut waiting, mut owner) = (Vec::new(), Vec::new(), String::new());
    for line in text.lines() {
        if line.starts_with("impl") {
            let words = line.trim_end_matches(['{', ' ']);
            let kind = words.rsplit(" for ").next().unwrap_or(words).trim_start_matches("impl").trim();
            kind.split(['<', ' ']).next().unwrap_or_default().clone_into(&mut owner);
        } else if line.starts_with('}') {
            owner.clear();
        }
        let line = line.trim_start();
        if let Some(name) = line.strip_prefix("#[doc(alias = \"").and_then(|rest| rest.split('"').next()) {
            waiting.push(name.to_owned());
        } else if let Some(name) =
            line.strip_prefix("pub struct ").and_then(|rest| rest.split([' ', '<', '(', ';']).next())
        {
            // What its owner does when it goes.
            found.extend(waiting.drain(..).map(|function| (function, format!("dropping `{name}`"))));
        } else if let Some(at) = line
            .find("fn ")
            .filter(|_| line.starts_with("pub ") || line.starts_with("fn ") || line.starts_with("async "))
        {
            let name = line[at + 3..].split(['(', '<']).next().unwrap_or_default();
            let wrapper = if owner.is_empty() { format!("`{name}`") } else { format!("`{owner}::{name}`") };
            found.extend(waiting.drain(..).map(|function| (function, wrapper.clone())));
        }
    }
    found
}

/// Who has called what: by DLL and function the tests.
fn told(calls: &Path) -> Result<BTreeMap<(String, String), BTreeSet<String>>> {
    let mut called: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let builds = match fs::read_dir(calls) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(called),
        builds => builds.with_context(|| format!("cannot list {}", calls.display()))?,
    };
    for build in builds {
        for file in fs::read_dir(build?.path())? {
            let path = file?.path();
            let test = path.file_stem().unwrap_or_default().to_string_lossy().replace('.', "::");
            for line in fs::read_to_string(&path)?.lines() {
                if let Some((dll, function)) = line.split_once(' ') {
                    called.entry((dll.into(), function.into())).or_default().insert(test.clone());
                }
            }
        }
    }
    Ok(called)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read_with_their_builds() {
        let text = "use x;\nfunctions! {\n    /// All.\n    Functions of \"a.dll\", \"it (really) comes\" {\n        /// Makes; or so.\n        \
                    HcsMake(id: PCWSTR) -> HRESULT, since 14393;\n        /// Ends.\n        HcsEnd(a: *const A<B>), since 17763;\n    }\n}\n";
        let found = declared(text);
        let expected =
            [("HcsMake", "14393"), ("HcsEnd", "17763")].map(|(name, since)| (name.to_owned(), since.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn wrappers_are_named_with_their_types() {
        let text = "impl Hcs {\n    /// Makes.\n    #[doc(alias = \"HcsMake\")]\n    #[doc(alias = \"HcsMade\")]\n    pub async fn make(&self) {\n    }\n    \
                    pub fn other() {}\n}\n#[doc(alias = \"HcsFree\")]\npub fn free() {}\nimpl Trait for Thing<A> {\n    #[doc(alias = \"HcsAct\")]\n    fn act() {}\n}\n";
        let pair = |function: &str, wrapper: &str| (function.to_owned(), format!("`{wrapper}`"));
        let expected = [
            pair("HcsMake", "Hcs::make"),
            pair("HcsMade", "Hcs::make"),
            pair("HcsFree", "free"),
            pair("HcsAct", "Thing::act"),
        ];
        assert_eq!(aliases_of(text), expected);
    }

    #[test]
    fn a_table_keeps_the_test_that_it_has() {
        let function = |tests: &[&str]| Function {
            dll: "a".into(),
            name: "HcsMake".into(),
            since: "14393".into(),
            wrappers: vec!["`Hcs::make`".into()],
            tests: tests.iter().map(|test| (*test).to_owned()).collect(),
        };
        let first = table(&[function(&["b"])], "");
        assert!(first.ends_with("| `HcsMake` | 14393 | `Hcs::make` | `b` |\n"), "{first}");
        assert_eq!(table(&[function(&["a", "b"])], &first), first);
        assert!(table(&[function(&["a"])], &first).ends_with("| `a` |\n"));
    }
}
