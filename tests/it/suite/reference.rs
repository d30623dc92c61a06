//! The reference page and the README, held against the program.

use crate::shell::read;
use crate::support::World;
use std::path::Path;

fn page(name: &str) -> String {
    read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name))
}

/// The long options in a help text.
fn options(help: &str) -> Vec<String> {
    let is_option = |word: &&str| word.starts_with("--") && word.len() > 2;
    let shown = help.lines().take_while(|line| !line.starts_with("Examples:"));
    let words = shown.filter(|line| line.trim_start().starts_with('-')).flat_map(|line| line.split([' ', ',']));
    words.filter(is_option).map(str::to_owned).collect()
}

#[test]
fn the_reference_has_every_command_and_option() {
    let (world, page) = (World::new(), page("docs/silo.md"));
    let help = world.silo_ok(&["--help"]);
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> =
        listed.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    assert!(commands.len() >= 12, "{help}");
    for command in commands {
        assert!(page.contains(&format!("`silo {command}")), "{command}");
        let found = options(&world.silo_ok(&[command, "--help"]));
        assert!(found.contains(&"--help".to_owned()), "{command}: {found:?}");
        for option in found {
            assert!(page.contains(&option), "{option} of {command}");
        }
    }
}

#[test]
fn the_reference_has_every_key() {
    let (world, page) = (World::new(), page("docs/silo.md"));
    let file = world.file("config.json", "{}");
    world.refused(&["nspawn", "-c", &file], 125, &["process_executable"]);
    let help = world.silo_ok(&["nspawn", "--help"]);
    let table = help.lines().skip_while(|line| *line != "Keys of the file:").take_while(|line| !line.is_empty());
    let rows = table.filter_map(|line| line.strip_prefix("  ").filter(|row| !row.starts_with(' ')));
    let keys: Vec<&str> = rows
        .flat_map(|row| row.split("  ").next().unwrap().split(','))
        .map(str::trim)
        .filter(|key| !key.is_empty())
        .collect();
    assert_eq!(keys.len(), 21, "{keys:?}");
    for key in keys {
        assert!(page.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn the_readme_shows_files_as_they_are() {
    let readme = page("README.md");
    assert!(readme.contains(&page("examples/hello/config.json")), "examples/hello/config.json differs");
    for link in
        readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| !link.contains("://"))
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(link);
        assert!(path.exists(), "{link}");
    }
}
