//! `nspawn`: from a `config.json` to a request.
//!
//! The keys are those of hostcompute_nspawn, the tool this project grew from, so that its files run unchanged where their
//! folders exist. Differences, all of them wider: `process_directory`, `mapped_directory`, `stdout_filename` and
//! `parent_layer_directory` may be left out; relative paths start at the file's own folder; a mask of processors may be a
//! text. Slashes and backslashes are the same in every path, and the drive letter of a path inside is dropped.

mod config;
mod fields;

pub use config::{Config, KEYS, parse};

use super::spec::{Basics, Network, default_spec};
use super::{Result, World, base, capabilities, environment, mounts, paths, processors, refusal, run, user};
use crate::cli::nspawn::NspawnArgs;
use hcs_engine::plan::Isolation;
use hcs_engine::{Base, OutputFile, Request};
use hcs_schema::oci::{self, Process, Resources};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where `process_directory` is seen inside unless the file says so.
const DEFAULT_MAPPED_DIRECTORY: &str = "/nspawn";
/// Annotation with the most storage operations a second, as Windows containers have it; the engine knows the disks.
const STORAGE_IOPS: &str = "io.microsoft.container.storage.qos.iopsmaximum";
/// Annotation with the most storage bytes a second.
const STORAGE_BANDWIDTH: &str = "io.microsoft.container.storage.qos.bandwidthmaximum";

/// What the keys of one file mean together.
struct Meaning<'a> {
    file: String,
    folder: PathBuf,
    config: Config,
    world: &'a dyn World,
}

/// The request that the words of `nspawn` and their file ask for.
pub fn request(args: &NspawnArgs, world: &dyn World) -> Result<Request> {
    let file = args.config.display().to_string();
    let path = paths::outside(world.current_dir(), &args.config);
    let text = paths::read(world, &path, "--config")?;
    let folder = path.parent().unwrap_or(world.current_dir()).to_owned();
    let meaning = Meaning { config: parse(&file, &text)?, file, folder, world };
    meaning.request(args)
}

impl Meaning<'_> {
    fn request(&self, args: &NspawnArgs) -> Result<Request> {
        let isolation = args.isolation.map_or(self.config.isolation, Isolation::from);
        if isolation == Isolation::Hypervisor && args.isolation.is_none() {
            return Err(self.wrong("isolation", "\"hyperv\" is not available on this host; use \"process\""));
        }
        if self.config.redirect_inside {
            let why = "it has no meaning on Linux: cmd.exe inside a Windows container redirects; leave it out";
            return Err(self.wrong("redirect_inside", why));
        }
        let directory = self.directory(args.directory.as_deref())?;
        let mapped = self.mapped(directory.is_some())?;
        let words = self.config.user.as_deref().map(|words| user::parse(words, self.world.facts()));
        let basics = Basics {
            network: Network::parse(self.config.network.as_deref()).map_err(|why| self.wrong("network", why))?,
            capabilities: capabilities::chosen(&[], &[])?,
            terminal: args.tty,
            read_only: self.config.read_only,
            user: words.transpose().map_err(|message| self.wrong("user", message))?.unwrap_or_default(),
        };
        let mut spec = default_spec(&basics, self.world.facts());
        spec.hostname = self.config.hostname.clone();
        self.shape_process(spec.process.get_or_insert_default(), mapped.as_deref())?;
        self.limit(spec.linux.get_or_insert_default().resources.get_or_insert_default());
        spec.annotations = self.storage_limits();
        let wanted = self.wanted_mounts(directory.as_deref(), mapped.as_deref())?;
        mounts::add(&mut spec.mounts, wanted)?;
        Ok(Request {
            spec,
            base: self.base()?,
            isolation,
            remove: true,
            output_file: self.output_file(directory.as_deref())?,
            ..Request::default()
        })
    }

    fn subject(&self, key: &str) -> String {
        format!("{}: {key}", self.file)
    }

    fn wrong(&self, key: &str, message: impl Into<String>) -> super::Refusal {
        refusal(self.subject(key), message)
    }

    fn outside(&self, path: &str) -> PathBuf {
        paths::outside(&self.folder, paths::slashes(path))
    }

    /// The folder that is shown inside: the option's, which really replaces the file's, or the file's.
    fn directory(&self, option: Option<&Path>) -> Result<Option<PathBuf>> {
        let (path, subject) = match (option, &self.config.process_directory) {
            (Some(path), _) => {
                (paths::outside(self.world.current_dir(), path), format!("--directory {}", path.display()))
            }
            (None, Some(path)) => (self.outside(path), self.subject("process_directory")),
            (None, None) => return Ok(None),
        };
        match paths::look(self.world, &path, &subject)? {
            super::Found::Folder => Ok(Some(path)),
            _ => Err(refusal(subject, format!("{} is not a folder", path.display()))),
        }
    }

    fn mapped(&self, is_there: bool) -> Result<Option<String>> {
        for (key, value) in
            [("mapped_directory", &self.config.mapped_directory), ("stdout_filename", &self.config.stdout_filename)]
        {
            if value.is_some() && !is_there {
                return Err(self.wrong(key, "it needs a process_directory"));
            }
        }
        let words = self.config.mapped_directory.as_deref().unwrap_or(DEFAULT_MAPPED_DIRECTORY);
        match self.inside("mapped_directory", words)?.as_str() {
            "/" => Err(self.wrong("mapped_directory", "it cannot be the root; name a folder such as /nspawn")),
            path => Ok(is_there.then(|| path.to_owned())),
        }
    }

    fn inside(&self, key: &str, words: &str) -> Result<String> {
        let path = paths::slashes(words);
        paths::inside(paths::without_drive(&path)).map_err(|message| self.wrong(key, message))
    }

    fn shape_process(&self, process: &mut Process, mapped: Option<&str>) -> Result<()> {
        process.args = vec![self.program(mapped)?];
        process.args.extend(self.config.process_arguments.iter().cloned());
        process.cwd = mapped.unwrap_or("/").to_owned();
        if let Some(words) = &self.config.working_directory {
            let path = format!("{}/{}", mapped.unwrap_or_default(), paths::slashes(words));
            process.cwd = match is_absolute(words) {
                true => self.inside("working_directory", words)?,
                false => self.inside("working_directory", &path)?,
            };
        }
        if let Some(hostname) = &self.config.hostname {
            environment::set(&mut process.env, format!("HOSTNAME={hostname}"));
        }
        for variable in &self.config.environment {
            environment::set(&mut process.env, variable.clone());
        }
        Ok(())
    }

    /// The program's path inside: below the mapped folder, unless it is absolute.
    fn program(&self, mapped: Option<&str>) -> Result<String> {
        let key = "process_executable";
        let words = &self.config.process_executable;
        if is_absolute(words) {
            return self.inside(key, words);
        }
        let Some(mapped) = mapped else {
            return Err(self.wrong(key, format!("{words:?} is relative, which needs a process_directory")));
        };
        let path = self.inside(key, &format!("{mapped}/{}", paths::slashes(words)))?;
        match path.strip_prefix(mapped).is_some_and(|rest| rest.starts_with('/')) {
            true => Ok(path),
            false => Err(self.wrong(key, format!("{words:?} is not below process_directory"))),
        }
    }

    fn limit(&self, resources: &mut Resources) {
        let narrow = |value: Option<u64>| u32::try_from(value.unwrap_or(0)).unwrap_or(u32::MAX);
        let megabytes = self.config.max_ram_mb.and_then(|megabytes| i64::try_from(megabytes).ok());
        resources.memory = megabytes.map(|megabytes| run::memory(megabytes << 20));
        let (count, percent) = (narrow(self.config.cpus_count), narrow(self.config.max_cpu_percent));
        let quota = processors::smaller(count, percent, self.world.facts().processors);
        resources.cpu = run::cpu(quota, self.config.cpu_affinity.clone());
    }

    fn storage_limits(&self) -> BTreeMap<String, String> {
        let limits =
            [(STORAGE_IOPS, self.config.max_storage_iops), (STORAGE_BANDWIDTH, self.config.max_storage_bandwidth)];
        let given = limits.into_iter().filter_map(|(name, limit)| Some((name, limit?)));
        given.map(|(name, limit)| (name.to_owned(), limit.to_string())).collect()
    }

    fn wanted_mounts(&self, directory: Option<&Path>, mapped: Option<&str>) -> Result<Vec<(String, oci::Mount)>> {
        let mut wanted = Vec::new();
        if let (Some(directory), Some(mapped)) = (directory, mapped) {
            let subject = self.subject("process_directory");
            let source = paths::text(directory, &subject)?;
            let mount = mounts::bind(&source, mapped, false, &self.folder, self.world, &subject)?;
            wanted.push((self.subject("mapped_directory"), mount));
        }
        for (index, mount) in self.config.mounts.iter().enumerate() {
            let key = format!("mounts[{index}]");
            let destination = self.inside(&key, &mount.destination)?;
            let source = paths::slashes(&mount.source);
            let subject = self.subject(&key);
            let bind = mounts::bind(&source, &destination, mount.read_only, &self.folder, self.world, &subject)?;
            wanted.push((subject, bind));
        }
        Ok(wanted)
    }

    fn base(&self) -> Result<Base> {
        match &self.config.parent_layer_directory {
            Some(path) => base::folder(&self.outside(path), self.world, &self.subject("parent_layer_directory")),
            None => Ok(Base::Host),
        }
    }

    fn output_file(&self, directory: Option<&Path>) -> Result<Option<OutputFile>> {
        let key = "stdout_filename";
        let (Some(directory), Some(words)) = (directory, &self.config.stdout_filename) else { return Ok(None) };
        let path = paths::slashes(words);
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        if is_absolute(words) || parts.is_empty() || parts.contains(&"..") || path.ends_with('/') {
            return Err(self.wrong(key, format!("{words:?} is not a file below process_directory")));
        }
        Ok(Some(OutputFile { folder: directory.to_owned(), name: parts.iter().collect() }))
    }
}

/// Whether a path of the file is absolute, with a drive letter or without.
fn is_absolute(words: &str) -> bool {
    let path = paths::slashes(words);
    path.starts_with('/') || paths::without_drive(&path).len() < path.len()
}
