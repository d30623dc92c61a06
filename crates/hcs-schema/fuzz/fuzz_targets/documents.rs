//! Any bytes as any document. Nothing may panic, and what was read must be written so that it is read as the same. The first
//! two bytes choose the document, so that the fuzzer works on one at a time.
#![no_main]

// The lists name the modules of the schema as if they were here.
use hcs_schema::*;
use libfuzzer_sys::fuzz_target;
use std::fmt::Debug;

/// Something that bytes are read as.
pub type Reader = fn(&[u8]);

/// The readers of a list; of its objects' names and keys, a fuzzer has no use.
macro_rules! every {
    ($($module:ident { $($name:ident)* })* $(; $($other:ty),+)?) => {
        pub const LIST: &[crate::Reader] = &[
            $($(crate::json::<crate::$module::$name>,)*)*
            $($(crate::json::<$other>,)+)?
        ];
    };
}

pub(crate) use every;

mod lists;

const OTHERS: &[Reader] = &[
    message::<containerd::Options>,
    message::<containerd::ProcessDetails>,
    message::<containerd::Statistics>,
    answer,
    id,
    service,
];

const LISTS: &[&[Reader]] =
    &[lists::bridge::LIST, lists::guest::LIST, lists::network::LIST, lists::oci::LIST, lists::systems::LIST, OTHERS];

fuzz_target!(|bytes: &[u8]| {
    let Some((&[high, low], rest)) = bytes.split_first_chunk::<2>() else { return };
    let readers: Vec<Reader> = LISTS.concat();
    readers[usize::from(u16::from_be_bytes([high, low])) % readers.len()](rest);
});

/// A JSON document.
fn json<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(bytes) else { return };
    let written = serde_json::to_vec(&value).expect("a document is always JSON");
    let again: T = serde_json::from_slice(&written).expect("what was written is read");
    assert_eq!(again, value);
    assert_eq!(serde_json::to_vec(&again).expect("a document is always JSON"), written);
}

/// A protocol buffer.
fn message<T: prost::Message + Default + PartialEq + Debug>(bytes: &[u8]) {
    let Ok(value) = T::decode(bytes) else { return };
    assert_eq!(T::decode(value.encode_to_vec().as_slice()).expect("what was written is read"), value);
}

/// An answer of the network service.
fn answer(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        drop(hns::Call::networks().answer(text).map_err(|error| error.to_string()));
        drop(hns::Call::version().answer(text).map(|version| (hcn::features(version), hns::features(version))));
    }
}

/// An id, which must be one where it is taken for one.
fn id(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(id) = hns::Id::parse(text)
    {
        assert_eq!(hns::Id::parse(id.as_str()).as_ref(), Ok(&id));
    }
}

/// A service of Hyper-V sockets.
fn service(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(port) = guest::vsock_port(text)
    {
        assert!(guest::vsock_service(port).eq_ignore_ascii_case(text));
    }
}
