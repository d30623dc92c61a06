//! What a specification may say of a Windows container: everything else is refused by name, and what is not known is told of.

use super::super::{Context, Kind};
use super::{VERSION_2, is_version1, needs};
use crate::Result;
use hcs_schema::oci::{self, Process, Spec, Windows};

/// Checks every property that no other part of the plan looks at.
pub(crate) fn spec(context: &mut Context<'_>, kind: Kind) -> Result<()> {
    let Spec {
        oci_version: _,
        hooks,
        annotations: _,
        hostname,
        domainname,
        mounts: _,
        root,
        process,
        linux,
        windows,
        vm,
        extra,
    } = &context.wanted.spec;
    let mut refused = Refused::default();
    refused.if_given(
        "hooks",
        hooks.as_ref().is_some_and(|hooks| *hooks != oci::Hooks::default()),
        "no Windows host runs hooks",
    );
    refused.if_given("domainname", domainname.is_some(), "Windows containers have none; see windows.network");
    refused.if_given("linux", linux.is_some(), "a Windows container cannot have Linux settings");
    refused.if_given("vm", vm.is_some(), "utility VMs are described by annotations");
    refused.if_given(
        "root.readonly",
        root.as_ref().is_some_and(|root| root.readonly),
        "the root of a Windows container is always writable",
    );
    if let Some(name) = hostname.as_ref().filter(|name| !name.is_empty()) {
        host_name(name).map_err(|why| context.wanted.invalid(format!("hostname: {why}")))?;
        refused.if_given("hostname", kind == Kind::HostProcess, "a HostProcess container has the host's name");
    }
    if let Some(process) = process {
        linux_only(process, &mut refused);
    }
    refused.result(context)?;
    if let Some(windows) = windows {
        section(context, windows, kind)?;
    }
    let mut unknown = Unknown::default();
    unknown.add("", extra);
    if let Some(root) = root {
        unknown.add("root.", &root.extra);
    }
    if let Some(process) = process {
        unknown.add("process.", &process.extra);
        unknown.add("process.user.", &process.user.extra);
    }
    if let Some(windows) = windows {
        unknown.windows(windows);
    }
    context.notes.extend(unknown.0);
    Ok(())
}

/// Properties of a process that only Linux has.
fn linux_only(process: &Process, refused: &mut Refused) {
    let Process {
        terminal: _,
        console_size: _,
        user,
        args: _,
        command_line: _,
        env: _,
        cwd: _,
        capabilities,
        rlimits,
        no_new_privileges,
        apparmor_profile,
        oom_score_adj,
        scheduler,
        selinux_label,
        io_priority,
        exec_cpu_affinity,
        extra: _,
    } = process;
    let why = "only Linux has it";
    refused.if_given("process.capabilities", capabilities.is_some(), why);
    refused.if_given("process.rlimits", !rlimits.is_empty(), why);
    refused.if_given("process.noNewPrivileges", *no_new_privileges, why);
    refused.if_given("process.apparmorProfile", apparmor_profile.as_ref().is_some_and(|name| !name.is_empty()), why);
    refused.if_given("process.oomScoreAdj", oom_score_adj.is_some(), why);
    refused.if_given("process.scheduler", scheduler.is_some(), why);
    refused.if_given("process.selinuxLabel", selinux_label.as_ref().is_some_and(|label| !label.is_empty()), why);
    refused.if_given("process.ioPriority", io_priority.is_some(), why);
    refused.if_given("process.execCPUAffinity", exec_cpu_affinity.is_some(), "use windows.resources.cpu.affinity");
    let oci::User { uid, gid, umask, additional_gids, username: _, extra: _ } = user;
    let why = "users of Windows are named by username";
    refused.if_given("process.user.uid", *uid != 0, why);
    refused.if_given("process.user.gid", *gid != 0, why);
    refused.if_given("process.user.umask", umask.is_some(), "only Linux has it");
    refused.if_given("process.user.additionalGids", !additional_gids.is_empty(), why);
}

/// Properties of the Windows section that depend on the kind and the build.
fn section(context: &mut Context<'_>, windows: &Windows, kind: Kind) -> Result<()> {
    let Windows {
        layer_folders: _,
        devices: _,
        resources: _,
        network: _,
        credential_spec: _,
        servicing,
        ignore_flushes_during_boot,
        hyperv: _,
        extra: _,
    } = windows;
    if *servicing && !is_version1(kind) {
        let why = "windows.servicing: documents of schema version 2 have no servicing; only builds before 17763 do it";
        return Err(context.wanted.unsupported(why));
    }
    if *ignore_flushes_during_boot && matches!(kind, Kind::WindowsProcess | Kind::HostProcess) {
        context
            .notes
            .push("windows.ignoreFlushesDuringBoot has no effect: there is no boot with this isolation".into());
    }
    if kind == Kind::HostProcess {
        needs(context, "a HostProcess container", VERSION_2)?;
    }
    Ok(())
}

/// A host name that Windows takes.
fn host_name(name: &str) -> std::result::Result<(), String> {
    let good = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '.' || char == '_';
    match name.chars().find(|char| !good(*char)) {
        _ if name.is_empty() || name.len() > 63 => Err(format!("{name:?} does not have 1 to 63 characters")),
        Some(bad) => Err(format!("{name:?} has {bad:?}; a name has letters, digits, dots, hyphens and underscores")),
        None => Ok(()),
    }
}

/// Properties that are given and cannot be.
#[derive(Default)]
struct Refused(Option<String>);

impl Refused {
    fn if_given(&mut self, property: &str, given: bool, why: &str) {
        if given && self.0.is_none() {
            self.0 = Some(format!("{property}: is not supported for Windows containers: {why}"));
        }
    }

    fn result(self, context: &Context<'_>) -> Result<()> {
        self.0.map_or(Ok(()), |message| Err(context.wanted.unsupported(message)))
    }
}

/// Notes on properties that are not known.
#[derive(Default)]
struct Unknown(Vec<String>);

impl Unknown {
    fn add(&mut self, path: &str, extra: &oci::Extra) {
        self.0.extend(extra.keys().map(|key| format!("property {path}{key} is not known, and has no effect")));
    }

    fn windows(&mut self, windows: &Windows) {
        self.add("windows.", &windows.extra);
        for (index, device) in windows.devices.iter().enumerate() {
            self.add(&format!("windows.devices[{index}]."), &device.extra);
        }
        if let Some(network) = &windows.network {
            self.add("windows.network.", &network.extra);
        }
        if let Some(hyperv) = &windows.hyperv {
            self.add("windows.hyperv.", &hyperv.extra);
        }
        let Some(resources) = &windows.resources else { return };
        self.add("windows.resources.", &resources.extra);
        if let Some(memory) = &resources.memory {
            self.add("windows.resources.memory.", &memory.extra);
        }
        if let Some(cpu) = &resources.cpu {
            self.add("windows.resources.cpu.", &cpu.extra);
        }
        if let Some(storage) = &resources.storage {
            self.add("windows.resources.storage.", &storage.extra);
        }
    }
}
