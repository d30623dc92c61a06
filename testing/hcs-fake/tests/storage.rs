//! Layers of `vmcompute.dll`, disks of `virtdisk.dll` and filters of `computestorage.dll`, as other programs use them.
#![forbid(unsafe_code)]
#![cfg(windows)]

use hcs_fake::Home;
use hcs_fake::raw::Argument::{Block, Document, Number, Out, Text};
use hcs_fake::raw::{Argument, Dll};
use hcs_fake::world::Guid;
use serde_json::json;
use std::fs;
use std::path::Path;

const ERROR_SHARING_VIOLATION: u32 = 32;
const ERROR_ALREADY_EXISTS: u32 = 0x8007_00b7;

/// A home with a base layer in it.
fn home(test: &str) -> Home {
    let home = Home::new(test);
    home.enter();
    fs::create_dir_all(home.folder().join("base/Files")).expect("a base layer");
    home
}

/// Text as it is in memory.
fn words(text: &str) -> Vec<usize> {
    let units: Vec<u16> = text.encode_utf16().chain([0]).collect();
    let word = |units: &[u16]| units.iter().rev().fold(0, |word, unit| word << 16 | usize::from(*unit));
    units.chunks(4).map(word).collect()
}

/// Text that is in memory.
fn text(words: &[usize]) -> String {
    let units = words.iter().flat_map(|word| [0, 16, 32, 48].map(|shift| (word >> shift) as u16));
    String::from_utf16_lossy(&units.take_while(|unit| *unit != 0).collect::<Vec<_>>())
}

/// The address of words, which are never freed.
fn address(words: Vec<usize>) -> usize {
    let words: &'static mut [usize] = Box::leak(words.into());
    words.as_ptr().expose_provenance()
}

/// The GUID of a name, as the DLL writes it.
fn guid(dll: &Dll, name: &str) -> [usize; 2] {
    let mut guid = [0; 2];
    assert_eq!(dll.call("NameToGuid", &mut [Text(name), Block(&mut guid)]), 0);
    guid
}

#[test]
fn layers_go_through_their_states_as_hostcompute_nspawn_does_it() {
    let home = home("layers");
    let dll = Dll::open("vmcompute");
    let (folder, base) = (format!("{}\\", home.folder().display()), home.folder().join("base"));
    let info = || Number(address(vec![1, address(words(&folder))]));
    let [first, second] = guid(&dll, "base");
    let below = || Number(address(vec![first, second, 0, address(words(&base.to_string_lossy()))]));
    let mut create = [info(), Text("one"), Text("base"), below(), Number(1)];
    assert_eq!(dll.call("CreateSandboxLayer", &mut create), 0);
    assert!(home.folder().join("one/sandbox.vhdx").is_file());
    assert_eq!(dll.call("ActivateLayer", &mut [info(), Text("one")]), 0);
    assert_eq!(dll.call("PrepareLayer", &mut [info(), Text("one"), below(), Number(1)]), 0);
    let mut wrong = [info(), Text("one"), Number(address(vec![first, first, 0, address(words(&folder))])), Number(1)];
    assert_eq!(dll.call("PrepareLayer", &mut wrong), 0x8007_0057);

    // The length has four bytes: the others are kept.
    let mut length = 0x1234_5678_0000_0000;
    let mut ask = [info(), Text("one"), Out(&mut length), Number(0)];
    assert_eq!(dll.call("GetLayerMountPath", &mut ask), 0);
    assert_eq!(length, 0x1234_5678_0000_0000 + 50);
    let mut path = [0; 13];
    let mut ask = [info(), Text("one"), Out(&mut length), Block(&mut path)];
    assert_eq!(dll.call("GetLayerMountPath", &mut ask), 0);
    assert!(text(&path).starts_with(r"\\?\Volume{") && text(&path).ends_with(r"}\"), "{}", text(&path));
    container_on(&dll, &text(&path));
    let (mut short, mut path) = (10, [0; 13]);
    let mut ask = [info(), Text("one"), Out(&mut short), Block(&mut path)];
    assert_eq!((dll.call("GetLayerMountPath", &mut ask), path[0]), (0x8007_007a, 0));
    assert_eq!(home.fake().left().expect("what is left").len(), 2);

    assert_eq!(dll.call("DestroyLayer", &mut [info(), Text("one")]), 0x8007_00aa);
    for function in ["UnprepareLayer", "DeactivateLayer", "DestroyLayer"] {
        assert_eq!(dll.call(function, &mut [info(), Text("one")]), 0, "{function}");
    }
    let mut exists = 1;
    assert_eq!(dll.call("LayerExists", &mut [info(), Text("one"), Out(&mut exists)]), 0);
    assert_eq!(exists, 0);
    let mut images = String::new();
    assert_eq!((dll.call("GetBaseImages", &mut [Document(&mut images)]), images.as_str()), (0, r#"{"Images":[]}"#));
    assert_eq!(home.fake().left().expect("what is left"), Vec::<String>::new());
}

/// Makes a container whose root is a volume, and ends it; on any other volume there can be none.
fn container_on(dll: &Dll, volume: &str) {
    let create = |volume: &str| {
        let document = json!({
            "SystemType": "Container", "Name": "c", "Layers": [], "HvPartition": false, "VolumePath": volume,
        });
        let (document, mut system, mut result) = (document.to_string(), 0, String::new());
        let mut arguments = [Text("c"), Text(&document), Number(0), Out(&mut system), Document(&mut result)];
        (dll.call("HcsCreateComputeSystem", &mut arguments), system, result)
    };
    let (code, _, result) = create(r"\\?\Volume{none}\");
    assert_eq!(code, 0x8007_0003);
    assert!(result.contains("is no volume with the filter of a layer"), "{result}");
    let (code, system, result) = create(volume);
    assert_eq!(code, 0xc037_0103, "{result}");
    let ended = dll.call("HcsTerminateComputeSystem", &mut [Number(system), Text(""), Document(&mut String::new())]);
    assert_eq!(ended, 0xc037_0103);
    assert_eq!(dll.call("HcsCloseComputeSystem", &mut [Number(system)]), 0);
}

/// Makes a disk of a size, and answers its handle.
fn disk(dll: &Dll, path: &str, size: usize) -> (u32, usize) {
    // The version, an id, the size, the sizes of blocks and sectors, and no paths.
    let parameters = address(vec![2, 0, 0, size, 1 << 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let (kind, mut handle) = (address(vec![0; 3]), 0);
    let none = || Number(0);
    let mut arguments =
        [Number(kind), Text(path), none(), none(), none(), none(), Number(parameters), none(), Out(&mut handle)];
    (dll.call("CreateVirtualDisk", &mut arguments), handle)
}

fn attach(dll: &Dll, handle: usize, flags: usize) -> u32 {
    let none = || Number(0);
    dll.call("AttachVirtualDisk", &mut [Number(handle), none(), Number(flags), none(), none(), none()])
}

fn storage(dll: &Dll, function: &str, texts: &[&str]) -> u32 {
    let mut arguments: Vec<Argument> = texts.iter().map(|text| Text(text)).collect();
    dll.call(function, &mut arguments)
}

#[test]
fn a_disk_becomes_a_writable_layer() {
    let home = home("disks");
    let (disks, layers) = (Dll::open("virtdisk"), Dll::open("computestorage"));
    let path = home.folder().join("a.vhdx").to_string_lossy().into_owned();
    let (made, handle) = disk(&disks, &path, 8 << 30);
    assert_eq!(made, 0);
    assert_eq!(disk(&disks, &path, 8 << 30), (80, 0));
    assert_eq!(layers.call("HcsFormatWritableLayerVhd", &mut [Number(handle)]), 0);
    assert_eq!(layers.call("HcsFormatWritableLayerVhd", &mut [Number(0)]), 0x8007_0006);
    assert_eq!(attach(&disks, handle, 4), 0);
    assert_eq!(attach(&disks, handle, 4), ERROR_SHARING_VIOLATION);
    let (mut size, mut physical) = (64, [0; 8]);
    let mut arguments = [Number(handle), Out(&mut size), Block(&mut physical)];
    assert_eq!(disks.call("GetVirtualDiskPhysicalPath", &mut arguments), 0);
    assert_eq!((text(&physical).as_str(), size), (r"\\.\PhysicalDrive1", 38));
    let (mut size, mut information, mut used) = (32, [1, 0, 0, 0], 0);
    let mut arguments = [Number(handle), Out(&mut size), Block(&mut information), Out(&mut used)];
    assert_eq!(disks.call("GetVirtualDiskInformation", &mut arguments), 0);
    assert_eq!((information[1], information[3] >> 32), (8 << 30, 512));

    let mut mounted = String::new();
    let mut arguments = [Number(handle), Document(&mut mounted)];
    assert_eq!(layers.call("HcsGetLayerVhdMountPath", &mut arguments), 0);
    let base = home.folder().join("base").to_string_lossy().into_owned();
    let layer = json!({"Id": Guid::of_name("base").to_string(), "Path": base});
    let data = json!({"SchemaVersion": {"Major": 2, "Minor": 1}, "Layers": [layer]}).to_string();
    for (function, texts, expected) in [
        ("HcsInitializeWritableLayer", vec![mounted.as_str(), &data, ""], 0),
        ("HcsAttachLayerStorageFilter", vec![&mounted, &data], 0),
        ("HcsAttachLayerStorageFilter", vec![&mounted, &data], ERROR_ALREADY_EXISTS),
        ("HcsDetachLayerStorageFilter", vec![&mounted], 0),
        ("HcsAttachLayerStorageFilter", vec![r"\\?\Volume{none}\", &data], 0x8007_0003),
    ] {
        assert_eq!(storage(&layers, function, &texts), expected, "{function}");
    }
    assert_eq!(home.fake().left().expect("what is left"), [format!(r"disk \\?\{path} is attached")]);
    assert_eq!(disks.call("DetachVirtualDisk", &mut [Number(handle), Number(0), Number(0)]), 0);
    // A disk that is attached for its handle alone ends with it, when the DLL is called again.
    assert_eq!(attach(&disks, handle, 0), 0);
    assert_eq!(home.fake().left().expect("what is left").len(), 1);
    drop(hcs_fake::raw::Pipe::from_handle(handle));
    let mut again = 0;
    let mut arguments = [Number(address(vec![0; 3])), Text(&path), Number(0), Number(0), Number(0), Out(&mut again)];
    assert_eq!(disks.call("OpenVirtualDisk", &mut arguments), 0);
    assert_eq!(home.fake().left().expect("what is left"), Vec::<String>::new());
    drop(hcs_fake::raw::Pipe::from_handle(again));
    assert!(fs::remove_file(Path::new(&path)).is_ok());
}
