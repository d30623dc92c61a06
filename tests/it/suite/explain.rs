//! `silo explain`, with codes as words and with the text of other programs on standard input.

use crate::pty::Pty;
use crate::support::{Ran, World};
use serde_json::Value;
use std::io::Write;
use std::process::Stdio;

/// Runs `silo explain` with a text on standard input.
fn piped(world: &World, words: &[&str], text: &[u8]) -> Ran {
    let words = [&["explain"], words].concat();
    let mut command = world.command(&words);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("silo starts");
    // A command that does not read it all has its reasons.
    let _ = child.stdin.take().expect("it was asked for").write_all(text);
    child.wait_with_output().unwrap().into()
}

fn heads(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with(' ') && line.contains("  ")).collect()
}

#[test]
fn codes_are_taken_in_every_way_of_writing() {
    let world = World::new();
    for word in ["0xC037010E", "c037010e", "3224830222", "-1070137074", "ERROR_VMCOMPUTE_SYSTEM_NOT_FOUND"] {
        let told = world.silo_ok(&["explain", word]);
        assert_eq!(heads(&told), ["0xC037010E  HCS_E_SYSTEM_NOT_FOUND"], "{word}");
        assert!(told.contains("0x8037010E") && told.contains("silo ps -a") && told.contains("What to do"), "{told}");
    }
    let told = world.silo_ok(&["explain", "eio", "5", "(0x20)"]);
    assert_eq!(heads(&told), ["5  EIO", "5  ERROR_ACCESS_DENIED", "5  EIO", "32  ERROR_SHARING_VIOLATION"]);
    assert!(!world.root().exists(), "nothing is made to explain something");
}

#[test]
fn codes_are_found_in_what_other_programs_print() {
    let world = World::new();
    let log = b"level=error msg=\"hcs::System::Start failed: (0xc0370106)\"\n\xff\xfe\0 {\"Error\":-2147023728}\n\
        exited: exit status 3221225794, took 137 ms on port 10013\n(0xc0370106)\n";
    let told = piped(&world, &[], log);
    assert_eq!((told.code, told.err.as_str()), (0, ""));
    assert_eq!(
        heads(&told.out),
        ["0xC0370106  HCS_E_UNEXPECTED_EXIT", "0x80070490  ERROR_NOT_FOUND", "0xC0000142  STATUS_DLL_INIT_FAILED"]
    );
    assert!(told.out.contains("2 times") && told.out.contains("As exit code"), "{}", told.out);
    let objects: Value = serde_json::from_str(&piped(&world, &["--format", "json"], log).out).unwrap();
    assert_eq!((&objects[0]["count"], &objects[0]["signed"]), (&2.into(), &(-1_070_137_082).into()));
    assert_eq!(objects[2]["readings"][0]["name"], "STATUS_DLL_INIT_FAILED");
    assert_eq!(objects.as_array().unwrap().len(), 3);
}

#[test]
fn what_silo_says_itself_is_explained() {
    let world = World::new();
    let refused = world.silo(&["stop", "no-such"]);
    assert!(refused.err.contains("hint: ") && refused.err.contains("`silo explain 0xC037010E`"), "{}", refused.err);
    let told = piped(&world, &[], refused.err.as_bytes());
    assert_eq!(heads(&told.out), ["0xC037010E  HCS_E_SYSTEM_NOT_FOUND"]);
}

#[test]
fn what_is_no_code_is_named_after_the_others_were_explained() {
    let world = World::new();
    let ran = world.silo(&["explain", "HCS_E_UNEXPECTD_EXIT", "EIO", "\x1b[2J"]);
    assert_eq!((ran.code, heads(&ran.out)), (125, vec!["5  EIO"]));
    assert!(ran.err.contains("HCS_E_UNEXPECTD_EXIT") && ran.err.contains("HCS_E_UNEXPECTED_EXIT"), "{}", ran.err);
    assert!(ran.err.contains(r"\u{1b}[2J") && !ran.err.contains('\x1b'), "{}", ran.err);
    let unknown = world.silo_ok(&["explain", "0x8ABC0001"]);
    assert!(unknown.contains("not in the catalogue") && unknown.contains("Facility      700"), "{unknown}");
    let ran = piped(&world, &[], b"all is well\n");
    assert_eq!((ran.code, ran.out.as_str()), (125, ""));
    assert!(ran.err.contains("no code"), "{}", ran.err);
}

#[test]
fn more_than_is_read_is_said_and_wrong_usage_is_told_apart() {
    let world = World::new();
    let mut long = b"(0xC0370106)\n".to_vec();
    long.resize(17 << 20, b'x');
    let ran = piped(&world, &[], &long);
    assert_eq!((ran.code, heads(&ran.out).len()), (0, 1));
    assert!(ran.err.contains("16 MiB"), "{}", ran.err);
    let (code, said) = Pty::start(&world.command(&["explain"])).ends();
    assert!(code == Some(2) && said.contains("standard input") && said.contains("silo explain"), "{code:?} {said}");
    world.refused(&["explain", "--list", "5"], 2, &["--list"]);
    assert_eq!(world.silo(&["explain", "--format", "yaml", "5"]).code, 2);
    let listed = world.silo_ok(&["explain", "--list"]);
    assert!(listed.lines().count() > 500 && listed.contains("HCN_E_VFP_NOT_ALLOWED"), "{listed}");
}
