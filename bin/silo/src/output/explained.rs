//! Explanations of codes: paragraphs for eyes, objects for programs.

use crate::intent::codes::{Asked, Setting};
use crate::output::table::{self, Cell};
use hcs_schema::catalogue::{Entry, Form, Kind, Parts, Reading, parts};
use serde_json::{Value, json};
use std::fmt::Write;

/// Width that paragraphs are wrapped to.
const WIDTH: usize = 100;
/// Width of the labels at the left.
const LABEL: usize = 14;

/// Explains a code: everything that it may mean.
pub fn text(asked: &Asked) -> String {
    let readings = asked.readings();
    let mut out = String::new();
    if readings.len() > 1 {
        let _ = writeln!(out, "{} can be {} things. The likeliest is first.\n", decimal(asked.value), readings.len());
    }
    let each: Vec<String> = readings.iter().map(|reading| paragraphs(asked, reading)).collect();
    out + &each.join("\n")
}

fn paragraphs(asked: &Asked, reading: &Reading) -> String {
    let mut out = String::new();
    let _ = match reading.name() {
        Some(name) => writeln!(out, "{}  {name}", shortest(reading)),
        None => writeln!(out, "{}", shortest(reading)),
    };
    wrapped(&mut out, "  ", "  ", reading.entry.map_or("This code is not in the catalogue.", |entry| entry.meaning));
    out.push('\n');
    let mut line = |label: &str, text: &str| {
        let first = format!("  {label:LABEL$}");
        wrapped(&mut out, &first, &" ".repeat(LABEL + 2), text);
    };
    line("Number", &numbers(reading.value));
    line("Kind", &kind(reading));
    if let Some(twin) = twin(reading) {
        line("Other form", &twin);
    }
    let names = reading.entry.map(|entry| other_names(reading, entry)).unwrap_or_default();
    if !names.is_empty() {
        line("Other names", &names);
    }
    if reading.entry.is_none() && reading.value > 0xffff && reading.kind != Kind::Exit {
        decoded(&parts(reading.value), &mut line);
    }
    if let Some(exit) = as_exit_code(asked, reading) {
        line("As exit code", &exit);
    }
    if asked.count > 1 {
        line("Seen", &format!("{} times", asked.count));
    }
    let (causes, advice) = lists(reading);
    list(&mut out, "Usual causes", &causes);
    list(&mut out, "What to do", &advice);
    out
}

fn decoded(parts: &Parts, line: &mut impl FnMut(&str, &str)) {
    line("Severity", parts.severity.word());
    let by = if parts.customer { ", not defined by Microsoft" } else { "" };
    let name = parts.facility_name.unwrap_or("unknown");
    line("Facility", &format!("{} ({name}{by})", parts.facility));
    line("Code", &format!("{} (0x{:X})", parts.code, parts.code));
}

/// What a number says when a process ends with it, if that is worth saying.
fn as_exit_code(asked: &Asked, reading: &Reading) -> Option<String> {
    let exit = asked.setting == Setting::Exit;
    let own = "The program chose it, and only its documentation says what it means by it";
    match (reading.entry, reading.kind) {
        (Some(entry), _) if entry.exit().is_some() => entry.exit().map(str::to_owned),
        (Some(_), Kind::Win32) if exit => {
            Some("Programs of Windows often end with the error that they could not go on from.".into())
        }
        (None, Kind::Exit) if (129..=192).contains(&reading.value) => {
            Some(format!("{own}; or signal {} ended it (128 + {0}).", reading.value - 128))
        }
        (None, Kind::Exit) => Some(format!("{own}.")),
        (Some(_), Kind::Errno) if reading.form == Form::Negative && asked.setting == Setting::Unsaid => {
            Some(format!("{own}: {}.", reading.value.cast_signed()))
        }
        _ => None,
    }
}

fn lists(reading: &Reading) -> (Vec<String>, Vec<String>) {
    match reading.entry {
        Some(entry) => (entry.causes().map(str::to_owned).collect(), entry.advice().map(str::to_owned).collect()),
        None => (Vec::new(), vec![elsewhere(reading)]),
    }
}

/// Where to ask about a code that is not in the catalogue.
fn elsewhere(reading: &Reading) -> String {
    match reading.kind {
        Kind::Win32 => format!("Ask Windows: `net helpmsg {}`.", reading.value & 0xffff),
        Kind::Errno => "Look into `man errno`, or the kernel's headers.".into(),
        Kind::Exit => "Look into what the program wrote, and into its documentation.".into(),
        _ => format!("Ask Windows: `certutil -error 0x{:08X}`.", reading.value),
    }
}

fn list(out: &mut String, heading: &str, items: &[String]) {
    if !items.is_empty() {
        let _ = writeln!(out, "\n  {heading}");
    }
    for item in items {
        wrapped(out, "    - ", "      ", item);
    }
}

/// The number as it is written most with its kind.
fn shortest(reading: &Reading) -> String {
    match reading.value {
        value @ 0..=0xffff => value.to_string(),
        value if reading.form == Form::Negative => value.cast_signed().to_string(),
        value => format!("0x{value:08X}"),
    }
}

fn decimal(value: u32) -> String {
    if value <= 0xffff { value.to_string() } else { format!("0x{value:08X}") }
}

fn numbers(value: u32) -> String {
    let signed = value.cast_signed();
    let negative = if signed < 0 { format!(", {signed}") } else { String::new() };
    format!("0x{value:08X}, {value}{negative}")
}

fn kind(reading: &Reading) -> String {
    let inner = reading.value & 0xffff;
    let sort = match reading.form {
        Form::Win32InHResult => format!("HRESULT that holds the Win32 error {inner} (0x{inner:X})"),
        Form::Win32InNtStatus => format!("NTSTATUS that holds the Win32 error {inner} (0x{inner:X})"),
        Form::NtStatusInHResult => {
            format!("HRESULT that holds the NTSTATUS 0x{:08X}", reading.value & !0x1000_0000)
        }
        Form::Negative => format!("errno of Linux, {} with its sign turned", reading.value.wrapping_neg()),
        Form::Plain | Form::Core | Form::Compute => reading.kind.title().into(),
    };
    match reading.entry.and_then(|entry| entry.family.title()) {
        Some(title) => format!("{sort}, {title}"),
        None => sort,
    }
}

fn twin(reading: &Reading) -> Option<String> {
    let twin = reading.twin()?;
    let (core, compute) = ("computecore.dll", "vmcompute.dll and guests");
    let (this, other) = if reading.form == Form::Core { (core, compute) } else { (compute, core) };
    Some(format!("0x{twin:08X}, from {other}; this form is from {this}"))
}

fn other_names(reading: &Reading, entry: Entry) -> String {
    let shown = reading.name();
    let names = entry.numbers().filter(|(name, _)| Some(*name) != shown);
    let with_number = |(name, value): (&str, u32)| match value == reading.value || value <= 0xffff {
        true => name.to_owned(),
        false => format!("{name} (0x{value:08X})"),
    };
    names.map(with_number).collect::<Vec<_>>().join(", ")
}

/// Adds a text, broken between words, with one beginning for its first line and another for the rest. Commands, which are in
/// backticks, are not broken.
fn wrapped(out: &mut String, first: &str, rest: &str, text: &str) {
    let mut line = first.to_owned();
    let mut fresh = true;
    let mut quoted = false;
    let words = text.split(|c: char| {
        quoted ^= c == '`';
        c == ' ' && !quoted
    });
    for word in words {
        if !fresh && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{line}");
            (line, fresh) = (rest.to_owned(), true);
        }
        if !fresh {
            line.push(' ');
        }
        line.push_str(word);
        fresh = false;
    }
    let _ = writeln!(out, "{line}");
}

/// A code as an object.
pub fn object(asked: &Asked) -> Value {
    // Small numbers are not built from parts.
    let parts = Some(parts(asked.value)).filter(|_| asked.value > 0xffff);
    json!({
        "value": asked.value,
        "hex": format!("0x{:08X}", asked.value),
        "signed": asked.value.cast_signed(),
        "count": asked.count,
        "severity": parts.map(|parts| parts.severity.word()),
        "facility": parts.map(|parts| parts.facility),
        "facilityName": parts.and_then(|parts| parts.facility_name),
        "code": parts.map(|parts| parts.code),
        "readings": asked.readings().iter().map(|reading| reading_object(asked, reading)).collect::<Vec<_>>(),
    })
}

fn reading_object(asked: &Asked, reading: &Reading) -> Value {
    let (causes, advice) = lists(reading);
    json!({
        "name": reading.name(),
        "kind": reading.kind.word(),
        "family": reading.entry.map(|entry| entry.family.word()),
        "meaning": reading.entry.map(|entry| entry.meaning),
        "asExitCode": as_exit_code(asked, reading),
        "twin": reading.twin(),
        "names": reading.entry.map(names).unwrap_or_default(),
        "causes": causes,
        "advice": advice,
    })
}

fn names(entry: Entry) -> Vec<Value> {
    entry.numbers().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

/// The catalogue as a table.
pub fn table(entries: impl Iterator<Item = Entry>) -> String {
    let row = |entry: Entry| -> [Cell; 4] {
        let number = if entry.value <= 0xffff { entry.value.to_string() } else { format!("0x{:08X}", entry.value) };
        [entry.name, &number, entry.kind().word(), entry.meaning].map(|text| text.to_owned().into())
    };
    let rows: Vec<_> = entries.map(row).collect();
    table::render(["NAME", "NUMBER", "KIND", "MEANING"], &rows, false)
}

/// The catalogue as objects.
pub fn objects(entries: impl Iterator<Item = Entry>) -> Vec<Value> {
    let object = |entry: Entry| {
        json!({
            "name": entry.name,
            "value": entry.value,
            "kind": entry.kind().word(),
            "family": entry.family.word(),
            "meaning": entry.meaning,
            "asExitCode": entry.exit(),
            "twin": entry.twin(),
            "names": names(entry),
            "causes": entry.causes().collect::<Vec<_>>(),
            "advice": entry.advice().collect::<Vec<_>>(),
        })
    };
    entries.map(object).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::codes;
    use crate::testing::golden;
    use hcs_schema::catalogue;

    #[test]
    fn explanations_are_as_they_were_looked_at() {
        for (name, asked) in [
            ("two-forms", "0xC0370106"),
            ("several", "5"),
            ("wrapped", "0x80070020"),
            ("exit-of-windows", "the process ended: exit status 3221225786"),
            ("exit-of-linux", "137"),
            ("exit-unknown", "exit code 150"),
            ("negative", "error -22"),
            ("unknown", "0x8ABC0001"),
            ("named", "hcn_e_port_already_exists"),
            ("log", "(0xC0370105) again (0xC0370105), then errno 28 and E_FAIL"),
        ] {
            let texts: Vec<String> = codes::word(asked).iter().map(text).collect();
            golden(&format!("explain/{name}.txt"), &texts.join("\n"));
        }
        let objects: Vec<Value> = codes::word("exit status 3221225786, (0x20)").iter().map(object).collect();
        golden("explain/objects.json", &(serde_json::to_string_pretty(&objects).unwrap() + "\n"));
    }

    #[test]
    fn every_code_can_be_told_of() {
        for entry in catalogue::entries() {
            for (name, _) in entry.numbers() {
                let asked = codes::word(name);
                assert_eq!(asked.len(), 1, "{name}");
                let text = text(&asked[0]);
                assert!(text.contains(entry.name) && text.contains(name), "{text}");
                assert!(text.lines().all(|line| line.chars().count() <= WIDTH || line.contains('`')), "{text}");
            }
        }
    }

    #[test]
    fn the_list_has_every_code_in_a_line() {
        let listed = table(catalogue::entries());
        assert_eq!(listed.lines().count(), catalogue::entries().count() + 1);
        assert!(listed.contains("HCN_E_NETWORK_NOT_FOUND"), "{listed}");
        assert_eq!(objects(catalogue::entries()).len(), catalogue::entries().count());
    }
}
