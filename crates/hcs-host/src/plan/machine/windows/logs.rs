//! The log of a Windows guest: which of its sources come to the host.

use super::super::Machine;
use crate::plan::annotations::{LogProvider, LogSource};
use crate::plan::{Context, Document, GuestCall, Step};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hcs_schema::bridge::ServiceSettings;
use serde_json::{Value, json};

/// The service of the guest that sends its log.
const SERVICE: &str = "LogForwardService";

/// Providers whose events come without being asked for, with their GUIDs.
const DEFAULT: [(&str, &str); 13] = [
    ("microsoft.windows.hyperv.compute", "80ce50de-d264-4581-950d-abadeee0d340"),
    ("microsoft-windows-guest-network-service", "0bacf1d2-fb51-549a-6119-04daa7180dc8"),
    ("microsoft.windows.filesystem.cimfs", "772ff917-30cf-50bd-d471-55a093ea8cf8"),
    ("microsoft.windows.filesystem.unionfs", "68d6ffd0-365a-579d-6d26-76b2a0af1ddc"),
    ("microsoft-windows-bitlocker-driver", "651df93b-5053-4d1e-94c5-f6e6d25908d0"),
    ("microsoft-windows-bitlocker-api", "5d674230-ca9f-11da-a94d-0800200c9a66"),
    ("microsoft.windows.security.keyguard", "37e53459-522d-5f7d-9a19-ecfd819075c2"),
    ("microsoft.windows.security.keyguard.attestation.verify", "268833e4-8305-5640-ecee-0f30f10668be"),
    ("microsoft.windows.containers.setup", "22267b1c-b979-5c81-9e24-0db386a62dd1"),
    ("microsoft.windows.containers.storage", "2551390d-5927-5c84-6f0a-027a7e78d38d"),
    ("microsoft.windows.containers.library", "67eb0417-9297-42ae-a1d9-98bfeb359059"),
    ("microsoft.windows.containers.dynamicimage", "8ce2286c-3705-4a2a-8e36-134eae9ca147"),
    ("microsoft.windows.logforwardservice.provider", "396a26ff-fb73-5465-0d17-dd4930896239"),
];

/// Whether the log comes to the host.
pub(super) fn forwarded(context: &Context<'_>) -> bool {
    context.annotations.forward_logs_enable.unwrap_or(true)
}

/// Says what comes, and lets it begin. A guest without the service has no log for the host.
pub(super) fn begin(context: &mut Context<'_>, machine: &mut Machine) {
    let asked = context.annotations.parsed.log_sources.iter().flatten();
    let unknown = asked.flat_map(|source| &source.providers).filter(|provider| {
        provider.guid.is_empty() && !DEFAULT.iter().any(|(name, _)| name.eq_ignore_ascii_case(&provider.name))
    });
    let key = "annotation io.microsoft.virtualmachine.forwardlogs.sources";
    let notes =
        unknown.map(|provider| format!("{key}: {} has no providerGuid, so the guest must know it", provider.name));
    let notes: Vec<String> = notes.collect();
    context.notes.extend(notes);
    let sources = BASE64_STANDARD.encode(document(context).to_string());
    for (rpc_type, settings, why) in [
        ("ModifyServiceSettings", sources, "say what of the guest's log comes to the host"),
        ("StartLogForwarding", String::new(), "let the guest's log come"),
    ] {
        let settings = ServiceSettings { rpc_type: rpc_type.into(), settings };
        let document = Document::ServiceSettings(Box::new(settings));
        let call = GuestCall::ModifyService { service: SERVICE, document, optional: true };
        machine.push(Step::new(machine.guest(call), why));
    }
}

/// The sources: those that are asked for, and the usual ones unless they are not wanted.
fn document(context: &Context<'_>) -> Value {
    let mut sources = Vec::new();
    if context.annotations.forward_logs_default_sources_enable.unwrap_or(true) {
        let usual = |(name, guid): &(&str, &str)| LogProvider {
            name: (*name).into(),
            guid: (*guid).into(),
            level: "Information".into(),
            ..LogProvider::default()
        };
        sources.push(LogSource { kind: "ETW".into(), providers: DEFAULT.iter().map(usual).collect() });
    }
    for asked in context.annotations.parsed.log_sources.iter().flatten() {
        merge(&mut sources, asked);
    }
    let sources: Vec<Value> = sources.iter().map(source).collect();
    json!({ "LogConfig": { "sources": sources } })
}

/// Adds a source. One provider is in one place: what is asked for takes the place of the usual.
fn merge(sources: &mut Vec<LogSource>, asked: &LogSource) {
    let Some(known) = sources.iter_mut().find(|source| source.kind.eq_ignore_ascii_case(&asked.kind)) else {
        sources.push(asked.clone());
        return;
    };
    for provider in &asked.providers {
        let same = |other: &LogProvider| {
            (!provider.guid.is_empty() && other.guid == provider.guid)
                || (!provider.name.is_empty() && other.name.eq_ignore_ascii_case(&provider.name))
        };
        match known.providers.iter_mut().find(|other| same(other)) {
            Some(other) => {
                let guid = if provider.guid.is_empty() { other.guid.clone() } else { provider.guid.clone() };
                *other = LogProvider { guid, ..provider.clone() };
            }
            None => known.providers.push(provider.clone()),
        }
    }
}

fn source(source: &LogSource) -> Value {
    let provider = |provider: &LogProvider| {
        let fields = [
            ("providerName", &provider.name),
            ("providerGuid", &provider.guid),
            ("level", &provider.level),
            ("keywords", &provider.keywords),
        ];
        let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
        Value::Object(given.map(|(key, value)| (key.to_owned(), Value::String(value.clone()))).collect())
    };
    json!({ "type": source.kind, "providers": source.providers.iter().map(provider).collect::<Vec<_>>() })
}
