//! What tests share: surroundings that are invented, and texts that are kept in files.

use crate::cli::{Cli, Command};
use crate::intent::{self, Device, Found, Refusal, World};
use clap::Parser;
use hcs_engine::{Base, Facts, IdRange, Request};
use std::collections::BTreeMap;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

/// Invented surroundings: a current folder `/cwd`, some files, and facts.
#[derive(Clone, Debug)]
pub struct FakeWorld {
    facts: Facts,
    files: BTreeMap<PathBuf, File>,
}

#[derive(Clone, Debug)]
enum File {
    Folder,
    Text(String),
    Device(Device),
    Forbidden,
}

impl FakeWorld {
    /// As root, with eight processors.
    pub fn root() -> FakeWorld {
        let facts = Facts { privileged: true, processors: 8, host_name: "machine".into(), ..Facts::default() };
        let mut world = FakeWorld { facts, files: BTreeMap::new() };
        for folder in [
            "/cwd",
            "/cwd/src",
            "/",
            "/root fs",
            "/rootfs",
            "/layers/top",
            "/layers/mid",
            "/layers/low",
            "/app",
            "/dev",
            "/data",
        ] {
            world.files.insert(folder.into(), File::Folder);
        }
        let null = Device { block: false, major: 1, minor: 3, mode: 0o666, uid: 0, gid: 0 };
        let disk = Device { block: true, major: 8, minor: 0, mode: 0o660, uid: 0, gid: 6 };
        world.files.insert("/dev/null".into(), File::Device(null));
        world.files.insert("/dev/sda".into(), File::Device(disk));
        world.files.insert("/secret".into(), File::Forbidden);
        world.file("/layers/top/layerchain.json", r#"["/layers/mid", "..\\low"]"#).file("/cwd/file", "text")
    }

    /// As an ordinary user with a range of further ids, or with the own alone.
    pub fn user(further: bool) -> FakeWorld {
        let mut world = FakeWorld::root();
        let own = |outside| IdRange { inside: 0, outside, count: 1 };
        let range = IdRange { inside: 1, outside: 100_000, count: 65_536 };
        let ranges = |outside| if further { vec![own(outside), range] } else { vec![own(outside)] };
        world.facts = Facts {
            uid: 1000,
            gid: 1000,
            privileged: false,
            uid_mappings: ranges(1000),
            gid_mappings: ranges(1000),
            ..world.facts
        };
        world
    }

    /// With a file, and the folder it is in.
    pub fn file(mut self, path: &str, text: &str) -> FakeWorld {
        let path = PathBuf::from(path);
        if let Some(folder) = path.parent() {
            self.files.entry(folder.to_owned()).or_insert(File::Folder);
        }
        self.files.insert(path, File::Text(text.into()));
        self
    }

    /// With a file that cannot be read, and the folder it is in.
    pub fn forbidden(mut self, path: &str) -> FakeWorld {
        self = self.file(path, "");
        self.files.insert(path.into(), File::Forbidden);
        self
    }

    /// With a folder.
    pub fn folder(mut self, path: &str) -> FakeWorld {
        self.files.insert(path.into(), File::Folder);
        self
    }

    fn find(&self, path: &Path) -> io::Result<&File> {
        let mut clean = PathBuf::new();
        for part in path.components() {
            match part {
                std::path::Component::ParentDir => drop(clean.pop()),
                part => clean.push(part),
            }
        }
        match self.files.get(&clean) {
            Some(File::Forbidden) => Err(io::ErrorKind::PermissionDenied.into()),
            Some(file) => Ok(file),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl World for FakeWorld {
    fn current_dir(&self) -> &Path {
        Path::new("/cwd")
    }

    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn variable(&self, name: &str) -> Option<String> {
        (name == "CALLER").then(|| "from the caller".into())
    }

    fn look(&self, path: &Path) -> io::Result<Found> {
        Ok(match self.find(path)? {
            File::Folder => Found::Folder,
            File::Device(device) => Found::Device(device.clone()),
            File::Text(_) | File::Forbidden => Found::Other,
        })
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        match self.find(path)? {
            File::Text(text) => Ok(text.clone()),
            _ => Err(io::ErrorKind::IsADirectory.into()),
        }
    }
}

/// Words separated by spaces; `·` stands for a space within a word, `∅` for a word that is empty.
pub fn words(text: &str) -> Vec<String> {
    let word = |word: &str| word.replace('·', " ").replace('∅', "");
    text.split(' ').filter(|word| !word.is_empty()).map(word).collect()
}

/// The request that words after `silo` ask for, or the first line of what is wrong with them. Paths of the host are written
/// with slashes in both, whatever the system that the test runs on separates names by.
pub fn request(text: &str, world: &FakeWorld) -> Result<Request, String> {
    let words = std::iter::once("silo".to_owned()).chain(words(text));
    let cli = Cli::try_parse_from(words).map_err(|error| first_lines(&error.to_string()))?;
    let text = |refusal: Refusal| slashed(&refusal.to_string());
    let request = match cli.command {
        Command::Run(args) => intent::run::request(&args, world),
        Command::Nspawn(args) => intent::nspawn::request(&args, world),
        other => panic!("{other:?} asks for no request"),
    };
    request.map(with_slashes).map_err(text)
}

/// A text with slashes for what this system separates names by.
pub fn slashed(text: &str) -> String {
    text.replace(MAIN_SEPARATOR, "/")
}

fn with_slashes(mut request: Request) -> Request {
    let change = |path: &mut PathBuf| *path = slashed(&path.to_string_lossy()).into();
    request.spec.mounts.iter_mut().flat_map(|mount| &mut mount.source).for_each(|source| *source = slashed(source));
    match &mut request.base {
        Base::Host => {}
        Base::Folder(folder) | Base::Bundle(folder) => change(folder),
        Base::Layers(folders) => folders.iter_mut().for_each(change),
    }
    request.output_file.iter_mut().for_each(|file| change(&mut file.folder));
    request
}

fn first_lines(error: &str) -> String {
    error.lines().take_while(|line| !line.is_empty()).map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Compares a text with the one kept in `tests/golden`, or keeps it there if `SILO_BLESS` is set.
pub fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("SILO_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(kept == text, "{name} differs; look at it, and set SILO_BLESS to keep it:\n{text}");
}

/// Compares a request with the one kept. The machine's architecture is left out.
pub fn golden_request(name: &str, request: &Request) {
    let mut request = request.clone();
    if let Some(seccomp) = request.spec.linux.as_mut().and_then(|linux| linux.seccomp.as_mut()) {
        seccomp.architectures.clear();
    }
    golden(name, &(serde_json::to_string_pretty(&request).unwrap() + "\n"));
}
