//! `silo stop`.

use super::{block_on, each};
use crate::cli::manage::StopArgs;
use crate::output;
use anyhow::Result;
use hcs_engine::Engine;
use std::time::Duration;

/// Asks containers to end, and prints those that did.
pub fn stop(args: &StopArgs, engine: &Engine) -> Result<i32> {
    let grace = Duration::from_secs(args.time);
    block_on(each(&args.ids, async |id| {
        engine.stop(&engine.find(id)?.id, grace).await?;
        Ok(output::line(id)?)
    }))
}
