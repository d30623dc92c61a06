//! `list`: the containers of the state root, for people and programs.

use super::state::{describe, owner, seen};
use crate::cli::{ListArgs, Listing};
use anyhow::Result;
use hcs_engine::{Engine, Record, Status};
use hcs_schema::oci::Spec;
use serde_json::Value;

/// Columns of the table, each at least this wide.
const WIDTH: usize = 12;
/// Spaces between columns.
const PADDING: usize = 3;

pub fn list(engine: &Engine, args: &ListArgs) -> Result<i32> {
    let mut states: Vec<(Record, Status, Spec)> = Vec::new();
    for record in engine.list()? {
        if args.owner.as_deref().is_some_and(|wanted| wanted != owner(&record)) {
            continue;
        }
        let spec = engine.spec(&record.id).unwrap_or_default();
        let (record, status) = match engine.open_unkept(&record.id) {
            Ok(container) => (container.record(), container.status()),
            Err(_) => seen(record),
        };
        states.push((record, status, spec));
    }
    states.sort_by(|one, other| one.0.id.cmp(&other.0.id));
    if args.quiet {
        let ids: String = states.iter().map(|(record, ..)| format!("{}\n", record.id)).collect();
        super::print(&ids)?;
        return Ok(0);
    }
    let states: Vec<Value> = states.iter().map(|(record, status, spec)| describe(record, *status, spec)).collect();
    match args.format {
        Listing::Json => super::print(&format!("{}\n", Value::from(states)))?,
        Listing::Table => super::print(&table(&states))?,
    }
    Ok(0)
}

fn table(states: &[Value]) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |state: &Value| ["id", "pid", "status", "bundle", "created", "owner"].map(|name| text(&state[name]));
    let header = ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(header).chain(states.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len() + PADDING).max().unwrap_or(0).max(WIDTH);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let line = |row: &[String; 6]| {
        let mut line = String::new();
        for (cell, width) in row.iter().take(5).zip(&widths) {
            line += &format!("{cell:width$}");
        }
        format!("{line}{}\n", row[5])
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let states =
            [json!({"id": "a-rather-long-name", "pid": 7, "status": "running", "bundle": "/b", "created": "T",
                             "owner": "me"})];
        let expected = "ID                   PID         STATUS      BUNDLE      CREATED     OWNER\n\
                        a-rather-long-name   7           running     /b          T           me\n";
        assert_eq!(table(&states), expected);
    }
}
