//! The page of the documentation that is made from the table.

use super::*;
use std::fmt::Write as _;
use std::path::Path;

/// What is above it is written by hand.
const MARKER: &str =
    "<!-- From here on the page is made from the table of annotations: SILO_BLESS=1 cargo test -p hcs-host page -->\n";

#[test]
fn the_page_says_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/annotations.md");
    let kept = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (intro, tables) = kept.split_once(MARKER).expect("the page has a place for its tables");
    let made = tables_of_keys();
    if std::env::var_os("SILO_BLESS").is_some() {
        std::fs::write(&path, format!("{intro}{MARKER}{made}")).unwrap();
        return;
    }
    assert!(made == tables, "docs/annotations.md differs; look at it, and set SILO_BLESS to make it anew:\n{made}");
}

fn tables_of_keys() -> String {
    let mut page = String::new();
    let mut reaches: Vec<_> = ENTRIES.iter().map(|entry| entry.reach).collect();
    reaches.sort_unstable();
    reaches.dedup();
    for reach in reaches {
        let entries: Vec<_> = ENTRIES.iter().filter(|entry| entry.reach == reach && !entry.internal).collect();
        table(&mut page, &reach.to_string(), &entries);
    }
    let internal: Vec<_> = ENTRIES.iter().chain([&SERVICE_ENTRY]).filter(|entry| entry.internal).collect();
    table(&mut page, "For tests and for finding faults; they may go", &internal);
    page
}

fn table(page: &mut String, title: &str, entries: &[&Entry]) {
    write!(
        page,
        "\n## {title}\n\n| Key | Value | Default | Effect | Since build | Security |\n|---|---|---|---|---|---|\n"
    )
    .unwrap();
    for entry in entries {
        let since = entry.since.map_or_else(String::new, |build| build.to_string());
        let security = if entry.security { "yes" } else { "" };
        let Entry { key, default, effect, .. } = entry;
        writeln!(page, "| `{key}` | {} | {default} | {effect} | {since} | {security} |", value(entry)).unwrap();
    }
}

fn value(entry: &Entry) -> String {
    match entry.accepts {
        Accepts::Any if entry.kind == "list" => "list between commas".into(),
        Accepts::Any if entry.kind == "boolean" => "true or false".into(),
        Accepts::Any => entry.kind.into(),
        Accepts::Range(low, high) => format!("{low} to {high}"),
        Accepts::Words(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Accepts::Numbers(low, high) => format!("numbers {low} to {high} between commas"),
        Accepts::Form(name, _) => name.into(),
    }
}
