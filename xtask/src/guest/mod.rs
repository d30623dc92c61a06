//! `cargo xtask guest`: tests in a virtual machine with Debian's own kernel, whose control groups are version 2 alone.
//!
//! What a machine's kernel and layout of control groups decide, the machine under the developer cannot be trusted to show:
//! it may have version 1, or a kernel that is years younger. So a Debian kernel is booted under QEMU with nothing but busybox,
//! `silo` and the test programs, all statically linked. QEMU emulates the processor, which works everywhere and needs no
//! rights; what runs is listed in `suites.rs`.

mod cpio;
mod image;
mod machine;
mod packages;
mod programs;
mod suites;

use crate::needs::{self, Chore};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use machine::{Machine, Outcome};
use std::time::Instant;

/// How to run the tests of the virtual machine.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Do not install missing Debian packages or Rust targets
    #[arg(long)]
    no_install: bool,
    /// Let the processor run the machine instead of emulating it, where /dev/kvm works
    #[arg(long)]
    kvm: bool,
    /// Run only tests whose names contain this, whatever the table of suites says
    filter: Option<String>,
}

/// Runs the stage alone.
pub fn run(options: &Options) -> Result<()> {
    if !options.no_install {
        needs::install(Chore::Guest)?;
    }
    stage(&Workspace::load()?, options.kvm, options.filter.as_deref())?.verdict()
}

/// Gets what is missing, builds, boots and counts.
pub fn stage(workspace: &Workspace, kvm: bool, filter: Option<&str>) -> Result<Outcome> {
    if std::env::consts::ARCH != "x86_64" {
        bail!("the virtual machine is an x86-64 one: run this there, or leave it out with --no-guest");
    }
    let folder = workspace.target.join("guest");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let kernel = packages::kernel(&folder)?;
    let emulator = packages::emulator(&folder)?;
    let programs = programs::build(workspace, &folder)?;
    let image = image::write(&folder, &kernel, &programs, filter)?;
    let begin = Instant::now();
    let machine = Machine { emulator: &emulator, kernel: &kernel.image, image: &image, kvm };
    let outcome = machine.run(&folder.join("console.log"))?;
    println!("virtual machine: {} in {:.1} s", outcome.tally, begin.elapsed().as_secs_f64());
    Ok(outcome)
}
