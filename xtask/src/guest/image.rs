//! What is in the virtual machine: busybox, the programs, the kernel's modules, and a script that runs everything.

use super::cpio::Archive;
use super::packages::Kernel;
use super::programs::Program;
use super::suites::SUITES;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::io::{BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Statically linked, from the package busybox-static.
const BUSYBOX: &str = "/bin/busybox";

/// What `/bin/sh` is on Debian. Busybox's shell would run its own programs in place of those that are found.
const SHELL: &str = "/bin/dash";

/// Programs of this machine that tests use and of which busybox has less.
const HOST_PROGRAMS: &[&str] = &[
    "/bin/bash",
    "/bin/true",
    SHELL,
    "/bin/mount",
    "/bin/umount",
    "/sbin/losetup",
    "/sbin/mke2fs",
    "/usr/bin/nsenter",
    "/usr/bin/newgidmap",
    "/usr/bin/newuidmap",
    "/usr/bin/setpriv",
    "/usr/bin/strace",
    "/usr/bin/unshare",
];

/// Modules that the tests need and the kernel may have built in, in the order in which they are loaded, with their options.
const MODULES: &[(&str, &str)] = &[
    ("kernel/fs/overlayfs/overlay.ko", ""),
    ("kernel/drivers/block/loop.ko", ""),
    ("kernel/drivers/net/veth.ko", ""),
    ("kernel/fs/configfs/configfs.ko", ""),
    // A disk of a gigabyte, which takes memory as it is filled.
    ("kernel/drivers/block/null_blk/null_blk.ko", "memory_backed=1 gb=1 bs=4096"),
];

/// Folders of the root.
const FOLDERS: &[&str] = &[
    "bin", "dev", "etc", "home", "mnt", "modules", "proc", "root", "run", "sbin", "sys", "tests", "tmp", "usr/lib",
    "var", "var/tmp",
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
    ("etc/shadow", "root:*:1::::::\n"),
    ("etc/subgid", ""),
    ("etc/subuid", ""),
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
        let permissions = if *name == "etc/shadow" { 0o600 } else { 0o644 };
        archive.file(name, permissions, content.as_bytes())?;
    }
    archive.file("init", 0o755, include_bytes!("init.sh"))?;
    archive.file("sbin/suites", 0o755, script(programs, filter)?.as_bytes())?;
    for program in HOST_PROGRAMS {
        host_program(archive, program)?;
    }
    archive.link("bin/sh", SHELL)?;
    busybox(archive)?;
    for (place, (module, options)) in MODULES.iter().enumerate() {
        if let Some(content) = kernel.module(module)? {
            // The script loads them in the alphabet's order.
            archive.file(&format!("modules/{place}.ko"), 0o644, &content)?;
            archive.file(&format!("modules/{place}.options"), 0o644, options.as_bytes())?;
        }
    }
    for program in programs {
        let content =
            std::fs::read(&program.file).with_context(|| format!("cannot read {}", program.file.display()))?;
        archive.file(&format!("tests/{}", program.name), 0o755, &content)?;
    }
    Ok(())
}

/// Busybox and its many names, where Debian's programs would be.
fn busybox<W: Write>(archive: &mut Archive<W>) -> Result<()> {
    let content = std::fs::read(BUSYBOX).with_context(|| format!("{BUSYBOX} is missing: install busybox-static"))?;
    archive.file("bin/busybox", 0o755, &content)?;
    let list = tools::output(Command::new(BUSYBOX).arg("--list-full"))?;
    let better = |name: &str| HOST_PROGRAMS.iter().any(|program| name.rsplit('/').next() == program.rsplit('/').next());
    for name in list.lines().filter(|name| !better(name)) {
        archive.link(name, BUSYBOX)?;
        // Debian has some of them in folders of its own choice, such as `ip`.
        archive.link(&format!("bin/{}", name.rsplit('/').next().unwrap_or(name)), BUSYBOX)?;
    }
    Ok(())
}

/// One of this machine's programs, with its libraries.
fn host_program<W: Write>(archive: &mut Archive<W>, program: &str) -> Result<()> {
    let libraries = tools::output(Command::new("ldd").arg(program))?;
    for path in std::iter::once(program).chain(libraries.split_whitespace().filter(|word| word.starts_with('/'))) {
        let content = std::fs::read(path).with_context(|| format!("cannot read {path}"))?;
        let permissions = std::fs::metadata(path)?.permissions().mode() & 0o7777;
        archive.file(path.trim_start_matches('/'), permissions, &content)?;
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
