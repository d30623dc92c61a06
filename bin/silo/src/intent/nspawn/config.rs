//! The keys of an nspawn `config.json`, each checked for itself. What they mean together is in [`super`].

use super::fields::{Fields, expected, text};
use crate::intent::{Result, environment, names, processors, refusal};
use hcs_engine::plan::Isolation;
use serde_json::Value;

/// Every key, the founding tool's first.
pub const KEYS: [&str; 21] = [
    "process_directory",
    "process_executable",
    "process_arguments",
    "mapped_directory",
    "stdout_filename",
    "parent_layer_directory",
    "max_ram_mb",
    "cpus_count",
    "cpu_affinity_hex",
    "max_cpu_percent",
    "max_storage_iops",
    "max_storage_bandwidth_bytes_per_sec",
    "environment",
    "user",
    "working_directory",
    "hostname",
    "network",
    "isolation",
    "read_only",
    "mounts",
    "redirect_inside",
];

const MOUNT_KEYS: [&str; 3] = ["source", "destination", "read_only"];

/// The most megabytes whose bytes can be counted.
const MOST_MEGABYTES: u64 = i64::MAX.cast_unsigned() >> 20;

/// The checked content of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Folder of the host shown inside.
    pub process_directory: Option<String>,
    /// Program.
    pub process_executable: String,
    /// Its arguments.
    pub process_arguments: Vec<String>,
    /// Where the folder is seen inside.
    pub mapped_directory: Option<String>,
    /// File below the folder that receives the output as well.
    pub stdout_filename: Option<String>,
    /// Root folder or layer folder.
    pub parent_layer_directory: Option<String>,
    /// Memory limit.
    pub max_ram_mb: Option<u64>,
    /// Number of processors' worth of time.
    pub cpus_count: Option<u64>,
    /// List of processors, made from the mask.
    pub cpu_affinity: Option<String>,
    /// Share of the time of all processors.
    pub max_cpu_percent: Option<u64>,
    /// Storage operations a second.
    pub max_storage_iops: Option<u64>,
    /// Storage bytes a second.
    pub max_storage_bandwidth: Option<u64>,
    /// Variables, as `NAME=value`.
    pub environment: Vec<String>,
    /// Who runs the program.
    pub user: Option<String>,
    /// Where it starts.
    pub working_directory: Option<String>,
    /// Host name inside.
    pub hostname: Option<String>,
    /// Network.
    pub network: Option<String>,
    /// How it is kept apart from the host.
    pub isolation: Isolation,
    /// Whether the root is read-only.
    pub read_only: bool,
    /// Further folders and files of the host shown inside.
    pub mounts: Vec<Mount>,
    /// Whether `cmd.exe` inside writes the output to the file, and nothing of it comes out.
    pub redirect_inside: bool,
}

/// One of `mounts`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// Where it is on the host.
    pub source: String,
    /// Where it is inside.
    pub destination: String,
    /// Whether it can be written to.
    pub read_only: bool,
}

/// Reads a file's text.
pub fn parse(file: &str, source: &str) -> Result<Config> {
    let mut fields = Fields::parse(file, source, &KEYS)?;
    let config = Config {
        process_directory: fields.text("process_directory")?,
        process_executable: fields.text("process_executable")?.unwrap_or_default(),
        process_arguments: fields.texts("process_arguments")?,
        mapped_directory: fields.text("mapped_directory")?,
        stdout_filename: fields.text("stdout_filename")?,
        parent_layer_directory: fields.text_or_empty("parent_layer_directory")?.filter(|path| !path.is_empty()),
        max_ram_mb: fields.limit("max_ram_mb", MOST_MEGABYTES)?,
        cpus_count: fields.limit("cpus_count", u64::from(u16::MAX))?,
        cpu_affinity: affinity(&mut fields)?,
        max_cpu_percent: fields.limit("max_cpu_percent", 100)?,
        max_storage_iops: fields.limit("max_storage_iops", u64::MAX)?,
        max_storage_bandwidth: fields.limit("max_storage_bandwidth_bytes_per_sec", u64::MAX)?,
        environment: variables(&mut fields)?,
        user: user(&mut fields)?,
        working_directory: fields.text("working_directory")?,
        hostname: hostname(&mut fields)?,
        network: fields.text("network")?,
        isolation: isolation(&mut fields)?,
        read_only: fields.truth("read_only")?,
        mounts: mounts(&mut fields)?,
        redirect_inside: fields.truth("redirect_inside")?,
    };
    if config.redirect_inside && config.stdout_filename.is_none() {
        return Err(refusal(fields.subject("redirect_inside"), "it needs a stdout_filename"));
    }
    match config.process_executable.is_empty() {
        true => Err(refusal(fields.subject("process_executable"), "it is missing; it names the program to run")),
        false => Ok(config),
    }
}

/// The mask of processors: hexadecimal as a text, and its value as a number, as the founding tool had it.
fn affinity(fields: &mut Fields) -> Result<Option<String>> {
    let value = fields.take("cpu_affinity_hex");
    let wrong = |message| refusal(fields.subject("cpu_affinity_hex"), message);
    let words = match value {
        None => return Ok(None),
        Some(Value::String(words)) => words,
        Some(value) => match value.as_u64() {
            Some(mask) => format!("{mask:x}"),
            None => return Err(wrong(expected("a hexadecimal mask such as \"0x3\"", &value))),
        },
    };
    processors::mask(&words).map_err(wrong)
}

fn variables(fields: &mut Fields) -> Result<Vec<String>> {
    let subject = fields.subject("environment");
    let value = fields.take("environment");
    let list = match value {
        None => return Ok(Vec::new()),
        Some(Value::Object(map)) => map
            .into_iter()
            .map(|(name, value)| {
                let subject = format!("{subject}.{name}");
                environment::check_name(&name).map_err(|message| refusal(&subject, message))?;
                Ok(format!("{name}={}", text(&subject, value)?))
            })
            .collect::<Result<Vec<_>>>()?,
        Some(Value::Array(values)) => {
            let item = |(index, value)| variable(&format!("{subject}[{index}]"), value);
            values.into_iter().enumerate().map(item).collect::<Result<Vec<_>>>()?
        }
        Some(other) => {
            let what = "an object of variables or a list of NAME=VALUE";
            return Err(refusal(subject, expected(what, &other)));
        }
    };
    Ok(list)
}

fn variable(subject: &str, value: Value) -> Result<String> {
    let words = text(subject, value)?;
    match words.split_once('=') {
        Some((name, _)) => environment::check_name(name).map_err(|message| refusal(subject, message)).map(|()| words),
        None => Err(refusal(subject, expected("NAME=VALUE", &Value::String(words)))),
    }
}

fn user(fields: &mut Fields) -> Result<Option<String>> {
    let subject = fields.subject("user");
    match fields.take("user") {
        Some(Value::Number(number)) if number.is_u64() => Ok(Some(number.to_string())),
        Some(value) => text(&subject, value).map(Some),
        None => Ok(None),
    }
}

fn hostname(fields: &mut Fields) -> Result<Option<String>> {
    let hostname = fields.text("hostname")?;
    match hostname.as_deref().map(names::host) {
        Some(Err(message)) => Err(refusal(fields.subject("hostname"), message)),
        _ => Ok(hostname),
    }
}

fn isolation(fields: &mut Fields) -> Result<Isolation> {
    match fields.text("isolation")?.as_deref() {
        None => Ok(Isolation::Auto),
        Some("process") => Ok(Isolation::Process),
        Some("hyperv") => Ok(Isolation::Hypervisor),
        Some(other) => {
            let message = format!("{other:?} is neither \"process\" nor \"hyperv\"");
            Err(refusal(fields.subject("isolation"), message))
        }
    }
}

fn mounts(fields: &mut Fields) -> Result<Vec<Mount>> {
    let subject = fields.subject("mounts");
    let values = match fields.take("mounts") {
        None => return Ok(Vec::new()),
        Some(Value::Array(values)) => values,
        Some(other) => return Err(refusal(subject, expected("a list of mounts", &other))),
    };
    let one = |(index, value)| {
        let mut fields = Fields::nested(format!("{subject}[{index}]"), value, &MOUNT_KEYS)?;
        let mut needed = |key: &str| {
            let text = fields.text(key)?;
            text.ok_or_else(|| refusal(fields.subject(key), "it is missing"))
        };
        let (source, destination) = (needed("source")?, needed("destination")?);
        Ok(Mount { source, destination, read_only: fields.truth("read_only")? })
    };
    values.into_iter().enumerate().map(one).collect()
}
