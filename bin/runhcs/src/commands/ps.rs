//! `ps`: the processes of a container, as ps(1) shows them or as a list of ids.

use super::open;
use crate::cli::{Listing, PsArgs};
use anyhow::{Context, Result, bail};
use hcs_engine::Engine;
use std::process::Command;

pub async fn ps(engine: &Engine, args: &PsArgs) -> Result<i32> {
    let container = open(engine, &args.id)?;
    let pids: Vec<u32> = container.pids().await?.iter().map(|process| process.process_id).collect();
    if args.format == Listing::Json {
        super::print(&format!("{}\n", serde_json::to_string(&pids)?))?;
        return Ok(0);
    }
    let given = args.options.iter().map(String::as_str).filter(|word| *word != "--");
    let mut options: Vec<&str> = given.collect();
    if options.is_empty() {
        options.push("-ef");
    }
    let output = Command::new("ps").args(&options).output();
    let output = output.context("run ps, which makes the table; `--format json` does without it")?;
    if !output.status.success() {
        bail!("ps {}: {}", options.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    super::print(&select(&String::from_utf8_lossy(&output.stdout), &pids)?)?;
    Ok(0)
}

/// The lines of these processes, below the header.
fn select(table: &str, pids: &[u32]) -> Result<String> {
    let mut lines = table.lines();
    let header = lines.next().unwrap_or_default();
    let column = header.split_whitespace().position(|name| name == "PID");
    let column = column.context("ps shows no column PID, by which processes are told apart; add it to its options")?;
    let ours = |line: &&str| {
        let pid = line.split_whitespace().nth(column).and_then(|cell| cell.parse().ok());
        pid.is_some_and(|pid| pids.contains(&pid))
    };
    let mut text = format!("{header}\n");
    for line in lines.filter(ours) {
        text += line;
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_others_are_left_out() {
        let table = "UID   PID CMD\nroot    1 init\nroot   17 a 1\n";
        assert_eq!(select(table, &[17]).unwrap(), "UID   PID CMD\nroot   17 a 1\n");
        assert!(select("UID CMD\n", &[1]).is_err());
    }
}
