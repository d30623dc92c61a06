//! From a request to what a plan is made of. Nothing is looked at: paths are taken as they are.

use crate::request::{Base, Request};
use crate::roots::Places;
use crate::store::text;
use hcs_host::Result;
use hcs_host::plan::Wanted;
use std::path::{Path, PathBuf};

/// How the engine calls itself to the host.
pub const OWNER: &str = "silo";

/// What is wanted of a host for a request. `stdin` says whether standard input is connected.
pub fn wanted(id: &str, request: Request, places: &Places, stdin: bool) -> Result<Wanted> {
    let layers: Vec<&Path> = match &request.base {
        Base::Host => vec![Path::new("/")],
        Base::Folder(folder) => vec![folder],
        Base::Layers(folders) => folders.iter().map(PathBuf::as_path).collect(),
        Base::Bundle(_) => Vec::new(),
    };
    let layers = layers.into_iter().map(text).collect::<Result<Vec<String>>>()?;
    let scratch = match &request.base {
        // The host's own root cannot have its writable layer below itself; that one lives in memory.
        Base::Host | Base::Bundle(_) => String::new(),
        Base::Folder(_) | Base::Layers(_) => text(&places.scratch)?,
    };
    let bundle = match &request.base {
        Base::Bundle(bundle) => text(bundle)?,
        _ => text(&places.folder)?,
    };
    let mut spec = request.spec;
    if spec.linux.is_none()
        && !layers.is_empty()
        && let Some(windows) = &mut spec.windows
    {
        windows.layer_folders = layers.iter().chain([&scratch]).cloned().collect();
    }
    Ok(Wanted {
        id: id.to_owned(),
        owner: OWNER.to_owned(),
        spec,
        bundle,
        state: text(&places.folder)?,
        layers,
        scratch,
        redirect: request.redirect.unwrap_or_default(),
        isolation: request.isolation,
        image: request.image,
        stdin,
        ..Wanted::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hcs_schema::oci::{Linux, Spec, Windows};

    fn make(base: Base, spec: Spec) -> Wanted {
        let places = Places { folder: "/s/a".into(), scratch: "/d/a".into() };
        wanted("a", Request { base, spec, ..Request::default() }, &places, false).unwrap()
    }

    #[test]
    fn where_the_files_come_from_and_go_to() {
        let bare = |wanted: Wanted| (wanted.layers, wanted.scratch, wanted.bundle, wanted.state);
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        for (base, layers, scratch, bundle) in [
            (Base::Host, &["/"][..], "", "/s/a"),
            (Base::Folder("/r".into()), &["/r"], "/d/a", "/s/a"),
            (Base::Layers(vec!["/1".into(), "/2".into()]), &["/1", "/2"], "/d/a", "/s/a"),
            (Base::Bundle("/b".into()), &[], "", "/b"),
        ] {
            let expected = (texts(layers), scratch.to_owned(), bundle.to_owned(), "/s/a".to_owned());
            assert_eq!(bare(make(base, Spec::default())), expected);
        }
    }

    #[test]
    fn the_specification_of_a_windows_container_lists_its_layers() {
        let windows = Spec { windows: Some(Windows::default()), ..Spec::default() };
        let base = || Base::Layers(vec!["/1".into(), "/2".into()]);
        let layers = |spec: Spec| make(base(), spec).spec.windows.unwrap().layer_folders;
        assert_eq!(layers(windows.clone()), ["/1", "/2", "/d/a"]);
        assert!(layers(Spec { linux: Some(Linux::default()), ..windows }).is_empty());
    }
}
