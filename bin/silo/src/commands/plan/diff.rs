//! Two plans compared: their calls and documents as lines, and where their JSON differs.

use super::{Planned, text};
use crate::cli::plan::Format;
use crate::output;
use anyhow::{Result, bail};
use serde_json::{Value, json};
use similar::TextDiff;

/// Equal lines shown around those that differ.
const CONTEXT: usize = 3;

/// One of the two: its host, and its plan or why there is none.
pub struct Side {
    /// The host in words.
    pub name: String,
    /// The plan.
    pub planned: Result<Planned>,
}

/// Prints the comparison. It fails if there is not a plan for both hosts.
pub fn print(sides: [Side; 2], format: Format) -> Result<i32> {
    match format {
        Format::Text => output::print(&lines(&sides))?,
        Format::Json => output::json(&both(&sides)?)?,
    }
    let refused: Vec<&str> = sides.iter().filter(|side| side.planned.is_err()).map(|side| side.name.as_str()).collect();
    if !refused.is_empty() {
        bail!("there is no plan for {}; the comparison says why", refused.join(" and "));
    }
    Ok(0)
}

/// What is compared of a side: its calls, or the refusal in their place.
fn shown(side: &Side) -> String {
    match &side.planned {
        Ok(planned) => format!("kind: {}\n{}", planned.plan.kind, text::calls(&planned.plan)),
        Err(error) => format!("there is no plan: {}\n", output::visible_line(&format!("{error:#}"))),
    }
}

fn lines([one, other]: &[Side; 2]) -> String {
    let (old, new) = (shown(one), shown(other));
    let diff = TextDiff::from_lines(&old, &new);
    let mut unified = diff.unified_diff();
    let unified = unified.context_radius(CONTEXT).header(&one.name, &other.name).to_string();
    let refused = one.planned.is_err() && other.planned.is_err();
    match unified.is_empty() {
        true if refused => format!("--- {}\n+++ {}\n {old}", one.name, other.name),
        true => format!("The calls for {} and {} are the same.\n", one.name, other.name),
        false => unified,
    }
}

fn both([one, other]: &[Side; 2]) -> Result<Value> {
    let value = |side: &Side| -> Result<(Value, Value)> {
        Ok(match &side.planned {
            Ok(planned) => {
                let plan = serde_json::to_value(&planned.plan)?;
                (json!({ "host": side.name, "plan": plan }), plan)
            }
            Err(error) => {
                let refusal = format!("{error:#}");
                (json!({ "host": side.name, "refusal": refusal }), json!(refusal))
            }
        })
    };
    let ((a, plan_a), (b, plan_b)) = (value(one)?, value(other)?);
    let mut pointers = Vec::new();
    differ("", &plan_a, &plan_b, &mut pointers);
    // Two refusals are two plans that are not there, which differ by their words.
    if plan_a.is_null() && plan_b.is_null() && a["refusal"] != b["refusal"] {
        pointers.push(String::new());
    }
    Ok(json!({ "a": a, "b": b, "differences": pointers }))
}

/// Adds the JSON pointers of everything that is not the same in two values.
fn differ(pointer: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let place = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => differ(&place, one, other, found),
                    _ => found.push(place),
                }
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            for index in 0..one.len().max(other.len()) {
                let place = format!("{pointer}/{index}");
                match (one.get(index), other.get(index)) {
                    (Some(one), Some(other)) => differ(&place, one, other, found),
                    _ => found.push(place),
                }
            }
        }
        (one, other) if one != other => found.push(pointer.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_of_all_that_differs() {
        let one = json!({"a": 1, "b": {"c/d": [1, 2, 3], "e": 0}, "same": [{"x": 1}]});
        let other = json!({"a": 2, "b": {"c/d": [1, 3], "f~": 0}, "same": [{"x": 1}]});
        let mut found = Vec::new();
        differ("", &one, &other, &mut found);
        assert_eq!(found, ["/a", "/b/c~1d/1", "/b/c~1d/2", "/b/e", "/b/f~0"]);
        for pointer in found {
            assert_ne!(one.pointer(&pointer), other.pointer(&pointer), "{pointer}");
        }
    }

    #[test]
    fn a_refusal_stands_in_place_of_a_plan() {
        let side = |name: &str| Side { name: name.into(), planned: Err(anyhow::anyhow!("not on {name}")) };
        let sides = [side("one"), side("other")];
        let text = lines(&sides);
        assert!(text.starts_with("--- one\n+++ other\n"), "{text}");
        assert!(text.contains("-there is no plan: not on one\n+there is no plan: not on other\n"), "{text}");
        let value = both(&sides).unwrap();
        assert_eq!((&value["a"]["refusal"], &value["differences"]), (&json!("not on one"), &json!([""])));
        let error = print(sides, Format::Text).unwrap_err().to_string();
        assert_eq!(error, "there is no plan for one and other; the comparison says why");
        let same = [side("one"), side("one")];
        assert_eq!(lines(&same), "--- one\n+++ one\n there is no plan: not on one\n");
        assert_eq!(both(&same).unwrap()["differences"], json!([]));
    }
}
