//! The registry as Wine keeps it: a text file, changed here while no Wine runs on it.
//!
//! `wine64 reg add` would do the same, at the price of a wineserver for each prefix.

use anyhow::{Result, bail};
use std::fmt;

/// A key and what is to be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its path, below the root that the file is of.
    pub path: &'static str,
    /// Names and values.
    pub values: Vec<(&'static str, Value)>,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `REG_SZ`, without characters that would need escapes.
    Text(String),
    /// `REG_DWORD`.
    Number(u32),
}

impl Value {
    /// A text.
    pub fn text(text: &str) -> Value {
        assert!(
            text.bytes().all(|byte| byte.is_ascii_graphic() && !br#""\"#.contains(&byte) || byte == b' '),
            "{text}"
        );
        Value::Text(text.to_owned())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => write!(f, "\"{text}\""),
            Value::Number(number) => write!(f, "dword:{number:08x}"),
        }
    }
}

/// The file with these values. Its keys must be there: a file without them is not one that this knows.
pub fn set(file: &str, keys: &[Key]) -> Result<String> {
    keys.iter().try_fold(file.to_owned(), |file, key| set_key(&file, key))
}

fn set_key(file: &str, key: &Key) -> Result<String> {
    let header = format!("[{}]", key.path.replace('\\', r"\\"));
    let (mut changed, mut found, mut inside) = (String::new(), false, false);
    for line in file.lines() {
        let begins = is_header(line, &header);
        inside = begins || inside && !line.starts_with('[');
        if !(inside && key.values.iter().any(|(name, _)| is_value(line, name))) {
            changed += &format!("{line}\n");
        }
        if begins {
            found = true;
            changed.extend(key.values.iter().map(|(name, value)| format!("\"{name}\"={value}\n")));
        }
    }
    match found {
        true => Ok(changed),
        false => bail!("Wine's registry has no key {}", key.path),
    }
}

/// Behind the path of a key is the time of its last change.
fn is_header(line: &str, header: &str) -> bool {
    line.strip_prefix(header).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn is_value(line: &str, name: &str) -> bool {
    line.strip_prefix('"').and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with("\"="))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"WINE REGISTRY Version 2
;; All keys relative to REGISTRY\\Machine

[A\\B] 1795564051
#time=1dd7c6e2c1632e4
"Build"="7601"
"BuildNumber"="7601"
"Id"=hex:00,00,\
  00,00

[A\\B\\C] 1795564051
"Build"="1"
"#;

    #[test]
    fn values_are_replaced_and_added_in_their_key_alone() {
        let values = vec![("Build", Value::text("20348")), ("Major", Value::Number(10))];
        let expected = FILE
            .replace("[A\\\\B] 1795564051\n", "[A\\\\B] 1795564051\n\"Build\"=\"20348\"\n\"Major\"=dword:0000000a\n")
            .replace("\"Build\"=\"7601\"\n", "");
        assert_eq!(set(FILE, &[Key { path: r"A\B", values }]).unwrap(), expected);
    }

    #[test]
    fn the_last_key_is_a_key_too() {
        let key = Key { path: r"A\B\C", values: vec![("Build", Value::text("2"))] };
        assert_eq!(set(FILE, &[key]).unwrap(), FILE.replace("\"1\"", "\"2\""));
    }

    #[test]
    fn a_file_without_the_key_is_refused() {
        let key = Key { path: "A", values: vec![("Build", Value::text("2"))] };
        assert!(set(FILE, &[key]).unwrap_err().to_string().contains("no key A"));
    }
}
