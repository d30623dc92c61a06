//! What of a compute system can be changed, and the documents of the changes.

use super::documents::Failure;
use crate::strict::{Schema, problems};
use hcs_schema::HResult;
use serde_json::Value;

/// Paths, in which `*` is any one name, with the types of their settings; empty where they are not looked at. `number` is a
/// whole number.
const RESOURCES: &[(&str, &str)] = &[
    ("Container/Devices/Generic", ""),
    ("Container/MappedDirectories", "MappedDirectory"),
    ("Container/MappedPipes", "MappedPipe"),
    ("Container/Memory/SizeInMB", "number"),
    ("Container/Processor", "Processor"),
    ("Container/RegistryFlushState", ""),
    ("VirtualMachine/ComputeTopology/Gpu", ""),
    ("VirtualMachine/ComputeTopology/Memory/SizeInMB", "number"),
    ("VirtualMachine/ComputeTopology/Processor/CpuFrequencyPowerCap", ""),
    ("VirtualMachine/ComputeTopology/Processor/CpuGroup", "CpuGroup"),
    ("VirtualMachine/ComputeTopology/Processor/IdledProcessors", ""),
    ("VirtualMachine/ComputeTopology/Processor/Limits", "ProcessorLimits"),
    ("VirtualMachine/Devices/ComPorts/*", "ComPort"),
    ("VirtualMachine/Devices/FlexibleIov/*", "FlexibleIoDevice"),
    ("VirtualMachine/Devices/HvSocket/HvSocketConfig/ServiceTable/*", "HvSocketServiceConfig"),
    ("VirtualMachine/Devices/Licensing", ""),
    ("VirtualMachine/Devices/MappedPipes/*", ""),
    ("VirtualMachine/Devices/NetworkAdapters/*", "NetworkAdapter"),
    ("VirtualMachine/Devices/Plan9/Shares", "Plan9Share"),
    ("VirtualMachine/Devices/Scsi/*/Attachments/*", "Attachment"),
    ("VirtualMachine/Devices/SharedMemory/Regions", "SharedMemoryRegion"),
    ("VirtualMachine/Devices/VirtualPci/*", "VirtualPciDevice"),
    ("VirtualMachine/Devices/VirtualPMem/Devices/*", "VirtualPMemDevice"),
    ("VirtualMachine/Devices/VirtualPMem/Devices/*/Mappings/*", "VirtualPMemMapping"),
    ("VirtualMachine/Devices/VirtualSmb/Shares", "VirtualSmbShare"),
];

/// Refuses a change of something that a system of a kind does not have, and settings that are none of it. A request for the
/// guest alone has no path.
pub(super) fn check(kind: &str, request: &Value, build: u32) -> Result<(), Failure> {
    let path = request.get("ResourcePath").and_then(Value::as_str).unwrap_or_default();
    if path.is_empty() && request.get("GuestRequest").is_some() {
        return Ok(());
    }
    let known = RESOURCES.iter().find(|(pattern, _)| pattern.starts_with(kind) && matches(pattern, path));
    let unknown = || Failure::new(HResult::E_INVALIDARG, format!("{path:?} is nothing that a {kind} has"));
    let (_, settings_type) = known.ok_or_else(unknown)?;
    let Some(settings) = request.get("Settings").filter(|settings| !settings.is_null()) else { return Ok(()) };
    let found: Vec<String> = match *settings_type {
        "" => Vec::new(),
        "number" if settings.is_u64() => Vec::new(),
        "number" => vec![format!("{settings} is not a whole number")],
        name => problems(Schema::Version2, name, settings, build).iter().map(ToString::to_string).collect(),
    };
    match found.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(HResult::HCS_E_INVALID_JSON, format!("{path}: {}", found.join("; ")))),
    }
}

/// Whether a path is one of a pattern. Their names do not differ by case.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut names, mut wanted) = (path.split('/'), pattern.split('/'));
    let same = wanted.by_ref().all(|wanted| {
        names.next().is_some_and(|name| wanted == "*" && !name.is_empty() || name.eq_ignore_ascii_case(wanted))
    });
    same && names.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_type_is_in_the_schema() {
        for (path, name) in RESOURCES.iter().filter(|(_, name)| !["", "number"].contains(name)) {
            assert!(Schema::Version2.has(name), "{path}: {name}");
        }
    }

    #[test]
    fn only_what_a_system_has_is_changed() {
        for (kind, request, taken) in [
            ("Container", json!({"ResourcePath": "Container/Memory/SizeInMB", "Settings": 512}), true),
            ("Container", json!({"ResourcePath": "Container/Memory/SizeInMB", "Settings": "512"}), false),
            ("Container", json!({"ResourcePath": "container/mappedpipes", "Settings": {"HostPath": "a"}}), true),
            ("Container", json!({"ResourcePath": "Container/MappedPipes", "Settings": {"hostPath": "a"}}), false),
            ("Container", json!({"ResourcePath": "VirtualMachine/Devices/Plan9/Shares"}), false),
            ("VirtualMachine", json!({"ResourcePath": "VirtualMachine/Devices/Plan9/Shares"}), true),
            ("VirtualMachine", json!({"ResourcePath": "VirtualMachine/Devices/Scsi/0/Attachments/1"}), true),
            ("VirtualMachine", json!({"ResourcePath": "VirtualMachine/Devices/Scsi/0"}), false),
            ("VirtualMachine", json!({"ResourcePath": "VirtualMachine/Devices/Scsi/0/Attachments/"}), false),
            ("VirtualMachine", json!({"GuestRequest": {}}), true),
            ("VirtualMachine", json!({}), false),
        ] {
            assert_eq!(check(kind, &request, 20348).is_ok(), taken, "{kind} {request}");
        }
    }
}
