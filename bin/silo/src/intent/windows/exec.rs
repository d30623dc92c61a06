//! `exec` for a container of Windows.

use super::{Result, World, paths, process, refusal};
use crate::cli::exec::ExecArgs;
use crate::intent::environment;
use hcs_schema::oci::{Process, Spec};

/// The process that the words of `exec` ask for: the container's own, with the wishes of the caller.
pub fn exec(args: &ExecArgs, spec: &Spec, world: &dyn World) -> Result<Process> {
    if args.command.first().is_none_or(String::is_empty) {
        return Err(refusal("CMD", "it is empty; write a program and its arguments"));
    }
    let mut process = spec.process.clone().unwrap_or_default();
    process.args = args.command.clone();
    process.command_line = None;
    process.terminal = args.tty;
    process.console_size = None;
    environment::apply(&mut process.env, &args.env_file, &args.env, world)?;
    process::one_of_each_name(&mut process.env);
    if let Some(workdir) = &args.workdir {
        process.cwd = paths::inside(workdir).map_err(|message| refusal("--workdir", message))?;
    }
    if let Some(words) = &args.user {
        process.user = process::user(words).map_err(|message| refusal("--user", message))?;
    }
    Ok(process)
}
