//! What a test has: a fake service, a state root, a layer, and a program for containers.

use hcs_fake::{Fake, Home};
use serde_json::{Value, json};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The program for containers; see `testing/hcs-fake/src/bin`.
const PROGRAM: &str = "hcs-fake-program.exe";
/// The program where `run` shows it.
pub const INSIDE: &str = r"C:\app\hcs-fake-program.exe";
/// No command takes as long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);
/// Who has ended is not forgotten at once.
const FORGETTING: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(10);

/// What a command came to.
#[derive(Debug)]
pub struct Done {
    /// Its exit code.
    pub code: u32,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Done {
    /// Asserts an exit code, and answers this.
    #[track_caller]
    pub fn with(self, code: u32) -> Done {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// The lines of standard output.
    pub fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }
}

/// What a test has. All of it goes with this.
#[derive(Debug)]
pub struct Session {
    home: Home,
    /// Lines of the log that were there before.
    before: usize,
    variables: Vec<(&'static str, String)>,
}

impl Session {
    /// One for a test of this name; `None` where there is no fake service.
    pub fn new(test: &str) -> Option<Session> {
        let system = PathBuf::from(std::env::var_os("SystemRoot")?).join("system32");
        if !system.join("hcs-fake-service.exe").is_file() {
            eprintln!("nothing is tested: this Windows does not have the service of testing/hcs-fake");
            return None;
        }
        let home = Home::new(test);
        let before = home.fake().log().expect("a log").len();
        let session = Session { home, before, variables: Vec::new() };
        std::fs::create_dir_all(session.path(r"layers\base\Files")).expect("a layer");
        std::fs::create_dir_all(session.path("app")).expect("a folder");
        let built = Path::new(env!("CARGO_BIN_EXE_silo")).with_file_name(PROGRAM);
        let copied = std::fs::copy(&built, session.path("app").join(PROGRAM));
        copied.unwrap_or_else(|error| panic!("{}: {error}; build the package hcs-fake", built.display()));
        Some(session)
    }

    /// The same with a variable for `silo`.
    pub fn variable(mut self, name: &'static str, value: &str) -> Session {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// Whether containers are of version 1 here.
    pub fn version1() -> bool {
        build() < 17763
    }

    /// Whether processes get events of consoles here; where they do not, what asks a process to end ends it.
    pub fn has_signals() -> bool {
        build() >= 17134
    }

    /// A path of this test.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.folder().join(name)
    }

    /// The same as text.
    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The layer.
    pub fn base(&self) -> String {
        self.text(r"layers\base")
    }

    /// `silo` with the state root of this test.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_silo"));
        command.arg("--root").arg(self.path("root")).args(words).envs(self.home.envs());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs `silo`.
    #[track_caller]
    pub fn silo(&self, words: &[&str]) -> Done {
        finish(start(&mut self.command(words)))
    }

    /// Writes a file for `nspawn` with a program of these words, and answers its path. Changes replace keys; null removes one.
    pub fn config(&self, words: &[&str], changes: &Value) -> String {
        let mut config = json!({
            "process_directory": self.text("app"),
            "process_executable": PROGRAM,
            "process_arguments": words,
            "parent_layer_directory": self.base(),
        });
        for (key, value) in changes.as_object().expect("an object") {
            config[key] = value.clone();
        }
        config.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
        let path = self.path("config.json");
        std::fs::write(&path, config.to_string()).expect("a file");
        path.display().to_string()
    }

    /// Runs `silo nspawn`.
    #[track_caller]
    pub fn nspawn(&self, words: &[&str], changes: &Value) -> Done {
        self.silo(&["nspawn", "-c", &self.config(words, changes)])
    }

    /// The words of `silo run` for a program of these words.
    pub fn run_words(&self, options: &[&str], words: &[&str]) -> Vec<String> {
        let volume = format!("{}:C:\\app", self.text("app"));
        let own = |all: &[&str]| all.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let mut line = own(&["run", "-v", &volume]);
        line.extend(own(options));
        line.extend(own(&[&self.base(), "--", INSIDE]));
        line.extend(own(words));
        line
    }

    /// Runs `silo run`.
    #[track_caller]
    pub fn run(&self, options: &[&str], words: &[&str]) -> Done {
        let words = self.run_words(options, words);
        self.silo(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The lines of the log of this test.
    pub fn log(&self) -> Vec<Value> {
        self.fake().log().expect("a log").split_off(self.before)
    }

    /// Every call of a function in the log.
    pub fn calls(&self, function: &str) -> Vec<Value> {
        self.log().into_iter().filter(|line| line["function"] == function).collect()
    }

    /// The service.
    pub fn fake(&self) -> &Fake {
        self.home.fake()
    }

    /// The document of the last container that was made.
    pub fn document(&self) -> Value {
        let made = self.calls("HcsCreateComputeSystem");
        made.last().expect("a container was made")["arguments"]["configuration"].clone()
    }

    /// What is left in the service and in the state root, after a moment in which it may go.
    pub fn left(&self) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let left = self.left_now();
            if left.is_empty() || begun.elapsed() > FORGETTING {
                return left;
            }
            std::thread::sleep(LOOK);
        }
    }

    /// What is left at this moment.
    pub fn left_now(&self) -> Vec<String> {
        let mut left = self.fake().left().expect("an answer");
        left.extend(files(&self.path("root")));
        left
    }

    /// Asserts that nothing is left.
    #[track_caller]
    pub fn assert_nothing_left(&self) {
        assert_eq!(self.left(), Vec::<String>::new());
    }
}

/// The build of this Windows, as `cargo xtask wine` says it.
pub fn build() -> u32 {
    std::env::var("SILO_WINE_BUILD").ok().and_then(|build| build.parse().ok()).unwrap_or(20348)
}

/// Starts a command. Now and then a new process of Wine's dies before it has begun, which is told as `ERROR_INTERNAL_ERROR`.
#[track_caller]
pub fn start(command: &mut Command) -> Child {
    const INTERNAL: i32 = 1359;
    let mut started = command.spawn();
    for _ in 0..3 {
        match started {
            Err(error) if error.raw_os_error() == Some(INTERNAL) => started = command.spawn(),
            _ => break,
        }
    }
    started.expect("it starts")
}

/// Waits for a command, whose streams must end with it.
#[track_caller]
pub fn finish(mut child: Child) -> Done {
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let Some(code) = ended(&mut child, PATIENCE) else {
        // It is not waited for any longer, whatever comes of it.
        let _ = child.kill();
        panic!("it did not end: {:?}", stderr.recv_timeout(FORGETTING));
    };
    let text = |bytes: Receiver<Vec<u8>>, name: &str| {
        let bytes = bytes.recv_timeout(FORGETTING).unwrap_or_else(|_| panic!("somebody holds its {name}"));
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Done { code, stdout: text(stdout, "standard output"), stderr: text(stderr, "standard error") }
}

/// Waits for a process, and answers its exit code.
pub fn ended(child: &mut Child, patience: Duration) -> Option<u32> {
    let begun = Instant::now();
    while begun.elapsed() < patience {
        if let Some(status) = child.try_wait().expect("a state") {
            return status.code().map(i32::cast_unsigned);
        }
        std::thread::sleep(LOOK);
    }
    None
}

/// Waits for something to become true.
#[track_caller]
pub fn until(what: &str, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(LOOK);
    }
}

/// Reads a stream to its end in a thread of its own.
pub fn drain(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, bytes) = channel();
    std::thread::spawn(move || {
        let mut all = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut all);
        }
        // Whoever does not listen any more has failed.
        let _ = sender.send(all);
    });
    bytes
}

/// The files and folders below a folder.
fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        found.push(path.display().to_string());
        found.extend(files(&path));
    }
    found
}
