//! The words of `plan`. What they mean is in [`crate::commands::plan`].

use super::checked;
use super::run::{Isolation, RunArgs};
use clap::{Args, Parser, ValueEnum};
use hcs_engine::plan::{ImageVersion, Os};
use std::path::PathBuf;

/// The two ways to say it.
pub const USAGE: &str =
    "silo plan [OPTIONS] [BUNDLE|FILE]\n       silo plan [OPTIONS] -- [RUN OPTIONS] BASE [--] CMD...";

/// Help shown after the options of `plan`.
pub const AFTER_HELP: &str = "\
Examples:
  silo plan ./bundle
  silo plan --host 20348 config.json
  silo plan --host 17763 --isolation hypervisor --format json ./bundle
  silo plan --host 20348 -- -m 512m 'C:\\layers\\app;C:\\layers\\base' cmd /c echo hello
  silo plan --diff 14393 20348 ./bundle

BUNDLE is a folder with a config.json; FILE is a config.json, either a specification or a file of nspawn, which is told by \
its keys. After `--` come the words of `silo run`. Nothing is made, and no other machine is asked: a plan for any host is made \
on any host, and needs no rights.

Exit code: 0 if there is a plan (with --diff, if there are both), 125 if there cannot be one or silo failed, 2 for wrong usage.";

/// How a plan is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For eyes.
    #[default]
    Text,
    /// JSON, for programs.
    Json,
}

/// Everything that can be said to `plan`.
#[derive(Args, Clone, Debug, Default)]
pub struct PlanArgs {
    /// Folder of an OCI bundle, or a config.json [default: config.json]
    #[arg(value_name = "BUNDLE|FILE", conflicts_with = "run")]
    pub source: Option<PathBuf>,
    /// Words of `silo run`
    #[arg(value_name = "RUN", last = true)]
    pub run: Vec<String>,

    /// Id of the container
    #[arg(long, value_name = "ID", value_parser = checked::id)]
    pub id: Option<String>,
    /// How the container is kept apart from the host: auto, process or hypervisor
    #[arg(long, value_enum, value_name = "ISOLATION", hide_possible_values = true)]
    pub isolation: Option<Isolation>,
    /// Version of Windows that the image was made for
    #[arg(long, value_name = "10.0.BUILD[.REVISION]", value_parser = checked::image)]
    pub image_version: Option<ImageVersion>,
    /// Annotation, which wins over that of the specification (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = checked::pair)]
    pub annotation: Vec<(String, String)>,
    /// How to write the plan, text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    pub format: Format,

    /// Host to plan for: linux, or a build of Windows such as 20348 or 20348.2031 [default: this machine]
    #[arg(long, value_name = "HOST", help_heading = "Host", value_parser = checked::host)]
    pub host: Option<Os>,
    /// Compare the plans for two hosts
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "host", help_heading = "Host", value_parser = checked::host)]
    pub diff: Vec<Os>,
    /// File of facts about the host, which win over what is assumed or found
    #[arg(long, value_name = "FILE", help_heading = "Host")]
    pub facts: Option<PathBuf>,
    /// Logical processors of the host
    #[arg(long, value_name = "NUMBER", help_heading = "Host", value_parser = clap::value_parser!(u32).range(1..))]
    pub processors: Option<u32>,
    /// Memory of the host, for example 16g
    #[arg(long, value_name = "SIZE", help_heading = "Host")]
    pub memory: Option<String>,
    /// Plan for a host without Hyper-V
    #[arg(long, help_heading = "Host")]
    pub no_hypervisor: bool,
}

/// The words after `--`.
#[derive(Parser, Debug)]
#[command(name = "silo plan --", override_usage = "silo plan [OPTIONS] -- [RUN OPTIONS] BASE [--] CMD...")]
pub struct RunWords {
    /// What can be said to `run`.
    #[command(flatten)]
    pub run: RunArgs,
}
