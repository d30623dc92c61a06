//! Calls of the DLLs as a foreign program makes them, for tests: by name, with plain numbers and addresses.

use crate::support::{Allocator, text, wide};
use std::ffi::{CString, c_void};
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use windows_sys::Win32::Foundation::{ERROR_IO_PENDING, FARPROC, HMODULE, LocalFree};
use windows_sys::Win32::Storage::FileSystem::{ReadFile, WriteFile};
use windows_sys::Win32::System::Com::CoTaskMemFree;
use windows_sys::Win32::System::IO::{GetOverlappedResult, OVERLAPPED};
use windows_sys::Win32::System::LibraryLoader::{GetProcAddress, LoadLibraryW};
use windows_sys::core::PCWSTR;

/// A DLL.
#[derive(Debug)]
pub struct Dll {
    module: HMODULE,
    allocator: Allocator,
}

/// An argument.
#[derive(Debug)]
pub enum Argument<'a> {
    /// A number, a handle or an address.
    Number(usize),
    /// Text.
    Text(&'a str),
    /// Where a number, a handle or an address is written; the upper half of a shorter number is kept.
    Out(&'a mut usize),
    /// Where the address of text is written, which is read and freed.
    Document(&'a mut String),
    /// Where numbers are written.
    Block(&'a mut [usize]),
}

/// The most arguments that a function has.
const MOST: usize = 9;
/// Any function: on x86-64 the caller clears the arguments away, and more of them than there are do no harm.
type Function = unsafe extern "system" fn(usize, usize, usize, usize, usize, usize, usize, usize, usize) -> usize;

impl Dll {
    /// Loads a DLL of this package: from the folder where cargo puts it, else from where Windows looks.
    ///
    /// # Panics
    /// If it is nowhere.
    pub fn open(name: &str) -> Dll {
        let this = std::env::current_exe().unwrap_or_default();
        let places = this.ancestors().skip(1).take(3).map(|folder| folder.join("examples").join(format!("{name}.dll")));
        let built = places.into_iter().find(|place| place.is_file());
        let path = built.as_deref().unwrap_or(Path::new(name)).to_string_lossy().into_owned();
        // SAFETY: the name ends with a zero; what the DLL does when it is loaded is this project's.
        let module = unsafe { LoadLibraryW(wide(&path).as_ptr()) };
        assert!(!module.is_null(), "there is no {path}: build it with cargo build -p hcs-fake --examples --bins");
        let allocator = match name {
            "computecore" | "computestorage" => Allocator::Local,
            _ => Allocator::CoTask,
        };
        Dll { module, allocator }
    }

    /// Calls a function, and answers its result as a number of 32 bits.
    ///
    /// # Panics
    /// If the DLL does not have it.
    pub fn call(&self, function: &str, arguments: &mut [Argument]) -> u32 {
        self.call_wide(function, arguments) as u32
    }

    /// Calls a function, and answers its result as it is.
    ///
    /// # Panics
    /// If the DLL does not have it.
    pub fn call_wide(&self, function: &str, arguments: &mut [Argument]) -> usize {
        let texts: Vec<Vec<u16>> = arguments
            .iter()
            .map(|argument| match argument {
                Argument::Text(text) => wide(text),
                _ => Vec::new(),
            })
            .collect();
        let mut documents = [0_usize; MOST];
        let mut words = [0_usize; MOST];
        for (index, argument) in arguments.iter_mut().enumerate() {
            words[index] = match argument {
                Argument::Number(number) => *number,
                Argument::Text(_) => texts[index].as_ptr().expose_provenance(),
                Argument::Out(place) => (&raw mut **place).expose_provenance(),
                Argument::Document(_) => (&raw mut documents[index]).expose_provenance(),
                Argument::Block(block) => block.as_mut_ptr().expose_provenance(),
            };
        }
        let [a, b, c, d, e, f, g, h, i] = words;
        let called = self.find(function);
        // SAFETY: the test passes what the function takes, and what is pointed to lives until it has returned.
        let result = unsafe { called(a, b, c, d, e, f, g, h, i) };
        for (index, argument) in arguments.iter_mut().enumerate() {
            if let Argument::Document(document) = argument {
                **document = self.take(documents[index]);
            }
        }
        result
    }

    fn find(&self, function: &str) -> Function {
        let name = CString::new(function).unwrap_or_default();
        // SAFETY: the module stays loaded, and the name ends with a zero.
        let address: FARPROC = unsafe { GetProcAddress(self.module, name.as_ptr().cast()) };
        let address = address.unwrap_or_else(|| panic!("the DLL has no {function}"));
        // SAFETY: every function of the DLLs takes numbers and addresses, in registers and on the stack.
        unsafe { std::mem::transmute::<unsafe extern "system" fn() -> isize, Function>(address) }
    }

    /// Text that the DLL has answered, which is freed.
    fn take(&self, address: usize) -> String {
        let place: PCWSTR = std::ptr::with_exposed_provenance(address);
        // SAFETY: the DLL ends its text with a zero.
        let text = unsafe { text(place) };
        let place: *mut c_void = place.cast_mut().cast();
        match self.allocator {
            // SAFETY: the DLL allocated it so, and nobody else frees it.
            Allocator::CoTask => unsafe { CoTaskMemFree(place) },
            // SAFETY: the same.
            Allocator::Local => drop(unsafe { LocalFree(place) }),
        }
        text
    }
}

/// What a callback was called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The kind of notification or event.
    pub kind: u32,
    /// Its status; 0 for events.
    pub status: u32,
    /// Its document.
    pub data: String,
    /// Its operation; 0 for notifications.
    pub operation: usize,
}

/// A callback that writes down what it is called with. It lives as long as the process.
#[derive(Debug)]
pub struct Ear {
    heard: Receiver<Heard>,
    sender: &'static Mutex<Sender<Heard>>,
}

impl Default for Ear {
    fn default() -> Ear {
        let (sender, heard) = channel();
        Ear { heard, sender: Box::leak(Box::new(Mutex::new(sender))) }
    }
}

impl Ear {
    /// The callback for notifications of `vmcompute.dll`.
    pub fn notification(&self) -> Argument<'static> {
        let function: unsafe extern "system" fn(u32, *const Mutex<Sender<Heard>>, u32, PCWSTR) = notified;
        Argument::Number(function as usize)
    }

    /// The callback for events of `computecore.dll`.
    pub fn event(&self) -> Argument<'static> {
        let function: unsafe extern "system" fn(*const Event, *const Mutex<Sender<Heard>>) = happened;
        Argument::Number(function as usize)
    }

    /// The callback for the ends of operations of `computecore.dll`.
    pub fn completion(&self) -> Argument<'static> {
        let function: unsafe extern "system" fn(usize, *const Mutex<Sender<Heard>>) = completed;
        Argument::Number(function as usize)
    }

    /// The context that goes with each of them.
    pub fn context(&self) -> Argument<'static> {
        Argument::Number(std::ptr::from_ref(self.sender).expose_provenance())
    }

    /// The next that is heard within a time.
    pub fn next(&self, time: Duration) -> Option<Heard> {
        self.heard.recv_timeout(time).ok()
    }
}

/// `HCS_EVENT`.
#[repr(C)]
struct Event {
    kind: u32,
    data: PCWSTR,
    operation: usize,
}

unsafe extern "system" fn notified(kind: u32, context: *const Mutex<Sender<Heard>>, status: u32, data: PCWSTR) {
    // SAFETY: the DLL's text ends with a zero.
    let data = unsafe { text(data) };
    // SAFETY: the context is an ear's, which lives for ever.
    let ear = unsafe { &*context };
    hear(ear, Heard { kind, status, data, operation: 0 });
}

unsafe extern "system" fn happened(event: *const Event, context: *const Mutex<Sender<Heard>>) {
    // SAFETY: the DLL passes an event that is there during the call.
    let event = unsafe { &*event };
    // SAFETY: its text ends with a zero.
    let data = unsafe { text(event.data) };
    // SAFETY: the context is an ear's, which lives for ever.
    let ear = unsafe { &*context };
    hear(ear, Heard { kind: event.kind, status: 0, data, operation: event.operation });
}

unsafe extern "system" fn completed(operation: usize, context: *const Mutex<Sender<Heard>>) {
    // SAFETY: the context is an ear's, which lives for ever.
    let ear = unsafe { &*context };
    hear(ear, Heard { kind: 0, status: 0, data: String::new(), operation });
}

fn hear(ear: &Mutex<Sender<Heard>>, heard: Heard) {
    // A test that does not listen any more has ended.
    let _ = crate::client::locked(ear).send(heard);
}

/// A pipe of a process's standard stream, whose handle is for overlapped operations.
#[derive(Debug)]
pub struct Pipe(OwnedHandle);

impl Pipe {
    /// Takes a handle that a DLL has answered.
    ///
    /// # Panics
    /// If there is none.
    pub fn from_handle(handle: usize) -> Pipe {
        assert_ne!(handle, 0, "the process has no such pipe");
        // SAFETY: the DLL has opened it for its caller, who closes it here.
        Pipe(unsafe { OwnedHandle::from_raw_handle(std::ptr::with_exposed_provenance_mut(handle)) })
    }

    /// Waits for an operation that has begun, and answers its length.
    fn finish(&self, begun: i32, state: &OVERLAPPED) -> Result<usize> {
        let error = Error::last_os_error();
        if begun == 0 && error.raw_os_error() != Some(ERROR_IO_PENDING.cast_signed()) {
            return Err(error);
        }
        let mut length = 0;
        // SAFETY: the state is the one of the operation; after this it has ended.
        let done = unsafe { GetOverlappedResult(self.0.as_raw_handle(), state, &raw mut length, 1) };
        if done == 0 { Err(Error::last_os_error()) } else { Ok(length as usize) }
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let (mut state, length) = (OVERLAPPED::default(), buffer.len() as u32);
        let (pipe, place) = (self.0.as_raw_handle(), std::ptr::null_mut());
        // SAFETY: the buffer and the state outlive the operation, which `finish` waits for.
        let begun = unsafe { ReadFile(pipe, buffer.as_mut_ptr(), length, place, &raw mut state) };
        match self.finish(begun, &state) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(0),
            read => read,
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, buffer: &[u8]) -> Result<usize> {
        let (mut state, length) = (OVERLAPPED::default(), buffer.len() as u32);
        let (pipe, place) = (self.0.as_raw_handle(), std::ptr::null_mut());
        // SAFETY: the buffer and the state outlive the operation, which `finish` waits for.
        let begun = unsafe { WriteFile(pipe, buffer.as_ptr(), length, place, &raw mut state) };
        self.finish(begun, &state)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
