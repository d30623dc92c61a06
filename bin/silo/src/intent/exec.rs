//! `exec`: from words to a process in a container that runs.

use super::{Result, World, capabilities, environment, paths, refusal, user};
use crate::cli::exec::ExecArgs;
use hcs_schema::oci::{Process, Spec};

/// The process that the words of `exec` ask for: the container's own, with the wishes of the caller.
pub fn process(args: &ExecArgs, spec: &Spec, world: &dyn World) -> Result<Process> {
    if args.command.first().is_none_or(String::is_empty) {
        return Err(refusal("CMD", "it is empty; write a program and its arguments"));
    }
    let mut process = spec.process.clone().unwrap_or_default();
    process.args = args.command.clone();
    process.command_line = None;
    process.terminal = args.tty;
    process.console_size = None;
    if args.tty && !environment::has(&process.env, "TERM") {
        process.env.push(environment::TERM.to_owned());
    }
    environment::apply(&mut process.env, &args.env_file, &args.env, world)?;
    if let Some(workdir) = &args.workdir {
        process.cwd = paths::inside(workdir).map_err(|message| refusal("--workdir", message))?;
    }
    if let Some(words) = &args.user {
        process.user = user::parse(words, world.facts()).map_err(|message| refusal("--user", message))?;
        let bounding = process.capabilities.take().unwrap_or_default().bounding;
        process.capabilities = Some(capabilities::sets(&bounding, !user::is_ordinary(&process.user)));
    }
    Ok(process)
}
