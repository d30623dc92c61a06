//! Values that every Windows container has in its registry, and those that annotations add.

use crate::Result;
use crate::plan::Context;
use hcs_schema::model::DWord;
use hcs_schema::v2::{RegistryHive, RegistryKey, RegistryValue, RegistryValueType};

/// Where Windows Error Reporting looks for the settings of dumps.
/// Source: <https://learn.microsoft.com/windows/win32/wer/collecting-user-mode-dumps>.
const LOCAL_DUMPS: &str = r"Microsoft\Windows\Windows Error Reporting\LocalDumps";

/// Dumps that are kept without an annotation.
const DUMPS: u32 = 10;

/// The values.
pub(super) fn values(context: &Context<'_>, pod_dump_location: Option<&str>) -> Result<Vec<RegistryValue>> {
    // Server Core ends a service control manager's children by force after 5 seconds. Whoever stops a container says how
    // long it may take, so this is as long as it can be.
    let longest = i32::MAX.to_string();
    let mut values = vec![text(RegistryHive::System, r"ControlSet001\Control", "WaitToKillServiceTimeout", longest)];
    let annotations = &context.annotations;
    let own = annotations.process_dump_location.as_deref();
    if let Some(location) = own.or(pod_dump_location).filter(|location| !location.is_empty()) {
        let kind = match annotations.process_dump_type.as_deref() {
            Some("mini") => 1,
            _ => 2,
        };
        let count = annotations.process_dump_count.unwrap_or(DUMPS);
        values.push(text(RegistryHive::Software, LOCAL_DUMPS, "DumpFolder", dump_folder(location, &context.wanted.id)));
        values.push(number(LOCAL_DUMPS, "DumpType", kind));
        values.push(number(LOCAL_DUMPS, "DumpCount", count));
    }
    if let Some(json) = &annotations.test_registry_values {
        let key = "annotation io.microsoft.container.wcow.test-registry-annotation";
        let more: Vec<RegistryValue> =
            serde_json::from_str(json).map_err(|why| context.wanted.invalid(format!("{key}: {why}")))?;
        values.extend(more);
    }
    Ok(values)
}

/// The folder for dumps: `{container_id}` at its end stands for the container's id.
pub(crate) fn dump_folder(location: &str, id: &str) -> String {
    let suffix = "{container_id}";
    let bare = location.strip_suffix(suffix).or_else(|| location.strip_suffix(&suffix.to_uppercase()));
    bare.map_or_else(|| location.to_owned(), |folder| format!("{folder}{id}"))
}

fn key(hive: RegistryHive, name: &str) -> Option<RegistryKey> {
    Some(RegistryKey { hive, name: name.into(), ..RegistryKey::default() })
}

fn text(hive: RegistryHive, path: &str, name: &str, value: String) -> RegistryValue {
    RegistryValue {
        key: key(hive, path),
        name: name.into(),
        kind: RegistryValueType::String,
        string_value: value,
        ..RegistryValue::default()
    }
}

fn number(path: &str, name: &str, value: u32) -> RegistryValue {
    RegistryValue {
        key: key(RegistryHive::Software, path),
        name: name.into(),
        kind: RegistryValueType::DWord,
        dword_value: DWord(value),
        ..RegistryValue::default()
    }
}
