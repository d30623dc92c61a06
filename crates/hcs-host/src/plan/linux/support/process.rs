//! Checks of the process section.

use super::{Refusal, absolute, affinity, caps, ioprio, label, oom, rlimits, scheduler, text};
use hcs_schema::oci;

/// Checks the whole section; also used for processes that are executed into a running container.
pub fn validate(process: &oci::Process) -> Result<(), Refusal> {
    if process.command_line.is_some() {
        return Err(Refusal::unsupported("process.commandLine", "is for Windows containers"));
    }
    match process.args.first() {
        None => return Err(Refusal::invalid("process.args", "there is no program to run")),
        Some(name) if name.is_empty() => return Err(Refusal::invalid("process.args[0]", "is empty")),
        Some(_) => {}
    }
    process.args.iter().try_for_each(|arg| text("process.args", arg))?;
    environment("process.env", &process.env)?;
    absolute("process.cwd", &process.cwd)?;
    user(&process.user)?;
    attributes(process)
}

/// Checks an environment.
pub fn environment(property: &str, env: &[String]) -> Result<(), Refusal> {
    for variable in env {
        text(property, variable)?;
        if variable.find('=').is_none_or(|at| at == 0) {
            return Err(Refusal::invalid(property, format!("{variable:?} is not like NAME=value")));
        }
    }
    Ok(())
}

/// Checks who runs the process.
fn user(user: &oci::User) -> Result<(), Refusal> {
    let id = |property: &str, id: u32| match id {
        u32::MAX => Err(Refusal::invalid(property, format!("{id} is no id: to the kernel it means none"))),
        _ => Ok(()),
    };
    id("process.user.uid", user.uid)?;
    id("process.user.gid", user.gid)?;
    user.additional_gids.iter().try_for_each(|gid| id("process.user.additionalGids", *gid))?;
    if let Some(umask) = user.umask.filter(|umask| *umask > 0o777) {
        return Err(Refusal::invalid("process.user.umask", format!("{umask:#o} has bits other than permissions")));
    }
    let name = user.username.as_deref().unwrap_or("");
    let plain = !name.contains(['\0', '\n']) && name.matches(':').count() <= 1;
    if !plain || name.starts_with(':') {
        return Err(Refusal::invalid("process.user.username", format!("{name:?} is not like user or user:group")));
    }
    Ok(())
}

/// Checks what has words of its own.
fn attributes(process: &oci::Process) -> Result<(), Refusal> {
    caps::parse(process.capabilities.as_ref())?;
    rlimits::parse(&process.rlimits)?;
    process.oom_score_adj.map(oom::parse).transpose()?;
    process.scheduler.as_ref().map(scheduler::parse).transpose()?;
    process.io_priority.as_ref().map(ioprio::parse).transpose()?;
    label::check("process.apparmorProfile", process.apparmor_profile.as_deref().unwrap_or(""))?;
    label::check("process.selinuxLabel", process.selinux_label.as_deref().unwrap_or(""))?;
    if let Some(affinity) = &process.exec_cpu_affinity {
        let check = |property: &str, list: &Option<String>| {
            // An empty list means the same as none.
            let list = list.as_ref().filter(|list| !list.is_empty());
            list.map(|list| affinity::parse(property, list)).transpose().map(drop)
        };
        check("process.execCPUAffinity.initial", &affinity.initial)?;
        check("process.execCPUAffinity.final", &affinity.last)?;
    }
    Ok(())
}
