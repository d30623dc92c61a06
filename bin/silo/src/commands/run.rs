//! `silo run`.

use super::{asked, block_on, program};
use crate::cli::run::RunArgs;
use crate::intent::run::reads;
use crate::output;
use anyhow::Result;
use hcs_engine::{Attach, Engine};

/// Runs a program in a new container.
pub fn run(args: &RunArgs, engine: &Engine) -> Result<i32> {
    let request = asked::run(args, engine)?;
    if args.detach {
        let id = block_on(engine.spawn(request))??;
        output::line(id)?;
        return Ok(0);
    }
    let attach = Attach { stdin: reads(args, &request) };
    let code = block_on(engine.run(request, attach))??;
    Ok(program(code))
}
