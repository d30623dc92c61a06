//! The words of silo's command line, all of them that a benchmark uses.

use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `inspect` tells the process id of a container's keeper.
const KEEPER: &str = "/keeper/pid";

/// A silo program with a state folder of its own.
#[derive(Clone, Debug)]
pub struct Silo {
    program: PathBuf,
    state: PathBuf,
}

impl Silo {
    /// A program and the folder in which it keeps what it makes.
    pub fn new(program: &Path, state: PathBuf) -> Self {
        Self { program: program.to_owned(), state }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--root").arg(&self.state).args(words);
        command
    }

    /// Makes a container, runs a command in it, waits and removes it.
    pub fn run(&self, base: &Path, command: &[&str]) -> Command {
        let mut silo = self.command(&["run", "--rm"]);
        silo.arg(base).arg("--").args(command);
        silo
    }

    /// Makes a container of an OCI bundle, waits and removes it.
    pub fn run_bundle(&self, bundle: &Path) -> Command {
        let mut silo = self.command(&["run", "--rm", "--bundle"]);
        silo.arg(bundle);
        silo
    }

    /// Makes a container that goes on.
    pub fn run_detached(&self, name: &str, base: &Path, command: &[&str]) -> Command {
        let mut silo = self.command(&["run", "-d", "--name", name]);
        silo.arg(base).arg("--").args(command);
        silo
    }

    /// Runs a command in a container.
    pub fn exec(&self, name: &str, command: &[&str]) -> Command {
        let mut silo = self.command(&["exec", name]);
        silo.args(command);
        silo
    }

    /// Ends and removes a container.
    pub fn remove(&self, name: &str) -> Command {
        self.command(&["rm", "-f", name])
    }

    /// The process id of a container's keeper.
    pub fn keeper(&self, name: &str) -> Result<u32> {
        let output = self.command(&["inspect", name]).output().context("cannot start silo")?;
        keeper(&output.stdout)
            .with_context(|| format!("`silo inspect {name}`: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// Finds the keeper in what `inspect` wrote: a document, or a list of one.
fn keeper(output: &[u8]) -> Result<u32> {
    let document: Value = serde_json::from_slice(output).context("not JSON")?;
    let document = document.get(0).unwrap_or(&document);
    let pid = document.pointer(KEEPER).and_then(Value::as_u64).with_context(|| format!("no {KEEPER} in {document}"))?;
    Ok(u32::try_from(pid)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keeper_is_in_a_document_or_a_list() {
        assert_eq!(keeper(br#"{"keeper":{"pid":7}}"#).unwrap(), 7);
        assert_eq!(keeper(br#"[{"keeper":{"pid":8}}]"#).unwrap(), 8);
        assert!(keeper(br#"{"keeper":{}}"#).is_err());
        assert!(keeper(b"").is_err());
    }
}
