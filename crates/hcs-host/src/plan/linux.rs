//! Linux containers that the kernel isolates: Silo's own engine is the host.

use super::{Call, Context, Document, Plan, Step};
use crate::Result;
use hcs_schema::document::{Layer, LinuxContainer, ProcessParameters, Version};

/// Makes the plan.
pub fn build(context: Context<'_>) -> Result<Plan> {
    let wanted = context.wanted;
    let layer = |path: &String| Layer { path: path.clone(), ..Layer::default() };
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
    let (layers, scratch) = (wanted.layers.clone(), wanted.scratch.clone());
    Ok(Plan { layers, scratch, ..context.plan(steps) })
}
