//! `silo version`.

use crate::cli::manage::{Format, VersionArgs};
use crate::intent::spec::OCI_VERSION;
use crate::output;
use anyhow::Result;

/// Prints the version.
pub fn version(args: &VersionArgs) -> Result<i32> {
    let (version, os, arch) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    match args.format {
        Format::Table => {
            output::line(format_args!("silo {version} ({os}/{arch}, OCI runtime specification {OCI_VERSION})"))?
        }
        Format::Json => output::json(&serde_json::json!({
            "version": version, "os": os, "arch": arch, "ociVersion": OCI_VERSION,
        }))?,
    }
    Ok(0)
}
