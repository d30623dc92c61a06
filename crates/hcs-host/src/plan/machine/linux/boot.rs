//! What a utility VM boots Linux from.

use super::command_line::{Agent, CommandLine, Root};
use super::traits::Traits;
use crate::Result;
use crate::plan::machine::paths;
use crate::plan::{Architecture, Context, PathKind};
use hcs_schema::v2::{Chipset, LinuxKernelDirect, Uefi, UefiBootDevice, UefiBootEntry};

/// The first build that starts Linux kernels without firmware.
const DIRECT_BOOT: u32 = 18_286;

/// Levels of the guest agent's log.
const LOG_LEVELS: [&str; 8] = ["panic", "fatal", "error", "warn", "warning", "info", "debug", "trace"];

/// Files that a machine boots from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Boot {
    /// The folder that they are in.
    pub folder: String,
    /// Name of the kernel.
    pub kernel: &'static str,
    /// Whether the host starts the kernel without firmware.
    pub direct: bool,
    /// Where the root filesystem is.
    pub root: Root,
}

/// The folder of boot files.
pub(super) fn folder(context: &Context<'_>) -> String {
    let annotation = context.annotations.boot_files_root_path.clone().filter(|path| !path.is_empty());
    annotation.unwrap_or_else(|| context.facts.linux_boot.folder.clone())
}

impl Boot {
    /// The files for a container's machine.
    pub fn of(context: &Context<'_>, traits: &Traits) -> Result<Self> {
        let annotations = &context.annotations;
        let folder = folder(context);
        let arm = context.facts.architecture == Architecture::Arm64;
        let can = !arm && context.facts.build().is_some_and(|build| build >= DIRECT_BOOT);
        let direct = annotations.kernel_direct_boot.unwrap_or(can);
        let disk = match annotations.preferred_rootfs_type.as_deref() {
            Some("initrd") => false,
            Some(_) => true,
            None => there(context, &folder, "rootfs.vhd"),
        };
        let verity = (annotations.dm_verity_mode == Some(true)).then(|| annotations.dm_verity_create_args.clone());
        let root = match (disk, traits.memory.is_some(), verity.flatten()) {
            (true, false, Some(arguments)) => Root::Verity(verity_arguments(context, arguments)?),
            (_, _, Some(_)) => {
                let key = "annotation io.microsoft.virtualmachine.lcow.dmverity-mode";
                let count = "io.microsoft.virtualmachine.devices.virtualpmem.maximumcount=0";
                let message =
                    format!("{key}: the kernel verifies a root that is a SCSI disk: it needs a rootfs.vhd and {count}");
                return Err(context.wanted.invalid(message));
            }
            (false, _, None) => Root::Memory { firmware: !direct },
            (true, true, None) => Root::PersistentMemory,
            (true, false, None) => Root::Scsi,
        };
        let kernel = if direct && there(context, &folder, "vmlinux") { "vmlinux" } else { "kernel" };
        Ok(Boot { folder, kernel, direct, root })
    }

    /// The file of the root filesystem.
    pub fn root_file(&self) -> String {
        let name = if matches!(self.root, Root::Memory { .. }) { "initrd.img" } else { "rootfs.vhd" };
        paths::join(&self.folder, name)
    }

    /// The firmware or kernel of the machine's document.
    pub fn chipset(&self, command_line: String) -> Chipset {
        if !self.direct {
            let entry = UefiBootEntry {
                device_type: UefiBootDevice::VmbFs,
                device_path: format!(r"\{}", self.kernel),
                vmb_fs_root_path: self.folder.clone(),
                optional_data: command_line,
                ..UefiBootEntry::default()
            };
            return Chipset { uefi: Some(Uefi { boot_this: Some(entry), ..Uefi::default() }), ..Chipset::default() };
        }
        let in_memory = matches!(self.root, Root::Memory { .. });
        let kernel = LinuxKernelDirect {
            kernel_file_path: paths::join(&self.folder, self.kernel),
            init_rd_path: if in_memory { self.root_file() } else { String::new() },
            kernel_cmd_line: command_line,
        };
        Chipset { linux_kernel_direct: Some(kernel), ..Chipset::default() }
    }
}

/// Whether a boot file is there.
fn there(context: &Context<'_>, folder: &str, name: &str) -> bool {
    let known = &context.facts.linux_boot;
    if paths::key(&known.folder) == paths::key(folder) {
        return match name {
            "vmlinux" => known.vmlinux,
            _ => known.rootfs_vhd,
        };
    }
    context.facts.paths.get(&paths::join(folder, name)).is_some_and(|kind| *kind == PathKind::File)
}

/// Arguments of the kernel's `dm-mod.create`, which stand between quotation marks.
fn verity_arguments(context: &Context<'_>, arguments: String) -> Result<String> {
    if arguments.contains(['"', '\n', '\0']) {
        let key = "annotation io.microsoft.virtualmachine.lcow.dmverity-create-args";
        return Err(context.wanted.invalid(format!("{key}: it has a quotation mark or a line break")));
    }
    Ok(arguments)
}

/// The kernel command line.
pub(super) fn command_line(context: &mut Context<'_>, boot: &Boot, pci: bool, processors: u32) -> Result<CommandLine> {
    let annotations = context.annotations.clone();
    let in_memory = matches!(boot.root, Root::Memory { .. });
    let writable = annotations.writable_overlay_directories == Some(true);
    if writable && in_memory {
        let key = "annotation io.microsoft.virtualmachine.lcow.writable-overlay-directories";
        context.notes.push(format!("{key} has no effect: the guest's root is in memory and writable anyway"));
    }
    let options = annotations.kernel_boot_options.clone().unwrap_or_default();
    let key = "annotation io.microsoft.virtualmachine.lcow.kernelbootoptions";
    if options.split_whitespace().any(|word| word == "--") {
        let why = "-- would end the kernel's part of the command line";
        return Err(context.wanted.invalid(format!("{key}: {why}")));
    }
    if options.matches('"').count() % 2 == 1 {
        let why = "a quotation mark without its other one would swallow the rest of the command line";
        return Err(context.wanted.invalid(format!("{key}: {why}")));
    }
    one_line(context, key, &options)?;
    Ok(CommandLine {
        root: boot.root.clone(),
        arm: context.facts.architecture == Architecture::Arm64,
        console: annotations.console_pipe.is_some(),
        options: options.trim().to_owned(),
        pci,
        processors,
        writable: writable && !in_memory,
        agent: agent(context)?,
    })
}

fn agent(context: &Context<'_>) -> Result<Agent> {
    let annotations = &context.annotations;
    let extra = annotations.extra_exec_command_args.clone().unwrap_or_default();
    let extra_key = "annotation io.microsoft.virtualmachine.lcow.extra-exec-command-args";
    one_line(context, extra_key, &extra)?;
    let core_dumps = annotations.process_dump_location.clone().unwrap_or_default();
    let dumps_key = "annotation io.microsoft.container.processdumplocation";
    one_line(context, dumps_key, &core_dumps)?;
    if core_dumps.contains(char::is_whitespace) {
        let why = "a space would end the path on the kernel's command line";
        return Err(context.wanted.invalid(format!("{dumps_key}: {core_dumps:?}: {why}")));
    }
    for (key, text) in [(extra_key, &extra), (dumps_key, &core_dumps)] {
        for_shell(context, key, text)?;
    }
    let options = &context.wanted.options;
    let log_level = if options.log_level.is_empty() { "info" } else { &options.log_level };
    if !LOG_LEVELS.contains(&log_level) {
        return Err(context
            .wanted
            .invalid(format!("option log_level: {log_level:?} is none of {}", LOG_LEVELS.join(", "))));
    }
    Ok(Agent {
        log_level: log_level.into(),
        extra: extra.trim().to_owned(),
        time_sync: annotations.disable_time_sync != Some(true),
        scrub: options.scrub_logs != Some(false),
        core_dumps,
    })
}

/// Refuses what a shell would not take for plain words, where one starts the agent.
fn for_shell(context: &Context<'_>, key: &str, text: &str) -> Result<()> {
    let plain = |char: char| char.is_ascii_alphanumeric() || " /.,:=@%+-_".contains(char);
    if context.annotations.console_pipe.is_some() && !text.chars().all(plain) {
        let why =
            "a shell starts the agent where there is a console; leave out quotation marks and other signs of the shell";
        return Err(context.wanted.invalid(format!("{key}: {why}")));
    }
    Ok(())
}

/// Refuses what would not stay on one line of a document.
fn one_line(context: &Context<'_>, key: &str, text: &str) -> Result<()> {
    if text.contains(['\n', '\r', '\0']) {
        return Err(context.wanted.invalid(format!("{key}: it has a line break")));
    }
    Ok(())
}
