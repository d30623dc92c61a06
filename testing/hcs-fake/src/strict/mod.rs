//! The strict reader of documents.
//!
//! Its tables are text (`version1.txt`, `version2.txt`, `network1.txt`, `network2.txt`) and have been made from the published
//! schemas, not from `hcs-schema`, so that a misspelt key there is found here. What a document means is not checked.

mod table;

use serde_json::Value;
use std::fmt;
use std::sync::OnceLock;
use table::{Shape, Table};

/// The schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// HCS, version 1.
    Version1,
    /// HCS, version 2.
    Version2,
    /// HNS, version 1.
    Network1,
    /// HCN, version 2.
    Network2,
}

impl Schema {
    /// Whether the schema has a type of this name.
    pub fn has(self, kind: &str) -> bool {
        table(self).has(kind)
    }
}

/// Something in a document that the service would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as keys and indexes with dots between them.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Everything in a document that a service of a build would not take.
///
/// # Panics
/// If the schema has no such type.
pub fn problems(schema: Schema, kind: &str, document: &Value, build: u32) -> Vec<Problem> {
    let table = table(schema);
    assert!(table.has(kind), "{schema:?} has no type {kind}");
    let mut reader = Reader { table, build, problems: Vec::new() };
    reader.read(kind, &Shape::Named(kind.to_owned()), document);
    reader.problems
}

/// The table of a schema, read once.
fn table(schema: Schema) -> &'static Table {
    static TABLES: [OnceLock<Table>; 4] = [const { OnceLock::new() }; 4];
    let (index, text) = match schema {
        Schema::Version1 => (0, include_str!("version1.txt")),
        Schema::Version2 => (1, include_str!("version2.txt")),
        Schema::Network1 => (2, include_str!("network1.txt")),
        Schema::Network2 => (3, include_str!("network2.txt")),
    };
    TABLES[index].get_or_init(|| Table::parse(text))
}

struct Reader {
    table: &'static Table,
    build: u32,
    problems: Vec<Problem>,
}

impl Reader {
    fn problem(&mut self, place: &str, what: impl Into<String>) {
        self.problems.push(Problem { place: place.into(), what: what.into() });
    }

    fn read(&mut self, place: &str, shape: &Shape, value: &Value) {
        match (shape, value) {
            (Shape::Any, _) => {}
            (_, Value::Null) => self.problem(place, "is null"),
            (Shape::Bool, Value::Bool(_))
            | (Shape::Text | Shape::Base64, Value::String(_))
            | (Shape::Float, Value::Number(_)) => {}
            (Shape::Integer { least, most }, Value::Number(number)) => {
                let wide = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
                if !wide.is_some_and(|wide| (*least..=*most).contains(&wide)) {
                    self.problem(place, format!("{number} is not a number from {least} to {most}"));
                }
            }
            (Shape::List(inner), Value::Array(list)) => {
                for (index, element) in list.iter().enumerate() {
                    self.read(&format!("{place}.{index}"), inner, element);
                }
            }
            (Shape::Map(inner), Value::Object(map)) => {
                for (key, element) in map {
                    self.read(&format!("{place}.{key}"), inner, element);
                }
            }
            (Shape::Named(name), value) => self.read_named(place, name, value),
            (shape, value) => self.problem(place, format!("{value} is not {shape}")),
        }
    }

    fn read_named(&mut self, place: &str, name: &str, value: &Value) {
        let table = self.table;
        if let Some(words) = table.words.get(name) {
            match value.as_str() {
                Some(word) if words.iter().any(|known| known == word) => {}
                _ => self.problem(place, format!("{value} is no {name}; there are {}", words.join(", "))),
            }
            return;
        }
        if let Some(shape) = table.same.get(name) {
            return self.read(place, shape, value);
        }
        let Some(fields) = table.types.get(name) else { return self.problem(place, format!("{name} is not defined")) };
        let Value::Object(map) = value else {
            return self.problem(place, format!("{value} is not an object ({name})"));
        };
        for (key, element) in map {
            match fields.iter().find(|field| field.key == *key) {
                Some(field) if field.since > self.build => {
                    self.problem(place, format!("{key} is known from build {} on", field.since));
                }
                Some(field) => self.read(&format!("{place}.{key}"), &field.shape, element),
                None => self.problem(place, format!("{key} is not a key of {name}")),
            }
        }
        for field in fields.iter().filter(|field| field.always && !map.contains_key(&field.key)) {
            self.problem(place, format!("{} is missing", field.key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(schema: Schema, kind: &str, document: &Value, build: u32) -> Vec<String> {
        problems(schema, kind, document, build).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_name_is_defined() {
        for schema in [Schema::Version1, Schema::Version2, Schema::Network1, Schema::Network2] {
            assert_eq!(table(schema).undefined(), Vec::<String>::new(), "{schema:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_found() {
        let good = json!({"SchemaVersion": {"Major": 2, "Minor": 1}, "Container": {"Storage": {"Path": "p"}}});
        assert_eq!(found(Schema::Version2, "ComputeSystem", &good, 17763), Vec::<String>::new());
        for (document, expected) in [
            (json!({"owner": "me"}), "ComputeSystem: owner is not a key of ComputeSystem"),
            (json!({"Owner": 1}), "ComputeSystem.Owner: 1 is not text"),
            (json!({"Owner": null}), "ComputeSystem.Owner: is null"),
            (json!({"Container": []}), "ComputeSystem.Container: [] is not an object (Container)"),
            (
                json!({"Container": {"Processor": {"Count": -2_147_483_649_i64}}}),
                "ComputeSystem.Container.Processor.Count: -2147483649 is not a number from -2147483648 to 2147483647",
            ),
            (
                json!({"Container": {"IsolationType": "hostprocess"}}),
                r#"ComputeSystem.Container.IsolationType: "hostprocess" is no IsolationType; there are HostProcess"#,
            ),
            (
                json!({"VirtualMachine": {"Chipset": {"LinuxKernelDirect": {}}}}),
                "ComputeSystem.VirtualMachine.Chipset: LinuxKernelDirect is known from build 18286 on",
            ),
            (
                json!({"Container": {"MappedDirectories": [{}, {"HostPath": true}]}}),
                "ComputeSystem.Container.MappedDirectories.1.HostPath: true is not text",
            ),
        ] {
            assert_eq!(found(Schema::Version2, "ComputeSystem", &document, 17763), [expected]);
        }
        let missing =
            found(Schema::Version1, "ContainerConfig", &json!({"SystemType": "Container", "Name": "a"}), 14393);
        assert_eq!(missing, ["ContainerConfig: Layers is missing", "ContainerConfig: HvPartition is missing"]);
    }
}
