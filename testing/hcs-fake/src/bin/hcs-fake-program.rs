//! A program for containers of tests, which does what its words say, one after the other.
//!
//! ```text
//! args WORD…     prints every further word in a line of its own
//! bytes COUNT    prints so many bytes, of which none is like the one before
//! cat            prints what it reads
//! count          reads to the end, and prints how many bytes that were and their sum
//! cwd            prints the folder that it is in
//! env NAME       prints a variable, or (none)
//! err TEXT       prints a line on standard error
//! exit CODE      ends with this code, which may be hexadecimal
//! interrupt COUNT FILE COMMAND…
//!                runs a command on its own console, presses Ctrl-C there so often when there is such a file, and ends with the
//!                command's code
//! leave MS       starts itself with the words `sleep MS say late`, and does not wait for that
//! read FILE      prints a file
//! say TEXT       prints a line
//! sleep MS       waits
//! wait FILE      waits until there is such a file
//! write FILE     makes a file
//! ```
#![forbid(unsafe_code)]

use std::io::{Read, Write, stdin, stdout};
use std::process::{Command, ExitCode, exit};
use std::time::Duration;

/// Between two looks for a file.
const LOOK: Duration = Duration::from_millis(20);
/// Between two presses of Ctrl-C.
const BREATH: Duration = Duration::from_millis(200);

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let done = match word.as_str() {
            "args" => words.by_ref().try_for_each(|word| say(&word)),
            "cat" => std::io::copy(&mut stdin(), &mut stdout()).map(drop),
            "count" => count(),
            "interrupt" => interrupt(words.by_ref()),
            "cwd" => std::env::current_dir().and_then(|folder| say(&folder.display().to_string())),
            _ => one(&word, &words.next().unwrap_or_default()),
        };
        if let Err(error) = done.and_then(|()| stdout().flush()) {
            eprintln!("{word}: {error}");
            return ExitCode::from(99);
        }
    }
    ExitCode::SUCCESS
}

/// Does what has one word after it.
fn one(word: &str, operand: &str) -> std::io::Result<()> {
    match word {
        "bytes" => bytes(number(operand)),
        "env" => say(std::env::var(operand).as_deref().unwrap_or("(none)")),
        // In one piece: others may write to the same file.
        "err" => std::io::stderr().write_all(format!("{operand}\n").as_bytes()),
        "exit" => exit(u32::try_from(number(operand)).unwrap_or(u32::MAX).cast_signed()),
        "leave" => {
            let this = std::env::current_exe()?;
            Command::new(this).args(["sleep", operand, "say", "late"]).spawn().map(drop)
        }
        "read" => stdout().write_all(&std::fs::read(operand)?),
        "say" => say(operand),
        "sleep" => {
            std::thread::sleep(Duration::from_millis(number(operand)));
            Ok(())
        }
        "wait" => {
            wait(operand);
            Ok(())
        }
        "write" => std::fs::write(operand, "written inside"),
        _ => Err(std::io::Error::other("there is no such word")),
    }
}

fn wait(file: &str) {
    while !std::path::Path::new(file).exists() {
        std::thread::sleep(LOOK);
    }
}

fn interrupt(words: &mut dyn Iterator<Item = String>) -> std::io::Result<()> {
    let mut next = || words.next().unwrap_or_default();
    let (count, file, command) = (number(&next()), next(), next());
    let mut child = Command::new(command).args(words).spawn()?;
    wait(&file);
    for _ in 0..count {
        hcs_fake::interrupt()?;
        std::thread::sleep(BREATH);
    }
    exit(child.wait()?.code().unwrap_or(-1))
}

fn say(text: &str) -> std::io::Result<()> {
    writeln!(stdout(), "{text}")
}

/// A number, which ends the program if it is none.
fn number(text: &str) -> u64 {
    let parsed = text.strip_prefix("0x").map_or_else(|| text.parse(), |digits| u64::from_str_radix(digits, 16));
    parsed.unwrap_or_else(|error| {
        eprintln!("{text}: {error}");
        exit(98)
    })
}

fn bytes(count: u64) -> std::io::Result<()> {
    let block: Vec<u8> = (0..251).collect();
    let mut left = usize::try_from(count).unwrap_or(usize::MAX);
    while left > 0 {
        let part = &block[..left.min(block.len())];
        stdout().write_all(part)?;
        left -= part.len();
    }
    Ok(())
}

fn count() -> std::io::Result<()> {
    let mut block = vec![0; 64 << 10];
    let (mut total, mut sum) = (0_u64, 0_u64);
    loop {
        let length = stdin().read(&mut block)?;
        if length == 0 {
            return say(&format!("{total} {sum}"));
        }
        total += length as u64;
        sum += block[..length].iter().map(|byte| u64::from(*byte)).sum::<u64>();
    }
}
