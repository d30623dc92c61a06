//! `cargo xtask bench`: builds `silo`, `runhcs` and the benchmark program as they are shipped and runs a scenario of `bench/`.

use crate::needs::{self, Chore};
use crate::tools;
use crate::workspace::Workspace;
use anyhow::Result;
use std::process::Command;

/// A scenario and its own options.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Do not install the peers that are missing; the report then names them as missing
    #[arg(long)]
    no_install: bool,
    /// Scenario with its options; `-- start --help` tells them
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    scenario: Vec<String>,
}

/// The target that silo is shipped for.
const SHIPPED: &str = "x86_64-unknown-linux-musl";

/// Builds and runs.
pub fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    if !options.no_install {
        needs::install(Chore::Bench)?;
    }
    let mut build = tools::cargo(&workspace.root);
    build.args(["build", "--release", "--package", "silo-bench"]);
    tools::run(&mut build)?;
    // Silo as it is shipped: one static file.
    let mut build = tools::cargo(&workspace.root);
    build.args(["build", "--release", "--package", "silo", "--package", "runhcs", "--target", SHIPPED]);
    tools::run(&mut build)?;
    let built = workspace.target.join("release");
    let shipped = |name: &str| workspace.target.join(SHIPPED).join("release").join(name);
    let mut bench = Command::new(built.join("silo-bench"));
    bench.args(&options.scenario).env("SILO_BENCH_SILO", shipped("silo")).env("SILO_BENCH_RUNHCS", shipped("runhcs"));
    tools::run(&mut bench)
}
