//! Disks are made, attached and detached.

use super::*;
use serde_json::{Value, json};

struct Home {
    folder: tempfile::TempDir,
    disks: Disks,
}

impl Home {
    fn new() -> Home {
        Home { folder: tempfile::tempdir().unwrap(), disks: Disks::default() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn call(&mut self, function: &str, name: &str, more: Value) -> Result<Reply, HResult> {
        let Value::Object(mut arguments) = more else { panic!("arguments are an object") };
        arguments.insert("path".into(), self.path(name).into());
        let (dll, function) = ("virtdisk".to_owned(), function.to_owned());
        let call = Call { dll, function, arguments, process: 1, build: 20348, client: 1 };
        match self.disks.call(&call, &Layers::default()).expect("a function of disks") {
            reply if reply.result == 0 => Ok(reply),
            reply => Err(HResult(reply.result)),
        }
    }
}

#[test]
fn a_disk_is_made_attached_and_detached() {
    let mut home = Home::new();
    let size = json!({"size": 8_u64 << 30, "block": 1 << 20});
    home.call("CreateVirtualDisk", "a.vhdx", size.clone()).unwrap();
    assert_eq!(home.call("CreateVirtualDisk", "a.vhdx", size), Err(HResult::ERROR_FILE_EXISTS));
    let none = json!({});
    assert_eq!(home.call("GetVirtualDiskPhysicalPath", "a.vhdx", none.clone()), Err(ERROR_DEV_NOT_EXIST));
    assert_eq!(home.call("DetachVirtualDisk", "a.vhdx", none.clone()), Err(HResult::ERROR_NOT_FOUND));
    home.call("AttachVirtualDisk", "a.vhdx", json!({"flags": 4, "handle": 8})).unwrap();
    assert_eq!(home.call("AttachVirtualDisk", "a.vhdx", none.clone()), Err(ERROR_SHARING_VIOLATION));
    let path = home.call("GetVirtualDiskPhysicalPath", "a.vhdx", none.clone()).unwrap();
    assert_eq!(path.output["physical_path"], r"\\.\PhysicalDrive1");
    assert!(
        home.disks.has_volume(&volume(Path::new(&home.path("a.vhdx")))) && home.disks.is_attached(&home.path("A.VHDX"))
    );
    // It outlives the handle and the client.
    home.call("CloseHandle", "", json!({"handle": 8})).unwrap();
    home.disks.release(1);
    assert_eq!(home.disks.left(), [format!("disk {} is attached", home.path("a.vhdx"))]);
    home.call("DetachVirtualDisk", "a.vhdx", none).unwrap();
    assert_eq!(home.disks.left(), Vec::<String>::new());
}

#[test]
fn a_disk_ends_with_its_handle() {
    let mut home = Home::new();
    home.call("CreateVirtualDisk", "a.vhdx", json!({"size": 8_u64 << 30})).unwrap();
    for close in [true, false] {
        home.call("AttachVirtualDisk", "a.vhdx", json!({"flags": 1, "handle": 8})).unwrap();
        let larger = home.call("ExpandVirtualDisk", "a.vhdx", json!({"size": 9_u64 << 30}));
        assert_eq!(larger, Err(HResult::E_ACCESSDENIED));
        match close {
            true => drop(home.call("CloseHandle", "", json!({"handle": 8})).unwrap()),
            false => home.disks.release(1),
        }
        assert_eq!(home.disks.left(), Vec::<String>::new());
    }
    home.call("ExpandVirtualDisk", "a.vhdx", json!({"size": 9_u64 << 30})).unwrap();
}

#[test]
fn disks_have_parents_and_ids() {
    let mut home = Home::new();
    home.call("CreateVirtualDisk", "base.vhdx", json!({"size": 8_u64 << 30})).unwrap();
    let parent = home.path("base.vhdx");
    home.call("CreateVirtualDisk", "a.vhdx", json!({"parent": parent})).unwrap();
    let id = "9e3a8c35-3d9c-4c5c-8f0d-0a6e0b0f4d2b";
    home.call("SetVirtualDiskInformation", "a.vhdx", json!({"id": id})).unwrap();
    let found = home.call("GetVirtualDiskInformation", "a.vhdx", json!({})).unwrap().output;
    assert_eq!((&found["size"], &found["parent"], &found["id"]), (&json!(8_u64 << 30), &json!(parent), &json!(id)));
    assert_eq!((&found["parent_resolved"], &found["attached"]), (&json!(true), &json!(false)));
    for (arguments, expected) in [
        (json!({}), HResult::E_INVALIDARG),
        (json!({"size": 512}), HResult::E_INVALIDARG),
        (json!({"size": (8_u64 << 30) + 1}), HResult::E_INVALIDARG),
        (json!({"size": 8_u64 << 30, "block": 3}), HResult::E_INVALIDARG),
        (json!({"parent": home.path("none")}), HResult::ERROR_FILE_NOT_FOUND),
        (json!({"parent": parent, "source": parent}), HResult::E_INVALIDARG),
    ] {
        assert_eq!(home.call("CreateVirtualDisk", "b.vhdx", arguments.clone()), Err(expected), "{arguments}");
    }
    assert_eq!(home.call("OpenVirtualDisk", "none", json!({})), Err(HResult::ERROR_FILE_NOT_FOUND));
    let flags = json!({"flags": 0x800});
    assert_eq!(home.call("AttachVirtualDisk", "a.vhdx", flags), Err(HResult::E_INVALIDARG));
    assert_eq!(home.call("ExpandVirtualDisk", "a.vhdx", json!({"size": 512})), Err(HResult::E_INVALIDARG));
}
