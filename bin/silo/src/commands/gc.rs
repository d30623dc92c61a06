//! `silo gc`.

use super::block_on;
use crate::cli::manage::{Format, GcArgs};
use crate::failure;
use crate::output::{self, table};
use anyhow::Result;
use hcs_engine::{Engine, Reclaimed};
use table::{Cell, Colour};

/// Releases what crashed containers left behind, and lists it.
pub fn gc(args: &GcArgs, engine: &Engine) -> Result<i32> {
    let found = block_on(engine.gc(args.dry_run))??;
    match args.format {
        Format::Json => output::json(&found)?,
        Format::Table => output::print(&render(&found, args.dry_run, output::colours()))?,
    }
    let failed = found.iter().any(|one| one.error.is_some());
    Ok(if failed { failure::SILO_FAILED } else { 0 })
}

fn render(found: &[Reclaimed], dry_run: bool, colours: bool) -> String {
    let rows: Vec<_> = found.iter().map(|one| row(one, dry_run)).collect();
    table::render(["CONTAINER", "KIND", "WHAT", "RESULT"], &rows, colours)
}

fn row(one: &Reclaimed, dry_run: bool) -> [Cell; 4] {
    let result = match &one.error {
        Some(error) => Cell::coloured(error.as_str(), Colour::Red),
        None if dry_run => "would be released".to_owned().into(),
        None => Cell::coloured("released", Colour::Green),
    };
    [one.id.clone().into(), one.kind.clone().into(), one.what.clone().into(), result]
}
