//! PCI devices of the host, assigned to a utility VM; and drivers that its guest needs for them.
//!
//! A device of the specification's Windows section names a device of the host, and perhaps one of its virtual functions behind
//! a slash. The machine sees it on its bus under an id that is derived from these, so that every container of a pod finds the
//! same one.

use super::disks::{Disk, Mounting};
use super::{Machine, Words, guid, paths};
use crate::Result;
use crate::plan::facts::builds;
use crate::plan::{Context, Document, GuestCall, PathKind, Role, Step};
use hcs_schema::document::ProcessParameters;
use hcs_schema::guest::{LinuxResource, VpciDevice};
use hcs_schema::modify::RequestType;
use hcs_schema::oci::{WindowsDevice, WindowsDeviceIdType};
use hcs_schema::v2::{ResourcePath, VirtualMachine, VirtualPciDevice, VirtualPciFunction};

const VPCI_ENABLED: &str = "annotation io.microsoft.virtualmachine.lcow.vpcienabled";
/// The annotation that names drivers.
pub(super) const DRIVERS: &str = "annotation io.microsoft.virtualmachine.kerneldrivers";

/// A device of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assigned {
    /// Its path on the host.
    path: String,
    /// Number of its virtual function.
    function: u16,
    /// Its id on the machine's bus.
    pub guid: String,
    /// Name under which containers share it.
    name: String,
}

impl Assigned {
    fn new(machine: &str, id: &str) -> Self {
        let split = id.rsplit_once('/').and_then(|(path, function)| Some((path, function.parse().ok()?)));
        let (path, function) = split.unwrap_or((id, 0));
        let name = format!("device {} {function}", paths::key(path));
        let guid = guid::derived(&[machine, &name]);
        Assigned { path: path.into(), function, guid, name }
    }

    fn settings(&self, near: bool) -> VirtualPciDevice {
        let function = VirtualPciFunction {
            device_instance_path: self.path.clone(),
            virtual_function: self.function,
            ..VirtualPciFunction::default()
        };
        VirtualPciDevice { functions: vec![function], propagate_numa_affinity: near.then_some(true) }
    }

    fn words(&self) -> String {
        match self.function {
            0 => format!("the device {}", self.path),
            function => format!("virtual function {function} of the device {}", self.path),
        }
    }
}

/// The devices of a container that are assigned to its machine. Others are refused: a guest has no other way to them.
pub(super) fn assigned(context: &Context<'_>, machine: &str) -> Result<Vec<(WindowsDevice, Assigned)>> {
    let devices = context.wanted.spec.windows.as_ref().map(|windows| windows.devices.as_slice()).unwrap_or_default();
    let one = |(index, device): (usize, &WindowsDevice)| {
        let unsupported = |why: &str| Err(context.wanted.unsupported(format!("windows.devices[{index}]: {why}")));
        if device.id.is_empty() {
            return Err(context.wanted.invalid(format!("windows.devices[{index}].id: is missing")));
        }
        match &device.id_type {
            WindowsDeviceIdType::Vpci | WindowsDeviceIdType::VpciInstanceId | WindowsDeviceIdType::Gpu => {
                Ok((device.clone(), Assigned::new(machine, &device.id)))
            }
            kind @ (WindowsDeviceIdType::Class
            | WindowsDeviceIdType::VpciClassGuid
            | WindowsDeviceIdType::VpciLocationPath) => unsupported(&format!(
                "{kind} shares a device with the host's kernel; a utility VM gets whole devices by vpci-instance-id or gpu"
            )),
            WindowsDeviceIdType::Other(kind) => unsupported(&format!(
                "idType {kind:?} is not known; a utility VM gets devices by vpci-instance-id or gpu"
            )),
        }
    };
    let devices: Vec<_> = devices.iter().enumerate().map(one).collect::<Result<_>>()?;
    for (index, (_, device)) in devices.iter().enumerate() {
        if devices[..index].iter().any(|(_, other)| other.guid == device.guid) {
            return Err(context.wanted.invalid(format!("windows.devices[{index}]: {} is there twice", device.words())));
        }
    }
    Ok(devices)
}

/// Puts the devices of a Linux container into the document of the machine that is made for it.
pub(super) fn at_boot(
    context: &Context<'_>,
    machine: &mut Machine,
    virtual_machine: &mut VirtualMachine,
    confidential: bool,
) -> Result<()> {
    let near = context.facts.build() >= Some(builds::SERVER_2025) && context.annotations.parsed.numa.is_some();
    for (_, device) in assigned(context, &machine.id)? {
        if confidential {
            let why = "a device could read the memory that a confidential utility VM hides";
            return Err(context
                .wanted
                .unsupported(format!("windows.devices: not in a confidential utility VM: {why}")));
        }
        machine.slots.reserve_device(&device.name);
        let devices = virtual_machine.devices.get_or_insert_default();
        devices.virtual_pci.insert(device.guid.clone(), device.settings(near));
    }
    Ok(())
}

/// Whether the kernel of a Linux machine looks for PCI devices: where an annotation says so, or a device needs it.
pub(super) fn needs_pci(context: &mut Context<'_>, asked: bool) -> Result<bool> {
    let devices = context.wanted.spec.windows.as_ref().is_some_and(|windows| !windows.devices.is_empty());
    if !devices || asked {
        return Ok(asked);
    }
    if context.annotations.vpci_enabled == Some(false) {
        let message =
            format!("windows.devices: {VPCI_ENABLED}=false takes PCI away from the guest that needs it for them");
        return Err(context.wanted.invalid(message));
    }
    context.notes.push(format!("{VPCI_ENABLED} is taken as true, because a device needs it"));
    Ok(true)
}

/// Gives a machine the devices of a Linux container, and answers them as its guest knows them.
pub(super) fn linux(
    context: &Context<'_>,
    machine: &mut Machine,
    pci: bool,
    words: &mut Words,
) -> Result<Vec<WindowsDevice>> {
    // The sandbox of a pod has no use for devices: they are for its members.
    if context.choice.role == Role::Sandbox {
        words.devices = assigned(context, &machine.id)?.iter().map(|(_, device)| device.words()).collect();
        return Ok(Vec::new());
    }
    let mut told = Vec::new();
    for (device, own) in assigned(context, &machine.id)? {
        if !pci && !machine.slots.has_devices() {
            let message =
                format!("windows.devices: the pod's utility VM has no PCI; its sandbox needs {VPCI_ENABLED}=true");
            return Err(context.wanted.unsupported(message));
        }
        assign(context, machine, &own);
        let wait = LinuxResource::VpciDevice(VpciDevice { vmbus_guid: own.guid.clone() });
        let wait = machine.ask(RequestType::Add, wait);
        machine.push(Step::new(wait, "let the guest wait for the device"));
        words.devices.push(own.words());
        told.push(WindowsDevice { id: own.guid, ..device });
    }
    Ok(told)
}

/// Gives a running machine a device, unless it was made with it.
pub(super) fn assign(context: &Context<'_>, machine: &mut Machine, device: &Assigned) {
    if machine.slots.has_device(&device.name) {
        return;
    }
    let near = context.facts.build() >= Some(builds::SERVER_2025);
    let path = ResourcePath::VirtualPci { id: device.guid.clone() };
    let step = machine.add(&path, &device.settings(near), format!("give the machine {}", device.words()));
    machine.push(step.shared_as(device.name.clone()));
}

impl Assigned {
    /// What it is in words.
    pub fn description(&self) -> String {
        self.words()
    }

    /// The device node of its bus in a Windows guest, whose child it is.
    pub fn node(&self) -> String {
        format!(r"VMBUS\{{44c4f61d-4444-4400-9d52-802e27ede19f}}\{{{}}}", self.guid)
    }
}

/// Drivers that an annotation names, as paths of the host.
pub(super) fn drivers(context: &Context<'_>) -> Result<Vec<String>> {
    let drivers = context.annotations.kernel_drivers.clone().unwrap_or_default().0;
    for path in &drivers {
        if *context.facts.path(path) == PathKind::Missing {
            return Err(context.wanted.invalid(format!("{DRIVERS}: there is no {path} on the host")));
        }
    }
    Ok(drivers)
}

/// Lets a Linux guest load drivers from disks. They are there before devices and adapters are.
pub(super) fn linux_drivers(context: &Context<'_>, machine: &mut Machine) -> Result<()> {
    for path in drivers(context)? {
        let disk = Disk::file(path.clone(), true);
        let unit = machine.attach(context, &disk, true, "give the machine a disk with drivers")?;
        let mounted = machine.mount_linux(unit, true, &Mounting::default(), "let the guest mount it");
        let writable = format!("/run/drivers/{}", guid::derived(&["drivers", &paths::key(&path)]));
        let install = ProcessParameters {
            command_args: vec!["/bin/install-drivers".into(), writable, mounted],
            working_directory: "/".into(),
            environment: [("PATH".into(), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".into())]
                .into(),
            create_std_err_pipe: true,
            ..ProcessParameters::default()
        };
        let run =
            machine.guest(GuestCall::Run { document: Document::Process(Box::new(install)), tolerated: Vec::new() });
        machine
            .push(Step::new(run, "let the guest load the drivers").shared_as(format!("drivers {}", paths::key(&path))));
    }
    Ok(())
}
