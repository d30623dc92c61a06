//! Calls: what is asked of whom. Each is typed, so that the engine can run it, and has a name and a document to be printed.

use super::Affinity;
use super::facts::builds;
use hcs_schema::document::{LinuxContainer, ProcessParameters};
use hcs_schema::{hcn, v1, v2};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which of the two libraries compute systems are driven through on Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Abi {
    /// `vmcompute.dll`: calls that are completed by notifications. Every build has it.
    Vmcompute,
    /// `computecore.dll`: operations. Build 17763 and later.
    Computecore,
}

impl Abi {
    /// The library that a build is driven through.
    pub fn of(build: u32) -> Abi {
        if build < builds::SERVER_2019 { Abi::Vmcompute } else { Abi::Computecore }
    }

    /// Name of the library.
    pub fn name(self) -> &'static str {
        match self {
            Abi::Vmcompute => "vmcompute",
            Abi::Computecore => "computecore",
        }
    }
}

/// Defines the calls: variant, fields, library and function, and what the call is made on.
macro_rules! calls {
    ($($(#[$note:meta])* $call:ident { $($(#[$about:meta])* $field:ident: $type:ty,)* } => $library:ident $function:literal on $target:expr;)*) => {
        /// One call.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(rename_all = "kebab-case", tag = "call", rename_all_fields = "camelCase")]
        pub enum Call {
            $($(#[$note])* $call { $($(#[$about])* $field: $type,)* },)*
        }

        impl Call {
            /// The function with its library, as the host's own documentation spells them.
            pub fn function(&self, abi: Option<Abi>) -> String {
                let (library, function) = match self {
                    $(Call::$call { .. } => (Library::$library, $function),)*
                };
                match (library, abi) {
                    (Library::Systems, Some(abi)) => format!("{}!{function}", abi.name()),
                    (Library::Systems, None) => function.trim_start_matches("Hcs").into(),
                    (library, _) => match library.name() {
                        Some(name) => format!("{name}!{function}"),
                        None => function.into(),
                    },
                }
            }

            /// What it is made on: an id, a path or a name.
            #[allow(unused_variables, reason = "most calls have fields that are not their target")]
            pub fn target(&self) -> &str {
                match self {
                    $(Call::$call { $($field,)* } => $target,)*
                }
            }
        }
    };
}

/// Where functions are.
#[derive(Clone, Copy)]
enum Library {
    /// The library of compute systems, by the build.
    Systems,
    /// `vmcompute.dll`, whatever the build.
    Vmcompute,
    /// `computestorage.dll`.
    Computestorage,
    /// `computenetwork.dll`.
    Computenetwork,
    /// `cimfs.dll`.
    Cimfs,
    /// `kernel32.dll`.
    Kernel32,
    /// `advapi32.dll`.
    Advapi32,
    /// `ntdll.dll`.
    Ntdll,
    /// `bindfltapi.dll`.
    Bindfltapi,
    /// No library: something of the operating system's own.
    System,
}

impl Library {
    fn name(self) -> Option<&'static str> {
        Some(match self {
            Library::Vmcompute => "vmcompute",
            Library::Computestorage => "computestorage",
            Library::Computenetwork => "computenetwork",
            Library::Cimfs => "cimfs",
            Library::Kernel32 => "kernel32",
            Library::Advapi32 => "advapi32",
            Library::Ntdll => "ntdll",
            Library::Bindfltapi => "bindfltapi",
            Library::Systems | Library::System => return None,
        })
    }
}

calls! {
    /// Makes a folder on the host.
    MakeFolder {
        /// Where.
        path: String,
    } => System "mkdir" on path;
    /// Removes a folder of the host and all below it.
    RemoveFolder {
        /// Where.
        path: String,
    } => System "remove" on path;
    /// Makes a symbolic link on the host.
    MakeLink {
        /// Where.
        path: String,
        /// What it leads to.
        target: String,
    } => Kernel32 "CreateSymbolicLinkW" on path;
    /// Computes the id of a layer from its name.
    NameToGuid {
        /// Name: the last part of the layer's path.
        name: String,
    } => Vmcompute "NameToGuid" on name;
    /// Makes a writable layer.
    CreateSandboxLayer {
        /// Its folder.
        folder: String,
        /// The layers below, upper-most first.
        parents: Vec<String>,
    } => Vmcompute "CreateSandboxLayer" on folder;
    /// Gives a writable layer another size.
    ExpandSandboxSize {
        /// Its folder.
        folder: String,
        /// The size in bytes.
        bytes: u64,
    } => Vmcompute "ExpandSandboxSize" on folder;
    /// Attaches the disk of a writable layer. `ERROR_NOT_READY` and `ERROR_DEVICE_NOT_CONNECTED` are tried again.
    ActivateLayer {
        /// Its folder.
        folder: String,
    } => Vmcompute "ActivateLayer" on folder;
    /// Detaches the disk of a writable layer.
    DeactivateLayer {
        /// Its folder.
        folder: String,
    } => Vmcompute "DeactivateLayer" on folder;
    /// Attaches the filter that shows the layers below a writable layer.
    PrepareLayer {
        /// Its folder.
        folder: String,
        /// The layers below, upper-most first.
        parents: Vec<String>,
    } => Vmcompute "PrepareLayer" on folder;
    /// Detaches that filter.
    UnprepareLayer {
        /// Its folder.
        folder: String,
    } => Vmcompute "UnprepareLayer" on folder;
    /// Asks for the volume of a mounted layer.
    GetLayerMountPath {
        /// Its folder.
        folder: String,
    } => Vmcompute "GetLayerMountPath" on folder;
    /// Removes a layer.
    DestroyLayer {
        /// Its folder.
        folder: String,
    } => Vmcompute "DestroyLayer" on folder;
    /// Mounts a composite image as a volume.
    MountImage {
        /// Path of the image.
        image: String,
        /// Images that it merges.
        parents: Vec<String>,
        /// Whose mount it is: the id of the container.
        owner: String,
    } => Cimfs "CimMountImage" on image;
    /// Takes a composite image's volume away.
    UnmountImage {
        /// The volume.
        volume: String,
    } => Cimfs "CimDismountImage" on volume;
    /// Attaches a filter that shows layers below a volume.
    AttachOverlayFilter {
        /// The volume.
        volume: String,
        /// The layers.
        document: Document,
    } => Computestorage "HcsAttachOverlayFilter" on volume;
    /// Detaches it.
    DetachOverlayFilter {
        /// The volume.
        volume: String,
    } => Computestorage "HcsDetachOverlayFilter" on volume;
    /// Makes a network namespace.
    CreateNamespace {
        /// Its document.
        document: Document,
    } => Computenetwork "HcnCreateNamespace" on "";
    /// Changes a network namespace.
    ModifyNamespace {
        /// Its id.
        id: String,
        /// The change.
        document: Document,
    } => Computenetwork "HcnModifyNamespace" on id;
    /// Removes a network namespace.
    DeleteNamespace {
        /// Its id.
        id: String,
    } => Computenetwork "HcnDeleteNamespace" on id;
    /// Changes a setting of the compute service itself.
    ModifyService {
        /// The change.
        document: Document,
    } => Systems "HcsModifyServiceSettings" on "";
    /// Asks for a property of the compute service itself.
    QueryService {
        /// Name of the property.
        property: String,
    } => Systems "HcsGetServiceProperties" on property;
    /// Makes a compute system from its document.
    CreateSystem {
        /// Its id.
        id: String,
        /// Its document.
        document: Document,
    } => Systems "HcsCreateComputeSystem" on id;
    /// Starts a compute system.
    StartSystem {
        /// Its id.
        id: String,
    } => Systems "HcsStartComputeSystem" on id;
    /// Ends a compute system by force and forgets it.
    TerminateSystem {
        /// Its id.
        id: String,
    } => Systems "HcsTerminateComputeSystem" on id;
    /// Starts a process in a compute system.
    CreateProcess {
        /// The system's id.
        id: String,
        /// The process.
        document: Document,
    } => Systems "HcsCreateProcess" on id;
    /// Pins a job to processors.
    SetJobAffinity {
        /// Name of the job.
        job: String,
        /// The processors, by group.
        affinity: Vec<Affinity>,
    } => Kernel32 "SetInformationJobObject" on job;
    /// Makes a job object.
    CreateJob {
        /// Its name.
        name: String,
    } => Kernel32 "CreateJobObjectW" on name;
    /// Ends every process of a job.
    TerminateJob {
        /// Its name.
        name: String,
    } => Kernel32 "TerminateJobObject" on name;
    /// Makes a silo of a job.
    PromoteJob {
        /// Its name.
        name: String,
    } => Ntdll "NtSetInformationJobObject" on name;
    /// Limits a job.
    SetJobLimits {
        /// Its name.
        name: String,
        /// The limits.
        limits: JobLimits,
    } => Kernel32 "SetInformationJobObject" on name;
    /// Shows a path as another one in a silo.
    BindPath {
        /// Name of the silo's job.
        name: String,
        /// Where it is seen.
        path: String,
        /// What is seen.
        target: String,
        /// Whether it cannot be written to.
        read_only: bool,
    } => Bindfltapi "BfSetupFilter" on path;
    /// Mounts a volume on a folder.
    MountVolume {
        /// The volume.
        volume: String,
        /// The folder, with a backslash at its end.
        path: String,
    } => Kernel32 "SetVolumeMountPointW" on path;
    /// Takes a volume off its folder.
    UnmountVolume {
        /// The folder, with a backslash at its end.
        path: String,
    } => Kernel32 "DeleteVolumeMountPointW" on path;
    /// Takes this program's own token.
    OpenOwnToken {} => Advapi32 "OpenProcessToken" on "";
    /// Gets a token of a user of the host.
    LogonUser {
        /// `domain\user`.
        user: String,
        /// Whether it is logged on as a service.
        service: bool,
    } => Advapi32 "LogonUserW" on user;
    /// Makes an account that is a member of a local group, and gets its token. The account goes with the container.
    LogonGroupMember {
        /// The group.
        group: String,
        /// Name of the account.
        account: String,
    } => Advapi32 "LogonUserW" on group;
    /// Starts a process in a job.
    CreateJobProcess {
        /// Name of the job.
        name: String,
        /// The process.
        document: Document,
    } => Advapi32 "CreateProcessAsUserW" on name;
}

impl Call {
    /// The document that it sends.
    pub fn document(&self) -> Option<&Document> {
        match self {
            Call::CreateSystem { document, .. }
            | Call::CreateProcess { document, .. }
            | Call::CreateJobProcess { document, .. }
            | Call::AttachOverlayFilter { document, .. }
            | Call::CreateNamespace { document }
            | Call::ModifyNamespace { document, .. }
            | Call::ModifyService { document } => Some(document),
            _ => None,
        }
    }
}

/// Limits in the words of job objects. `None` is no limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobLimits {
    /// Memory in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Share of all processors' time in hundredths of a percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_rate: Option<u32>,
    /// Weight, 1 to 9.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_weight: Option<u32>,
    /// Processors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affinity: Vec<Affinity>,
    /// Storage operations a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iops: Option<u64>,
    /// Storage bytes a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<u64>,
}

/// Defines the documents that calls send, with the names of their types.
macro_rules! documents {
    ($($(#[$note:meta])* $document:ident($type:ty) = $name:literal,)*) => {
        /// A document that a call sends.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Document {
            $($(#[$note])* $document(Box<$type>),)*
        }

        impl Document {
            /// Name of the document's type.
            pub fn name(&self) -> &'static str {
                match self { $(Document::$document(_) => $name,)* }
            }
        }
    };
}

documents! {
    /// A compute system of schema version 2.
    ComputeSystem(v2::ComputeSystem) = "ComputeSystem",
    /// A container of schema version 1.
    ContainerV1(v1::ContainerConfig) = "ContainerConfig",
    /// A Linux container.
    LinuxContainer(LinuxContainer) = "LinuxContainer",
    /// A process.
    Process(ProcessParameters) = "ProcessParameters",
    /// A process of schema version 1.
    ProcessV1(v1::ProcessConfig) = "ProcessConfig",
    /// Layers of a filter.
    LayerData(v2::LayerData) = "LayerData",
    /// A change of the compute service.
    ServiceModification(v2::ModificationRequest) = "ModificationRequest",
    /// A network namespace.
    Namespace(hcn::Namespace) = "HostComputeNamespace",
    /// A change of a network namespace.
    NamespaceModification(hcn::ModifyNamespace) = "ModifyNamespaceSettingRequest",
}

impl Document {
    /// The document as it is sent.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("documents have string keys and no other failure")
    }
}
