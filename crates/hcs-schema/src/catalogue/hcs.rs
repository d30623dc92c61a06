//! Codes of the Host Compute Service, 0x8037xxxx in `winerror.h`.
//!
//! `computecore.dll` answers with these. The older `vmcompute.dll`, and the agents inside guests, answer with the same low half
//! and 0xC037 above it, of which the headers name a part (`ERROR_VMCOMPUTE_…`). Both forms are one entry.

/// The table.
pub(super) const TABLE: &str = table! {
    HCS_E_TERMINATED_DURING_START = 0x8037_0100: "The system ended while it was starting."
        also ERROR_VMCOMPUTE_TERMINATED_DURING_START = 0xC037_0100
        cause "The kernel inside a Hyper-V isolated container stopped during its start, often for want of memory."
        cause "The image was made for another build of Windows than the utility machine that boots it."
        cause "Somebody ended the system before it was up."
        advice "Give the container more memory, and close other virtual machines."
        advice "Look at the log `Microsoft-Windows-Hyper-V-Compute-Operational` in the Event Viewer for the reason."
        advice "Pull the image again if its `UtilityVM` folder may be damaged.";
    HCS_E_IMAGE_MISMATCH = 0x8037_0101: "The container's image does not match the host's version of Windows."
        also ERROR_VMCOMPUTE_IMAGE_MISMATCH = 0xC037_0101
        cause "A process isolated container shares the host's kernel, and image and host have different build numbers."
        cause "The image is newer than the host; a host never runs a newer image, however it is isolated."
        advice "Take a tag of the image that was made for the host's build: compare `cmd /c ver` with the image's \
            `os.version`."
        advice "Run it with Hyper-V isolation (`docker run --isolation=hyperv`), which is good for images older than \
            the host."
        advice "On Windows 11 and Windows Server 2022 or newer, images of Windows Server 2022 run process isolated as \
            well.";
    HCS_E_HYPERV_NOT_INSTALLED = 0x8037_0102: "The virtual machine cannot start, because a feature that it needs is \
            not there."
        also ERROR_VMCOMPUTE_HYPERV_NOT_INSTALLED = 0xC037_0102
        cause "Hyper-V, or the Virtual Machine Platform for WSL, is not enabled."
        cause "Virtualisation is switched off in the firmware, or the hypervisor is not started at boot."
        cause "Windows runs in a virtual machine itself, and nested virtualisation is off."
        advice "Enable it: `Enable-WindowsOptionalFeature -Online -FeatureName Microsoft-Hyper-V -All`, then restart."
        advice "See that the hypervisor starts at boot: `bcdedit /set hypervisorlaunchtype auto`, then restart."
        advice "Switch virtualisation on in the firmware; in a virtual machine, expose it from the host: \
            `Set-VMProcessor NAME -ExposeVirtualizationExtensions $true`."
        advice "Or use process isolation, which needs no hypervisor.";
    HCS_E_INVALID_STATE = 0x8037_0105: "The system's state does not allow the operation."
        also ERROR_VMCOMPUTE_INVALID_STATE = 0xC037_0105
        cause "It has not started yet, or is stopping, or has stopped."
        cause "Two programs act on it at the same time."
        advice "Look at the state first, `silo ps -a`, and act when it is what the operation needs."
        advice "If it stays in between states, end it by force: `silo rm -f ID`, or `hcsdiag kill ID`.";
    HCS_E_UNEXPECTED_EXIT = 0x8037_0106: "The system ended without having been asked to."
        also ERROR_VMCOMPUTE_UNEXPECTED_EXIT = 0xC037_0106
        cause "A critical process inside crashed, for example `lsass.exe` or `csrss.exe`."
        cause "Image and host differ in updates, so that the container's processes do not fit the kernel."
        cause "A Hyper-V isolated container could not get the memory that was asked for."
        cause "Security software on the host injects itself into the container's processes."
        advice "Read what HCS logged: `Get-WinEvent -LogName Microsoft-Windows-Hyper-V-Compute-Operational -MaxEvents \
            20`."
        advice "Bring host and image to the same month of updates, and restart the host if updates are pending."
        advice "Try without limits of memory and storage, and with the other isolation, to see which of them matters."
        advice "Exclude the folder of the layers from the virus scanner.";
    HCS_E_TERMINATED = 0x8037_0107: "The system was ended by force."
        also ERROR_VMCOMPUTE_TERMINATED = 0xC037_0107
        cause "Somebody ended it: `kill`, `rm -f`, the end of a time limit for stopping, or the host going down."
        advice "None is needed if that was meant; otherwise find out who did it in the log of the container engine.";
    HCS_E_CONNECT_FAILED = 0x8037_0108: "The system could not be reached."
        also ERROR_VMCOMPUTE_CONNECT_FAILED = 0xC037_0108
        cause "The machine runs, but the agent inside has not started or has crashed."
        cause "The container's keeper, or the agent, is gone while its record is still there."
        advice "Wait a moment and try again; if it lasts, end it and start it anew."
        advice "Reclaim what a crash left behind: `silo gc`.";
    HCS_E_CONNECTION_TIMEOUT = 0x8037_0109: "No answer came from the system in time."
        also ERROR_VMCOMPUTE_TIMEOUT = 0xC037_0109
        cause "The host or the guest is overloaded or out of memory."
        cause "The guest hangs during its start, for example at a disk that does not answer."
        cause "A process was waited for with a limit, and it was still running."
        advice "Look at the load of the host, and start fewer containers at a time."
        advice "End the system by force and start it anew if it does not come back: `silo rm -f ID`, or `hcsdiag kill \
            ID`.";
    HCS_E_CONNECTION_CLOSED = 0x8037_010A: "The connection to the system was closed."
        also ERROR_VMCOMPUTE_CONNECTION_CLOSED = 0xC037_010A
        cause "The system, its agent or its keeper ended while it was being asked."
        cause "The guest's kernel crashed."
        advice "See whether it still runs, `silo ps -a`, and start it again if it does not."
        advice "Reclaim what a crash left behind: `silo gc`.";
    HCS_E_UNKNOWN_MESSAGE = 0x8037_010B: "The other end does not know the message."
        also ERROR_VMCOMPUTE_UNKNOWN_MESSAGE = 0xC037_010B
        cause "Host and guest agent are of different ages, and one asks for what the other has not learnt yet."
        advice "Use a guest (kernel and root file system, or `UtilityVM`) of the same release as the host's tools."
        advice "Take it as `not supported` if the operation can be done without.";
    HCS_E_UNSUPPORTED_PROTOCOL_VERSION = 0x8037_010C: "Host and guest have no version of the protocol in common."
        also ERROR_VMCOMPUTE_UNSUPPORTED_PROTOCOL_VERSION = 0xC037_010C
        cause "The guest agent is much older or newer than the host's tools."
        advice "Use a guest (kernel and root file system, or `UtilityVM`) of the same release as the host's tools.";
    HCS_E_INVALID_JSON = 0x8037_010D: "The document that describes the system, or the request, is not valid."
        also ERROR_VMCOMPUTE_INVALID_JSON = 0xC037_010D
        cause "A field has the wrong type or an unknown value, or a required one is missing."
        cause "The document uses a newer schema than this Windows knows, or says no `SchemaVersion`."
        cause "A path in it is empty, or is not absolute."
        advice "Look for the place in the document that the error names; HCS names it in the events of the error."
        advice "Ask for a schema that this Windows has; 2.1 is known from Windows 10 1809 and Server 2019 on."
        advice "Leave optional parts out one by one until it is taken.";
    HCS_E_SYSTEM_NOT_FOUND = 0x8037_010E: "No system has this id."
        also ERROR_VMCOMPUTE_SYSTEM_NOT_FOUND = 0xC037_010E
        cause "It has ended and was cleaned up, perhaps just now."
        cause "The id is wrong, or is of another tool: each tool lists its own."
        cause "The host was restarted; compute systems do not outlive that."
        advice "List the containers of Silo: `silo ps -a`."
        advice "List all that runs on a host of Windows: `hcsdiag list`."
        advice "Take it as success if the aim was to stop or remove it.";
    HCS_E_SYSTEM_ALREADY_EXISTS = 0x8037_010F: "A system with this id exists already."
        also ERROR_VMCOMPUTE_SYSTEM_ALREADY_EXISTS = 0xC037_010F
        cause "The same id or name was used twice."
        cause "An earlier container of that id was not cleaned up after a crash of its engine."
        advice "Choose another name, or remove the old one: `silo rm ID`."
        advice "If no tool knows it any more, end it in HCS itself: `hcsdiag list`, then `hcsdiag kill ID`.";
    HCS_E_SYSTEM_ALREADY_STOPPED = 0x8037_0110: "The system does not run any more."
        also ERROR_VMCOMPUTE_SYSTEM_ALREADY_STOPPED = 0xC037_0110
        cause "It ended, by itself or by another command, before this one came."
        advice "Take it as success if the aim was to stop it; otherwise start a new container."
        advice "See how it ended: `silo ps -a`, or `docker ps -a`.";
    HCS_E_PROTOCOL_ERROR = 0x8037_0111: "Host and guest misunderstood each other."
        also ERROR_VMCOMPUTE_PROTOCOL_ERROR = 0xC037_0111
        cause "One of them sent a message that is cut off, too long, or out of turn."
        cause "Another program talks on the port of the guest agent."
        advice "Start the container anew; if it happens again, use a guest of the same release as the host's tools.";
    HCS_E_INVALID_LAYER = 0x8037_0112: "The image has a layer that is not one, or is of an unknown format."
        also ERROR_VMCOMPUTE_INVALID_LAYER = 0xC037_0112
        cause "The layer's folder is incomplete: its import or download was interrupted."
        cause "The order of layers is wrong, or `layerchain.json` names folders that have moved."
        cause "A layer of Linux was given to a container of Windows, or the other way round."
        advice "Remove the image and pull it again."
        advice "Check `layerchain.json`: all parents, nearest first, the base layer last.";
    HCS_E_WINDOWS_INSIDER_REQUIRED = 0x8037_0113: "The image is a preview, which only hosts in the Windows Insider \
            programme run."
        also ERROR_VMCOMPUTE_WINDOWS_INSIDER_REQUIRED = 0xC037_0113
        cause "The image is tagged as an insider build."
        advice "Use a released image, such as `mcr.microsoft.com/windows/servercore:ltsc2025`."
        advice "Or enrol the host in the Windows Insider programme.";
    HCS_E_SERVICE_NOT_AVAILABLE = 0x8037_0114: "The service cannot do it, because a feature that it needs is not there."
        cause "The feature `Containers`, Hyper-V or the Virtual Machine Platform is not enabled."
        cause "The service `vmcompute` is stopped or disabled."
        advice "Enable it: `Enable-WindowsOptionalFeature -Online -FeatureName Containers -All` (on servers \
            `Install-WindowsFeature Containers`), then restart."
        advice "See the service: `Get-Service vmcompute, hns`, and `Start-Service vmcompute`.";
    HCS_E_OPERATION_NOT_STARTED = 0x8037_0115: "The operation has not been started, so it has no result."
        cause "A program waited on an `HCS_OPERATION` that it had not given to any call, or whose call failed at once."
        advice "This is a mistake in the program that called HCS: look at the result of the call before waiting.";
    HCS_E_OPERATION_ALREADY_STARTED = 0x8037_0116: "The operation is in use already."
        cause "A program gave the same `HCS_OPERATION` to two calls."
        advice "This is a mistake in the program that called HCS: make one operation per call.";
    HCS_E_OPERATION_PENDING = 0x8037_0117: "The operation is still under way."
        cause "Its result was asked for without waiting."
        advice "Wait for it: `HcsWaitForOperationResult`. If it never ends, look at the load of the host and of its \
            disks.";
    HCS_E_OPERATION_TIMEOUT = 0x8037_0118: "The operation did not end in the time that the caller gave it."
        cause "The host is busy: disks are slow, many containers start at once, or a virus scanner reads the layers."
        cause "The guest does not answer."
        advice "Try again when the host is less busy, or give it more time."
        advice "Exclude the folder of the layers from the virus scanner."
        advice "If the system hangs for good: `hcsdiag kill ID`.";
    HCS_E_OPERATION_SYSTEM_CALLBACK_ALREADY_SET = 0x8037_0119: "The handle has a callback already."
        cause "A program asked for events both of the system and of a single operation."
        advice "This is a mistake in the program that called HCS: choose one of the two.";
    HCS_E_OPERATION_RESULT_ALLOCATION_FAILED = 0x8037_011A: "There is not enough memory to hand over the result."
        cause "The host is out of memory."
        advice "Free memory on the host, and ask again.";
    HCS_E_ACCESS_DENIED = 0x8037_011B: "The caller may not do this."
        cause "Only administrators and members of the group Hyper-V Administrators may use HCS."
        cause "The shell is not elevated."
        advice "Run it in an elevated shell, or join the group and sign in again: \
            `Add-LocalGroupMember -SID S-1-5-32-578 -Member USER`."
        advice "Work on layers needs an elevated shell in any case: it takes the privileges for backup and restore.";
    HCS_E_GUEST_CRITICAL_ERROR = 0x8037_011C: "The guest reported a fatal error, and was stopped or restarted."
        cause "The guest's kernel crashed: a blue screen, or a panic of Linux."
        cause "The guest ran out of memory."
        advice "Look for the crash in the log `Microsoft-Windows-Hyper-V-Worker-Admin`."
        advice "Give it more memory, and bring kernel and image up to date.";
    HCS_E_PROCESS_INFO_NOT_AVAILABLE = 0x8037_011D: "There is no information on the process."
        cause "The process has not started yet, or has ended and was forgotten."
        advice "Ask again after its start; after its end, use the exit code that was reported then.";
    HCS_E_SERVICE_DISCONNECT = 0x8037_011E: "The connection to the Host Compute Service was lost."
        cause "The service `vmcompute` crashed or was restarted; its systems end with it."
        advice "See the service (`Get-Service vmcompute`), and its crash in the log Application."
        advice "Start the containers anew, and reclaim what is left of the old ones.";
    HCS_E_PROCESS_ALREADY_STOPPED = 0x8037_011F: "The process has ended already."
        cause "It ended, by itself or by a signal, before this command came."
        advice "Take it as success if the aim was to end it.";
    HCS_E_SYSTEM_NOT_CONFIGURED_FOR_OPERATION = 0x8037_0120: "The system was not made for this operation."
        cause "It lacks the device or setting that the operation uses: a guest connection, a console, a saved state."
        advice "Make it anew with what the operation needs in its document.";
    HCS_E_OPERATION_ALREADY_CANCELLED = 0x8037_0121: "The operation has been cancelled already."
        cause "It was cancelled twice, or its time ran out while it was being cancelled."
        advice "Nothing is left to do for this operation; make a new one.";
    ERROR_VMCOMPUTE_OPERATION_PENDING = 0xC037_0103: "The operation was started and goes on in the background; this is \
            no failure."
        cause "The library vmcompute.dll says so of everything that takes a while; a program that prints it forgot to wait."
        advice "Wait for the notification of its end: systems 2 to 5, processes 0x10000.";
    ERROR_VMCOMPUTE_TOO_MANY_NOTIFICATIONS = 0xC037_0104: "Too many programs wait for notifications of the system."
        cause "A program registered callbacks again and again without giving them back."
        advice "Restart the container engine, which gives them back.";
};
