//! Utility VMs that keep secrets from their host: AMD SEV-SNP.
//!
//! Kernel, command line and an initial disk are in a guest state file that the processor measures when the machine starts. The
//! root is a disk with hashes behind it, which what was measured checks. The hash of the policy is measured, too, and the
//! policy itself is the first thing that the agent gets. So nothing of the host's own choice is left at boot, and what would
//! have to be on the command line is refused.

use super::boot;
use super::document::root_disk;
use crate::Result;
use crate::plan::machine::{Machine, document, paths, sockets};
use crate::plan::{Call, Context, MachineLimits, Placeholder, Step};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hcs_schema::guest::{LinuxResource, SecurityPolicy, vsock_service};
use hcs_schema::modify::RequestType;
use hcs_schema::v2::{
    ApplySecureBootTemplate, Chipset, GuestState, GuestStateFileType, IsolationSettings, Plan9, SecuritySettings, Uefi,
    VirtualMachine, VirtualMachineHvSocket, VirtualMachineIsolationType,
};
use sha2::{Digest, Sha256};

/// The secure boot template "Microsoft Windows" of Hyper-V.
const SECURE_BOOT_TEMPLATE: &str = "1734c6e8-3154-4dda-ba5f-a874cc483422";

/// The machine's document.
pub(super) fn virtual_machine(
    context: &mut Context<'_>,
    machine: &mut Machine,
    size: &MachineLimits,
) -> Result<VirtualMachine> {
    refuse_with_policy(context)?;
    let annotations = context.annotations.clone();
    let folder = boot::folder(context);
    let state = annotations.lcow_guest_state_file.clone().unwrap_or_else(|| "kernel.vmgs".into());
    let root = annotations.dm_verity_rootfs_vhd.clone().unwrap_or_else(|| "rootfs.vhd".into());
    for (key, file) in [("gueststatefile", &state), ("dmverity-rootfs-vhd", &root)] {
        let key = format!("annotation io.microsoft.virtualmachine.lcow.{key}");
        name_of_file(file).map_err(|why| context.wanted.invalid(format!("{key}: {why} in {folder}")))?;
    }
    let state_copy = copy(context, machine, &folder, &state, &state)?;
    let root_copy = copy(context, machine, &folder, &root, "rootfs.vhd")?;
    let mut virtual_machine = document::virtual_machine(context, machine, size)?;
    let devices = virtual_machine.devices.get_or_insert_default();
    devices.hv_socket = Some(sockets(context)?);
    devices.plan9 = Some(Plan9::default());
    root_disk(machine, devices, root_copy);
    virtual_machine.chipset = Some(chipset());
    virtual_machine.guest_state = Some(GuestState {
        guest_state_file_path: state_copy,
        guest_state_file_type: GuestStateFileType::FileMode,
        force_transient_state: true,
        ..GuestState::default()
    });
    let isolation = IsolationSettings {
        isolation_type: VirtualMachineIsolationType::SecureNestedPaging,
        launch_data: launch_data(context, annotations.lcow_security_policy.as_deref())?,
        hcl_enabled: annotations.lcow_hcl_enabled,
        ..IsolationSettings::default()
    };
    virtual_machine.security_settings = Some(SecuritySettings { isolation: Some(isolation), enable_tpm: false });
    Ok(virtual_machine)
}

/// Firmware that starts only what is signed.
fn chipset() -> Chipset {
    let uefi = Uefi {
        apply_secure_boot_template: ApplySecureBootTemplate::Apply,
        secure_boot_template_id: SECURE_BOOT_TEMPLATE.into(),
        ..Uefi::default()
    };
    Chipset { uefi: Some(uefi), ..Chipset::default() }
}

/// Copies a boot file for this machine alone, and lets it be opened.
fn copy(context: &Context<'_>, machine: &mut Machine, folder: &str, file: &str, name: &str) -> Result<String> {
    let bundle = &context.wanted.bundle;
    if bundle.is_empty() {
        let message = "bundle: a confidential utility VM needs a folder for its own copies of boot files";
        return Err(context.wanted.invalid(message));
    }
    let path = paths::join(bundle, name);
    let copy = Call::CopyFile { source: paths::join(folder, file), path: path.clone() };
    let step = Step::new(copy, "copy a boot file for this machine alone");
    machine.push(step.undone_by(Call::RemoveFile { path: path.clone() }));
    machine.push(Step::new(Call::GrantGroupAccess { path: path.clone() }, "let the machine open it"));
    Ok(path)
}

/// Refuses a path where the name of a file is asked for.
fn name_of_file(file: &str) -> std::result::Result<(), String> {
    if file.is_empty() || file == "." || file == ".." || file.contains(['\\', '/', ':']) {
        return Err(format!("{file:?} is not the name of a file"));
    }
    Ok(())
}

/// Sockets: everyone in the guest may serve the ports that host and guest talk over.
fn sockets(context: &Context<'_>) -> Result<VirtualMachineHvSocket> {
    let mut config = sockets::config(context);
    config.default_bind_security_descriptor = sockets::EVERYONE.into();
    config.default_connect_security_descriptor = sockets::ADMINISTRATORS.into();
    let own = [super::command_line::ENTROPY_PORT, super::command_line::LOG_PORT, sockets::AGENT_PORT];
    let more = &context.annotations.parsed.vsock_ports;
    for port in own.iter().chain([&(sockets::AGENT_PORT + 1)]).chain(more) {
        config.service_table.insert(vsock_service(*port), sockets::open(sockets::EVERYONE));
    }
    Ok(VirtualMachineHvSocket { hv_socket_config: Some(config) })
}

/// What the processor measures of a policy: its SHA-256, as base64.
fn launch_data(context: &Context<'_>, policy: Option<&str>) -> Result<String> {
    let policy = BASE64_STANDARD.decode(policy.unwrap_or_default());
    let policy = policy.map_err(|why| context.wanted.invalid(format!("the security policy is not base64: {why}")))?;
    Ok(BASE64_STANDARD.encode(Sha256::digest(policy)))
}

/// Gives the agent its policy, before anything else.
pub(super) fn policy(context: &Context<'_>, machine: &mut Machine) {
    let annotations = &context.annotations;
    let Some(encoded_security_policy) = annotations.lcow_security_policy.clone() else { return };
    let folder = boot::folder(context);
    let files = [
        (&annotations.lcow_reference_info_file, "reference_info.cose"),
        (&annotations.hash_envelope_reference_info_file, "reference_info_hash_envelope.cose"),
    ];
    let [reference, envelope] = files.map(|(given, default)| {
        let path = paths::join(&folder, given.as_deref().unwrap_or(default));
        let content = Placeholder::of("base64", &path);
        let read = Call::ReadFile { path, optional: given.is_none() };
        machine.push(Step::new(read, "read what vouches for the machine's measurements").yielding(content.clone()));
        content.to_string()
    });
    let policy = SecurityPolicy {
        enforcer_type: annotations.lcow_enforcer.clone().unwrap_or_default(),
        encoded_security_policy,
        encoded_uvm_reference: reference,
        encoded_uvm_hash_envelope_reference: envelope,
    };
    let call = machine.ask(RequestType::Add, LinuxResource::SecurityPolicy(policy));
    machine.push(Step::new(call, "give the agent its policy before anything else"));
}

/// Refuses what only a machine with a policy has.
pub(super) fn refuse_without_policy(context: &Context<'_>) -> Result<()> {
    let annotations = &context.annotations;
    let given = [
        ("io.microsoft.virtualmachine.lcow.gueststatefile", annotations.lcow_guest_state_file.is_some()),
        ("io.microsoft.virtualmachine.lcow.hcl-enabled", annotations.lcow_hcl_enabled.is_some()),
        ("io.microsoft.virtualmachine.lcow.dmverity-rootfs-vhd", annotations.dm_verity_rootfs_vhd.is_some()),
    ];
    let policy = "io.microsoft.virtualmachine.lcow.securitypolicy";
    match given.iter().find(|(_, given)| *given) {
        Some((key, _)) if annotations.lcow_security_policy.is_some() => {
            let hardware = "io.microsoft.virtualmachine.no_security_hardware=true";
            Err(context
                .wanted
                .invalid(format!("annotation {key} does not go with {hardware}: the machine boots as any other")))
        }
        Some((key, _)) => Err(context.wanted.invalid(format!("annotation {key} needs annotation {policy}"))),
        None => Ok(()),
    }
}

/// Refuses what would be on the command line or in the document of another machine, and cannot be in one that is measured.
fn refuse_with_policy(context: &Context<'_>) -> Result<()> {
    let annotations = &context.annotations;
    let in_file = "the guest state file has the kernel and its command line, and the processor measures them";
    let weaker = "what the policy protects would not be protected";
    let lcow = "io.microsoft.virtualmachine.lcow";
    let given = [
        (format!("{lcow}.kerneldirectboot"), annotations.kernel_direct_boot.is_some(), in_file),
        (format!("{lcow}.timesync.disable"), annotations.disable_time_sync == Some(true), in_file),
        (
            format!("{lcow}.writable-overlay-directories"),
            annotations.writable_overlay_directories == Some(true),
            in_file,
        ),
        (format!("{lcow}.extra-exec-command-args"), annotations.extra_exec_command_args.is_some(), in_file),
        (format!("{lcow}.dmverity-create-args"), annotations.dm_verity_create_args.is_some(), in_file),
        ("io.microsoft.container.processdumplocation".into(), annotations.process_dump_location.is_some(), in_file),
        ("io.microsoft.virtualmachine.console.pipe".into(), annotations.console_pipe.is_some(), weaker),
        ("io.microsoft.virtualmachine.dump-directory-path".into(), annotations.dump_directory_path.is_some(), weaker),
        (format!("{lcow}.dmverity-mode=false"), annotations.dm_verity_mode == Some(false), weaker),
    ];
    for (key, given, why) in given {
        if given {
            return Err(context
                .wanted
                .unsupported(format!("annotation {key}: not in a confidential utility VM: {why}")));
        }
    }
    if annotations.parsed.numa.is_some() {
        let why = "NUMA nodes of a utility VM: not in a confidential one, whose document has none";
        return Err(context.wanted.unsupported(why));
    }
    Ok(())
}
