//! Linux containers on a Windows host: a utility VM that runs Linux, and a container that its agent makes.

mod boot;
mod command_line;
mod confidential;
mod document;
mod layers;
mod mounts;
mod shares;
mod spec;
mod traits;

pub(super) use document::PROTOCOL;
pub(crate) use spec::resources;
pub(super) use traits::annotations;

use super::{Machine, Words, checks, devices, network};
use crate::Result;
use crate::plan::{Call, Context, Document, GuestCall, Plan, Role, Step, pod};
use hcs_schema::document::{LinuxContainer, ProcessParameters, Version};
use spec::Told;
use traits::Traits;

/// Makes the plan.
pub(crate) fn build(mut context: Context<'_>) -> Result<Plan> {
    checks::id(context.wanted)?;
    spec::check(&mut context)?;
    let annotations = annotations(&context)?;
    pod::check(&context, &annotations)?;
    let role = context.choice.role;
    let mut traits = Traits::of(&context, &annotations);
    let slots = pod::slots(&mut context);
    let mut machine = Machine::new(pod::machine(&context), true, traits.controllers, slots);
    if role != Role::Member {
        super::document::tell_of_options(&mut context);
        document::make(&mut context, &mut machine, &mut traits)?;
    }
    let mut words = Words::default();
    container(&mut context, &mut machine, &traits, &mut words)?;
    Ok(super::plan(context, machine, words))
}

/// The container: what the machine is given for it, its document, and its program.
fn container(context: &mut Context<'_>, machine: &mut Machine, traits: &Traits, words: &mut Words) -> Result<()> {
    let id = context.wanted.id.clone();
    // Where agents of the first version of the protocol between shim and guest keep a container.
    let folder = format!("/run/gcs/c/{id}");
    devices::linux_drivers(context, machine)?;
    let namespace = network::of(context, machine, traits.policy_routing, words)?;
    let root = layers::mount(context, machine, traits, &folder, words)?;
    let mounts = mounts::mounts(context, machine, traits, &folder, words)?;
    let devices = devices::linux(context, machine, traits.pci, words)?;
    let told = Told { mounts, root: root.path, namespace, devices };
    let document = LinuxContainer {
        schema_version: Version::V2_1,
        oci_bundle_path: folder,
        oci_specification: spec::rewrite(context, told),
        scratch_dir_path: root.scratch,
        layers: Vec::new(),
    };
    let document = Document::LinuxContainer(Box::new(document));
    let create = machine.guest(GuestCall::Create { id: id.clone(), document });
    let [terminate, delete] = [GuestCall::Terminate { id: id.clone() }, GuestCall::Delete { id: id.clone() }];
    let step = Step::new(create, "let the guest make the container");
    let step = step.undone_by(machine.guest(terminate)).undone_by(machine.guest(delete));
    machine.push(step);
    let start = machine.guest(GuestCall::Start { id: id.clone() });
    machine.push(Step::new(start, "start the container"));
    let step = program(context, machine, id);
    machine.push(step);
    Ok(())
}

/// Starts the program that the specification names. The guest has it already, so only its streams are said.
fn program(context: &Context<'_>, machine: &Machine, id: String) -> Step {
    let terminal = context.wanted.spec.process.as_ref().is_some_and(|process| process.terminal);
    let parameters = ProcessParameters {
        create_std_in_pipe: context.wanted.stdin,
        create_std_out_pipe: true,
        create_std_err_pipe: !terminal,
        ..ProcessParameters::default()
    };
    let document = Document::Process(Box::new(parameters));
    let call: Call = machine.guest(GuestCall::Execute { id, document });
    Step::new(call, "start its program").yielding(crate::plan::Placeholder::new("process"))
}
