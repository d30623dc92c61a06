//! `silo run`.

use super::{block_on, program, surroundings};
use crate::cli::run::RunArgs;
use crate::intent::run::request;
use crate::output;
use anyhow::Result;
use hcs_engine::{Attach, Engine};

/// Runs a program in a new container.
pub fn run(args: &RunArgs, engine: &Engine) -> Result<i32> {
    let request = request(args, &surroundings(engine)?)?;
    if args.detach {
        let id = block_on(engine.spawn(request))??;
        output::line(id)?;
        return Ok(0);
    }
    // A bundle that has a terminal is one to be typed into, as with other runtimes.
    let terminal = request.spec.process.as_ref().is_some_and(|process| process.terminal);
    let stdin = args.interactive || (args.bundle.is_some() && terminal);
    let code = block_on(engine.run(request, Attach { stdin }))??;
    Ok(program(code))
}
