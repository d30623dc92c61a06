//! Values that are JSON. They are read strictly: a key that is not known may be a protection that is misspelt.

use serde_json::Value;

/// Most bytes of JSON in one annotation. Clusters refuse annotations above 256 KiB altogether.
const LONGEST: usize = 256 << 10;

/// Reads JSON.
pub fn parse(bytes: &[u8]) -> Result<Value, String> {
    if bytes.len() > LONGEST {
        return Err(format!("{} bytes of JSON are more than {LONGEST}", bytes.len()));
    }
    serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))
}

/// The fields of an object by their keys, in any case; `null` is the same as an absent one.
pub fn object<'a, const N: usize>(
    path: &str,
    value: &'a Value,
    keys: [&str; N],
) -> Result<[Option<&'a Value>; N], String> {
    let object = value.as_object().ok_or_else(|| format!("{path} is not an object"))?;
    let mut fields = [None; N];
    for (key, value) in object {
        let Some(index) = keys.iter().position(|known| known.eq_ignore_ascii_case(key)) else {
            return Err(format!("{path} has {key:?}, which is none of {}", keys.join(", ")));
        };
        if fields[index].is_some() {
            return Err(format!("{path} has {} twice", keys[index]));
        }
        fields[index] = Some(value).filter(|value| !value.is_null());
    }
    Ok(fields)
}

/// A list; an absent one is empty.
pub fn list<'a>(path: &str, value: Option<&'a Value>) -> Result<&'a [Value], String> {
    match value {
        None => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(format!("{path} is not a list")),
    }
}

/// A text; an absent one is empty.
pub fn text(path: &str, value: Option<&Value>) -> Result<String, String> {
    match value {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("{path} is not a text")),
    }
}

/// A truth value; an absent one is false.
pub fn boolean(path: &str, value: Option<&Value>) -> Result<bool, String> {
    match value {
        None => Ok(false),
        Some(Value::Bool(value)) => Ok(*value),
        Some(_) => Err(format!("{path} is neither true nor false")),
    }
}
