//! Windows containers: those that HCS makes on the host, and the part of the others that is the same in a utility VM.
//!
//! Before build 17763 a container is one document of schema version 1, whatever its isolation. From there on it is one of
//! version 2, and isolation by a hypervisor is a virtual machine of its own ([`super::machine`]) with the container in it,
//! whose settings [`container`] makes, too. HostProcess containers are job objects and have no document: see [`job`].

mod check;
mod cmd;
mod container;
mod credentials;
mod devices;
mod endpoints;
mod job;
mod layers;
mod mounts;
mod network;
mod process;
mod registry;
mod version1;

#[cfg(test)]
mod tests;

pub(crate) use check::spec as check;
pub(crate) use container::{Parts, container, processor};
pub(crate) use credentials::{Transport, guard, words as credential_words};
pub(crate) use job::change as job_limits;
pub(crate) use layers::{Form, Rootfs, mount, rootfs};
pub(crate) use layers::{absolute, on_host};
pub(crate) use mounts::{Mapped, Source, mounts};
pub(crate) use network::plan as network;
pub(crate) use process::{parameters, quoted};

use super::facts::builds;
use super::{Call, Context, Document, Kind, Placeholder, Plan, Step};
use crate::Result;
use hcs_schema::oci;
use hcs_schema::v2::{ComputeSystem, Version};

/// The Windows section of a specification, which the choice of the kind has seen.
pub(crate) fn section<'a>(context: &Context<'a>) -> Result<&'a oci::Windows> {
    let missing =
        || context.wanted.invalid("windows: is missing; a Windows container has at least its layer folders there");
    context.wanted.spec.windows.as_ref().ok_or_else(missing)
}

/// Makes the plan of a container that is isolated by the kernel, or one of schema version 1.
pub fn build(mut context: Context<'_>, kind: Kind) -> Result<Plan> {
    check(&mut context, kind)?;
    if kind == Kind::HostProcess {
        return job::build(context);
    }
    let rootfs = rootfs(&mut context)?;
    let mapped = mounts(&mut context, kind)?;
    let mut steps = mount(&context, &rootfs, kind);
    let (network, network_steps) = network::plan(&context, kind)?;
    steps.extend(network_steps);
    let id = context.wanted.id.clone();
    let mut guard = None;
    let document = if kind == Kind::WindowsProcess {
        if let Some((state, guard_steps)) = credentials::guard(&context, Transport::Lrpc)? {
            steps.extend(guard_steps);
            guard = Some(state);
        }
        let parts = Parts {
            root: rootfs.volume.clone(),
            layers: rootfs.layers.clone(),
            directories: mapped.directories(),
            pipes: mapped.pipes(),
            devices: devices::container(&context)?,
            guard,
            namespace: network.namespace.clone(),
            host_process: false,
            dump_location: None,
        };
        let container = container(&mut context, parts)?;
        Document::ComputeSystem(Box::new(ComputeSystem {
            owner: context.wanted.owner.clone(),
            schema_version: Some(Version::V2_1),
            container: Some(container),
            should_terminate_on_last_handle_closed: true,
            ..ComputeSystem::default()
        }))
    } else {
        Document::ContainerV1(Box::new(version1::document(&mut context, kind, &rootfs, &mapped)?))
    };
    let create = Call::CreateSystem { id: id.clone(), document };
    let create = Step::new(create, "make the container").undone_by(Call::TerminateSystem { id: id.clone() });
    steps.push(create);
    steps.extend(pin(&context));
    steps.push(Step::new(Call::StartSystem { id: id.clone() }, "start the container"));
    let process = if kind == Kind::WindowsProcess {
        Document::Process(Box::new(parameters(&mut context)?))
    } else {
        Document::ProcessV1(Box::new(process::version1(&mut context)?))
    };
    let start = Step::new(Call::CreateProcess { id: id.clone(), document: process }, "start its program");
    steps.push(start.yielding(Placeholder::new("process")));
    let credentials = credentials::words(&context);
    let mut plan = context.plan(steps);
    plan.layers = rootfs.parents;
    plan.scratch = rootfs.scratch;
    plan.mounts = mapped.words();
    plan.devices = devices::words(&plan_devices(&plan));
    plan.network = network.words;
    plan.credentials = credentials;
    Ok(plan)
}

/// The call that pins a container to its processors, if they are limited. Before build 17763 there is none: see [`cmd`].
pub(crate) fn pin(context: &Context<'_>) -> Option<Step> {
    if is_version1(context.choice.kind) {
        return None;
    }
    let affinity = context.limits.affinity.clone();
    let job = format!(r"\Container_{}", context.wanted.id);
    let call = (!affinity.is_empty()).then_some(Call::SetJobAffinity { job, affinity })?;
    Some(Step::new(call, "pin the container to its processors"))
}

/// The devices that the container's document has.
fn plan_devices(plan: &Plan) -> Vec<hcs_schema::v2::Device> {
    let documents = plan.steps.iter().filter_map(|step| step.call.document());
    let devices = |document: &Document| match document {
        Document::ComputeSystem(system) => {
            system.container.as_ref().map(|container| container.assigned_devices.clone())
        }
        _ => None,
    };
    documents.filter_map(devices).flatten().collect()
}

/// Refuses what a build does not have yet.
pub(crate) fn needs(context: &Context<'_>, what: &str, build: u32) -> Result<()> {
    match context.facts.build() {
        Some(own) if own < build => {
            Err(context.wanted.unsupported(format!("{what}: needs Windows build {build}; this host is build {own}")))
        }
        _ => Ok(()),
    }
}

/// The same, if it is asked for.
pub(crate) fn needs_for(context: &Context<'_>, asked: bool, what: &str, build: u32) -> Result<()> {
    if asked { needs(context, what, build) } else { Ok(()) }
}

/// Refuses network settings of a HostProcess container, which has the host's network. A pod's namespace is none of them.
fn refuse_network(context: &Context<'_>) -> Result<()> {
    let Some(network) = section(context)?.network.as_ref() else { return Ok(()) };
    let given = !network.endpoint_list.is_empty()
        || network.allow_unqualified_dns_query
        || !network.dns_search_list.is_empty()
        || network.network_shared_container_name.is_some();
    if given {
        let message = "windows.network: a HostProcess container has the network of the host";
        return Err(context.wanted.unsupported(message));
    }
    Ok(())
}

/// Whether a kind's documents are of schema version 1.
pub(crate) fn is_version1(kind: Kind) -> bool {
    matches!(kind, Kind::WindowsProcessV1 | Kind::WindowsHypervisorV1)
}

/// The first build whose documents are of schema version 2.
pub(crate) const VERSION_2: u32 = builds::SERVER_2019;
