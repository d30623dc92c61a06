//! Linux containers that the kernel isolates: Silo's own engine is the host.
//!
//! [`support`] says what of a specification is refused, and the host asks it again; here is what is made of the rest.

mod document;
mod summary;
pub mod support;
#[cfg(test)]
mod tests;

pub use document::paths_on_disks;

use super::{Call, Context, Document, Plan, Step, Wanted};
use crate::{Error, Result};
use hcs_schema::document::ProcessParameters;
use support::Refusal;

/// Makes the plan.
pub(crate) fn build(mut context: Context<'_>) -> Result<Plan> {
    let wanted = context.wanted;
    refuse(wanted)?;
    let document = document::make(wanted, context.facts, &context.annotations)?;
    let spec = &document.oci_specification;
    support::validate(spec).map_err(|refusal| refused(wanted, refusal))?;
    context.notes.extend(support::warnings(spec));
    context.notes.extend(summary::without_effect(wanted));
    context.notes.extend(summary::further_limits(spec));
    let (mounts, devices) = (summary::mounts(&document), summary::devices(spec));
    let (network, scratch) = (summary::network(spec), document.scratch_dir_path.clone());
    let steps = steps(wanted, Document::LinuxContainer(Box::new(document)));
    Ok(Plan { layers: wanted.layers.clone(), scratch, mounts, devices, network, ..context.plan(steps) })
}

/// The calls: folders, the container, its program.
fn steps(wanted: &Wanted, document: Document) -> Vec<Step> {
    let id = || wanted.id.clone();
    let terminal = wanted.spec.process.as_ref().is_some_and(|process| process.terminal);
    let process = ProcessParameters {
        emulate_console: terminal,
        create_std_in_pipe: wanted.stdin && !terminal,
        create_std_out_pipe: !terminal,
        create_std_err_pipe: !terminal,
        ..ProcessParameters::default()
    };
    let process = Document::Process(Box::new(process));
    let mut steps = Vec::with_capacity(4);
    let folders = [
        (&wanted.state, "keep the container's record, specification, ledger and socket"),
        (&wanted.scratch, "keep what the container writes, in its folders `upper` and `work`"),
    ];
    for (path, why) in folders.into_iter().filter(|(path, _)| !path.is_empty()) {
        let (make, remove) = (Call::MakeFolder { path: path.clone() }, Call::RemoveFolder { path: path.clone() });
        steps.push(Step::new(make, why).undone_by(remove));
    }
    let create = Step::new(Call::CreateSystem { id: id(), document }, "make the container");
    steps.push(create.undone_by(Call::TerminateSystem { id: id() }));
    steps.push(Step::new(Call::CreateProcess { id: id(), document: process }, "start the container's own program"));
    steps
}

/// Refuses what is for other hosts.
fn refuse(wanted: &Wanted) -> Result<()> {
    if !wanted.rootfs.is_empty() {
        return Err(wanted.unsupported("mounts that make the root filesystem are for Windows hosts; give layers"));
    }
    if wanted.pod.is_some() {
        let message = "pods are for Windows hosts; a Linux container joins one by the paths of its namespaces";
        return Err(wanted.unsupported(message));
    }
    Ok(())
}

fn refused(wanted: &Wanted, refusal: Refusal) -> Error {
    Error::new("plan", &wanted.id, refusal.code, refusal.to_string())
}
