//! HostProcess containers: a job object on the host instead of a compute system.
//!
//! With the bind filter (build 20348 and later) the job is a silo, which sees its root filesystem and its mounts at their
//! own places. Without it the root filesystem is mounted below `C:\hpc\<id>`, and mounts are links in it.

use super::layers::{self, Rootfs};
use super::mounts::{Mapped, Source};
use super::{mounts, parameters, rootfs};
use crate::Result;
use crate::plan::facts::builds;
use crate::plan::{Call, Context, Document, JobLimits, Kind, Placeholder, Plan, Step};

/// Where the root filesystem is seen.
const DEFAULT_ROOT: &str = r"C:\hpc";

/// Makes the plan.
pub(super) fn build(mut context: Context<'_>) -> Result<Plan> {
    if super::credentials::text(&context)?.is_some() {
        let message =
            "windows.credentialSpec: a HostProcess container runs as a user of the host; give process.user.username";
        return Err(context.wanted.unsupported(message));
    }
    super::refuse_network(&context)?;
    if let Some(windows) = &context.wanted.spec.windows
        && !windows.devices.is_empty()
    {
        let message = "windows.devices: a HostProcess container has the devices of the host";
        return Err(context.wanted.unsupported(message));
    }
    let rootfs = rootfs(&mut context)?;
    let mapped = mounts(&mut context, Kind::HostProcess)?;
    let id = context.wanted.id.clone();
    let job = format!("JobContainer_{id}");
    let mut steps = layers::mount(&context, &rootfs, Kind::HostProcess);
    let create = Call::CreateJob { name: job.clone() };
    steps.push(
        Step::new(create, "make the job that holds all its processes")
            .undone_by(Call::TerminateJob { name: job.clone() }),
    );
    let root = show(&context, &rootfs, &mapped, &job, &mut steps)?;
    let limits = limits(&context);
    if limits != JobLimits::default() {
        steps.push(Step::new(Call::SetJobLimits { name: job.clone(), limits }, "limit the job"));
    }
    let process = program(&mut context, &root)?;
    let user = user(&context, &process.user)?;
    steps.push(Step::new(user, "get the token its program runs with").yielding(Placeholder::new("token")));
    let start = Call::CreateJobProcess { name: job, document: Document::Process(Box::new(process)) };
    steps.push(Step::new(start, "start its program in the job").yielding(Placeholder::new("process")));
    let mut plan = context.plan(steps);
    plan.layers = rootfs.parents;
    plan.scratch = rootfs.scratch;
    plan.mounts = mapped.words();
    plan.network = vec!["the host's own".into()];
    Ok(plan)
}

/// Shows the root filesystem and the mounts, and answers where the root is.
fn show(context: &Context<'_>, rootfs: &Rootfs, mapped: &Mapped, job: &str, steps: &mut Vec<Step>) -> Result<String> {
    let location = context.annotations.host_process_rootfs_location.clone().filter(|path| !path.is_empty());
    if let Some(path) = &location {
        let key = "annotation microsoft.com/hostprocess-rootfs-location";
        layers::absolute(path).map_err(|why| context.wanted.invalid(format!("{key}: {why}")))?;
    }
    let root = location.unwrap_or_else(|| DEFAULT_ROOT.into());
    let root = root.trim_end_matches('\\').to_owned();
    let filter = context.facts.build().is_some_and(|build| build >= builds::SERVER_2022);
    let mut links = Vec::new();
    for (index, mount) in mapped.0.iter().enumerate() {
        match &mount.source {
            Source::Folder(path) | Source::File(path) => links.push((path.clone(), mount)),
            _ => {
                let message = format!(
                    "mounts[{index}]: a HostProcess container sees the host's pipes; mounts are folders or files"
                );
                return Err(context.wanted.unsupported(message));
            }
        }
    }
    if filter {
        let promote = Call::PromoteJob { name: job.into() };
        steps.push(Step::new(promote, "make a silo of the job, which can see paths of its own"));
        let bind = |target: &str, root: &str, read_only| Call::BindPath {
            name: job.into(),
            path: root.into(),
            target: target.into(),
            read_only,
        };
        steps.push(Step::new(bind(&rootfs.volume, &root, false), "show the root filesystem in the silo"));
        for (path, mount) in links {
            steps.push(Step::new(bind(&path, &mount.destination, mount.read_only), "show a mount in the silo"));
        }
        return Ok(root);
    }
    let root = format!(r"{root}\{}", context.wanted.id);
    let mount = Call::MountVolume { volume: rootfs.volume.clone(), path: format!(r"{root}\") };
    let unmount = Call::UnmountVolume { path: format!(r"{root}\") };
    steps.push(Step::new(mount, "show the root filesystem on the host").undone_by(unmount));
    for (path, mount) in links {
        if mount.read_only {
            let message =
                format!("mounts: {} cannot be read-only: this build shows mounts as links", mount.destination);
            return Err(context.wanted.unsupported(message));
        }
        let link = format!("{root}{}", without_drive(&mount.destination));
        let call = Call::MakeLink { path: link, target: path };
        steps.push(Step::new(call, "show a mount below the root filesystem"));
    }
    Ok(root)
}

/// A path without its drive.
fn without_drive(path: &str) -> &str {
    if path.as_bytes().get(1) == Some(&b':') { &path[2..] } else { path }
}

/// The program, whose paths may name the root filesystem.
fn program(context: &mut Context<'_>, root: &str) -> Result<hcs_schema::document::ProcessParameters> {
    let mut process = parameters(context)?;
    let named = |text: &str| replace_root(text, root);
    process.command_line = named(&process.command_line);
    let folder = named(&process.working_directory);
    let below = folder == process.working_directory && root.ends_with(&context.wanted.id);
    process.working_directory = match context.wanted.spec.process.as_ref().map(|process| process.cwd.as_str()) {
        None | Some("") => root.to_owned(),
        // Without the bind filter a folder is one of the root filesystem.
        _ if below => format!("{root}{}", without_drive(&folder)),
        _ => folder,
    };
    for value in process.environment.values_mut() {
        *value = named(value);
    }
    process.environment.insert("CONTAINER_SANDBOX_MOUNT_POINT".into(), root.into());
    Ok(process)
}

/// Replaces the words that stand for the root filesystem, in any case: `%NAME%`, `$env:NAME` and `$NAME`.
fn replace_root(text: &str, root: &str) -> String {
    const NAME: &str = "CONTAINER_SANDBOX_MOUNT_POINT";
    let words = [format!("%{NAME}%"), format!("$env:{NAME}"), format!("${NAME}")];
    let mut rest = text;
    let mut replaced = String::with_capacity(text.len());
    let first = |rest: &str| words.iter().filter_map(|word| Some((find(rest, word)?, word.len()))).min();
    while let Some((start, length)) = first(rest) {
        replaced.push_str(&rest[..start]);
        replaced.push_str(root);
        rest = &rest[start + length..];
    }
    replaced + rest
}

/// Where a word of ASCII is in a text, in any case.
fn find(text: &str, word: &str) -> Option<usize> {
    text.as_bytes().windows(word.len()).position(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// The call that makes the token of the program.
fn user(context: &Context<'_>, name: &str) -> Result<Call> {
    let inherits = context.annotations.host_process_inherit_user.as_deref() == Some("true");
    if inherits {
        return Ok(Call::OpenOwnToken {});
    }
    if name.is_empty() {
        let message = "process.user.username: is missing; a HostProcess container runs as a user of the host, for example \
                       NT AUTHORITY\\SYSTEM, or inherits this program's with annotation microsoft.com/hostprocess-inherit-user";
        return Err(context.wanted.invalid(message));
    }
    let service = name.split_once('\\').is_some_and(|(domain, _)| domain.eq_ignore_ascii_case("NT AUTHORITY"));
    Ok(if name.contains('\\') {
        Call::LogonUser { user: name.into(), service }
    } else {
        // A name without a domain is a local group, for which an account is made that lives as long as the container.
        Call::LogonGroupMember { group: name.into(), account: context.wanted.id.chars().take(20).collect() }
    })
}

/// The step that gives the job of a running container other limits.
pub(crate) fn change(context: &Context<'_>) -> Step {
    let name = format!("JobContainer_{}", context.wanted.id);
    Step::new(Call::SetJobLimits { name, limits: limits(context) }, "change the limits of the job")
}

/// Limits in the words of job objects.
fn limits(context: &Context<'_>) -> JobLimits {
    let limits = &context.limits;
    let (cpu_rate, cpu_weight) = limits.job_processors(context.facts.processors);
    JobLimits {
        memory_bytes: limits.memory_mb.map(|size| size.saturating_mul(1 << 20)),
        cpu_rate,
        cpu_weight,
        affinity: limits.affinity.clone(),
        iops: limits.iops,
        bandwidth: limits.bandwidth,
    }
}
