//! What is found where, and that no text brings the search down.

use super::*;
use hcs_schema::catalogue;
use proptest::prelude::*;

/// The codes found in a text, as hexadecimal numbers, or as names if they were called by them.
fn found(text: &str) -> Vec<String> {
    let shown = |asked: &Asked| asked.entry.map_or(format!("{:X}", asked.value), |entry| entry.name.into());
    scan(text.as_bytes()).iter().map(shown).collect()
}

fn first_name(asked: &Asked) -> Option<&'static str> {
    asked.readings()[0].name()
}

#[test]
fn numbers_in_every_way_of_writing() {
    for text in [
        "0xC037010E",
        "0Xc037010e",
        "0xc037010eL",
        "C037010E",
        "c037010e",
        "3224830222",
        "-1070137074",
        "0xffffffffc037010e",
        "18446744072639414542",
    ] {
        assert_eq!(number(text), Some(0xC037_010E), "{text}");
    }
    assert_eq!((number("5"), number("0x5"), number("-5")), (Some(5), Some(5), Some(0xffff_fffb)));
    assert_eq!((number("80070005"), number("0")), (Some(0x8007_0005), Some(0)));
    for text in [
        "",
        "-",
        "0x",
        "0x+5",
        "+5",
        "0x1ffffffff",
        "4294967296",
        "-2147483649",
        "--5",
        "-0x5",
        "5.0",
        "5 ",
        "٥",
        "0xg",
    ] {
        assert_eq!(number(text), None, "{text}");
    }
}

#[test]
fn words_are_numbers_names_or_texts() {
    assert_eq!(word(" 5 "), [Asked::number(5, Setting::Unsaid)]);
    assert_eq!(word("eio").iter().map(first_name).collect::<Vec<_>>(), [Some("EIO")]);
    assert_eq!(word("EIO")[0].readings().len(), 1, "a name is one code, whatever else has the number");
    assert_eq!(word("(0x20)").iter().map(first_name).collect::<Vec<_>>(), [Some("ERROR_SHARING_VIOLATION")]);
    assert_eq!(word("nonsense"), []);
    assert_eq!(nearest("hcs_e_unexpectd_exit"), Some("HCS_E_UNEXPECTED_EXIT"));
    assert_eq!(nearest("q"), None);
}

#[test]
fn codes_in_what_tools_print() {
    for (text, expected) in [
        ("failed to create: hcs::CreateComputeSystem abc: The system exited. (0xC0370106)", &["C0370106"][..]),
        ("hcsshim::ActivateLayer failed in Win32: The file is in use. (0x20) id=5 (0x1)", &["20", "1"]),
        (r#"{"Success":false,"Error":"x","ErrorCode":2151350319,"Line":4294967295}"#, &["803B002F"]),
        (r#"{"Error":-2147023728,"ErrorMessage":"Element not found.","Pid":1234}"#, &["80070490"]),
        ("container exited: exit status 3221225786", &["C000013A"]),
        ("HRESULT=0x80070005 and HRESULT: 0x80004005", &["80070005", "80004005"]),
        ("Exited (137) 2 hours ago", &["89"]),
        ("main process exited, code=exited, status=143/n/a", &["8F"]),
        ("the process exited with a non zero code of 42", &["2A"]),
        ("[WinError 32] and [Errno 13], then (os error 2)", &["20", "D", "2"]),
        ("write failed: EPIPE, then HCS_E_INVALID_STATE.", &["EPIPE", "HCS_E_INVALID_STATE"]),
        ("Exception code: c0000409 at 0x00007ff6c0370106", &["C0000409"]),
        (r"msg=a\n0xC0370106\tEIO\u00280x80070005", &["C0370106", "EIO", "80070005"]),
        (r"failed\nerror 5", &["5"]),
        ("kernel: mount failed, error -22", &["FFFFFFEA"]),
        ("unknown 0x80310abc of a known facility", &["80310ABC"]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn numbers_that_are_no_codes_are_left_alone() {
    for text in [
        "took 5 seconds, 137 MB, port 10013",
        "2024-05-06T07:08:09.123456789Z pid=143 exit code 0 error=0",
        "id c0370106-1111-2222-3333-444455556666",
        "sha256:c0370106aa at 0xfffff80370106",
        "version 10.0.20348.5 at 1716969696 flags 0x80000000 0xffffffff",
        "error, 5 retries; error. 5 more",
        "The Eio of eio and S_OK (0x0)",
        "error 404 and error 1.5",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn a_code_is_told_of_once_and_counted() {
    let asked = scan(b"(0xC0370106) -1070137082 exit status 0xC0370106\nEIO EIO");
    let counts: Vec<usize> = asked.iter().map(|asked| asked.count).collect();
    assert_eq!((counts, asked[0].setting), (vec![3, 2], Setting::Exit));
    for text in ["EIO, errno 5", "errno 5: EIO", "(0x80070005 E_ACCESSDENIED)", "E_ACCESSDENIED: 0x80070005"] {
        assert_eq!(scan(text.as_bytes()).len(), 1, "{text}");
    }
    let many: String = (1..=300).map(|code| format!("exit code {code}\n")).collect();
    assert_eq!(scan(many.as_bytes()).len(), 100);
}

#[test]
fn wide_text_is_read_as_powershell_writes_it() {
    let wide: Vec<u8> = "\u{feff}failed (0xC0370106) é".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(scan(&wide).iter().map(|asked| asked.value).collect::<Vec<_>>(), [0xC037_0106]);
}

#[test]
fn what_is_said_around_a_number_decides_how_it_is_read() {
    for (text, expected) in [
        ("exit code 5", &["ERROR_ACCESS_DENIED"][..]),
        ("errno 5", &["EIO", "ERROR_ACCESS_DENIED"]),
        ("error 5", &["ERROR_ACCESS_DENIED", "EIO"]),
        ("exit code 126", &["EXIT_CANNOT_INVOKE", "ERROR_MOD_NOT_FOUND"]),
        ("exit code 259", &["ERROR_NO_MORE_ITEMS", "STATUS_PENDING"]),
    ] {
        let names: Vec<_> = scan(text.as_bytes())[0].readings().iter().filter_map(|reading| reading.name()).collect();
        assert_eq!(names, expected, "{text}");
    }
}

/// A code of the catalogue that no words need to go with, in each way of writing it.
fn planted() -> impl Strategy<Value = (u32, String)> {
    let codes: Vec<u32> = catalogue::entries()
        .flat_map(|entry| entry.numbers().map(|(_, value)| value))
        .filter(|value| value >> 31 == 1)
        .collect();
    (prop::sample::select(codes), 0..6_u8).prop_map(|(code, way)| {
        let text = match way {
            0 => format!("0x{code:08X}"),
            1 => format!("0x{code:x}"),
            2 => code.to_string(),
            3 => code.cast_signed().to_string(),
            4 => format!("(0x{code:x})"),
            _ => format!("\"Error\":{}", code.cast_signed()),
        };
        (code, text)
    })
}

proptest! {
    #[test]
    fn no_text_brings_it_down(text: Vec<u8>) {
        let found = scan(&text);
        for asked in found {
            prop_assert!(asked.count > 0 && !asked.readings().is_empty());
        }
    }

    #[test]
    fn no_text_of_the_letters_of_codes_brings_it_down(text in "[-0xXa-fE_ (),:=\\\\nu\n.5]{0,200}") {
        word(&text);
        number(&text);
    }

    #[test]
    fn a_planted_code_is_found_in_any_text(
        before: Vec<u8>, after: Vec<u8>, (code, text) in planted(), gap in "[ \n\t;|]",
    ) {
        let before = if before.starts_with(&[0xff, 0xfe]) { Vec::new() } else { before };
        let whole = [&before[..], gap.as_bytes(), text.as_bytes(), gap.as_bytes(), &after].concat();
        prop_assert!(scan(&whole).iter().any(|asked| asked.value == code), "{text}");
    }

    #[test]
    fn a_planted_name_is_found_in_any_text(
        before: String, after: String,
        name in prop::sample::select(catalogue::entries().map(|entry| entry.name).filter(|name| *name != "S_OK").collect::<Vec<_>>()),
    ) {
        let found = scan(format!("{before} {name} {after}").as_bytes());
        let told = |asked: &Asked| asked.readings().iter().any(|reading| reading.entry.is_some_and(|entry| entry.name == name));
        prop_assert!(found.iter().any(told), "{name}");
    }
}
