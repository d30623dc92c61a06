//! The ledger of one container, as a file of JSON lines.
//!
//! `+` lines enter a resource before it is made, `-` lines strike it off after it is released. Each line is one write, so that a
//! process killed in between leaves whole lines or a torn last one, which is ignored: what a torn line would have announced was
//! not made yet. The file lives in the state root, in memory: it has to survive a crash of the process, not of the machine.

use hcs_host::{Error, Ledger, Resource, Result};
use hcs_schema::HResult;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A ledger that is written to.
#[derive(Debug)]
pub struct FileLedger {
    path: PathBuf,
    file: File,
}

impl FileLedger {
    /// Opens the ledger of a container's folder, making it if need be.
    pub fn open(folder: &Path) -> Result<FileLedger> {
        FileLedger::open_at(path(folder))
    }

    fn open_at(path: PathBuf) -> Result<FileLedger> {
        let file = OpenOptions::new().create(true).append(true).open(&path);
        file.map_err(|error| failed("open", &path, &error)).map(|file| FileLedger { path, file })
    }

    fn write(&self, sign: char, resource: &Resource) -> Result<()> {
        let body = serde_json::to_string(resource).map_err(|error| {
            Error::new("enter in the ledger", self.path.display().to_string(), HResult::E_FAIL, error.to_string())
        })?;
        let line = format!("{sign}{body}\n");
        (&self.file).write_all(line.as_bytes()).map_err(|error| failed("write", &self.path, &error))
    }
}

impl Ledger for FileLedger {
    fn record(&self, resource: &Resource) -> Result<()> {
        self.write('+', resource)
    }

    fn strike(&self, resource: &Resource) -> Result<()> {
        self.write('-', resource)
    }
}

/// What a folder's ledger says exists, oldest first. No ledger means nothing.
pub fn outstanding(folder: &Path) -> Result<Vec<Resource>> {
    let path = path(folder);
    match std::fs::read(&path) {
        Ok(text) => Ok(replay(&String::from_utf8_lossy(&text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(failed("read", &path, &error)),
    }
}

/// Replaces a folder's ledger by one of what still exists.
pub fn replace(folder: &Path, resources: &[Resource]) -> Result<()> {
    let path = path(folder);
    let fresh = folder.join(".ledger.new");
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed("write", &fresh, &error)),
        _ => {}
    }
    let ledger = FileLedger::open_at(fresh.clone())?;
    resources.iter().try_for_each(|resource| ledger.record(resource))?;
    std::fs::rename(&fresh, &path).map_err(|error| failed("rename", &path, &error))
}

/// Replays the lines of a ledger.
fn replay(text: &str) -> Vec<Resource> {
    let mut resources = Vec::new();
    for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
        let Some((sign, body)) = line.split_at_checked(1) else { continue };
        let Ok(resource) = serde_json::from_str::<Resource>(body) else { continue };
        resources.retain(|known| *known != resource);
        if sign == "+" {
            resources.push(resource);
        }
    }
    resources
}

/// What a resource is, in words, and where.
pub fn describe(resource: &Resource) -> (&'static str, String) {
    let shown = |path: &PathBuf| path.display().to_string();
    match resource {
        Resource::Folder { path } => ("folder", shown(path)),
        Resource::File { path } => ("file", shown(path)),
        Resource::Mount { path } => ("mount", shown(path)),
        Resource::Cgroup { path } => ("control group", shown(path)),
        Resource::Namespace { path } => ("namespace", shown(path)),
        Resource::System { id, .. } => ("compute system", id.clone()),
        Resource::Layer { path } => ("writable layer", shown(path)),
        Resource::ActiveLayer { path } => ("attached disk", shown(path)),
        Resource::PreparedLayer { path } => ("layer filter", shown(path)),
        Resource::Endpoint { name, .. } => ("endpoint", name.clone()),
        Resource::NetworkNamespace { id } => ("network namespace", id.clone()),
        Resource::NamespaceEndpoint { namespace, endpoint } => {
            ("endpoint in a namespace", format!("{endpoint} in {namespace}"))
        }
        Resource::Process { process } => ("process", process.pid.to_string()),
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("ledger")
}

fn failed(doing: &str, path: &Path, error: &std::io::Error) -> Error {
    let code = error.raw_os_error().map_or(HResult::E_FAIL, |_| HResult::ERROR_IO_DEVICE);
    Error::new(format!("{doing} the ledger"), path.display().to_string(), code, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> Resource {
        Resource::File { path: path.into() }
    }

    #[test]
    fn remembers_what_was_made_and_not_released() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = FileLedger::open(folder.path()).unwrap();
        for path in ["/a", "/b", "/c"] {
            ledger.record(&file(path)).unwrap();
        }
        ledger.strike(&file("/b")).unwrap();
        assert_eq!(outstanding(folder.path()).unwrap(), [file("/a"), file("/c")]);
    }

    #[test]
    fn a_torn_last_line_and_garbage_are_ignored() {
        let whole = format!("+{}\n", serde_json::to_string(&file("/a")).unwrap());
        for text in [format!("{whole}+{{\"kind\":\"fi"), format!("\n\u{e9}x\n{whole}?\n+[]\n")] {
            assert_eq!(replay(&text), [file("/a")], "{text:?}");
        }
        assert_eq!(outstanding(Path::new("/nonexistent")).unwrap(), []);
    }

    #[test]
    fn a_replaced_ledger_holds_what_is_left_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(path(folder.path()), b"+\xff\n+torn").unwrap();
        assert_eq!(outstanding(folder.path()).unwrap(), []);
        replace(folder.path(), &[file("/a")]).unwrap();
        FileLedger::open(folder.path()).unwrap().record(&file("/b")).unwrap();
        assert_eq!(outstanding(folder.path()).unwrap(), [file("/a"), file("/b")]);
    }
}
