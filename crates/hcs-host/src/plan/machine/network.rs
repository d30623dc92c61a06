//! The network of a utility VM: an adapter for each endpoint of the namespace, added while the machine runs.
//!
//! An adapter has the id of its endpoint, so that it can be removed without remembering anything else. A Windows guest is told
//! of the namespace and of each adapter before the host adds it; a Linux guest gets the settings of an adapter after it.

use super::{Machine, Words};
use crate::Result;
use crate::plan::{Call, Context, Placeholder, Role, Step, pod, windows};
use hcs_schema::guest::{self, LinuxResource, WindowsResource};
use hcs_schema::model::Choice;
use hcs_schema::modify::RequestType;
use hcs_schema::v2::{NetworkAdapter, ResourcePath};
use serde_json::Value;

/// The network of a container: its namespace, or nothing. Who brings the network gives the machine its adapters.
pub(super) fn of(
    context: &Context<'_>,
    machine: &mut Machine,
    policy_routing: bool,
    words: &mut Words,
) -> Result<String> {
    let role = context.choice.role;
    if role == Role::Member && !pod::is_virtual_sandbox(context) {
        let pod = context.wanted.pod.as_ref().map(|pod| pod.network_namespace.clone()).unwrap_or_default();
        let namespace = pod::namespace(context).unwrap_or(pod);
        if !namespace.is_empty() {
            words.network.push(format!("namespace {namespace}, the pod's"));
        }
        return Ok(namespace);
    }
    let (network, steps) = match &context.wanted.spec.windows {
        Some(_) => windows::network(context, context.choice.kind)?,
        None => Default::default(),
    };
    if network.namespace.is_empty() && role == Role::Sandbox && context.annotations.skip_pod_networking != Some(true) {
        let key = "io.microsoft.cri.skip-pod-networking=true";
        let message =
            format!("windows.network: is missing; a pod has a network, or annotation {key} says that it has none");
        return Err(context.wanted.invalid(message));
    }
    steps.into_iter().for_each(|step| machine.push(step));
    if !network.namespace.is_empty() {
        adapters(machine, &network.namespace, policy_routing);
    }
    words.network.extend(network.words);
    if context.annotations.host_network == Some(true) {
        words.network.push("the network of the utility VM itself".into());
    }
    Ok(network.namespace)
}

/// Gives the machine the adapters of a namespace.
fn adapters(machine: &mut Machine, namespace: &str, policy_routing: bool) {
    let list = Placeholder::new("endpoints");
    let document = Placeholder::new("namespace-document");
    let mut ask = Step::new(Call::ListEndpoints { id: namespace.into() }, "learn which endpoints the namespace has")
        .yielding(list.clone());
    if !machine.linux {
        ask = ask.yielding(document.clone());
    }
    machine.push(ask);
    if !machine.linux {
        let namespace = || WindowsResource::other("NetworkNamespace".into(), text(&document));
        let step = machine.mount(namespace(), namespace(), "let the guest make the namespace");
        machine.push(step);
    }
    let endpoint = Placeholder::new("endpoint");
    for step in adapter(machine, namespace, &endpoint, policy_routing) {
        machine.push(step.for_each(list.clone(), endpoint.clone()));
    }
}

/// The steps for one endpoint.
fn adapter(machine: &Machine, namespace: &str, endpoint: &Placeholder, policy_routing: bool) -> Vec<Step> {
    let id = endpoint.to_string();
    let address = Placeholder::new("endpoint-mac");
    let document = Placeholder::new("endpoint-document");
    // The settings of an adapter are made of its endpoint's, with one more where the guest routes by rules.
    let settings = Placeholder::of("endpoint-adapter", if policy_routing { "policy-routing" } else { "" });
    let told = if machine.linux { &settings } else { &document };
    let query = Step::new(Call::QueryEndpoint { id: id.clone() }, "learn the settings of an endpoint");
    let mut steps = vec![query.yielding(address.clone()).yielding(told.clone())];
    if !machine.linux {
        let announce = windows(&id, RequestType::PreAdd, text(&document));
        steps.push(Step::new(machine.ask(RequestType::Add, announce), "announce an adapter to the guest"));
    }
    let path = ResourcePath::NetworkAdapter { id: id.clone() };
    let adapter =
        NetworkAdapter { endpoint_id: id.clone(), mac_address: address.to_string(), ..NetworkAdapter::default() };
    steps.push(machine.lend(&path, &adapter, &adapter, "give the machine an adapter"));
    let why = "let the guest set the adapter up";
    steps.push(if machine.linux {
        let remove = guest::NetworkAdapter { namespace_id: namespace.into(), id, ..guest::NetworkAdapter::default() };
        machine.mount(LinuxResource::other("Network".into(), text(&settings)), LinuxResource::Network(remove), why)
    } else {
        let [add, remove] = [RequestType::Add, RequestType::Remove].map(|request| windows(&id, request, Value::Null));
        machine.mount(add, remove, why)
    });
    steps
}

/// What a Windows guest is told of an adapter.
fn windows(adapter: &str, request_type: RequestType, settings: Value) -> WindowsResource {
    let settings = serde_json::json!({ "AdapterId": adapter, "RequestType": request_type, "Settings": settings });
    WindowsResource::other("Network".into(), settings)
}

fn text(placeholder: &Placeholder) -> Value {
    Value::String(placeholder.to_string())
}
