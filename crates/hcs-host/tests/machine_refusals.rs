//! Containers in utility VMs that are refused, each with its code and its words. Every entry is a good container with
//! something changed.

#![forbid(unsafe_code)]

use hcs_host::plan::{HostFacts, PathKind, Plan, Wanted};
use serde_json::{Value, json};

/// A good Linux container.
fn linux() -> Value {
    json!({
        "id": "web",
        "bundle": "C:\\bundles\\web",
        "spec": {
            "ociVersion": "1.3.0",
            "process": { "args": ["sh"], "cwd": "/", "user": { "uid": 0, "gid": 0 } },
            "linux": {},
            "windows": { "layerFolders": ["C:\\layers\\base", "C:\\scratch"] }
        }
    })
}

/// A good Windows container in a utility VM.
fn windows() -> Value {
    json!({
        "id": "web",
        "spec": {
            "ociVersion": "1.3.0",
            "process": { "args": ["cmd"], "cwd": "C:\\", "user": { "uid": 0, "gid": 0 } },
            "windows": { "layerFolders": ["C:\\layers\\base", "C:\\scratch"], "hyperv": {} }
        }
    })
}

/// A good member of a Linux pod.
fn member() -> Value {
    let mut wanted = linux();
    wanted["pod"] = json!({ "sandbox": "pod", "hypervisor": true, "processors": 2, "networkNamespace": "ns-1" });
    wanted
}

/// Puts a value where a pointer leads, making the objects on the way. In a pointer, `~1` is a slash.
fn put(document: &mut Value, pointer: &str, value: Value) {
    let mut place = document;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/");
        if !place.is_object() {
            *place = json!({});
        }
        place = place.as_object_mut().expect("an object").entry(part).or_insert(Value::Null);
    }
    *place = value;
}

fn refusal(build: u32, good: fn() -> Value, changes: &[(&str, Value)]) -> String {
    let mut document = good();
    for (pointer, value) in changes {
        put(&mut document, pointer, value.clone());
    }
    let wanted: Wanted = serde_json::from_value(document).expect("what is wanted");
    let mut facts = HostFacts::windows(build);
    facts.paths.insert(r"C:\file.txt".into(), PathKind::File);
    facts.paths.insert(r"C:\missing".into(), PathKind::Missing);
    facts.paths.insert(r"C:\layers\nano\UtilityVM".into(), PathKind::Missing);
    match Plan::new(&wanted, &facts) {
        Ok(plan) => format!("planned: {}", plan.kind),
        Err(error) => format!("{:08x}: {}", error.code.0, error.message),
    }
}

/// Build, container, changes, and the code and text of the error.
type Refusal = (u32, fn() -> Value, &'static [(&'static str, fn() -> Value)], &'static str);

macro_rules! refusals {
    ($($build:literal $good:ident $($pointer:literal = $value:tt),+ => $expected:literal;)*) => {
        &[$(($build, $good, &[$(($pointer, || json!($value))),+], $expected)),*]
    };
}

const LINUX: &[Refusal] = refusals! {
    20348 linux "/spec/process" = null => "80070057: process: is missing; a container runs a program";
    20348 linux "/id" = "../x" => "80070057: id: \"../x\" is not a name of letters, digits, hyphens, underscores and dots";
    20348 linux "/id" = "" => "80070057: id: \"\" is not a name of letters, digits, hyphens, underscores and dots";
    20348 linux "/spec/vm" = { "kernel": { "path": "k" } } => "80070032: vm: is not supported for Linux containers in utility VMs: utility VMs are described by annotations";
    20348 linux "/spec/linux/intelRdt" = { "closID": "a" } => "80070032: linux.intelRdt: is not supported for Linux containers in utility VMs: guests do not see the processor's resource director";
    20348 linux "/spec/linux/netDevices" = { "eth0": {} } => "80070032: linux.netDevices: is not supported for Linux containers in utility VMs: the host's devices are not Linux's; see windows.network";
    20348 linux "/spec/windows/credentialSpec" = "{}" => "80070032: windows.credentialSpec: is not supported for Linux containers in utility VMs: it is for Windows containers";
    20348 linux "/spec/windows/servicing" = true => "80070032: windows.servicing: is not supported for Linux containers in utility VMs: it is for Windows containers";
    20348 linux "/spec/windows/hyperv" = { "utilityVMPath": "C:\\vm" } => "80070032: windows.hyperv.utilityVMPath: is not supported for Linux containers in utility VMs: Linux boots from the folder of annotation io.microsoft.virtualmachine.bootfilesrootpath";
    20348 linux "/spec/windows/network" = { "networkSharedContainerName": "other" } => "80070032: windows.network.networkSharedContainerName: is not supported for Linux containers in utility VMs: put the containers into one pod";
    20348 linux "/spec/windows/network" = { "networkNamespace": "ns", "endpointList": ["e"] } => "80070057: windows.network: networkNamespace and endpointList exclude each other; put the endpoints into the namespace";
    20348 linux "/spec/windows/devices" = [{ "id": "5175d334-c371-4806-b3ba-71fd53c9258d", "idType": "class" }] => "80070032: windows.devices[0]: class shares a device with the host's kernel; a utility VM gets whole devices by vpci-instance-id or gpu";
    20348 linux "/spec/windows/devices" = [{ "id": "PCIROOT(0)", "idType": "vpci-location-path" }] => "80070032: windows.devices[0]: vpci-location-path shares a device with the host's kernel; a utility VM gets whole devices by vpci-instance-id or gpu";
    20348 linux "/spec/windows/devices" = [{ "id": "x", "idType": "usb" }] => "80070032: windows.devices[0]: idType \"usb\" is not known; a utility VM gets devices by vpci-instance-id or gpu";
    20348 linux "/spec/windows/devices" = [{ "id": "", "idType": "gpu" }] => "80070057: windows.devices[0].id: is missing";
    20348 linux "/spec/windows/devices" = [{ "id": "PCI\\A", "idType": "gpu" }, { "id": "pci\\a/0", "idType": "vpci" }] => "80070057: windows.devices[1]: the device pci\\a is there twice";
    20348 linux "/spec/windows/devices" = [{ "id": "PCI\\A", "idType": "gpu" }], "/spec/annotations/io.microsoft.virtualmachine.lcow.vpcienabled" = "false" => "80070057: windows.devices: annotation io.microsoft.virtualmachine.lcow.vpcienabled=false takes PCI away from the guest that needs it for them";
    20348 linux "/spec/windows/layerFolders" = ["C:\\only"] => "80070057: windows.layerFolders: has one folder; it needs a read-only layer and, at its end, the writable one";
    20348 linux "/spec/windows/layerFolders" = [] => "80070057: windows.layerFolders: is missing, and root.path names no folder of the host";
    20348 linux "/layers" = ["C:\\a"] => "80070057: layers are given more than once: as folders, as mounts of the root filesystem, or in windows.layerFolders";
    20348 linux "/spec/windows" = null, "/layers" = ["C:\\a"] => "80070057: no folder is given for the writable layer; give one, or set root.readonly";
    20348 linux "/spec/windows" = null, "/rootfs" = [{ "destination": "/x", "type": "lcow-layer", "source": "C:\\s" }] => "80070057: rootfs: the mount has the target \"/x\"; layers have none";
    20348 linux "/spec/windows" = null, "/rootfs" = [{ "destination": "", "type": "windows-layer", "source": "C:\\s" }] => "80070057: rootfs: type \"windows-layer\" is not one for Linux; there are lcow-layer and lcow-partitioned-layer";
    20348 linux "/spec/windows" = null, "/rootfs" = [{ "destination": "", "type": "lcow-layer", "source": "C:\\s" }] => "80070057: rootfs: an lcow-layer needs a source and the option parentLayerPaths";
    20348 linux "/spec/windows" = null, "/rootfs" = [{ "destination": "", "type": "lcow-layer", "source": "C:\\s", "options": ["x=1"] }] => "80070057: rootfs: option \"x=1\" is not known";
    20348 linux "/spec/windows" = null, "/rootfs" = [{ "destination": "", "type": "lcow-partitioned-layer", "options": ["scratch=C:\\s", "parent-partitioned-layers=[{\"Path\":\"a\",\"Part\":1}]"] }] => "80070057: rootfs: option parent-partitioned-layers: unknown field `Part`, expected `Path` or `Partition` at line 1 column 19";
    20348 linux "/spec/windows" = null, "/rootfs" = [{ "destination": "", "type": "lcow-partitioned-layer", "options": ["scratch=C:\\s"] }] => "80070057: rootfs: an lcow-partitioned-layer needs the options scratch and parent-partitioned-layers";
    20348 linux "/spec/mounts" = [{ "destination": "/d", "type": "bind" }] => "80070057: mounts[0]: needs a source and a destination";
    20348 linux "/spec/mounts" = [{ "destination": "/d", "type": "bind", "source": "C:\\missing" }] => "80070057: mounts[0].source: there is no C:\\missing on the host";
    20348 linux "/spec/mounts" = [{ "destination": "/d", "type": "bind", "source": "sandbox:///a" }] => "80070032: mounts[0].source: sandbox:///a is for containers that join a pod";
    20348 linux "/spec/mounts" = [{ "destination": "/d", "type": "bind", "source": "uvm:///a/../../etc" }] => "80070057: mounts[0].source: \"/a/../../etc\" leads out of its folder";
    20348 linux "/spec/mounts" = [{ "destination": "blockdev:///dev/sdx", "type": "bind", "source": "C:\\a" }] => "80070057: mounts[0].destination: only a disk can be a block device; give its type";
    20348 linux "/spec/mounts" = [{ "destination": "blockdev:///dev/sdx", "type": "tmpfs", "source": "a" }] => "80070057: mounts[0].destination: only a disk can be a block device; give its type";
    20348 linux "/spec/mounts" = [{ "destination": "blockdev:///dev/sdx", "type": "virtual-disk", "source": "C:\\a.vhdx" }] => "80070032: mounts[0].destination: blockdev:///dev/sdx is for containers that join a pod";
    20348 linux "/spec/mounts" = [{ "destination": "/d", "type": "extensible-virtual-disk", "source": "evd:///x" }] => "80070057: mounts[0].source: \"evd:///x\" is not an extensible virtual disk such as evd://provider/path";
    17763 linux "/spec/mounts" = [{ "destination": "/d", "type": "bind", "source": "C:\\file.txt" }] => "80070032: mounts[0].source: a single file: needs Windows build 18362; this host is build 17763; mount the folder that it is in";
    20348 linux "/spec/mounts" = [{ "destination": "/d", "type": "bind", "source": "C:\\rw" }], "/spec/annotations/io.microsoft.virtualmachine.fileshares.disablewritable" = "true" => "80070032: mounts[0].source: annotation io.microsoft.virtualmachine.fileshares.disablewritable forbids writable folders of the host; mount it read-only";
    20348 linux "/spec/mounts" = [{ "destination": "/d", "type": "bind", "source": "C:\\rw" }], "/spec/annotations/io.microsoft.disable-unsafe-operations" = "true" => "80070032: mounts[0].source: annotation io.microsoft.virtualmachine.fileshares.disablewritable forbids writable folders of the host; mount it read-only";
    20348 linux "/spec/windows" = null, "/spec/root" = { "path": "C:\\root" }, "/spec/annotations/io.microsoft.virtualmachine.fileshares.disablewritable" = "true" => "80070032: root.path: annotation io.microsoft.virtualmachine.fileshares.disablewritable forbids writable folders of the host; mount it read-only";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.kerneldrivers" = "C:\\missing" => "80070057: annotation io.microsoft.virtualmachine.kerneldrivers: there is no C:\\missing on the host";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.dump-directory-path" = "C:\\file.txt" => "80070057: annotation io.microsoft.virtualmachine.dump-directory-path: C:\\file.txt is not a folder of the host";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.kernelbootoptions" = "a -- b" => "80070057: annotation io.microsoft.virtualmachine.lcow.kernelbootoptions: -- would end the kernel's part of the command line";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.kernelbootoptions" = "a\nb" => "80070057: annotation io.microsoft.virtualmachine.lcow.kernelbootoptions: it has a line break";
    20348 linux "/spec/annotations/io.microsoft.container.processdumplocation" = "/tmp/a b" => "80070057: annotation io.microsoft.container.processdumplocation: \"/tmp/a b\": a space would end the path on the kernel's command line";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.console.pipe" = "\\\\.\\pipe\\c", "/spec/annotations/io.microsoft.virtualmachine.lcow.extra-exec-command-args" = "$(x)" => "80070057: annotation io.microsoft.virtualmachine.lcow.extra-exec-command-args: a shell starts the agent where there is a console; leave out quotation marks and other signs of the shell";
    20348 linux "/options/logLevel" = "loud" => "80070057: option log_level: \"loud\" is none of panic, fatal, error, warn, warning, info, debug, trace";
    20348 linux "/spec/annotations/io.microsoft.network.ncproxy" = "\\\\.\\pipe\\p" => "80070032: annotation io.microsoft.network.ncproxy: networks by proxy are not supported; without it, the machine gets the endpoints of its namespace";
    26100 linux "/spec/annotations/io.microsoft.migration.support-enabled" = "true" => "80070032: annotation io.microsoft.migration.support-enabled: moving utility VMs to other hosts is not supported";
    20348 linux "/spec/annotations/io.microsoft.cri.tenant-sandbox-id" = "t" => "80070057: annotation io.microsoft.cri.tenant-sandbox-id: t is not the sandbox whose utility VM is joined";
    17763 linux "/spec/annotations/io.microsoft.virtualmachine.computetopology.memory.lowmmiogapinmb" = "512" => "80070032: annotation io.microsoft.virtualmachine.computetopology.memory.lowmmiogapinmb: needs Windows build 19041; this host is build 17763; without it the host decides";
    20348 linux "/spec/annotations/io.kubernetes.cri.container-type" = "sandbox", "/spec/annotations/io.kubernetes.cri.sandbox-id" = "web" => "80070057: windows.network: is missing; a pod has a network, or annotation io.microsoft.cri.skip-pod-networking=true says that it has none";
    14393 linux "/id" = "web" => "80070032: Linux containers need Windows build 17763 or later, and the host is Windows build 14393 (Server 2016)";
};

const CONFIDENTIAL: &[Refusal] = refusals! {
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.gueststatefile" = "a.vmgs" => "80070057: annotation io.microsoft.virtualmachine.lcow.gueststatefile needs annotation io.microsoft.virtualmachine.lcow.securitypolicy";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.hcl-enabled" = "true" => "80070057: annotation io.microsoft.virtualmachine.lcow.hcl-enabled needs annotation io.microsoft.virtualmachine.lcow.securitypolicy";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.dmverity-rootfs-vhd" = "a.vhd" => "80070057: annotation io.microsoft.virtualmachine.lcow.dmverity-rootfs-vhd needs annotation io.microsoft.virtualmachine.lcow.securitypolicy";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.dmverity-mode" = "true", "/spec/annotations/io.microsoft.virtualmachine.lcow.dmverity-create-args" = "a" => "80070057: annotation io.microsoft.virtualmachine.lcow.dmverity-mode: the kernel verifies a root that is a SCSI disk: it needs a rootfs.vhd and io.microsoft.virtualmachine.devices.virtualpmem.maximumcount=0";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.dmverity-mode" = "true", "/spec/annotations/io.microsoft.virtualmachine.lcow.dmverity-create-args" = "a\"b", "/spec/annotations/io.microsoft.virtualmachine.devices.virtualpmem.maximumcount" = "0" => "80070057: annotation io.microsoft.virtualmachine.lcow.dmverity-create-args: it has a quotation mark or a line break";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.securitypolicy" = "YQ==", "/spec/annotations/io.microsoft.virtualmachine.no_security_hardware" = "true", "/spec/annotations/io.microsoft.virtualmachine.lcow.gueststatefile" = "a.vmgs" => "80070057: annotation io.microsoft.virtualmachine.lcow.gueststatefile does not go with io.microsoft.virtualmachine.no_security_hardware=true: the machine boots as any other";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.securitypolicy" = "YQ==", "/bundle" = "" => "80070057: bundle: a confidential utility VM needs a folder for its own copies of boot files";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.securitypolicy" = "YQ==", "/spec/annotations/io.microsoft.virtualmachine.lcow.gueststatefile" = "..\\a.vmgs" => "80070057: annotation io.microsoft.virtualmachine.lcow.gueststatefile: \"..\\\\a.vmgs\" is not the name of a file in C:\\Program Files\\Linux Containers";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.securitypolicy" = "YQ==", "/spec/annotations/io.microsoft.virtualmachine.lcow.kerneldirectboot" = "true" => "80070032: annotation io.microsoft.virtualmachine.lcow.kerneldirectboot: not in a confidential utility VM: the guest state file has the kernel and its command line, and the processor measures them";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.securitypolicy" = "YQ==", "/spec/annotations/io.microsoft.virtualmachine.lcow.dmverity-mode" = "false" => "80070032: annotation io.microsoft.virtualmachine.lcow.dmverity-mode=false: not in a confidential utility VM: what the policy protects would not be protected";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.securitypolicy" = "YQ==", "/spec/annotations/io.microsoft.virtualmachine.console.pipe" = "\\\\.\\pipe\\c" => "80070032: annotation io.microsoft.virtualmachine.console.pipe: not in a confidential utility VM: what the policy protects would not be protected";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.securitypolicy" = "YQ==", "/spec/annotations/io.microsoft.virtualmachine.dump-directory-path" = "C:\\dumps" => "80070032: annotation io.microsoft.virtualmachine.dump-directory-path: not in a confidential utility VM: what the policy protects would not be protected";
    20348 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.securitypolicy" = "YQ==", "/spec/windows/devices" = [{ "id": "PCI\\A", "idType": "gpu" }] => "80070032: windows.devices: not in a confidential utility VM: a device could read the memory that a confidential utility VM hides";
    17763 linux "/spec/annotations/io.microsoft.virtualmachine.lcow.securitypolicy" = "YQ==" => "80070032: annotation io.microsoft.virtualmachine.lcow.securitypolicy needs Windows build 20348 or later, and the host is Windows build 17763 (Server 2019)";
    20348 windows "/spec/annotations/io.microsoft.virtualmachine.wcow.securitypolicy" = "YQ==" => "80070032: annotation io.microsoft.virtualmachine.wcow.securitypolicy: confidential utility VMs that run Windows boot and run from block images (BlockCIM) with isolation SecureNestedPaging, VirtualizationBasedSecurity or GuestStateOnly, none of which is supported; confidential Linux machines are, by annotation io.microsoft.virtualmachine.lcow.securitypolicy";
    20348 windows "/spec/annotations/io.microsoft.virtualmachine.wcow.isolation_type" = "VBS" => "80070032: annotation io.microsoft.virtualmachine.wcow.isolation_type: confidential utility VMs that run Windows boot and run from block images (BlockCIM) with isolation SecureNestedPaging, VirtualizationBasedSecurity or GuestStateOnly, none of which is supported; confidential Linux machines are, by annotation io.microsoft.virtualmachine.lcow.securitypolicy";
    20348 windows "/spec/annotations/io.microsoft.virtualmachine.wcow.writable_efi" = "true" => "80070032: annotation io.microsoft.virtualmachine.wcow.writable_efi: confidential utility VMs that run Windows boot and run from block images (BlockCIM) with isolation SecureNestedPaging, VirtualizationBasedSecurity or GuestStateOnly, none of which is supported; confidential Linux machines are, by annotation io.microsoft.virtualmachine.lcow.securitypolicy";
};

const WINDOWS: &[Refusal] = refusals! {
    20348 windows "/spec/root" = { "path": "", "readonly": true } => "80070032: root.readonly: is not supported for Windows containers: the root of a Windows container is always writable";
    20348 windows "/spec/linux" = null, "/spec/process/capabilities" = {} => "80070032: process.capabilities: is not supported for Windows containers: only Linux has it";
    20348 windows "/spec/windows/servicing" = true => "80070032: windows.servicing: documents of schema version 2 have no servicing; only builds before 17763 do it";
    20348 windows "/spec/windows/layerFolders" = ["C:\\layers\\nano", "C:\\scratch"] => "80070032: no layer has a folder UtilityVM: the image is not made for Hyper-V isolation; take another one, or process isolation";
    26100 windows "/spec/windows/layerFolders" = [], "/rootfs" = [{ "destination": "", "type": "CimFS", "source": "C:\\s", "options": ["parentLayerPaths=[\"C:\\\\l\"]", "parentCimPaths=[\"C:\\\\l.cim\"]"] }] => "80070032: rootfs: CimFS layers are mounted by the host's kernel; Hyper-V isolation needs layers in folders";
    20348 windows "/spec/windows/layerFolders" = [], "/spec/root" = { "path": "\\\\?\\Volume{7bf8b80e-0000-0000-0000-100000000000}\\" } => "80070032: rootfs: root.path names a volume of the host; a utility VM needs the layers themselves";
    20348 windows "/spec/windows/devices" = [{ "id": "5175d334-c371-4806-b3ba-71fd53c9258d", "idType": "class" }] => "80070032: windows.devices[0]: class shares a device with the host's kernel; a utility VM gets whole devices by vpci-instance-id or gpu";
    20348 windows "/spec/windows/resources" = { "cpu": { "affinity": [{ "mask": 1 }] } } => "80070032: windows.resources.cpu.affinity names processors of the host, and a utility VM has processors of its own";
    20348 windows "/spec/mounts" = [{ "destination": "C:\\d", "source": "sandbox:///a&b" }] => "80070057: mounts[0].source: \"C:\\\\SandboxMounts\\\\a&b\" has a character that the guest's shell takes for its own";
    20348 windows "/spec/mounts" = [{ "destination": "C:\\d", "source": "uvm:///a" }] => "80070032: mounts[0].source: \"uvm:///a\": only pipes of a utility VM can be mounted";
    20348 windows "/spec/mounts" = [{ "destination": "C:\\d", "source": "evd:/x", "type": "extensible-virtual-disk" }] => "80070057: mounts[0].source: \"evd:/x\" is not an extensible virtual disk such as evd://provider/path";
    20348 windows "/spec/mounts" = [{ "destination": "C:\\d", "source": "C:\\file.txt" }], "/spec/annotations/io.microsoft.virtualmachine.fileshares.disablewritable" = "true" => "80070032: mounts[0].source: annotation io.microsoft.virtualmachine.fileshares.disablewritable forbids writable folders of the host; mount it read-only";
};

const PODS: &[Refusal] = refusals! {
    20348 member "/spec/hostname" = "own" => "80070057: hostname: the sandbox of a pod has its name; leave it out for the pod's containers";
    20348 member "/spec/windows/network" = { "networkNamespace": "ns-2" } => "80070057: windows.network.networkNamespace: ns-2 is not the pod's, which is ns-1";
    20348 member "/spec/annotations/io.microsoft.virtualmachine.lcow.hostnetwork" = "true" => "80070057: annotation io.microsoft.virtualmachine.lcow.hostnetwork: the pod decides, and its sandbox does not have the network of its utility VM";
    20348 member "/pod/hypervisor" = false => "80070057: the pod has no utility VM: the container is Linux, and the host's kernel is Windows: it needs a utility VM";
    20348 member "/pod/annotations/io.microsoft.virtualmachine.lcow.privileged" = "maybe" => "80070057: the pod's sandbox pod: annotation io.microsoft.virtualmachine.lcow.privileged: \"maybe\" is neither true nor false";
    20348 member "/spec/windows/devices" = [{ "id": "PCI\\A", "idType": "gpu" }] => "80070032: windows.devices: the pod's utility VM has no PCI; its sandbox needs annotation io.microsoft.virtualmachine.lcow.vpcienabled=true";
    20348 member "/spec/mounts" = [{ "destination": "/d", "type": "bind", "source": "hugepages://1G/a" }] => "80070057: mounts[0].source: guests have huge pages of 2M, not of 1G";
    20348 member "/spec/mounts" = [{ "destination": "/d", "type": "bind", "source": "sandbox:///../a" }] => "80070057: mounts[0].source: \"/../a\" leads out of its folder";
    20348 member "/pod/annotations/io.microsoft.virtualmachine.fileshares.disablewritable" = "true", "/spec/mounts" = [{ "destination": "/d", "type": "bind", "source": "C:\\rw" }] => "80070032: mounts[0].source: annotation io.microsoft.virtualmachine.fileshares.disablewritable forbids writable folders of the host; mount it read-only";
    20348 member "/spec/annotations/io.microsoft.virtualmachine.lcow.securitypolicy" = "YQ==" => "80070032: annotation io.microsoft.virtualmachine.lcow.securitypolicy: the pod's utility VM keeps no secrets from its host; give its sandbox a policy";
    20348 member "/spec/annotations/io.microsoft.cri.tenant-sandbox-id" = "other" => "80070057: annotation io.microsoft.cri.tenant-sandbox-id: other is not the sandbox whose utility VM is joined";
};

fn check(entries: &[Refusal]) {
    let mut wrong = Vec::new();
    for (build, good, changes, expected) in entries {
        let changes: Vec<(&str, Value)> = changes.iter().map(|(pointer, value)| (*pointer, value())).collect();
        let found = refusal(*build, *good, &changes);
        if found != *expected {
            wrong.push(format!("{build} {changes:?}\n  is  {found}\n  not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn linux_containers_are_refused_by_name() {
    check(LINUX);
}

#[test]
fn what_protects_is_never_left_out() {
    check(CONFIDENTIAL);
}

#[test]
fn windows_containers_are_refused_by_name() {
    check(WINDOWS);
}

#[test]
fn members_agree_with_their_pod() {
    check(PODS);
}

#[test]
fn what_is_changed_was_good() {
    for good in [linux, windows, member] {
        assert!(refusal(20348, good, &[]).starts_with("planned: "));
    }
}
