//! Tests of every key by itself, and what they share.

mod bad;
mod page;
mod properties;
mod rules;

use super::entry::{Accepts, Entry};
use super::*;
use std::collections::BTreeMap;

/// Annotations from pairs.
pub fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

/// Annotations that are read without an error.
pub fn read(pairs: &[(&str, &str)]) -> Annotations {
    Annotations::read(&map(pairs)).unwrap().0
}

/// Why annotations are refused.
pub fn refused(pairs: &[(&str, &str)]) -> String {
    Annotations::read(&map(pairs)).unwrap_err()
}

/// `{"LogConfig":{"sources":[{"type":"ETW","providers":[{"providerName":"a","level":"Information"}]}]}}`
pub const SOURCES: &str = "eyJMb2dDb25maWciOnsic291cmNlcyI6W3sidHlwZSI6IkVUVyIsInByb3ZpZGVycyI6W3sicHJvdmlkZXJOYW1lIjoiYSIsImxldmVsIjoiSW5mb3JtYXRpb24ifV19XX19";
pub const VALUES: &str =
    r#"[{"Key":{"Hive":"System","Name":"CurrentControlSet\\Services\\a"},"Name":"b","Type":"DWord","DWordValue":1}]"#;
pub const GUID: &str = "0b52781f-b24d-5685-ddf6-69830ed40ec3";

/// Values that a key takes, and values that it does not.
fn samples(entry: &Entry) -> (Vec<String>, Vec<String>) {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let (good, bad) = match (entry.accepts, entry.kind) {
        (Accepts::Range(low, high), _) => {
            let mut bad = texts(&["", "-1", "1.5", "0x10", "many", "99999999999999999999999"]);
            bad.extend(low.checked_sub(1).map(|below| below.to_string()));
            bad.push((u128::from(high) + 1).to_string());
            (vec![low.to_string(), high.to_string()], bad)
        }
        (Accepts::Words(words), _) => (texts(words), texts(&["", "other", "TRUE ", &words[0].to_uppercase()])),
        (Accepts::Numbers(low, high), _) => {
            let bad = [format!("{low},,{high}"), format!("{low};{high}"), (u128::from(high) + 1).to_string()];
            (vec![low.to_string(), format!("{low}, {high}")], bad.into())
        }
        (Accepts::Form(form, _), _) => formed(form),
        (Accepts::Any, "boolean") => {
            let good = texts(&["1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"]);
            (good, texts(&["", "yes", "TRue", "2", " true"]))
        }
        (Accepts::Any, "whole number") => (texts(&["0", "7"]), texts(&["", "-1", "seven", "7 "])),
        (Accepts::Any, "GUID") => (vec![GUID.into(), format!("{{{}}}", GUID.to_uppercase())], texts(&["", "guid"])),
        (Accepts::Any, _) => (texts(&["a", r"C:\a,C:\b", "ä"]), Vec::new()),
    };
    let empty = entry.security.then(String::new);
    (good, bad.into_iter().chain(empty).collect())
}

fn formed(form: &str) -> (Vec<String>, Vec<String>) {
    let (good, bad): (&[&str], &[&str]) = match form {
        "registry values" => (&["[]", VALUES], &["{}", "[1]", "x", r#"[{"Name":"b"}]"#]),
        "soft and hard limit, `soft;hard`" => {
            (&["0;0", "1;18446744073709551615"], &["1", "1;", "2;1", "1;2;3", "-1;1"])
        }
        "path below the logs folder" => (&["a", "a/b.log"], &["/a", "../a", "a/../b", "a//b", "."]),
        "words between commas" => (&["utility", "utility, compute"], &["a b", "--x", "a,,b", "a=b"]),
        "multiple of 4096" => (&["4096", "4294967296"], &["0", "1", "4097", "x"]),
        "base64" => (&["YQ==", "YWJj"], &["a", "YQ", "?", "YQ==\0"]),
        "GUID" => (&[GUID], &["a", "0b52781f"]),
        "numbers 0 to 63 between commas, or 255 for each" => (&["0,63", "255,255"], &["64", "255,0", "x", "256"]),
        "base64 of JSON" => (&[SOURCES], &["e30=", "YQ==", "x", "W10="]),
        "path of a pipe" => (&[r"\\.\pipe\a", r"\\.\PIPE\a"], &[r"\\.\pipe\", r"C:\pipe\a", "pipe", "äääääääää"]),
        other => panic!("no samples of {other}"),
    };
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    (texts(good), texts(bad))
}

#[test]
fn every_key_takes_what_it_should_and_refuses_the_rest() {
    for entry in ENTRIES {
        let (good, bad) = samples(entry);
        for text in good {
            let mut read = Annotations::default();
            read.value(entry, &text).unwrap_or_else(|why| panic!("{} {text:?}: {why}", entry.key));
            let given: Vec<_> = read.given().map(|(entry, _)| entry.key).collect();
            assert_eq!(given, [entry.key], "{text:?}");
        }
        for text in bad {
            let mut read = Annotations::default();
            let why = read.value(entry, &text).expect_err(&format!("{} takes {text:?}", entry.key));
            assert!(!why.is_empty());
            assert_eq!(read, Annotations::default(), "{} {text:?}", entry.key);
        }
    }
}

#[test]
fn an_empty_value_is_none_where_nothing_is_lost_by_it() {
    for entry in ENTRIES {
        let (result, wanted) = (Annotations::default().value(entry, ""), entry.empty_is_none());
        assert_eq!(result.is_ok(), wanted, "{}: {result:?}", entry.key);
        assert!(!(wanted && entry.security), "{}", entry.key);
    }
    assert_eq!(read(&[("io.microsoft.network.ncproxy", "")]), Annotations::default());
    assert_eq!(
        refused(&[("io.microsoft.virtualmachine.lcow.securitypolicy", "")]),
        "annotation io.microsoft.virtualmachine.lcow.securitypolicy: it is empty; leave it out to have none"
    );
}

#[test]
fn keys_are_documented_and_spelt_once() {
    let mut keys: Vec<_> = ENTRIES.iter().map(|entry| entry.key.to_lowercase()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), ENTRIES.len());
    for entry in ENTRIES.iter().chain([&SERVICE_ENTRY]) {
        assert!(!entry.default.is_empty(), "{}", entry.key);
        assert!(entry.effect.ends_with('.') && !entry.effect.contains("  "), "{}: {}", entry.key, entry.effect);
    }
}
