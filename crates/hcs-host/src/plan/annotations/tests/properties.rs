//! No annotations bring the plan down, whatever they say.

use super::*;
use crate::plan::{HostFacts, Kind, Plan, Role, Wanted};
use hcs_schema::oci::{Linux, Process, Spec, Windows, WindowsHyperV};
use proptest::prelude::*;

/// A key of the table, or one that is nearly or not at all one.
fn key() -> impl Strategy<Value = String> {
    let service = any::<[u32; 4]>().prop_map(|[a, b, c, d]| {
        format!("{SERVICE_TABLE}{a:08x}-{:04x}-{:04x}-{:04x}-{:04x}{d:08x}", b >> 16, b & 0xFFFF, c >> 16, c & 0xFFFF)
    });
    prop_oneof![
        20 => prop::sample::select(ENTRIES).prop_map(|entry| entry.key.to_owned()),
        1 => service,
        1 => "io\\.microsoft\\.[a-z.]{0,20}",
        1 => ".{0,20}",
    ]
}

/// A value that some key takes, or any.
fn value() -> impl Strategy<Value = String> {
    let known: Vec<String> = ENTRIES.iter().flat_map(|entry| samples(entry).0).collect();
    prop_oneof![8 => prop::sample::select(known), 1 => ".{0,20}", 1 => any::<u64>().prop_map(|number| number.to_string())]
}

/// A container that every builder can build: a Linux one, a Windows one, or one in a utility VM.
fn wanted(annotations: BTreeMap<String, String>, system: u8) -> Wanted {
    let hyperv = (system == 2).then(WindowsHyperV::default);
    let windows = (system != 0).then(|| Windows { hyperv, ..Windows::default() });
    let process = Process { args: vec!["cmd".into()], cwd: r"C:\".into(), ..Process::default() };
    let spec = Spec {
        annotations,
        windows,
        linux: (system == 0).then(Linux::default),
        process: Some(process),
        ..Spec::default()
    };
    let (layers, scratch) = (vec![r"C:\layers\base".into()], r"C:\scratch".into());
    Wanted { id: "c".into(), spec, layers, scratch, ..Wanted::default() }
}

proptest! {
    #[test]
    fn any_annotations_are_answered(
        all in prop::collection::btree_map(key(), value(), 0..6),
        system in 0_u8..3,
        build in prop::sample::select(&[14393_u32, 17763, 19041, 20348, 26100][..]),
        processors in prop::sample::select(&[0_u32, 1, 4, 1_000_000, u32::MAX][..]),
    ) {
        let wanted = wanted(all.clone(), system);
        for facts in [HostFacts { processors, ..HostFacts::windows(build) }, HostFacts::linux(processors, 0)] {
            match crate::plan::Context::new(&wanted, &facts) {
                Ok(context) => prop_assert!(context.notes.iter().all(|note| !note.is_empty())),
                Err(error) => prop_assert!(!error.message.is_empty()),
            }
            drop(Plan::new(&wanted, &facts));
        }
        if let Ok((read, _)) = Annotations::read(&all) {
            for kind in Kind::ALL {
                drop(read.conflicts(kind));
                read.notes_for(kind, Role::Member, &all);
            }
        }
    }

    #[test]
    fn a_switch_that_protects_is_on_or_refused(text in ".{0,6}") {
        for entry in ENTRIES.iter().filter(|entry| entry.security && entry.kind == "boolean") {
            let read = Annotations::read(&map(&[(entry.key, &text)]));
            let known = ["1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"];
            prop_assert_eq!(read.is_ok(), known.contains(&text.as_str()), "{} {:?}", entry.key, text);
        }
    }
}

#[test]
fn without_annotations_every_builder_builds() {
    for system in 0..3 {
        let plan = Plan::new(&wanted(BTreeMap::new(), system), &HostFacts::windows(20348));
        assert!(plan.is_ok(), "{plan:?}");
    }
}
