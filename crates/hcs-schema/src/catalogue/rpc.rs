//! Remote procedure calls, which is how the services of Windows are asked: `RPC_S_…` and `EPT_S_…` are Win32 errors, met as
//! 0x800706xx too, and `RPC_E_…` are HRESULTs of COM.

/// The table.
pub(super) const TABLE: &str = table! {
    RPC_S_INVALID_STRING_BINDING = 1700: "The text that says where a service is does not parse."
        advice "Correct the address in the program's settings.";
    RPC_S_WRONG_KIND_OF_BINDING = 1701: "The binding is not of the kind that the operation needs."
        advice "Report it to the program's authors.";
    RPC_S_INVALID_BINDING = 1702: "The binding is not valid (any more)."
        cause "The service was restarted while the program kept its old binding."
        advice "Restart the program, so that it connects anew.";
    RPC_S_PROTSEQ_NOT_SUPPORTED = 1703: "The transport is not supported."
        cause "Nano Server has fewer transports than other Windows."
        advice "Use a fuller base image.";
    RPC_S_INVALID_NET_ADDR = 1707: "The network address is not valid."
        advice "Correct it.";
    RPC_S_ALREADY_LISTENING = 1713: "The service listens already."
        cause "A second instance of it was started."
        advice "End one of them.";
    RPC_S_NOT_LISTENING = 1715: "The service does not listen."
        cause "It is still starting, or has stopped."
        advice "See its state: `Get-Service`; start it, or wait.";
    RPC_S_UNKNOWN_IF = 1717: "The service does not know the interface."
        cause "The service is of another release than the program, or the feature that has the interface is not \
            enabled."
        advice "Enable the feature that the program needs (`Containers`, Hyper-V), and update.";
    RPC_S_CANT_CREATE_ENDPOINT = 1720: "The service could not open the port or pipe that it listens on."
        cause "Another program has it."
        advice "End the other program, or give one of them another port.";
    RPC_S_OUT_OF_RESOURCES = 1721: "There are not enough resources for the call."
        cause "The host is short of memory or handles."
        advice "Free memory, or restart what leaks handles: `Get-Process | Sort-Object Handles -Descending | \
            Select-Object -First 5`.";
    RPC_S_SERVER_UNAVAILABLE = 1722: "The service cannot be reached."
        cause "The service (`vmcompute`, `hns`, `docker`, `containerd`) is stopped, disabled or crashed."
        cause "A firewall stands between the two, if they are on different machines."
        cause "Inside a container: the service that the program wants does not exist in this image."
        advice "See the services: `Get-Service vmcompute, hns, docker, containerd -ErrorAction SilentlyContinue`."
        advice "Start what is stopped: `Start-Service vmcompute`. If it stops again, read the log System.";
    RPC_S_SERVER_TOO_BUSY = 1723: "The service is too busy."
        cause "Many containers start or stop at the same time."
        advice "Try again after a while, and start fewer at a time.";
    RPC_S_INVALID_NETWORK_OPTIONS = 1724: "The network options are not valid."
        advice "Correct them.";
    RPC_S_CALL_FAILED = 1726: "The call was broken off; it may have been carried out or not."
        cause "The service crashed or was restarted while it worked on the call; `hns` and `vmcompute` are met most."
        cause "An endpoint or network was made while the host's adapter was being changed."
        advice "See whether the service runs: `Get-Service hns, vmcompute`; then look whether the call took effect, \
            and repeat it."
        advice "Read its crash: `Get-WinEvent -LogName Application -MaxEvents 50 | Where-Object Id -eq 1000`.";
    RPC_S_CALL_FAILED_DNE = 1727: "The call was broken off and not carried out."
        cause "The service went away before it took the call."
        advice "Repeat it.";
    RPC_S_PROTOCOL_ERROR = 1728: "The two ends misunderstood each other."
        cause "Something on the way changed the data, or the versions do not fit."
        advice "Update both ends.";
    RPC_S_UNSUPPORTED_TRANS_SYN = 1730: "The two ends have no way of encoding in common."
        advice "Update both ends.";
    RPC_S_UNKNOWN_AUTHN_SERVICE = 1747: "The way of authenticating is not known."
        advice "Choose one that both ends know.";
    RPC_S_PROCNUM_OUT_OF_RANGE = 1745: "The service does not have this function."
        cause "The service is older than the program that asks it."
        advice "Update Windows, or use a release of the program that suits it.";
    EPT_S_NOT_REGISTERED = 1753: "The service has not told the endpoint mapper where it is."
        cause "The service is stopped, or still starting."
        cause "The firewall service is off, which some network functions ask."
        advice "See the services: `Get-Service RpcEptMapper, mpssvc, hns`, and start what is stopped.";
    RPC_S_CALL_IN_PROGRESS = 1791: "A call is under way on this thread already."
        advice "Report it to the program's authors.";
    RPC_S_INTERNAL_ERROR = 1766: "The machinery of calls failed inside."
        cause "The host is short of memory, or the service's data are damaged."
        advice "Restart the service, or the host.";
    RPC_S_ADDRESS_ERROR = 1768: "The service touched memory that it must not."
        advice "Update the service; report it to its authors.";
    RPC_S_CALL_CANCELLED = 1818: "The call was cancelled."
        cause "The caller's time ran out: the service did not answer, often because a disk or a guest hangs."
        advice "Look at what the service waits for, then repeat the call.";
    RPC_S_COMM_FAILURE = 1820: "The connection failed during the call."
        advice "See whether the other end still runs, then repeat the call.";
    RPC_S_SEC_PKG_ERROR = 1825: "Authentication failed."
        cause "Clocks differ, the name of the service is wrong, or the account may not do it."
        advice "Compare the clocks, and check the account.";
    RPC_X_NULL_REF_POINTER = 1780: "A call lacks a required value."
        cause "A mistake in the program."
        advice "Report it to the program's authors.";
    RPC_X_ENUM_VALUE_OUT_OF_RANGE = 1781: "A call has a value that is none of those allowed."
        advice "Report it to the program's authors.";
    RPC_X_BAD_STUB_DATA = 1783: "The data of a call do not have the form that the service expects."
        cause "Program and service are of different releases, or a text is too long for the service."
        cause "The caller's account is not known on the other machine."
        advice "Update both ends.";
    RPC_E_CALL_REJECTED = 0x8001_0001: "The other end refused the call."
        cause "It is busy, often with a dialog that nobody can see in a container."
        advice "Try again; run the program without dialogs.";
    RPC_E_CALL_CANCELED = 0x8001_0002: "The call was cancelled by the other end."
        advice "Try again.";
    RPC_E_SERVER_DIED = 0x8001_0007: "The other end ended during the call."
        advice "Start it again, and look for its crash in the log Application.";
    RPC_E_SERVERFAULT = 0x8001_0105: "The other end crashed during the call."
        advice "Look for its crash in the log Application, and update it.";
    RPC_E_CHANGED_MODE = 0x8001_0106: "COM is in use on this thread in another mode already."
        advice "Report it to the program's authors.";
    RPC_E_DISCONNECTED = 0x8001_0108: "The object was disconnected from its clients."
        cause "The program that served it ended."
        advice "Connect anew.";
    RPC_E_SERVERCALL_RETRYLATER = 0x8001_010A: "The other end is busy, and asks to try again later."
        advice "Try again after a while.";
    RPC_E_WRONG_THREAD = 0x8001_010E: "The object was used on a thread that it does not belong to."
        advice "Report it to the program's authors.";
    RPC_E_TOO_LATE = 0x8001_0119: "Security had been set up before it was to be set up."
        advice "Report it to the program's authors.";
    RPC_E_ACCESS_DENIED = 0x8001_011B: "The other end refuses this caller."
        cause "The caller is not elevated, or not allowed by the settings of COM."
        advice "Run it in an elevated shell.";
    RPC_E_TIMEOUT = 0x8001_011F: "The call did not end in time."
        advice "Look at the load of the host, then try again.";
};
