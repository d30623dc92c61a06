//! What is planned: a bundle, a file, or the words of `run`.

use super::host::Target;
use crate::cli::nspawn::NspawnArgs;
use crate::cli::plan::{PlanArgs, RunWords};
use crate::cli::run::RunArgs;
use crate::files::Surroundings;
use crate::intent::base::LAYER_CHAIN;
use crate::intent::nspawn::KEYS;
use crate::intent::{self, Found, World, paths, refusal, windows};
use anyhow::{Context, Result};
use clap::Parser;
use hcs_engine::plan::{HostFacts, Os, Wanted, builds};
use hcs_engine::{Attach, Engine, Facts, OutputFile, Places, Request};
use serde_json::{Map, Value};
use std::io;
use std::path::{Path, PathBuf};

/// What is wanted of a host.
pub struct Source {
    /// What it was made of, in words.
    pub input: String,
    /// What is wanted.
    pub wanted: Wanted,
    /// What is known of the host.
    pub facts: HostFacts,
    /// What silo does itself, besides what it asks of the host.
    pub notes: Vec<String>,
}

/// What is asked for, before the options of `plan`.
struct Asked {
    /// What it was made of, in words.
    input: String,
    request: Request,
    /// Whether standard input is connected.
    stdin: bool,
    /// Whether silo wrote the specification, whose share of processors is then one of the host's.
    of_silo: bool,
}

/// Reads what is wanted, in the sense that it has on the host.
pub fn read(args: &PlanArgs, target: &Target, engine: &Engine, root: Option<&Path>) -> Result<Source> {
    let world = Surroundings::new(caller(target, engine)?).context("the current folder cannot be told")?;
    let world = Reach { world, here: target.here };
    let Asked { input, mut request, stdin, of_silo } = asked(args, target, &world)?;
    request.id = args.id.clone().or(request.id);
    request.isolation = args.isolation.map_or(request.isolation, Into::into);
    request.image = args.image_version.or(request.image);
    request.spec.annotations.extend(args.annotation.iter().cloned());
    let notes = request.output_file.iter().map(written).collect();
    let (mut wanted, facts) = wanted(request, Attach { stdin }, target, engine, root)?;
    wanted.options.scale_cpu_limits_to_sandbox = of_silo;
    Ok(Source { input, wanted, facts, notes })
}

/// That the output is written to a file, which nobody else is asked to do.
fn written(file: &OutputFile) -> String {
    let (folder, name) = (file.folder.display(), file.name.display());
    format!("standard output and standard error: silo itself also appends them to the file {name} in {folder}")
}

/// What the engine knows of the caller here; elsewhere it is root.
fn caller(target: &Target, engine: &Engine) -> Result<Facts> {
    let facts = match target.here && target.facts.os == Os::Linux {
        true => engine.facts()?,
        false => Facts { privileged: true, ..Facts::default() },
    };
    Ok(Facts { processors: target.facts.processors, ..facts })
}

/// What the request asks of the host: with its paths looked at if the host is this machine.
fn wanted(
    request: Request,
    attach: Attach,
    target: &Target,
    engine: &Engine,
    root: Option<&Path>,
) -> Result<(Wanted, HostFacts)> {
    if target.here {
        return Ok(engine.wanted(request, attach, target.facts.clone())?);
    }
    let id = request.id.clone().unwrap_or_else(|| "ID".into());
    // A state root of this machine says nothing about a host of another system.
    let root = root.and_then(Path::to_str);
    let places = match target.facts.os {
        Os::Linux => Places::on_linux(&id, root.filter(|root| root.starts_with('/'))),
        Os::Windows { .. } => Places::on_windows(&id, root.filter(|root| root.get(1..3) == Some(":\\"))),
    };
    let mut wanted = hcs_engine::wanted(&id, request, &places, attach.stdin)?;
    if target.facts.os == Os::Linux {
        let bound = wanted.spec.mounts.iter_mut().filter(|mount| mount.kind.as_deref() == Some("bind"));
        let sources = bound.filter_map(|mount| mount.source.as_mut());
        wanted.layers.iter_mut().chain([&mut wanted.bundle]).chain(sources).for_each(of_linux);
    }
    Ok((wanted, target.facts.clone()))
}

/// Makes a path of Linux of one that this machine has put its drive before.
fn of_linux(path: &mut String) {
    let slashes = paths::slashes(path);
    *path = paths::without_drive(&slashes).to_owned();
}

/// The caller's surroundings, and how far they reach: what is on another host is taken to be there.
struct Reach {
    world: Surroundings,
    here: bool,
}

impl World for Reach {
    fn current_dir(&self) -> &Path {
        self.world.current_dir()
    }

    fn facts(&self) -> &Facts {
        self.world.facts()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.world.variable(name)
    }

    fn look(&self, path: &Path) -> io::Result<Found> {
        match self.world.look(path) {
            // A list of parents is only followed where it can be read.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.here && !path.ends_with(LAYER_CHAIN) => {
                Ok(Found::Folder)
            }
            found => found,
        }
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        self.world.read(path)
    }
}

fn asked(args: &PlanArgs, target: &Target, world: &Reach) -> Result<Asked> {
    if !args.run.is_empty() {
        let words = std::iter::once("silo plan --").chain(args.run.iter().map(String::as_str));
        let mut run = RunWords::try_parse_from(words)?.run;
        run.isolation = args.isolation.or(run.isolation);
        let request = of_run(&run, target, world)?;
        let stdin = intent::run::reads(&run, &request) && !run.detach;
        return Ok(Asked { input: "the words of `silo run`".into(), request, stdin, of_silo: run.bundle.is_none() });
    }
    let mut path = args.source.clone().unwrap_or_else(|| "config.json".into());
    let subject = path.display().to_string();
    let mut absolute = paths::outside(world.current_dir(), &path);
    let is_bundle = paths::look(&world.world, &absolute, &subject)? == Found::Folder;
    if is_bundle {
        (path, absolute) = (path.join("config.json"), absolute.join("config.json"));
    }
    let text = paths::read(world, &absolute, &subject)?;
    if !is_bundle && kind(&text, &subject)? == Kind::Nspawn {
        let nspawn = NspawnArgs { config: path, isolation: args.isolation, ..NspawnArgs::default() };
        let request = of_nspawn(&nspawn, target, world)?;
        return Ok(Asked { input: format!("nspawn file {subject}"), request, stdin: false, of_silo: true });
    }
    let what = if is_bundle { "bundle" } else { "specification" };
    let folder = absolute.parent().map(PathBuf::from).unwrap_or_default();
    let request = intent::run::specified(&text, folder, &path)?;
    let stdin = intent::run::has_terminal(&request);
    Ok(Asked { input: format!("OCI {what} {subject}"), request, stdin, of_silo: false })
}

fn of_run(args: &RunArgs, target: &Target, world: &dyn World) -> Result<Request> {
    Ok(match target.facts.os {
        Os::Linux => intent::run::request(args, world)?,
        Os::Windows { .. } => windows::request(args, &on_windows(target, world))?,
    })
}

fn of_nspawn(args: &NspawnArgs, target: &Target, world: &dyn World) -> Result<Request> {
    Ok(match target.facts.os {
        Os::Linux => intent::nspawn::request(args, world)?,
        Os::Windows { .. } => windows::nspawn(args, &on_windows(target, world))?,
    })
}

fn on_windows<'a>(target: &Target, world: &'a dyn World) -> windows::Host<'a> {
    let version1 = target.facts.build().is_some_and(|build| build < builds::SERVER_2019);
    windows::Host { world, here: target.here, processors: target.facts.processors, version1 }
}

/// What a `config.json` is.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// A specification of the OCI.
    Specification,
    /// A file of nspawn.
    Nspawn,
}

/// Tells by its keys what a `config.json` is: both kinds know `hostname` and `mounts`, and nothing else.
fn kind(text: &str, subject: &str) -> Result<Kind> {
    let keys: Map<String, Value> = serde_json::from_str(text).map_err(|error| refusal(subject, error.to_string()))?;
    let shared = ["hostname", "mounts"];
    if keys.contains_key("ociVersion") {
        return Ok(Kind::Specification);
    }
    if KEYS.iter().any(|key| !shared.contains(key) && keys.contains_key(*key)) {
        return Ok(Kind::Nspawn);
    }
    let message = "it is neither a specification, which has the key \"ociVersion\", nor a file of nspawn, which has \
                   \"process_executable\"";
    Err(refusal(subject, message).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_keys() {
        for (text, expected) in [
            (r#"{"ociVersion": "1.0.0", "hostname": "a"}"#, Kind::Specification),
            (r#"{"process_executable": "x"}"#, Kind::Nspawn),
            (r#"{"mounts": [], "max_ram_mb": 1}"#, Kind::Nspawn),
        ] {
            assert_eq!(kind(text, "f").unwrap(), expected, "{text}");
        }
        for (text, expected) in [
            (r#"{"hostname": "a"}"#, "f: it is neither a specification"),
            (r#"{"process": {}}"#, "f: it is neither a specification"),
            ("[]", "f: invalid type"),
        ] {
            assert!(kind(text, "f").unwrap_err().to_string().starts_with(expected), "{text}");
        }
    }

    #[test]
    fn a_drive_of_this_machine_is_none_of_a_linux_host() {
        for (path, expected) in [(r"Z:\rootfs", "/rootfs"), ("/rootfs", "/rootfs"), (r"C:\a\b", "/a/b")] {
            let mut changed = path.to_owned();
            of_linux(&mut changed);
            assert_eq!(changed, expected);
        }
    }
}
