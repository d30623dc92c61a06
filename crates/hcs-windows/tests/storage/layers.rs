//! Layers by `vmcompute.dll`.

use crate::{Session, exists, is_volume};
use hcs_schema::HResult;
use hcs_windows::{Layers, layer_chain, write_layer_chain};

#[test]
fn a_writable_layer_is_mounted_and_goes() {
    let session = Session::new("layers-mount");
    let layers = Layers::load().expect("the functions");
    let (scratch, parents) = (session.path("scratch"), [session.base()]);
    layers.create_sandbox(&scratch, &parents).expect("a layer");
    assert!(layers.exists(&scratch).expect("an answer"));
    layers.expand_disk(&scratch, 40 << 30).expect("a greater size");
    let volume = layers.mount(&scratch, &parents).expect("a volume");
    assert!(is_volume(&volume), "{volume}");
    assert_eq!(layers.mount_path(&scratch).expect("a volume"), volume);
    // Two mounts of one layer are one too many, and the second leaves the first alone.
    assert!(layers.mount(&scratch, &parents).is_err());
    layers.unmount(&scratch).expect("unmounted");
    layers.destroy(&scratch).expect("destroyed");
    assert!(!exists(&scratch));
    session.assert_called(&["CreateSandboxLayer", "LayerExists", "ExpandSandboxSize", "ActivateLayer", "PrepareLayer"]);
    session.assert_called(&["GetLayerMountPath", "UnprepareLayer", "DeactivateLayer", "DestroyLayer", "NameToGuid"]);
    session.assert_empty();
}

#[test]
fn a_layer_that_cannot_be_prepared_is_not_left_active() {
    let session = Session::new("layers-unwind");
    let layers = Layers::load().expect("the functions");
    let scratch = session.path("scratch");
    layers.create_sandbox(&scratch, &[session.base()]).expect("a layer");
    let error = layers.mount(&scratch, &[session.path("none")]).expect_err("a parent that is not there");
    assert!(error.is_not_found(), "{error}");
    assert!(error.to_string().contains("scratch"), "{error}");
    // It is not active, so it can be destroyed.
    layers.destroy(&scratch).expect("destroyed");
    session.assert_empty();
}

#[test]
fn steps_are_taken_one_by_one() {
    let session = Session::new("layers-steps");
    let layers = Layers::load().expect("the functions");
    let (scratch, parents) = (session.path("scratch"), [session.base()]);
    layers.create_sandbox(&scratch, &parents).expect("a layer");
    assert!(layers.prepare(&scratch, &parents).is_err(), "it is not active");
    layers.activate(&scratch).expect("active");
    layers.prepare(&scratch, &parents).expect("prepared");
    assert!(layers.deactivate(&scratch).is_err(), "it is prepared");
    layers.unprepare(&scratch).expect("unprepared");
    layers.deactivate(&scratch).expect("inactive");
    assert!(layers.unmount(&scratch).expect_err("it is not mounted").is_not_found());
    layers.destroy(&scratch).expect("destroyed");
    session.assert_empty();
}

#[test]
fn images_come_and_go() {
    let session = Session::new("layers-images");
    let layers = Layers::load().expect("the functions");
    let base = session.base();
    std::fs::write(base.join(r"Files\a.txt"), "a").expect("a file");
    layers.process_base_image(&base).expect("processed");
    let machine = base.join("UtilityVM");
    std::fs::create_dir_all(machine.join("Files")).expect("a folder");
    layers.process_utility_image(&machine).expect("processed");
    assert!(exists(&base.join("blank.vhdx")) && exists(&machine.join("SystemTemplate.vhdx")));

    let (empty, transport, imported, copied) =
        (session.path("empty"), session.path("transport"), session.path("imported"), session.path("copied"));
    let none: [&str; 0] = [];
    layers.create(&empty, Some(&base)).expect("a layer");
    layers.export(&base, &transport, &none).expect("exported");
    layers.import(&imported, &transport, &[&base]).expect("imported");
    layers.copy(&imported, &copied, &[&base]).expect("copied");
    assert!(exists(&copied.join(r"Files\a.txt")));
    write_layer_chain(&copied, &[&base]).expect("written");
    assert_eq!(layer_chain(&copied).expect("parents"), std::slice::from_ref(&base));

    layers.grant_vm_access("machine", &base.join("blank.vhdx")).expect("granted");
    assert!(layers.grant_vm_access("machine", &base.join("none.vhdx")).expect_err("no file").is_not_found());
    assert_eq!(layers.base_images().expect("images"), []);
    session.assert_called(&["ProcessBaseImage", "ProcessUtilityImage", "CreateLayer", "ExportLayer", "ImportLayer"]);
    session.assert_called(&["CopyLayer", "GrantVmAccess", "GetBaseImages"]);
}

#[test]
fn ids_come_from_names() {
    let _session = Session::new("layers-ids");
    let layers = Layers::load().expect("the functions");
    let id = layers.name_to_guid("base").expect("an id");
    assert_eq!(layers.id(r"C:\layers\base".as_ref()).expect("an id"), id);
    assert_ne!(layers.name_to_guid("other").expect("an id"), id);
    assert_eq!(id, id.to_lowercase());
    let data = layers.layer_data(&[r"C:\layers\base"]).expect("a document");
    assert_eq!((data.layers[0].id.as_str(), data.layers[0].path.as_str()), (id.as_str(), r"C:\layers\base"));
    assert_eq!(layers.id(r"C:\".as_ref()).expect_err("no name").code, HResult::E_INVALIDARG);
}
