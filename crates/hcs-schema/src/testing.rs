//! Values of every type made from random bytes, for the properties that hold of all documents.

use crate::model::{Bytes, DWord, Guid, QWord, Timestamp};
use crate::v2::ResourcePath;
use serde_json::Value;
use std::collections::BTreeMap;

/// Random bytes that are used up. Where none are left, everything is empty, so that values are finite.
pub struct Source<'a>(pub &'a [u8]);

impl Source<'_> {
    /// Whether no bytes are left.
    pub fn is_exhausted(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().map_or((0, self.0), |(first, rest)| (*first, rest));
        self.0 = rest;
        first
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) % limit
    }
}

/// A type of which values can be made.
pub trait Any: Sized {
    /// A value.
    fn any(source: &mut Source<'_>) -> Self;
}

impl Any for bool {
    fn any(source: &mut Source<'_>) -> Self {
        source.byte() % 2 == 1
    }
}

impl Any for String {
    fn any(source: &mut Source<'_>) -> Self {
        let length = source.below(6);
        (0..length).map(|_| char::from(source.byte())).collect()
    }
}

macro_rules! integers {
    ($($type:ident)*) => {$(
        impl Any for $type {
            fn any(source: &mut Source<'_>) -> Self {
                let length = source.below(size_of::<$type>() + 1);
                (0..length).fold(0, |value: $type, _| value.wrapping_shl(8) | $type::from(source.byte() as $type))
            }
        }
    )*};
}
integers! { u8 u16 u32 u64 i32 i64 }

impl Any for f64 {
    fn any(source: &mut Source<'_>) -> Self {
        f64::from(i32::any(source)) / 4.0
    }
}

impl<T: Any> Any for Option<T> {
    fn any(source: &mut Source<'_>) -> Self {
        bool::any(source).then(|| T::any(source))
    }
}

impl<T: Any> Any for Vec<T> {
    fn any(source: &mut Source<'_>) -> Self {
        let length = source.below(3);
        (0..length).map(|_| T::any(source)).collect()
    }
}

impl<T: Any, const N: usize> Any for [T; N] {
    fn any(source: &mut Source<'_>) -> Self {
        std::array::from_fn(|_| T::any(source))
    }
}

impl<K: Any + Ord, T: Any> Any for BTreeMap<K, T> {
    fn any(source: &mut Source<'_>) -> Self {
        let length = source.below(3);
        (0..length).map(|_| (K::any(source), T::any(source))).collect()
    }
}

impl Any for Value {
    fn any(source: &mut Source<'_>) -> Self {
        match source.below(5) {
            1 => Value::from(bool::any(source)),
            2 => Value::from(i64::any(source)),
            3 => Value::from(String::any(source)),
            4 => Value::from(Vec::<String>::any(source)),
            _ => Value::Null,
        }
    }
}

impl Any for Bytes {
    fn any(source: &mut Source<'_>) -> Self {
        Bytes(Vec::any(source))
    }
}

impl Any for Timestamp {
    fn any(source: &mut Source<'_>) -> Self {
        if bool::any(source) { Timestamp("2026-01-02T03:04:05.6Z".into()) } else { Timestamp::default() }
    }
}

impl Any for Guid {
    fn any(source: &mut Source<'_>) -> Self {
        if bool::any(source) { Guid("8d5a5f4c-5f6c-5b1e-9d57-000000000001".into()) } else { Guid::default() }
    }
}

impl Any for DWord {
    fn any(source: &mut Source<'_>) -> Self {
        DWord(u32::any(source))
    }
}

impl Any for QWord {
    fn any(source: &mut Source<'_>) -> Self {
        QWord(u64::any(source))
    }
}

/// One path of each kind that is known; a 7 stands for any number.
pub const RESOURCE_PATHS: &[&str] = &[
    "VirtualMachine/ComputeTopology/Gpu",
    "VirtualMachine/ComputeTopology/Memory/SizeInMB",
    "VirtualMachine/ComputeTopology/Processor/CpuGroup",
    "VirtualMachine/ComputeTopology/Processor/IdledProcessors",
    "VirtualMachine/ComputeTopology/Processor/CpuFrequencyPowerCap",
    "VirtualMachine/ComputeTopology/Processor/Limits",
    "VirtualMachine/Devices/ComPorts/7",
    "VirtualMachine/Devices/FlexibleIov/id7",
    "VirtualMachine/Devices/Licensing",
    r"VirtualMachine/Devices/MappedPipes/\\.\pipe\7",
    "VirtualMachine/Devices/NetworkAdapters/id7",
    "VirtualMachine/Devices/Plan9/Shares",
    "VirtualMachine/Devices/Scsi/id7/Attachments/7",
    "VirtualMachine/Devices/SharedMemory/Regions",
    "VirtualMachine/Devices/VirtualPci/id7",
    "VirtualMachine/Devices/VirtualPMem/Devices/7",
    "VirtualMachine/Devices/VirtualPMem/Devices/7/Mappings/7",
    "VirtualMachine/Devices/VirtualSmb/Shares",
    "VirtualMachine/Devices/HvSocket/HvSocketConfig/ServiceTable/id7",
    "Container/Devices/Generic",
    "Container/MappedDirectories",
    "Container/MappedPipes",
    "Container/Memory/SizeInMB",
    "Container/Processor",
    "Container/RegistryFlushState",
];

impl Any for ResourcePath {
    fn any(source: &mut Source<'_>) -> Self {
        let text = match RESOURCE_PATHS.get(source.below(RESOURCE_PATHS.len() + 1)) {
            Some(path) => path.replace('7', &u32::any(source).to_string()),
            None => String::any(source),
        };
        ResourcePath::from(text.as_str())
    }
}

impl Any for crate::HResult {
    fn any(source: &mut Source<'_>) -> Self {
        crate::HResult(u32::any(source))
    }
}

/// Whether a value comes back from what it was written as, and from the same with its keys in another case.
pub fn round_trip<T>(bytes: &[u8])
where
    T: Any + PartialEq + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned,
{
    let value = T::any(&mut Source(bytes));
    let text = serde_json::to_string(&value).expect("a document");
    assert_eq!(serde_json::from_str::<T>(&text).expect("the same document"), value, "{text}");
}

/// Whether a value is written as exactly this text, apart from the text's spaces and line ends outside of strings, and the
/// text is read as the value.
#[track_caller]
pub fn golden<T>(value: &T, text: &str)
where
    T: PartialEq + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned,
{
    let (mut quoted, mut escaped) = (false, false);
    let kept = |c: &char| {
        quoted ^= *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        quoted || !c.is_whitespace()
    };
    let text: String = text.chars().filter(kept).collect();
    assert_eq!(serde_json::to_string(value).expect("a document"), text);
    assert_eq!(serde_json::from_str::<T>(&text).expect("the same document"), *value);
}

/// Whether text of any kind is read or refused, and what is read can be written and read again.
pub fn reads_anything<T>(text: &[u8])
where
    T: PartialEq + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned,
{
    let Ok(value) = serde_json::from_slice::<T>(text) else { return };
    let written = serde_json::to_string(&value).expect("a document");
    assert_eq!(serde_json::from_str::<T>(&written).expect("the same document"), value, "{written}");
}
