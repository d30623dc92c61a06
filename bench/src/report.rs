//! What was found, for eyes and for programs.

use crate::peers::{Missing, REFERENCE};
use crate::stats::{Series, Summary};
use serde_json::{Value, json};
use std::fmt::Write;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables for eyes
    Table,
    /// One JSON document
    Json,
}

/// Everything that one run found.
#[derive(Debug, Default)]
pub struct Report {
    /// Where it was found: names and what they are.
    pub conditions: Vec<(String, String)>,
    /// What was measured, in groups that are compared.
    pub sections: Vec<Section>,
    /// Single figures.
    pub facts: Vec<Fact>,
    /// Who was not measured.
    pub missing: Vec<Missing>,
}

/// Series that are compared with each other.
#[derive(Debug)]
pub struct Section {
    /// What they all did.
    pub title: &'static str,
    /// The series.
    pub series: Vec<Series>,
}

/// A single figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    name: String,
    value: f64,
    unit: &'static str,
}

impl Fact {
    /// A figure with its name and unit.
    pub fn new(name: &str, value: f64, unit: &'static str) -> Self {
        Self { name: name.to_owned(), value, unit }
    }
}

impl Report {
    /// Writes the report.
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Table => self.table(),
            Format::Json => format!("{:#}\n", self.json()),
        }
    }

    /// Runs that failed, of all subjects.
    pub fn errors(&self) -> usize {
        self.sections.iter().flat_map(|section| &section.series).map(|series| series.errors).sum()
    }

    fn table(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.conditions {
            let _ = writeln!(text, "{name}: {value}");
        }
        for section in &self.sections {
            let _ = writeln!(text, "\n{}, ms", section.title);
            let _ = writeln!(
                text,
                "  {:16}{:>5}{:>10}{:>9}{:>9}{:>9}{:>9}",
                "", "n", "median", "±", "min", "max", REFERENCE
            );
            section.series.iter().for_each(|series| text.push_str(&row(series, section)));
        }
        text.push('\n');
        for fact in &self.facts {
            let digits = usize::from(fact.value.fract() != 0.0);
            text += format!("{}: {:.digits$} {}", fact.name, fact.value, fact.unit).trim_end();
            text.push('\n');
        }
        for missing in &self.missing {
            let _ = writeln!(text, "not measured: {} ({})", missing.name, missing.reason);
        }
        text
    }

    fn json(&self) -> Value {
        let section = |section: &Section| {
            let rows: Vec<Value> = section.series.iter().map(|series| json_row(series, section)).collect();
            json!({ "title": section.title, "rows": rows })
        };
        let facts = self.facts.iter().map(|fact| json!({ "name": fact.name, "value": fact.value, "unit": fact.unit }));
        let missing = self.missing.iter().map(|missing| json!({ "name": missing.name, "reason": missing.reason }));
        json!({
            "conditions": self.conditions.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "sections": self.sections.iter().map(section).collect::<Vec<_>>(),
            "facts": facts.collect::<Vec<_>>(),
            "missing": missing.collect::<Vec<_>>(),
        })
    }
}

fn row(series: &Series, section: &Section) -> String {
    let mut text = match Summary::of(&series.times) {
        None => format!("  {:16}{:>5}", series.name, 0),
        Some(s) => {
            let ratio = ratio(&s, section).map_or_else(|| "-".to_owned(), |ratio| format!("×{ratio:.2}"));
            let figures = [s.median, s.deviation, s.min, s.max].map(|figure| format!("{figure:9.2}")).concat();
            format!("  {:16}{:>5} {figures}{ratio:>9}", series.name, s.count)
        }
    };
    if series.errors > 0 {
        let _ = write!(text, "  {} failed: {}", series.errors, series.last_error);
    }
    text + "\n"
}

fn json_row(series: &Series, section: &Section) -> Value {
    let summary = Summary::of(&series.times);
    json!({
        "name": series.name,
        "n": series.times.len(),
        "errors": series.errors,
        "median_ms": summary.map(|s| s.median),
        "deviation_ms": summary.map(|s| s.deviation),
        "min_ms": summary.map(|s| s.min),
        "max_ms": summary.map(|s| s.max),
        "ratio_to_reference": summary.and_then(|s| ratio(&s, section)),
    })
}

/// The median as a multiple of the reference's in the same section.
fn ratio(summary: &Summary, section: &Section) -> Option<f64> {
    let reference = section.series.iter().find(|series| series.name == REFERENCE)?;
    Some(summary.median / Summary::of(&reference.times)?.median)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn report() -> Report {
        let mut silo = Series::new("silo");
        silo.add(Ok(Duration::from_millis(5)));
        let mut crun = Series::new(REFERENCE);
        crun.add(Ok(Duration::from_millis(10)));
        crun.add(Err("busy".to_owned()));
        Report {
            conditions: vec![("kernel".to_owned(), "6".to_owned())],
            sections: vec![Section { title: "start", series: vec![silo, crun] }],
            facts: vec![Fact::new("keeper", 1.5, "MiB")],
            missing: vec![Missing { name: "runc".to_owned(), reason: "not installed".to_owned() }],
        }
    }

    #[test]
    fn a_table_tells_ratios_errors_and_who_is_missing() {
        let table = report().write(Format::Table);
        for part in
            ["kernel: 6", "×0.50", "×1.00", "1 failed: busy", "keeper: 1.5 MiB", "not measured: runc (not installed)"]
        {
            assert!(table.contains(part), "{part} is not in\n{table}");
        }
        assert_eq!(report().errors(), 1);
    }

    #[test]
    fn a_document_says_the_same() {
        let document: Value = serde_json::from_str(&report().write(Format::Json)).unwrap();
        assert_eq!(document["sections"][0]["rows"][0]["ratio_to_reference"], 0.5);
        assert_eq!(document["sections"][0]["rows"][1]["errors"], 1);
        assert_eq!(document["missing"][0]["name"], "runc");
    }
}
