//! From words to what is asked of the engine, in the meaning that they have on this machine's system.

use super::surroundings;
use crate::cli::exec::ExecArgs;
use crate::cli::nspawn::NspawnArgs;
use crate::cli::run::RunArgs;
use crate::files::Surroundings;
use crate::intent::{self, windows};
use anyhow::Result;
use hcs_engine::plan::{HostFacts, Os, builds};
use hcs_engine::{Engine, Request};
use hcs_schema::oci::{Process, Spec};

/// What the words of `run` ask for.
pub fn run(args: &RunArgs, engine: &Engine) -> Result<Request> {
    let world = surroundings(engine)?;
    let facts = engine.host()?;
    Ok(match facts.os {
        Os::Linux => intent::run::request(args, &world)?,
        Os::Windows { .. } => windows::request(args, &host(&world, &facts))?,
    })
}

/// What the words of `nspawn` and their file ask for.
pub fn nspawn(args: &NspawnArgs, engine: &Engine) -> Result<Request> {
    let world = surroundings(engine)?;
    let facts = engine.host()?;
    Ok(match facts.os {
        Os::Linux => intent::nspawn::request(args, &world)?,
        Os::Windows { .. } => windows::nspawn(args, &host(&world, &facts))?,
    })
}

/// The process that the words of `exec` ask for.
pub fn exec(args: &ExecArgs, spec: &Spec, engine: &Engine) -> Result<Process> {
    let world = surroundings(engine)?;
    Ok(match engine.host()?.os {
        Os::Linux => intent::exec::process(args, spec, &world)?,
        Os::Windows { .. } => windows::exec(args, spec, &world)?,
    })
}

fn host<'a>(world: &'a Surroundings, facts: &HostFacts) -> windows::Host<'a> {
    let version1 = facts.build().is_some_and(|build| build < builds::SERVER_2019);
    windows::Host { world, here: true, processors: facts.processors, version1 }
}
