//! Properties of every type: what is written is read back, and no bytes make reading panic.
//!
//! The lists are in files of their own, one for each part of the schema. That no object is forgotten in them is looked after
//! by `tests/complete.rs`.

use proptest::prelude::*;

/// Every object of some modules, and other types that are written, too.
pub struct List {
    /// Keys of the objects, for text that looks like documents.
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

mod bridge;
mod guest;
mod network;
mod oci;
mod systems;

const LISTS: &[List] = &[
    // A line for each file.
    bridge::LIST,
    guest::LIST,
    network::LIST,
    oci::LIST,
    systems::LIST,
];

fn round_trips(bytes: &[u8]) {
    LISTS.iter().for_each(|list| (list.round_trips)(bytes));
}

fn read_anything(text: &[u8]) {
    LISTS.iter().for_each(|list| (list.read_anything)(text));
}

/// Words that decide the shape of what is beside them.
const KINDS: &[&[&str]] = &[
    crate::guest::LinuxResource::KINDS,
    crate::guest::WindowsResource::KINDS,
    crate::hcn::EndpointPolicy::KINDS,
    crate::hcn::NetworkPolicy::KINDS,
    crate::hcn::SubnetPolicy::KINDS,
    crate::hns::Policy::KINDS,
];

/// The keys of every object, for text that looks like documents.
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
        proptest::sample::select(KINDS.concat()).prop_map(|kind| format!("{kind:?}")),
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
