//! The document of a utility VM that runs Windows, and the steps until its agent takes messages.

use super::super::linux::PROTOCOL;
use super::super::{Machine, Unit, document, sockets};
use super::boot::{self, Boot};
use super::shares::Sharing;
use super::{confidential, logs};
use crate::Result;
use crate::plan::windows::Rootfs;
use crate::plan::{Call, Context, Document, GuestCall, PathKind, Placeholder, Step};
use hcs_schema::guest::{
    HostConfig, HvSocketAddress, SCSI_CONTROLLERS, WINDOWS_BRIDGE_SERVICE, WINDOWS_LOG_SERVICE, WINDOWS_PARENT_ADDRESS,
    WindowsResource,
};
use hcs_schema::model::DWord;
use hcs_schema::modify::RequestType;
use hcs_schema::v2::{
    Attachment, AttachmentType, Chipset, RegistryChanges, RegistryHive, RegistryKey, RegistryValue, RegistryValueType,
    TimeZoneInformation, Uefi, UefiBootDevice, UefiBootEntry, Version, VirtualMachine, VirtualMachineHvSocket,
    VirtualSmb, VirtualSmbShare, VirtualSmbShareOptions,
};
use serde_json::Value;

/// Room in MiB for files that are mapped into the guest's memory.
const DIRECT_MAP_MB: i64 = 1024;

/// Makes the machine, starts it, and connects to its agent.
pub(super) fn make(context: &mut Context<'_>, machine: &mut Machine, sharing: &Sharing, rootfs: &Rootfs) -> Result<()> {
    confidential::refuse(context)?;
    let boot = boot::of(context, rootfs)?;
    disk(context, machine, &boot);
    let virtual_machine = virtual_machine(context, machine, sharing, &boot)?;
    document::create(context, machine, Version::V2_1, virtual_machine);
    connect(context, machine)
}

/// Makes the machine's own writable disk, unless it is there.
fn disk(context: &Context<'_>, machine: &mut Machine, boot: &Boot) {
    if context.facts.paths.get(&boot.scratch) != Some(&PathKind::File) {
        let folder = Call::MakeFolder { path: boot.folder.clone() };
        let remove = Call::RemoveFolder { path: boot.folder.clone() };
        machine.push(Step::new(folder, "make a folder for the machine's own disk").undone_by(remove));
        let copy = Call::CopyFile { source: boot.template.clone(), path: boot.scratch.clone() };
        let remove = Call::RemoveFile { path: boot.scratch.clone() };
        machine.push(Step::new(copy, "make the machine's own disk from the image's").undone_by(remove));
    }
    machine.grant(&boot.scratch);
}

fn virtual_machine(
    context: &Context<'_>,
    machine: &mut Machine,
    sharing: &Sharing,
    boot: &Boot,
) -> Result<VirtualMachine> {
    let size = context.machine.clone().unwrap_or_default();
    let mut virtual_machine = document::virtual_machine(context, machine, &size)?;
    let entry = UefiBootEntry {
        device_type: UefiBootDevice::VmbFs,
        device_path: r"\EFI\Microsoft\Boot\bootmgfw.efi".into(),
        ..UefiBootEntry::default()
    };
    let uefi = Uefi { boot_this: Some(entry), ..Uefi::default() };
    virtual_machine.chipset = Some(Chipset { uefi: Some(uefi), ..Chipset::default() });
    virtual_machine.registry_changes = Some(RegistryChanges { add_values: registry(context), ..Default::default() });
    let devices = virtual_machine.devices.get_or_insert_default();
    machine.slots.reserve("boot", Unit { controller: 0, lun: 0 });
    let disk = Attachment { kind: AttachmentType::VirtualDisk, path: boot.scratch.clone(), ..Attachment::default() };
    devices.scsi.entry(SCSI_CONTROLLERS[0].into()).or_default().attachments.insert(0, disk);
    let options = VirtualSmbShareOptions { take_backup_privilege: true, ..sharing.options(context, &boot.files, true) };
    let share = VirtualSmbShare {
        name: "os".into(),
        path: boot.files.clone(),
        options: Some(options),
        ..VirtualSmbShare::default()
    };
    devices.virtual_smb = Some(VirtualSmb { shares: vec![share], direct_file_mapping_in_mb: DIRECT_MAP_MB });
    let mut config = sockets::config(context);
    if logs::forwarded(context) {
        config.service_table.insert(WINDOWS_LOG_SERVICE.into(), sockets::open(sockets::ADMINISTRATORS));
    }
    devices.hv_socket = Some(VirtualMachineHvSocket { hv_socket_config: Some(config) });
    Ok(virtual_machine)
}

/// Values of the machine's own registry.
fn registry(context: &Context<'_>) -> Vec<RegistryValue> {
    let annotations = &context.annotations;
    let mut values = Vec::new();
    if annotations.process_dump_location.is_some() {
        // Dumps stay in the machine instead of being reported, and the service that writes them runs from the start.
        values.push(number(RegistryHive::System, r"ControlSet001\Services\WerSvc", "Start", 2));
        values.push(number(RegistryHive::Software, r"Microsoft\Windows\Windows Error Reporting", "Disabled", 1));
    }
    if annotations.disable_compartment_namespace != Some(true) {
        let key = r"CurrentControlSet\Services\gns";
        values.push(number(RegistryHive::System, key, "EnableCompartmentNamespace", 1));
    }
    values.extend(annotations.parsed.registry.iter().cloned());
    values
}

fn number(hive: RegistryHive, key: &str, name: &str, value: u32) -> RegistryValue {
    RegistryValue {
        key: Some(RegistryKey { hive, name: key.into(), ..RegistryKey::default() }),
        name: name.into(),
        kind: RegistryValueType::DWord,
        dword_value: DWord(value),
        ..RegistryValue::default()
    }
}

/// Starts the machine and connects to its agent. The host listens before it starts the machine, and the guest connects.
fn connect(context: &mut Context<'_>, machine: &mut Machine) -> Result<()> {
    let forwarded = logs::forwarded(context);
    let mut listen = |service: &str, why: &str| {
        let call = Call::Listen { machine: machine.runtime_id().to_string(), service: service.into() };
        machine.push(Step::new(call, why));
    };
    if forwarded {
        listen(WINDOWS_LOG_SERVICE, "listen for the guest's log");
    }
    listen(WINDOWS_BRIDGE_SERVICE, "listen for the guest agent");
    machine.push(Step::new(Call::StartSystem { id: machine.id.clone() }, "start the utility VM"));
    if forwarded {
        let log = Call::ReadLog { service: WINDOWS_LOG_SERVICE.into(), later: true };
        machine.push(Step::new(log, "read the guest's log whenever it comes"));
    }
    let connect = Call::ConnectGuest { machine: machine.id.clone(), service: WINDOWS_BRIDGE_SERVICE.into() };
    machine.push(Step::new(connect, "connect to the guest agent"));
    let negotiate = GuestCall::NegotiateProtocol { minimum: PROTOCOL, maximum: PROTOCOL };
    machine.push(Step::new(machine.guest(negotiate), "agree on the protocol"));
    begin(context, machine)?;
    if forwarded {
        logs::begin(context, machine);
    }
    Ok(())
}

/// Tells the guest of the time zone and of its addresses, and starts it.
fn begin(context: &Context<'_>, machine: &mut Machine) -> Result<()> {
    let utc = context.annotations.no_inherit_time_zone.unwrap_or(context.wanted.options.no_inherit_host_timezone);
    let zone = if utc { utc_zone() } else { host_zone(machine) };
    let document = Document::HostConfig(Box::new(HostConfig::new(zone)));
    let create = machine.guest(GuestCall::CreateSelf { document });
    machine.push(Step::new(create, "tell the guest of the time zone, if it asks for it"));
    machine.push(Step::new(machine.guest(GuestCall::StartSelf), "start the guest's own system, if it asks for it"));
    let address = HvSocketAddress {
        local_address: machine.runtime_id().to_string(),
        parent_address: WINDOWS_PARENT_ADDRESS.into(),
    };
    let call = machine.ask(RequestType::Update, WindowsResource::HvSocket(address));
    machine.push(Step::new(call, "tell the guest of its own address and the host's"));
    Ok(())
}

/// The host's time zone, which is known when the plan runs.
fn host_zone(machine: &mut Machine) -> Value {
    let zone = Placeholder::new("time-zone");
    let text = Value::String(zone.to_string());
    machine.push(Step::new(Call::QueryTimeZone {}, "learn the host's time zone").yielding(zone));
    text
}

fn utc_zone() -> Value {
    let name = "Coordinated Universal Time";
    let zone = TimeZoneInformation {
        standard_name: name.into(),
        standard_date: Some(Default::default()),
        daylight_name: name.into(),
        daylight_date: Some(Default::default()),
        ..TimeZoneInformation::default()
    };
    serde_json::to_value(zone).expect("documents are JSON")
}
