//! The house lints: what the compiler and clippy cannot keep.
//!
//! Each lint is a pure function over the workspace's description or over one file, with a test that shows what it refuses.
//! `docs/architecture.md` says which rule each one keeps. The tables that a new crate or file needs an entry in are
//! [`arrows::MEMBERS`], [`unsafety::MAY`] and [`seams::SEAMS`]; an entry without use is refused too.

mod arrows;
mod headers;
mod length;
mod markers;
mod orphans;
mod seams;
mod source;
mod unsafety;
mod wording;

use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use source::Source;
use std::fmt;

/// Something that a lint has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The lint.
    pub rule: &'static str,
    /// The file, relative to the workspace.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
    /// Whether it fails the run.
    pub fatal: bool,
}

impl Finding {
    /// A finding that fails the run.
    pub fn new(rule: &'static str, path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { rule, path: path.to_owned(), line, message: message.into(), fatal: true }
    }

    /// The same as a warning.
    pub fn warning(self) -> Self {
        Self { fatal: false, ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = if self.fatal { "error" } else { "warning" };
        write!(f, "{}:{}: {level}: {} [{}]", self.path, self.line, self.message, self.rule)
    }
}

/// Runs every lint, prints what they find and fails when something must change.
pub fn run(workspace: &Workspace) -> Result<()> {
    let files = workspace.files()?;
    let texts = read(workspace, &files)?;
    let findings = check(workspace, &texts);
    for finding in &findings {
        println!("{finding}");
    }
    let fatal = findings.iter().filter(|finding| finding.fatal).count();
    println!("{} files, {fatal} errors, {} warnings", texts.len(), findings.len() - fatal);
    if fatal > 0 {
        bail!("{fatal} house lints do not hold");
    }
    Ok(())
}

/// The text files among the workspace's, with their contents. A symbolic link counts as what it leads to.
fn read(workspace: &Workspace, files: &[String]) -> Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for file in files {
        let bytes = std::fs::read(workspace.root.join(file)).with_context(|| format!("cannot read {file}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            texts.push((file.clone(), text));
        }
    }
    Ok(texts)
}

/// Every finding, in the order of files.
fn check(workspace: &Workspace, texts: &[(String, String)]) -> Vec<Finding> {
    let rust = texts.iter().filter(|(path, _)| path.ends_with(".rs"));
    let sources: Vec<Source> = rust.map(|(path, text)| Source::new(path, text)).collect();
    let mut findings = arrows::check(&workspace.packages);
    findings.extend(texts.iter().flat_map(|(path, text)| wording::check(path, text)));
    findings.extend(sources.iter().flat_map(file));
    findings.extend(unsafety::roots(&workspace.packages, &sources));
    findings.extend(seams::stale(&sources));
    findings.extend(orphans::check(&workspace.packages, texts, &sources));
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    findings
}

/// Every lint that looks at one source file alone.
fn file(source: &Source) -> Vec<Finding> {
    let lints = [
        arrows::names,
        arrows::schema_io,
        unsafety::check,
        seams::check,
        length::check,
        headers::check,
        markers::check,
    ];
    lints.iter().flat_map(|lint| lint(source)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_like_a_compiler_message() {
        let finding = Finding::new("seams", "a.rs", 3, "no");
        assert_eq!(finding.to_string(), "a.rs:3: error: no [seams]");
        assert_eq!(finding.warning().to_string(), "a.rs:3: warning: no [seams]");
    }
}
