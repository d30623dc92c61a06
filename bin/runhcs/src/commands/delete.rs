//! `delete`: everything that a container holds is released.

use super::open;
use crate::cli::DeleteArgs;
use anyhow::{Result, bail};
use hcs_engine::{Engine, Status};

pub async fn delete(engine: &Engine, args: &DeleteArgs) -> Result<i32> {
    if args.force {
        return match engine.delete_unkept(&args.id).await {
            Err(error) if !error.is_not_found() => Err(error.into()),
            _ => Ok(0),
        };
    }
    let container = open(engine, &args.id)?;
    match container.status() {
        Status::Stopped | Status::Created => container.delete().await?,
        status => bail!("cannot delete container {} that is not stopped: {}", args.id, status.word()),
    }
    Ok(0)
}
