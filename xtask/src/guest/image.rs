//! What is in the virtual machine: busybox, the programs, the kernel's modules, and a script that runs everything.

use super::cpio::Archive;
use super::packages::Kernel;
use super::programs::Program;
use super::suites::SUITES;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Statically linked, from the package busybox-static.
const BUSYBOX: &str = "/bin/busybox";

/// Modules that the tests need and the kernel may have built in, in the order in which they are loaded, with their options.
const MODULES: &[(&str, &str)] = &[
    ("kernel/fs/overlayfs/overlay.ko", ""),
    ("kernel/fs/configfs/configfs.ko", ""),
    // A disk of a gigabyte, which takes memory as it is filled.
    ("kernel/drivers/block/null_blk/null_blk.ko", "memory_backed=1 gb=1 bs=4096"),
];

/// Folders of the root.
const FOLDERS: &[&str] = &[
    "bin", "dev", "etc", "home", "mnt", "modules", "proc", "root", "run", "sbin", "sys", "tests", "tmp", "usr",
    "usr/bin", "usr/sbin", "var", "var/tmp",
];

/// Files of the root that programs look things up in.
const FILES: &[(&str, &str)] = &[
    (
        "etc/passwd",
        "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/false\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    ),
    ("etc/group", "root:x:0:\ndaemon:x:1:\ntty:x:5:\nnogroup:x:65534:\n"),
    ("etc/hosts", "127.0.0.1 localhost\n"),
    ("etc/os-release", "ID=guest\n"),
    ("etc/resolv.conf", ""),
];

/// Writes the image and answers where it is.
pub fn write(folder: &Path, kernel: &Kernel, programs: &[Program], filter: Option<&str>) -> Result<PathBuf> {
    let path = folder.join("initramfs.cpio");
    let file = std::fs::File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    let mut archive = Archive::new(BufWriter::new(file));
    fill(&mut archive, kernel, programs, filter)?;
    archive.finish().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

fn fill<W: Write>(archive: &mut Archive<W>, kernel: &Kernel, programs: &[Program], filter: Option<&str>) -> Result<()> {
    for name in FOLDERS {
        archive.folder(name)?;
    }
    archive.device("dev/console", 5, 1)?;
    archive.device("dev/null", 1, 3)?;
    for (name, content) in FILES {
        archive.file(name, content.as_bytes())?;
    }
    archive.program("init", include_bytes!("init.sh"))?;
    archive.program("sbin/suites", script(programs, filter)?.as_bytes())?;
    busybox(archive)?;
    for (place, (module, options)) in MODULES.iter().enumerate() {
        if let Some(content) = kernel.module(module)? {
            // The script loads them in the alphabet's order.
            archive.file(&format!("modules/{place}.ko"), &content)?;
            archive.file(&format!("modules/{place}.options"), options.as_bytes())?;
        }
    }
    for program in programs {
        let content =
            std::fs::read(&program.file).with_context(|| format!("cannot read {}", program.file.display()))?;
        archive.program(&format!("tests/{}", program.name), &content)?;
    }
    Ok(())
}

/// Busybox and its many names, where Debian's programs would be.
fn busybox<W: Write>(archive: &mut Archive<W>) -> Result<()> {
    let content = std::fs::read(BUSYBOX).with_context(|| format!("{BUSYBOX} is missing: install busybox-static"))?;
    archive.program("bin/busybox", &content)?;
    let list = tools::output(Command::new(BUSYBOX).arg("--list-full"))?;
    for name in list.lines().filter(|name| *name != "bin/busybox") {
        archive.link(name, BUSYBOX)?;
    }
    Ok(())
}

/// The script that runs the suites; `machine.rs` reads its marks.
fn script(programs: &[Program], filter: Option<&str>) -> Result<String> {
    let mut script = "#!/bin/sh\n".to_owned();
    for suite in SUITES {
        if !programs.iter().any(|program| program.name == suite.program) {
            bail!("the suite {} was not built", suite.program);
        }
        let arguments: Vec<String> = suite.arguments(filter).iter().map(|argument| quoted(argument)).collect();
        script += &format!(
            "echo '@suite {0}'\n/tests/{0} --test-threads 2 {1}\necho \"@exit {0} $?\"\n",
            suite.program,
            arguments.join(" ")
        );
    }
    Ok(script)
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_is_run_and_must_have_been_built() {
        let programs: Vec<Program> =
            SUITES.iter().map(|suite| Program { name: suite.program.to_owned(), file: PathBuf::new() }).collect();
        let script = script(&programs, Some("it's")).unwrap();
        assert!(SUITES.iter().all(|suite| script.contains(&format!("/tests/{} ", suite.program))), "{script}");
        assert!(script.contains(r"'it'\''s'"), "{script}");
        assert!(super::script(&programs[1..], None).is_err());
    }
}
