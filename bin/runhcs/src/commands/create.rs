//! `create`, `run` and `start`.

use super::{Common, open, program, write_pid};
use crate::cli::{CreateArgs, RunArgs};
use crate::{bundle, sys};
use anyhow::{Context, Result, bail};
use hcs_engine::{Attach, Base, Container, Engine, Foreground, Request, Status, Stdio, Unattended, own_streams, plan};
use hcs_schema::HResult;
use hcs_schema::oci::Process;
use std::collections::BTreeMap;
use std::path::Path;

/// Who owns a container unless told otherwise.
const OWNER: &str = "runhcs";

/// Descriptors that a socket-activated service was given, as systemd has it.
struct Activation(u32);

pub async fn create(common: &Common<'_>, engine: &Engine, args: &CreateArgs) -> Result<i32> {
    let (request, unattended) = prepare(common, args, false)?;
    let terminal = request.spec.process.as_ref().is_some_and(|process| process.terminal);
    let stdio = detached(terminal, args.console_socket.as_deref())?;
    let container = make(engine, request, Unattended { stdio, ..unattended }).await?;
    told(&container, args.pid_file.as_deref()).await?;
    Ok(0)
}

pub async fn run(common: &Common<'_>, engine: &Engine, args: &RunArgs) -> Result<i32> {
    let (mut request, unattended) = prepare(common, &args.create, true)?;
    let RunArgs { create, detach, keep, .. } = args;
    let mut without = Process::default();
    let process = request.spec.process.as_mut().unwrap_or(&mut without);
    let (foreground, stdio) = if *detach {
        (None, detached(process.terminal, create.console_socket.as_deref())?)
    } else {
        if create.console_socket.is_some() {
            bail!("--console-socket: this runtime uses the terminal itself unless it is told to --detach");
        }
        let (foreground, stdio) = Foreground::lend(process, Attach { stdin: true })?;
        (Some(foreground), stdio)
    };
    let container = make(engine, request, Unattended { stdio, ..unattended }).await?;
    told(&container, create.pid_file.as_deref()).await?;
    let Some(foreground) = foreground else { return Ok(0) };
    let code = foreground.follow(&container, container.record().pid.unwrap_or_default()).await;
    let deleted = if *keep { Ok(()) } else { container.delete().await };
    let code = code?;
    deleted?;
    Ok(program(code))
}

pub async fn start(common: &Common<'_>, engine: &Engine, id: &str) -> Result<i32> {
    let container = open(engine, id)?;
    match container.status() {
        Status::Created => {}
        Status::Stopped => bail!("cannot start a container that has stopped: {id}"),
        _ => bail!("cannot start an already running container: {id}"),
    }
    let pid = container.start().await?;
    common.log.debug(&format!("the program of {id} runs as process {pid}"));
    Ok(0)
}

/// The request, and what is decided about the container beside it.
fn prepare(common: &Common<'_>, args: &CreateArgs, start: bool) -> Result<(Request, Unattended)> {
    refuse(args)?;
    let activation = Activation::here();
    let preserve_fds = inherited(args);
    let (mut spec, folder) = bundle::read(args.bundle.as_deref())?;
    for warning in plan::linux::support::warnings(&spec) {
        common.log.warning(&warning.to_string());
    }
    if let (Some(process), 1..) = (&mut spec.process, activation.0) {
        process.env.extend([format!("LISTEN_FDS={}", activation.0), "LISTEN_PID=1".to_owned()]);
    }
    let owner = common.global.owner.clone().unwrap_or_else(|| OWNER.to_owned());
    let request = Request {
        id: Some(args.id.clone()),
        spec,
        base: Base::Bundle(folder),
        labels: BTreeMap::from([("owner".to_owned(), owner)]),
        ..Request::default()
    };
    common.log.debug(&format!("make {} of {:?}", args.id, request.base));
    Ok((request, Unattended { start, preserve_fds, keyring: args.no_new_keyring, ..Unattended::default() }))
}

/// How many descriptors after standard error the program inherits.
pub fn inherited(args: &CreateArgs) -> u32 {
    args.preserve_fds.saturating_add(Activation::here().0)
}

/// Refuses options that cannot be honoured.
fn refuse(args: &CreateArgs) -> Result<()> {
    if args.no_pivot {
        bail!(
            "--no-pivot: without pivot_root the host's files stay within reach; put the bundle on another filesystem than the initramfs"
        );
    }
    let of_windows = [
        ("--shim-log", args.shim_log.is_some()),
        ("--vm-log", args.vm_log.is_some()),
        ("--vm-console", args.vm_console.is_some()),
        ("--host", args.host.is_some()),
    ];
    match of_windows.iter().find(|(_, given)| *given) {
        Some((option, _)) => bail!("{option}: this runtime has neither shims nor utility VMs; leave it out"),
        None => Ok(()),
    }
}

impl Activation {
    /// What this process was given, if it was this one.
    fn here() -> Activation {
        let number = |name: &str| std::env::var(name).ok()?.parse::<u32>().ok();
        let ours = number("LISTEN_PID") == Some(std::process::id());
        Activation(if ours { number("LISTEN_FDS").unwrap_or(0) } else { 0 })
    }
}

async fn make(engine: &Engine, request: Request, unattended: Unattended) -> Result<Container> {
    let id = request.id.clone().unwrap_or_default();
    engine.create_unkept(request, unattended).await.map_err(|error| {
        match error.code == HResult::HCS_E_SYSTEM_ALREADY_EXISTS {
            true => anyhow::Error::from(error).context(format!("container with given ID already exists: {id}")),
            false => error.into(),
        }
    })
}

/// Tells others the process id; a container of which they are not told is none.
async fn told(container: &Container, file: Option<&Path>) -> Result<()> {
    let Some(file) = file else { return Ok(()) };
    let written = write_pid(file, container.record().pid.unwrap_or_default());
    if written.is_err() {
        // The first failure is the one to tell.
        let _ = container.delete().await;
    }
    written
}

/// Streams of a process that goes on without this program.
pub fn detached(terminal: bool, console_socket: Option<&Path>) -> Result<Stdio> {
    match (terminal, console_socket) {
        (true, Some(path)) => {
            let console = sys::connect_console(path);
            let console = console.with_context(|| format!("--console-socket: connect to {}", path.display()))?;
            Ok(Stdio { console: Some(console), ..Stdio::default() })
        }
        (true, None) => bail!("cannot allocate a terminal when nobody here stays to use it: give --console-socket"),
        (false, Some(_)) => bail!("--console-socket: the process has no terminal; set process.terminal"),
        (false, None) => Ok(own_streams()?),
    }
}
