//! `run` for a host of Windows.

use super::{Host, Result, base, default_spec, limits, mounts, network, paths, process, refusal};
use crate::cli::run::{RunArgs, ShapeArgs};
use crate::intent::{environment, names, processors, run, size};
use hcs_engine::Request;
use hcs_schema::oci::{Mount, Windows, WindowsDevice, WindowsDeviceIdType, WindowsMemory, WindowsResources};

/// The request that the words of `run` ask for.
pub fn request(args: &RunArgs, host: &Host<'_>) -> Result<Request> {
    if args.stop_signal.is_some() {
        return Err(refusal("--stop-signal", "it has no meaning on Windows: there are no signals"));
    }
    let request = match &args.bundle {
        Some(bundle) => run::bundled(bundle, host.world)?,
        None => shaped(args, host)?,
    };
    run::named(request, args)
}

fn shaped(args: &RunArgs, host: &Host<'_>) -> Result<Request> {
    let shape = &args.shape;
    refuse(shape)?;
    let words = args.base.as_deref().unwrap_or_default();
    let base = base::parse(words, host.world.current_dir(), host, "BASE")?;
    let mut spec = default_spec(args.isolation.unwrap_or_default().into());
    spec.process = Some(program(args, host)?);
    if let Some(hostname) = &shape.hostname {
        names::windows_host(hostname).map_err(|message| refusal("--hostname", message))?;
        spec.hostname = Some(hostname.clone());
    }
    spec.mounts = wanted_mounts(shape, host)?;
    let windows = spec.windows.get_or_insert_default();
    windows.network = network(shape.network.as_deref()).map_err(|message| refusal("--network", message))?;
    for words in &shape.device {
        windows.devices.push(device(words).map_err(|message| refusal(format!("--device {words}"), message))?);
    }
    limit(windows, shape, host.processors)?;
    security(windows, shape, host)?;
    Ok(Request { spec, base, ..Request::default() })
}

/// Refuses what has no meaning on Windows.
fn refuse(shape: &ShapeArgs) -> Result<()> {
    let of_linux = [
        (!shape.cap_add.is_empty(), "--cap-add", "there are no capabilities"),
        (!shape.cap_drop.is_empty(), "--cap-drop", "there are no capabilities"),
        (shape.read_only, "--read-only", "the root of a container is always writable"),
        (!shape.tmpfs.is_empty(), "--tmpfs", "there are no folders in memory"),
        (shape.pids_limit.is_some(), "--pids-limit", "the number of tasks cannot be limited"),
    ];
    match of_linux.into_iter().find(|(given, ..)| *given) {
        None => Ok(()),
        Some((_, option, why)) => Err(refusal(option, format!("it has no meaning on Windows: {why}"))),
    }
}

fn program(args: &RunArgs, host: &Host<'_>) -> Result<hcs_schema::oci::Process> {
    let shape = &args.shape;
    if args.command.first().is_none_or(String::is_empty) {
        return Err(refusal("CMD", "it is empty; write a program and its arguments"));
    }
    let mut process = process::process(args.tty);
    process.args = args.command.clone();
    environment::apply(&mut process.env, &shape.env_file, &shape.env, host.world)?;
    process::one_of_each_name(&mut process.env);
    if let Some(workdir) = &shape.workdir {
        process.cwd = paths::inside(workdir).map_err(|message| refusal("--workdir", message))?;
    }
    if let Some(user) = &shape.user {
        process.user = process::user(user).map_err(|message| refusal("--user", message))?;
    }
    Ok(process)
}

fn wanted_mounts(shape: &ShapeArgs, host: &Host<'_>) -> Result<Vec<Mount>> {
    let mut wanted = Vec::new();
    for words in &shape.volume {
        wanted.push((format!("--volume {words}"), mounts::volume(words, host)?));
    }
    for words in &shape.mount {
        wanted.push((format!("--mount {words}"), mounts::keyed(words, host)?));
    }
    mounts::check(&wanted)?;
    Ok(wanted.into_iter().map(|(_, mount)| mount).collect())
}

/// A device by kind and id, as Docker has it: `class/GUID`, or containerd's `vpci-class-guid://GUID`.
fn device(words: &str) -> std::result::Result<WindowsDevice, String> {
    let (kind, id) = words.split_once("://").or_else(|| words.split_once('/')).unwrap_or((words, ""));
    let known = ["class", "vpci-class-guid", "vpci-location-path", "vpci-instance-id", "vpci", "gpu"];
    if !known.contains(&kind) || id.is_empty() {
        let message =
            format!("{words:?} is no device of Windows; write KIND/ID, the kind being one of {}", known.join(", "));
        return Err(message);
    }
    let id_type: WindowsDeviceIdType = serde_json::from_value(kind.into()).map_err(|error| error.to_string())?;
    Ok(WindowsDevice { id: id.to_owned(), id_type, ..WindowsDevice::default() })
}

fn limit(windows: &mut Windows, shape: &ShapeArgs, processors: u32) -> Result<()> {
    let mut resources = WindowsResources::default();
    if let Some(words) = &shape.memory {
        let limit = size::bytes(words).map_err(|message| refusal("--memory", message))?;
        match u64::try_from(limit).unwrap_or(0) {
            0 => return Err(refusal("--memory", "nothing can run in no memory; leave it out for no limit")),
            limit => resources.memory = Some(WindowsMemory { limit: Some(limit), ..WindowsMemory::default() }),
        }
    }
    if let Some(words) = &shape.cpus {
        resources.cpu = Some(limits::processors(words, processors).map_err(|message| refusal("--cpus", message))?);
    }
    if let Some(words) = &shape.cpuset_cpus {
        let list = processors::list(words).map_err(|message| refusal("--cpuset-cpus", message))?;
        resources.cpu.get_or_insert_default().affinity = limits::affinity(&list);
    }
    windows.resources = (resources != WindowsResources::default()).then_some(resources);
    Ok(())
}

fn security(windows: &mut Windows, shape: &ShapeArgs, host: &Host<'_>) -> Result<()> {
    for words in &shape.security_opt {
        let subject = format!("--security-opt {words}");
        let Some(("credentialspec", value)) = words.split_once(['=', ':']) else {
            return Err(refusal(subject, "it has no meaning on Windows; there is credentialspec=FILE"));
        };
        let text = match value.strip_prefix("raw://") {
            Some(raw) => raw.to_owned(),
            None => {
                let path = value.strip_prefix("file://").unwrap_or(value);
                let path = crate::intent::paths::outside(host.world.current_dir(), path);
                crate::intent::paths::read(host.world, &path, &subject)?
            }
        };
        windows.credential_spec = serde_json::from_str(&text).map_err(|error| refusal(&subject, error.to_string()))?;
        if !windows.credential_spec.is_object() {
            return Err(refusal(subject, "a credential specification is a JSON object"));
        }
    }
    Ok(())
}
