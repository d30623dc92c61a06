//! `silo nspawn`: where a container's files come from.

use crate::nspawn::Nspawn;
use crate::shell::read;
use serde_json::json;

#[test]
fn left_out_it_is_the_hosts_own_root_under_a_private_layer() {
    let nspawn = Nspawn::new();
    for words in [json!(null), json!("")] {
        let keys = json!({"parent_layer_directory": words});
        let script = "echo planted > /usr/planted; cat /usr/planted; sha256sum < /etc/os-release";
        let host = std::process::Command::new("sh").args(["-c", "sha256sum < /etc/os-release"]).output().unwrap();
        assert_eq!(nspawn.inside(keys, script) + "\n", format!("planted\n{}", String::from_utf8_lossy(&host.stdout)));
    }
    assert!(!std::path::Path::new("/usr/planted").exists());
    nspawn.world.assert_empty();
}

#[test]
fn a_root_folder_is_not_written_to() {
    let nspawn = Nspawn::new();
    assert_eq!(nspawn.inside(json!({}), "echo x > /etc/made; rm /etc/passwd; ls /etc"), "group\nmade");
    assert!(nspawn.world.path("base/etc/passwd").exists() && !nspawn.world.path("base/etc/made").exists());
    let absolute = nspawn.world.base().replace('/', "\\");
    assert_eq!(nspawn.inside(json!({"parent_layer_directory": absolute}), "ls /etc"), "group\npasswd");
    nspawn.world.assert_empty();
}

#[test]
fn layers_are_joined_nearest_first() {
    let nspawn = Nspawn::new();
    let world = &nspawn.world;
    world.file("layers/top/layerchain.json", r#"["../middle", "..\\..\\base"]"#);
    world.file("layers/top/top", "top\n");
    world.file("layers/middle/both", "middle\n");
    world.file("base/both", "base\n");
    world.file("base/deep", "base\n");
    let keys = json!({"parent_layer_directory": "layers\\top"});
    assert_eq!(
        nspawn.inside(keys.clone(), "cat /top /both /deep; echo new > /both; cat /both"),
        "top\nmiddle\nbase\nnew"
    );
    assert_eq!(nspawn.inside(keys, "cat /both"), "middle", "each container has its own writable layer");
    assert_eq!(
        (read(world.path("layers/middle/both")), read(world.path("base/both"))),
        ("middle\n".into(), "base\n".into())
    );
    world.file("layers/top/layerchain.json", r#"["../gone"]"#);
    let ran = nspawn.sh(json!({"parent_layer_directory": "layers/top"}), "true");
    assert!(ran.code == 125 && ran.err.contains("layerchain.json") && ran.err.contains("gone"), "{ran:?}");
    world.assert_empty();
}

#[test]
fn nothing_needs_to_be_shown() {
    let nspawn = Nspawn::new();
    assert_eq!(
        nspawn.inside(json!({"process_directory": null}), "pwd; ls -d /work 2>/dev/null || echo none"),
        "/\nnone"
    );
    let ran = nspawn.run(json!({"process_directory": null, "process_executable": "hello.sh"}), &[]);
    assert!(ran.code == 125 && ran.err.contains("process_directory"), "{ran:?}");
    nspawn.world.assert_empty();
}
