//! Values that every Windows container has in its registry, and those that annotations add.

use crate::plan::Context;
use crate::plan::annotations::dump_folder;
use hcs_schema::model::DWord;
use hcs_schema::v2::{RegistryHive, RegistryKey, RegistryValue, RegistryValueType};

/// Where Windows Error Reporting looks for the settings of dumps.
/// Source: <https://learn.microsoft.com/windows/win32/wer/collecting-user-mode-dumps>.
const LOCAL_DUMPS: &str = r"Microsoft\Windows\Windows Error Reporting\LocalDumps";

/// The values.
pub(super) fn values(context: &Context<'_>, pod_dump_location: Option<&str>) -> Vec<RegistryValue> {
    // Server Core ends a service control manager's children by force after 5 seconds. Whoever stops a container says how
    // long it may take, so this is as long as it can be.
    let longest = i32::MAX.to_string();
    let mut values = vec![text(RegistryHive::System, r"ControlSet001\Control", "WaitToKillServiceTimeout", longest)];
    let annotations = &context.annotations;
    let own = annotations.process_dump_location.as_deref();
    if let Some(location) = own.or(pod_dump_location).filter(|location| !location.is_empty()) {
        values.push(text(RegistryHive::Software, LOCAL_DUMPS, "DumpFolder", dump_folder(location, &context.wanted.id)));
        values.push(number(LOCAL_DUMPS, "DumpType", annotations.dump_type() as u32));
        values.push(number(LOCAL_DUMPS, "DumpCount", annotations.dump_count()));
    }
    values.extend(annotations.parsed.test_registry.iter().cloned());
    values
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
