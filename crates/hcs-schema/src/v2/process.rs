//! Processes in compute systems: what is run, what is changed while it runs, and how it ended.

use crate::HResult;
use crate::model::{object, words};
use crate::oci;
use std::collections::BTreeMap;

object! {
    /// A process to run in a compute system, on Windows, in a utility VM or on a Linux host. Schema 2.0.
    ///
    /// Windows takes `application_name` or `command_line`; a Linux guest takes `command_args` or `command_line`, and the
    /// fields from `oci_specification` on.
    pub struct ProcessParameters {
        /// Program; empty finds it by the first word of the command line.
        "ApplicationName" application_name: String,
        /// The whole command line.
        "CommandLine" command_line: String,
        /// Program and arguments; wins over `command_line`. Only Linux guests read it.
        "CommandArgs" command_args: Vec<String>,
        /// User of the container that it runs as; empty is the container's default.
        "User" user: String,
        /// Working directory.
        "WorkingDirectory" working_directory: String,
        /// Environment.
        "Environment" environment: BTreeMap<String, String>,
        /// Whether it runs with few rights.
        "RestrictedToken" restricted_token: bool,
        /// Whether the process has a pseudo-terminal. It has no standard error then.
        "EmulateConsole" emulate_console: bool,
        /// Whether its standard input is connected.
        "CreateStdInPipe" create_std_in_pipe: bool,
        /// Whether its standard output is connected.
        "CreateStdOutPipe" create_std_out_pipe: bool,
        /// Whether its standard error is connected.
        "CreateStdErrPipe" create_std_err_pipe: bool,
        /// Initial size of the pseudo-terminal: rows, columns. `[0, 0]` leaves it.
        "ConsoleSize" console_size: [u16; 2],
        /// Whether it joins a session that the user has, instead of a new one.
        "UseExistingLogin" use_existing_login: bool,
        /// Whether it has the legacy console.
        "UseLegacyConsole" use_legacy_console: bool,
        /// Runs in the utility VM itself instead of a container.
        "CreateInUtilityVM" create_in_utility_vm: bool,
        /// Specification of a Linux container whose first process this is. Hosts of schema 2 give it when they create the
        /// container instead.
        "OciSpecification" oci_specification: Option<oci::Spec>,
        /// Process section of a Linux process that joins a running container; absent starts the container's own.
        "OciProcess" oci_process: Option<oci::Process>,
    }

    /// A change to a running process. Schema 2.0.
    pub struct ProcessModifyRequest {
        /// What is changed.
        "Operation" operation: ProcessModifyOperation,
        /// Of `ConsoleSize`: the new size.
        "ConsoleSize" console_size: Option<ConsoleSize>,
        /// Of `CloseHandle`: which handle.
        "CloseHandle" close_handle: Option<CloseHandle>,
    }

    /// Size of a pseudo-terminal in characters. Schema 2.0.
    #[derive(Copy, Eq)]
    pub struct ConsoleSize {
        /// Rows.
        "Height" height: u16,
        /// Columns.
        "Width" width: u16,
    }

    /// Which standard handle is closed. Schema 2.0.
    pub struct CloseHandle {
        /// The handle.
        "Handle" handle: StdHandle,
    }

    /// State of a process: what the service tells when one ends. Schema 2.1.
    pub struct ProcessStatus {
        /// Its id.
        "ProcessId" process_id: u32,
        /// Whether it has ended.
        "Exited" exited: bool,
        /// Exit code, where it has ended and waiting for it went well.
        "ExitCode" exit_code: u32,
        /// How waiting for it went.
        "LastWaitResult" last_wait_result: HResult,
    }
}

words! {
    /// What is changed of a process. Schema 2.0.
    pub enum ProcessModifyOperation {
        /// Size of its pseudo-terminal.
        ConsoleSize = "ConsoleSize",
        /// The host's end of its standard streams is closed.
        CloseHandle = "CloseHandle",
    }

    /// A standard handle. Schema 2.0.
    pub enum StdHandle {
        /// Standard input.
        StdIn = "StdIn",
        /// Standard output.
        StdOut = "StdOut",
        /// Standard error.
        StdErr = "StdErr",
        /// All three (2.1).
        All = "All",
    }

    /// A console event, as a signal to a Windows process. Schema 2.1.
    pub enum ProcessSignal {
        /// `CTRL_C_EVENT`.
        CtrlC = "CtrlC",
        /// `CTRL_BREAK_EVENT`.
        CtrlBreak = "CtrlBreak",
        /// `CTRL_CLOSE_EVENT`.
        CtrlClose = "CtrlClose",
        /// `CTRL_LOGOFF_EVENT`.
        CtrlLogOff = "CtrlLogOff",
        /// `CTRL_SHUTDOWN_EVENT`.
        CtrlShutdown = "CtrlShutdown",
    }
}

impl ProcessModifyRequest {
    /// A new size of the pseudo-terminal, in characters.
    pub fn console_size(height: u16, width: u16) -> Self {
        let console_size = Some(ConsoleSize { height, width });
        Self { operation: ProcessModifyOperation::ConsoleSize, console_size, close_handle: None }
    }

    /// An end of a standard stream.
    pub fn close_handle(handle: StdHandle) -> Self {
        let close_handle = Some(CloseHandle { handle });
        Self { operation: ProcessModifyOperation::CloseHandle, console_size: None, close_handle }
    }
}
