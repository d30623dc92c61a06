//! HRESULTs in general, and those of COM. Those that only wrap a Win32 error are with Win32, as other names of its entries.

/// The table.
pub(super) const TABLE: &str = table! {
    S_OK = 0: "Success."
        also ERROR_SUCCESS = 0
        also STATUS_SUCCESS = 0
        exit "The program says that it succeeded.";
    E_NOTIMPL = 0x8000_4001: "Not implemented."
        cause "A guest agent says so of requests that it does not know, and of all of them before the protocol is \
            negotiated."
        cause "This release of Windows does not have the function."
        advice "Use a guest or a Windows of the same release as the tools, or do without.";
    E_NOINTERFACE = 0x8000_4002: "The object does not have the interface."
        cause "A library is older or newer than the program that uses it."
        advice "Update both, or register the library again.";
    E_POINTER = 0x8000_4003: "A pointer is not valid."
        cause "A mistake in the program."
        advice "Report it to the program's authors.";
    E_ABORT = 0x8000_4004: "The operation was cancelled."
        cause "Somebody interrupted it, or its time ran out."
        advice "Start it again if that was not meant.";
    E_FAIL = 0x8000_4005: "Unspecified failure."
        cause "Whoever failed had no better code; a guest agent says so of everything that has no code of its own."
        cause "HNS says so when the host's network cannot be set up, for example when a firewall is in the way."
        advice "Read the text that comes with it, and the log of who reported it.";
    E_PENDING = 0x8000_000A: "The data are not there yet."
        advice "Ask again after a moment.";
    E_BOUNDS = 0x8000_000B: "Something lies beyond the bounds."
        advice "Report it to the program's authors.";
    E_CHANGED_STATE = 0x8000_000C: "What was being read has changed meanwhile."
        advice "Try again.";
    E_ILLEGAL_STATE_CHANGE = 0x8000_000D: "The change does not go with the present state."
        advice "Look at the state, and act when it fits.";
    E_ILLEGAL_METHOD_CALL = 0x8000_000E: "The call came at a moment when it is not allowed."
        advice "Report it to the program's authors.";
    E_UNEXPECTED = 0x8000_FFFF: "Unexpected failure."
        cause "Something is broken that the caller could not foresee, such as a damaged store or a missing service."
        advice "Read the text that comes with it, and the log of who reported it; try again after a restart of the \
            service.";
    CO_E_NOTINITIALIZED = 0x8004_01F0: "COM was not initialised on this thread."
        cause "A mistake in the program."
        advice "Report it to the program's authors.";
    CO_E_CLASSSTRING = 0x8004_01F3: "The name of the class is not valid."
        cause "The component that it names is not installed in the image."
        advice "Install it in the image, or use a fuller base image (`servercore` or `server` in place of \
            `nanoserver`).";
    CO_E_DLLNOTFOUND = 0x8004_01F8: "The library of a COM class was not found."
        cause "The image lacks the library, or one that it needs."
        advice "Copy it into the image, or use a fuller base image.";
    MK_E_UNAVAILABLE = 0x8004_01E3: "No such object runs."
        cause "The program that should provide it has not started or has ended."
        advice "Start it first.";
    CLASS_E_CLASSNOTAVAILABLE = 0x8004_0111: "The library does not provide the class."
        cause "The library is of another version than the program expects, or a feature of Windows is not enabled."
        advice "Update the library, or use a fuller base image.";
    REGDB_E_CLASSNOTREG = 0x8004_0154: "The class is not registered."
        cause "Nano Server and Server Core leave out many components of the desktop."
        cause "A 32-bit program looks for a class that is registered for 64 bits, or the other way round."
        advice "Register the library in the image (`RUN regsvr32 /s NAME.dll`), or use a fuller base image.";
    CO_E_SERVER_EXEC_FAILURE = 0x8008_0005: "The program that serves a COM object did not start in time."
        cause "The host or container is overloaded, or the program needs a desktop, which a container does not have."
        advice "Give the container more processors and memory, or run the program in another way.";
    CO_E_SERVER_STOPPING = 0x8008_0008: "The program that serves a COM object is stopping."
        advice "Try again.";
    CO_E_CLASS_DISABLED = 0x8000_4027: "The class is disabled on this host."
        cause "A policy of the organisation disables it."
        advice "Ask who keeps the host.";
    DISP_E_EXCEPTION = 0x8002_0009: "The object raised an exception."
        advice "Read the description that comes with it.";
    DISP_E_TYPEMISMATCH = 0x8002_0005: "A value has the wrong type."
        advice "Correct the script or the request.";
    DISP_E_UNKNOWNNAME = 0x8002_0006: "The object does not know the name."
        advice "Correct the script, or update the component.";
};
