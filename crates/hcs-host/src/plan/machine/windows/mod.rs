//! Windows containers in a utility VM that runs Windows: the machine boots from the files of the container's own base image.

mod boot;
mod confidential;
mod document;
mod layers;
mod logs;
mod mounts;
mod shares;

use super::{Machine, Words, checks, devices, network};
use crate::Result;
use crate::plan::windows::{self, Mapped, Parts, Transport};
use crate::plan::{Call, Context, Document, GuestCall, Kind, Placeholder, Plan, Role, Step, pod};
use hcs_schema::v2::{
    Device, DeviceType, HostedSystem, ModifySettingRequest, PropertyQuery, PropertyType, RequestType, ResourcePath,
    Version,
};
use serde_json::Value;
use shares::Sharing;

/// Makes the plan.
pub(crate) fn build(mut context: Context<'_>) -> Result<Plan> {
    checks::id(context.wanted)?;
    windows::check(&mut context, Kind::WindowsHypervisor)?;
    confidential::refuse_in_container(&context)?;
    let annotations = super::linux::annotations(&context)?;
    pod::check(&context, &annotations)?;
    let sharing = Sharing::of(&context, &annotations);
    let slots = pod::slots(&mut context);
    let mut machine = Machine::new(pod::machine(&context), false, 1, slots);
    let mut words = Words::default();
    let rootfs = layers::rootfs(&mut context)?;
    if context.choice.role != Role::Member {
        super::document::tell_of_options(&mut context);
        document::make(&mut context, &mut machine, &sharing, &rootfs)?;
    }
    if context.choice.role == Role::Sandbox {
        // Nothing runs for the pod itself: the machine holds its network.
        network::of(&context, &mut machine, false, &mut words)?;
        words.layers = rootfs.parents;
        words.scratch = rootfs.scratch;
        context.notes.push("the pod's sandbox is its utility VM; its own program is not run".into());
        return Ok(super::plan(context, machine, words));
    }
    container(&mut context, &mut machine, &sharing, &rootfs, &mut words)?;
    Ok(super::plan(context, machine, words))
}

/// The container: what the machine is given for it, its document, and its program.
fn container(
    context: &mut Context<'_>,
    machine: &mut Machine,
    sharing: &Sharing,
    rootfs: &windows::Rootfs,
    words: &mut Words,
) -> Result<()> {
    let mapped: Mapped = windows::mounts(context, Kind::WindowsHypervisor)?;
    install_drivers(context, machine, sharing)?;
    let namespace = network::of(context, machine, false, words)?;
    let root = layers::mount(context, machine, sharing, rootfs)?;
    let mounts = mounts::mount(context, machine, sharing, &mapped)?;
    let guard = guard(context, machine)?;
    let devices = assigned(context, machine, sharing, words)?;
    if !devices.is_empty() {
        install_drivers(context, machine, sharing)?;
    }
    let parts = Parts {
        root: root.path,
        layers: root.layers,
        directories: mounts.directories,
        pipes: mounts.pipes,
        devices,
        guard,
        namespace,
        host_process: context.annotations.is_host_process(),
        dump_location: pod_dump_location(context),
    };
    let container = windows::container(context, parts)?;
    let hosted = HostedSystem { schema_version: Some(Version::V2_1), container: Some(container) };
    start(context, machine, hosted)?;
    words.layers = rootfs.parents.clone();
    words.scratch = rootfs.scratch.clone();
    words.mounts = mapped.words();
    words.credentials = windows::credential_words(context);
    Ok(())
}

/// The folder for dumps that the pod's sandbox names.
fn pod_dump_location(context: &Context<'_>) -> Option<String> {
    let pod = context.wanted.pod.as_ref()?;
    pod.annotations.get("io.microsoft.container.processdumplocation").cloned()
}

/// Lets the guest make the container, and starts it and its program.
fn start(context: &mut Context<'_>, machine: &mut Machine, hosted: HostedSystem) -> Result<()> {
    let id = context.wanted.id.clone();
    let document = Document::HostedSystem(Box::new(hosted));
    let create = machine.guest(GuestCall::Create { id: id.clone(), document });
    let terminate = machine.guest(GuestCall::Terminate { id: id.clone() });
    machine.push(Step::new(create, "let the guest make the container").undone_by(terminate));
    let query = PropertyQuery { property_types: vec![PropertyType::SystemGuid], ..PropertyQuery::default() };
    let query = GuestCall::Query { id: id.clone(), document: Document::Query(Box::new(query)) };
    let system = Placeholder::new("system-id");
    let query = machine.guest(query);
    machine.push(Step::new(query, "learn the id by which sockets name the container").yielding(system.clone()));
    if context.choice.role == Role::Member {
        super::document::learn(machine);
    }
    let redirect = Call::RedirectSockets { system: system.to_string(), machine: machine.runtime_id().to_string() };
    machine.push(Step::new(redirect, "let the container be reached by that id"));
    let start = machine.guest(GuestCall::Start { id: id.clone() });
    machine.push(Step::new(start, "start the container"));
    let mut parameters = windows::parameters(context)?;
    if context.annotations.is_host_process() {
        by_shell(context, &mut parameters);
    }
    let execute = machine.guest(GuestCall::Execute { id, document: Document::Process(Box::new(parameters)) });
    machine.push(Step::new(execute, "start its program").yielding(Placeholder::new("process")));
    Ok(())
}

/// Programs of a HostProcess container in a machine are started by a shell, which finds them; and as the machine's own user
/// where an annotation says so.
fn by_shell(context: &Context<'_>, parameters: &mut hcs_schema::document::ProcessParameters) {
    let program = parameters.command_line.split_whitespace().next().unwrap_or_default().trim_matches('"');
    let name = super::paths::name(program).to_lowercase();
    if name != "cmd" && name != "cmd.exe" {
        parameters.command_line = format!("cmd /c {}", parameters.command_line);
    }
    if context.annotations.inherits_user() {
        parameters.user = r"NT AUTHORITY\SYSTEM".into();
    }
}

/// Lets the credential guard of the host serve the container, over a socket that the machine has to allow.
fn guard(
    context: &Context<'_>,
    machine: &mut Machine,
) -> Result<Option<hcs_schema::v2::ContainerCredentialGuardState>> {
    let Some((state, mut steps)) = windows::guard(context, Transport::HvSocket)? else { return Ok(None) };
    let (service, config) = (Placeholder::new("credential-service"), Placeholder::new("credential-service-config"));
    if let Some(ask) = steps.last_mut() {
        ask.yields.extend([service.clone(), config.clone()]);
    }
    steps.into_iter().for_each(|step| machine.push(step));
    let path = ResourcePath::HvSocketService { service: service.to_string() };
    let allow = ModifySettingRequest {
        resource_path: path.clone(),
        request_type: RequestType::Update,
        settings: Value::String(config.to_string()),
        ..ModifySettingRequest::default()
    };
    let step = Step::new(machine.host(allow), "let the container reach the credential guard");
    let step = step.undone_by(machine.host(ModifySettingRequest::remove(path)));
    machine.push(step);
    Ok(Some(state))
}

/// Gives the machine the container's devices, and answers them as the guest sees them: their location paths there, which a
/// program in the guest tells.
fn assigned(context: &Context<'_>, machine: &mut Machine, sharing: &Sharing, words: &mut Words) -> Result<Vec<Device>> {
    let mut devices = Vec::new();
    for (_, device) in devices::assigned(context, &machine.id)? {
        devices::assign(context, machine, &device);
        let tool = super::paths::join(&context.facts.program_folder, "device-util.exe");
        let tool =
            sharing.file(context, machine, &tool, true, "windows.devices", "share the program that lists devices")?;
        let parent = format!("--parentID={}", device.node());
        let locations = Placeholder::of("device-locations", &device.guid);
        let step = run(machine, &[&tool, "children", &parent, "--property=location"], Vec::new(), "learn where it is");
        machine.push(step.yielding(locations.clone()));
        words.devices.push(device.description());
        devices.push(Device {
            kind: DeviceType::DeviceInstance,
            location_path: locations.to_string(),
            ..Device::default()
        });
    }
    Ok(devices)
}

/// `ERROR_NO_MORE_ITEMS`: the driver is there already.
const NO_MORE_ITEMS: u32 = 259;

/// Lets the guest install drivers from folders of the host.
fn install_drivers(context: &Context<'_>, machine: &mut Machine, sharing: &Sharing) -> Result<()> {
    for folder in devices::drivers(context)? {
        let guest = sharing.folder(
            context,
            machine,
            &folder,
            true,
            devices::DRIVERS,
            "share a folder of drivers with the machine",
        )?;
        let files = format!("{guest}/*.inf");
        let words = ["cmd", "/c", r"C:\Windows\System32\pnputil.exe", "/add-driver", &files, "/subdirs", "/install"];
        let step = run(machine, &words, vec![NO_MORE_ITEMS], "let the guest install the drivers");
        machine.push(step);
    }
    Ok(())
}

/// Runs a program in the machine itself.
fn run(machine: &Machine, words: &[&str], tolerated: Vec<u32>, why: &str) -> Step {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let parameters = hcs_schema::document::ProcessParameters {
        command_line: windows::quoted(&words),
        working_directory: r"C:\".into(),
        create_std_out_pipe: true,
        create_std_err_pipe: true,
        ..Default::default()
    };
    let document = Document::Process(Box::new(parameters));
    Step::new(machine.guest(GuestCall::Run { document, tolerated }), why)
}
