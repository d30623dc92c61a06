//! `silo inspect`.

use crate::cli::manage::InspectArgs;
use crate::output;
use anyhow::Result;
use hcs_engine::{Engine, Record};
use hcs_schema::oci::Spec;
use serde::Serialize;

/// Everything known of a container.
#[derive(Serialize)]
struct Inspected {
    #[serde(flatten)]
    record: Record,
    spec: Spec,
}

/// Prints everything known of containers.
pub fn inspect(args: &InspectArgs, engine: &Engine) -> Result<i32> {
    let one = |id: &String| -> Result<Inspected> {
        let record = engine.find(id)?;
        Ok(Inspected { spec: engine.spec(&record.id)?, record })
    };
    output::json(&args.ids.iter().map(one).collect::<Result<Vec<_>>>()?)?;
    Ok(0)
}
