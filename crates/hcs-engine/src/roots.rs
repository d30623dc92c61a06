//! Where the engine keeps its things.
//!
//! The state root holds a folder for each container: its specification, its record, its ledger and its keeper's socket. It is
//! made for memory (`/run/silo`), so that nothing stale survives a restart of the machine. Writable layers may be large and are
//! kept on disk (`/var/lib/silo`), or inside the container's folder when the caller chose the state root.

use hcs_host::{Error, Result};
use hcs_schema::HResult;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folders of one engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roots {
    state: PathBuf,
    data: Option<PathBuf>,
}

/// The folders of one container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Its folder of the state root.
    pub folder: PathBuf,
    /// The folder of its writable layer, where it has one on disk.
    pub scratch: PathBuf,
}

impl Places {
    /// Those of a Linux host's root, unless another state root is chosen.
    pub fn on_linux(id: &str, root: Option<&str>) -> Places {
        let below = |folder: &str| PathBuf::from(format!("{}/{id}", folder.trim_end_matches('/')));
        match root {
            None => Places { folder: below("/run/silo"), scratch: below("/var/lib/silo") },
            Some(root) => Places { folder: below(root), scratch: format!("{}/scratch", below(root).display()).into() },
        }
    }

    /// Those of a Windows host, unless another state root is chosen.
    pub fn on_windows(id: &str, root: Option<&str>) -> Places {
        let below = |folder: &str| format!(r"{}\{id}", folder.trim_end_matches('\\'));
        match root {
            None => Places {
                folder: below(r"C:\ProgramData\silo\state").into(),
                scratch: below(r"C:\ProgramData\silo\layers").into(),
            },
            Some(root) => Places { folder: below(root).into(), scratch: format!(r"{}\scratch", below(root)).into() },
        }
    }
}

/// What the choice depends on, as data.
#[derive(Debug, Default)]
pub struct Environment {
    /// Whether the caller is root.
    pub root: bool,
    /// `ProgramData` of Windows, where programs keep what is the whole machine's.
    pub program_data: Option<OsString>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime_dir: Option<OsString>,
    /// `XDG_DATA_HOME`.
    pub data_home: Option<OsString>,
    /// `HOME`.
    pub home: Option<OsString>,
    /// The folder for temporary files.
    pub temporary: PathBuf,
    /// Numeric user id, for a folder name of the last resort.
    pub uid: u32,
}

impl Roots {
    /// Chooses: the caller's folder, else the platform's for root, else the user's own.
    pub fn choose(chosen: Option<&Path>, environment: &Environment) -> Roots {
        if let Some(state) = chosen {
            return Roots { state: state.to_owned(), data: None };
        }
        if environment.root {
            return Roots { state: "/run/silo".into(), data: Some("/var/lib/silo".into()) };
        }
        if let Some(machine) = &environment.program_data {
            let own = Path::new(machine).join("silo");
            return Roots { state: own.join("state"), data: Some(own.join("layers")) };
        }
        let set = |value: &Option<OsString>| value.clone().filter(|value| !value.is_empty()).map(PathBuf::from);
        let state = match set(&environment.runtime_dir) {
            Some(folder) => folder.join("silo"),
            None => environment.temporary.join(format!("silo-{}", environment.uid)),
        };
        let data = set(&environment.data_home)
            .or_else(|| set(&environment.home).map(|home| home.join(".local/share")))
            .map(|folder| folder.join("silo"));
        Roots { state, data }
    }

    /// The state root.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// A container's folder.
    pub fn folder(&self, id: &str) -> PathBuf {
        self.state.join(id)
    }

    /// The folder of a container's writable layer.
    pub fn scratch(&self, id: &str) -> PathBuf {
        match &self.data {
            Some(data) => data.join(id),
            None => self.folder(id).join("scratch"),
        }
    }

    /// The folders of a container.
    pub fn places(&self, id: &str) -> Places {
        Places { folder: self.folder(id), scratch: self.scratch(id) }
    }

    /// The folder that holds the writable layers, when it is not the state root.
    pub fn data(&self) -> Option<&Path> {
        self.data.as_deref()
    }
}

/// Refuses an id that could not be the name of a folder or a control group.
pub fn check_id(id: &str) -> Result<()> {
    let first = id.chars().next().is_some_and(|first| first.is_ascii_alphanumeric());
    let rest = id.chars().all(|letter| letter.is_ascii_alphanumeric() || "_.-".contains(letter));
    if first && rest && id.len() <= 128 {
        if let Some(why) = crate::sys::unfit_name(id) {
            return Err(Error::new("name the container", format!("{id:?}"), HResult::E_INVALIDARG, why));
        }
        return Ok(());
    }
    let message =
        "a name begins with a letter or digit, goes on with letters, digits, '_', '.' or '-', and has at most 128";
    Err(Error::new("name the container", format!("{id:?}"), HResult::E_INVALIDARG, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses_by_caller_then_platform_then_user() {
        let mut environment = Environment { root: true, ..Environment::default() };
        assert_eq!(Roots::choose(None, &environment).folder("a"), Path::new("/run/silo/a"));
        assert_eq!(Roots::choose(None, &environment).scratch("a"), Path::new("/var/lib/silo/a"));
        let own = Roots::choose(Some(Path::new("/r")), &environment);
        assert_eq!((own.folder("a"), own.scratch("a")), ("/r/a".into(), "/r/a/scratch".into()));
        environment = Environment {
            runtime_dir: Some("/run/user/7".into()),
            home: Some("/home/u".into()),
            data_home: Some("".into()),
            ..Environment::default()
        };
        let user = Roots::choose(None, &environment);
        assert_eq!(
            (user.folder("a"), user.scratch("a")),
            ("/run/user/7/silo/a".into(), "/home/u/.local/share/silo/a".into())
        );
        environment = Environment { temporary: "/tmp".into(), uid: 7, ..Environment::default() };
        assert_eq!(Roots::choose(None, &environment).state(), Path::new("/tmp/silo-7"));
        environment = Environment { program_data: Some("/data".into()), ..Environment::default() };
        let windows = Roots::choose(None, &environment);
        assert_eq!(
            (windows.folder("a"), windows.scratch("a")),
            ("/data/silo/state/a".into(), "/data/silo/layers/a".into())
        );
    }

    #[test]
    fn hosts_that_are_not_here_have_folders_too() {
        let places = |folder: &str, scratch: &str| Places { folder: folder.into(), scratch: scratch.into() };
        assert_eq!(Places::on_linux("a", None), places("/run/silo/a", "/var/lib/silo/a"));
        assert_eq!(Places::on_linux("a", Some("/r/")), places("/r/a", "/r/a/scratch"));
        let own = places(r"C:\ProgramData\silo\state\a", r"C:\ProgramData\silo\layers\a");
        assert_eq!(Places::on_windows("a", None), own);
        assert_eq!(Places::on_windows("a", Some(r"D:\s\")), places(r"D:\s\a", r"D:\s\a\scratch"));
    }

    #[test]
    fn ids_are_safe_as_names() {
        for good in ["a", "0", "a.b_c-d", &"x".repeat(128)] {
            assert!(check_id(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "..", ".a", "-a", "a/b", "a b", "a\n", "é", &"x".repeat(129)] {
            assert!(check_id(bad).is_err(), "{bad}");
        }
    }
}
