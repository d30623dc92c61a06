//! Properties of a specification that nobody here knows.
//!
//! The specification wants them ignored; a front end may warn of them, since most are typing errors or newer than this
//! program.

use hcs_schema::oci::{Capabilities, Extra, Hook, IdMapping, Linux, Process, Resources, Seccomp, Spec};

/// The dotted paths found so far.
#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    /// Adds the unknown properties of the object at `place`.
    fn add(&mut self, place: &str, extra: &Extra) {
        let dot = if place.is_empty() { "" } else { "." };
        self.0.extend(extra.keys().map(|key| format!("{place}{dot}{key}")));
    }

    /// Adds those of an object that may be absent.
    fn add_one<T>(&mut self, place: &str, object: Option<&T>, extra: impl Fn(&T) -> &Extra) {
        if let Some(object) = object {
            self.add(place, extra(object));
        }
    }

    /// Adds those of every object of a list.
    fn add_all<T>(&mut self, place: &str, objects: &[T], extra: impl Fn(&T) -> &Extra) {
        for (index, object) in objects.iter().enumerate() {
            self.add(&format!("{place}[{index}]"), extra(object));
        }
    }

    /// Adds those of mappings.
    fn mappings(&mut self, place: &str, ranges: &[IdMapping]) {
        self.add_all(place, ranges, |range| &range.extra);
    }

    /// Adds those of the process section.
    fn process(&mut self, process: &Process) {
        self.add("process", &process.extra);
        self.add("process.user", &process.user.extra);
        self.add_one("process.consoleSize", process.console_size.as_ref(), |size| &size.extra);
        self.add_one("process.capabilities", process.capabilities.as_ref(), |sets: &Capabilities| &sets.extra);
        self.add_all("process.rlimits", &process.rlimits, |limit| &limit.extra);
        self.add_one("process.scheduler", process.scheduler.as_ref(), |scheduler| &scheduler.extra);
        self.add_one("process.ioPriority", process.io_priority.as_ref(), |priority| &priority.extra);
        self.add_one("process.execCPUAffinity", process.exec_cpu_affinity.as_ref(), |affinity| &affinity.extra);
    }

    /// Adds those of the Linux section.
    fn linux(&mut self, linux: &Linux) {
        self.add("linux", &linux.extra);
        self.mappings("linux.uidMappings", &linux.uid_mappings);
        self.mappings("linux.gidMappings", &linux.gid_mappings);
        self.add_all("linux.namespaces", &linux.namespaces, |namespace| &namespace.extra);
        self.add_all("linux.devices", &linux.devices, |device| &device.extra);
        self.add_one("linux.personality", linux.personality.as_ref(), |personality| &personality.extra);
        for (clock, offset) in &linux.time_offsets {
            self.add(&format!("linux.timeOffsets.{clock}"), &offset.extra);
        }
        if let Some(seccomp) = &linux.seccomp {
            self.seccomp(seccomp);
        }
        if let Some(resources) = &linux.resources {
            self.resources(resources);
        }
    }

    /// Adds those of the filter.
    fn seccomp(&mut self, seccomp: &Seccomp) {
        self.add("linux.seccomp", &seccomp.extra);
        for (index, syscall) in seccomp.syscalls.iter().enumerate() {
            let place = format!("linux.seccomp.syscalls[{index}]");
            self.add(&place, &syscall.extra);
            self.add_all(&format!("{place}.args"), &syscall.args, |arg| &arg.extra);
        }
    }

    /// Adds those of the control group limits.
    fn resources(&mut self, resources: &Resources) {
        let place = |name: &str| format!("linux.resources.{name}");
        self.add("linux.resources", &resources.extra);
        self.add_all(&place("devices"), &resources.devices, |rule| &rule.extra);
        self.add_one(&place("memory"), resources.memory.as_ref(), |memory| &memory.extra);
        self.add_one(&place("cpu"), resources.cpu.as_ref(), |cpu| &cpu.extra);
        self.add_one(&place("pids"), resources.pids.as_ref(), |pids| &pids.extra);
        self.add_all(&place("hugepageLimits"), &resources.hugepage_limits, |limit| &limit.extra);
        if let Some(network) = &resources.network {
            self.add(&place("network"), &network.extra);
            self.add_all(&place("network.priorities"), &network.priorities, |priority| &priority.extra);
        }
        for (device, rdma) in &resources.rdma {
            self.add(&place(&format!("rdma.{device}")), &rdma.extra);
        }
        let Some(block) = &resources.block_io else { return };
        let place = |name: &str| format!("linux.resources.blockIO{name}");
        self.add(&place(""), &block.extra);
        self.add_all(&place(".weightDevice"), &block.weight_device, |device| &device.extra);
        let throttles = [
            (".throttleReadBpsDevice", &block.throttle_read_bps_device),
            (".throttleWriteBpsDevice", &block.throttle_write_bps_device),
            (".throttleReadIOPSDevice", &block.throttle_read_iops_device),
            (".throttleWriteIOPSDevice", &block.throttle_write_iops_device),
        ];
        for (name, devices) in throttles {
            self.add_all(&place(name), devices, |device| &device.extra);
        }
    }
}

/// The dotted paths of all properties that are not known here, except the Windows section's, which is refused as a whole.
pub fn unknown_properties(spec: &Spec) -> Vec<String> {
    let mut found = Found::default();
    found.add("", &spec.extra);
    found.add_one("root", spec.root.as_ref(), |root| &root.extra);
    for (index, mount) in spec.mounts.iter().enumerate() {
        let place = format!("mounts[{index}]");
        found.add(&place, &mount.extra);
        found.mappings(&format!("{place}.uidMappings"), &mount.uid_mappings);
        found.mappings(&format!("{place}.gidMappings"), &mount.gid_mappings);
    }
    if let Some(process) = &spec.process {
        found.process(process);
    }
    if let Some(hooks) = &spec.hooks {
        found.add("hooks", &hooks.extra);
        let kinds = [
            ("prestart", &hooks.prestart),
            ("createRuntime", &hooks.create_runtime),
            ("createContainer", &hooks.create_container),
            ("startContainer", &hooks.start_container),
            ("poststart", &hooks.poststart),
            ("poststop", &hooks.poststop),
        ];
        for (kind, hooks) in kinds {
            found.add_all(&format!("hooks.{kind}"), hooks, |hook: &Hook| &hook.extra);
        }
    }
    if let Some(linux) = &spec.linux {
        found.linux(linux);
    }
    found.0
}
