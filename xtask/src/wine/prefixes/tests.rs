//! Tests of prefixes with a script in the place of Wine, which notes what it is asked for.

use super::super::windows::USUAL;
use super::*;
use tempfile::TempDir;

fn prefixes() -> (TempDir, Prefixes) {
    let folder = tempfile::tempdir().unwrap();
    let fake = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/wine/prefixes/fake-wine.sh");
    let prefixes = Prefixes::new(Wine { loader: fake.clone(), server: fake }, folder.path()).unwrap();
    (folder, prefixes)
}

/// What was asked for since the last time.
fn asked(folder: &TempDir) -> Vec<String> {
    let file = folder.path().join("asked");
    let text = fs::read_to_string(&file).unwrap_or_default();
    absent(fs::remove_file(file)).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn names(folder: &TempDir) -> Vec<String> {
    let folders = fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_windows_is_made_and_started_once() {
    let (folder, prefixes) = prefixes();
    let prefix = prefixes.started(USUAL).unwrap();
    assert_eq!(prefix, folder.path().join("20348"));
    assert_eq!(
        asked(&folder),
        [
            "template.partial -k",
            "template.partial wineboot --init",
            "template.partial -k",
            "20348.partial -k",
            "20348 -p60",
            "20348 cmd /c ver",
        ]
    );
    let left = ["wineserver", "wine-a1B2c3"].map(|name| folder.path().join(TEMPLATE).join(name).exists());
    assert_eq!(left, [false, false], "a copy of a socket would be taken for one's own");
    prefixes.started(USUAL).unwrap();
    assert_eq!(asked(&folder), ["20348 -p60"]);
    prefixes.started("17763".parse().unwrap()).unwrap();
    assert_eq!(asked(&folder), ["17763.partial -k", "17763 -p60", "17763 cmd /c ver"]);
    assert_eq!(names(&folder), ["17763", "20348", "template"]);
}

#[test]
fn a_windows_that_ended_is_started_again() {
    let (folder, prefixes) = prefixes();
    let prefix = prefixes.started(USUAL).unwrap();
    fs::remove_file(prefix.join("runs")).unwrap();
    asked(&folder);
    prefixes.started(USUAL).unwrap();
    assert_eq!(asked(&folder), ["20348 -p60", "20348 cmd /c ver"]);
}

#[test]
fn the_last_run_ends_every_windows() {
    let (folder, prefixes) = prefixes();
    let (first, second) = (prefixes.begin().unwrap(), prefixes.begin().unwrap());
    prefixes.started(USUAL).unwrap();
    asked(&folder);
    drop(first);
    assert_eq!(asked(&folder), Vec::<String>::new());
    let single = prefixes.share().unwrap();
    drop(second);
    assert_eq!(asked(&folder), Vec::<String>::new(), "a program that runs by itself needs its Windows");
    drop(single);
    drop(prefixes.begin().unwrap());
    assert_eq!(asked(&folder), ["20348 -k"]);
    assert_eq!(names(&folder), ["template"]);
}

#[test]
fn what_a_killed_run_left_is_completed_or_removed() {
    let (folder, prefixes) = prefixes();
    let prefix = prefixes.started(USUAL).unwrap();
    // Killed between the server and the services.
    fs::remove_file(prefix.join(STARTED)).unwrap();
    asked(&folder);
    prefixes.started(USUAL).unwrap();
    assert_eq!(asked(&folder), ["20348 -p60", "20348 cmd /c ver"]);
    // Killed while a prefix was made, and while one was removed.
    fs::create_dir_all(folder.path().join("17763.partial.1/drive_c")).unwrap();
    fs::remove_file(prefix.join(STAMP)).unwrap();
    prefixes.started(USUAL).unwrap();
    assert_eq!(names(&folder), ["20348", "template"]);
    let made_again = ["17763.partial -k", "20348 -k", "20348.partial -k", "20348 -p60", "20348 cmd /c ver"];
    let mut asked = asked(&folder);
    asked[..2].sort();
    assert_eq!(asked, made_again);
}

#[test]
fn another_wine_makes_everything_anew() {
    let (folder, prefixes) = prefixes();
    prefixes.made(USUAL).unwrap();
    let stamp = folder.path().join(TEMPLATE).join(STAMP);
    fs::write(&stamp, "another Wine").unwrap();
    fs::write(folder.path().join("20348").join(STAMP), "another Wine").unwrap();
    asked(&folder);
    prefixes.made(USUAL).unwrap();
    let asked = asked(&folder);
    assert!(asked.contains(&"template.partial wineboot --init".to_owned()), "{asked:?}");
    assert_ne!(fs::read_to_string(stamp).unwrap(), "another Wine");
}

#[test]
fn a_template_that_was_written_to_is_made_anew() {
    let (folder, prefixes) = prefixes();
    prefixes.made(USUAL).unwrap();
    let dll = folder.path().join("20348/drive_c/windows/shared.dll");
    assert_eq!(fs::metadata(&dll).unwrap().nlink(), 2);
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    File::open(&dll).unwrap().set_modified(later).unwrap();
    asked(&folder);
    prefixes.made(USUAL).unwrap();
    assert_eq!(asked(&folder), Vec::<String>::new());
    prefixes.made("17763".parse().unwrap()).unwrap();
    assert!(asked(&folder).contains(&"template.partial wineboot --init".to_owned()));
}

#[test]
fn a_windows_that_says_it_is_another_is_refused() {
    let (_folder, prefixes) = prefixes();
    let prefix = prefixes.made(USUAL).unwrap();
    fs::write(prefix.join("system.reg"), "\"CurrentBuild\"=\"7601\"\n").unwrap();
    let refused = format!("{:#}", prefixes.started(USUAL).unwrap_err());
    assert!(refused.contains("7601"), "{refused}");
}
