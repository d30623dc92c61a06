//! What a host is given and what it answers: the documents of the `Host` verbs.
//!
//! The shapes are those of HCS and of its Linux guest, with their exact key case; see the protocol notes of each type.

use crate::model::object;
use crate::oci;
use serde_json::Value;
use std::collections::BTreeMap;

object! {
    /// A schema version.
    #[derive(Copy, Eq, PartialOrd, Ord)]
    pub struct Version {
        /// Major number.
        "Major" major: u32 = always,
        /// Minor number.
        "Minor" minor: u32 = always,
    }
}

impl Version {
    /// Schema 2.1, the first that Linux containers have.
    pub const V2_1: Version = Version { major: 2, minor: 1 };
}

object! {
    /// The document of a Linux container, in a utility VM or on a Linux host.
    pub struct LinuxContainer {
        /// Schema of this document; 2.1 at least.
        "SchemaVersion" schema_version: Version = always,
        /// The bundle: relative paths of the specification start here, and the host may keep its own files in it.
        "OciBundlePath" oci_bundle_path: String,
        /// What to run, and how.
        "OciSpecification" oci_specification: oci::Spec = always,
        /// Folder of the writable layer, holding `upper` and `work`. Empty: the root is used as it is, or, with `layers`, in memory.
        "ScratchDirPath" scratch_dir_path: String,
        /// Read-only layers below the writable one, upper-most first. Empty: the specification's root is a whole filesystem.
        "Layers" layers: Vec<Layer>,
    }

    /// One read-only layer.
    #[derive(Eq)]
    pub struct Layer {
        /// Identity of the layer, a GUID on Windows.
        "Id" id: String,
        /// Its folder.
        "Path" path: String = always,
    }

    /// A process to run in a compute system.
    pub struct ProcessParameters {
        /// The whole command line.
        "CommandLine" command_line: String,
        /// Program and arguments; wins over `command_line`.
        "CommandArgs" command_args: Vec<String>,
        /// Working directory.
        "WorkingDirectory" working_directory: String,
        /// Environment.
        "Environment" environment: BTreeMap<String, String>,
        /// Whether the process has a pseudo-terminal.
        "EmulateConsole" emulate_console: bool,
        /// Whether its standard input is connected.
        "CreateStdInPipe" create_std_in_pipe: bool,
        /// Whether its standard output is connected.
        "CreateStdOutPipe" create_std_out_pipe: bool,
        /// Whether its standard error is connected.
        "CreateStdErrPipe" create_std_err_pipe: bool,
        /// Initial size of the pseudo-terminal: rows, columns. `[0, 0]` leaves it.
        "ConsoleSize" console_size: [u16; 2] = always,
        /// Runs in the utility VM itself instead of a container.
        "CreateInUtilityVM" create_in_utility_vm: bool,
        /// Process section of a Linux process that joins a running container; absent starts the container's own.
        "OciProcess" oci_process: Option<oci::Process>,
    }

    /// Which properties of a compute system are wanted.
    #[derive(Eq)]
    pub struct PropertyQuery {
        /// `ProcessList`, `Statistics` and others; empty asks for the basic ones.
        "PropertyTypes" property_types: Vec<String>,
    }

    /// Properties of a compute system.
    pub struct Properties {
        /// Its id.
        "Id" id: String,
        /// `Created`, `Running`, `Paused` or `Stopped`.
        "State" state: String,
        /// `Container` or `VirtualMachine`.
        "SystemType" system_type: String,
        /// `Linux` or `Windows`.
        "RuntimeOsType" runtime_os_type: String,
        /// Processes, when asked for.
        "ProcessList" process_list: Vec<ProcessDetails>,
        /// Control group statistics of a Linux container in containerd's version 1 shape, when asked for.
        "LCOWMetrics" metrics: Value,
    }

    /// One process of a compute system.
    #[derive(Eq)]
    pub struct ProcessDetails {
        /// Its id, as the host sees it.
        "ProcessId" process_id: u32 = always,
        /// Name of its program, where the host says.
        "ImageName" image_name: String,
    }

    /// A change to a running compute system. Resources that are not known round-trip untouched.
    pub struct ModifyRequest {
        /// `Add` (the default), `Remove` or `Update`.
        "RequestType" request_type: String,
        /// Kind of the resource, for example `ContainerConstraints`.
        "ResourceType" resource_type: String = always,
        /// Settings, whose shape the kind decides.
        "Settings" settings: Value,
    }
}
