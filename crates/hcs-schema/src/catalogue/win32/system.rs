//! Processes, memory, services, pipes, rights.

/// The table.
pub(in crate::catalogue) const TABLE: &str = table! {
    ERROR_INVALID_FUNCTION = 1: "The function is not known to whoever was asked."
        cause "While a layer is prepared: a driver of cloud storage (Box, Dropbox and others made with CBFS) or of a \
            virus \
            scanner interferes with the volume."
        cause "A device or file system does not know the request."
        advice "List the file system filters (`fltmc`), and uninstall those of cloud storage, or update them."
        advice "See the log System for messages of the Filter Manager, and restart the host.";
    ERROR_INVALID_HANDLE = 6: "The handle is not valid."
        also E_HANDLE = 0x8007_0006
        cause "The container or process has ended while it was being asked, for example for statistics."
        cause "The program closed the handle before."
        advice "Ask again; take it as `not found` if it has ended.";
    ERROR_NOT_ENOUGH_MEMORY = 8: "There is not enough memory for the command."
        cause "The limit of the container, or the host's memory and page file, is used up."
        advice "Raise the limit (`-m 2g`), or free memory on the host.";
    ERROR_BAD_ENVIRONMENT = 10: "The environment is not valid."
        cause "A variable without a name, or with one that holds `=`."
        advice "Correct what is passed with `-e`.";
    ERROR_BAD_FORMAT = 11: "The program has a wrong format."
        cause "A program for another processor or system."
        advice "Use one for this architecture.";
    ERROR_INVALID_DATA = 13: "The data are not valid."
        cause "A file that is cut off or not what it claims to be: a layer, a registry hive, a record."
        cause "HCS says so of settings that it does not know; then it means `not supported`."
        advice "Fetch or write the file again; leave out the setting.";
    ERROR_OUTOFMEMORY = 14: "Out of memory."
        also E_OUTOFMEMORY = 0x8007_000E
        also RPC_S_OUT_OF_MEMORY = 14
        cause "The host cannot give a machine or container the memory that was asked for."
        cause "The limit of the container is used up."
        advice "Ask for less, stop other containers, or enlarge the page file.";
    ERROR_BAD_COMMAND = 22: "The device does not know the command.";
    ERROR_GEN_FAILURE = 31: "A device does not work."
        cause "A driver failed, or a virtual disk went away."
        advice "See the log System; restart the host if it lasts.";
    ERROR_NOT_SUPPORTED = 50: "The request is not supported."
        cause "This Windows, this edition, or this kind of isolation cannot do it."
        cause "A single file was to be mounted, or something onto a folder that has files, which older Windows cannot."
        advice "Do without, or use a newer Windows; mount the folder that the file is in.";
    ERROR_INVALID_PARAMETER = 87: "An argument is not valid."
        also E_INVALIDARG = 0x8007_0057
        also RPC_S_INVALID_ARG = 87
        cause "A setting has a value that is not allowed here, or two settings exclude each other."
        cause "HNS: an old NAT network or NAT rule is in the way."
        advice "Read the text that comes with it; leave out settings one by one to find the one that is meant."
        advice "For networks: `Get-NetNat | Remove-NetNat` removes old NAT rules; see that nobody needs them.";
    ERROR_BROKEN_PIPE = 109: "The pipe was closed by the other end."
        cause "The other program has ended, or has read as much as it wanted."
        advice "See how the other one ended; take it as the end of the data otherwise.";
    ERROR_BUFFER_OVERFLOW = 111: "The name is too long."
        advice "Shorten it.";
    ERROR_CALL_NOT_IMPLEMENTED = 120: "The function is not implemented."
        cause "Nano Server, or Wine, lacks it."
        advice "Use a fuller base image.";
    ERROR_SEM_TIMEOUT = 121: "The time for waiting ran out."
        cause "A disk or network device does not answer."
        advice "Check the device and the load of the host.";
    ERROR_INSUFFICIENT_BUFFER = 122: "The buffer is too small."
        cause "A mistake in the program, which should ask again with a larger one."
        advice "Update the program.";
    ERROR_MOD_NOT_FOUND = 126: "A library (DLL) was not found."
        cause "The image lacks a library that the program needs; Nano Server and Server Core leave many out."
        cause "The runtime of Visual C++ is not installed in the image."
        advice "See what the program needs: `dumpbin /dependents PROGRAM`; copy it into the image."
        advice "Install the runtime (`vc_redist.x64.exe /quiet`), or use a fuller base image (`server`).";
    ERROR_PROC_NOT_FOUND = 127: "A function was not found in a library."
        cause "This Windows is too old for the tool, or its feature is not enabled."
        cause "A library of another version was found first."
        advice "Update Windows; see which copy of the library is loaded.";
    ERROR_WAIT_NO_CHILDREN = 128: "There are no child processes to wait for.";
    ERROR_BUSY = 170: "The resource is in use."
        cause "Another command acts on the same thing."
        advice "Try again after it has finished.";
    ERROR_BAD_EXE_FORMAT = 193: "The file is not a program for this system."
        cause "A program for another architecture (x64 or ARM64), or for Linux."
        cause "A script was given without its interpreter; Windows does not read `#!`."
        advice "Check the architecture of image and program; write the interpreter: `powershell -File x.ps1`.";
    ERROR_EXE_MACHINE_TYPE_MISMATCH = 216: "The program is not made for this kind of processor."
        cause "A 32-bit program on Nano Server, which has no 32-bit part; or a program for ARM64 on x64."
        advice "Use a 64-bit program, or Server Core.";
    ERROR_BAD_PIPE = 230: "The pipe's state does not allow this."
        advice "Connect anew.";
    ERROR_PIPE_BUSY = 231: "All instances of the pipe are in use."
        cause "The container engine is busy with other clients."
        advice "Try again.";
    ERROR_NO_DATA = 232: "The pipe is being closed."
        advice "See how the other end ended.";
    ERROR_PIPE_NOT_CONNECTED = 233: "Nobody is at the other end of the pipe."
        cause "The engine or shim has ended."
        advice "See whether it runs: `Get-Service docker, containerd`.";
    ERROR_MORE_DATA = 234: "There are more data than fit."
        cause "The answer does not fit the buffer or message."
        advice "Ask for less at a time.";
    WAIT_TIMEOUT = 258: "The time for waiting ran out."
        advice "Wait longer, or find out what does not happen.";
    ERROR_NO_MORE_ITEMS = 259: "There are no more items."
        also STILL_ACTIVE = 259
        exit "The process still runs: this is no exit code, but what Windows says before there is one.";
    ERROR_PARTIAL_COPY = 299: "Only part of the request was done."
        cause "The memory of another process was read while it changed or ended."
        advice "Try again.";
    ERROR_LINUX_SUBSYSTEM_NOT_PRESENT = 414: "The Windows Subsystem for Linux is not enabled."
        advice "Install it: `wsl --install`, then restart.";
    ERROR_LINUX_SUBSYSTEM_UPDATE_REQUIRED = 444: "The Windows Subsystem for Linux needs an update."
        advice "Update it: `wsl --update`.";
    ERROR_INVALID_ADDRESS = 487: "The address is not valid."
        cause "A virus scanner, or a fixed address for a library, takes memory that a program made with Cygwin needs."
        advice "Exclude the program from protection by randomised addresses, or update it.";
    ERROR_APP_INIT_FAILURE = 575: "The program could not start."
        advice "See `silo explain 0xC0000142`.";
    ERROR_INVALID_IMAGE_HASH = 577: "The signature of the file cannot be verified."
        cause "A policy of the host allows signed programs and drivers only."
        advice "Use a signed one, or change the policy.";
    ERROR_ELEVATION_REQUIRED = 740: "This needs an elevated shell."
        advice "Start the shell with `Run as administrator`.";
    ERROR_OPERATION_ABORTED = 995: "The operation was broken off, because its thread ended or it was cancelled."
        advice "Repeat it if that was not meant.";
    ERROR_IO_INCOMPLETE = 996: "The operation has not ended yet.";
    ERROR_IO_PENDING = 997: "The operation goes on in the background; this is no failure.";
    ERROR_NOACCESS = 998: "Memory was given that cannot be used."
        cause "A mistake in the program or in a driver."
        advice "Update it.";
    ERROR_STACK_OVERFLOW = 1001: "The stack is used up."
        advice "Report it to the program's authors.";
    ERROR_SERVICE_REQUEST_TIMEOUT = 1053: "The service did not answer its start in time."
        cause "The container or host is overloaded, or the program is no service."
        advice "Give it more processors; run an ordinary program directly, not as a service.";
    ERROR_SERVICE_ALREADY_RUNNING = 1056: "The service runs already.";
    ERROR_SERVICE_DISABLED = 1058: "The service is disabled."
        cause "`hns`, `vmcompute` or `SharedAccess` was disabled by somebody or by a policy."
        advice "Enable it: `Set-Service NAME -StartupType Manual`, then `Start-Service NAME`.";
    ERROR_SERVICE_DOES_NOT_EXIST = 1060: "There is no such service."
        cause "The feature is not enabled, so that `vmcompute` or `hns` is not there; or the image lacks the service."
        advice "Enable the feature: `Enable-WindowsOptionalFeature -Online -FeatureName Containers -All`.";
    ERROR_SERVICE_NOT_ACTIVE = 1062: "The service does not run."
        advice "Start it: `Start-Service NAME`.";
    ERROR_PROCESS_ABORTED = 1067: "The service's process ended unexpectedly."
        cause "It crashed, or its settings are wrong, so that it gives up."
        advice "Read its own log, and the log Application; start it by hand to see what it says: `dockerd --debug`.";
    ERROR_SERVICE_DEPENDENCY_FAIL = 1068: "A service that it depends on did not start."
        advice "See which: `Get-Service NAME -RequiredServices`.";
    ERROR_SERVICE_LOGON_FAILED = 1069: "The service's account could not sign in."
        advice "Correct account and password in the service's settings.";
    ERROR_SERVICE_MARKED_FOR_DELETE = 1072: "The service is about to be deleted."
        advice "Close the windows that show services, or restart.";
    ERROR_SERVICE_NEVER_STARTED = 1077: "The service was not started since the host's start."
        advice "Start it: `Start-Service NAME`.";
    ERROR_DLL_INIT_FAILED = 1114: "A library could not start."
        cause "The container has no memory or desktop heap left, or the library needs a desktop."
        advice "Start fewer processes per container; see `silo explain 0xC0000142`.";
    ERROR_SHUTDOWN_IN_PROGRESS = 1115: "The system is shutting down."
        cause "The container or the host is being stopped."
        advice "Start it again if that was not meant.";
    ERROR_NOT_ENOUGH_SERVER_MEMORY = 1130: "There is not enough memory for the request."
        advice "Free memory on the host.";
    ERROR_DLL_NOT_FOUND = 1157: "A library that the program needs was not found."
        advice "Copy it into the image, or use a fuller base image.";
    ERROR_DEVICE_NOT_CONNECTED = 1167: "The device is not connected."
        cause "The disk of a layer was attached and is not there yet, or was detached; tools repeat this for a while."
        advice "Try again; if it lasts, see `Get-Disk` and restart the service: `Restart-Service vmcompute`.";
    ERROR_NOT_FOUND = 1168: "The element was not found."
        cause "The process, layer or setting is gone already; tools take it as success when they stop or remove."
        cause "HNS: an endpoint or network that another program has removed."
        advice "List what there is, and act on that.";
    ERROR_CANCELLED = 1223: "It was cancelled by the user.";
    ERROR_NOT_ALL_ASSIGNED = 1300: "The account does not have all the privileges that were asked for."
        cause "Work on layers takes the privileges for backup and restore, which only an elevated shell has."
        advice "Run it in an elevated shell.";
    ERROR_INVALID_OWNER = 1307: "The account may not be the owner of the file."
        cause "Files are unpacked with their owners by somebody without the privilege to restore."
        advice "Run it in an elevated shell.";
    ERROR_NO_SUCH_LOGON_SESSION = 1312: "There is no such session."
        cause "A task or service uses credentials of somebody who has signed out."
        advice "Sign in again, or store the credentials.";
    ERROR_PRIVILEGE_NOT_HELD = 1314: "A privilege is missing."
        cause "The shell is not elevated; layers take the privileges for backup and restore, symbolic links their own."
        advice "Run it in an elevated shell; for symbolic links, switch on the developer mode.";
    ERROR_LOGON_FAILURE = 1326: "The name or password is wrong."
        advice "Check them; for shares from a container: give the credentials there, `New-SmbGlobalMapping`.";
    ERROR_NONE_MAPPED = 1332: "The account is not known."
        cause "The user that was asked for (`-u`) does not exist in the image; names are in the language of the image."
        advice "List them: `docker run --rm IMAGE cmd /c net user`; those always there are `ContainerUser` and \
            `ContainerAdministrator`.";
    ERROR_NO_SYSTEM_RESOURCES = 1450: "The system has not enough resources for this."
        cause "Memory of the kernel is used up, by many containers or by a leak."
        advice "Stop containers, or restart the host; see `Get-Process | Sort-Object Handles -Descending`.";
    ERROR_COMMITMENT_LIMIT = 1455: "The page file is too small."
        cause "Memory and page file together are used up: of the host, or the limit of the container."
        advice "Raise the container's limit (`-m`), or enlarge the host's page file.";
    ERROR_TIMEOUT = 1460: "The operation timed out."
        also RPC_S_TIMEOUT = 1460
        cause "The host is busy, or what was waited for hangs."
        advice "Look at the load of the host, and try again.";
    ERROR_NOT_ENOUGH_QUOTA = 1816: "A quota is used up."
        cause "A limit of memory of the container (its job object)."
        advice "Raise the limit.";
    ERROR_SUCCESS_REBOOT_REQUIRED = 3010: "Done; the host must be restarted."
        exit "The installer succeeded, and asks for a restart. In a container this can be taken as success."
        advice "Restart the host. In a Dockerfile, let the step take 3010 as 0.";
    ERROR_INVALID_OPERATION = 4317: "The operation is not valid."
        advice "Read the text that comes with it.";
    ERROR_INVALID_STATE = 5023: "The state does not allow the operation."
        advice "Look at the state, and act when it fits.";
    ERROR_SXS_CANT_GEN_ACTCTX = 14001: "The program's side-by-side configuration is wrong."
        cause "The runtime of Visual C++ that the program's manifest names is not installed in the image."
        advice "Install it in the image: `vc_redist.x64.exe /quiet`.";
};
