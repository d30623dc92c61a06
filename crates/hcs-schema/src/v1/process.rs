//! Processes in version 1.

use crate::model::object;
use serde_json::Value;
use std::collections::BTreeMap;

object! {
    /// A process to run in a container.
    pub struct ProcessConfig {
        /// Program; empty finds it by the first word of the command line.
        "ApplicationName" application_name: String,
        /// The whole command line.
        "CommandLine" command_line: String,
        /// Program and arguments. Of Linux containers.
        "CommandArgs" command_args: Vec<String>,
        /// User of the container that it runs as; empty is the container's default.
        "User" user: String,
        /// Working directory.
        "WorkingDirectory" working_directory: String,
        /// Environment.
        "Environment" environment: BTreeMap<String, String>,
        /// Whether it has a pseudo-terminal. It has no standard error then.
        "EmulateConsole" emulate_console: bool,
        /// Whether its standard input is connected.
        "CreateStdInPipe" create_std_in_pipe: bool,
        /// Whether its standard output is connected.
        "CreateStdOutPipe" create_std_out_pipe: bool,
        /// Whether its standard error is connected.
        "CreateStdErrPipe" create_std_err_pipe: bool,
        /// Initial size of the pseudo-terminal: rows, columns. `[0, 0]` leaves it.
        "ConsoleSize" console_size: [u16; 2] = always,
        /// Runs in the virtual machine itself instead of its container. Of Linux containers.
        "CreateInUtilityVm" create_in_utility_vm: bool,
        /// Specification of a Linux container whose first process this is.
        "OCISpecification" oci_specification: Value,
        /// Named pipe that is its standard input. Of the .NET library.
        "StdInPipe" std_in_pipe: String,
        /// Named pipe that is its standard output. Of the .NET library.
        "StdOutPipe" std_out_pipe: String,
        /// Named pipe that is its standard error. Of the .NET library.
        "StdErrPipe" std_err_pipe: String,
        /// Whether it runs with few rights. Of the .NET library.
        "RestrictedToken" restricted_token: bool,
    }
}
