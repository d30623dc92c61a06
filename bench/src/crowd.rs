//! Many containers at once: does the last one cost what the first one did?

use crate::bundle::Workshop;
use crate::exec::IDLE;
use crate::memory;
use crate::report::Fact;
use crate::rounds::Runner;
use crate::silo::Silo;
use crate::stats::Series;
use anyhow::Result;
use std::time::Instant;

/// How many of the first and of the last are compared.
const COMPARED: usize = 20;

/// What a crowd cost.
#[derive(Debug)]
pub struct Crowd {
    /// The first containers and the last ones.
    pub series: Vec<Series>,
    /// Memory, errors and the time to remove all.
    pub facts: Vec<Fact>,
}

/// Starts containers one after another, measures, and removes all.
pub fn run(size: usize, workshop: &Workshop, silo: &Silo, runner: &Runner) -> Result<Crowd> {
    let before = memory::available()?;
    let names: Vec<String> = (0..size).map(|index| format!("crowd-{index}")).collect();
    let start = |name: &String| runner.time(&mut silo.run_detached(name, &workshop.root(), IDLE));
    let outcomes: Vec<_> = names.iter().map(start).collect();
    let taken = before.saturating_sub(memory::available()?);
    let keepers = keepers(&names, silo);
    let removal = Instant::now();
    let unremoved = names.iter().filter(|name| runner.time(&mut silo.remove(name)).is_err()).count();
    let removal = removal.elapsed().as_secs_f64() * 1e3;
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    let part = COMPARED.min(size / 2);
    let facts = vec![
        Fact::new("crowd: containers", size as f64, ""),
        Fact::new("crowd: could not start", failed as f64, ""),
        Fact::new("crowd: could not be removed", unremoved as f64, ""),
        Fact::new("crowd: keepers that could not be measured", keepers.unmeasured as f64, ""),
        Fact::new("crowd: memory of all keepers (PSS)", mib(keepers.pss), "MiB"),
        Fact::new("crowd: memory that the machine has less", mib(taken), "MiB"),
        Fact::new("crowd: removing all", removal, "ms"),
    ];
    let series = vec![
        part_of(&format!("first {part}"), &outcomes[..part]),
        part_of(&format!("last {part}"), &outcomes[size - part..]),
    ];
    Ok(Crowd { series, facts })
}

#[derive(Default)]
struct Keepers {
    pss: u64,
    unmeasured: usize,
}

fn keepers(names: &[String], silo: &Silo) -> Keepers {
    let mut all = Keepers::default();
    for name in names {
        match silo.keeper(name).and_then(memory::footprint) {
            Ok(footprint) => all.pss += footprint.pss,
            Err(_) => all.unmeasured += 1,
        }
    }
    all
}

fn part_of(name: &str, outcomes: &[Result<std::time::Duration, String>]) -> Series {
    let mut series = Series::new(name);
    outcomes.iter().for_each(|outcome| series.add(outcome.clone()));
    series
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
