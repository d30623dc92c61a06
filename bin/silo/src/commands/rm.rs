//! `silo rm`.

use super::{block_on, each};
use crate::cli::manage::RmArgs;
use crate::output;
use anyhow::Result;
use hcs_engine::Engine;

/// Forgets containers, and prints those that are forgotten.
pub fn rm(args: &RmArgs, engine: &Engine) -> Result<i32> {
    block_on(each(&args.ids, async |id| {
        engine.remove(&engine.find(id)?.id, args.force).await?;
        Ok(output::line(id)?)
    }))
}
