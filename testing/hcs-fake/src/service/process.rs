//! Real processes and job objects.

use crate::support::wide;
use crate::world::machine::Usage;
use hcs_schema::HResult;
use std::io::{Error, Result};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use windows_sys::Win32::Foundation::{FILETIME, HANDLE, HANDLE_FLAG_INHERIT, SetHandleInformation};
use windows_sys::Win32::System::JobObjects as jobs;
use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
use windows_sys::Win32::System::Threading as threading;

/// The most processes of a job that are listed.
const LISTED: usize = 1024;

/// What the exit code of a process is that runs.
const STILL_ACTIVE: u32 = 259;

/// A job object. Its processes end with it.
#[derive(Debug)]
pub(super) struct Job(OwnedHandle);

impl Job {
    pub(super) fn new() -> Result<Job> {
        // SAFETY: it has no name and no attributes.
        let handle = unsafe { jobs::CreateJobObjectW(std::ptr::null(), std::ptr::null()) };
        if handle.is_null() {
            return Err(Error::last_os_error());
        }
        // SAFETY: the handle is new, and nobody else has it.
        let job = Job(unsafe { OwnedHandle::from_raw_handle(handle) });
        let mut limits = jobs::JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = jobs::JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        let (class, size) = (jobs::JobObjectExtendedLimitInformation, size_of_val(&limits) as u32);
        let limits = (&raw const limits).cast();
        // SAFETY: the structure is the one of its class.
        let set = unsafe { jobs::SetInformationJobObject(job.raw(), class, limits, size) };
        checked(set).map(|()| job)
    }

    pub(super) fn assign(&self, process: &OwnedHandle) -> Result<()> {
        // SAFETY: both handles are open.
        checked(unsafe { jobs::AssignProcessToJobObject(self.raw(), process.as_raw_handle()) })
    }

    pub(super) fn terminate(&self, code: u32) {
        // SAFETY: the handle is open.
        unsafe { jobs::TerminateJobObject(self.raw(), code) };
    }

    /// What its processes have used; those that have ended too.
    pub(super) fn usage(&self) -> Usage {
        let facts: jobs::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION =
            self.query(jobs::JobObjectBasicAndIoAccountingInformation).unwrap_or_default();
        let limits: jobs::JOBOBJECT_EXTENDED_LIMIT_INFORMATION =
            self.query(jobs::JobObjectExtendedLimitInformation).unwrap_or_default();
        Usage {
            user_time: facts.BasicInfo.TotalUserTime.cast_unsigned(),
            kernel_time: facts.BasicInfo.TotalKernelTime.cast_unsigned(),
            commit_peak_bytes: limits.PeakJobMemoryUsed as u64,
            reads: facts.IoInfo.ReadOperationCount,
            read_bytes: facts.IoInfo.ReadTransferCount,
            writes: facts.IoInfo.WriteOperationCount,
            written_bytes: facts.IoInfo.WriteTransferCount,
            ..Usage::default()
        }
    }

    /// The processes that run in it.
    pub(super) fn processes(&self) -> Vec<u32> {
        #[repr(C)]
        struct List {
            assigned: u32,
            listed: u32,
            ids: [usize; LISTED],
        }
        let empty = List { assigned: 0, listed: 0, ids: [0; LISTED] };
        let list = self.query_into(jobs::JobObjectBasicProcessIdList, empty);
        let ids = list.map(|list| list.ids.into_iter().take(list.listed as usize).collect::<Vec<_>>());
        ids.unwrap_or_default().into_iter().filter_map(|id| u32::try_from(id).ok()).collect()
    }

    fn query<T: Default>(&self, class: jobs::JOBOBJECTINFOCLASS) -> Option<T> {
        self.query_into(class, T::default())
    }

    /// Reads what a class of information has; the structure must be the one of the class.
    fn query_into<T>(&self, class: jobs::JOBOBJECTINFOCLASS, mut facts: T) -> Option<T> {
        let (size, none) = (size_of::<T>() as u32, std::ptr::null_mut());
        let place = (&raw mut facts).cast();
        // SAFETY: all that is written fits the size that is said, and any bytes are valid in these structures of numbers.
        let done = unsafe { jobs::QueryInformationJobObject(self.raw(), class, place, size, none) };
        (done != 0).then_some(facts)
    }

    fn raw(&self) -> HANDLE {
        self.0.as_raw_handle()
    }
}

/// A process that was created and has not begun.
#[derive(Debug)]
pub(super) struct Created {
    pub(super) process: OwnedHandle,
    pub(super) pid: u32,
    thread: OwnedHandle,
}

/// What a process is created from.
#[derive(Debug)]
pub(super) struct Creation<'a> {
    pub(super) application: &'a str,
    pub(super) command_line: &'a str,
    pub(super) directory: &'a str,
    /// `NAME=VALUE`.
    pub(super) environment: &'a [String],
    /// Input, output, errors.
    pub(super) streams: [OwnedHandle; 3],
}

impl Creation<'_> {
    /// Creates the process. Only one thread may do so at once: what one process inherits is open to another one too.
    pub(super) fn create(self) -> std::result::Result<Created, HResult> {
        for stream in &self.streams {
            inheritable(stream).map_err(|error| code(&error))?;
        }
        let (application, directory) = (wide(self.application), wide(self.directory));
        let application = if self.application.is_empty() { std::ptr::null() } else { application.as_ptr() };
        let mut line = wide(self.command_line);
        let environment: Vec<u16> = self.environment.iter().flat_map(|text| wide(text)).chain([0]).collect();
        let [input, output, errors] = self.streams.each_ref().map(AsRawHandle::as_raw_handle);
        let startup = threading::STARTUPINFOW {
            cb: size_of::<threading::STARTUPINFOW>() as u32,
            dwFlags: threading::STARTF_USESTDHANDLES,
            hStdInput: input,
            hStdOutput: output,
            hStdError: errors,
            ..threading::STARTUPINFOW::default()
        };
        let mut information = threading::PROCESS_INFORMATION::default();
        let flags = threading::CREATE_SUSPENDED | threading::CREATE_UNICODE_ENVIRONMENT | threading::CREATE_NO_WINDOW;
        let none = std::ptr::null();
        let mut create = || {
            // SAFETY: every text ends with a zero, the command line can be written to, and all of it outlives the call.
            checked(unsafe {
                threading::CreateProcessW(
                    application,
                    line.as_mut_ptr(),
                    none,
                    none,
                    1,
                    flags,
                    environment.as_ptr().cast(),
                    directory.as_ptr(),
                    &raw const startup,
                    &raw mut information,
                )
            })
        };
        let mut created = create();
        // On a busy machine Wine 8 lets one process in many hundred die before it begins (ERROR_INTERNAL_ERROR).
        for _ in 0..3 {
            if !created.as_ref().is_err_and(|error| error.raw_os_error() == Some(1359)) {
                break;
            }
            created = create();
        }
        created.map_err(|error| code(&error))?;
        // SAFETY: the handle is new, and nobody else has it.
        let process = unsafe { OwnedHandle::from_raw_handle(information.hProcess) };
        // SAFETY: the same.
        let thread = unsafe { OwnedHandle::from_raw_handle(information.hThread) };
        Ok(Created { process, pid: information.dwProcessId, thread })
    }
}

impl Created {
    /// Lets the process begin.
    pub(super) fn begin(&self) {
        // SAFETY: the handle is open.
        unsafe { threading::ResumeThread(self.thread.as_raw_handle()) };
    }
}

/// The code of an error of Windows.
pub(super) fn code(error: &Error) -> HResult {
    error.raw_os_error().map_or(HResult::E_FAIL, |code| HResult::from_win32(code.cast_unsigned()))
}

fn inheritable(handle: &OwnedHandle) -> Result<()> {
    // SAFETY: the handle is open.
    checked(unsafe { SetHandleInformation(handle.as_raw_handle(), HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT) })
}

fn checked(done: i32) -> Result<()> {
    if done == 0 { Err(Error::last_os_error()) } else { Ok(()) }
}

/// Waits until a process has ended, for so many milliseconds at most.
pub(super) fn wait(process: &OwnedHandle, milliseconds: u32) {
    // SAFETY: the handle is open.
    unsafe { threading::WaitForSingleObject(process.as_raw_handle(), milliseconds) };
}

/// The code that a process has ended with.
pub(super) fn exit_code(process: &OwnedHandle) -> u32 {
    let mut code = 0;
    // SAFETY: the handle is open, and the place is ours.
    unsafe { threading::GetExitCodeProcess(process.as_raw_handle(), &raw mut code) };
    code
}

/// Whether a process that this user may look at runs.
pub(super) fn lives(pid: u32) -> bool {
    open(pid).is_some_and(|process| exit_code(&process) == STILL_ACTIVE)
}

/// Ends a process.
pub(super) fn terminate(process: &OwnedHandle, code: u32) {
    // SAFETY: the handle is open.
    unsafe { threading::TerminateProcess(process.as_raw_handle(), code) };
}

/// A process by its id, to look at.
pub(super) fn open(pid: u32) -> Option<OwnedHandle> {
    // SAFETY: any id may be asked for.
    let handle = unsafe { threading::OpenProcess(threading::PROCESS_QUERY_LIMITED_INFORMATION, 0, pid) };
    // SAFETY: the handle is new, and nobody else has it.
    (!handle.is_null()).then(|| unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// The file that a process was started from.
pub(super) fn image(process: &OwnedHandle) -> String {
    let mut name = vec![0; 1024];
    let mut length = name.len() as u32;
    let (handle, form) = (process.as_raw_handle(), threading::PROCESS_NAME_WIN32);
    // SAFETY: the buffer is as long as is said.
    let done = unsafe { threading::QueryFullProcessImageNameW(handle, form, name.as_mut_ptr(), &raw mut length) };
    let name = name.get(..length as usize).filter(|_| done != 0).unwrap_or_default();
    String::from_utf16_lossy(name)
}

/// When a process was created, in hundreds of nanoseconds since 1601, and what it has used.
pub(super) fn usage(process: &OwnedHandle) -> (u64, Usage) {
    let (handle, mut times) = (process.as_raw_handle(), [FILETIME::default(); 4]);
    let [created, ended, kernel, user] = &mut times;
    // SAFETY: the handle is open, and the places are ours.
    unsafe { threading::GetProcessTimes(handle, created, ended, kernel, user) };
    let mut memory = PROCESS_MEMORY_COUNTERS::default();
    // SAFETY: the structure is as large as is said.
    unsafe { K32GetProcessMemoryInfo(handle, &raw mut memory, size_of_val(&memory) as u32) };
    let mut io = threading::IO_COUNTERS::default();
    // SAFETY: the handle is open, and the place is ours.
    unsafe { threading::GetProcessIoCounters(handle, &raw mut io) };
    let usage = Usage {
        user_time: ticks(times[3]),
        kernel_time: ticks(times[2]),
        commit_bytes: memory.PagefileUsage as u64,
        commit_peak_bytes: memory.PeakPagefileUsage as u64,
        private_bytes: memory.WorkingSetSize as u64,
        reads: io.ReadOperationCount,
        read_bytes: io.ReadTransferCount,
        writes: io.WriteOperationCount,
        written_bytes: io.WriteTransferCount,
    };
    (ticks(times[0]), usage)
}

fn ticks(time: FILETIME) -> u64 {
    u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime)
}
