//! `exec`: a further process in a container that runs.

use super::create::detached;
use super::{Common, expect_alive, open, program, write_pid};
use crate::bundle;
use crate::cli::ExecArgs;
use anyhow::{Context, Result, bail};
use hcs_engine::{Attach, Container, Engine, Foreground, Status};
use hcs_schema::oci::Process;

pub async fn exec(common: &Common<'_>, engine: &Engine, args: &ExecArgs) -> Result<i32> {
    refuse(args)?;
    let container = open(engine, &args.id)?;
    expect_alive(&container)?;
    match container.status() {
        Status::Created => bail!("cannot exec in a container that has not been started: {}", args.id),
        Status::Paused => bail!("cannot exec in a paused container: {}", args.id),
        _ => {}
    }
    let mut process = process(&container, args)?;
    let foreground = if args.detach {
        None
    } else {
        if args.console_socket.is_some() {
            bail!("--console-socket: this runtime uses the terminal itself unless it is told to --detach");
        }
        Some(Foreground::lend(&mut process, Attach { stdin: true })?)
    };
    let (foreground, stdio) = match foreground {
        Some((foreground, stdio)) => (Some(foreground), stdio),
        None => (None, detached(process.terminal, args.console_socket.as_deref())?),
    };
    let pid = container.exec_with(process, stdio, args.preserve_fds).await.context("exec failed")?;
    common.log.debug(&format!("process {pid} runs in {}", args.id));
    if let Some(file) = &args.pid_file {
        write_pid(file, pid)?;
    }
    match foreground {
        Some(foreground) => Ok(program(foreground.follow(&container, pid).await?)),
        None => Ok(0),
    }
}

/// Refuses options that cannot be honoured.
fn refuse(args: &ExecArgs) -> Result<()> {
    if !args.cgroup.is_empty() {
        bail!("--cgroup: a process is put into the container's own control group; leave it out");
    }
    if args.ignore_paused {
        bail!("--ignore-paused: a process that joins a paused container is stopped before it runs; resume it first");
    }
    if args.shim_log.is_some() {
        bail!("--shim-log: this runtime has no shims; leave it out");
    }
    if args.process.is_some()
        && let Some(option) = beside_a_file(args)
    {
        bail!("{option}: the process is the one of --process; write it there");
    }
    match (args.process.is_some(), args.command.is_empty()) {
        (false, true) => bail!("no program was given: name one after the id, or give --process"),
        (true, false) => bail!("--process: the program is in that file; name none after the id"),
        _ => Ok(()),
    }
}

/// The first option that says something of the process that a file says, too.
fn beside_a_file(args: &ExecArgs) -> Option<&'static str> {
    let given = [
        ("--cwd", args.cwd.is_some()),
        ("--env", !args.env.is_empty()),
        ("--user", args.user.is_some()),
        ("--additional-gids", !args.additional_gids.is_empty()),
        ("--process-label", args.process_label.is_some()),
        ("--apparmor", args.apparmor.is_some()),
        ("--no-new-privs", args.no_new_privs.is_some()),
        ("--cap", !args.cap.is_empty()),
    ];
    given.into_iter().find(|(_, given)| *given).map(|(option, _)| option)
}

/// What is to run: a file's process, or the container's own with other words.
fn process(container: &Container, args: &ExecArgs) -> Result<Process> {
    if let Some(file) = &args.process {
        let mut process = bundle::process(file).context("--process")?;
        process.terminal |= args.tty;
        return Ok(process);
    }
    let mut process = container.spec()?.process.unwrap_or_default();
    process.args.clone_from(&args.command);
    process.command_line = None;
    process.terminal = args.tty;
    if let Some(cwd) = &args.cwd {
        process.cwd.clone_from(cwd);
    }
    for variable in &args.env {
        let (name, _) = variable.split_once('=').with_context(|| format!("--env {variable}: write NAME=VALUE"))?;
        process.env.retain(|known| known.split_once('=').is_none_or(|(known, _)| known != name));
        process.env.push(variable.clone());
    }
    if let Some(user) = &args.user {
        let (uid, gid) = user.split_once(':').map_or((user.as_str(), None), |(uid, gid)| (uid, Some(gid)));
        let number = |text: &str| text.parse().with_context(|| format!("--user {user}: {text:?} is not a number"));
        process.user.uid = number(uid)?;
        if let Some(gid) = gid {
            process.user.gid = number(gid)?;
        }
        process.user.username = None;
    }
    process.user.additional_gids.extend(&args.additional_gids);
    for capability in &args.cap {
        add_capability(&mut process, capability);
    }
    if let Some(label) = &args.process_label {
        process.selinux_label = Some(label.clone());
    }
    if let Some(profile) = &args.apparmor {
        process.apparmor_profile = Some(profile.clone());
    }
    if let Some(set) = args.no_new_privs {
        process.no_new_privileges = set;
    }
    Ok(process)
}

/// Adds a capability to every set, as runc does.
fn add_capability(process: &mut Process, capability: &str) {
    let sets = process.capabilities.get_or_insert_default();
    let lists =
        [&mut sets.bounding, &mut sets.effective, &mut sets.permitted, &mut sets.inheritable, &mut sets.ambient];
    for list in lists {
        if !list.iter().any(|known| known == capability) {
            list.push(capability.to_owned());
        }
    }
}
