//! A plan for eyes, in a hundred columns: what the container is, the calls in order, and how it is taken down.

use crate::output;
use hcs_engine::plan::{Call, Kind, Limits, Plan, Step};
use serde_json::Value;
use std::fmt::Write;

/// Columns that lines are wrapped at. What is one word, or JSON, may be longer.
const WIDTH: usize = 100;
/// Where the values of the header begin.
const COLUMN: usize = 12;
/// Where what belongs to a call begins.
const INDENT: usize = 4;

/// The whole text.
pub fn whole(input: &str, plan: &Plan) -> String {
    let mut text = format!("Plan of container {} for {}\n\n", output::visible_line(&plan.id), plan.host);
    header(&mut text, input, plan);
    text.push_str("\nCalls, in this order:\n\n");
    for (index, step) in plan.steps.iter().enumerate() {
        self::step(&mut text, index + 1, step, plan);
        text.push('\n');
    }
    text.push_str("To take it down, in this order:\n\n");
    let undo = plan.steps.iter().rev().flat_map(|step| step.undo.iter().map(move |undo| (step, undo)));
    for (index, (step, undo)) in undo.enumerate() {
        let each = step.each.as_ref().map(|each| format!(", for each {} of {}", each.value, each.list));
        let each = output::visible_line(&each.unwrap_or_default());
        let _ = writeln!(text, "{:2}. {}{each}", index + 1, called(undo, plan));
        document(&mut text, undo);
    }
    text
}

/// The calls and their documents alone, without numbers: what two plans are compared by.
pub fn calls(plan: &Plan) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        let _ = writeln!(text, "{}", called(&step.call, plan));
        for line in further(&step.call) {
            let _ = writeln!(text, "{:INDENT$}{line}", "");
        }
        document(&mut text, &step.call);
    }
    text
}

fn header(text: &mut String, input: &str, plan: &Plan) {
    let none = |lines: &[String], word: &str| if lines.is_empty() { vec![word.to_owned()] } else { lines.to_vec() };
    let one = |line: &str| if line.is_empty() { Vec::new() } else { vec![line.to_owned()] };
    let rows = [
        ("input", one(input)),
        ("kind", vec![plan.kind.to_string()]),
        ("because", one(&plan.why)),
        ("isolation", one(isolation(plan.kind))),
        ("layers", none(&plan.layers, "none")),
        ("writable", one(&plan.scratch)),
        ("mounts", none(&plan.mounts, "none")),
        ("devices", none(&plan.devices, "none")),
        ("limits", vec![limits(&plan.limits)]),
        ("network", none(&plan.network, "none")),
        ("credentials", one(plan.credentials.as_deref().unwrap_or_default())),
        ("notes", plan.notes.clone()),
    ];
    for (name, lines) in rows {
        for (index, line) in lines.iter().enumerate() {
            let label = if index == 0 { name } else { "" };
            let first = format!("{label:COLUMN$}");
            wrapped(text, &first, COLUMN + 2, line);
        }
    }
}

fn isolation(kind: Kind) -> &'static str {
    match kind {
        Kind::HostProcess => "none; the container is a job of the host",
        kind if kind.is_isolated_by_hypervisor() => "hypervisor",
        _ => "process",
    }
}

/// Limits in a line.
fn limits(limits: &Limits) -> String {
    let mut words = Vec::new();
    let mut say = |value: Option<String>| words.extend(value);
    say(limits.memory_mb.map(|memory| format!("{memory} MiB of memory")));
    say(limits.processor_count.map(|count| format!("{count} processors")));
    say(limits.processor_maximum.map(|share| {
        let (whole, part) = (share / 100, share % 100);
        format!("{whole}.{part:02} % of all processors' time")
    }));
    say(limits.processor_weight.map(|weight| format!("processor weight {weight}")));
    for affinity in &limits.affinity {
        let group = if affinity.group == 0 { String::new() } else { format!(" of group {}", affinity.group) };
        say(Some(format!("processors {:#x}{group}", affinity.mask)));
    }
    say(limits.iops.map(|rate| format!("{rate} storage operations a second")));
    say(limits.bandwidth.map(|rate| format!("{rate} storage bytes a second")));
    say(limits.tasks.map(|number| format!("{number} tasks")));
    say(limits.scratch_size.map(|size| format!("a writable layer of {size} bytes")));
    if words.is_empty() { "none".into() } else { words.join("; ") }
}

fn step(text: &mut String, number: usize, step: &Step, plan: &Plan) {
    let _ = writeln!(text, "{number:2}. {}", called(&step.call, plan));
    let indent = " ".repeat(INDENT);
    let mut say = |line: &str| wrapped(text, &indent, INDENT, line);
    say(&step.why);
    if let Some(each) = &step.each {
        say(&format!("for each {} of {}", each.value, each.list));
    }
    if let Some(name) = &step.shared {
        say(&format!("shared as {name} by the containers of the utility VM"));
    }
    for line in further(&step.call) {
        say(&line);
    }
    document(text, &step.call);
    let mut say = |line: &str| wrapped(text, &indent, INDENT, line);
    for placeholder in &step.yields {
        say(&format!("yields {placeholder}"));
    }
    for undo in &step.undo {
        say(&format!("taken back by {}", called(undo, plan)));
    }
}

/// A call in a line: the function, and what it is called on.
fn called(call: &Call, plan: &Plan) -> String {
    output::visible_line(format!("{} {}", call.function(plan.abi), call.target()).trim_end())
}

/// What else a call is given, besides its target and its document.
fn further(call: &Call) -> Vec<String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(call) else { return Vec::new() };
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list
            .iter()
            .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    };
    let kept = fields.iter().filter(|(key, value)| {
        !matches!(key.as_str(), "call" | "message" | "document") && value.as_str() != Some(call.target())
    });
    kept.map(|(key, value)| output::visible_line(&format!("{key}: {}", shown(value)))).collect()
}

/// The document of a call, indented.
fn document(text: &mut String, call: &Call) {
    let Some(document) = call.document() else { return };
    let _ = writeln!(text, "{:INDENT$}document {}", "", document.name());
    // As it is sent, and not by way of a value, which would sort the keys.
    let json = output::pretty(document).unwrap_or_default();
    for line in json.lines() {
        let _ = writeln!(text, "{:INDENT$}{line}", "");
    }
}

/// Adds a text whose lines after the first are indented, wrapped at spaces. Control characters are made visible.
fn wrapped(text: &mut String, first: &str, indent: usize, line: &str) {
    let line = output::visible_line(line);
    let mut row = first.to_owned();
    let mut empty = true;
    for word in line.split(' ') {
        let width = row.chars().count() + 1 + word.chars().count();
        if !empty && width > WIDTH {
            let _ = writeln!(text, "{}", row.trim_end());
            row = " ".repeat(indent);
            empty = true;
        }
        if !empty {
            row.push(' ');
        }
        row.push_str(word);
        empty = false;
    }
    let _ = writeln!(text, "{}", row.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_between_words() {
        let mut text = String::new();
        wrapped(&mut text, "label  ", 8, &"word ".repeat(30));
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() == 2 && lines[0].len() <= WIDTH && lines[1].starts_with("        word"), "{text}");
        let mut text = String::new();
        wrapped(&mut text, "", 2, &format!("a {} b\u{1b}", "x".repeat(200)));
        assert_eq!(text, format!("a\n  {}\n  b\\u{{1b}}\n", "x".repeat(200)));
    }

    #[test]
    fn limits_in_words() {
        assert_eq!(limits(&Limits::default()), "none");
        let some = Limits {
            memory_mb: Some(64),
            processor_maximum: Some(1250),
            affinity: vec![hcs_engine::plan::Affinity { mask: 5, group: 1 }],
            tasks: Some(9),
            ..Limits::default()
        };
        let expected = "64 MiB of memory; 12.50 % of all processors' time; processors 0x5 of group 1; 9 tasks";
        assert_eq!(limits(&some), expected);
    }
}
