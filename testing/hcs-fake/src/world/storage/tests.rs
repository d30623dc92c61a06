//! Layers by documents, and filters.

use super::*;
use serde_json::json;

struct Home {
    folder: tempfile::TempDir,
    disks: Disks,
    layers: Layers,
    storage: Storage,
}

impl Home {
    fn new() -> Home {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("base/Files")).unwrap();
        let (disks, layers, storage) = (Disks::default(), Layers::default(), Storage::default());
        Home { folder, disks, layers, storage }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn data(&self) -> String {
        let layer = json!({"Id": Guid::of_name("base").to_string(), "Path": self.path("base")});
        json!({"SchemaVersion": {"Major": 2, "Minor": 1}, "Layers": [layer]}).to_string()
    }

    fn call(&mut self, dll: &str, function: &str, arguments: Value) -> Result<Reply, HResult> {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let (dll, function) = (dll.to_owned(), function.to_owned());
        let call = Call { dll, function, arguments, process: 1, build: 20348, client: 1 };
        let reply = self
            .disks
            .call(&call, &self.layers)
            .or_else(|| self.layers.call(&call, &self.disks))
            .or_else(|| self.storage.call(&call, &self.disks, &self.layers));
        match reply.expect("a function of storage") {
            reply if reply.result == 0 => Ok(reply),
            reply => Err(HResult(reply.result)),
        }
    }

    fn storage(&mut self, function: &str, arguments: Value) -> HResult {
        self.call("computestorage", function, arguments).err().unwrap_or(HResult::S_OK)
    }
}

const OK: HResult = HResult::S_OK;

#[test]
fn a_writable_layer_is_made_from_a_disk() {
    let mut home = Home::new();
    let disk = home.path("a.vhdx");
    let handle = json!({"vhd_handle": 8, "vhd_path": disk});
    home.call("virtdisk", "CreateVirtualDisk", json!({"path": disk, "size": 8_u64 << 30})).unwrap();
    assert_eq!(home.storage("HcsGetLayerVhdMountPath", handle.clone()), ERROR_NOT_READY);
    home.call("virtdisk", "AttachVirtualDisk", json!({"path": disk, "flags": 4})).unwrap();
    assert_eq!(home.storage("HcsGetLayerVhdMountPath", handle.clone()), ERROR_UNRECOGNIZED_VOLUME);
    assert_eq!(home.storage("HcsFormatWritableLayerVhd", json!({"vhd_handle": 8})), HResult::from_win32(6));
    assert_eq!(home.storage("HcsFormatWritableLayerVhd", handle.clone()), OK);
    let mounted = home.call("computestorage", "HcsGetLayerVhdMountPath", handle).unwrap().output["mount_path"].clone();
    let volume = format!("{}\\", mounted.as_str().unwrap());
    let data = home.data();
    let layer = json!({"layer_path": volume, "layer_data": data});
    let writable = |options: &str| json!({"writable_layer_path": volume, "layer_data": data, "options": options});
    for (function, arguments, expected) in [
        ("HcsInitializeWritableLayer", writable("{\"x\":1}"), HCS_E_INVALID_JSON),
        ("HcsInitializeWritableLayer", writable(""), OK),
        ("HcsDetachLayerStorageFilter", layer.clone(), HResult::ERROR_NOT_FOUND),
        ("HcsAttachLayerStorageFilter", layer.clone(), OK),
        ("HcsAttachLayerStorageFilter", layer.clone(), ERROR_ALREADY_EXISTS),
        ("HcsDestroyLayer", layer.clone(), HResult::ERROR_BUSY),
    ] {
        assert_eq!(home.storage(function, arguments), expected, "{function}");
    }
    assert!(home.storage.has_filter(mounted.as_str().unwrap()));
    assert_eq!(home.storage.left(), [format!("filter WCIFS on {volume}")]);
    assert_eq!(home.storage("HcsDetachLayerStorageFilter", layer), OK);
    assert_eq!(home.storage.left(), Vec::<String>::new());
}

#[test]
fn overlay_filters_have_types() {
    let mut home = Home::new();
    let volume = home.path("base");
    let data = |kind: &str, layers: Value| {
        json!({"SchemaVersion": {"Major": 2, "Minor": 0}, "Layers": layers, "FilterType": kind}).to_string()
    };
    let layers = json!([{"Id": Guid::of_name("x").to_string(), "Path": r"\\?\Volume{x}\"}]);
    let overlay = |data: String| json!({"volume_path": volume, "layer_data": data});
    for (function, data, expected) in [
        ("HcsAttachOverlayFilter", data("UnionFS", json!([])), HResult::E_INVALIDARG),
        ("HcsAttachOverlayFilter", data("unionfs", layers.clone()), HCS_E_INVALID_JSON),
        ("HcsAttachOverlayFilter", data("WCIFS", layers.clone()), HResult::E_INVALIDARG),
        ("HcsAttachOverlayFilter", data("UnionFS", layers.clone()), OK),
        ("HcsDetachOverlayFilter", data("WCIFS", json!([])), HResult::E_INVALIDARG),
        ("HcsDetachOverlayFilter", json!({"SchemaVersion": {}, "FilterType": "UnionFS"}).to_string(), OK),
        ("HcsDetachOverlayFilter", data("UnionFS", json!([])), HResult::ERROR_NOT_FOUND),
    ] {
        assert_eq!(home.storage(function, overlay(data.clone())), expected, "{function} {data}");
    }
}

#[test]
fn base_layers_are_set_up() {
    let mut home = Home::new();
    let (base, disk) = (home.path("base"), home.path("vm.vhdx"));
    let layer = |kind: &str, handle: u32, disk: &str| {
        let options = json!({"Type": kind}).to_string();
        json!({"layer_path": base, "vhd_handle": handle, "vhd_path": disk, "options": options})
    };
    home.call("virtdisk", "CreateVirtualDisk", json!({"path": disk, "size": 8_u64 << 30})).unwrap();
    for (arguments, expected) in [
        (layer("Other", 0, ""), HCS_E_INVALID_JSON),
        (layer("Container", 8, &disk), HResult::E_INVALIDARG),
        (layer("Container", 0, ""), OK),
        (layer("Container", 0, ""), HResult::ERROR_FILE_EXISTS),
        (layer("Vm", 0, ""), HResult::from_win32(6)),
        (layer("Vm", 8, &disk), ERROR_NOT_READY),
    ] {
        assert_eq!(home.storage("HcsSetupBaseOSLayer", arguments.clone()), expected, "{arguments}");
    }
    assert!(Path::new(&home.path("base/Hives/Software_Base")).exists());
    home.call("virtdisk", "AttachVirtualDisk", json!({"path": disk, "flags": 0})).unwrap();
    assert_eq!(home.storage("HcsSetupBaseOSLayer", layer("Vm", 8, &disk)), OK);
    let none = json!({"layer_path": home.path("none"), "options": r#"{"Type":"Container"}"#});
    assert_eq!(home.storage("HcsSetupBaseOSLayer", none.clone()), HResult::ERROR_PATH_NOT_FOUND);
    assert_eq!(home.storage("HcsSetupBaseOSVolume", none), HResult::ERROR_PATH_NOT_FOUND);
}

#[test]
fn layers_come_and_go() {
    let mut home = Home::new();
    let data = home.data();
    fs::write(home.path("base/Files/one"), "1").unwrap();
    let (base, new, out) = (home.path("base"), home.path("new"), home.path("out"));
    let import = json!({"layer_path": new, "source_folder_path": base, "layer_data": data});
    assert_eq!(home.storage("HcsImportLayer", import), OK);
    let export =
        |options: &str| json!({"layer_path": new, "export_folder_path": out, "layer_data": data, "options": options});
    assert_eq!(home.storage("HcsExportLayer", export("{}")), OK);
    assert_eq!(fs::read_to_string(home.path("out/Files/one")).unwrap(), "1");
    assert_eq!(home.storage("HcsExportLayer", export(r#"{"IsWritableLayer":true}"#)), OK);
    assert_eq!(home.storage("HcsExportLayer", export(r#"{"Writable":true}"#)), HCS_E_INVALID_JSON);
    assert!(Path::new(&home.path("out/tombstones.txt")).exists());
    let mount = json!({
        "writable_layer_mount_path": base, "writable_layer_folder_path": new, "layer_data": data,
        "export_folder_path": home.path("legacy"), "options": "",
    });
    assert_eq!(home.storage("HcsInitializeLegacyWritableLayer", mount.clone()), OK);
    assert_eq!(home.storage("HcsExportLegacyWritableLayer", mount), OK);
    assert_eq!(home.storage("HcsDestroyLayer", json!({"layer_path": new})), OK);
    assert_eq!(home.storage("HcsDestroyLayer", json!({"layer_path": new})), HResult::ERROR_PATH_NOT_FOUND);
    let wrong = r#"{"Layers":[]}"#;
    assert_eq!(home.storage("HcsImportLayer", json!({"layer_path": new, "layer_data": wrong})), HResult::E_INVALIDARG);
}

#[test]
fn one_disk_is_used_in_one_way() {
    let mut home = Home::new();
    let (folder, disk) = (home.path("a"), home.path("a/sandbox.vhdx"));
    let layers = json!([{"id": Guid::of_name("base").to_string(), "flags": 0, "path": home.path("base")}]);
    let layer = json!({"flavour": 1, "id": folder, "layers": layers});
    home.call("vmcompute", "CreateSandboxLayer", layer.clone()).unwrap();
    home.call("virtdisk", "AttachVirtualDisk", json!({"path": disk, "flags": 4})).unwrap();
    assert_eq!(home.call("vmcompute", "ActivateLayer", layer.clone()), Err(HResult::from_win32(32)));
    assert_eq!(home.call("vmcompute", "DestroyLayer", layer.clone()), Err(HResult::ERROR_BUSY));
    home.call("virtdisk", "DetachVirtualDisk", json!({"path": disk})).unwrap();
    home.call("vmcompute", "ActivateLayer", layer.clone()).unwrap();
    let attached = home.call("virtdisk", "AttachVirtualDisk", json!({"path": disk, "flags": 4}));
    assert_eq!(attached, Err(HResult::from_win32(32)));
    assert_eq!(home.storage("HcsDestroyLayer", json!({"layer_path": folder})), HResult::ERROR_BUSY);
    // hcsshim puts the filter of other file systems on the volume of an active layer.
    let mounted = home.call("vmcompute", "GetLayerMountPath", layer.clone()).unwrap().output["path"].clone();
    let data = json!({"SchemaVersion": {"Major": 2}, "FilterType": "UnionFS", "Layers": [{"Id": "x", "Path": "x"}]});
    let filter = json!({"volume_path": mounted, "layer_data": data.to_string()});
    assert_eq!(home.storage("HcsAttachOverlayFilter", filter.clone()), OK);
    assert_eq!(home.storage("HcsDetachOverlayFilter", filter), OK);
    home.call("vmcompute", "DeactivateLayer", layer.clone()).unwrap();
    home.call("vmcompute", "DestroyLayer", layer).unwrap();
}
