//! A terminal for silo: a pseudo-terminal whose other end the test types on and reads.

use crate::shell::eventually;
use rustix::fs::{Mode, OFlags};
use rustix::pty::OpenptFlags;
use rustix::termios::{Termios, Winsize};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A terminal, and a program that has it as its controlling one.
pub struct Pty {
    master: File,
    terminal: Option<OwnedFd>,
    before: String,
    seen: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
    child: Child,
}

/// Everything about a terminal's mode, to be compared.
fn mode(terminal: &OwnedFd) -> String {
    let Termios { input_modes, output_modes, control_modes, local_modes, special_codes, .. } =
        rustix::termios::tcgetattr(terminal).unwrap();
    format!("{input_modes:?} {output_modes:?} {control_modes:?} {local_modes:?} {special_codes:?}")
}

fn resize(master: &File, rows: u16, columns: u16) {
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    rustix::termios::tcsetwinsize(master, size).unwrap();
}

/// Gathers what is written, until nobody holds the terminal any more.
fn collect(master: &File, seen: Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    let mut master = master.try_clone().unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = master.read(&mut buffer) {
            seen.lock().unwrap().extend_from_slice(&buffer[..count]);
        }
    })
}

impl Pty {
    /// Starts a program on a terminal of 40 rows and 100 columns.
    pub fn start(program: &Command) -> Pty {
        let master = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        rustix::pty::grantpt(&master).unwrap();
        rustix::pty::unlockpt(&master).unwrap();
        let name = rustix::pty::ptsname(&master, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let terminal = rustix::fs::open(name, flags, Mode::empty()).unwrap();
        let before = mode(&terminal);
        let copy = || terminal.try_clone().unwrap();
        // setsid(1) makes the terminal the program's controlling one, as a login does, and then becomes the program.
        let mut command = Command::new("setsid");
        command.arg("--ctty").arg(program.get_program()).args(program.get_args());
        command.stdin(copy()).stdout(copy()).stderr(copy());
        for (name, value) in program.get_envs() {
            command.env(name, value.unwrap());
        }
        let master = File::from(master);
        resize(&master, 40, 100);
        let child = command.spawn().expect("setsid of util-linux");
        // The copies that the command holds would keep the terminal from being let go.
        drop(command);
        let seen = Arc::default();
        let reader = Some(collect(&master, Arc::clone(&seen)));
        Pty { master, terminal: Some(terminal), before, seen, reader, child }
    }

    /// Types.
    pub fn types(&self, text: &str) {
        (&self.master).write_all(text.as_bytes()).unwrap();
    }

    /// What was written so far.
    pub fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }

    /// Waits until a text was written.
    #[track_caller]
    pub fn expect(&self, text: &str) {
        eventually(&format!("{text:?} is on the terminal"), || self.seen().contains(text));
    }

    /// Makes the window another size, which signals the program.
    pub fn resize(&self, rows: u16, columns: u16) {
        resize(&self.master, rows, columns);
    }

    /// Signals the program.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.child.id().cast_signed()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Whether the terminal is in raw mode.
    pub fn is_raw(&self) -> bool {
        self.mode() != self.before
    }

    fn mode(&self) -> String {
        mode(self.terminal.as_ref().expect("the terminal is ours until the end"))
    }

    /// Waits for the program's end; its terminal must be as it was. Answers the exit code.
    #[track_caller]
    pub fn ends(mut self) -> (Option<i32>, String) {
        let mut status = None;
        eventually("the program has ended", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        assert_eq!(self.mode(), self.before, "the terminal is not as it was");
        // Nobody else holds it now, so letting it go ends the reading, after all that was written.
        drop(self.terminal.take());
        self.reader.take().unwrap().join().unwrap();
        (status.unwrap().code(), self.seen())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A test that failed leaves its program, which nobody else will end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
