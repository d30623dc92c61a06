//! What of a specification this host can honour.
//!
//! [`validate`] looks at a whole specification before anything is made, so that a mistake is reported by its name and costs
//! nothing. It is pure: it neither looks at the machine nor at the bundle. Words with a meaning of their own (capabilities,
//! limits, filters and so on) are read by the module that later applies them, so that both agree.
//!
//! What the specification tells runtimes to ignore is ignored: properties that nobody knows, of which
//! [`unknown_properties`] makes a list for warnings, and `consoleSize` without a terminal. Control group limits are checked
//! again where they are applied, because more of them depends on the machine's control groups.

pub mod affinity;
pub mod caps;
pub mod ioprio;
pub mod label;
mod linux;
pub mod oom;
pub mod personality;
mod process;
mod refusal;
pub mod resources;
pub mod rlimits;
pub mod scheduler;
pub mod seccomp;
pub mod sysctl;
#[cfg(test)]
mod tests;
mod unknown;

pub use process::validate as validate_process;
pub use refusal::Refusal;
pub use unknown::unknown_properties;

use hcs_schema::oci;

/// The longest host or domain name of the kernel.
const MAX_NAME: usize = 64;

/// What a front end tells its user about a specification that can be run but not in every point.
pub fn warnings(spec: &oci::Spec) -> Vec<String> {
    let unknown = unknown_properties(spec).into_iter().map(|path| format!("{path} is not known and has no effect"));
    let capabilities = spec.process.as_ref().and_then(|process| process.capabilities.as_ref());
    unknown.chain(capabilities.and_then(caps::warning)).collect()
}

/// Refuses what this host cannot honour.
pub fn validate(spec: &oci::Spec) -> Result<(), Refusal> {
    version(&spec.oci_version)?;
    let layers = windows(spec.windows.as_ref())?;
    if spec.vm.is_some() {
        return Err(Refusal::unsupported("vm", "is for containers with a virtual machine of their own"));
    }
    root(spec.root.as_ref(), layers)?;
    if spec.annotations.contains_key("") {
        return Err(Refusal::invalid("annotations", "one has an empty name"));
    }
    if let Some(process) = &spec.process {
        process::validate(process)?;
    }
    for (index, mount) in spec.mounts.iter().enumerate() {
        self::mount(&format!("mounts[{index}]"), mount)?;
    }
    if let Some(hooks) = &spec.hooks {
        self::hooks(hooks)?;
    }
    let none = oci::Linux::default();
    let linux = spec.linux.as_ref().unwrap_or(&none);
    linux::validate(linux)?;
    uts_name("hostname", spec.hostname.as_deref(), linux)?;
    uts_name("domainname", spec.domainname.as_deref(), linux)?;
    if spec.domainname.is_some() && linux.sysctl.keys().any(|name| name == "kernel.domainname") {
        return Err(Refusal::invalid("linux.sysctl \"kernel.domainname\"", "domainname is set too"));
    }
    Ok(())
}

/// Checks the version of the specification.
fn version(version: &str) -> Result<(), Refusal> {
    let release = version.split(['-', '+']).next().unwrap_or("");
    let parts: Vec<&str> = release.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts[..] {
        ["1", _, _] if parts.iter().all(number) => Ok(()),
        _ => Err(Refusal::unsupported("ociVersion", format!("{version:?} is not 1.x, which is supported here"))),
    }
}

/// Checks the Windows section; says whether it lists layers.
fn windows(windows: Option<&oci::Windows>) -> Result<bool, Refusal> {
    let Some(windows) = windows else { return Ok(false) };
    let known = [
        ("devices", !windows.devices.is_empty()),
        ("resources", windows.resources.is_some()),
        ("network", windows.network.is_some()),
        ("credentialSpec", !windows.credential_spec.is_null()),
        ("servicing", windows.servicing),
        ("ignoreFlushesDuringBoot", windows.ignore_flushes_during_boot),
        ("hyperv", windows.hyperv.is_some()),
    ];
    let mut set = known.into_iter().filter(|(_, set)| *set).map(|(property, _)| property);
    if let Some(property) = set.next().or_else(|| windows.extra.keys().next().map(String::as_str)) {
        return Err(Refusal::unsupported(format!("windows.{property}"), "is for Windows containers"));
    }
    Ok(!windows.layer_folders.is_empty())
}

/// Checks the root.
fn root(root: Option<&oci::Root>, layers: bool) -> Result<(), Refusal> {
    match root {
        Some(root) if !root.path.is_empty() => text("root.path", &root.path),
        _ if layers => Ok(()),
        _ => Err(Refusal::invalid("root.path", "there is neither a root nor windows.layerFolders")),
    }
}

/// Refuses a NUL, which no string of the kernel can have.
fn text(property: &str, text: &str) -> Result<(), Refusal> {
    if text.contains('\0') {
        return Err(Refusal::invalid(property, format!("{text:?} has a NUL")));
    }
    Ok(())
}

/// Refuses a path that is not absolute.
fn absolute(property: &str, path: &str) -> Result<(), Refusal> {
    text(property, path)?;
    if !path.starts_with('/') {
        return Err(Refusal::invalid(property, format!("{path:?} is not an absolute path")));
    }
    Ok(())
}

/// Checks one mount as far as its options do not matter.
fn mount(place: &str, mount: &oci::Mount) -> Result<(), Refusal> {
    absolute(&format!("{place}.destination"), &mount.destination)?;
    if let Some(source) = &mount.source {
        text(&format!("{place}.source"), source)?;
    }
    if let Some(kind) = &mount.kind {
        text(&format!("{place}.type"), kind)?;
    }
    mount.options.iter().try_for_each(|option| {
        text(&format!("{place}.options"), option)?;
        mount_option(option)
            .map_err(|refusal| Refusal { property: format!("{place}: {}", refusal.property), ..refusal })
    })?;
    if mount.uid_mappings.is_empty() != mount.gid_mappings.is_empty() {
        return Err(Refusal::invalid(place, "uidMappings and gidMappings go together"));
    }
    linux::mappings(&format!("{place}.uidMappings"), &mount.uid_mappings)?;
    linux::mappings(&format!("{place}.gidMappings"), &mount.gid_mappings)
}

/// Refuses mount options that are known and cannot be had.
pub fn mount_option(option: &str) -> Result<(), Refusal> {
    let refused = |why| Err(Refusal::unsupported(format!("mount option `{option}`"), why));
    match option {
        "copy-symlink" | "user" | "users" | "owner" | "group" => refused("this option is not supported"),
        _ if option.starts_with("idmap=") || option.starts_with("ridmap=") => {
            refused("give the mount's uidMappings and gidMappings instead")
        }
        _ => Ok(()),
    }
}

/// Refuses a control group path that names no folder below a hierarchy's root.
pub fn cgroups_path(path: &str) -> Result<(), Refusal> {
    let refused = |why: &str| Err(Refusal::invalid(format!("linux.cgroupsPath {path:?}"), why));
    if !path.starts_with('/') && path.matches(':').count() == 2 {
        return refused(
            "this is the form slice:prefix:name of systemd's driver, which is not supported; name a folder such as /a/b \
             (for containerd: SystemdCgroup = false)",
        );
    }
    let mut parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    match parts.clone().any(|part| part == "..") {
        true => refused("it must not contain .."),
        false if parts.next().is_none() || path.contains(['\0', '\n']) => refused("it names no folder below the root"),
        false => Ok(()),
    }
}

/// Checks all hooks.
fn hooks(hooks: &oci::Hooks) -> Result<(), Refusal> {
    let kinds = [
        ("prestart", &hooks.prestart),
        ("createRuntime", &hooks.create_runtime),
        ("createContainer", &hooks.create_container),
        ("startContainer", &hooks.start_container),
        ("poststart", &hooks.poststart),
        ("poststop", &hooks.poststop),
    ];
    for (kind, hooks) in kinds {
        for (index, hook) in hooks.iter().enumerate() {
            let place = format!("hooks.{kind}[{index}]");
            absolute(&format!("{place}.path"), &hook.path)?;
            hook.args.iter().try_for_each(|arg| text(&format!("{place}.args"), arg))?;
            process::environment(&format!("{place}.env"), &hook.env)?;
            if let Some(timeout) = hook.timeout.filter(|timeout| *timeout <= 0) {
                return Err(Refusal::invalid(format!("{place}.timeout"), format!("{timeout} is not more than 0")));
            }
        }
    }
    Ok(())
}

/// Checks a name that is set in the UTS namespace.
fn uts_name(property: &str, name: Option<&str>, linux: &oci::Linux) -> Result<(), Refusal> {
    let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(()) };
    text(property, name)?;
    if name.len() > MAX_NAME {
        return Err(Refusal::invalid(property, format!("is longer than {MAX_NAME} bytes")));
    }
    if !linux::has(linux, oci::NamespaceKind::Uts) {
        let why = "needs a UTS namespace, or it would change the whole machine";
        return Err(Refusal::invalid(property, why));
    }
    Ok(())
}
