//! What the documents of all utility VMs have in common.

use super::{Machine, paths};
use crate::Result;
use crate::plan::{Call, Context, Document, MachineLimits, PathKind, Step};
use hcs_schema::guest::SCSI_CONTROLLERS;
use hcs_schema::v2::{
    ComPort, ComputeSystem, CrashDumpType, DebugOptions, Devices, GuestCrashReporting, PropertyQuery, Scsi, StorageQoS,
    Version, VirtualMachine, WindowsCrashReporting,
};
use std::collections::BTreeMap;

/// The parts of a machine that are the same for both systems; the rest is filled in by the caller.
pub(super) fn virtual_machine(
    context: &Context<'_>,
    machine: &Machine,
    size: &MachineLimits,
) -> Result<VirtualMachine> {
    let annotations = &context.annotations;
    let numbers = (0..machine.controllers).map(usize::from);
    let devices = Devices {
        scsi: numbers.map(|number| (SCSI_CONTROLLERS[number].to_owned(), Scsi::default())).collect(),
        com_ports: com_ports(context),
        ..Devices::default()
    };
    let (iops_maximum, bandwidth_maximum) = (size.iops.unwrap_or_default(), size.bandwidth.unwrap_or_default());
    let limited = iops_maximum > 0 || bandwidth_maximum > 0;
    let mut virtual_machine = VirtualMachine {
        stop_on_reset: true,
        compute_topology: Some(super::topology::topology(context, size)?),
        devices: Some(devices),
        storage_qos: limited.then_some(StorageQoS { iops_maximum, bandwidth_maximum }),
        resource_partition_id: annotations.resource_partition_id.as_ref().map(|id| id.0.clone()).unwrap_or_default(),
        ..VirtualMachine::default()
    };
    if let Some(folder) = dump_folder(context)? {
        dumps(&mut virtual_machine, machine, folder);
    }
    Ok(virtual_machine)
}

/// Tells of options of the shim that are not for this machine.
pub(super) fn tell_of_options(context: &mut Context<'_>) {
    if context.wanted.options.default_vm_scratch_size_in_gb > 0 {
        let message = "option default_vm_scratch_size_in_gb has no effect: the machine's own disk is as large as the image's, or there is none";
        context.notes.push(message.into());
    }
}

/// The first serial port, if it has a pipe.
fn com_ports(context: &Context<'_>) -> BTreeMap<u32, ComPort> {
    let pipe = context.annotations.console_pipe.clone();
    pipe.map(|named_pipe| (0, ComPort { named_pipe, ..ComPort::default() })).into_iter().collect()
}

/// The folder for what is left of a crash.
fn dump_folder<'a>(context: &'a Context<'_>) -> Result<Option<&'a str>> {
    let Some(folder) = context.annotations.dump_directory_path.as_deref() else { return Ok(None) };
    match context.facts.path(folder) {
        PathKind::Folder | PathKind::Link { file: false, .. } => Ok(Some(folder)),
        PathKind::File | PathKind::Link { file: true, .. } | PathKind::Missing => {
            let key = "annotation io.microsoft.virtualmachine.dump-directory-path";
            Err(context.wanted.invalid(format!("{key}: {folder} is not a folder of the host")))
        }
    }
}

fn dumps(virtual_machine: &mut VirtualMachine, machine: &Machine, folder: &str) {
    let file = |name: &str| paths::join(folder, &format!("{}-{name}", machine.id));
    virtual_machine.debug_options = Some(DebugOptions {
        bugcheck_saved_state_file_name: file("savedstate.vmrs"),
        bugcheck_no_crashdump_saved_state_file_name: file("savedstate_nocrashdump.vmrs"),
        ..DebugOptions::default()
    });
    if machine.linux {
        return;
    }
    let settings = WindowsCrashReporting {
        dump_file_name: file("windows-crash"),
        dump_type: CrashDumpType::Full,
        ..WindowsCrashReporting::default()
    };
    if let Some(devices) = &mut virtual_machine.devices {
        devices.guest_crash_reporting = Some(GuestCrashReporting { windows_crash_settings: Some(settings) });
    }
}

/// Makes the machine, and learns the id by which sockets name it.
pub(super) fn create(context: &Context<'_>, machine: &mut Machine, version: Version, virtual_machine: VirtualMachine) {
    if let Some(path) = context.annotations.dump_directory_path.clone() {
        machine.push(Step::new(Call::GrantGroupAccess { path }, "let the machine leave a dump behind when it crashes"));
    }
    let document = ComputeSystem {
        owner: context.wanted.owner.clone(),
        schema_version: Some(version),
        virtual_machine: Some(virtual_machine),
        should_terminate_on_last_handle_closed: true,
        ..ComputeSystem::default()
    };
    let id = machine.id.clone();
    let create = Call::CreateSystem { id: id.clone(), document: Document::ComputeSystem(Box::new(document)) };
    machine.push(Step::new(create, "make the utility VM").undone_by(Call::TerminateSystem { id }));
    learn(machine);
}

/// Learns the id by which sockets name the machine.
pub(super) fn learn(machine: &mut Machine) {
    let query = Document::Query(Box::<PropertyQuery>::default());
    let query = Call::QuerySystem { id: machine.id.clone(), document: query };
    let runtime_id = machine.runtime_id();
    machine.push(Step::new(query, "learn the id by which sockets name it").yielding(runtime_id));
}
