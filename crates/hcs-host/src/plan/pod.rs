//! Pods: containers that share a utility VM and a network.
//!
//! The sandbox of a pod is made first. Isolated by a hypervisor, it is the machine: for Linux with a container that waits, and
//! for Windows without one. A member joins the machine `<sandbox>@vm`. It makes no machine, brings no network, and what it
//! needs of the machine it shares with the others.

use super::annotations::Annotations;
use super::{Context, Role, Slots};
use crate::Result;

/// Id of the utility VM of a container: its own, or that of its pod.
pub(crate) fn machine(context: &Context<'_>) -> String {
    format!("{}@vm", sandbox(context))
}

/// Id of the pod's sandbox, or of a container without one.
pub(crate) fn sandbox<'a>(context: &Context<'a>) -> &'a str {
    match &context.wanted.pod {
        Some(pod) if context.choice.role == Role::Member => &pod.sandbox,
        _ => &context.wanted.id,
    }
}

/// What of the machine is in use before this container. Where a pod does not say, it is what machines boot from.
pub(crate) fn slots(context: &mut Context<'_>) -> Slots {
    let Some(pod) = context.wanted.pod.as_ref().filter(|_| context.choice.role == Role::Member) else {
        return Slots::default();
    };
    let mut slots = pod.slots.clone();
    if slots.is_empty() {
        slots.reserve_first(context.choice.kind.is_linux());
        let message =
            "what the pod's utility VM has in use is not known, so places are counted from those that it boots from";
        context.notes.push(message.into());
    }
    slots
}

/// Refuses what a container of this role cannot have, in a machine that these annotations made. That roles, ids and isolation
/// agree was checked when they were chosen.
pub(crate) fn check(context: &Context<'_>, machine: &Annotations) -> Result<()> {
    let wanted = context.wanted;
    let annotations = &context.annotations;
    if let Some(tenant) = &annotations.tenant_sandbox_id {
        let joined = wanted.pod.as_ref().map(|pod| pod.sandbox.as_str());
        if joined != Some(tenant) {
            let key = "annotation io.microsoft.cri.tenant-sandbox-id";
            return Err(wanted.invalid(format!("{key}: {tenant} is not the sandbox whose utility VM is joined")));
        }
    }
    if annotations.ncproxy.as_ref().is_some_and(|address| !address.is_empty()) {
        let key = "annotation io.microsoft.network.ncproxy";
        let message = format!(
            "{key}: networks by proxy are not supported; without it, the machine gets the endpoints of its namespace"
        );
        return Err(wanted.unsupported(message));
    }
    let migration = [
        ("support-enabled", annotations.migration_enabled == Some(true)),
        ("source-container-id", annotations.migration_source_container_id.is_some()),
    ];
    if let Some((key, _)) = migration.iter().find(|(_, given)| *given) {
        let key = format!("annotation io.microsoft.migration.{key}");
        return Err(wanted.unsupported(format!("{key}: moving utility VMs to other hosts is not supported")));
    }
    if context.choice.role == Role::Member { check_member(context, machine) } else { Ok(()) }
}

/// Refuses what does not agree with the pod that a container joins.
fn check_member(context: &Context<'_>, machine: &Annotations) -> Result<()> {
    let (wanted, annotations, kind) = (context.wanted, &context.annotations, context.choice.kind);
    let linux = kind.is_linux();
    if annotations.is_confidential(kind) && !machine.is_confidential(kind) {
        let key = if linux { "lcow.securitypolicy" } else { "wcow.securitypolicy" };
        let why = "the pod's utility VM keeps no secrets from its host; give its sandbox a policy";
        return Err(wanted.unsupported(format!("annotation io.microsoft.virtualmachine.{key}: {why}")));
    }
    let pod = wanted.pod.clone().unwrap_or_default();
    // The first container of a virtual pod is its sandbox, and has a host name of its own.
    let named = wanted.spec.hostname.as_ref().is_some_and(|name| !name.is_empty());
    if linux && named && !is_virtual_sandbox(context) {
        return Err(
            wanted.invalid("hostname: the sandbox of a pod has its name; leave it out for the pod's containers")
        );
    }
    // One machine can have several pods, each with a network of its own.
    let one = annotations.virtual_pod_id.is_none() && !pod.network_namespace.is_empty();
    if let Some(own) = namespace(context).filter(|own| one && *own != pod.network_namespace) {
        let message =
            format!("windows.network.networkNamespace: {own} is not the pod's, which is {}", pod.network_namespace);
        return Err(wanted.invalid(message));
    }
    if annotations.host_network == Some(true) && machine.host_network != Some(true) {
        let key = "annotation io.microsoft.virtualmachine.lcow.hostnetwork";
        let message = format!("{key}: the pod decides, and its sandbox does not have the network of its utility VM");
        return Err(wanted.invalid(message));
    }
    Ok(())
}

/// Whether a Linux container is the sandbox of a virtual pod: one of several pods in one machine.
pub(crate) fn is_virtual_sandbox(context: &Context<'_>) -> bool {
    context.annotations.virtual_pod_id.as_ref() == Some(&context.wanted.id)
}

/// The network namespace that the specification names.
pub(crate) fn namespace(context: &Context<'_>) -> Option<String> {
    let network = context.wanted.spec.windows.as_ref()?.network.as_ref()?;
    network.network_namespace.clone().filter(|namespace| !namespace.is_empty())
}
