//! The steps of layers in every order.

use super::*;
use serde_json::{Value, json};

/// A folder with a base layer, and the layers.
struct Home {
    folder: tempfile::TempDir,
    layers: Layers,
}

impl Home {
    fn new() -> Home {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("base/Files")).unwrap();
        Home { folder, layers: Layers::default() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn descriptor(&self, name: &str) -> Value {
        json!({"id": Guid::of_name(name).to_string(), "flags": 0, "path": self.path(name)})
    }

    fn reply(&mut self, function: &str, arguments: Value) -> Reply {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let (dll, function) = ("vmcompute".to_owned(), function.to_owned());
        let call = Call { dll, function, arguments, process: 1, build: 20348, client: 1 };
        self.layers.call(&call, &Disks::default()).expect("a function of layers")
    }

    /// A call as hcsshim makes it: no home, whole paths.
    fn call(&mut self, function: &str, name: &str) -> HResult {
        let arguments = json!({
            "flavour": 1, "home": "", "id": self.path(name), "layers": [self.descriptor("base")],
        });
        HResult(self.reply(function, arguments).result)
    }

    /// A call as hostcompute_nspawn makes it: the folder above as home, names, and a parent.
    fn named(&mut self, function: &str, name: &str) -> Reply {
        let home = format!("{}/", self.folder.path().display());
        let layers = [self.descriptor("base")];
        self.reply(
            function,
            json!({"flavour": 1, "home": home, "id": name, "parent": "base", "layers": layers, "bytes": 0}),
        )
    }
}

const OK: HResult = HResult::S_OK;

#[test]
fn a_writable_layer_goes_through_its_states() {
    let mut home = Home::new();
    assert_eq!(home.call("CreateSandboxLayer", "a"), OK);
    assert!(fs::read(home.path("a/sandbox.vhdx")).unwrap().starts_with(b"vhdxfile"));
    assert_eq!(home.layers.left(), [format!("writable layer {}", home.path("a"))]);
    for (function, expected) in [
        ("PrepareLayer", ERROR_NOT_READY),
        ("UnprepareLayer", HResult::ERROR_NOT_FOUND),
        ("DeactivateLayer", HResult::ERROR_NOT_FOUND),
        ("GetLayerMountPath", HResult::ERROR_NOT_FOUND),
        ("CreateSandboxLayer", HResult::ERROR_FILE_EXISTS),
        ("ActivateLayer", OK),
        ("ActivateLayer", ERROR_SHARING_VIOLATION),
        ("UnprepareLayer", HResult::ERROR_NOT_FOUND),
        ("DestroyLayer", HResult::ERROR_BUSY),
        ("ExpandSandboxSize", HResult::ERROR_BUSY),
        ("PrepareLayer", OK),
        ("PrepareLayer", ERROR_ALREADY_EXISTS),
        ("DeactivateLayer", HResult::ERROR_BUSY),
        ("DestroyLayer", HResult::ERROR_BUSY),
        ("ExportLayer", HResult::ERROR_BUSY),
        ("UnprepareLayer", OK),
        ("DeactivateLayer", OK),
        ("DestroyLayer", OK),
        ("DestroyLayer", HResult::ERROR_PATH_NOT_FOUND),
        ("ActivateLayer", HResult::ERROR_PATH_NOT_FOUND),
    ] {
        assert_eq!(home.call(function, "a"), expected, "{function}");
    }
    assert!(!Path::new(&home.path("a")).exists());
    assert_eq!(home.layers.left(), Vec::<String>::new());
}

#[test]
fn names_below_a_home_are_paths() {
    let mut home = Home::new();
    for function in ["CreateSandboxLayer", "ActivateLayer", "PrepareLayer"] {
        assert_eq!(home.named(function, "a"), Reply::ok(), "{function}");
    }
    let found = home.named("GetLayerMountPath", "a");
    let path = found.output["path"].as_str().unwrap().to_owned();
    assert_eq!(path.len(), r"\\?\Volume{9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2b}\".len());
    assert_eq!(found.output["length"], path.len() + 1);
    assert!(home.layers.is_prepared(&path) && home.layers.has_volume(path.trim_end_matches('\\')));
    // The same layer by its whole path.
    assert_eq!(home.call("ActivateLayer", "a"), ERROR_SHARING_VIOLATION);
    assert_eq!(home.layers.left().len(), 2);
    assert_eq!(home.call("UnprepareLayer", "a"), OK);
    assert!(!home.layers.is_prepared(&path) && home.layers.has_volume(&path));
}

#[test]
fn read_only_layers_are_folders() {
    let mut home = Home::new();
    assert_eq!(home.call("ActivateLayer", "base"), OK);
    assert_eq!(home.call("ActivateLayer", "base"), OK);
    let found = home.named("GetLayerMountPath", "base");
    assert_eq!(files::key(found.output["path"].as_str().unwrap()), files::key(&home.path("base")));
    assert_eq!(home.call("PrepareLayer", "base"), ERROR_NOT_READY);
    assert_eq!(home.call("DeactivateLayer", "base"), OK);
    assert_eq!(home.named("LayerExists", "base").output["exists"], 1);
    assert_eq!(home.named("LayerExists", "none").output["exists"], 0);
    assert_eq!(home.named("CreateLayer", "new"), Reply::ok());
    assert_eq!(home.named("CreateLayer", "new"), Reply::failed(HResult::ERROR_FILE_EXISTS));
    assert_eq!(home.layers.left(), Vec::<String>::new());
}

#[test]
fn wrong_arguments_are_refused() {
    let mut home = Home::new();
    let (base, path) = (home.descriptor("base"), home.path("a"));
    let other = json!({"id": Guid::of_name("other").to_string(), "flags": 0, "path": home.path("base")});
    let dirty = json!({"id": base["id"], "flags": 1, "path": base["path"]});
    let cases = [
        (json!({"flavour": 1, "id": path, "layers": []}), HResult::E_INVALIDARG),
        (json!({"flavour": 1, "id": "", "layers": [base]}), HResult::E_INVALIDARG),
        (json!({"flavour": 1, "id": "a", "layers": [base]}), HResult::E_INVALIDARG),
        (json!({"flavour": 2, "id": path, "layers": [base]}), HResult::E_INVALIDARG),
        (json!({"flavour": 1, "id": path, "layers": [other]}), HResult::E_INVALIDARG),
        (json!({"flavour": 1, "id": path, "layers": [dirty]}), HResult::E_INVALIDARG),
        (json!({"flavour": 1, "id": path, "layers": [home.descriptor("none")]}), HResult::ERROR_PATH_NOT_FOUND),
        (json!({"flavour": 1, "id": path, "parent": home.path("none")}), HResult::ERROR_PATH_NOT_FOUND),
        (json!({"flavour": 1, "id": home.path("none/a"), "layers": [base]}), HResult::ERROR_PATH_NOT_FOUND),
    ];
    for (arguments, expected) in cases {
        let reply = home.reply("CreateSandboxLayer", arguments.clone());
        assert_eq!(HResult(reply.result), expected, "{arguments}");
    }
    assert_eq!(home.reply("NameToGuid", json!({"name": ""})), Reply::failed(HResult::E_INVALIDARG));
    assert_eq!(home.layers.left(), Vec::<String>::new());
}

#[test]
fn a_disk_grows_and_never_shrinks() {
    let mut home = Home::new();
    assert_eq!(home.call("CreateSandboxLayer", "a"), OK);
    let mut expand = |bytes: u64| {
        let id = home.path("a");
        HResult(home.reply("ExpandSandboxSize", json!({"flavour": 1, "id": id, "bytes": bytes})).result)
    };
    assert_eq!(expand(1 << 30), HResult::E_INVALIDARG);
    assert_eq!(expand(40 << 30), OK);
    assert_eq!(DiskFile::read(Path::new(&home.path("a/sandbox.vhdx"))).unwrap().size, 40 << 30);
    assert_eq!(home.call("ExpandSandboxSize", "base"), HResult::ERROR_FILE_NOT_FOUND);
}

#[test]
fn a_foreign_disk_is_looked_at() {
    let mut home = Home::new();
    fs::create_dir(home.path("a")).unwrap();
    fs::write(home.path("a/sandbox.vhdx"), "nothing").unwrap();
    assert_eq!(home.call("ActivateLayer", "a"), HResult::from_win32(1392));
    fs::write(home.path("a/sandbox.vhdx"), "vhdxfile").unwrap();
    assert_eq!(home.call("ActivateLayer", "a"), OK);
    assert_eq!(home.call("DeactivateLayer", "a"), OK);
}

#[test]
fn images_come_and_go() {
    let mut home = Home::new();
    fs::write(home.path("base/Files/one"), "1").unwrap();
    let (base, out, imported) = (home.path("base"), home.path("out"), home.path("imported"));
    let layers = json!([home.descriptor("base")]);
    for (function, arguments) in [
        ("ProcessBaseImage", json!({"path": base})),
        ("ExportLayer", json!({"flavour": 1, "id": base, "path": out, "layers": []})),
        ("ImportLayer", json!({"flavour": 1, "id": imported, "path": out, "layers": layers})),
        ("CopyLayer", json!({"flavour": 1, "source": imported, "destination": home.path("copy"), "layers": layers})),
    ] {
        assert_eq!(home.reply(function, arguments), Reply::ok(), "{function}");
    }
    assert_eq!(fs::read_to_string(home.path("copy/Files/one")).unwrap(), "1");
    let blank = DiskFile::read(Path::new(&home.path("copy/blank.vhdx"))).unwrap();
    assert_eq!(files::key(&blank.parent), files::key(&home.path("base/blank-base.vhdx")));
    assert_eq!(
        home.reply("ProcessUtilityImage", json!({"path": home.path("base/Files")})),
        Reply::failed(HResult::HCS_E_INVALID_LAYER)
    );
    assert_eq!(home.call("CreateSandboxLayer", "a"), OK);
    let written = json!({"flavour": 1, "id": home.path("a"), "path": home.path("diff"), "layers": layers});
    assert_eq!(home.reply("ExportLayer", written), Reply::ok());
    assert!(Path::new(&home.path("diff/Files")).is_dir());
    assert!(fs::read_to_string(home.path("diff/tombstones.txt")).unwrap().contains("Version 1.0"));
}

#[test]
fn access_is_granted_to_files_that_are_there() {
    let mut home = Home::new();
    let (file, none) = (home.path("base"), home.path("none"));
    let grant =
        |home: &mut Home, path: &str| home.reply("GrantVmAccess", json!({"machine": "VM", "path": path})).result;
    assert_eq!(grant(&mut home, &none), HResult::ERROR_FILE_NOT_FOUND.0);
    assert_eq!(grant(&mut home, &file), 0);
    assert!(home.layers.may_open("vm", &file) && !home.layers.may_open("other", &file));
}
