//! Where Wine is, and the surroundings in which its programs run.

use crate::tools;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where Debian has it. The programs in `PATH` are scripts that choose between several.
const DEBIAN: [&str; 2] = ["/usr/lib/wine/wine64", "/usr/lib/wine/wineserver64"];

/// What Wine would put on the desktop of whoever runs it, a debugger without a screen for programs that crash, and questions
/// about packages for .NET and for web pages are left out; `virtdisk.dll` is the one of `testing/hcs-fake`.
const OVERRIDES: &str = "winemenubuilder.exe,winedbg.exe,mscoree,mshtml=d;virtdisk=n";

/// Seconds that a wineserver goes on without programs. They are for whoever cannot end it: `cargo xtask wine -- PROGRAM`, and
/// a run that is killed.
const LINGER: u32 = 60;

/// After this, what starts a Windows hangs: it takes ten seconds, and a busy build server many times as long.
const PATIENCE: &str = "600";

/// A Wine.
#[derive(Clone, Debug)]
pub struct Wine {
    /// Runs a program.
    pub loader: PathBuf,
    /// Is the kernel of the programs of one prefix.
    pub server: PathBuf,
}

impl Wine {
    /// Finds it.
    pub fn find() -> Result<Wine> {
        let [loader, server] = DEBIAN.map(PathBuf::from);
        if loader.is_file() && server.is_file() {
            return Ok(Wine { loader, server });
        }
        match (tools::find("wine64").or_else(|| tools::find("wine")), tools::find("wineserver")) {
            (Some(loader), Some(server)) => Ok(Wine { loader, server }),
            _ => bail!("there is no Wine: install Debian's package wine64, or leave this out with --no-wine"),
        }
    }

    /// Words that are others when another Wine is installed.
    pub fn stamp(&self) -> Result<String> {
        let file = fs::metadata(&self.loader).with_context(|| format!("cannot see {}", self.loader.display()))?;
        Ok(format!("{} of {} bytes and second {}\n", self.loader.display(), file.len(), file.mtime()))
    }

    /// A Windows program.
    pub fn program(&self, prefix: &Path) -> Command {
        self.surrounded(Command::new(&self.loader), prefix)
    }

    /// Runs a program that is part of starting a Windows, with what it says in a file, and ends it when it hangs. Wine's
    /// services, which it leaves behind, get nothing else of ours, and are of no group that somebody may end.
    pub fn boot(&self, prefix: &Path, words: &[&str], log: &Path) -> Result<()> {
        let file = File::create(log).with_context(|| format!("cannot make {}", log.display()))?;
        let mut command = self.surrounded(Command::new("timeout"), prefix);
        command.args(["--kill-after", "10", PATIENCE]).arg(&self.loader).args(words);
        let line = words.join(" ");
        let both = file.try_clone().context("cannot share a file")?;
        let status = command.stdin(Stdio::null()).stdout(file).stderr(both).status();
        let status = status.with_context(|| format!("cannot start `wine64 {line}`"))?;
        if !status.success() {
            bail!("`wine64 {line}` failed, see {}: {status}", log.display());
        }
        Ok(())
    }

    /// Starts the wineserver of a prefix, and answers whether there was none.
    pub fn start_server(&self, prefix: &Path) -> Result<bool> {
        match self.ask_server(prefix, &format!("-p{LINGER}"))? {
            Some(0) => Ok(true),
            Some(2) => Ok(false),
            code => bail!("`wineserver -p` failed with {code:?} for {}", prefix.display()),
        }
    }

    /// Ends the wineserver of a prefix with all its programs, and waits for that; by force after ten seconds. Without one it
    /// does nothing.
    pub fn end_server(&self, prefix: &Path) -> Result<()> {
        self.ask_server(prefix, "-k")?;
        // Debian's Wine never removes the folder of its socket, nor this file with its name, which a copy must not have.
        let file = prefix.join("wineserver");
        let Ok(name) = fs::read_to_string(&file) else { return Ok(()) };
        if let Some(name) = Path::new(&name).file_name() {
            let socket = prefix.join(name);
            absent(fs::remove_dir_all(&socket)).with_context(|| format!("cannot remove {}", socket.display()))?;
        }
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))
    }

    fn ask_server(&self, prefix: &Path, option: &str) -> Result<Option<i32>> {
        let mut command = self.surrounded(Command::new(&self.server), prefix);
        command.arg(option).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().with_context(|| format!("cannot start {}", self.server.display()))?;
        Ok(status.code())
    }

    /// A command in the surroundings of a prefix: without a screen, and with nothing of the home folder.
    fn surrounded(&self, mut command: Command, prefix: &Path) -> Command {
        command.env("WINEPREFIX", prefix).env("HOME", prefix);
        // Where Debian's Wine makes the folder of its socket.
        command.env("TMPDIR", prefix);
        command.env("WINELOADER", &self.loader).env("WINESERVER", &self.server);
        // File names are UTF-8 wherever this runs.
        command.env("LC_ALL", "C.UTF-8");
        for (name, value) in [("WINEDEBUG", "-all"), ("WINEDLLOVERRIDES", OVERRIDES)] {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        for name in ["DISPLAY", "WAYLAND_DISPLAY"] {
            command.env_remove(name);
        }
        command
    }
}

/// That something was not there to be removed is no failure.
pub fn absent(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}
