//! That the catalogue is whole, and that numbers are read as they should be.

use super::*;
use crate::HResult;
use std::collections::HashMap;

/// Every code that the protocol between hosts and guests, and the tools that speak it, are known to use. Small numbers are
/// Win32 errors.
const PROTOCOL: &[u32] = &[
    0xC037_0103,
    0xC037_0105,
    0x8037_0105,
    0xC037_0106,
    0xC037_0109,
    0xC037_010A,
    0xC037_010B,
    0xC037_010C,
    0xC037_010D,
    0xC037_010E,
    0xC037_010F,
    0xC037_0110,
    0x8037_0110,
    0x8037_0118,
    0x8037_0119,
    0x8037_011D,
    0x8037_011E,
    0x8037_011F,
    0x8000_4001,
    0x8000_4005,
    0x8007_0057,
    0x8007_0490,
    0xC000_013A,
    0x0490,
    0x0032,
    0x000D,
    0x0005,
    0x0006,
    0x007F,
    0x0015,
    0x048F,
];

fn first(value: u32) -> Reading {
    readings(value)[0]
}

fn names(value: u32) -> Vec<&'static str> {
    readings(value).iter().filter_map(Reading::name).collect()
}

#[test]
fn no_entry_is_lost_between_table_and_reader() {
    let written: usize = TABLES.iter().map(|(_, text)| text.matches(RECORD).count()).sum();
    assert_eq!(entries().count(), written);
    assert!(written > 550, "{written}");
    for (family, text) in TABLES {
        assert!(!text.is_empty(), "{family:?}");
    }
}

#[test]
fn every_code_of_the_protocol_is_known() {
    let missing: Vec<String> =
        PROTOCOL.iter().filter(|value| first(**value).entry.is_none()).map(|value| format!("0x{value:08X}")).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn the_ranges_of_the_compute_services_have_no_holes() {
    for low in (0x100..=0x121).filter(|low| !matches!(low, 0x103 | 0x104)) {
        let (core, compute) = (first(0x8037_0000 | low), first(0xC037_0000 | low));
        assert!(core.name().unwrap().starts_with("HCS_E_"), "{core:?}");
        assert_eq!(core.name(), compute.name());
        assert_eq!((core.twin(), compute.twin()), (Some(compute.value), Some(core.value)));
        assert_eq!((core.form, compute.form), (Form::Core, Form::Compute));
    }
    for low in 1..=0x37 {
        let name = first(0x803B_0000 | low).name().unwrap();
        assert!(name.starts_with("HCN_") || name.starts_with("GCN_E_"), "{name}");
    }
}

#[test]
fn names_are_unique_everywhere_and_numbers_within_a_kind() {
    let (mut by_name, mut by_number) = (HashMap::new(), HashMap::new());
    for entry in entries() {
        for (name, value) in entry.numbers() {
            let reading = super::by_name(name).unwrap();
            assert_eq!((reading.entry, reading.value), (Some(entry), value), "{name}");
            assert_eq!(by_name.insert(name.to_ascii_lowercase(), entry.name), None, "{name}");
        }
        assert_eq!(by_number.insert((entry.kind(), entry.value), entry.name), None, "{}", entry.name);
    }
}

#[test]
fn what_people_meet_in_containers_comes_with_advice() {
    for entry in
        entries().filter(|entry| matches!(entry.family, Family::Hcs | Family::Hcn | Family::Rpc | Family::Disk))
    {
        assert!(entry.causes().chain(entry.advice()).next().is_some(), "{}", entry.name);
    }
    for entry in entries() {
        assert!(entry.causes().count() <= 4 && entry.advice().count() <= 4, "{}", entry.name);
    }
}

#[test]
fn texts_are_whole_sentences() {
    for entry in entries() {
        for text in [entry.meaning].into_iter().chain(entry.exit()).chain(entry.causes()).chain(entry.advice()) {
            let first = text.chars().next().unwrap();
            assert!(first.is_uppercase() || "`.".contains(first), "{}: {text}", entry.name);
            assert!(text.ends_with(['.', '*']) || text.ends_with(['`', ')']), "{}: {text}", entry.name);
            assert!(!text.contains("  ") && text.matches('`').count() % 2 == 0, "{}: {text}", entry.name);
            assert!(text.len() < 240, "{}: {text}", entry.name);
        }
    }
}

#[test]
fn a_small_number_has_all_its_readings() {
    assert_eq!(names(5), ["ERROR_ACCESS_DENIED", "EIO"]);
    assert_eq!(names(2), ["ERROR_FILE_NOT_FOUND", "ENOENT"]);
    assert_eq!(names(126), ["ERROR_MOD_NOT_FOUND", "EXIT_CANNOT_INVOKE", "ENOKEY"]);
    assert_eq!(names(137), ["SIGKILL"]);
    assert_eq!(names(259), ["ERROR_NO_MORE_ITEMS", "STATUS_PENDING"]);
    assert_eq!(names(0), ["S_OK"]);
}

#[test]
fn numbers_are_read_in_every_form() {
    for (value, name, kind, form) in [
        (0x8007_0020, "ERROR_SHARING_VIOLATION", Kind::Win32, Form::Win32InHResult),
        (0x8007_0005, "E_ACCESSDENIED", Kind::Win32, Form::Win32InHResult),
        (0x8007_06BA, "RPC_S_SERVER_UNAVAILABLE", Kind::Win32, Form::Win32InHResult),
        (0xC007_0002, "ERROR_FILE_NOT_FOUND", Kind::Win32, Form::Win32InNtStatus),
        (0xD000_0034, "STATUS_OBJECT_NAME_NOT_FOUND", Kind::NtStatus, Form::NtStatusInHResult),
        (0x9000_002D, "STATUS_STOPPED_ON_SYMLINK", Kind::NtStatus, Form::NtStatusInHResult),
        (5_u32.wrapping_neg(), "EIO", Kind::Errno, Form::Negative),
        (0xC03A_001C, "ERROR_VHD_INVALID_STATE", Kind::NtStatus, Form::Plain),
        (0xC03A_0025, "ERROR_VHD_RESIZE_WOULD_TRUNCATE_DATA", Kind::NtStatus, Form::Plain),
        (0xC03A_0031, "STATUS_VHD_RESIZE_WOULD_TRUNCATE_DATA", Kind::NtStatus, Form::Plain),
        (0xC037_0117, "HCS_E_OPERATION_PENDING", Kind::HResult, Form::Compute),
        (0xC037_0103, "ERROR_VMCOMPUTE_OPERATION_PENDING", Kind::HResult, Form::Plain),
    ] {
        let reading = first(value);
        assert_eq!((reading.name(), reading.kind, reading.form), (Some(name), kind, form), "0x{value:08X}");
    }
}

#[test]
fn unknown_numbers_are_taken_apart() {
    for (value, kind, form, facility, code) in [
        (0x8007_FFFE, Kind::Win32, Form::Win32InHResult, Some("FACILITY_WIN32"), 0xFFFE),
        (0x8031_0099, Kind::HResult, Form::Plain, Some("FACILITY_FVE"), 0x99),
        (0xC03A_0FFF, Kind::NtStatus, Form::Plain, Some("FACILITY_USERMODE_VHD"), 0xFFF),
        (0xC037_0FFF, Kind::NtStatus, Form::Plain, Some("FACILITY_VIRTUALIZATION"), 0xFFF),
        (0xD01C_0FFF, Kind::NtStatus, Form::NtStatusInHResult, Some("FACILITY_FILTER_MANAGER"), 0xFFF),
        (0x8ABC_0001, Kind::HResult, Form::Plain, None, 1),
        (60_000, Kind::Win32, Form::Plain, Some("FACILITY_NULL"), 60_000),
    ] {
        let (reading, parts) = (first(value), parts(value));
        assert_eq!((reading.entry, reading.kind, reading.form), (None, kind, form), "0x{value:08X}");
        assert_eq!((parts.facility_name, parts.code), (facility, code), "0x{value:08X}");
    }
    assert!(parts(0xE043_4352).customer);
    for (value, severity) in [
        (0xC000_0005, Severity::Error),
        (0x8000_0005, Severity::Error),
        (0x9000_0005, Severity::Warning),
        (0x4001_0005, Severity::Information),
        (0x0001_0005, Severity::Success),
    ] {
        assert_eq!(parts(value).severity, severity, "0x{value:08X}");
    }
}

#[test]
fn names_are_found_however_they_are_written() {
    let found = |name| by_name(name).map(|reading| (reading.name().unwrap(), reading.value));
    assert_eq!(found("hcs_e_invalid_json"), Some(("HCS_E_INVALID_JSON", 0x8037_010D)));
    assert_eq!(found("Error_VmCompute_Timeout"), Some(("HCS_E_CONNECTION_TIMEOUT", 0xC037_0109)));
    assert_eq!(found("e_accessdenied"), Some(("E_ACCESSDENIED", 0x8007_0005)));
    assert_eq!(found("EWOULDBLOCK"), Some(("EAGAIN", 11)));
    assert_eq!(by_name("HCS_E_"), None);
    assert_eq!(by_name(""), None);
}

#[test]
fn the_constants_are_what_the_catalogue_says() {
    for code in HResult::NAMED {
        assert!(code.name().is_some() && code.meaning().is_some(), "{code:?}");
    }
}

proptest::proptest! {
    #[test]
    fn any_number_has_a_reading(value: u32) {
        let readings = readings(value);
        assert!(!readings.is_empty());
        for reading in readings {
            assert_eq!(reading.value, value);
            assert_eq!(reading.name().is_some(), reading.entry.is_some());
        }
        parts(value);
    }
}
