//! The programs that run in the virtual machine: statically linked, without what only a debugger reads.

use crate::needs::MUSL;
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program and the name it has in the machine.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    /// Its crate or test target.
    pub name: String,
    /// The file.
    pub file: PathBuf,
}

/// Packages whose tests run in the machine.
const TESTED: &[&str] = &["hcs-linux", "it"];

/// Builds `silo`, `runhcs` and the test programs.
pub fn build(workspace: &Workspace, folder: &Path) -> Result<Vec<Program>> {
    let mut built = compile(workspace, &["build", "--package", "silo", "--package", "runhcs"])?;
    let mut tests = vec!["test", "--no-run"];
    tests.extend(TESTED.iter().flat_map(|package| ["--package", package]));
    built.extend(compile(workspace, &tests)?);
    built.into_iter().map(|program| stripped(program, &folder.join("programs"))).collect()
}

fn compile(workspace: &Workspace, arguments: &[&str]) -> Result<Vec<Program>> {
    let mut cargo = tools::cargo(&workspace.root);
    cargo.args(arguments).args(["--target", MUSL, "--message-format", "json-render-diagnostics"]);
    eprintln!("$ {}", tools::describe(&cargo));
    cargo.stderr(Stdio::inherit());
    Ok(executables(&tools::output(&mut cargo)?))
}

/// The programs in the messages of cargo, each under the name of its target. Of two with one name, the later one is meant:
/// an end-to-end package's library holds no tests.
fn executables(messages: &str) -> Vec<Program> {
    let mut programs: Vec<Program> = Vec::new();
    for message in messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let (Some(name), Some(file)) = (message["target"]["name"].as_str(), message["executable"].as_str()) else {
            continue;
        };
        let library = message["target"]["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "lib"));
        match programs.iter_mut().find(|program| program.name == name) {
            Some(_) if library => {}
            Some(known) => known.file = file.into(),
            None => programs.push(Program { name: name.to_owned(), file: file.into() }),
        }
    }
    programs
}

/// A copy that is a tenth of the size: the machine holds it in memory.
fn stripped(program: Program, folder: &Path) -> Result<Program> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join(&program.name);
    let mut strip = Command::new("strip");
    strip.arg("--strip-all").arg("-o").arg(&file).arg(&program.file);
    tools::output(&mut strip)?;
    Ok(Program { file, ..program })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_programs_with_one_name_the_tests_are_taken() {
        let line =
            |kind: &str, file: &str| format!(r#"{{"target":{{"name":"it","kind":["{kind}"]}},"executable":"{file}"}}"#);
        let expected = [Program { name: "it".to_owned(), file: "/t/suite".into() }];
        let none = r#"{"target":{"name":"it","kind":["lib"]},"executable":null}"#;
        for order in [["lib", "test"], ["test", "lib"]] {
            let file = |kind: &str| if kind == "lib" { "/t/empty" } else { "/t/suite" };
            let lines = order.map(|kind| line(kind, file(kind))).join("\n");
            assert_eq!(executables(&format!("{none}\nnoise\n{lines}\n")), expected);
        }
    }
}
