//! The commands: each a short file that turns words into intent and calls the engine.

mod asked;
mod completion;
mod exec;
mod explain;
mod gc;
mod inspect;
mod kill;
mod nspawn;
mod plan;
mod ps;
mod rm;
mod run;
mod spec;
mod stop;
mod version;
mod wait;

use crate::cli::{Cli, Command};
use crate::failure;
use crate::files::Surroundings;
use anyhow::{Context, Result};
use hcs_engine::Engine;
use std::path::Path;

/// Does what the words say, and answers the exit code.
pub fn dispatch(cli: &Cli) -> Result<i32> {
    let engine = || open(cli.root.as_deref());
    match &cli.command {
        Command::Nspawn(args) => nspawn::nspawn(args, &engine()?),
        Command::Run(args) => run::run(args, &engine()?),
        Command::Exec(args) => exec::exec(args, &engine()?),
        Command::Plan(args) => plan::plan(args, cli.root.as_deref()),
        Command::Spec(args) => spec::spec(args, &Engine::to_plan(cli.root.as_deref())?),
        Command::Ps(args) => ps::ps(args, &engine()?),
        Command::Stop(args) => stop::stop(args, &engine()?),
        Command::Kill(args) => kill::kill(args, &engine()?),
        Command::Wait(args) => wait::wait(args, &engine()?),
        Command::Rm(args) => rm::rm(args, &engine()?),
        Command::Inspect(args) => inspect::inspect(args, &engine()?),
        Command::Gc(args) => gc::gc(args, &engine()?),
        Command::Explain(args) => explain::explain(args),
        Command::Version(args) => version::version(args),
        Command::Completion(args) => completion::completion(args),
    }
}

fn open(root: Option<&Path>) -> Result<Engine> {
    Ok(Engine::open(root)?)
}

fn surroundings(engine: &Engine) -> Result<Surroundings> {
    Surroundings::new(engine.facts()?).context("the current folder cannot be told")
}

/// Runs a future to its end on this thread.
fn block_on<F: Future>(future: F) -> Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.context("the runtime cannot be made")?.block_on(future))
}

/// Does something to each container, printing failures as they come, and answers the exit code.
async fn each(ids: &[String], act: impl AsyncFn(&str) -> Result<()>) -> i32 {
    let mut code = 0;
    for id in ids {
        if let Err(error) = act(id).await {
            eprintln!("{}", failure::text(&error));
            code = failure::SILO_FAILED;
        }
    }
    code
}

/// The exit code of a program, as the system takes it.
fn program(code: u32) -> i32 {
    code.cast_signed()
}
