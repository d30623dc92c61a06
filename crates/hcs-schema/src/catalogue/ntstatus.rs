//! Codes of the kernel of Windows. A process that the kernel ends has one of them as its exit code.

/// The table.
pub(super) const TABLE: &str = table! {
    STATUS_TIMEOUT = 0x0000_0102: "The time for waiting ran out.";
    STATUS_PENDING = 0x0000_0103: "The operation goes on; this is no failure.";
    DBG_TERMINATE_PROCESS = 0x4001_0004: "The process was ended by a debugger, or by the system at its shutdown."
        exit "The system or a debugger ended the program: the container was stopped, the session ended, or Windows \
            shut down."
        cause "The container was stopped while the program ran."
        advice "None is needed if the stop was meant.";
    DBG_CONTROL_C = 0x4001_0005: "Ctrl+C was pressed while a debugger was attached."
        exit "The program was interrupted by Ctrl+C under a debugger.";
    STATUS_FATAL_APP_EXIT = 0x4000_0015: "The program gave up."
        exit "The program called `abort`, or its runtime gave up after an error that nothing handled."
        advice "Look into what it wrote last, and into the log Application.";
    STATUS_GUARD_PAGE_VIOLATION = 0x8000_0001: "A guard page was touched."
        exit "The program crashed: it touched memory that marks the end of its stack.";
    STATUS_DATATYPE_MISALIGNMENT = 0x8000_0002: "Data in memory are not aligned as the processor needs them."
        exit "The program crashed on badly aligned data.";
    STATUS_BREAKPOINT = 0x8000_0003: "A breakpoint was reached."
        exit "The program ran into a breakpoint without a debugger: an assertion that failed, or `DebugBreak`."
        advice "Look into what it wrote last; use a release build.";
    STATUS_SINGLE_STEP = 0x8000_0004: "A single step was done."
        exit "The program was being stepped through by a debugger that went away.";
    STATUS_BUFFER_OVERFLOW = 0x8000_0005: "There are more data than fit.";
    STATUS_NO_MORE_FILES = 0x8000_0006: "There are no more files.";
    STATUS_STOPPED_ON_SYMLINK = 0x8000_002D: "The path leads through a symbolic link, which was not followed."
        cause "Paths that containers give are not followed through links, for safety."
        advice "Give the path that the link leads to.";
    STATUS_UNSUCCESSFUL = 0xC000_0001: "The operation failed."
        advice "Read the text that comes with it.";
    STATUS_NOT_IMPLEMENTED = 0xC000_0002: "Not implemented.";
    STATUS_INFO_LENGTH_MISMATCH = 0xC000_0004: "The length of the data does not fit the request.";
    STATUS_ACCESS_VIOLATION = 0xC000_0005: "The program touched memory that it may not."
        exit "The program crashed with an access violation."
        cause "A bug in the program or in a library that it loads."
        cause "Security software of the host injects itself into the container's processes."
        cause "Image and host differ in updates: 32-bit programs crash like this after some updates of the host."
        advice "Look for its crash: `Get-WinEvent -LogName Application -MaxEvents 50 | Where-Object Id -eq 1000`."
        advice "Bring image and host to the same month of updates, or run it with Hyper-V isolation.";
    STATUS_IN_PAGE_ERROR = 0xC000_0006: "Part of the program could not be read from its file."
        exit "The program crashed, because its file or the page file could not be read."
        cause "The disk or share that holds it is gone: a layer was detached, or the network failed."
        advice "Check disk and network; start the container anew.";
    STATUS_INVALID_HANDLE = 0xC000_0008: "The handle is not valid."
        exit "The program used a handle that is not valid, and is checked strictly.";
    STATUS_INVALID_PARAMETER = 0xC000_000D: "An argument is not valid.";
    STATUS_NO_SUCH_DEVICE = 0xC000_000E: "There is no such device."
        cause "The disk of a layer was detached, or has not come up yet."
        advice "Try again; see `Get-Disk`.";
    STATUS_NO_SUCH_FILE = 0xC000_000F: "There is no such file.";
    STATUS_INVALID_DEVICE_REQUEST = 0xC000_0010: "The device does not know the request."
        cause "A filter driver, or a file system that is none of NTFS and ReFS."
        advice "See the filters: `fltmc`.";
    STATUS_END_OF_FILE = 0xC000_0011: "The end of the file was reached.";
    STATUS_NO_MEMORY = 0xC000_0017: "There is not enough memory."
        also RPC_X_NO_MEMORY = 0xC000_0017
        exit "The program ran out of memory."
        advice "Raise the container's limit: `-m`.";
    STATUS_ILLEGAL_INSTRUCTION = 0xC000_001D: "The processor does not know the instruction."
        exit "The program crashed on an instruction that this processor does not have."
        cause "The program was built for a newer processor (AVX2, AVX-512), or the virtual machine hides features."
        advice "Use a build for older processors, or show the host's features to the machine.";
    STATUS_ACCESS_DENIED = 0xC000_0022: "Access is denied."
        advice "Run it in an elevated shell, or grant the right to the account inside.";
    STATUS_BUFFER_TOO_SMALL = 0xC000_0023: "The buffer is too small.";
    STATUS_NONCONTINUABLE_EXCEPTION = 0xC000_0025: "The program went on after an error from which it cannot."
        exit "The program crashed while it handled an error.";
    STATUS_DISK_CORRUPT_ERROR = 0xC000_0032: "The structure of the disk is damaged."
        advice "Check the volume: `chkdsk /scan`.";
    STATUS_OBJECT_NAME_INVALID = 0xC000_0033: "The name is not allowed.";
    STATUS_OBJECT_NAME_NOT_FOUND = 0xC000_0034: "The name was not found."
        cause "A file, key of the registry, or pipe that is looked for in the container is on the host, or the other \
            way round."
        advice "Check on which side it is.";
    STATUS_OBJECT_NAME_COLLISION = 0xC000_0035: "The name exists already."
        cause "An object of an earlier container is left: HNS says so of networks that it made before."
        advice "Remove the old one: `hnsdiag list networks`, `Get-NetNat`; restart `hns`.";
    STATUS_PORT_DISCONNECTED = 0xC000_0037: "The other end of a port is gone."
        cause "A service crashed."
        advice "See the services, and the log System.";
    STATUS_OBJECT_PATH_INVALID = 0xC000_0039: "The path is not allowed.";
    STATUS_OBJECT_PATH_NOT_FOUND = 0xC000_003A: "The path was not found.";
    STATUS_SHARING_VIOLATION = 0xC000_0043: "The file is in use by another process."
        advice "See `silo explain 32`.";
    STATUS_QUOTA_EXCEEDED = 0xC000_0044: "A quota is used up."
        cause "A limit of the container (its job object)."
        advice "Raise the limit.";
    STATUS_FILE_LOCK_CONFLICT = 0xC000_0054: "Part of the file is locked by another process.";
    STATUS_DELETE_PENDING = 0xC000_0056: "The file is about to be deleted, when the last who uses it closes it."
        advice "End what uses it.";
    STATUS_PRIVILEGE_NOT_HELD = 0xC000_0061: "A privilege is missing."
        advice "Run it in an elevated shell.";
    STATUS_LOGON_FAILURE = 0xC000_006D: "The name or password is wrong.";
    STATUS_INVALID_IMAGE_FORMAT = 0xC000_007B: "A program or library has a wrong format."
        exit "The program did not start: a library of the wrong kind was found, mostly 32-bit for 64-bit or the other \
            way round."
        cause "A library for another architecture comes first in the `PATH`."
        advice "Check the architecture of program and libraries; Nano Server runs 64-bit programs only.";
    STATUS_DISK_FULL = 0xC000_007F: "The disk is full."
        advice "See `silo explain 112`.";
    STATUS_ARRAY_BOUNDS_EXCEEDED = 0xC000_008C: "An index is beyond the bounds."
        exit "The program crashed on an index beyond its bounds.";
    STATUS_FLOAT_DIVIDE_BY_ZERO = 0xC000_008E: "A fraction was divided by zero."
        exit "The program crashed on a division by zero.";
    STATUS_INTEGER_DIVIDE_BY_ZERO = 0xC000_0094: "A number was divided by zero."
        exit "The program crashed on a division by zero.";
    STATUS_INTEGER_OVERFLOW = 0xC000_0095: "A number became too large."
        exit "The program crashed on a number that became too large.";
    STATUS_PRIVILEGED_INSTRUCTION = 0xC000_0096: "The instruction is for the kernel only."
        exit "The program crashed on an instruction that only the kernel may use.";
    STATUS_INSUFFICIENT_RESOURCES = 0xC000_009A: "The kernel has not enough resources."
        cause "Memory of the kernel is used up, by many containers or by a leak in a driver."
        advice "Stop containers, or restart the host.";
    STATUS_MEDIA_WRITE_PROTECTED = 0xC000_00A2: "The volume is write-protected.";
    STATUS_DEVICE_NOT_READY = 0xC000_00A3: "The device is not ready."
        advice "Try again; see `Get-Disk`.";
    STATUS_PIPE_NOT_AVAILABLE = 0xC000_00AC: "All instances of the pipe are in use.";
    STATUS_PIPE_DISCONNECTED = 0xC000_00B0: "The pipe was disconnected by its server.";
    STATUS_IO_TIMEOUT = 0xC000_00B5: "Input or output did not end in time."
        cause "A disk or share does not answer."
        advice "Check disk and network.";
    STATUS_FILE_IS_A_DIRECTORY = 0xC000_00BA: "This is a folder, and a file is needed.";
    STATUS_NOT_SUPPORTED = 0xC000_00BB: "The request is not supported.";
    STATUS_BAD_NETWORK_PATH = 0xC000_00BE: "The network path was not found.";
    STATUS_BAD_NETWORK_NAME = 0xC000_00CC: "There is no such share.";
    STATUS_STACK_OVERFLOW = 0xC000_00FD: "The stack is used up."
        exit "The program crashed, because its stack is used up."
        cause "A recursion without end, or a program for Linux that expects 8 MiB where Windows gives 1."
        advice "Give it a larger stack when it is linked: `editbin /STACK:8388608 PROGRAM`.";
    STATUS_DIRECTORY_NOT_EMPTY = 0xC000_0101: "The folder is not empty.";
    STATUS_FILE_CORRUPT_ERROR = 0xC000_0102: "The file or folder is damaged."
        advice "Check the volume: `chkdsk /scan`. If the file belongs to a layer, pull the image again.";
    STATUS_NOT_A_DIRECTORY = 0xC000_0103: "This is a file, and a folder is needed.";
    STATUS_PROCESS_IS_TERMINATING = 0xC000_010A: "The process is ending."
        advice "Take it as success if the aim was to end it.";
    STATUS_TOO_MANY_OPENED_FILES = 0xC000_011F: "Too many files are open.";
    STATUS_CANCELLED = 0xC000_0120: "The operation was cancelled.";
    STATUS_CANNOT_DELETE = 0xC000_0121: "The file cannot be deleted."
        cause "It is read-only, or a program runs from it."
        advice "End the program; take the attribute away.";
    STATUS_COMMITMENT_LIMIT = 0xC000_012D: "Memory and page file are used up."
        exit "The program ran out of memory: that of the host, or the limit of the container."
        advice "Raise the container's limit (`-m`), or enlarge the host's page file.";
    STATUS_DLL_NOT_FOUND = 0xC000_0135: "A library (DLL) that the program needs was not found."
        exit "The program did not start, because a library is missing in the image."
        cause "Nano Server and Server Core leave many libraries out; the runtimes of Visual C++ and .NET are in none \
            of them."
        cause "The image is of another release than the one that the program was built for."
        advice "See what the program needs: `dumpbin /dependents PROGRAM`; copy it into the image."
        advice "Install the runtime in the image (`vc_redist.x64.exe /quiet`), or use a fuller base image.";
    STATUS_ORDINAL_NOT_FOUND = 0xC000_0138: "A library lacks a numbered function that the program needs."
        exit "The program did not start, because a library is of the wrong version.";
    STATUS_ENTRYPOINT_NOT_FOUND = 0xC000_0139: "A library lacks a function that the program needs."
        exit "The program did not start, because a library in the image is too old for it."
        cause "The program is built for a newer Windows than the base image has."
        advice "Use a newer base image.";
    STATUS_CONTROL_C_EXIT = 0xC000_013A: "The program was ended by Ctrl+C."
        exit "The program was asked to end: by Ctrl+C or Ctrl+Break, or by the stop or shutdown of its container."
        cause "`stop` was called on the container, or Ctrl+C was pressed."
        advice "None is needed if that was meant. A program that should end cleanly must handle the event.";
    STATUS_DLL_INIT_FAILED = 0xC000_0142: "A library could not start."
        exit "The program did not start, because one of its libraries could not."
        cause "The container was being stopped at the time."
        cause "The desktop heap is used up by many processes, or the library needs a desktop that containers do not \
            have."
        cause "Programs made with Cygwin or MSYS (git, ssh) in images that do not fit them."
        advice "Look whether the container was stopping. If not, start fewer processes at a time, or give it more \
            memory."
        advice "Update the program; use Server Core in place of Nano Server, and Hyper-V isolation to see if the host \
            matters.";
    STATUS_NO_PAGEFILE = 0xC000_0147: "There is no page file.";
    STATUS_SYSTEM_PROCESS_TERMINATED = 0xC000_021A: "A process that the system cannot do without has ended."
        cause "`csrss.exe`, `wininit.exe` or `lsass.exe` crashed, which takes the container or machine down."
        advice "Bring image and host to the same month of updates; exclude security software.";
    STATUS_VOLUME_DISMOUNTED = 0xC000_026E: "The volume is not mounted any more."
        cause "The disk of a layer was detached while in use."
        advice "Start the container anew.";
    STATUS_IO_REPARSE_TAG_NOT_HANDLED = 0xC000_0279: "Nothing here handles this kind of link."
        cause "The filter is not loaded: `wcifs` for layers, `bindflt` for mounts."
        advice "See the filters: `fltmc`; enable the feature Containers, and restart.";
    STATUS_HEAP_CORRUPTION = 0xC000_0374: "The program damaged its own memory."
        exit "The program crashed, because it had damaged its heap."
        cause "A bug in the program or in a library; sometimes security software that injects itself."
        advice "Look for its crash in the log Application; update program and libraries.";
    STATUS_STACK_BUFFER_OVERRUN = 0xC000_0409: "The program was ended at once, because it found itself damaged, or \
            asked for it."
        exit "The program gave up at once (fail fast): a check of its memory failed, or its runtime aborted, as \
            those of Rust and Visual C++ do after a fatal error."
        cause "A panic or fatal error of the program; it is mostly no overrun, in spite of its name."
        advice "Look into what it wrote last, and for its crash in the log Application.";
    STATUS_INVALID_CRUNTIME_PARAMETER = 0xC000_0417: "A function of the C runtime was given something that is not \
            valid."
        exit "The program crashed: the C runtime refused an argument.";
    STATUS_FATAL_USER_CALLBACK_EXCEPTION = 0xC000_041D: "An error happened while Windows called the program back."
        exit "The program crashed in a function that Windows had called.";
    STATUS_ASSERTION_FAILURE = 0xC000_0420: "An assertion failed."
        exit "The program ended, because an assertion failed.";
    STATUS_INVALID_IMAGE_HASH = 0xC000_0428: "The signature of the file cannot be verified."
        advice "Use a signed one, or change the policy of the host.";
    STATUS_SXS_CANT_GEN_ACTCTX = 0xC015_0002: "The program's side-by-side configuration is wrong."
        exit "The program did not start, because a runtime that its manifest names is not installed in the image."
        advice "Install it in the image: `vc_redist.x64.exe /quiet`.";
};
