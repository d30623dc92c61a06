//! `silo nspawn`.
//!
//! Standard output is the program's alone; what the founding tool told about the container is told on standard error, if asked.

use super::{asked, block_on, program};
use crate::cli::nspawn::NspawnArgs;
use crate::output;
use anyhow::Result;
use hcs_engine::{Attach, Engine};

/// Runs the program that a file describes.
pub fn nspawn(args: &NspawnArgs, engine: &Engine) -> Result<i32> {
    let request = asked::nspawn(args, engine)?;
    if args.dry_run {
        for line in engine.describe(&request)? {
            output::line(output::visible_line(&line))?;
        }
        return Ok(0);
    }
    if args.verbose {
        for line in engine.describe(&request)? {
            eprintln!("{}", output::visible_line(&line));
        }
    }
    let code = block_on(engine.run(request, Attach { stdin: args.interactive || args.tty }))??;
    Ok(program(code))
}
