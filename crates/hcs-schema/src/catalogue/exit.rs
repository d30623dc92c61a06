//! Exit codes by convention: of shells and container tools, of signals (128 + number, as Linux numbers them on most
//! processors), and of the runtimes of languages, which end processes with codes that no header of Windows has.

/// The table.
pub(super) const TABLE: &str = table! { ours:
    EXIT_FAILURE = 1: "The program says that it failed; the number tells no more."
        exit "The program ran and failed. Only it knows why."
        advice "Read what it wrote: `docker logs ID`, or `output.log` in the folder of a container of Silo.";
    EXIT_CANCELED = 125: "The tool that was to run the program failed itself."
        exit "The container tool failed before the program ran: `silo`, `docker run` and others."
        advice "Read the tool's message on standard error; it names the reason.";
    EXIT_CANNOT_INVOKE = 126: "The program was found, but cannot be executed."
        exit "The program was found, but cannot be executed."
        cause "It is not executable, is a folder, or is for another processor or system."
        advice "Check its rights and its architecture.";
    EXIT_ENOENT = 127: "The program was not found."
        exit "The program was not found in the container."
        cause "Its name is misspelt or not in the `PATH`, or the interpreter in its first line does not exist."
        advice "Write its path in full, and look whether it is in the image.";
    SIGHUP = 129: "Signal 1: the terminal was closed."
        exit "The program was ended by SIGHUP (128 + 1): its terminal was closed.";
    SIGINT = 130: "Signal 2: interrupted from the keyboard."
        exit "The program was ended by SIGINT (128 + 2): Ctrl+C.";
    SIGQUIT = 131: "Signal 3: quit from the keyboard."
        exit "The program was ended by SIGQUIT (128 + 3).";
    SIGILL = 132: "Signal 4: the processor does not know the instruction."
        exit "The program crashed on an instruction that this processor does not have (SIGILL, 128 + 4)."
        cause "It was built for a newer processor."
        advice "Use a build for older processors.";
    SIGTRAP = 133: "Signal 5: a breakpoint was reached."
        exit "The program ran into a breakpoint without a debugger (SIGTRAP, 128 + 5).";
    SIGABRT = 134: "Signal 6: the program gave up."
        exit "The program called `abort` (SIGABRT, 128 + 6)."
        cause "An assertion failed, or its runtime found an error that it cannot go on from."
        advice "Look into what it wrote last.";
    SIGBUS = 135: "Signal 7: memory could not be reached."
        exit "The program crashed (SIGBUS, 128 + 7)."
        cause "A mapped file was shortened, or `/dev/shm` is full."
        advice "Give it more shared memory: `--tmpfs /dev/shm:size=256m`.";
    SIGFPE = 136: "Signal 8: an error in arithmetic."
        exit "The program crashed on an error in arithmetic, such as a division by zero (SIGFPE, 128 + 8).";
    SIGKILL = 137: "Signal 9: ended by force."
        exit "The program was ended by force (SIGKILL, 128 + 9)."
        cause "The kernel ended it, because the container reached its limit of memory."
        cause "`stop` waited in vain for it to end, or somebody called `kill`."
        advice "See whether memory was the reason (`dmesg`, `docker inspect` for OOMKilled), and raise the limit: `-m`."
        advice "Let the program end on SIGTERM, or give it more time: `silo stop --time 60 ID`.";
    SIGUSR1 = 138: "Signal 10: of the program's own making."
        exit "The program was ended by SIGUSR1 (128 + 10), which it did not handle.";
    SIGSEGV = 139: "Signal 11: memory that it may not touch."
        exit "The program crashed with a segmentation fault (SIGSEGV, 128 + 11)."
        cause "A bug in the program or a library; or libraries for another C library (musl and glibc)."
        advice "Update it, and look whether image and program go together.";
    SIGUSR2 = 140: "Signal 12: of the program's own making."
        exit "The program was ended by SIGUSR2 (128 + 12), which it did not handle.";
    SIGPIPE = 141: "Signal 13: nobody reads any more."
        exit "The program wrote into a pipe that nobody reads any more (SIGPIPE, 128 + 13).";
    SIGALRM = 142: "Signal 14: the alarm clock rang."
        exit "The program was ended by its alarm clock (SIGALRM, 128 + 14).";
    SIGTERM = 143: "Signal 15: asked to end."
        exit "The program was asked to end and did (SIGTERM, 128 + 15)."
        cause "`stop` was called on the container, or its host went down."
        advice "None is needed if that was meant.";
    SIGXCPU = 152: "Signal 24: its processor time is used up."
        exit "The program used up the processor time that it was allowed (SIGXCPU, 128 + 24).";
    SIGXFSZ = 153: "Signal 25: its file became too large."
        exit "The program wrote a file larger than it was allowed (SIGXFSZ, 128 + 25).";
    SIGSYS = 159: "Signal 31: a system call that is forbidden."
        exit "The program made a system call that the filter forbids (SIGSYS, 128 + 31)."
        cause "The seccomp profile of the container ends processes that use a call which is not on its list."
        advice "Allow the call in the profile: `--security-opt seccomp=FILE`.";
    EXCEPTION_COMPLUS = 0xE043_4352: "An exception of .NET that nothing handled."
        exit "The program is one of .NET, and ended by an exception that it did not handle."
        advice "Read the exception, which it wrote to standard error and to the log Application.";
    EH_EXCEPTION_NUMBER = 0xE06D_7363: "An exception of C++ that nothing handled."
        exit "The program is one of C++, and ended by an exception that it did not handle."
        advice "Look into what it wrote last, and for its crash in the log Application.";
    CoreHostLibLoadFailure = 0x8000_8082: "A library of the .NET runtime could not be loaded."
        exit "The .NET program did not start: a library of its runtime could not be loaded."
        cause "Runtime and program are for different architectures."
        advice "Use the runtime image of the program's architecture.";
    CoreHostLibMissingFailure = 0x8000_8083: "A library of the .NET runtime (`hostfxr` or `hostpolicy`) was not found."
        exit "The .NET program did not start: there is no .NET runtime in the image, or it is incomplete."
        advice "Start from an image with the runtime (`mcr.microsoft.com/dotnet/runtime`), or publish the program \
            self-contained.";
    CoreClrResolveFailure = 0x8000_8087: "The .NET runtime itself (`coreclr`) was not found."
        exit "The .NET program did not start: its runtime is incomplete."
        advice "Publish the program again, or use an image with the runtime.";
    CoreClrInitFailure = 0x8000_8089: "The .NET runtime could not start."
        exit "The .NET program did not start: its runtime could not."
        cause "Not enough memory in the container, or a library that the runtime needs is missing."
        advice "Raise the container's limit of memory.";
    InvalidConfigFile = 0x8000_8093: "A configuration file of a .NET program is not valid."
        exit "The .NET program did not start: its `runtimeconfig.json` or `deps.json` is not valid."
        advice "Publish the program again.";
    LibHostSdkFindFailure = 0x8000_8091: "No .NET SDK was found."
        exit "`dotnet` was given a command of the SDK, and the image has the runtime only."
        advice "Use an image with the SDK, or call the program: `dotnet NAME.dll`.";
    FrameworkMissingFailure = 0x8000_8096: "The version of .NET that the program needs is not there."
        exit "The .NET program did not start: the image has no version of .NET that suits it."
        advice "Use the runtime image of the program's version; `dotnet --list-runtimes` inside shows what there is.";
};
