//! Where the files of a Windows container come from: layer folders, the upper-most first, with `;` between them.
//!
//! On the host itself a layer's `layerchain.json`, which lists all of its parents, is followed.

use super::{Host, Result, paths, refusal};
use crate::intent::base::LAYER_CHAIN;
use hcs_engine::Base;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The base that words name.
pub fn parse(words: &str, folder: &Path, host: &Host<'_>, subject: &str) -> Result<Base> {
    match words {
        "" => return Err(refusal(subject, "it is empty; write a layer folder such as C:\\layers\\base")),
        "host" => {
            let message =
                "a Windows container cannot have the host's own root; write a layer folder such as C:\\layers\\base";
            return Err(refusal(subject, message));
        }
        _ => {}
    }
    let mut layers: Vec<String> = Vec::new();
    for words in words.split(';') {
        let path = paths::outside(words, folder, host).map_err(|message| refusal(subject, message))?;
        paths::expect(&path, host, subject)?;
        layers.push(path);
    }
    if let ([layer], true) = (layers.as_slice(), host.here) {
        let parents = parents(layer, host, subject)?;
        layers.extend(parents);
    }
    if let Some(layer) = layers.iter().enumerate().find(|(at, layer)| layers[..*at].contains(layer)) {
        return Err(refusal(subject, format!("{} is a layer twice", layer.1)));
    }
    Ok(Base::Layers(layers.into_iter().map(PathBuf::from).collect()))
}

/// The parents that a layer's own list names; none without one.
fn parents(layer: &str, host: &Host<'_>, subject: &str) -> Result<Vec<String>> {
    let chain = format!("{layer}\\{LAYER_CHAIN}");
    match host.world.look(Path::new(&chain)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        _ => {}
    }
    let text = crate::intent::paths::read(host.world, Path::new(&chain), subject)?;
    let parents: Option<Vec<String>> =
        serde_json::from_str(&text).map_err(|error| refusal(&chain, format!("expected a list of folders: {error}")))?;
    let parent = |words: &String| {
        let path = paths::outside(words, Path::new(layer), host).map_err(paths::wrong(&chain))?;
        paths::expect(&path, host, &chain)?;
        Ok(path)
    };
    parents.unwrap_or_default().iter().map(parent).collect()
}
