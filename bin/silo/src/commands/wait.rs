//! `silo wait`.

use super::{block_on, each};
use crate::cli::manage::WaitArgs;
use crate::output;
use anyhow::Result;
use hcs_engine::Engine;

/// Waits for containers, and prints the exit code of each.
pub fn wait(args: &WaitArgs, engine: &Engine) -> Result<i32> {
    block_on(each(&args.ids, async |id| {
        let code = engine.wait(&engine.find(id)?.id).await?;
        Ok(output::line(code)?)
    }))
}
