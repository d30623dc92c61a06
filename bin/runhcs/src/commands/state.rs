//! `state`: what the OCI specification calls the state of a container, with the fields that runc has beside it.

use super::open;
use crate::clock;
use anyhow::Result;
use hcs_engine::{Engine, Record, Status};
use hcs_schema::oci::Spec;
use serde_json::{Value, json};
use std::path::Path;

pub fn print(engine: &Engine, id: &str) -> Result<i32> {
    // One whose maker was killed has a state, too.
    let (record, status) = match open(engine, id) {
        Ok(container) => (container.record(), container.status()),
        Err(error) => match engine.list()?.into_iter().find(|record| record.id == id) {
            Some(record) => seen(record),
            None => return Err(error),
        },
    };
    let spec = engine.spec(id).unwrap_or_default();
    super::print(&format!("{:#}\n", describe(&record, status, &spec)))?;
    Ok(0)
}

/// A container of which there is only the record.
pub fn seen(record: Record) -> (Record, Status) {
    let status = if record.status == Status::Dead { Status::Stopped } else { record.status };
    (record, status)
}

/// The state.
pub fn describe(record: &Record, status: Status, spec: &Spec) -> Value {
    let alive = status != Status::Stopped;
    let mut state = json!({
        "ociVersion": if spec.oci_version.is_empty() { "1.2.0" } else { &spec.oci_version },
        "id": record.id,
        "pid": record.pid.filter(|_| alive).unwrap_or(0),
        "status": status.word(),
        "bundle": record.base,
        "rootfs": rootfs(&record.base, spec),
        "created": clock::rfc3339(record.created, 9),
        "owner": owner(record),
    });
    if !spec.annotations.is_empty() {
        state["annotations"] = json!(spec.annotations);
    }
    state
}

/// Who owns a container.
pub fn owner(record: &Record) -> &str {
    record.labels.get("owner").map(String::as_str).unwrap_or_default()
}

fn rootfs(bundle: &str, spec: &Spec) -> String {
    let path = spec.root.as_ref().map(|root| root.path.as_str()).unwrap_or_default();
    Path::new(bundle).join(path).display().to_string()
}
