//! `run`: from words to a request.

use super::devices::Granted;
use super::spec::{Basics, Network, default_spec};
use super::{Result, World, base, capabilities, devices, environment, mounts, names, paths, processors, refusal};
use super::{seccomp, signals, size, user};
use crate::cli::run::{RunArgs, ShapeArgs};
use hcs_engine::{Base, Request};
use hcs_schema::oci::{Cpu, Linux, Memory, Pids, Process, Resources, Spec};
use std::path::{Path, PathBuf};

/// The request that the words of `run` ask for.
pub fn request(args: &RunArgs, world: &dyn World) -> Result<Request> {
    let request = match &args.bundle {
        Some(bundle) => bundled(bundle, world)?,
        None => shaped(args, world)?,
    };
    named(request, args)
}

/// The request with what the words say of any container: its name, labels and so on.
pub fn named(mut request: Request, args: &RunArgs) -> Result<Request> {
    request.isolation = args.isolation.unwrap_or_default().into();
    request.id = args.name.clone();
    if let Some(name) = &args.name {
        names::container(name).map_err(|message| refusal("--name", message))?;
    }
    for label in &args.label {
        let (key, value) = names::label(label).map_err(|message| refusal(format!("--label {label}"), message))?;
        request.labels.insert(key, value);
    }
    if let Some(signal) = &args.stop_signal {
        request.stop_signal = signals::number(signal).map_err(|message| refusal("--stop-signal", message))?;
    }
    request.remove = args.rm;
    Ok(request)
}

/// The request of a bundle.
pub fn bundled(bundle: &Path, world: &dyn World) -> Result<Request> {
    let folder = base::bundle(bundle, world)?;
    let file = folder.join("config.json");
    let text = paths::read(world, &file, &format!("--bundle {}", bundle.display()))?;
    specified(&text, folder, &file)
}

/// The request of a specification's text, which is that of `file` in `folder`.
pub fn specified(text: &str, folder: PathBuf, file: &Path) -> Result<Request> {
    let subject = file.display().to_string();
    let spec: Spec = serde_json::from_str(text).map_err(|error| refusal(&subject, error.to_string()))?;
    for (missing, what) in [(spec.oci_version.is_empty(), "ociVersion"), (spec.process.is_none(), "process")] {
        if missing {
            return Err(refusal(subject, format!("{what} is missing")));
        }
    }
    Ok(Request { spec, base: Base::Bundle(folder), ..Request::default() })
}

/// Whether standard input is connected: if the words say so, or the specification of a bundle gives its program a terminal.
pub fn reads(args: &RunArgs, request: &Request) -> bool {
    args.interactive || args.bundle.is_some() && has_terminal(request)
}

/// Whether the program has a terminal.
pub fn has_terminal(request: &Request) -> bool {
    request.spec.process.as_ref().is_some_and(|process| process.terminal)
}

fn shaped(args: &RunArgs, world: &dyn World) -> Result<Request> {
    let shape = &args.shape;
    let base = base::parse(args.base.as_deref().unwrap_or_default(), world)?;
    let basics = basics(args, world)?;
    let mut spec = default_spec(&basics, world.facts());
    if let Some(hostname) = &shape.hostname {
        names::host(hostname).map_err(|message| refusal("--hostname", message))?;
        spec.hostname = Some(hostname.clone());
    }
    let mut process = spec.process.take().unwrap_or_default();
    shape_process(&mut process, args, world)?;
    spec.process = Some(process);
    let mut linux = spec.linux.take().unwrap_or_default();
    let mut wanted = wanted_mounts(shape, world)?;
    shape_linux(&mut linux, shape, world, &mut wanted)?;
    security(&mut spec, &mut linux, shape, &basics.capabilities, world)?;
    spec.linux = Some(linux);
    mounts::add(&mut spec.mounts, wanted)?;
    Ok(Request { spec, base, ..Request::default() })
}

fn basics(args: &RunArgs, world: &dyn World) -> Result<Basics> {
    let shape = &args.shape;
    let parsed = shape.user.as_deref().map(|words| user::parse(words, world.facts()));
    Ok(Basics {
        network: Network::parse(shape.network.as_deref()).map_err(|message| refusal("--network", message))?,
        capabilities: capabilities::chosen(&shape.cap_add, &shape.cap_drop)?,
        terminal: args.tty,
        read_only: shape.read_only,
        user: parsed.transpose().map_err(|message| refusal("--user", message))?.unwrap_or_default(),
    })
}

fn shape_process(process: &mut Process, args: &RunArgs, world: &dyn World) -> Result<()> {
    let shape = &args.shape;
    if args.command.first().is_none_or(String::is_empty) {
        return Err(refusal("CMD", "it is empty; write a program and its arguments"));
    }
    process.args = args.command.clone();
    if let Some(hostname) = &shape.hostname {
        environment::set(&mut process.env, format!("HOSTNAME={hostname}"));
    }
    environment::apply(&mut process.env, &shape.env_file, &shape.env, world)?;
    if let Some(workdir) = &shape.workdir {
        process.cwd = paths::inside(workdir).map_err(|message| refusal("--workdir", message))?;
    }
    Ok(())
}

type Wanted = Vec<(String, hcs_schema::oci::Mount)>;

fn wanted_mounts(shape: &ShapeArgs, world: &dyn World) -> Result<Wanted> {
    let mut wanted = Wanted::new();
    for words in &shape.volume {
        wanted.push((format!("--volume {words}"), mounts::parse_volume(words, world)?));
    }
    for words in &shape.mount {
        wanted.push((format!("--mount {words}"), mounts::parse_mount(words, world)?));
    }
    for words in &shape.tmpfs {
        wanted.push((format!("--tmpfs {words}"), mounts::parse_tmpfs(words)?));
    }
    Ok(wanted)
}

fn shape_linux(linux: &mut Linux, shape: &ShapeArgs, world: &dyn World, wanted: &mut Wanted) -> Result<()> {
    let resources = linux.resources.get_or_insert_default();
    for words in &shape.device {
        match devices::parse(words, world)? {
            Granted::Node(device, rule) => {
                linux.devices.push(device);
                resources.devices.push(rule);
            }
            Granted::Bound(mount) => wanted.push((format!("--device {words}"), mount)),
        }
    }
    limit(resources, shape, world.facts().processors)
}

fn limit(resources: &mut Resources, shape: &ShapeArgs, processors: u32) -> Result<()> {
    if let Some(words) = &shape.memory {
        match size::bytes(words).map_err(|message| refusal("--memory", message))? {
            0 => return Err(refusal("--memory", "nothing can run in no memory; leave it out for no limit")),
            limit => resources.memory = Some(memory(limit)),
        }
    }
    let quota = shape.cpus.as_deref().map(|words| processors::quota(words, processors));
    let list = shape.cpuset_cpus.as_deref().map(processors::list);
    let quota = quota.transpose().map_err(|message| refusal("--cpus", message))?;
    resources.cpu = cpu(quota, list.transpose().map_err(|message| refusal("--cpuset-cpus", message))?);
    if let Some(words) = &shape.pids_limit {
        let limit = words.parse().ok().filter(|limit| *limit >= -1);
        let wrong = || refusal("--pids-limit", format!("{words:?} is not a number of tasks, or -1 for no limit"));
        resources.pids =
            Some(limit.ok_or_else(wrong)?).filter(|limit| *limit > 0).map(|limit| Pids { limit, ..Pids::default() });
    }
    Ok(())
}

/// A memory limit that swap does not widen.
pub fn memory(limit: i64) -> Memory {
    Memory { limit: Some(limit), swap: Some(limit), ..Memory::default() }
}

/// Processor limits, if there are any.
pub fn cpu(quota: Option<i64>, cpus: Option<String>) -> Option<Cpu> {
    let period = quota.map(|_| processors::PERIOD);
    (quota.is_some() || cpus.is_some()).then(|| Cpu { quota, period, cpus, ..Cpu::default() })
}

fn security(
    spec: &mut Spec,
    linux: &mut Linux,
    shape: &ShapeArgs,
    capabilities: &[String],
    world: &dyn World,
) -> Result<()> {
    for words in &shape.security_opt {
        let subject = format!("--security-opt {words}");
        match words.split_once(['=', ':']).unwrap_or((words, "")) {
            ("no-new-privileges", value @ ("" | "true" | "false")) => {
                spec.process.get_or_insert_default().no_new_privileges = value != "false";
            }
            ("seccomp", "unconfined") => linux.seccomp = None,
            ("seccomp", file) if !file.is_empty() => {
                let text = paths::read(world, &paths::outside(world.current_dir(), file), &subject)?;
                linux.seccomp = Some(seccomp::parse(&text, capabilities).map_err(|message| refusal(subject, message))?);
            }
            _ => {
                let message = "there are no-new-privileges, seccomp=unconfined and seccomp=FILE";
                return Err(refusal(subject, message));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_of_a_bundle_is_read_from() {
        let asked = |terminal| {
            let process = Process { terminal, ..Process::default() };
            Request { spec: Spec { process: Some(process), ..Spec::default() }, ..Request::default() }
        };
        let bundle = RunArgs { bundle: Some("b".into()), ..RunArgs::default() };
        assert!(reads(&bundle, &asked(true)) && !reads(&bundle, &asked(false)));
        assert!(!reads(&RunArgs::default(), &asked(true)), "without -i");
        assert!(reads(&RunArgs { interactive: true, ..bundle }, &asked(false)));
    }
}
