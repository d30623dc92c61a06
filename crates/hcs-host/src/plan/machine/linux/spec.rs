//! The specification as a Linux guest gets it.
//!
//! Every property is taken apart here, so that none can be forgotten: it is handed on, changed, or told of in a note. Those that
//! nobody can honour were refused before; see [`check`].

use super::super::checks::Findings;
use crate::Result;
use crate::plan::{Context, Role};
use hcs_schema::oci;
use std::collections::BTreeMap;

/// What a container is told that the machine's owner decides.
pub(super) struct Told {
    /// Its mounts.
    pub mounts: Vec<oci::Mount>,
    /// Where its root is.
    pub root: String,
    /// Its network namespace; empty for none.
    pub namespace: String,
    /// Its devices.
    pub devices: Vec<oci::WindowsDevice>,
}

/// Refuses what no Linux container in a utility VM can have, and tells of what has no effect.
pub(super) fn check(context: &mut Context<'_>) -> Result<()> {
    let wanted = context.wanted;
    let oci::Spec { hooks, vm, windows, linux, process, extra, .. } = &wanted.spec;
    let mut found = Findings::default();
    found.refuse("vm", vm.is_some(), "utility VMs are described by annotations");
    found.note(
        "hooks",
        hooks.as_ref().is_some_and(|hooks| *hooks != oci::Hooks::default()),
        "no Windows host runs them",
    );
    found.handed_on("", extra);
    if process.is_none() {
        return Err(wanted.invalid("process: is missing; a container runs a program"));
    }
    if let Some(linux) = linux {
        check_linux(linux, &mut found);
    }
    if let Some(windows) = windows {
        check_windows(windows, &mut found);
    }
    found.finish(context, "Linux containers in utility VMs")
}

fn check_linux(linux: &oci::Linux, found: &mut Findings) {
    let oci::Linux { cgroups_path, intel_rdt, net_devices, resources, extra, .. } = linux;
    let path = cgroups_path.as_ref().is_some_and(|path| !path.is_empty());
    found.note("linux.cgroupsPath", path, "the guest has its own control groups");
    found.refuse("linux.intelRdt", intel_rdt.is_some(), "guests do not see the processor's resource director");
    found.refuse(
        "linux.netDevices",
        !net_devices.is_empty(),
        "the host's devices are not Linux's; see windows.network",
    );
    found.handed_on("linux.", extra);
    let Some(resources) = resources else { return };
    let oci::Resources { devices, pids, block_io, hugepage_limits, network, .. } = resources;
    let guest = "the guest does not apply it";
    found.note("linux.resources.devices", !devices.is_empty(), guest);
    found.note("linux.resources.pids", pids.is_some(), guest);
    found.note("linux.resources.blockIO", block_io.is_some(), guest);
    found.note("linux.resources.hugepageLimits", !hugepage_limits.is_empty(), guest);
    found.note("linux.resources.network", network.is_some(), guest);
}

fn check_windows(windows: &oci::Windows, found: &mut Findings) {
    let oci::Windows {
        layer_folders: _,
        devices: _,
        resources: _,
        network,
        credential_spec,
        servicing,
        ignore_flushes_during_boot,
        hyperv,
        extra,
    } = windows;
    let only = "it is for Windows containers";
    found.refuse("windows.credentialSpec", !credential_spec.is_null(), only);
    found.refuse("windows.servicing", *servicing, only);
    found.note("windows.ignoreFlushesDuringBoot", *ignore_flushes_during_boot, only);
    let path = hyperv.as_ref().is_some_and(|hyperv| hyperv.utility_vm_path.is_some());
    let files = "Linux boots from the folder of annotation io.microsoft.virtualmachine.bootfilesrootpath";
    found.refuse("windows.hyperv.utilityVMPath", path, files);
    found.unknown("windows.", extra);
    let Some(network) = network else { return };
    let oci::WindowsNetwork {
        endpoint_list: _,
        allow_unqualified_dns_query,
        dns_search_list,
        network_shared_container_name,
        network_namespace: _,
        extra,
    } = network;
    let dns = "guests have the name resolution of their endpoints";
    found.note("windows.network.allowUnqualifiedDNSQuery", *allow_unqualified_dns_query, dns);
    found.note("windows.network.DNSSearchList", !dns_search_list.is_empty(), dns);
    let shared = network_shared_container_name.as_ref().is_some_and(|name| !name.is_empty());
    found.refuse("windows.network.networkSharedContainerName", shared, "put the containers into one pod");
    found.unknown("windows.network.", extra);
}

/// The specification for the guest.
pub(super) fn rewrite(context: &Context<'_>, told: Told) -> oci::Spec {
    let privileged = context.annotations.privileged == Some(true);
    let oci::Spec {
        oci_version,
        hooks: _,
        annotations: _,
        hostname,
        domainname,
        mounts: _,
        root,
        process,
        linux,
        windows: _,
        vm: _,
        extra,
    } = context.wanted.spec.clone();
    let readonly = root.as_ref().is_some_and(|root| root.readonly);
    oci::Spec {
        oci_version,
        hooks: None,
        annotations: annotations(context),
        hostname,
        domainname,
        mounts: with_shared_memory(context, told.mounts),
        root: Some(oci::Root { path: told.root, readonly, ..root.unwrap_or_default() }),
        process: process.map(|process| with_core_limit(context, process)),
        linux: Some(rewrite_linux(linux.unwrap_or_default(), privileged)),
        windows: windows(told.namespace, told.devices),
        vm: None,
        extra,
    }
}

/// Annotations: all of them, because the guest has its own part in many, in the words that it understands.
fn annotations(context: &Context<'_>) -> BTreeMap<String, String> {
    let mut annotations = context.wanted.annotations();
    let kind = match context.choice.role {
        Role::Standalone => return annotations,
        Role::Sandbox => "sandbox",
        Role::Member => "container",
    };
    annotations.insert("io.kubernetes.cri.container-type".into(), kind.into());
    let sandbox = context.choice.sandbox.clone().unwrap_or_default();
    annotations.insert("io.kubernetes.cri.sandbox-id".into(), sandbox);
    annotations
}

/// The Windows section: what the guest needs of it, or none.
fn windows(namespace: String, devices: Vec<oci::WindowsDevice>) -> Option<oci::Windows> {
    if namespace.is_empty() && devices.is_empty() {
        return None;
    }
    let network = (!namespace.is_empty())
        .then(|| oci::WindowsNetwork { network_namespace: Some(namespace), ..oci::WindowsNetwork::default() });
    Some(oci::Windows { network, devices, ..oci::Windows::default() })
}

/// A new `/dev/shm` in place of the specification's, where its size is given.
fn with_shared_memory(context: &Context<'_>, mut mounts: Vec<oci::Mount>) -> Vec<oci::Mount> {
    let Some(size) = context.annotations.shm_size_kb else { return mounts };
    mounts.retain(|mount| mount.destination != "/dev/shm");
    let options = ["nosuid", "noexec", "nodev", "mode=1777", &format!("size={size}k")];
    mounts.push(oci::Mount {
        destination: "/dev/shm".into(),
        kind: Some("tmpfs".into()),
        source: Some("shm".into()),
        options: options.map(str::to_owned).to_vec(),
        ..oci::Mount::default()
    });
    mounts
}

/// The limit of core dumps, where it is given.
fn with_core_limit(context: &Context<'_>, mut process: oci::Process) -> oci::Process {
    let Some(limit) = context.annotations.parsed.core_limit else { return process };
    process.rlimits.retain(|limit| limit.kind != "RLIMIT_CORE");
    let limit =
        oci::Rlimit { kind: "RLIMIT_CORE".into(), soft: limit.soft, hard: limit.hard, ..oci::Rlimit::default() };
    process.rlimits.push(limit);
    process
}

fn rewrite_linux(linux: oci::Linux, privileged: bool) -> oci::Linux {
    // The guest writes into the resources, so they are there in any case.
    let resources = Some(resources(linux.resources.unwrap_or_default()));
    oci::Linux { cgroups_path: None, resources, seccomp: linux.seccomp.filter(|_| !privileged), ..linux }
}

/// Limits, without those that the guest does not apply.
pub(crate) fn resources(resources: oci::Resources) -> oci::Resources {
    let oci::Resources {
        devices: _,
        memory,
        cpu,
        pids: _,
        block_io: _,
        hugepage_limits: _,
        network: _,
        rdma,
        unified,
        extra,
    } = resources;
    oci::Resources { memory, cpu: cpu.map(with_defaults), rdma, unified, extra, ..oci::Resources::default() }
}

/// Processor limits with 0 as what it stands for: the usual period, and no quota.
fn with_defaults(cpu: oci::Cpu) -> oci::Cpu {
    let period = cpu.period.map(|period| if period == 0 { 100_000 } else { period });
    let quota = cpu.quota.map(|quota| if quota == 0 { -1 } else { quota });
    oci::Cpu { period, quota, ..cpu }
}
