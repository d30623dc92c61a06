//! `kill`: a signal to the first process of a container, or to all.

use super::{expect_alive, open};
use crate::cli::KillArgs;
use crate::signals;
use anyhow::{Result, bail};
use hcs_engine::{Engine, Signal, Status};

/// Signals that end a process which does not handle them, as people send them.
const ENDING: [i32; 4] = [1, 2, 3, 15];
const KILL: i32 = 9;

pub async fn kill(engine: &Engine, args: &KillArgs) -> Result<i32> {
    let number = match signals::number(&args.signal) {
        Ok(number) => number,
        Err(wrong) => bail!("{wrong}"),
    };
    let container = open(engine, &args.id)?;
    if args.all {
        // What a container without process ids of its own has left behind is signalled, too; engines ask for that when one has
        // ended, and nothing being left is no failure.
        container.signal_all(&Signal::Number(number)).await?;
        return Ok(0);
    }
    let pid = expect_alive(&container)?;
    // The first process of its container gets no signal that it does not handle, and handles none while it waits.
    let waits = container.status() == Status::Created;
    let number = if waits && ENDING.contains(&number) { KILL } else { number };
    if !container.signal(pid, &Signal::Number(number)).await? {
        bail!("container not running: {} has stopped", args.id);
    }
    Ok(0)
}
