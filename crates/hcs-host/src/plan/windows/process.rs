//! The program of a Windows container.

use super::cmd::Form;
use super::is_version1;
use crate::Result;
use crate::plan::{Context, Kind};
use hcs_schema::document::ProcessParameters;
use hcs_schema::oci::Process;
use hcs_schema::v1::ProcessConfig;
use std::collections::BTreeMap;

/// Where programs start that say nothing of it.
const DEFAULT_FOLDER: &str = r"C:\";

/// The program as a process document of schema version 2.
pub(crate) fn parameters(context: &mut Context<'_>) -> Result<ProcessParameters> {
    let program = Program::new(context)?;
    Ok(ProcessParameters {
        command_line: program.command_line,
        user: program.user,
        working_directory: program.folder,
        environment: program.environment,
        emulate_console: program.terminal,
        create_std_in_pipe: program.stdin,
        create_std_out_pipe: true,
        create_std_err_pipe: !program.terminal,
        console_size: program.size,
        ..ProcessParameters::default()
    })
}

/// The same for builds before 17763.
pub(super) fn version1(context: &mut Context<'_>) -> Result<ProcessConfig> {
    let program = Program::new(context)?;
    Ok(ProcessConfig {
        command_line: program.command_line,
        user: program.user,
        working_directory: program.folder,
        environment: program.environment,
        emulate_console: program.terminal,
        create_std_in_pipe: program.stdin,
        create_std_out_pipe: true,
        create_std_err_pipe: !program.terminal,
        console_size: program.size,
        ..ProcessConfig::default()
    })
}

struct Program {
    command_line: String,
    user: String,
    folder: String,
    environment: BTreeMap<String, String>,
    terminal: bool,
    stdin: bool,
    size: [u16; 2],
}

impl Program {
    fn new(context: &mut Context<'_>) -> Result<Self> {
        let wanted = context.wanted;
        let process = wanted.spec.process.as_ref();
        let process = process.ok_or_else(|| wanted.invalid("process: is missing; a container runs a program"))?;
        let folder = if process.cwd.is_empty() { DEFAULT_FOLDER } else { &process.cwd };
        folder_of(folder, context.choice.kind == Kind::HostProcess)
            .map_err(|why| wanted.invalid(format!("process.cwd: {why}")))?;
        let mut size = [0, 0];
        if let Some(wish) = &process.console_size {
            for (place, value) in size.iter_mut().zip([wish.height, wish.width]) {
                let message = "process.consoleSize: has more than 65535 characters";
                *place = u16::try_from(value).map_err(|_| wanted.invalid(message))?;
            }
            if !process.terminal {
                context.notes.push("process.consoleSize has no effect: there is no terminal".into());
            }
        }
        Ok(Program {
            command_line: command_line(context, process)?,
            user: process.user.username.clone().unwrap_or_default(),
            folder: folder.into(),
            environment: environment(context, &process.env)?,
            terminal: process.terminal,
            stdin: wanted.stdin,
            size,
        })
    }
}

fn folder_of(path: &str, of_host: bool) -> std::result::Result<(), String> {
    let bytes = path.as_bytes();
    let drive = bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
    let drive = drive && matches!(bytes.get(2), None | Some(b'\\' | b'/'));
    // The root of a HostProcess container is named by a variable.
    let variable = of_host && (path.starts_with('%') || path.starts_with('$'));
    if drive || variable || path.starts_with(['\\', '/']) {
        return Ok(());
    }
    Err(format!("{path:?} is not an absolute path of Windows"))
}

fn command_line(context: &mut Context<'_>, process: &Process) -> Result<String> {
    let given = process.command_line.as_deref().filter(|line| !line.is_empty());
    let form =
        Form { mask: mask(context)?, file: Some(context.wanted.redirect.as_str()).filter(|file| !file.is_empty()) };
    if form.is_needed() {
        in_between(context, form, process)?;
    }
    let line = match given {
        Some(line) => {
            if !process.args.is_empty() {
                context.notes.push("process.args has no effect: process.commandLine is given".into());
            }
            match form.is_needed() {
                true => form
                    .command_line(line)
                    .map_err(|why| context.wanted.invalid(format!("process.commandLine: {why}")))?,
                false => line.to_owned(),
            }
        }
        None if process.args.first().is_none_or(String::is_empty) => {
            return Err(context
                .wanted
                .invalid("process.args: is empty, and so is process.commandLine; name a program"));
        }
        None if form.is_needed() => {
            form.arguments(&process.args).map_err(|why| context.wanted.invalid(format!("process.args: {why}")))?
        }
        None => quoted(&process.args),
    };
    if line.contains('\0') {
        return Err(context.wanted.invalid("process.args: has a NUL"));
    }
    // CreateProcess takes 32767 characters with the NUL at the end.
    if line.encode_utf16().count() > 32766 {
        return Err(context
            .wanted
            .invalid("process.args: the command line is longer than the 32766 characters of Windows"));
    }
    Ok(line)
}

/// The processors that `cmd.exe` has to pin the program to. Before build 17763 it does what a job object does later.
fn mask(context: &Context<'_>) -> Result<Option<u64>> {
    match context.limits.affinity.as_slice() {
        _ if !is_version1(context.choice.kind) => Ok(None),
        [] => Ok(None),
        [only] if only.group == 0 => Ok(Some(only.mask)),
        _ => {
            let why = "windows.resources.cpu.affinity: cmd.exe, which pins programs before build 17763, knows processor group 0 alone";
            Err(context.wanted.unsupported(why))
        }
    }
}

/// Tells what comes of `cmd.exe` in between, and refuses where it would not start.
fn in_between(context: &mut Context<'_>, form: Form<'_>, process: &Process) -> Result<()> {
    if process.cwd.replace('/', r"\").starts_with(r"\\") {
        let why =
            format!("process.cwd: {:?}: cmd.exe, which starts the program, cannot be in such a folder", process.cwd);
        return Err(context.wanted.unsupported(why));
    }
    if form.mask.is_some() {
        let note = "windows.resources.cpu.affinity: cmd.exe pins the program and its children; what is started in the container later is not pinned, and Ctrl+C is ignored";
        context.notes.push(note.into());
    }
    if let Some(file) = form.file {
        context.notes.push(format!("cmd.exe inside appends the output to {file}; nothing of it is seen outside"));
    }
    Ok(())
}

/// The command line that `CommandLineToArgvW` takes apart into these arguments.
/// Source: <https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments>.
pub(crate) fn quoted(args: &[String]) -> String {
    args.iter().map(|arg| quote(arg)).collect::<Vec<_>>().join(" ")
}

/// One argument, in quotes if it needs them.
pub(super) fn quote(arg: &str) -> String {
    if !arg.is_empty() && !arg.contains([' ', '\t', '\n', '\x0b', '"']) {
        return arg.to_owned();
    }
    wrapped(arg)
}

/// One argument in quotes.
pub(super) fn wrapped(arg: &str) -> String {
    let mut line = String::from("\"");
    let mut backslashes = 0;
    for char in arg.chars() {
        match char {
            '\\' => backslashes += 1,
            '"' => {
                // Backslashes before a quote are doubled, and one more keeps the quote.
                line.extend(std::iter::repeat_n('\\', backslashes + 1));
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        line.push(char);
    }
    line.extend(std::iter::repeat_n('\\', backslashes));
    line.push('"');
    line
}

fn environment(context: &mut Context<'_>, variables: &[String]) -> Result<BTreeMap<String, String>> {
    let mut environment = BTreeMap::new();
    for (index, variable) in variables.iter().enumerate() {
        let invalid = |why: String| context.wanted.invalid(format!("process.env[{index}]: {why}"));
        let Some((name, value)) = variable.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(invalid(format!("{variable:?} is not NAME=value")));
        };
        if variable.contains('\0') {
            return Err(invalid(format!("{name} has a NUL")));
        }
        // Windows tells names apart by more than upper and lower case.
        environment.retain(|known: &String, _: &mut String| !known.eq_ignore_ascii_case(name));
        if value.is_empty() {
            context
                .notes
                .push(format!("process.env[{index}]: {name} is empty, which is the same as absent on Windows"));
        } else {
            environment.insert(name.to_owned(), value.to_owned());
        }
    }
    Ok(environment)
}
