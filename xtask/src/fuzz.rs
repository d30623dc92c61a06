//! `cargo xtask fuzz`: the fuzz targets, each of which lives in a `fuzz` folder inside the crate that it attacks.

use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Which target to run and for how long.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Target to run; lists the targets when absent
    target: Option<String>,
    /// Seconds after which a run that found nothing ends
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

#[derive(Debug, PartialEq, Eq)]
struct Target {
    name: String,
    package: String,
}

/// Lists the targets or runs one.
pub fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    let targets = targets(&workspace.files()?);
    let Some(wanted) = &options.target else {
        return list(&targets);
    };
    let target = targets.iter().find(|target| target.name == *wanted);
    let target = target.with_context(|| format!("no fuzz target is called {wanted}; `cargo xtask fuzz` lists them"))?;
    require_tools()?;
    start(target, &workspace.root, options.seconds)
}

fn list(targets: &[Target]) -> Result<()> {
    if targets.is_empty() {
        println!("no crate has a `fuzz/fuzz_targets` folder yet");
    }
    for target in targets {
        println!("{:24} {}", target.name, target.package);
    }
    Ok(())
}

/// The targets among the workspace's files: `PACKAGE/fuzz/fuzz_targets/NAME.rs`.
fn targets(files: &[String]) -> Vec<Target> {
    let parse = |file: &String| {
        let (package, target) = file.split_once("/fuzz/fuzz_targets/")?;
        let name = target.strip_suffix(".rs").filter(|name| !name.contains('/'))?;
        Some(Target { name: name.to_owned(), package: package.to_owned() })
    };
    files.iter().filter_map(parse).collect()
}

fn require_tools() -> Result<()> {
    if tools::find("cargo-fuzz").is_none() {
        bail!("fuzzing needs cargo-fuzz: run `cargo install cargo-fuzz`");
    }
    if !tools::succeeds(Command::new("rustup").args(["run", "nightly", "rustc", "--version"])) {
        bail!("fuzzing needs a nightly compiler: run `rustup toolchain install nightly --profile minimal`");
    }
    Ok(())
}

fn start(target: &Target, root: &Path, seconds: u32) -> Result<()> {
    let mut command = Command::new("rustup");
    command.current_dir(root.join(&target.package)).args(["run", "nightly", "cargo", "fuzz", "run", &target.name]);
    tools::run(command.arg("--").arg(format!("-max_total_time={seconds}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_inside_their_crates() {
        let files =
            ["crates/hcs-bridge/fuzz/fuzz_targets/frame.rs", "crates/hcs-bridge/fuzz/Cargo.toml", "src/fuzz.rs"];
        let found = targets(&files.map(str::to_owned));
        assert_eq!(found, [Target { name: "frame".to_owned(), package: "crates/hcs-bridge".to_owned() }]);
    }
}
