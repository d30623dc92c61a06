//! Group managed service accounts: the container credential guard gives a container its credentials.

use crate::Result;
use crate::plan::{Call, Context, Document, Placeholder, Step};
use hcs_schema::v2::{
    ContainerCredentialGuardAddInstanceRequest, ContainerCredentialGuardOperation,
    ContainerCredentialGuardOperationRequest, ContainerCredentialGuardRemoveInstanceRequest,
    ContainerCredentialGuardState, ContainerCredentialGuardTransport, ModificationRequest, ServicePropertyType,
};
use serde_json::Value;

/// How a container reaches the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// By local calls, on the host.
    Lrpc,
    /// By sockets, out of a utility VM.
    HvSocket,
}

/// The credential specification as text, if there is one.
pub(crate) fn text(context: &Context<'_>) -> Result<Option<String>> {
    let Some(windows) = &context.wanted.spec.windows else { return Ok(None) };
    let invalid = |why: &str| context.wanted.invalid(format!("windows.credentialSpec: {why}"));
    let text = match &windows.credential_spec {
        Value::Null => return Ok(None),
        Value::String(text) => text.clone(),
        object @ Value::Object(_) => object.to_string(),
        _ => return Err(invalid("is neither JSON text nor an object")),
    };
    let parsed: Value = serde_json::from_str(&text).map_err(|why| invalid(&format!("is not JSON ({why})")))?;
    if !parsed.is_object() {
        return Err(invalid("is JSON, but not an object"));
    }
    Ok(Some(text))
}

/// What is said of the credentials in a plan.
pub(crate) fn words(context: &Context<'_>) -> Option<String> {
    let text = text(context).ok().flatten()?;
    let parsed: Value = serde_json::from_str(&text).ok()?;
    let account = parsed["ActiveDirectoryConfig"]["GroupManagedServiceAccounts"][0]["Name"].as_str();
    Some(match account {
        Some(name) => format!("group managed service account {name}"),
        None => "a credential specification without a group managed service account".into(),
    })
}

/// The state that goes into the container's document, and the steps that make it.
pub(crate) fn guard(
    context: &Context<'_>,
    transport: Transport,
) -> Result<Option<(ContainerCredentialGuardState, Vec<Step>)>> {
    let Some(credential_spec) = text(context)? else { return Ok(None) };
    let id = context.wanted.id.clone();
    let transport = match transport {
        Transport::Lrpc => ContainerCredentialGuardTransport::Lrpc,
        Transport::HvSocket => ContainerCredentialGuardTransport::HvSocket,
    };
    let add = ContainerCredentialGuardAddInstanceRequest {
        id: id.clone(),
        credential_spec: credential_spec.clone(),
        transport: transport.clone(),
    };
    let remove = ContainerCredentialGuardRemoveInstanceRequest { id: id.clone() };
    let operation = |operation, details: serde_json::Result<Value>| Call::ModifyService {
        document: Document::ServiceModification(Box::new(ModificationRequest {
            property_type: ServicePropertyType::ContainerCredentialGuard,
            settings: serde_json::to_value(ContainerCredentialGuardOperationRequest {
                operation,
                operation_details: details.expect("documents are JSON"),
            })
            .expect("documents are JSON"),
        })),
    };
    let undo = operation(ContainerCredentialGuardOperation::RemoveInstance, serde_json::to_value(remove));
    let add = operation(ContainerCredentialGuardOperation::AddInstance, serde_json::to_value(add));
    let cookie = Placeholder::new("credential-cookie");
    let endpoint = Placeholder::new("credential-endpoint");
    let state = ContainerCredentialGuardState {
        cookie: cookie.to_string(),
        rpc_endpoint: endpoint.to_string(),
        transport,
        credential_spec,
    };
    let steps = vec![
        Step::new(add, "let the credential guard serve the container").undone_by(undo),
        Step::new(Call::QueryService { property: "ContainerCredentialGuard".into() }, "learn where it serves")
            .yielding(cookie)
            .yielding(endpoint),
    ];
    Ok(Some((state, steps)))
}
