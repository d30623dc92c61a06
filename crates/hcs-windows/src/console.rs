//! The console of this program, for containers that have it as their own.

use std::io;
use std::os::windows::io::{AsRawHandle, BorrowedHandle};
use windows_sys::Win32::Foundation::{HANDLE, HANDLE_FLAG_INHERIT, SetHandleInformation};
use windows_sys::Win32::Globalization::CP_UTF8;
use windows_sys::Win32::System::Console::{
    CONSOLE_MODE, CONSOLE_SCREEN_BUFFER_INFO, DISABLE_NEWLINE_AUTO_RETURN, ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT,
    ENABLE_PROCESSED_INPUT, ENABLE_PROCESSED_OUTPUT, ENABLE_VIRTUAL_TERMINAL_INPUT, ENABLE_VIRTUAL_TERMINAL_PROCESSING,
    GetConsoleCP, GetConsoleMode, GetConsoleOutputCP, GetConsoleScreenBufferInfo, SetConsoleCP, SetConsoleMode,
    SetConsoleOutputCP,
};

/// A console whose keys go to the program inside as they are: `None` where standard input or output is none.
///
/// Dropping it gives the console its modes back.
#[derive(Debug)]
pub struct RawConsole {
    input: Option<Saved>,
    output: Option<Saved>,
    code_pages: [u32; 2],
}

#[derive(Debug)]
struct Saved {
    console: usize,
    mode: CONSOLE_MODE,
}

impl RawConsole {
    /// Lets keys through as they are, and escape sequences of the program do their work. A stream that is no console stays.
    pub fn begin() -> RawConsole {
        let (stdin, stdout) = (io::stdin(), io::stdout());
        let raw = |mode| {
            mode & !(ENABLE_ECHO_INPUT | ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT) | ENABLE_VIRTUAL_TERMINAL_INPUT
        };
        let through = ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING | DISABLE_NEWLINE_AUTO_RETURN;
        let input = change(stdin.as_raw_handle(), raw);
        let output = change(stdout.as_raw_handle(), |mode| mode | through);
        // SAFETY: both only read a number of the console.
        let code_pages = [unsafe { GetConsoleCP() }, unsafe { GetConsoleOutputCP() }];
        set_code_pages([CP_UTF8, CP_UTF8]);
        RawConsole { input, output, code_pages }
    }
}

impl Drop for RawConsole {
    fn drop(&mut self) {
        for Saved { console, mode } in [&self.input, &self.output].into_iter().flatten() {
            // SAFETY: the handle is a standard one, which is open as long as this program runs.
            unsafe { SetConsoleMode(std::ptr::with_exposed_provenance_mut(*console), *mode) };
        }
        set_code_pages(self.code_pages);
    }
}

fn set_code_pages([input, output]: [u32; 2]) {
    if input != 0 {
        // SAFETY: it only needs a number.
        unsafe { SetConsoleCP(input) };
    }
    if output != 0 {
        // SAFETY: it only needs a number.
        unsafe { SetConsoleOutputCP(output) };
    }
}

/// Changes the mode of a console, and answers the old one; nothing if the handle is none.
fn change(console: HANDLE, mode: impl FnOnce(CONSOLE_MODE) -> CONSOLE_MODE) -> Option<Saved> {
    let mut old = 0;
    // SAFETY: any handle may be asked, and there is a place for the answer.
    if unsafe { GetConsoleMode(console, &raw mut old) } == 0 {
        return None;
    }
    // SAFETY: the handle is a console's.
    unsafe { SetConsoleMode(console, mode(old)) };
    Some(Saved { console: console.expose_provenance(), mode: old })
}

/// Rows and columns of the console that standard output is.
pub fn console_size() -> Option<(u16, u16)> {
    let mut info = CONSOLE_SCREEN_BUFFER_INFO::default();
    // SAFETY: any handle may be asked, and there is a place for the answer.
    if unsafe { GetConsoleScreenBufferInfo(io::stdout().as_raw_handle(), &raw mut info) } == 0 {
        return None;
    }
    let window = info.srWindow;
    let length = |from: i16, to: i16| u16::try_from(i32::from(to) - i32::from(from) + 1).ok();
    Some((length(window.Top, window.Bottom)?, length(window.Left, window.Right)?))
}

/// Lets programs that are started from now on not inherit a stream.
pub fn do_not_inherit(stream: BorrowedHandle<'_>) {
    // SAFETY: the handle is open. Some kinds of handles have no such flag, which is as good.
    unsafe { SetHandleInformation(stream.as_raw_handle(), HANDLE_FLAG_INHERIT, 0) };
}
