//! The document of a utility VM that runs Linux, and the steps until its agent takes messages.

use super::boot::{self, Boot};
use super::command_line::{ENTROPY_PORT, LOG_PORT, Root};
use super::confidential;
use super::traits::Traits;
use crate::Result;
use crate::plan::machine::{Machine, Unit, devices, document, sockets};
use crate::plan::{Call, Context, GuestCall, MachineLimits, Step};
use hcs_schema::guest::{SCSI_CONTROLLERS, vsock_service};
use hcs_schema::v2::{
    Attachment, AttachmentType, Devices, Plan9, Version, VirtualMachine, VirtualMachineHvSocket, VirtualPMemController,
    VirtualPMemDevice, VirtualPMemImageFormat,
};

/// Random bytes that the guest gets when it boots. It could make do with less, but a machine that boots has no other source.
const ENTROPY: u32 = 512;

/// The version of the protocol that both sides speak.
pub(crate) const PROTOCOL: u32 = 4;

/// Makes the machine, starts it, and connects to its agent.
pub(super) fn make(context: &mut Context<'_>, machine: &mut Machine, traits: &mut Traits) -> Result<()> {
    let size = context.machine.clone().unwrap_or_default();
    let (version, mut virtual_machine) = if traits.confidential {
        (Version::V2_5, confidential::virtual_machine(context, machine, &size)?)
    } else {
        (Version::V2_1, plain(context, machine, traits, &size)?)
    };
    devices::at_boot(context, machine, &mut virtual_machine, traits.confidential)?;
    document::create(context, machine, version, virtual_machine);
    connect(machine);
    confidential::policy(context, machine);
    Ok(())
}

/// A machine without secrets.
fn plain(
    context: &mut Context<'_>,
    machine: &mut Machine,
    traits: &mut Traits,
    size: &MachineLimits,
) -> Result<VirtualMachine> {
    confidential::refuse_without_policy(context)?;
    traits.pci = devices::needs_pci(context, traits.pci)?;
    let boot = Boot::of(context, traits)?;
    let command_line = boot::command_line(context, &boot, traits.pci, size.processors)?.text();
    let mut virtual_machine = document::virtual_machine(context, machine, size)?;
    virtual_machine.chipset = Some(boot.chipset(command_line));
    let mut hv_socket_config = sockets::config(context);
    for port in &context.annotations.parsed.vsock_ports {
        hv_socket_config.service_table.insert(vsock_service(*port), sockets::open(sockets::ADMINISTRATORS));
    }
    let devices = virtual_machine.devices.get_or_insert_default();
    devices.hv_socket = Some(VirtualMachineHvSocket { hv_socket_config: Some(hv_socket_config) });
    devices.plan9 = Some(Plan9::default());
    if let Some(memory) = traits.memory {
        devices.virtual_pmem = Some(VirtualPMemController {
            maximum_count: memory.devices,
            maximum_size_bytes: memory.size,
            ..VirtualPMemController::default()
        });
    }
    attach_root(machine, devices, &boot);
    Ok(virtual_machine)
}

/// Gives the machine the disk that it boots from, in its first place.
fn attach_root(machine: &mut Machine, devices: &mut Devices, boot: &Boot) {
    match boot.root {
        Root::Memory { .. } => {}
        Root::PersistentMemory => {
            machine.slots.reserve_memory("boot", 0);
            let device = VirtualPMemDevice {
                host_path: boot.root_file(),
                read_only: true,
                image_format: VirtualPMemImageFormat::Vhd1,
                ..VirtualPMemDevice::default()
            };
            devices.virtual_pmem.get_or_insert_default().devices.insert(0, device);
        }
        Root::Scsi | Root::Verity(_) => root_disk(machine, devices, boot.root_file()),
    }
}

/// Gives the machine a disk with its root in the first SCSI unit.
pub(super) fn root_disk(machine: &mut Machine, devices: &mut Devices, path: String) {
    machine.slots.reserve("boot", Unit { controller: 0, lun: 0 });
    let disk = Attachment { kind: AttachmentType::VirtualDisk, path, read_only: true, ..Attachment::default() };
    devices.scsi.entry(SCSI_CONTROLLERS[0].into()).or_default().attachments.insert(0, disk);
}

/// Starts the machine and connects to its agent. The host listens before it starts the machine, and the guest connects.
fn connect(machine: &mut Machine) {
    let ports = [
        (ENTROPY_PORT, "listen for the guest's request for random bytes"),
        (LOG_PORT, "listen for the guest's log"),
        (sockets::AGENT_PORT, "listen for the guest agent"),
    ];
    for (port, why) in ports {
        let listen = Call::Listen { machine: machine.runtime_id().to_string(), service: vsock_service(port) };
        machine.push(Step::new(listen, why));
    }
    machine.push(Step::new(Call::StartSystem { id: machine.id.clone() }, "start the utility VM"));
    let entropy = Call::SendEntropy { service: vsock_service(ENTROPY_PORT), bytes: ENTROPY };
    machine.push(Step::new(entropy, "let the guest's random numbers begin with some of the host's"));
    let log = Call::ReadLog { service: vsock_service(LOG_PORT), later: false };
    machine.push(Step::new(log, "read the guest's log from now on"));
    let service = vsock_service(sockets::AGENT_PORT);
    let connect = Call::ConnectGuest { machine: machine.id.clone(), service };
    machine.push(Step::new(connect, "connect to the guest agent"));
    let negotiate = GuestCall::NegotiateProtocol { minimum: PROTOCOL, maximum: PROTOCOL };
    machine.push(Step::new(machine.guest(negotiate), "agree on the protocol"));
}
