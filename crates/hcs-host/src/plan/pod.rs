//! Pods: containers that share a utility VM and a network.
//!
//! The sandbox of a pod is made first. Isolated by a hypervisor, it is the machine: for Linux with a container that waits, and
//! for Windows without one. A member joins the machine `<sandbox>@vm`. It makes no machine, brings no network, and what it
//! needs of the machine it shares with the others.

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

/// What of the machine is in use before this container.
pub(crate) fn slots(context: &Context<'_>) -> Slots {
    let pod = context.wanted.pod.as_ref().filter(|_| context.choice.role == Role::Member);
    pod.map(|pod| pod.slots.clone()).unwrap_or_default()
}

/// Refuses what a container of this role cannot have. That roles, ids and isolation agree was checked when they were chosen.
pub(crate) fn check(context: &Context<'_>) -> Result<()> {
    let wanted = context.wanted;
    let annotations = &context.annotations;
    let linux = context.choice.kind.is_linux();
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
    if annotations.migration_enabled == Some(true) || annotations.migration_source_container_id.is_some() {
        let message = "annotation io.microsoft.migration: moving utility VMs to other hosts is not supported";
        return Err(wanted.unsupported(message));
    }
    if context.choice.role != Role::Member {
        return Ok(());
    }
    let pod = wanted.pod.clone().unwrap_or_default();
    // The first container of a virtual pod is its sandbox, and has a host name of its own.
    let named = wanted.spec.hostname.as_ref().is_some_and(|name| !name.is_empty());
    if linux && named && !is_virtual_sandbox(context) {
        return Err(
            wanted.invalid("hostname: the sandbox of a pod has its name; leave it out for the pod's containers")
        );
    }
    if let Some(own) =
        namespace(context).filter(|own| !pod.network_namespace.is_empty() && *own != pod.network_namespace)
    {
        let message =
            format!("windows.network.networkNamespace: {own} is not the pod's, which is {}", pod.network_namespace);
        return Err(wanted.invalid(message));
    }
    let key = "io.microsoft.virtualmachine.lcow.hostnetwork";
    let of_pod = pod
        .annotations
        .get(key)
        .is_some_and(|value| matches!(value.as_str(), "1" | "t" | "T" | "true" | "TRUE" | "True"));
    if annotations.host_network == Some(true) && !of_pod {
        let message = format!("annotation {key}: the pod's sandbox does not have the network of its utility VM");
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
