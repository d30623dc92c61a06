//! Specifications that are refused, each with its words. Every entry is a good specification with one property changed.
#![forbid(unsafe_code)]

use hcs_host::plan::{HostFacts, Isolation, PathKind, Plan, Wanted};
use serde_json::{Value, json};

/// A good specification of a Windows container.
fn good() -> Value {
    json!({
        "id": "web",
        "owner": "silo",
        "spec": {
            "ociVersion": "1.3.0",
            "process": { "args": ["cmd"], "cwd": "C:\\", "user": { "uid": 0, "gid": 0 } },
            "root": { "path": "" },
            "windows": { "layerFolders": ["C:\\layers\\base", "C:\\scratch"] }
        }
    })
}

/// Puts a value where a pointer leads, making the objects on the way.
fn put(document: &mut Value, pointer: &str, value: Value) {
    let mut place = document;
    for part in pointer.split('/').skip(1) {
        place = match place {
            Value::Array(list) => &mut list[part.parse::<usize>().expect("an index")],
            Value::Object(map) => map.entry(part).or_insert(Value::Null),
            other => {
                *other = json!({});
                other.as_object_mut().expect("an object").entry(part).or_insert(Value::Null)
            }
        };
    }
    *place = value;
}

fn refusal(build: u32, changes: &[(&str, Value)]) -> String {
    let mut document = good();
    for (pointer, value) in changes {
        put(&mut document, pointer, value.clone());
    }
    let wanted: Wanted = match serde_json::from_value(document) {
        Ok(wanted) => wanted,
        Err(error) => return error.to_string(),
    };
    let mut facts = HostFacts::windows(build);
    facts.paths.insert(r"C:\file.txt".into(), PathKind::File);
    facts.paths.insert(r"C:\missing".into(), PathKind::Missing);
    facts.files.insert(r"C:\bad.json".into(), "{".into());
    match Plan::new(&wanted, &facts) {
        Ok(plan) => format!("planned: {}", plan.kind),
        Err(error) => error.to_string(),
    }
}

macro_rules! refusals {
    ($($build:literal $($pointer:literal = $value:tt),+ => $expected:literal;)*) => {
        &[$(($build, &[$(($pointer, || json!($value))),+], $expected)),*]
    };
}

/// The build, the changes, and a part of the error.
type Refusal = (u32, &'static [(&'static str, fn() -> Value)], &'static str);

const SPECIFICATIONS: &[Refusal] = refusals! {
    20348 "/spec/windows" = null => "the specification has neither a linux nor a windows section";
    20348 "/spec/windows/layerFolders" = [] => "windows.layerFolders: is missing, and root.path names no mounted volume";
    20348 "/spec/windows/layerFolders" = ["C:\\only"] => "windows.layerFolders: has one folder";
    20348 "/spec/windows/layerFolders" = ["layers", "C:\\s"] => "windows.layerFolders[0]: \"layers\" is not an absolute path of Windows";
    20348 "/spec/windows/layerFolders" = ["C:\\b", ""] => "no folder is given for the writable layer";
    20348 "/spec/windows/layerFolders" = "C:\\b" => "windows.layerFolders: invalid type: string";
    20348 "/spec/windows/layerFolders" = [1, 2] => "windows.layerFolders[0]: invalid type: integer `1`, expected a string";
    20348 "/spec/root/path" = "C:\\" => "root.path: \"C:\\\\\" is not a volume such as";
    20348 "/spec/root/path" = "\\\\?\\Volume{1}\\" => "is not a volume such as";
    20348 "/spec/root/readonly" = true => "root.readonly: is not supported for Windows containers: the root of a Windows container is always writable";
    20348 "/spec/process" = null => "process: is missing; a container runs a program";
    20348 "/spec/process/args" = [] => "process.args: is empty, and so is process.commandLine";
    20348 "/spec/process/args" = [""] => "process.args: is empty";
    20348 "/spec/process/args" = ["a\u{0}b"] => "process.args: has a NUL";
    20348 "/spec/process/cwd" = "work" => "process.cwd: \"work\" is not an absolute path of Windows";
    20348 "/spec/process/env" = ["A"] => "process.env[0]: \"A\" is not NAME=value";
    20348 "/spec/process/env" = ["A=1", "=x"] => "process.env[1]: \"=x\" is not NAME=value";
    20348 "/spec/process/env" = [7] => "process.env[0]: invalid type: integer `7`, expected a string";
    20348 "/spec/process/terminal" = "yes" => "process.terminal: invalid type: string \"yes\", expected a boolean";
    20348 "/spec/process/consoleSize" = {"height": 70000, "width": 1} => "process.consoleSize: has more than 65535 characters";
    20348 "/spec/process/consoleSize" = {"height": -1} => "process.consoleSize.height: invalid value: integer `-1`";
    20348 "/spec/process/user/uid" = 1000 => "process.user.uid: is not supported for Windows containers: users of Windows are named by username";
    20348 "/spec/process/user/gid" = 1 => "process.user.gid: is not supported";
    20348 "/spec/process/user/umask" = 18 => "process.user.umask: is not supported";
    20348 "/spec/process/user/additionalGids" = [1] => "process.user.additionalGids: is not supported";
    20348 "/spec/process/user/username" = 1 => "process.user.username: invalid type: integer `1`";
    20348 "/spec/process/capabilities" = {} => "process.capabilities: is not supported for Windows containers: only Linux has it";
    20348 "/spec/process/rlimits" = [{"type": "RLIMIT_CORE"}] => "process.rlimits: is not supported";
    20348 "/spec/process/noNewPrivileges" = true => "process.noNewPrivileges: is not supported";
    20348 "/spec/process/apparmorProfile" = "p" => "process.apparmorProfile: is not supported";
    20348 "/spec/process/selinuxLabel" = "l" => "process.selinuxLabel: is not supported";
    20348 "/spec/process/oomScoreAdj" = 1 => "process.oomScoreAdj: is not supported";
    20348 "/spec/process/scheduler" = {"policy": "SCHED_OTHER"} => "process.scheduler: is not supported";
    20348 "/spec/process/ioPriority" = {"class": "IOPRIO_CLASS_BE"} => "process.ioPriority: is not supported";
    20348 "/spec/process/execCPUAffinity" = {"initial": "0"} => "process.execCPUAffinity: is not supported for Windows containers: use windows.resources.cpu.affinity";
    20348 "/spec/hooks" = {"prestart": [{"path": "C:\\hook.exe"}]} => "hooks: is not supported for Windows containers: no Windows host runs hooks";
    20348 "/spec/domainname" = "d" => "domainname: is not supported";
    20348 "/spec/vm" = {"kernel": {"path": "k"}} => "vm: is not supported";
    20348 "/spec/hostname" = "a b" => "hostname: \"a b\" has ' '";
    20348 "/spec/hostname" = "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg" => "does not have 1 to 63 characters";
    20348 "/spec/hostname" = "a.b\nc" => "has '\\n'";
    20348 "/spec/mounts" = [{"destination": "C:\\d"}] => "mounts[0]: needs a source and a destination";
    20348 "/spec/mounts" = [{"source": "C:\\s"}] => "mounts[0]: needs a source and a destination";
    20348 "/spec/mounts" = [{"source": "s", "destination": "C:\\d"}] => "mounts[0].source: \"s\" is not an absolute path of Windows";
    20348 "/spec/mounts" = [{"source": "C:\\s", "destination": "d"}] => "mounts[0].destination: \"d\" is not an absolute path";
    20348 "/spec/mounts" = [{"source": "C:\\s", "destination": "D:\\"}] => "mounts[0].destination: D:\\ is a whole drive; mount below it";
    20348 "/spec/mounts" = [{"source": "C:\\missing", "destination": "C:\\d"}] => "mounts[0].source: there is no C:\\missing on the host";
    20348 "/spec/mounts" = [{"source": "C:\\s", "destination": "C:\\d", "type": "nfs"}] => "mounts[0].type: \"nfs\" is not one for Windows";
    20348 "/spec/mounts" = [{"source": "C:\\s.vhdx", "destination": "C:\\d", "type": "virtual-disk"}] => "mounts[0].type: a virtual-disk can only be given to a container with Hyper-V isolation";
    20348 "/spec/mounts" = [{"source": "1", "destination": "C:\\d", "type": "physical-disk"}] => "mounts[0].type: a physical-disk can only be given";
    20348 "/spec/mounts" = [{"source": "C:\\s", "destination": "C:\\d", "options": ["noexec"]}] => "mounts[0].options: \"noexec\" means nothing to Windows";
    20348 "/spec/mounts" = [{"source": "C:\\s", "destination": "C:\\d"}, {"source": "C:\\t", "destination": "c:\\D\\"}] => "mounts[1].destination: c:\\D is mounted twice";
    20348 "/spec/mounts" = [{"source": "\\\\.\\pipe\\a", "destination": "C:\\pipe"}] => "mounts[0].destination: \"C:\\\\pipe\" is not a pipe";
    20348 "/spec/mounts" = [{"source": "\\\\.\\pipe\\a", "destination": "\\\\.\\pipe\\b", "options": ["ro"]}] => "mounts[0].options: a pipe cannot be read-only";
    14393 "/spec/mounts" = [{"source": "\\\\.\\pipe\\a", "destination": "\\\\.\\pipe\\b"}] => "mounts[0]: a named pipe: needs Windows build 16299; this host is build 14393";
    14393 "/spec/mounts" = [{"source": "C:\\file.txt", "destination": "C:\\d"}] => "mounts[0].source: C:\\file.txt is a file; before build 17763 only folders can be mounted";
    20348 "/spec/mounts" = [{"source": "sandbox://x", "destination": "C:\\d"}] => "mounts[0].source: \"sandbox://x\" needs a pod with Hyper-V isolation";
    20348 "/spec/mounts" = [{"source": "uvm://C:\\x", "destination": "C:\\d"}] => "mounts[0].source: \"uvm://C:\\\\x\": only pipes of a utility VM can be mounted";
    20348 "/spec/mounts" = [{"source": "C:\\s", "destination": "C:\\d", "uidMappings": [{"containerID": 0, "hostID": 0, "size": 1}]}] => "mounts[0].uidMappings: only Linux has mounts with mapped ids";
    20348 "/spec/mounts" = {"source": "C:\\s"} => "mounts: invalid type: map, expected a list";
    20348 "/spec/windows/devices" = [{"id": "", "idType": "class"}] => "windows.devices[0].id: is missing";
    20348 "/spec/windows/devices" = [{"id": "x", "idType": "usb"}] => "windows.devices[0]: idType \"usb\" is not known";
    20348 "/spec/windows/devices" = [{"id": "PCI\\1", "idType": "vpci"}] => "windows.devices[0]: devices by vpci are assigned to utility VMs";
    20348 "/spec/windows/devices" = [{"id": "PCI\\1", "idType": "gpu"}] => "windows.devices[0]: devices by gpu are assigned to utility VMs";
    14393 "/spec/windows/devices" = [{"id": "x", "idType": "class"}] => "windows.devices: needs Windows build 17763; this host is build 14393";
    20348 "/spec/windows/servicing" = true => "windows.servicing: documents of schema version 2 have no servicing";
    20348 "/spec/windows/credentialSpec" = 5 => "windows.credentialSpec: is neither JSON text nor an object";
    20348 "/spec/windows/credentialSpec" = "{" => "windows.credentialSpec: is not JSON";
    20348 "/spec/windows/credentialSpec" = "[]" => "windows.credentialSpec: is JSON, but not an object";
    20348 "/spec/windows/credentialSpec" = "{}", "/spec/annotations" = {"io.microsoft.container.wcow.gmsa.disable": "true"} => "windows.credentialSpec is forbidden by annotation io.microsoft.container.wcow.gmsa.disable=true";
    20348 "/spec/windows/network" = {"endpointList": ["e"], "networkNamespace": "n"} => "windows.network: networkNamespace and endpointList exclude each other";
    20348 "/spec/windows/network" = {"endpointList": [""]} => "windows.network.endpointList[0]: is empty";
    14393 "/spec/windows/network" = {"networkNamespace": "n"} => "windows.network.networkNamespace: needs Windows build 17763; give endpointList";
    20348 "/isolation" = "process", "/spec/windows/hyperv" = {} => "process isolation is asked for, and windows.hyperv asks for a utility VM";
    14393 "/spec/linux" = {} => "Linux containers need Windows build 17763 or later, and the host is Windows build 14393";
    20348 "/isolation" = "process", "/spec/linux" = {} => "process isolation is asked for: the container is Linux, and the host's kernel is Windows";
    20348 "/layers" = ["C:\\a"] => "no folder is given for the writable layer";
    20348 "/layers" = ["C:\\a"], "/rootfs" = [{"type": "windows-layer"}] => "layers are given twice";
    20348 "/spec/windows/layerFolders" = ["C:\\a", "C:/A/", "C:\\s"] => "C:/A/ is given as a layer twice";
    20348 "/spec/windows/layerFolders" = ["C:\\a", "C:\\a"] => "C:\\a is given as a layer twice";
    20348 "/spec/root/path" = "\\\\?\\Volume{7bf8b80e-0000-0000-0000-100000000000}\\", "/spec/windows/resources" = {"storage": {"sandboxSize": 1}} => "windows.resources.storage.sandboxSize: the writable layer is there already";
    20348 "/spec/root/path" = "\\\\?\\Volume{7bf8b80e-0000-0000-0000-100000000000}\\", "/isolation" = "hypervisor" => "root.path: names a volume of the host; a utility VM mounts the layers itself";
    20348 "/spec/mounts" = [{"source": "C:\\s", "destination": "C:/"}] => "mounts[0].destination: C:\\ is a whole drive";
    20348 "/spec/mounts" = [{"source": "C:\\s", "destination": "C:\\x\\.."}] => "leads out of its folder";
    20348 "/spec/mounts" = [{"source": "C:\\s", "destination": "C:\\app"}, {"source": "C:\\t", "destination": "c:/.//APP/"}] => "mounts[1].destination: c:\\APP is mounted twice";
    20348 "/spec/mounts" = [{"source": "\\\\.\\pipe\\..\\PhysicalDrive0", "destination": "\\\\.\\pipe\\b"}] => "leads to something else than a pipe";
    20348 "/spec/mounts" = [{"source": "\\\\.\\pipe\\a", "destination": "\\\\.\\pipe\\..\\b"}] => "leads to something else than a pipe";
    20348 "/spec/mounts" = [{"source": "\\\\.\\PHYSICALDRIVE1", "destination": "C:\\d"}] => "mounts[0].source: \\\\.\\PHYSICALDRIVE1 is a device; a disk has the type physical-disk";
    20348 "/spec/process/cwd" = "C:work" => "process.cwd: \"C:work\" is not an absolute path";
    20348 "/spec/process/cwd" = "%PATH%" => "process.cwd: \"%PATH%\" is not an absolute path";
    14392 "/owner" = "silo" => "Windows build 14392 has no containers: the first build that has is 14393";
    20348 "/spec/linux" = {}, "/spec/windows/layerFolders" = ["a", "b"] => "windows.layerFolders[0]: \"a\" is not an absolute path of Windows";
    20348 "/spec/linux" = {}, "/spec/mounts" = [{"source": "/var/data", "destination": "/d", "type": "bind"}] => "mounts[0].source: \"/var/data\" is not an absolute path of Windows";
    20348 "/spec/linux" = {}, "/spec/mounts" = [{"source": "../x", "destination": "/d", "type": "bind"}] => "mounts[0].source: \"../x\" is not an absolute path";
    20348 "/spec/linux" = {}, "/spec/annotations" = {"io.microsoft.virtualmachine.console.pipe": "\\\\.\\pipe\\c", "io.microsoft.container.processdumplocation": "/x\";reboot;\""} => "annotation io.microsoft.container.processdumplocation: a shell starts the agent";
    20348 "/spec/linux" = {}, "/spec/annotations" = {"io.microsoft.virtualmachine.lcow.kernelbootoptions": "foo=\"bar"} => "a quotation mark without its other one";
    20348 "/rootfs" = [{"type": "windows-layer", "source": "C:\\s"}] => "windows.layerFolders: mounts of the root filesystem are given, too";
    20348 "/spec/windows/layerFolders" = [], "/rootfs" = [{"type": "windows-layer", "source": "C:\\s"}] => "rootfs: a windows-layer needs the option parentLayerPaths";
    20348 "/spec/windows/layerFolders" = [], "/rootfs" = [{"type": "windows-layer", "source": "C:\\s", "options": ["parentLayerPaths=x"]}] => "rootfs: option parentLayerPaths=: expected value";
    20348 "/spec/windows/layerFolders" = [], "/rootfs" = [{"type": "windows-layer", "source": "C:\\s", "options": ["nosuid"]}] => "rootfs: option \"nosuid\" is not known";
    20348 "/spec/windows/layerFolders" = [], "/rootfs" = [{"type": "overlay", "source": "C:\\s"}] => "rootfs: type \"overlay\" is not one for Windows";
    20348 "/spec/windows/layerFolders" = [], "/rootfs" = [{"destination": "C:\\x"}] => "rootfs: the mount has the target";
    20348 "/spec/windows/layerFolders" = [], "/rootfs" = [{}, {}] => "rootfs: there is one mount for Windows, not 2";
    17763 "/spec/windows/layerFolders" = [], "/rootfs" = [{"type": "CimFS", "source": "C:\\s"}] => "rootfs: CimFS layers need build 26100, or 20348 with update 2031";
    26100 "/spec/windows/layerFolders" = [], "/rootfs" = [{"type": "CimFS", "source": "C:\\s", "options": ["parentCimPaths=[\"C:\\\\a.cim\"]"]}] => "rootfs: 1 parentCimPaths do not match 0 parentLayerPaths";
    26100 "/spec/windows/layerFolders" = [], "/rootfs" = [{"type": "BlockCIM", "source": "C:\\s"}] => "a BlockCIM layer: needs Windows build 27766";
    20348 "/spec/annotations" = {"io.microsoft.container.wcow.deviceextensions": "C:\\none.json"} => "the content of C:\\none.json is not known";
    20348 "/spec/annotations" = {"io.microsoft.container.wcow.deviceextensions": "C:\\bad.json"} => "C:\\bad.json: EOF while parsing";
    20348 "/spec/annotations" = {"io.microsoft.container.wcow.test-registry-annotation": "{"} => "annotation io.microsoft.container.wcow.test-registry-annotation";
    14393 "/spec/annotations" = {"microsoft.com/hostprocess-container": "true"} => "a HostProcess container: needs Windows build 17763";
    20348 "/spec/annotations" = {"microsoft.com/hostprocess-container": "true"} => "process.user.username: is missing; a HostProcess container runs as a user of the host";
    20348 "/spec/annotations" = {"microsoft.com/hostprocess-container": "true"}, "/spec/hostname" = "h" => "hostname: is not supported for Windows containers: a HostProcess container has the host's name";
    20348 "/spec/annotations" = {"microsoft.com/hostprocess-container": "true"}, "/spec/windows/credentialSpec" = "{}" => "windows.credentialSpec: a HostProcess container runs as a user of the host";
    20348 "/spec/annotations" = {"microsoft.com/hostprocess-container": "true"}, "/spec/windows/devices" = [{"id": "x", "idType": "class"}] => "windows.devices: a HostProcess container has the devices of the host";
    20348 "/spec/annotations" = {"microsoft.com/hostprocess-container": "true"}, "/spec/windows/network" = {"endpointList": ["e"]} => "windows.network: a HostProcess container has the network of the host";
    20348 "/spec/annotations" = {"microsoft.com/hostprocess-container": "true"}, "/spec/mounts" = [{"source": "\\\\.\\pipe\\a", "destination": "\\\\.\\pipe\\b"}] => "mounts[0]: a HostProcess container sees the host's pipes";
    17763 "/spec/annotations" = {"microsoft.com/hostprocess-container": "true"}, "/spec/process/user" = {"username": "NT AUTHORITY\\SYSTEM"}, "/spec/mounts" = [{"source": "C:\\s", "destination": "C:\\d", "options": ["ro"]}] => "mounts: C:\\d cannot be read-only: this build shows mounts as links";
    20348 "/spec/annotations" = {"microsoft.com/hostprocess-container": "true", "microsoft.com/hostprocess-rootfs-location": "x"}, "/spec/process/user" = {"username": "NT AUTHORITY\\SYSTEM"} => "annotation microsoft.com/hostprocess-rootfs-location: \"x\" is not an absolute path";
};

#[test]
fn bad_specifications_are_refused_with_the_property_and_the_reason() {
    let mut wrong = Vec::new();
    for (build, changes, expected) in SPECIFICATIONS {
        let changes: Vec<(&str, Value)> = changes.iter().map(|(pointer, value)| (*pointer, value())).collect();
        let found = refusal(*build, &changes);
        if !found.contains(expected) {
            wrong.push(format!("{build} {changes:?}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_good_specification_is_planned_on_every_build() {
    for (build, kind) in [
        (14393, "planned: Windows container, process isolation, schema 1"),
        (17763, "planned: Windows container, process isolation, schema 2"),
        (20348, "planned: Windows container, process isolation, schema 2"),
        (26100, "planned: Windows container, process isolation, schema 2"),
    ] {
        assert_eq!(refusal(build, &[("/isolation", json!(Isolation::Process))]), kind);
    }
}
