//! `silo ps`.

use crate::cli::manage::{Format, PsArgs};
use crate::output::{self, age, table};
use anyhow::Result;
use hcs_engine::{Engine, Record, Status};
use table::{Cell, Colour};

/// Characters of an id in a table; the commands take the beginning of an id.
const SHORT_ID: usize = 12;

/// Lists containers.
pub fn ps(args: &PsArgs, engine: &Engine) -> Result<i32> {
    let mut records = engine.list()?;
    records.retain(|record| args.all || !matches!(record.status, Status::Stopped | Status::Dead));
    match (args.quiet, args.format) {
        (true, _) => records.iter().try_for_each(|record| output::line(&record.id))?,
        (false, Format::Json) => output::json(&records)?,
        (false, Format::Table) => output::print(&render(&records, age::now(), output::colours()))?,
    }
    Ok(0)
}

fn render(records: &[Record], now: u64, colours: bool) -> String {
    let rows: Vec<_> = records.iter().map(|record| row(record, now)).collect();
    table::render(["CONTAINER", "BASE", "COMMAND", "CREATED", "STATUS"], &rows, colours)
}

fn row(record: &Record, now: u64) -> [Cell; 5] {
    let id = match is_random(&record.id) {
        true => record.id.chars().take(SHORT_ID).collect(),
        false => record.id.clone(),
    };
    let created = age::ago(record.created, now);
    [id.into(), record.base.clone().into(), record.command.join(" ").into(), created.into(), status(record, now)]
}

/// Whether an id was made by the engine and not by the user: long and hexadecimal.
fn is_random(id: &str) -> bool {
    id.len() > SHORT_ID && id.bytes().all(|b| b.is_ascii_hexdigit())
}

fn status(record: &Record, now: u64) -> Cell {
    let since =
        |then: Option<u64>| then.map(|then| format!(" {}", age::span(now.saturating_sub(then)))).unwrap_or_default();
    match record.status {
        Status::Running => Cell::coloured(format!("running{}", since(record.started)), Colour::Green),
        Status::Stopped => {
            let code = record.exit_code.map(|code| format!(" ({code})")).unwrap_or_default();
            let ago = record.finished.map(|then| format!(" {}", age::ago(then, now))).unwrap_or_default();
            format!("stopped{code}{ago}").into()
        }
        Status::Dead => Cell::coloured("dead", Colour::Red),
        other => Cell::coloured(other.word(), Colour::Yellow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_of_containers() {
        let record = |id: &str, status| Record {
            id: id.into(),
            status,
            base: "host".into(),
            command: vec!["sleep".into(), "60".into()],
            created: 1_000,
            started: Some(2_000),
            finished: Some(60_000),
            exit_code: Some(137),
            ..Record::default()
        };
        let records =
            [record("web", Status::Running), record("0123456789abcdef", Status::Stopped), record("x", Status::Dead)];
        let expected = "\
CONTAINER      BASE   COMMAND    CREATED        STATUS
web            host   sleep 60   1 minute ago   running 59 seconds
0123456789ab   host   sleep 60   1 minute ago   stopped (137) 1 second ago
x              host   sleep 60   1 minute ago   dead
";
        assert_eq!(render(&records, 61_999, false), expected);
    }
}
