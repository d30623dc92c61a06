//! The prefixes, which are what Wine calls the folders of its Windowses, below `target/wine`.
//!
//! ```text
//! template          Wine's own prefix with what it lacks, made once
//! 20348             a copy that says it is this build of Windows; it lasts as long as somebody runs something in it
//! 20348.lock, .log  held while its Windows is started, and what that said
//! making            held while a prefix is made
//! using             shared by all who run something; who has it alone is the last one, and ends every Windows
//! ```

use super::installation::{Wine, absent};
use super::windows::Windows;
use super::{registry, tree};
use crate::needs::MINGW;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A DLL that Wine 8 lacks.
const LACKING: &str = "bcryptprimitives";
const SOURCE: &str = include_str!("bcryptprimitives.c");

const TEMPLATE: &str = "template";
/// A part of the names of folders that are not finished.
const PARTIAL: &str = ".partial.";
/// A file in a prefix that says what it was made from.
const STAMP: &str = "made-from";
/// A file in a prefix that says that its Windows was started.
const STARTED: &str = "started";

/// The folder of the prefixes, and the Wine that they are for.
#[derive(Clone, Debug)]
pub struct Prefixes {
    wine: Wine,
    folder: PathBuf,
}

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "closing the file is what ends the lock")] File);

/// A run of tests. When it is dropped, and nobody else runs anything, every Windows ends and its prefix goes: what a test has
/// left behind there does not reach the next run.
#[derive(Debug)]
pub struct Run<'a> {
    prefixes: &'a Prefixes,
    lock: Option<Lock>,
}

impl Prefixes {
    /// Those of a folder, which is made.
    pub fn new(wine: Wine, folder: &Path) -> Result<Prefixes> {
        fs::create_dir_all(folder).with_context(|| lost("make", folder))?;
        Ok(Prefixes { wine, folder: folder.to_owned() })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The Wine.
    pub fn wine(&self) -> &Wine {
        &self.wine
    }

    /// Begins a run of tests.
    pub fn begin(&self) -> Result<Run<'_>> {
        Ok(Run { prefixes: self, lock: Some(self.share()?) })
    }

    /// Keeps every Windows running as long as the lock is held.
    pub fn share(&self) -> Result<Lock> {
        let (file, path) = self.open("using")?;
        file.lock_shared().with_context(|| lost("lock", &path))?;
        Ok(Lock(file))
    }

    /// The prefix of a Windows that runs; it is made and started if need be.
    pub fn started(&self, windows: Windows) -> Result<PathBuf> {
        let prefix = self.made(windows)?;
        let _starting = self.lock(&format!("{windows}.lock"))?;
        let started = prefix.join(STARTED);
        if self.wine.start_server(&prefix)? {
            absent(fs::remove_file(&started)).with_context(|| lost("remove", &started))?;
        } else if started.is_file() {
            return Ok(prefix);
        }
        let log = self.folder.join(format!("{windows}.log"));
        self.wine.boot(&prefix, &["cmd", "/c", "ver"], &log)?;
        let said = fs::read(&log).with_context(|| lost("read", &log))?;
        let said = String::from_utf8_lossy(&said);
        if !said.trim_end().ends_with(&windows.version()) {
            bail!("Windows {windows} says that it is {:?}", said.trim());
        }
        fs::write(&started, "").with_context(|| lost("write", &started))?;
        Ok(prefix)
    }

    /// Does something to the prefix of a Windows that nobody else does at the same time.
    pub fn alone<T>(&self, windows: Windows, does: impl FnOnce() -> Result<T>) -> Result<T> {
        let _starting = self.lock(&format!("{windows}.lock"))?;
        does()
    }

    /// The prefix of a Windows, which is made if need be.
    pub fn made(&self, windows: Windows) -> Result<PathBuf> {
        let (template, prefix) = (self.folder.join(TEMPLATE), self.folder.join(windows.to_string()));
        let keys = windows.registry();
        let template_stamp = format!("{}{SOURCE}", self.wine.stamp()?);
        let stamp = format!("{template_stamp}{keys:?}\n");
        if is_made(&prefix, &stamp) {
            return Ok(prefix);
        }
        let _making = self.lock("making")?;
        self.distrust(&template)?;
        self.assemble(&template, &template_stamp, |partial| self.fill_template(partial))?;
        self.assemble(&prefix, &stamp, |partial| {
            tree::copy(&template, partial)?;
            let file = partial.join("system.reg");
            let text = fs::read_to_string(&file).with_context(|| lost("read", &file))?;
            fs::write(&file, registry::set(&text, &keys)?).with_context(|| lost("write", &file))
        })?;
        Ok(prefix)
    }

    /// Removes the template when a test, which may be root's, has written to what its prefix shares with it.
    fn distrust(&self, template: &Path) -> Result<()> {
        let Ok(made) = fs::metadata(template.join(STAMP)).and_then(|stamp| stamp.modified()) else { return Ok(()) };
        if let Some(file) = tree::written(&template.join("drive_c"), made)? {
            eprintln!("a test wrote to {}, which is Wine's", file.display());
            self.discard(template)?;
        }
        Ok(())
    }

    /// Makes a folder that appears at once and whole, in the place of one that was made from something else.
    fn assemble(&self, place: &Path, stamp: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        if is_made(place, stamp) {
            return Ok(());
        }
        for entry in self.entries()? {
            if entry == place || is_partial(&entry) {
                self.discard(&entry)?;
            }
        }
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let partial = self.folder.join(format!("{name}{PARTIAL}{}", std::process::id()));
        fs::create_dir(&partial).with_context(|| lost("make", &partial))?;
        // A wineserver knows its prefix by the number of the folder, and this one may have been another's, now removed.
        self.wine.end_server(&partial)?;
        fill(&partial)?;
        let file = partial.join(STAMP);
        fs::write(&file, stamp).with_context(|| lost("write", &file))?;
        fs::rename(&partial, place).with_context(|| lost("make", place))
    }

    fn fill_template(&self, partial: &Path) -> Result<()> {
        eprintln!("making a Windows of Wine's, which happens once: {}", self.folder.join(TEMPLATE).display());
        self.wine.boot(partial, &["wineboot", "--init"], &self.folder.join("template.log"))?;
        // This also writes its registry.
        self.wine.end_server(partial)?;
        // A later Wine would bring a prefix up to date in place, which must not happen to files that several have.
        let file = partial.join(".update-timestamp");
        fs::write(&file, "disable\n").with_context(|| lost("write", &file))?;
        let dll = partial.join("drive_c/windows/system32").join(LACKING).with_extension("dll");
        if !dll.is_file() {
            compile(&dll, &partial.join(LACKING).with_extension("c"))?;
        }
        tree::close(&partial.join("drive_c"))?;
        tree::freeze(&partial.join("drive_c"))
    }

    /// Ends every Windows and removes its prefix.
    fn end(&self) -> Result<()> {
        let entries = self.entries()?;
        entries.iter().filter(|entry| !entry.ends_with(TEMPLATE)).try_for_each(|entry| self.discard(entry))
    }

    /// Removes a prefix with all that runs in it. What is half removed does not count as made.
    fn discard(&self, prefix: &Path) -> Result<()> {
        absent(fs::remove_file(prefix.join(STAMP))).with_context(|| lost("remove", prefix))?;
        self.wine.end_server(prefix)?;
        fs::remove_dir_all(prefix).with_context(|| lost("remove", prefix))
    }

    /// Every prefix that there is, finished or not.
    fn entries(&self) -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(&self.folder).with_context(|| lost("list", &self.folder))?;
        let mut folders = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        folders.retain(|path| path.is_dir());
        Ok(folders)
    }

    fn lock(&self, name: &str) -> Result<Lock> {
        let (file, path) = self.open(name)?;
        file.lock().with_context(|| lost("lock", &path))?;
        Ok(Lock(file))
    }

    fn open(&self, name: &str) -> Result<(File, PathBuf)> {
        let path = self.folder.join(name);
        let file = File::options().create(true).append(true).open(&path).with_context(|| lost("open", &path))?;
        Ok((file, path))
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        // Given back first: of two that end at once, the later one must find nobody.
        self.lock = None;
        let alone = self.prefixes.open("using").map(|(file, _)| file.try_lock().ok().map(|()| Lock(file)));
        let ended = match alone {
            Ok(Some(_lock)) => self.prefixes.end(),
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            eprintln!("Windows did not end in order: {error:#}");
        }
    }
}

/// Whether a prefix is there, made from these things, and of this user: Wine takes no other's.
fn is_made(prefix: &Path, stamp: &str) -> bool {
    let owner = |path: &Path| fs::metadata(path).map(|facts| facts.uid()).ok();
    let made = fs::read_to_string(prefix.join(STAMP)).is_ok_and(|made| made == stamp);
    made && owner(prefix) == owner(Path::new("/proc/self"))
}

fn is_partial(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().contains(PARTIAL))
}

fn compile(dll: &Path, source: &Path) -> Result<()> {
    fs::write(source, SOURCE).with_context(|| lost("write", source))?;
    let mut compiler = Command::new(MINGW);
    compiler.args(["-shared", "-nostdlib", "-s", "-O1", "-Wall", "-Werror", "-Wl,--entry=0", "-o"]);
    tools::output(compiler.args([dll, source]).arg("-ladvapi32")).map(|_| ())
}

fn lost(verb: &str, path: &Path) -> String {
    format!("cannot {verb} {}", path.display())
}

#[cfg(test)]
mod tests;
