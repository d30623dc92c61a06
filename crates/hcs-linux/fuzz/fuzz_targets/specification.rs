//! A `config.json` of anybody: read, written and read again without loss, then checked, warned about and compiled. Nothing may
//! panic, and what was read as a specification must be read as the same after it was written.
#![no_main]

use hcs_linux::process::seccomp;
use hcs_linux::rootfs::MountOptions;
use hcs_linux::support;
use hcs_schema::oci::Spec;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(spec) = serde_json::from_slice::<Spec>(bytes) else { return };
    let written = serde_json::to_vec(&spec).expect("a specification is JSON");
    assert_eq!(serde_json::from_slice::<Spec>(&written).expect("what was written is read"), spec);
    let _ = support::validate(&spec);
    let _ = support::warnings(&spec);
    for mount in &spec.mounts {
        let _ = MountOptions::parse(&mount.options);
    }
    if let Some(rules) = spec.linux.as_ref().and_then(|linux| linux.seccomp.as_ref()) {
        let _ = seccomp::compile(rules);
    }
});
