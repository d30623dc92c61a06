//! `nspawn` for a host of Windows: the keys mean what they meant to the tool that they come from.
//!
//! Before build 17763 its documents are that tool's own, too: with both limits of processors, the limits of storage for the
//! folder that is shown inside as well, DNS queries for names without a domain, and without flushes while it starts.

use super::{Host, Result, base, default_spec, limits, mounts, network, paths, process, refusal};
use crate::cli::nspawn::NspawnArgs;
use crate::intent::Refusal;
use crate::intent::nspawn::{Config, parse};
use hcs_engine::plan::Isolation;
use hcs_engine::{Base, OutputFile, Request};
use hcs_schema::oci::{Mount, Process, WindowsMemory, WindowsResources, WindowsStorage};
use std::path::{Path, PathBuf};

/// Where `process_directory` is seen inside unless the file says so.
const DEFAULT_MAPPED_DIRECTORY: &str = r"C:\nspawn";

/// What the keys of one file mean together.
struct Meaning<'a> {
    file: String,
    folder: PathBuf,
    config: Config,
    host: &'a Host<'a>,
}

/// The request that the words of `nspawn` and their file, which is on this machine, ask for.
pub fn nspawn(args: &NspawnArgs, host: &Host<'_>) -> Result<Request> {
    let file = args.config.display().to_string();
    let path = crate::intent::paths::outside(host.world.current_dir(), &args.config);
    let text = crate::intent::paths::read(host.world, &path, "--config")?;
    let folder = path.parent().unwrap_or(host.world.current_dir()).to_owned();
    let meaning = Meaning { config: parse(&file, &text)?, file, folder, host };
    meaning.request(args)
}

impl Meaning<'_> {
    fn request(&self, args: &NspawnArgs) -> Result<Request> {
        if self.config.read_only {
            return Err(
                self.wrong("read_only", "it has no meaning on Windows: the root of a container is always writable")
            );
        }
        let isolation = args.isolation.map_or(self.config.isolation, Isolation::from);
        let directory = self.directory(args.directory.as_deref())?;
        let mapped = self.mapped(directory.is_some())?;
        let mut spec = default_spec(isolation);
        spec.hostname = self.config.hostname.clone();
        spec.process = Some(self.process(args.tty, mapped.as_deref())?);
        spec.mounts = self.mounts(directory.as_deref(), mapped.as_deref())?;
        let windows = spec.windows.get_or_insert_default();
        let resources = self.resources();
        windows.resources = (resources != WindowsResources::default()).then_some(resources);
        windows.network = network(self.config.network.as_deref()).map_err(|message| self.wrong("network", message))?;
        if self.host.version1 {
            windows.ignore_flushes_during_boot = true;
            windows.network.get_or_insert_default().allow_unqualified_dns_query = true;
        }
        let output_file = self.output_file(directory.as_deref())?;
        let (redirect, output_file) = match (output_file, &mapped) {
            (Some(file), Some(mapped)) if self.config.redirect_inside => {
                (Some(format!("{mapped}\\{}", file.name.display())), None)
            }
            (file, _) => (None, file),
        };
        Ok(Request { spec, base: self.base()?, isolation, remove: true, output_file, redirect, ..Request::default() })
    }

    fn subject(&self, key: &str) -> String {
        format!("{}: {key}", self.file)
    }

    fn wrong(&self, key: &str, message: impl Into<String>) -> Refusal {
        refusal(self.subject(key), message)
    }

    /// The folder that is shown inside: the option's, which really replaces the file's, or the file's.
    fn directory(&self, option: Option<&Path>) -> Result<Option<String>> {
        let current = self.host.world.current_dir();
        let (words, folder, subject) = match (option, &self.config.process_directory) {
            (Some(path), _) => (path.display().to_string(), current, format!("--directory {}", path.display())),
            (None, Some(words)) => (words.clone(), self.folder.as_path(), self.subject("process_directory")),
            (None, None) => return Ok(None),
        };
        let path = paths::outside(&words, folder, self.host).map_err(|message| refusal(&subject, message))?;
        paths::expect(&path, self.host, &subject)?;
        Ok(Some(path))
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
        let path = paths::inside(words).map_err(|message| self.wrong("mapped_directory", message))?;
        if path.ends_with('\\') {
            return Err(self.wrong("mapped_directory", "it cannot be a whole drive; name a folder such as C:\\nspawn"));
        }
        Ok(is_there.then_some(path))
    }

    fn process(&self, terminal: bool, mapped: Option<&str>) -> Result<Process> {
        let mut process = process::process(terminal);
        process.args = vec![self.program(mapped)?];
        process.args.extend(self.config.process_arguments.iter().cloned());
        if let Some(mapped) = mapped {
            process.cwd = mapped.to_owned();
        }
        if let Some(words) = &self.config.working_directory {
            process.cwd = self.below("working_directory", words, mapped.unwrap_or(r"C:\"))?;
        }
        process.env = self.config.environment.clone();
        process::one_of_each_name(&mut process.env);
        if let Some(user) = &self.config.user {
            process.user = process::user(user).map_err(|message| self.wrong("user", message))?;
        }
        Ok(process)
    }

    /// A path inside: absolute, or relative to a folder.
    fn below(&self, key: &str, words: &str, folder: &str) -> Result<String> {
        let absolute = paths::inside(words).is_ok();
        let path = if absolute { words.to_owned() } else { format!("{folder}\\{words}") };
        paths::inside(&path).map_err(|message| self.wrong(key, message))
    }

    /// The program's path inside: below the mapped folder, unless it is absolute.
    fn program(&self, mapped: Option<&str>) -> Result<String> {
        let key = "process_executable";
        let words = &self.config.process_executable;
        if let Ok(path) = paths::inside(words) {
            return Ok(path);
        }
        let Some(mapped) = mapped else {
            return Err(self.wrong(key, format!("{words:?} is relative, which needs a process_directory")));
        };
        let path = self.below(key, words, mapped)?;
        match path.strip_prefix(mapped).is_some_and(|rest| rest.starts_with('\\')) {
            true => Ok(path),
            false => Err(self.wrong(key, format!("{words:?} is not below process_directory"))),
        }
    }

    fn resources(&self) -> WindowsResources {
        let config = &self.config;
        let mut resources = WindowsResources::default();
        if let Some(megabytes) = config.max_ram_mb {
            resources.memory = Some(WindowsMemory { limit: Some(megabytes << 20), ..WindowsMemory::default() });
        }
        let (count, percent) = (config.cpus_count.unwrap_or(0), config.max_cpu_percent.unwrap_or(0));
        resources.cpu = match self.host.version1 {
            true => limits::both(count, percent),
            false => limits::smaller(count, percent, self.host.processors),
        };
        if let Some(list) = &config.cpu_affinity {
            resources.cpu.get_or_insert_default().affinity = limits::affinity(list);
        }
        if config.max_storage_iops.is_some() || config.max_storage_bandwidth.is_some() {
            let (iops, bps) = (config.max_storage_iops, config.max_storage_bandwidth);
            resources.storage = Some(WindowsStorage { iops, bps, ..WindowsStorage::default() });
        }
        resources
    }

    fn mounts(&self, directory: Option<&str>, mapped: Option<&str>) -> Result<Vec<Mount>> {
        let mut wanted = Vec::new();
        if let (Some(directory), Some(mapped)) = (directory, mapped) {
            let subject = self.subject("mapped_directory");
            let mut mount = mounts::mount(directory, mapped, false, &self.folder, self.host, &subject)?;
            if self.host.version1 {
                let limits = [("iops", self.config.max_storage_iops), ("bandwidth", self.config.max_storage_bandwidth)];
                mount.options.extend(limits.iter().filter_map(|(name, limit)| Some(format!("{name}={}", (*limit)?))));
            }
            wanted.push((subject, mount));
        }
        for (index, mount) in self.config.mounts.iter().enumerate() {
            let subject = self.subject(&format!("mounts[{index}]"));
            let (source, destination) = (&mount.source, &mount.destination);
            let mount = mounts::mount(source, destination, mount.read_only, &self.folder, self.host, &subject)?;
            wanted.push((subject, mount));
        }
        mounts::check(&wanted)?;
        Ok(wanted.into_iter().map(|(_, mount)| mount).collect())
    }

    fn base(&self) -> Result<Base> {
        let key = "parent_layer_directory";
        match &self.config.parent_layer_directory {
            Some(words) => base::parse(words, &self.folder, self.host, &self.subject(key)),
            None => Err(self.wrong(key, "it is missing; a Windows container is made of layer folders")),
        }
    }

    fn output_file(&self, directory: Option<&str>) -> Result<Option<OutputFile>> {
        let (Some(directory), Some(words)) = (directory, &self.config.stdout_filename) else { return Ok(None) };
        let path = words.replace('/', "\\");
        let parts: Vec<&str> = path.split('\\').filter(|part| !part.is_empty() && *part != ".").collect();
        let leads_away = path.starts_with('\\') || path.ends_with('\\') || path.contains(':') || parts.contains(&"..");
        if leads_away || parts.is_empty() {
            return Err(self.wrong("stdout_filename", format!("{words:?} is not a file below process_directory")));
        }
        Ok(Some(OutputFile { folder: directory.into(), name: parts.join("\\").into() }))
    }
}
