//! Calls: what is asked of whom. Each is typed, so that the engine can run it, and has a name and a document to be printed.

use super::abi::{Abi, Library};
use super::call_macro::calls;
use super::{Affinity, Document, GuestCall, JobLimits};
use serde::Serialize;

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
    /// Copies a file on the host. One that is there already is replaced.
    CopyFile {
        /// From where.
        source: String,
        /// To where.
        path: String,
    } => Kernel32 "CopyFileExW" on path;
    /// Removes a file of the host.
    RemoveFile {
        /// Where.
        path: String,
    } => Kernel32 "DeleteFileW" on path;
    /// Reads a file of the host. One that may be missing counts as empty.
    ReadFile {
        /// Where.
        path: String,
        /// Whether it may be missing.
        optional: bool,
    } => Kernel32 "ReadFile" on path;
    /// Makes a disk that grows as it is written to (VHDX).
    CreateDisk {
        /// Its file.
        path: String,
        /// Its size in bytes.
        bytes: u64,
    } => Virtdisk "CreateVirtualDisk" on path;
    /// Lets a utility VM open a file of the host.
    GrantAccess {
        /// Id of the utility VM.
        machine: String,
        /// The file.
        path: String,
    } => Computecore "HcsGrantVmAccess" on path;
    /// Takes that back.
    RevokeAccess {
        /// Id of the utility VM.
        machine: String,
        /// The file.
        path: String,
    } => Computecore "HcsRevokeVmAccess" on path;
    /// Lets every virtual machine open a file or folder of the host, by an entry for `NT VIRTUAL MACHINE\Virtual Machines`.
    GrantGroupAccess {
        /// The file or folder.
        path: String,
    } => Advapi32 "SetNamedSecurityInfoW" on path;
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
    /// Asks for a network of the host by its name.
    FindNetwork {
        /// Its name.
        name: String,
        /// The query.
        document: Document,
    } => Computenetwork "HcnEnumerateNetworks" on name;
    /// Makes an endpoint.
    CreateEndpoint {
        /// Id of its network.
        network: String,
        /// Its document.
        document: Document,
    } => Computenetwork "HcnCreateEndpoint" on network;
    /// Removes an endpoint.
    DeleteEndpoint {
        /// Its id.
        id: String,
    } => Computenetwork "HcnDeleteEndpoint" on id;
    /// Asks the network service, as every build knows it.
    HnsCall {
        /// `GET`, `POST` or `DELETE`.
        method: &'static str,
        /// Of what: `/networks/`, `/endpoints/ID`.
        path: String,
        /// What is sent.
        #[serde(skip_serializing_if = "Option::is_none")]
        document: Option<Document>,
    } => Vmcompute "HNSCall" on path;
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
    /// Asks for the endpoints of a network namespace, in the order in which a container gets them: first the one whose name
    /// ends with `eth0`.
    ListEndpoints {
        /// The namespace's id.
        id: String,
    } => Computenetwork "HcnQueryNamespaceProperties" on id;
    /// Asks for an endpoint.
    QueryEndpoint {
        /// Its id.
        id: String,
    } => Computenetwork "HcnQueryEndpointProperties" on id;
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
    /// Asks for properties of a compute system.
    QuerySystem {
        /// Its id.
        id: String,
        /// Which properties.
        document: Document,
    } => Systems "HcsGetComputeSystemProperties" on id;
    /// Changes a running compute system.
    ModifySystem {
        /// Its id.
        id: String,
        /// The change.
        document: Document,
    } => Systems "HcsModifyComputeSystem" on id;
    /// Listens for a connection from a utility VM.
    Listen {
        /// The machine's own id (GUID), by which sockets name it.
        machine: String,
        /// The service (GUID).
        service: String,
    } => Sockets "listen" on service;
    /// Takes the connection of the guest's `init`, sends random bytes, and closes it.
    SendEntropy {
        /// The service.
        service: String,
        /// How many bytes.
        bytes: u32,
    } => Sockets "send" on service;
    /// Takes the connection of the guest's log and reads it from then on.
    ReadLog {
        /// The service.
        service: String,
        /// Whether the plan goes on without one, which can then come at any time.
        later: bool,
    } => Sockets "recv" on service;
    /// Takes the connection of the service inside the guest, which every message to it goes through.
    ConnectGuest {
        /// Id of the utility VM.
        machine: String,
        /// The service.
        service: String,
    } => Sockets "accept" on service;
    /// Sends a message to the service inside a utility VM.
    Guest {
        /// Id of the utility VM.
        machine: String,
        /// The message.
        #[serde(flatten)]
        message: GuestCall,
    } => System (message.function()) on message.target().unwrap_or(machine);
    /// Asks for the host's time zone.
    QueryTimeZone {} => Kernel32 "GetTimeZoneInformation" on "";
    /// Lets sockets of a container in a utility VM be reached under the container's own id.
    RedirectSockets {
        /// The container's own id (GUID).
        system: String,
        /// The machine's (GUID).
        machine: String,
    } => Kernel32 "DeviceIoControl" on system;
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
            | Call::FindNetwork { document, .. }
            | Call::CreateEndpoint { document, .. }
            | Call::CreateNamespace { document }
            | Call::ModifyNamespace { document, .. }
            | Call::QuerySystem { document, .. }
            | Call::ModifySystem { document, .. }
            | Call::ModifyService { document } => Some(document),
            Call::HnsCall { document, .. } => document.as_ref(),
            Call::Guest { message, .. } => message.document(),
            _ => None,
        }
    }
}
