//! Layers of Windows containers: which they are, and the calls that make one filesystem of them.
//!
//! They come from one of four places: the caller's own list, the mounts that containerd passes (`windows-layer`, `CimFS`,
//! `BlockCIM`), the specification's `windows.layerFolders` (the last one is the writable layer), or nowhere, when
//! `root.path` names a volume that somebody has mounted.

use super::section;
use crate::Result;
use crate::plan::{Call, Context, Document, Kind, PathKind, Placeholder, Step};
use hcs_schema::oci::Mount;
use hcs_schema::v2::{FileSystemFilterType, Layer, LayerData};

/// A container's layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rootfs {
    /// What the read-only layers are.
    pub form: Form,
    /// Read-only layers, upper-most first: folders, or paths of composite images.
    pub parents: Vec<String>,
    /// Folder of the writable layer.
    pub scratch: String,
    /// The mounted volume, `\\?\Volume{…}\`, or what stands for it until it is mounted.
    pub volume: String,
    /// The layers as documents have them.
    pub layers: Vec<Layer>,
}

impl Rootfs {
    /// Whether somebody has mounted the layers, so that they are not ours to make or to remove.
    fn is_mounted(&self) -> bool {
        self.form == Form::Mounted || !self.volume.starts_with("${")
    }
}

/// Name of the placeholder for the volume without the backslash at its end, which documents of schema version 1 have.
pub(super) const VOLUME_NAME: &str = "volume-name";

/// Forms of read-only layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Form {
    /// Folders that the filter driver WCIFS shows as one.
    #[default]
    Folders,
    /// Composite images (CimFS) as files.
    Images,
    /// Composite images in one file or on block devices.
    Blocks {
        /// Whether they are devices.
        devices: bool,
        /// The image that merges several.
        merged: Option<String>,
    },
    /// None: the volume is mounted already.
    Mounted,
}

/// The layers of a container.
pub(crate) fn rootfs(context: &mut Context<'_>) -> Result<Rootfs> {
    let wanted = context.wanted;
    let windows = section(context)?;
    let sources = [!wanted.layers.is_empty(), !wanted.rootfs.is_empty()];
    if sources == [true, true] {
        return Err(wanted.invalid("layers are given twice: as folders and as mounts of the root filesystem"));
    }
    if !wanted.rootfs.is_empty() && !windows.layer_folders.is_empty() {
        return Err(
            wanted.invalid("windows.layerFolders: mounts of the root filesystem are given, too; give one of them")
        );
    }
    let root = wanted.spec.root.as_ref().map(|root| root.path.as_str()).unwrap_or_default();
    let mut rootfs = if let [mount, rest @ ..] = wanted.rootfs.as_slice() {
        if !rest.is_empty() {
            return Err(wanted.invalid(format!("rootfs: there is one mount for Windows, not {}", wanted.rootfs.len())));
        }
        from_mount(context, mount)?
    } else if !wanted.layers.is_empty() {
        Rootfs { parents: wanted.layers.clone(), scratch: wanted.scratch.clone(), ..Rootfs::default() }
    } else if let [parents @ .., scratch] = windows.layer_folders.as_slice() {
        if parents.is_empty() {
            let message =
                "windows.layerFolders: has one folder; it needs a read-only layer and, at its end, the writable one";
            return Err(wanted.invalid(message));
        }
        Rootfs { parents: parents.to_vec(), scratch: scratch.clone(), ..Rootfs::default() }
    } else if root.is_empty() {
        return Err(wanted.invalid("windows.layerFolders: is missing, and root.path names no mounted volume"));
    } else {
        Rootfs { form: Form::Mounted, ..Rootfs::default() }
    };
    for (index, path) in
        rootfs.parents.iter().chain((!rootfs.scratch.is_empty()).then_some(&rootfs.scratch)).enumerate()
    {
        absolute(path).map_err(|why| wanted.invalid(format!("windows.layerFolders[{index}]: {why}")))?;
    }
    if rootfs.scratch.is_empty() && rootfs.form != Form::Mounted {
        return Err(wanted.invalid("no folder is given for the writable layer"));
    }
    rootfs.volume = if root.is_empty() {
        Placeholder::new("volume").to_string()
    } else {
        volume(root).map_err(|why| wanted.invalid(format!("root.path: {why}")))?
    };
    different(&rootfs).map_err(|why| wanted.invalid(why))?;
    given_volume(context, &rootfs)?;
    rootfs.layers = documents(&rootfs);
    Ok(rootfs)
}

/// Refuses a folder that is two layers.
fn different(rootfs: &Rootfs) -> std::result::Result<(), String> {
    let mut seen: Vec<String> = Vec::new();
    for path in rootfs.parents.iter().chain([&rootfs.scratch]).filter(|path| !path.is_empty()) {
        let key = path.replace('/', r"\").trim_end_matches('\\').to_ascii_lowercase();
        if seen.contains(&key) {
            return Err(format!("{path} is given as a layer twice"));
        }
        seen.push(key);
    }
    Ok(())
}

/// Refuses what does not go together with layers that are there already.
fn given_volume(context: &mut Context<'_>, rootfs: &Rootfs) -> Result<()> {
    let wanted = context.wanted;
    if rootfs.is_mounted() && rootfs.form != Form::Mounted && context.choice.kind.is_isolated_by_hypervisor() {
        let message = "root.path: names a volume of the host; a utility VM mounts the layers itself, so leave it empty";
        return Err(wanted.unsupported(message));
    }
    let disk = format!(r"{}\sandbox.vhdx", rootfs.scratch.trim_end_matches('\\'));
    if rootfs.is_mounted() || context.facts.paths.get(&disk) == Some(&PathKind::File) {
        let storage = section(context)?.resources.clone().unwrap_or_default().storage.unwrap_or_default();
        if storage.sandbox_size.is_some_and(|size| size > 0) {
            let message =
                "windows.resources.storage.sandboxSize: the writable layer is there already, and keeps its size";
            return Err(wanted.unsupported(message));
        }
        context.limits.scratch_size = None;
    }
    Ok(())
}

/// A volume by its GUID, with a backslash at its end.
fn volume(path: &str) -> std::result::Result<String, String> {
    let guid = path.trim_end_matches('\\').strip_prefix(r"\\?\Volume{").and_then(|rest| rest.strip_suffix('}'));
    let lengths = guid.map(|guid| guid.split('-').map(str::len).collect::<Vec<_>>());
    let digits = guid.is_some_and(|guid| guid.chars().all(|char| char == '-' || char.is_ascii_hexdigit()));
    if digits && lengths.as_deref() == Some(&[8, 4, 4, 4, 12]) {
        return Ok(format!("{}\\", path.trim_end_matches('\\')));
    }
    Err(format!(
        r"{path:?} is not a volume such as \\?\Volume{{7bf8b80e-0000-0000-0000-100000000000}}\; leave it empty, and the layers are mounted"
    ))
}

/// A path of the host in the words of Windows: a relative one begins at the bundle. A bundle that is no folder of Windows,
/// because the plan is made elsewhere, stands as a placeholder.
pub(crate) fn on_host(bundle: &str, path: &str) -> std::result::Result<String, String> {
    let why = match absolute(path) {
        Ok(()) => return Ok(path.to_owned()),
        Err(why) => why,
    };
    let inner: Vec<&str> = path.split(['/', '\\']).filter(|part| !matches!(*part, "" | ".")).collect();
    if path.starts_with(['/', '\\']) || path.contains([':', '\0']) || inner.contains(&"..") {
        return Err(why);
    }
    let bundle = match absolute(bundle) {
        Ok(()) => bundle.trim_end_matches(['\\', '/']).to_owned(),
        Err(_) => Placeholder::new("bundle").to_string(),
    };
    Ok(format!(r"{bundle}\{}", inner.join(r"\")))
}

/// A path that begins with a drive or is a UNC or device path.
pub(crate) fn absolute(path: &str) -> std::result::Result<(), String> {
    let bytes = path.as_bytes();
    let drive =
        bytes.len() >= 3 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
    if path.contains('\0') {
        return Err(format!("{path:?} has a NUL"));
    }
    if drive || path.starts_with(r"\\") { Ok(()) } else { Err(format!("{path:?} is not an absolute path of Windows")) }
}

fn from_mount(context: &Context<'_>, mount: &Mount) -> Result<Rootfs> {
    let wanted = context.wanted;
    let invalid = |why: String| wanted.invalid(format!("rootfs: {why}"));
    if !mount.destination.is_empty() {
        return Err(invalid(format!("the mount has the target {:?}; layers have none", mount.destination)));
    }
    let scratch = mount.source.clone().unwrap_or_default();
    let option = |name: &str| mount.options.iter().find_map(|option| option.strip_prefix(name));
    let list = |name: &str| -> Result<Vec<String>> {
        let Some(text) = option(name) else { return Ok(Vec::new()) };
        serde_json::from_str(text).map_err(|why| invalid(format!("option {name}: {why}")))
    };
    let known = ["parentLayerPaths=", "parentCimPaths=", "blockCIMType=", "mergedCIMPath="];
    if let Some(other) =
        mount.options.iter().find(|option| !known.iter().any(|name| option.starts_with(name)) && *option != "rw")
    {
        return Err(invalid(format!("option {other:?} is not known")));
    }
    let folders = list("parentLayerPaths=")?;
    let images = list("parentCimPaths=")?;
    match mount.kind.as_deref().unwrap_or_default() {
        "windows-layer" => {
            if folders.is_empty() {
                return Err(invalid("a windows-layer needs the option parentLayerPaths".into()));
            }
            Ok(Rootfs { parents: folders, scratch, ..Rootfs::default() })
        }
        "CimFS" => {
            composite(context)?;
            if images.is_empty() || images.len() != folders.len() {
                return Err(invalid(format!(
                    "{} parentCimPaths do not match {} parentLayerPaths",
                    images.len(),
                    folders.len()
                )));
            }
            Ok(Rootfs { form: Form::Images, parents: images, scratch, ..Rootfs::default() })
        }
        "BlockCIM" => {
            super::needs(context, "a BlockCIM layer", 27766)?;
            let devices = match option("blockCIMType=") {
                Some("device") => true,
                Some("file") => false,
                other => {
                    return Err(invalid(format!(
                        "blockCIMType is {:?}; it is device or file",
                        other.unwrap_or_default()
                    )));
                }
            };
            let merged = option("mergedCIMPath=").map(str::to_owned);
            if images.is_empty() || (images.len() > 1 && merged.is_none()) {
                return Err(invalid("a BlockCIM needs parentCimPaths, and mergedCIMPath for more than one".into()));
            }
            Ok(Rootfs { form: Form::Blocks { devices, merged }, parents: images, scratch, ..Rootfs::default() })
        }
        kind => {
            Err(invalid(format!("type {kind:?} is not one for Windows; there are windows-layer, CimFS and BlockCIM")))
        }
    }
}

/// Refuses composite images where Windows does not have them.
fn composite(context: &Context<'_>) -> Result<()> {
    let Some(build) = context.facts.build() else { return Ok(()) };
    let update = context.facts.revision();
    if build >= 26100 || (build == 20348 && (update == 0 || update >= 2031)) {
        return Ok(());
    }
    let message = format!(
        "rootfs: CimFS layers need build 26100, or 20348 with update 2031; this host is build {build}.{update}"
    );
    Err(context.wanted.unsupported(message))
}

/// The layers as documents have them. Their ids come from `NameToGuid`, which only Windows computes.
fn documents(rootfs: &Rootfs) -> Vec<Layer> {
    let layer = |id: Placeholder, path: String| Layer { id: id.to_string(), path, ..Layer::default() };
    match rootfs.form {
        Form::Folders => {
            rootfs.parents.iter().map(|path| layer(Placeholder::of("layer-id", name(path)), path.clone())).collect()
        }
        Form::Images | Form::Blocks { .. } => {
            vec![layer(Placeholder::of("layer-id", "image"), Placeholder::new("image-volume").to_string())]
        }
        Form::Mounted => Vec::new(),
    }
}

/// The last part of a path.
pub(crate) fn name(path: &str) -> &str {
    path.trim_end_matches(['\\', '/']).rsplit(['\\', '/']).next().unwrap_or_default()
}

/// The calls that mount the layers on the host.
pub(crate) fn mount(context: &Context<'_>, rootfs: &Rootfs, kind: Kind) -> Vec<Step> {
    let mut steps = Vec::new();
    if rootfs.form == Form::Folders {
        for path in &rootfs.parents {
            let call = Call::NameToGuid { name: name(path).into() };
            steps.push(Step::new(call, "identify a layer").yielding(Placeholder::of("layer-id", name(path))));
        }
    }
    if rootfs.is_mounted() {
        return steps;
    }
    steps.extend(writable(context, rootfs));
    if kind.is_isolated_by_hypervisor() {
        return steps;
    }
    let folder = rootfs.scratch.clone();
    if rootfs.form != Form::Folders {
        steps.extend(mount_images(context, rootfs));
    }
    let activate = Call::ActivateLayer { folder: folder.clone() };
    steps.push(
        Step::new(activate, "attach the disk of the writable layer")
            .undone_by(Call::DeactivateLayer { folder: folder.clone() }),
    );
    let volume = Placeholder::new("volume");
    let path = Call::GetLayerMountPath { folder: folder.clone() };
    let mut path = Step::new(path, "learn the volume of the root filesystem").yielding(volume.clone());
    if super::is_version1(kind) {
        path = path.yielding(Placeholder::new(VOLUME_NAME));
    }
    if rootfs.form == Form::Folders {
        let prepare = Call::PrepareLayer { folder: folder.clone(), parents: rootfs.parents.clone() };
        steps.push(
            Step::new(prepare, "show the layers below as one filesystem").undone_by(Call::UnprepareLayer { folder }),
        );
        steps.push(path);
    } else {
        steps.push(path);
        let data = LayerData {
            filter_type: FileSystemFilterType::UnionFs,
            layers: vec![Layer {
                id: Placeholder::of("layer-id", "image").to_string(),
                path: format!(r"{}Files", Placeholder::new("image-volume")),
                ..Layer::default()
            }],
            ..LayerData::default()
        };
        let attach =
            Call::AttachOverlayFilter { volume: volume.to_string(), document: Document::LayerData(Box::new(data)) };
        let detach = Call::DetachOverlayFilter { volume: volume.to_string() };
        steps.push(Step::new(attach, "show the image below as one filesystem").undone_by(detach));
    }
    steps
}

/// The calls that make the writable layer, unless it is there.
fn writable(context: &Context<'_>, rootfs: &Rootfs) -> Vec<Step> {
    let folder = rootfs.scratch.clone();
    let disk = format!(r"{}\sandbox.vhdx", folder.trim_end_matches('\\'));
    if context.facts.paths.get(&disk) == Some(&PathKind::File) {
        return Vec::new();
    }
    let parents = if rootfs.form == Form::Folders { rootfs.parents.clone() } else { Vec::new() };
    let create = Call::CreateSandboxLayer { folder: folder.clone(), parents };
    let mut steps =
        vec![Step::new(create, "make the writable layer").undone_by(Call::DestroyLayer { folder: folder.clone() })];
    if let Some(bytes) = context.limits.scratch_size {
        steps.push(Step::new(Call::ExpandSandboxSize { folder, bytes }, "give the writable layer its size"));
    }
    steps
}

/// The calls that mount composite images.
fn mount_images(context: &Context<'_>, rootfs: &Rootfs) -> Vec<Step> {
    let volume = Placeholder::new("image-volume");
    let image = match &rootfs.form {
        Form::Blocks { merged: Some(merged), .. } => merged.clone(),
        _ => rootfs.parents.first().cloned().unwrap_or_default(),
    };
    let parents = match &rootfs.form {
        Form::Blocks { .. } => rootfs.parents.clone(),
        _ => Vec::new(),
    };
    let mount = Call::MountImage { image, parents, owner: context.wanted.id.clone() };
    let step = Step::new(mount, "mount the composite image of the layers")
        .yielding(volume.clone())
        .yielding(Placeholder::of("layer-id", "image"))
        .undone_by(Call::UnmountImage { volume: volume.to_string() });
    vec![step]
}
