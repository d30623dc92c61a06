//! `silo kill`.

use super::{block_on, each};
use crate::cli::manage::KillArgs;
use crate::intent::{refusal, signals};
use crate::output;
use anyhow::Result;
use hcs_engine::Engine;

/// Signals the first process of containers, and prints those that were.
pub fn kill(args: &KillArgs, engine: &Engine) -> Result<i32> {
    let signal = signals::number(&args.signal).map_err(|message| refusal("--signal", message))?;
    block_on(each(&args.ids, async |id| {
        engine.kill(&engine.find(id)?.id, signal).await?;
        Ok(output::line(id)?)
    }))
}
