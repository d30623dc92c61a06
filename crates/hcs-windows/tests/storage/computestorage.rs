//! Layers by `computestorage.dll`.

use crate::{Session, exists, is_volume};
use hcs_schema::HResult;
use hcs_schema::v2::{ExportLayerOptions, FileSystemFilterType, OsLayerOptions, OsLayerType};
use hcs_windows::{Attachment, Disks, Layers, NewDisk, Storage, windows_version};

/// Whether this Windows has the DLL.
fn is_there() -> bool {
    windows_version().build >= 17763
}

#[test]
fn a_writable_layer_is_made_of_a_disk() {
    if !is_there() {
        return;
    }
    let session = Session::new("storage-writable");
    let storage = Storage::load().expect("the functions");
    let disks = Disks::load().expect("the functions");
    let file = session.path("sandbox.vhdx");
    drop(disks.create(&file, &NewDisk::of_size(20 << 30)).expect("a disk"));
    storage.format_writable_layer_disk(&file).expect("formatted");
    let disk = disks.open(&file).expect("the disk");
    disk.attach(&Attachment::default()).expect("attached");
    let volume = storage.disk_mount_path(&disk).expect("a volume");
    assert!(is_volume(&volume), "{volume}");
    let parents = Layers::load().expect("the functions").layer_data(&[session.base()]).expect("a document");
    let mount = volume.trim_end_matches('\\').as_ref();
    storage.initialize_writable_layer(mount, &parents).expect("set up");
    storage.attach_layer_storage_filter(mount, &parents).expect("a filter");
    assert!(storage.attach_layer_storage_filter(mount, &parents).expect_err("one is there").is_already_exists());
    storage.export_layer(mount, &session.path("out"), &parents, &writable()).expect("exported");
    storage.detach_layer_storage_filter(mount).expect("no filter");
    let kind = FileSystemFilterType::Wcifs;
    let data = hcs_schema::v2::LayerData { filter_type: kind.clone(), ..parents };
    if windows_version().build >= 26100 {
        storage.attach_overlay_filter(mount, &data).expect("a filter");
        storage.detach_overlay_filter(mount, kind).expect("no filter");
        session.assert_called(&["HcsAttachOverlayFilter", "HcsDetachOverlayFilter"]);
    }
    disk.detach().expect("detached");
    let [formatted, mounted] = ["HcsFormatWritableLayerVhd", "HcsGetLayerVhdMountPath"];
    session.assert_called(&[formatted, mounted, "HcsInitializeWritableLayer", "HcsExportLayer"]);
    session.assert_called(&["HcsAttachLayerStorageFilter", "HcsDetachLayerStorageFilter"]);
    session.assert_empty();
}

#[test]
fn writable_layers_of_the_old_format_have_a_folder() {
    if !is_there() {
        return;
    }
    let session = Session::new("storage-legacy");
    let (layers, storage) = (Layers::load().expect("functions"), Storage::load().expect("functions"));
    let (scratch, parents) = (session.path("scratch"), [session.base()]);
    let data = layers.layer_data(&parents).expect("a document");
    layers.create_sandbox(&scratch, &parents).expect("a layer");
    let volume = layers.mount(&scratch, &parents).expect("a volume");
    storage.initialize_legacy_writable_layer(volume.as_ref(), &scratch, &data).expect("set up");
    storage.export_legacy_writable_layer(volume.as_ref(), &scratch, &session.path("out"), &data).expect("exported");
    layers.unmount(&scratch).expect("unmounted");
    storage.destroy_layer(&scratch).expect("destroyed");
    assert!(!exists(&scratch));
    session.assert_called(&["HcsInitializeLegacyWritableLayer", "HcsExportLegacyWritableLayer", "HcsDestroyLayer"]);
}

#[test]
fn base_layers_are_imported_and_set_up() {
    if !is_there() {
        return;
    }
    let session = Session::new("storage-base");
    let storage = Storage::load().expect("the functions");
    let layers = Layers::load().expect("the functions");
    let (base, copy) = (session.base(), session.path("copy"));
    let none: [&str; 0] = [];
    let data = layers.layer_data(&none).expect("a document");
    storage.import_layer(&copy, &base, &data).expect("imported");
    storage.export_layer(&copy, &session.path("out"), &data, &ExportLayerOptions::default()).expect("exported");
    let containers = OsLayerOptions { kind: OsLayerType::Container, ..OsLayerOptions::default() };
    storage.setup_base_os_layer(&base, None, &containers).expect("set up");
    assert!(exists(&base.join("Hives")));

    let disks = Disks::load().expect("the functions");
    let disk = disks.create(&session.path("vm.vhdx"), &NewDisk::of_size(1 << 30)).expect("a disk");
    disk.attach(&Attachment::default()).expect("attached");
    let machines = OsLayerOptions { kind: OsLayerType::Vm, ..OsLayerOptions::default() };
    storage.setup_base_os_layer(&copy, Some(&disk), &machines).expect("set up");
    let error = storage.setup_base_os_layer(&copy, None, &machines).expect_err("no disk");
    assert_eq!(error.code, HResult::E_INVALIDARG);
    assert!(storage.setup_base_os_layer(&copy, Some(&disk), &containers).is_err());

    let volume = storage.setup_base_os_volume(&copy, session.home.folder(), &containers);
    if windows_version().build < 19645 {
        assert!(volume.expect_err("it is too old").is_not_supported());
    } else {
        volume.expect("set up");
        session.assert_called(&["HcsSetupBaseOSVolume"]);
    }
    session.assert_called(&["HcsImportLayer", "HcsExportLayer", "HcsSetupBaseOSLayer"]);
}

fn writable() -> ExportLayerOptions {
    ExportLayerOptions { is_writable_layer: true }
}
