//! Properties of every type: what is written is read back, and no bytes make reading panic.

use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every object of some modules, and other types that are written, too.
pub struct List {
    /// Names of the objects, each after its module.
    pub names: &'static [&'static str],
    /// Their keys, for text that looks like documents.
    pub keys: &'static [&'static [&'static str]],
    /// Checks that values made from bytes are read back.
    pub round_trips: fn(&[u8]),
    /// Checks that text is read or refused.
    pub read_anything: fn(&[u8]),
}

/// Makes a [`List`].
macro_rules! every {
    ($($module:ident { $($name:ident)* })* $(; $($other:ty),+)?) => {
        pub const LIST: crate::properties::List = crate::properties::List {
            names: &[$($(concat!(stringify!($module), "::", stringify!($name))),*),*],
            keys: &[$($(<crate::$module::$name as crate::model::Object>::KEYS),*),*],
            round_trips: |bytes| {
                $($(crate::testing::round_trip::<crate::$module::$name>(bytes);)*)*
                $($(crate::testing::round_trip::<$other>(bytes);)+)?
            },
            read_anything: |text| {
                $($(crate::testing::reads_anything::<crate::$module::$name>(text);)*)*
                $($(crate::testing::reads_anything::<$other>(text);)+)?
            },
        };
    };
}
pub(crate) use every;

mod network;
mod oci;

/// A line for each file of lists.
const LISTS: &[List] = &[network::LIST, oci::LIST];

fn round_trips(bytes: &[u8]) {
    LISTS.iter().for_each(|list| (list.round_trips)(bytes));
}

fn read_anything(text: &[u8]) {
    LISTS.iter().for_each(|list| (list.read_anything)(text));
}

/// The keys of every object, for text that looks like documents, and the words of choices.
fn keys() -> Vec<&'static str> {
    LISTS.iter().flat_map(|list| list.keys).copied().flatten().copied().collect()
}

/// Text that looks like JSON and has known keys in any case.
fn document() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        Just("1.5e3".to_owned()),
        "[a-z/:]{0,6}".prop_map(|text| format!("{text:?}")),
    ];
    let key = (proptest::sample::select(keys()), any::<u8>()).prop_map(|(key, case)| match case % 3 {
        0 => key.to_owned(),
        1 => key.to_ascii_lowercase(),
        _ => key.to_ascii_uppercase(),
    });
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(","))),
            proptest::collection::vec((key.clone(), inner), 0..6).prop_map(|all| {
                let fields: Vec<String> = all.iter().map(|(key, value)| format!("{key:?}:{value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        round_trips(&bytes);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_anything(&bytes);
    }

    #[test]
    fn any_document_is_read_or_refused(text in document()) {
        read_anything(text.as_bytes());
    }
}

/// No object may be forgotten in the lists.
#[test]
fn every_object_has_these_properties() {
    let listed: BTreeSet<&str> = LISTS.iter().flat_map(|list| list.names).copied().collect();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut defined = BTreeSet::new();
    for file in files(&source).iter().filter(|file| !file.ends_with("model/tests.rs")) {
        let first = file.strip_prefix(&source).unwrap().iter().next().unwrap();
        let module = Path::new(first).file_stem().unwrap().to_str().unwrap();
        let names = objects(&std::fs::read_to_string(file).unwrap());
        defined.extend(names.into_iter().map(|name| format!("{module}::{name}")));
    }
    let forgotten: Vec<&String> = defined.iter().filter(|name| !listed.contains(name.as_str())).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}

/// All files in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Names of the objects that a source file defines.
fn objects(source: &str) -> Vec<String> {
    let blocks = source.split("\nobject! {\n").skip(1).map(|rest| rest.split("\n}\n").next().unwrap_or_default());
    let name = |line: &str| Some(line.strip_prefix("    pub struct ")?.split(' ').next()?.to_owned());
    blocks.flat_map(|block| block.lines().filter_map(name).collect::<Vec<_>>()).collect()
}
