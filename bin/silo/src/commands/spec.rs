//! `silo spec`.

use crate::cli::spec::SpecArgs;
use crate::files::Surroundings;
use crate::intent::{World, paths, refusal, template};
use anyhow::Result;
use hcs_engine::{Engine, Facts};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

/// Writes a specification to begin with.
pub fn spec(args: &SpecArgs, engine: &Engine) -> Result<i32> {
    let facts = if args.rootless { engine.facts()? } else { Facts::default() };
    let world = Surroundings::new(facts)?;
    let folder = args.bundle.as_deref().unwrap_or(std::path::Path::new(""));
    let path = paths::outside(world.current_dir(), folder).join("config.json");
    let spec = template::spec(args, world.facts(), std::env::consts::OS);
    let mut text = serde_json::to_string_pretty(&spec)?;
    text.push('\n');
    let subject = path.display().to_string();
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = file.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            let folder = path.parent().unwrap_or(&path).display().to_string();
            refusal(&subject, format!("the folder {folder} does not exist; make it first"))
        }
        ErrorKind::AlreadyExists => refusal(&subject, "the file exists; remove it first"),
        _ => refusal(&subject, error.to_string()),
    })?;
    file.write_all(text.as_bytes()).map_err(|error| refusal(&subject, error.to_string()))?;
    Ok(0)
}
