//! Linux containers that the kernel isolates: Silo's own engine is the host.

pub mod support;

use super::{Call, Context, Document, Kind, Plan, Step};
use crate::Result;
use hcs_schema::document::{Layer, LinuxContainer, ProcessParameters, Version};

/// Makes the plan.
pub(crate) fn build(context: Context<'_>) -> Result<Plan> {
    let wanted = context.wanted;
    let layer = |path: &String| Layer { id: String::new(), path: path.clone() };
    let document = LinuxContainer {
        schema_version: Version::V2_1,
        oci_bundle_path: wanted.bundle.clone(),
        oci_specification: wanted.spec.clone(),
        scratch_dir_path: wanted.scratch.clone(),
        layers: wanted.layers.iter().map(layer).collect(),
    };
    let id = wanted.id.clone();
    let create = Call::CreateSystem { id: id.clone(), document: Document::LinuxContainer(Box::new(document)) };
    let process = Document::Process(Box::<ProcessParameters>::default());
    let steps = vec![
        Step::new(create, "make the container").undone_by(Call::TerminateSystem { id: id.clone() }),
        Step::new(Call::CreateProcess { id: id.clone(), document: process }, "start its program"),
    ];
    Ok(Plan {
        id,
        host: context.facts.to_string(),
        kind: Kind::LinuxProcess,
        why: "the host is Linux".into(),
        layers: wanted.layers.clone(),
        scratch: wanted.scratch.clone(),
        mounts: Vec::new(),
        devices: Vec::new(),
        limits: context.limits,
        network: Vec::new(),
        credentials: None,
        steps,
        notes: context.notes,
    })
}
