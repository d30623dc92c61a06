//! `silo plan`: what would be asked of a host, this one or any other, to run a container.
//!
//! [`host`] chooses the host and its facts, [`source`] turns words or a file into what is wanted there, the plan is made by the
//! engine's own code, and [`text`] and [`diff`] write it down.

mod diff;
mod host;
mod source;
mod text;

use crate::cli::plan::{Format, PlanArgs};
use crate::output;
use anyhow::Result;
use hcs_engine::Engine;
use hcs_engine::plan::{Os, Plan, Wanted};
use host::Target;
use std::path::Path;

/// Annotation with the number of processors of a utility VM.
const VM_PROCESSOR_COUNT: &str = "io.microsoft.virtualmachine.computetopology.processor.count";
/// Processors that a utility VM has by default.
const VM_PROCESSORS: u64 = 2;
/// The time of all processors.
const WHOLE: u64 = 10_000;

/// What a plan was made of, and the plan.
struct Planned {
    /// What it was made of, in words.
    input: String,
    /// The plan.
    plan: Plan,
}

/// Prints a plan, or two that are compared.
pub fn plan(args: &PlanArgs, root: Option<&Path>) -> Result<i32> {
    let engine = Engine::to_plan(root)?;
    if let [one, other] = args.diff.as_slice() {
        let side = |os: &Os| -> Result<diff::Side> {
            let target = host::choose(Some(*os), args, &engine)?;
            let name = target.facts.to_string();
            Ok(diff::Side { name, planned: planned(args, &target, &engine, root) })
        };
        return diff::print([side(one)?, side(other)?], args.format);
    }
    let target = host::choose(args.host, args, &engine)?;
    let planned = planned(args, &target, &engine, root)?;
    match args.format {
        Format::Json => output::json(&planned.plan)?,
        Format::Text => output::print(&text::whole(&planned.input, &planned.plan))?,
    }
    Ok(0)
}

/// Makes the plan for a host.
fn planned(args: &PlanArgs, target: &Target, engine: &Engine, root: Option<&Path>) -> Result<Planned> {
    let source::Source { input, mut wanted, facts, notes } = source::read(args, target, engine, root)?;
    let mut plan = Plan::new(&wanted, &facts)?;
    if plan.kind.is_isolated_by_hypervisor() && widened(&mut wanted, facts.processors) {
        plan = Plan::new(&wanted, &facts)?;
    }
    plan.notes.extend(notes);
    Ok(Planned { input, plan })
}

/// Gives a utility VM as many processors as the share of the host's that its container is to have, and tells whether that is
/// more than it has by default.
fn widened(wanted: &mut Wanted, host: u32) -> bool {
    let cpu = wanted.spec.windows.as_ref().and_then(|windows| windows.resources.as_ref()?.cpu.as_ref());
    let share = cpu.and_then(|cpu| cpu.maximum).unwrap_or(0);
    let processors = (u64::from(share) * u64::from(host)).div_ceil(WHOLE);
    let asked = wanted.options.scale_cpu_limits_to_sandbox && processors > VM_PROCESSORS;
    if !asked || wanted.spec.annotations.contains_key(VM_PROCESSOR_COUNT) {
        return false;
    }
    wanted.spec.annotations.insert(VM_PROCESSOR_COUNT.into(), processors.to_string());
    true
}
