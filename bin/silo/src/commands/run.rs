//! `silo run`.

use super::{block_on, program, surroundings};
use crate::cli::run::RunArgs;
use crate::intent::run::{reads, request};
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
    let attach = Attach { stdin: reads(args, &request) };
    let code = block_on(engine.run(request, attach))??;
    Ok(program(code))
}
