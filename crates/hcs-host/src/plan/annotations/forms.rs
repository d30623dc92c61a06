//! Values that have a form of their own: what it is, and how it is read.

use super::entry::numbers;
use super::json;
use super::numa::ANY_NODE;
use super::value::{Guid, Value, shown};
use hcs_schema::model::Bytes;

/// The soft and the hard limit of core dumps in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreLimit {
    /// What holds.
    pub soft: u64,
    /// What a process may raise it to.
    pub hard: u64,
}

/// Reads `soft;hard`.
pub fn core_limit(text: &str) -> Result<CoreLimit, String> {
    let parsed = text.split_once(';').and_then(|(soft, hard)| Some((soft.parse().ok()?, hard.parse().ok()?)));
    match parsed {
        Some((soft, hard)) if soft <= hard => Ok(CoreLimit { soft, hard }),
        Some((soft, hard)) => Err(format!("{}: the soft limit {soft} is above the hard limit {hard}", shown(text))),
        None => Err(format!("{} is not a soft and a hard limit in bytes such as 0;1048576", shown(text))),
    }
}

/// Checks what [`core_limit`] reads.
pub fn check_core_limit(text: &str) -> Result<(), String> {
    core_limit(text).map(drop)
}

/// Checks a GUID in a field that is kept as it was written.
pub fn check_guid(text: &str) -> Result<(), String> {
    Guid::read(text).map(drop)
}

/// Reads base64.
pub fn base64(text: &str) -> Result<Vec<u8>, String> {
    let read: Result<Bytes, _> = serde_json::from_value(text.into());
    read.map(|bytes| bytes.0).map_err(|error| format!("{} is {error}", shown(text)))
}

/// Checks what [`base64`] reads.
pub fn check_base64(text: &str) -> Result<(), String> {
    base64(text).map(drop)
}

/// Checks the path of a file below a folder that it must not leave.
pub fn check_below(text: &str) -> Result<(), String> {
    let inside = text.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    inside.then_some(()).ok_or_else(|| format!("{} is not a path below a folder, such as app/out.log", shown(text)))
}

/// Checks the path of a named pipe.
pub fn check_pipe(text: &str) -> Result<(), String> {
    let name = text.get(..9).filter(|start| start.eq_ignore_ascii_case(r"\\.\pipe\")).map(|start| &text[start.len()..]);
    match name {
        Some(name) if !name.is_empty() => Ok(()),
        _ => Err(format!(r"{} is not a named pipe such as \\.\pipe\console", shown(text))),
    }
}

/// Checks a size that is a multiple of the size of a page.
pub fn check_pages(text: &str) -> Result<(), String> {
    let pages = text.parse().is_ok_and(|size: u64| size > 0 && size.is_multiple_of(4096));
    pages.then_some(()).ok_or_else(|| format!("{} is not a multiple of 4096 above 0", shown(text)))
}

/// Checks words that become flags of a program.
pub fn check_capabilities(text: &str) -> Result<(), String> {
    let flag = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match text.split(',').map(str::trim).find(|word| !flag(word) || word.starts_with('-')) {
        None => Ok(()),
        Some(word) => Err(format!("{}: {} is not a word of letters and digits", shown(text), shown(word))),
    }
}

/// Checks numbers of nodes, of which all or none stand for any.
pub fn check_nodes(text: &str) -> Result<(), String> {
    let nodes = numbers(text, 0, ANY_NODE)?;
    let any = nodes.iter().filter(|node| **node == ANY_NODE).count();
    match nodes.iter().find(|node| **node > 63 && **node != ANY_NODE) {
        Some(node) => Err(format!("{}: {node} is neither a node from 0 to 63 nor 255 for any", shown(text))),
        None if any > 0 && any < nodes.len() => {
            Err(format!("{}: 255 stands for any node, in all places or none", shown(text)))
        }
        None => Ok(()),
    }
}

/// Sources of a guest's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSource {
    /// What kind of source; `ETW`.
    pub kind: String,
    /// What it tells of.
    pub providers: Vec<LogProvider>,
}

/// One provider of a guest's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogProvider {
    /// Its name; may be empty if there is a GUID.
    pub name: String,
    /// Its GUID in lower case; may be empty if there is a name.
    pub guid: String,
    /// From which level on.
    pub level: String,
    /// Which of its events.
    pub keywords: String,
}

/// Reads the sources of a guest's log from base64 of JSON.
pub fn log_sources(text: &str) -> Result<Vec<LogSource>, String> {
    let bytes = base64(text)?;
    let document = json::parse(&bytes)?;
    let [config] = json::object("the document", &document, ["LogConfig"])?;
    let config = config.ok_or("it has no LogConfig")?;
    let [sources] = json::object("LogConfig", config, ["sources"])?;
    let sources = json::list("sources", sources)?;
    sources.iter().enumerate().map(|(index, source)| log_source(&format!("sources[{index}]"), source)).collect()
}

fn log_source(path: &str, source: &serde_json::Value) -> Result<LogSource, String> {
    let [kind, providers] = json::object(path, source, ["type", "providers"])?;
    let kind = json::text(&format!("{path}.type"), kind)?;
    if kind.is_empty() {
        return Err(format!("{path} has no type such as ETW"));
    }
    let providers = json::list(&format!("{path}.providers"), providers)?.iter().enumerate();
    let providers = providers.map(|(index, provider)| log_provider(&format!("{path}.providers[{index}]"), provider));
    Ok(LogSource { kind, providers: providers.collect::<Result<_, _>>()? })
}

fn log_provider(path: &str, provider: &serde_json::Value) -> Result<LogProvider, String> {
    let keys = ["providerName", "providerGuid", "level", "keywords"];
    let [name, guid, level, keywords] = json::object(path, provider, keys)?;
    let text = |key: &str, value| json::text(&format!("{path}.{key}"), value);
    let mut provider = LogProvider {
        name: text("providerName", name)?,
        guid: text("providerGuid", guid)?,
        level: text("level", level)?,
        keywords: text("keywords", keywords)?,
    };
    if provider.name.is_empty() && provider.guid.is_empty() {
        return Err(format!("{path} has neither a providerName nor a providerGuid"));
    }
    if !provider.guid.is_empty() {
        let Guid(guid) = Guid::read(provider.guid.trim()).map_err(|why| format!("{path}.providerGuid: {why}"))?;
        provider.guid = guid;
    }
    Ok(provider)
}

/// Checks what [`log_sources`] reads.
pub fn check_log_sources(text: &str) -> Result<(), String> {
    log_sources(text).map(drop)
}
