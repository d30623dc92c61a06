//! Layers by `vmcompute.dll`.

use crate::{Session, exists, is_volume};
use hcs_schema::HResult;
use hcs_windows::{Disks, Layers, layer_chain, write_layer_chain};

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

/// Runs a test again in a process of its own, in which calls fail as asked. Answers whether this is that process.
fn is_with_faults(test: &str, faults: &str) -> bool {
    const FAULTS: &str = "HCS_FAKE_FAULTS";
    if std::env::var_os(FAULTS).is_some() {
        return true;
    }
    let this = std::env::current_exe().expect("this program");
    let done = std::process::Command::new(this).args(["--exact", test]).env(FAULTS, faults).output().expect("a run");
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
    false
}

#[test]
fn mounting_is_tried_again_while_the_disk_is_not_ready() {
    let faults = "PrepareLayer#1=error:0x80070015;ActivateLayer#2=error:0x8007048f";
    if !is_with_faults("layers::mounting_is_tried_again_while_the_disk_is_not_ready", faults) {
        return;
    }
    let session = Session::new("layers-retry");
    let layers = Layers::load().expect("the functions");
    let (scratch, parents) = (session.path("scratch"), [session.base()]);
    layers.create_sandbox(&scratch, &parents).expect("a layer");
    layers.mount(&scratch, &parents).expect("a volume");
    let called = session.called();
    let count = |function: &str| called.iter().filter(|name| *name == function).count();
    assert_eq!((count("ActivateLayer"), count("PrepareLayer"), count("DeactivateLayer")), (3, 2, 1));
    layers.unmount(&scratch).expect("unmounted");
    layers.destroy(&scratch).expect("destroyed");
    session.assert_empty();
}

#[test]
fn mounting_gives_up_after_five_tries_and_leaves_nothing() {
    let faults = "PrepareLayer#*=error:0x80070015";
    if !is_with_faults("layers::mounting_gives_up_after_five_tries_and_leaves_nothing", faults) {
        return;
    }
    let session = Session::new("layers-retry-ends");
    let layers = Layers::load().expect("the functions");
    let (scratch, parents) = (session.path("scratch"), [session.base()]);
    layers.create_sandbox(&scratch, &parents).expect("a layer");
    let error = layers.mount(&scratch, &parents).expect_err("it never gets ready");
    assert_eq!(error.code, HResult::from_win32(21), "{error}");
    assert_eq!(session.called().iter().filter(|name| *name == "PrepareLayer").count(), 5);
    layers.destroy(&scratch).expect("it is not active");
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
fn a_disk_whose_volume_is_not_found_is_greater_and_not_left_attached() {
    let session = Session::new("layers-expand");
    let layers = Layers::load().expect("the functions");
    let scratch = session.path("scratch");
    layers.create_sandbox(&scratch, &[session.base()]).expect("a layer");
    // Disks of the fake service have no volumes that could be opened.
    let error = layers.expand(&scratch, 30 << 30).expect_err("no volume");
    assert!(error.operation.contains("volume"), "{error}");
    let disk = Disks::load().expect("the functions").open(&scratch.join("sandbox.vhdx")).expect("the disk");
    assert_eq!(disk.information().expect("sizes").virtual_size, 30 << 30);
    drop(disk);
    layers.destroy(&scratch).expect("destroyed");
    session.assert_called(&["ExpandSandboxSize", "AttachVirtualDisk", "GetLayerMountPath", "DetachVirtualDisk"]);
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
