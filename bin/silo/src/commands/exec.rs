//! `silo exec`.

use super::{asked, block_on, program};
use crate::cli::exec::ExecArgs;
use crate::output;
use anyhow::Result;
use hcs_engine::{Attach, Engine};

/// Runs a further program in a running container.
pub fn exec(args: &ExecArgs, engine: &Engine) -> Result<i32> {
    let record = engine.find(&args.id)?;
    let process = asked::exec(args, &engine.spec(&record.id)?, engine)?;
    if args.detach {
        let pid = block_on(engine.exec_detached(&record.id, process))??;
        output::line(pid)?;
        return Ok(0);
    }
    let code = block_on(engine.exec(&record.id, process, Attach { stdin: args.interactive }))??;
    Ok(program(code))
}
