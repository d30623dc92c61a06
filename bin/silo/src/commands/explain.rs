//! `silo explain`.

use crate::cli::Cli;
use crate::cli::explain::ExplainArgs;
use crate::cli::manage::Format;
use crate::failure;
use crate::intent::codes::{self, Asked};
use crate::output::{self, explained};
use anyhow::{Context, Result, anyhow};
use clap::CommandFactory;
use clap::error::ErrorKind;
use hcs_schema::catalogue;
use std::io::{IsTerminal, Read};

/// What is read of standard input: days of an engine's log, and little enough to be held in memory at once.
const MOST_READ: u64 = 16 << 20;

/// Explains codes, those in words or those in the text on standard input, and tells of words that are none.
pub fn explain(args: &ExplainArgs) -> Result<i32> {
    if args.list {
        return list(args.format);
    }
    if !args.codes.is_empty() {
        return words(args);
    }
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return usage();
    }
    let mut text = Vec::new();
    stdin.lock().take(MOST_READ + 1).read_to_end(&mut text).context("standard input cannot be read")?;
    if text.len() as u64 > MOST_READ {
        eprintln!("silo: only the first {} MiB of standard input were looked at", MOST_READ >> 20);
        text.truncate(usize::try_from(MOST_READ)?);
    }
    let asked = codes::scan(&text);
    print(&asked, args.format)?;
    match asked.is_empty() {
        true => Err(anyhow!("explain standard input: there is no code in it that is known")),
        false => Ok(0),
    }
}

/// Explains each word. One that is no code does not keep the others from being explained, but makes the command fail.
fn words(args: &ExplainArgs) -> Result<i32> {
    let (mut asked, mut code) = (Vec::new(), 0);
    for word in &args.codes {
        let found = codes::word(word);
        if found.is_empty() {
            eprintln!("{}", failure::text(&unknown(word)));
            code = failure::SILO_FAILED;
        }
        asked.extend(found);
    }
    if code == 0 || !asked.is_empty() {
        print(&asked, args.format)?;
    }
    Ok(code)
}

fn unknown(word: &str) -> anyhow::Error {
    let shown: String = word.chars().take(80).flat_map(char::escape_debug).collect();
    match codes::nearest(word) {
        Some(near) => anyhow!("explain {shown}: there is no such code; did you mean {near}?"),
        None => anyhow!("explain {shown}: there is no such code"),
    }
}

fn print(asked: &[Asked], format: Format) -> Result<()> {
    match format {
        Format::Table => {
            let texts: Vec<String> = asked.iter().map(explained::text).collect();
            output::print(&texts.join("\n"))?;
        }
        Format::Json => output::json(&asked.iter().map(explained::object).collect::<Vec<_>>())?,
    }
    Ok(())
}

fn list(format: Format) -> Result<i32> {
    match format {
        Format::Table => output::print(&explained::table(catalogue::entries()))?,
        Format::Json => output::json(&explained::objects(catalogue::entries()))?,
    }
    Ok(0)
}

/// Nobody types a log: without words, standard input must come from somewhere.
fn usage() -> Result<i32> {
    let message = "explain needs a CODE, or a text on standard input: `silo explain 0xC0370106`, `… | silo explain`";
    let mut command = Cli::command();
    command.build();
    let command = command.find_subcommand_mut("explain").context("there is no such command")?;
    command.error(ErrorKind::MissingRequiredArgument, message).print()?;
    Ok(failure::WRONG_USAGE)
}
