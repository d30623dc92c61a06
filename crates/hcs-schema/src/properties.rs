//! Properties of every type: what is written is read back, and no bytes make reading panic.

use crate::testing::{reads_anything, round_trip};
use crate::{document, oci};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Does something with every object.
macro_rules! every {
    ($($module:ident { $($name:ident)* })*) => {
        const NAMES: &[&str] = &[$($(stringify!($name)),*),*];

        fn round_trips(bytes: &[u8]) {
            $($(round_trip::<$module::$name>(bytes);)*)*
        }

        fn read_anything(text: &[u8]) {
            $($(reads_anything::<$module::$name>(text);)*)*
        }

        /// The keys of every object, for text that looks like documents.
        fn keys() -> Vec<&'static str> {
            let lists = [$($(<$module::$name as crate::model::Object>::KEYS),*),*];
            lists.into_iter().flatten().copied().collect()
        }
    };
}

every! {
    oci {
        Spec Root Mount Hooks Hook IdMapping Process ConsoleBox User Capabilities Rlimit Scheduler IoPriority
        ExecCpuAffinity Linux IntelRdt MemoryPolicy NetDevice Namespace Device TimeOffset Personality Seccomp Syscall SyscallArg Resources
        DeviceRule Memory Cpu Pids BlockIo WeightDevice ThrottleDevice HugepageLimit InterfacePriority Network
        Rdma
        Windows WindowsDevice WindowsResources WindowsMemory WindowsCpu WindowsCpuAffinity WindowsStorage WindowsNetwork
        WindowsHyperV
        Vm VmHypervisor VmKernel VmImage VmHardware VmIoMemory
    }
    document {
        Version LinuxContainer Layer ProcessParameters PropertyQuery Properties ProcessDetails ModifyRequest
    }
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

/// No object may be forgotten in the list above.
#[test]
fn every_object_has_these_properties() {
    let listed: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    let mut defined = BTreeSet::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("model/tests.rs") {
                defined.extend(objects(&std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let forgotten: Vec<&String> = defined.difference(&listed).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}

/// Names of the objects that a source file defines.
fn objects(source: &str) -> Vec<String> {
    let blocks = source.split("\nobject! {\n").skip(1).map(|rest| rest.split("\n}\n").next().unwrap_or_default());
    let name = |line: &str| Some(line.strip_prefix("    pub struct ")?.split(' ').next()?.to_owned());
    blocks.flat_map(|block| block.lines().filter_map(name).collect::<Vec<_>>()).collect()
}
