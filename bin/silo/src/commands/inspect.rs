//! `silo inspect`.

use crate::cli::manage::InspectArgs;
use crate::failure;
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

/// Prints everything known of containers, and tells of those that there are not.
pub fn inspect(args: &InspectArgs, engine: &Engine) -> Result<i32> {
    let one = |id: &String| -> Result<Inspected> {
        let record = engine.find(id)?;
        Ok(Inspected { spec: engine.spec(&record.id)?, record })
    };
    let (mut found, mut code) = (Vec::new(), 0);
    for id in &args.ids {
        match one(id) {
            Ok(inspected) => found.push(inspected),
            Err(error) => {
                eprintln!("{}", failure::text(&error));
                code = failure::SILO_FAILED;
            }
        }
    }
    if !found.is_empty() {
        output::json(&found)?;
    }
    Ok(code)
}
