//! Looking at a fake Host Compute Service from a test.
//!
//! [`Home`] gives a test a service of its own, which programs find that have its variables; [`Fake`] asks a service what exists.

use crate::message::{Hello, Question};
use crate::{client, frame, log, place};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The service of a home folder, which may not be there: then nothing exists.
#[derive(Clone, Debug)]
pub struct Fake {
    home: PathBuf,
    log: Option<PathBuf>,
}

impl Fake {
    /// The one of a home folder.
    pub fn at(home: impl Into<PathBuf>) -> Fake {
        Fake { home: home.into(), log: None }
    }

    /// Everything that exists: `systems`, `handles`, `callbacks` and `clients`, and what else the world has.
    pub fn snapshot(&self) -> Result<Value> {
        Ok(self.ask(Question::Snapshot)?.unwrap_or_else(|| json!({})))
    }

    /// What exists and should not when everything is released, a line each: systems, processes, and the handles and callbacks
    /// of programs that live.
    pub fn left(&self) -> Result<Vec<String>> {
        let left = self.ask(Question::Left)?;
        Ok(left.map(serde_json::from_value).transpose()?.unwrap_or_default())
    }

    /// Ends everything, and the service.
    pub fn stop(&self) -> Result<()> {
        self.ask(Question::Stop).map(|_| ())
    }

    /// The lines of the log; none if there is no log.
    pub fn log(&self) -> Result<Vec<Value>> {
        self.log.as_ref().map_or(Ok(Vec::new()), |path| log::read(path))
    }

    /// Asks the service, if there is one.
    fn ask(&self, question: Question) -> Result<Option<Value>> {
        let mut pipe: File = match client::connect(&self.home, &Hello::Inspection, false) {
            Ok((pipe, _)) => pipe,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        frame::write(&mut pipe, &question)?;
        frame::read(&mut pipe).map(Some)
    }
}

/// A home folder of a test, with a service of its own. It ends with this, and so does all that exists there.
#[derive(Debug)]
pub struct Home {
    test: String,
    folder: PathBuf,
    fake: Fake,
}

impl Home {
    /// One for a test of this name. Nothing is set for this process.
    ///
    /// # Panics
    /// If the folder cannot be made.
    pub fn new(test: &str) -> Home {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let last = LAST.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("hcs-fake-{test}-{}-{last}", std::process::id()));
        let made = |folder: &Path| {
            std::fs::create_dir_all(folder).unwrap_or_else(|error| panic!("cannot make {}: {error}", folder.display()));
        };
        made(&folder);
        let log = Some(folder.join("log.jsonl"));
        Home { test: test.to_owned(), fake: Fake { home: folder.clone(), log }, folder }
    }

    /// The folder, in which a test may have files too.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its service.
    pub fn fake(&self) -> &Fake {
        &self.fake
    }

    /// The variables that programs find the service with.
    pub fn envs(&self) -> Vec<(&'static str, OsString)> {
        let log = self.fake.log.clone().unwrap_or_default();
        vec![(place::HOME, self.folder.clone().into()), (place::LOG, log.into())]
    }

    /// Sets the variables for this process too, for DLLs that it loads. They keep the first home that they find: of two tests
    /// in one process only one can do this.
    pub fn enter(&self) {
        for (name, value) in self.envs() {
            // SAFETY: on Windows the variables of a process have a lock.
            unsafe { std::env::set_var(name, value) };
        }
    }
}

impl Home {
    /// The name of the test with its program and modules, as far as the program of the test says: `systems.races.all_at_once`.
    fn whole_name(&self) -> String {
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(Path::file_stem).unwrap_or_default().to_string_lossy().into_owned();
        // Behind the last dash is cargo's own number.
        let program = program.rsplit_once('-').map_or(program.as_str(), |(name, _)| name);
        let thread = std::thread::current();
        let test = thread.name().filter(|name| *name != "main").unwrap_or(&self.test).replace("::", ".");
        format!("{program}.{test}")
    }

    /// Tells which functions the test has called, for a table of who calls what: a line each in a file of the test's name.
    fn tell_calls(&self) {
        let Some(calls) = std::env::var_os(place::CALLS).filter(|calls| !calls.is_empty()) else { return };
        let called = |line: &Value| Some(format!("{}.dll {}\n", line["dll"].as_str()?, line["function"].as_str()?));
        let mut lines: Vec<String> = self.fake.log().unwrap_or_default().iter().filter_map(called).collect();
        lines.sort();
        lines.dedup();
        let file = Path::new(&calls).join(format!("{}.txt", self.whole_name()));
        let write = || -> Result<()> {
            std::fs::create_dir_all(&calls)?;
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&file)?;
            file.write_all(lines.concat().as_bytes())
        };
        if let Err(error) = write() {
            eprintln!("cannot write {}: {error}", file.display());
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.tell_calls();
        // The test has said what it has to say, and a folder for temporary files may keep some.
        let _ = self.fake.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
