//! What is planned: a bundle, a file, or the words of `run`.

use super::host::Target;
use crate::cli::nspawn::NspawnArgs;
use crate::cli::plan::{PlanArgs, RunWords};
use crate::cli::run::RunArgs;
use crate::files::Surroundings;
use crate::intent::base::LAYER_CHAIN;
use crate::intent::nspawn::KEYS;
use crate::intent::{self, Found, World, names, paths, refusal, windows};
use anyhow::{Context, Result};
use clap::Parser;
use hcs_engine::plan::{HostFacts, ImageVersion, Isolation, Os, Wanted};
use hcs_engine::{Attach, Engine, Facts, Places, Request, windows_version};
use serde_json::{Map, Value};
use std::io;
use std::path::{Path, PathBuf};

/// Processors of a utility VM for which nothing else is asked.
const DEFAULT_PROCESSORS: u64 = 2;

/// What is wanted of a host.
pub struct Source {
    /// What it was made of, in words.
    pub input: String,
    /// What is wanted.
    pub wanted: Wanted,
    /// What is known of the host.
    pub facts: HostFacts,
    /// What silo does besides the plan.
    pub note: Option<String>,
}

/// Reads what is wanted, in the sense that it has on the host.
pub fn read(args: &PlanArgs, target: &Target, engine: &Engine, root: Option<&Path>) -> Result<Source> {
    let world = Surroundings::new(caller(target, engine)?).context("the current folder cannot be told")?;
    let world = Reach { world, here: target.here };
    let (input, mut request, stdin) = request(args, target, &world)?;
    let specified = input.starts_with("OCI ");
    let note = request.output_file.as_ref().map(|file| {
        let (name, folder) = (file.name.display(), file.folder.display());
        format!("silo itself writes the output to {name} in {folder}, too; no call does that")
    });
    if let Some(id) = &args.id {
        names::container(id).map_err(|message| refusal("--id", message))?;
        request.id = Some(id.clone());
    }
    if let Some(isolation) = args.isolation {
        request.isolation = isolation.into();
        // Words have it in the specification, too, where it wins over them; a specification that was given says it itself.
        if let Some(windows) =
            request.spec.windows.as_mut().filter(|_| !specified && request.isolation == Isolation::Process)
        {
            windows.hyperv = None;
        }
    }
    if let Some(words) = &args.image_version {
        request.image = Some(image(words).map_err(|message| refusal("--image-version", message))?);
    }
    for words in &args.annotation {
        let (key, value) = words
            .split_once('=')
            .filter(|(key, _)| !key.is_empty())
            .ok_or_else(|| refusal(format!("--annotation {words}"), "write KEY=VALUE"))?;
        request.spec.annotations.insert(key.into(), value.into());
    }
    let (mut wanted, facts) = wanted(request, Attach { stdin }, target, engine, root)?;
    if !specified {
        enough_processors(&mut wanted, facts.processors);
    }
    Ok(Source { input, wanted, facts, note })
}

/// Words mean shares of the host's processors. In a utility VM they are shares of its own, of which it must have enough.
fn enough_processors(wanted: &mut Wanted, of: u32) {
    const COUNT: &str = "io.microsoft.virtualmachine.computetopology.processor.count";
    wanted.options.scale_cpu_limits_to_sandbox = true;
    let windows = wanted.spec.windows.as_ref();
    let isolated = wanted.isolation == Isolation::Hypervisor || windows.is_some_and(|windows| windows.hyperv.is_some());
    let cpu = windows.and_then(|windows| windows.resources.as_ref()?.cpu.as_ref());
    let share = cpu.and_then(|cpu| cpu.maximum).map(u64::from);
    if let Some(share) = share.filter(|_| isolated) {
        let needed = (share * u64::from(of)).div_ceil(10_000);
        if needed > DEFAULT_PROCESSORS {
            wanted.spec.annotations.entry(COUNT.into()).or_insert_with(|| needed.to_string());
        }
    }
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

/// The request, what it was made of, and whether standard input is connected.
fn request(args: &PlanArgs, target: &Target, world: &Reach) -> Result<(String, Request, bool)> {
    if !args.run.is_empty() {
        let words = std::iter::once("silo plan --").chain(args.run.iter().map(String::as_str));
        let run = RunWords::try_parse_from(words)?.run;
        let stdin = run.interactive && !run.detach;
        return Ok(("the words of `silo run`".into(), of_run(&run, target, world)?, stdin));
    }
    let path = args.source.clone().unwrap_or_else(|| "config.json".into());
    let subject = path.display().to_string();
    let absolute = paths::outside(world.current_dir(), &path);
    if paths::look(&world.world, &absolute, &subject)? == Found::Folder {
        let run = RunArgs { bundle: Some(path), ..RunArgs::default() };
        return Ok((format!("OCI bundle {subject}"), of_run(&run, target, world)?, false));
    }
    let text = paths::read(world, &absolute, &subject)?;
    match kind(&text, &subject)? {
        Kind::Specification => {
            let folder = absolute.parent().map(PathBuf::from).unwrap_or_default();
            let request = intent::run::specified(&text, folder, &path)?;
            Ok((format!("OCI specification {subject}"), request, false))
        }
        Kind::Nspawn => {
            let nspawn = NspawnArgs { config: path, ..NspawnArgs::default() };
            Ok((format!("nspawn file {subject}"), of_nspawn(&nspawn, target, world)?, false))
        }
    }
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
    windows::Host { world, here: target.here, processors: target.facts.processors }
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

/// The version of an image.
fn image(words: &str) -> std::result::Result<ImageVersion, String> {
    match windows_version(words).filter(|_| words.starts_with("10.0.")) {
        Some(Os::Windows { build, revision }) => Ok(ImageVersion { build, revision }),
        _ => Err(format!("{words:?} is no version of Windows; write for example 10.0.20348.2031")),
    }
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

    #[test]
    fn versions_of_images() {
        assert_eq!(image("10.0.20348.2031"), Ok(ImageVersion { build: 20348, revision: 2031 }));
        assert_eq!(image("10.0.20348"), Ok(ImageVersion { build: 20348, revision: 0 }));
        for words in ["", "20348", "10.0", "10.0.x", "11.0.1"] {
            assert!(image(words).is_err(), "{words}");
        }
    }
}
