//! The OCI runtime specification 1.3 as data, for Linux and Windows containers and those in virtual machines.
//!
//! These are types of our own, because a spec is forwarded to guests and other runtimes: what they do not know is kept in
//! `extra` and written back, so nothing is lost between reading and writing. Parsing is strict about the shape of known
//! fields only. What the host can honour is not decided here. The sections of systems that nobody here runs (`solaris`,
//! `zos`, `freebsd`) are kept in the specification's `extra` like everything else that is not known.
//!
//! Source of the fields: <https://github.com/opencontainers/runtime-spec> (`config.md`, `config-linux.md`).

mod linux;
mod process;
mod resources;
mod vm;
mod windows;

pub use linux::*;
pub use process::*;
pub use resources::*;
pub use vm::*;
pub use windows::*;

use crate::model::object;
use serde_json::Value;
use std::collections::BTreeMap;

/// Fields that these types do not know, kept as they were read.
pub type Extra = BTreeMap<String, Value>;

object! {
    /// A whole `config.json`: the OCI runtime specification's container configuration.
    pub struct Spec {
        /// Version of the specification that the bundle follows, for example `1.2.0`.
        "ociVersion" oci_version: String = always,
        /// Programs run at points of the life cycle.
        "hooks" hooks: Option<Hooks>,
        /// Free metadata; keys beginning `io.silo.` and `com.microsoft.` are read by this project.
        "annotations" annotations: BTreeMap<String, String>,
        /// Host name seen inside the UTS namespace.
        "hostname" hostname: Option<String>,
        /// NIS domain name seen inside the UTS namespace.
        "domainname" domainname: Option<String>,
        /// Mounts made on top of the root filesystem, in order.
        "mounts" mounts: Vec<Mount>,
        /// The container's root filesystem.
        "root" root: Option<Root>,
        /// The process to run.
        "process" process: Option<Process>,
        /// Settings of Linux containers.
        "linux" linux: Option<Linux>,
        /// Settings of Windows containers; its layer folders are used by Linux containers too.
        "windows" windows: Option<Windows>,
        /// The virtual machine of a container that has one of its own.
        "vm" vm: Option<Vm>,
        ..extra
    }

    /// The root filesystem.
    pub struct Root {
        /// Folder that becomes `/`; relative paths start at the bundle.
        "path" path: String = always,
        /// Whether `/` is read-only inside.
        "readonly" readonly: bool,
        ..extra
    }

    /// One mount.
    pub struct Mount {
        /// Absolute path inside the container.
        "destination" destination: String = always,
        /// Filesystem type, or `bind`.
        "type" kind: Option<String>,
        /// Device, folder or name that is mounted; relative paths of bind mounts start at the bundle.
        "source" source: Option<String>,
        /// Mount options as `mount(8)` and the specification spell them.
        "options" options: Vec<String>,
        /// User ids shown by an id-mapped mount.
        "uidMappings" uid_mappings: Vec<IdMapping>,
        /// Group ids shown by an id-mapped mount.
        "gidMappings" gid_mappings: Vec<IdMapping>,
        ..extra
    }

    /// Programs run at points of the life cycle, in the order of the fields.
    pub struct Hooks {
        /// Deprecated by the specification, still run: after the namespaces exist, in the runtime's namespace.
        "prestart" prestart: Vec<Hook>,
        /// After the namespaces exist and before the root is pivoted, in the runtime's namespace.
        "createRuntime" create_runtime: Vec<Hook>,
        /// After `create_runtime`, in the container's namespace, before the root is pivoted.
        "createContainer" create_container: Vec<Hook>,
        /// Just before the user's program, in the container.
        "startContainer" start_container: Vec<Hook>,
        /// After the user's program began, in the runtime's namespace.
        "poststart" poststart: Vec<Hook>,
        /// After the container was deleted, in the runtime's namespace.
        "poststop" poststop: Vec<Hook>,
        ..extra
    }

    /// One program of a hook.
    pub struct Hook {
        /// Absolute path of the program.
        "path" path: String = always,
        /// Arguments including `argv[0]`; empty means the path alone.
        "args" args: Vec<String>,
        /// Environment as `NAME=value`.
        "env" env: Vec<String>,
        /// Seconds after which the hook is killed and has failed.
        "timeout" timeout: Option<i64>,
        ..extra
    }

    /// A range of ids seen inside and the ids outside that they stand for.
    pub struct IdMapping {
        /// First id inside.
        "containerID" container_id: u32 = always,
        /// First id outside.
        "hostID" host_id: u32 = always,
        /// Number of ids.
        "size" size: u32 = always,
        ..extra
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_other_systems_come_back_as_they_were() {
        let text = r#"{"ociVersion":"1.3.0","vm":{"kernel":{"path":"/vmlinuz","parameters":["a=b"],"initrd":"/initrd"},
            "hypervisor":{"path":"/vmm"},"image":{"path":"/root.img","format":"raw"},"hwConfig":{"vcpus":1,"memory":4194304,
            "deviceTree":"/d","dtdevs":["/n"],"iomems":[{"firstMFN":12288,"nrMFNs":1}],"irqs":[11]}},
            "solaris":{"milestone":"m"},"zos":{"namespaces":[{"type":"pid"}]},"freebsd":{"jail":{"vnet":"new"}}}"#;
        let spec: Spec = serde_json::from_str(text).unwrap();
        let vm = spec.vm.as_ref().unwrap();
        assert_eq!((vm.extra.len(), vm.hw_config.as_ref().unwrap().memory), (0, Some(4_194_304)));
        assert_eq!(spec.extra.keys().collect::<Vec<_>>(), ["freebsd", "solaris", "zos"]);
        assert_eq!(serde_json::to_value(&spec).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    }
}
