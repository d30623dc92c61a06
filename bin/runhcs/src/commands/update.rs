//! `update`: other limits for a container that runs.

use super::{expect_alive, open};
use crate::bundle;
use crate::cli::UpdateArgs;
use anyhow::{Context, Result, bail};
use hcs_engine::{Engine, Limits};
use hcs_schema::oci::{BlockIo, Cpu, Memory, Pids, Resources};
use std::path::Path;

pub async fn update(engine: &Engine, args: &UpdateArgs) -> Result<i32> {
    for (option, given) in
        [("--l3-cache-schema", args.l3_cache_schema.is_some()), ("--mem-bw-schema", args.mem_bw_schema.is_some())]
    {
        if given {
            bail!("{option}: this runtime does not use Intel RDT; leave it out");
        }
    }
    let resources = match &args.resources {
        Some(file) => read(file, args)?,
        None => of_options(args),
    };
    if resources == Resources::default() {
        bail!("no limit was given; see `runhcs update --help`");
    }
    let container = open(engine, &args.id)?;
    expect_alive(&container)?;
    container.update(Limits::Linux(Box::new(resources))).await?;
    Ok(0)
}

fn read(file: &Path, args: &UpdateArgs) -> Result<Resources> {
    if of_options(args) != Resources::default() {
        bail!("--resources: the limits are in that file; give no other options for them");
    }
    let text = match file.to_str() {
        Some("-") => bundle::bounded(std::io::stdin().lock()).context("read standard input")?,
        _ => bundle::text(file)?,
    };
    bundle::parse(&text).with_context(|| format!("--resources {}", file.display()))
}

fn of_options(args: &UpdateArgs) -> Resources {
    let memory = Memory {
        limit: args.memory,
        reservation: args.memory_reservation,
        swap: args.memory_swap,
        ..Memory::default()
    };
    let cpu = Cpu {
        shares: args.cpu_share,
        quota: args.cpu_quota,
        period: args.cpu_period,
        realtime_runtime: args.cpu_rt_runtime,
        realtime_period: args.cpu_rt_period,
        cpus: args.cpuset_cpus.clone(),
        mems: args.cpuset_mems.clone(),
        ..Cpu::default()
    };
    let block_io = BlockIo { weight: args.blkio_weight, ..BlockIo::default() };
    Resources {
        memory: (memory != Memory::default()).then_some(memory),
        cpu: (cpu != Cpu::default()).then_some(cpu),
        pids: args.pids_limit.map(|limit| Pids { limit, ..Pids::default() }),
        block_io: (block_io != BlockIo::default()).then_some(block_io),
        ..Resources::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_files_say_the_same() {
        let args = UpdateArgs { memory: Some(7), memory_swap: Some(-1), cpu_share: Some(9), ..UpdateArgs::default() };
        let read: Resources = bundle::parse(r#"{"memory": {"limit": 7, "swap": -1}, "cpu": {"shares": 9}}"#).unwrap();
        assert_eq!(of_options(&args), read);
        assert_eq!(of_options(&UpdateArgs::default()), Resources::default());
    }
}
