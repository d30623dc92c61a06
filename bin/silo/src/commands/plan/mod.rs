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
use hcs_engine::plan::Plan;
use host::Target;
use std::path::Path;

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
        let side = |name: &String| -> Result<diff::Side> {
            let target = host::choose(Some(name), args, &engine)?;
            let name = target.facts.to_string();
            Ok(diff::Side { name, planned: planned(args, &target, &engine, root) })
        };
        return diff::print([side(one)?, side(other)?], args.format);
    }
    let target = host::choose(args.host.as_deref(), args, &engine)?;
    let planned = planned(args, &target, &engine, root)?;
    match args.format {
        Format::Json => output::json(&planned.plan)?,
        Format::Text => output::print(&text::whole(&planned.input, &planned.plan))?,
    }
    Ok(0)
}

/// Makes the plan for a host.
fn planned(args: &PlanArgs, target: &Target, engine: &Engine, root: Option<&Path>) -> Result<Planned> {
    let source::Source { input, wanted, facts, note } = source::read(args, target, engine, root)?;
    let mut plan = Plan::new(&wanted, &facts)?;
    plan.notes.extend(note);
    Ok(Planned { input, plan })
}
