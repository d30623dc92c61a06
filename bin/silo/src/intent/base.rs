//! Where a container's files come from: `host`, a root folder, or a layer folder with its parents.
//!
//! A layer folder has a `layerchain.json`, the list of its parents, nearest first, as the container layers of Windows do.
//! The list is complete: the parents' own lists repeat its end.

use super::{Found, Result, World, paths, refusal};
use hcs_engine::Base;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file that makes a folder a layer.
pub const LAYER_CHAIN: &str = "layerchain.json";

/// The word for the host's own root.
const HOST: &str = "host";

/// The base that BASE names.
pub fn parse(words: &str, world: &dyn World) -> Result<Base> {
    match words {
        HOST => Ok(Base::Host),
        "" => Err(refusal("BASE", "it is empty; write a folder, or host")),
        words => folder(&paths::outside(world.current_dir(), words), world, words),
    }
}

/// The base that a folder is.
pub fn folder(path: &Path, world: &dyn World, subject: &str) -> Result<Base> {
    expect_folder(path, world, subject)?;
    let chain = path.join(LAYER_CHAIN);
    let text = match world.look(&chain) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Base::Folder(path.to_owned())),
        _ => paths::read(world, &chain, subject)?,
    };
    let subject = chain.display().to_string();
    let parents: Vec<String> = serde_json::from_str(&text)
        .map_err(|error| refusal(&subject, format!("expected a list of folders: {error}")))?;
    let mut layers = vec![path.to_owned()];
    for parent in parents {
        let parent = paths::outside(path, paths::slashes(&parent));
        expect_folder(&parent, world, &subject)?;
        if layers.contains(&parent) {
            return Err(refusal(subject, format!("{} is in the list twice", parent.display())));
        }
        layers.push(parent);
    }
    Ok(Base::Layers(layers))
}

/// The base that an OCI bundle is, and its path.
pub fn bundle(path: &Path, world: &dyn World) -> Result<PathBuf> {
    let folder = paths::outside(world.current_dir(), path);
    expect_folder(&folder, world, &format!("--bundle {}", path.display()))?;
    Ok(folder)
}

fn expect_folder(path: &Path, world: &dyn World, subject: &str) -> Result<()> {
    match paths::look(world, path, subject)? {
        Found::Folder => Ok(()),
        _ => Err(refusal(subject, format!("{} is not a folder", path.display()))),
    }
}
