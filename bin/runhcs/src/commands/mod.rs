//! The commands: each a short file that turns words into calls of the engine.

mod create;
mod delete;
mod events;
mod exec;
mod features;
mod kill;
mod list;
mod ps;
mod refused;
mod spec;
mod state;
mod update;

use crate::cli::{Cli, Command, Global};
use crate::log::Log;
use crate::sys;
use anyhow::{Context, Result, bail};
use hcs_engine::{Container, Engine, Status};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// What every command has at hand.
pub struct Common<'a> {
    /// What every command understands.
    pub global: &'a Global,
    /// Where messages go.
    pub log: &'a Log,
}

/// Does what the words say, and answers the exit code.
pub fn dispatch(cli: &Cli, log: &Log) -> Result<i32> {
    let common = Common { global: &cli.global, log };
    match &cli.command {
        Command::Spec(args) => return spec::spec(args),
        Command::Features => return features::features(),
        Command::ResizeTty(args) => return refused::resize(args),
        Command::CreateScratch(args) => return refused::create_scratch(args),
        Command::PrepareDisk(args) => return refused::prepare_disk(args),
        Command::Vm(args) => return refused::machine("vm", args),
        Command::Shim(args) => return refused::shim("shim", args),
        Command::Vmshim(args) => return refused::shim("vmshim", args),
        Command::Checkpoint(args) => return refused::criu("checkpoint", args),
        Command::Restore(args) => return refused::criu("restore", args),
        _ => {}
    }
    common.check()?;
    check_descriptors(&cli.command)?;
    let engine = common.engine()?;
    match &cli.command {
        Command::Create(args) => block_on(create::create(&common, &engine, args))?,
        Command::Run(args) => block_on(create::run(&common, &engine, args))?,
        Command::Start(args) => block_on(create::start(&common, &engine, &args.id))?,
        Command::Exec(args) => block_on(exec::exec(&common, &engine, args))?,
        Command::Kill(args) => block_on(kill::kill(&engine, args))?,
        Command::Delete(args) => block_on(delete::delete(&engine, args))?,
        Command::State(args) => block_on(async { state::print(&engine, &args.id) })?,
        Command::List(args) => block_on(async { list::list(&engine, args) })?,
        Command::Ps(args) => block_on(ps::ps(&engine, args))?,
        Command::Pause(args) => block_on(suspend(&engine, &args.id, true))?,
        Command::Resume(args) => block_on(suspend(&engine, &args.id, false))?,
        Command::Update(args) => block_on(update::update(&engine, args))?,
        Command::Events(args) => block_on(events::events(&engine, args))?,
        _ => unreachable!("the others are done above"),
    }
}

impl Common<'_> {
    /// Refuses what cannot be honoured for any container.
    fn check(&self) -> Result<()> {
        if self.global.systemd_cgroup {
            bail!(
                "--systemd-cgroup: this runtime writes control groups itself and does not talk to systemd; use the cgroupfs \
                 manager of the engine, with a cgroupsPath such as /system.slice/NAME"
            );
        }
        Ok(())
    }

    fn engine(&self) -> Result<Engine> {
        let default = sys::default_root();
        let engine = Engine::open(self.global.root.as_deref().or(default.as_deref()))?;
        let rootless = match self.global.rootless.as_str() {
            "true" => true,
            "false" => false,
            _ => return Ok(engine),
        };
        if rootless == engine.facts()?.privileged {
            bail!("--rootless {rootless}: the caller is {}; use auto", if rootless { "root" } else { "not root" });
        }
        Ok(engine)
    }
}

/// Opens a container, with the words for one that there is not that engines look for.
fn open(engine: &Engine, id: &str) -> Result<Container> {
    engine.open_unkept(id).map_err(|error| match error.is_not_found() {
        true => anyhow::anyhow!("container does not exist: {id}"),
        false => error.into(),
    })
}

/// Refuses a container that does not run, with the words that engines look for.
fn expect_alive(container: &Container) -> Result<u32> {
    match (container.status(), container.pid()) {
        (Status::Stopped, _) | (_, None) => bail!("container not running: {} has stopped", container.id()),
        (_, Some(pid)) => Ok(pid),
    }
}

async fn suspend(engine: &Engine, id: &str, suspended: bool) -> Result<i32> {
    let container = open(engine, id)?;
    expect_alive(&container)?;
    match (suspended, container.status()) {
        (true, Status::Paused) => bail!("container {id} is paused already"),
        (false, Status::Running | Status::Created) => bail!("container {id} is not paused"),
        (true, _) => container.pause().await?,
        (false, _) => container.resume().await?,
    }
    Ok(0)
}

/// Runs a future to its end on this thread.
fn block_on<F: Future>(future: F) -> Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.context("the runtime cannot be made")?.block_on(future))
}

/// Prints text. Whoever reads it and has enough, as `head` does, is no failure.
fn print(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("write to standard output"),
        _ => Ok(()),
    }
}

/// Writes a process id for others, who see all of it or nothing.
fn write_pid(file: &Path, pid: u32) -> Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let fresh = file.with_file_name(format!(".{name}.{}", std::process::id()));
    std::fs::write(&fresh, pid.to_string())
        .and_then(|()| std::fs::rename(&fresh, file))
        .with_context(|| format!("--pid-file: write {}", file.display()))
}

/// Refuses descriptors that a program is to inherit and that are not there. What this program opens itself comes later.
fn check_descriptors(command: &Command) -> Result<()> {
    let count = match command {
        Command::Create(args) => create::inherited(args),
        Command::Run(args) => create::inherited(&args.create),
        Command::Exec(args) => args.preserve_fds,
        _ => 0,
    };
    match (3..count.saturating_add(3)).find(|number| !sys::is_open(*number)) {
        Some(number) => bail!("--preserve-fds {count}: descriptor {number} is not open"),
        None => Ok(()),
    }
}

/// A program's exit code, as the system takes it.
fn program(code: u32) -> i32 {
    code.cast_signed()
}
