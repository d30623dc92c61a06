//! Registry values and socket services that annotations add: JSON as HCS has it, of which a part is allowed.

use super::json;
use super::value::shown;
use hcs_schema::v2::{HvSocketServiceConfig, RegistryValue};
use serde_json::Value;

/// Hives and the keys in them that annotations may change, with everything below: settings of services, policies and
/// software. Others would make another system of the guest.
const ALLOWED: &[(&str, &str)] = &[
    ("System", r"CurrentControlSet\Services"),
    ("System", r"CurrentControlSet\Policies"),
    ("System", "Software"),
    ("Software", ""),
];

/// Types of values, and the field that holds a value of each.
const TYPES: &[(&str, &[&str])] = &[
    ("None", &[]),
    ("String", &["StringValue"]),
    ("ExpandedString", &["StringValue"]),
    ("MultiString", &["StringValue"]),
    ("Binary", &["BinaryValue"]),
    ("DWord", &["DWordValue"]),
    ("QWord", &["QWordValue"]),
    ("CustomType", &["CustomType", "BinaryValue"]),
];

/// Reads a list of registry values.
pub fn registry(text: &str) -> Result<Vec<RegistryValue>, String> {
    let document = json::parse(text.as_bytes())?;
    let list = document.as_array().ok_or_else(|| format!("{} is not a list", shown(text)))?;
    list.iter().enumerate().try_for_each(|(index, value)| check_value(&format!("[{index}]"), value))?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Checks what [`registry`] reads.
pub fn check_registry(text: &str) -> Result<(), String> {
    registry(text).map(drop)
}

fn check_value(path: &str, value: &Value) -> Result<(), String> {
    let held = ["StringValue", "BinaryValue", "DWordValue", "QWordValue", "CustomType"];
    let [key, name, kind, rest @ ..] = json::object(
        path,
        value,
        ["Key", "Name", "Type", "StringValue", "BinaryValue", "DWordValue", "QWordValue", "CustomType"],
    )?;
    let key = key.ok_or_else(|| format!("{path} has no Key"))?;
    check_key(&format!("{path}.Key"), key)?;
    if json::text(&format!("{path}.Name"), name)?.is_empty() {
        return Err(format!("{path} has no Name"));
    }
    let kind = json::text(&format!("{path}.Type"), kind)?;
    let Some((_, own)) = TYPES.iter().find(|(known, _)| *known == kind) else {
        let known: Vec<_> = TYPES.iter().map(|(known, _)| *known).collect();
        return Err(format!("{path}.Type: {} is none of {}", shown(&kind), known.join(", ")));
    };
    for (field, value) in held.into_iter().zip(rest) {
        let Some(value) = value else { continue };
        if !own.contains(&field) {
            return Err(format!("{path} is of type {kind} and has a {field}"));
        }
        check_field(&format!("{path}.{field}"), field, value)?;
    }
    Ok(())
}

fn check_field(path: &str, field: &str, value: &Value) -> Result<(), String> {
    match field {
        "StringValue" => json::text(path, Some(value)).map(drop),
        "BinaryValue" => {
            let text = json::text(path, Some(value))?;
            super::forms::check_base64(&text).map_err(|why| format!("{path}: {why}"))
        }
        _ => {
            // HCS writes numbers with a sign, and people write them without.
            let bits = if field == "QWordValue" { 64 } else { 32 };
            let fits = |wide: i128| wide >= -(1 << (bits - 1)) && wide < 1 << bits;
            let number = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
            number.filter(|wide| fits(*wide)).map(drop).ok_or_else(|| format!("{path} is not a number of {bits} bits"))
        }
    }
}

fn check_key(path: &str, key: &Value) -> Result<(), String> {
    let [hive, name, volatile] = json::object(path, key, ["Hive", "Name", "Volatile"])?;
    let hive = json::text(&format!("{path}.Hive"), hive)?;
    let name = json::text(&format!("{path}.Name"), name)?;
    json::boolean(&format!("{path}.Volatile"), volatile)?;
    if name.is_empty() {
        return Err(format!("{path} has no Name"));
    }
    let below = |folder: &str| {
        let start = name.get(..folder.len()).is_some_and(|start| start.eq_ignore_ascii_case(folder));
        folder.is_empty() || start && matches!(name.as_bytes().get(folder.len()), None | Some(b'\\'))
    };
    if ALLOWED.iter().any(|(allowed, folder)| hive == *allowed && below(folder)) {
        return Ok(());
    }
    let allowed: Vec<_> = ALLOWED.iter().map(|(hive, folder)| format!(r"{hive}\{folder}")).collect();
    let allowed = allowed.join(", ").replace(r"Software\,", "Software,");
    Err(format!("{path}: {} is not below {}", shown(&format!(r"{hive}\{name}")), allowed.trim_end_matches('\\')))
}

/// Reads the configuration of a socket service.
pub fn service(text: &str) -> Result<HvSocketServiceConfig, String> {
    let document = json::parse(text.as_bytes())?;
    let keys = ["BindSecurityDescriptor", "ConnectSecurityDescriptor", "AllowWildcardBinds", "Disabled"];
    let [bind, connect, wildcard, disabled] = json::object("the service", &document, keys)?;
    json::text("BindSecurityDescriptor", bind)?;
    json::text("ConnectSecurityDescriptor", connect)?;
    json::boolean("AllowWildcardBinds", wildcard)?;
    json::boolean("Disabled", disabled)?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Checks what [`service`] reads.
pub fn check_service(text: &str) -> Result<(), String> {
    service(text).map(drop)
}
