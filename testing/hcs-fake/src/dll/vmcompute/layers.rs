//! Layers: which driver has them, and the lists of those below.

use hcs_fake::export::{Argument, TaskText, guid_text};
use hcs_fake::{Reply, client, exports, support};
use serde_json::{Map, Value, json};
use windows_sys::core::{GUID, HRESULT, PCWSTR, PWSTR};

/// Which driver has the layers, and where.
#[repr(C)]
struct DriverInfo {
    flavour: u32,
    home: PCWSTR,
}

/// A read-only layer.
#[repr(C)]
struct LayerDescriptor {
    id: GUID,
    flags: u32,
    path: PCWSTR,
}

/// What a function has, besides the driver and the layers below.
type Named<'a> = &'a [(&'a str, PCWSTR)];

exports! { "vmcompute":
    /// Lists the base images that are shared by all.
    GetBaseImages(images: TaskText);
    /// Lets a virtual machine open a file.
    GrantVmAccess(machine: PCWSTR, path: PCWSTR);
    /// Computes the id of a layer from its name.
    NameToGuid(name: PCWSTR, guid: *mut GUID);
    /// Finishes a base layer that was written file by file.
    ProcessBaseImage(path: PCWSTR);
    /// Finishes the utility VM of a base layer.
    ProcessUtilityImage(path: PCWSTR);
}

/// The arguments of a call, with those of the driver.
///
/// # Safety
/// They must be what the caller gave.
unsafe fn arguments(info: *const DriverInfo, named: Named) -> Map<String, Value> {
    let mut arguments = Map::new();
    // SAFETY: the caller's structure is there, or it is none.
    if let Some(info) = unsafe { info.as_ref() } {
        arguments.insert("flavour".into(), info.flavour.into());
        // SAFETY: its text ends with a zero.
        unsafe { info.home.give("home", &mut arguments) }
    }
    for (name, text) in named {
        // SAFETY: the caller ends text with a zero.
        unsafe { text.give(name, &mut arguments) }
    }
    arguments
}

/// The layers below, as the service reads them.
///
/// # Safety
/// There must be so many.
unsafe fn below(layers: *const LayerDescriptor, count: u32) -> Value {
    let count = if layers.is_null() { 0 } else { count as usize };
    let one = |index: usize| {
        // SAFETY: the caller has so many.
        let layer = unsafe { layers.add(index) };
        // SAFETY: there is one at each place.
        let layer = unsafe { &*layer };
        // SAFETY: its text ends with a zero.
        let path = unsafe { support::text(layer.path) };
        json!({"id": guid_text(&layer.id), "flags": layer.flags, "path": path})
    };
    (0..count).map(one).collect()
}

/// Makes a call without layers below.
///
/// # Safety
/// The arguments must be what the caller gave.
unsafe fn short(function: &str, info: *const DriverInfo, named: Named) -> Reply {
    // SAFETY: they are what the caller gave.
    let arguments = unsafe { arguments(info, named) };
    client::call("vmcompute", function, arguments.into())
}

/// Makes a call with layers below.
///
/// # Safety
/// The arguments must be what the caller gave.
unsafe fn long(
    function: &str,
    info: *const DriverInfo,
    named: Named,
    layers: *const LayerDescriptor,
    count: u32,
) -> HRESULT {
    // SAFETY: they are what the caller gave.
    let mut arguments = unsafe { arguments(info, named) };
    // SAFETY: the caller has so many.
    arguments.insert("layers".into(), unsafe { below(layers, count) });
    client::call("vmcompute", function, arguments.into()).result.cast_signed()
}

macro_rules! short {
    ($($(#[$doc:meta])* $name:ident($($argument:ident),*);)*) => {$(
        $(#[$doc])*
        #[unsafe(no_mangle)]
        unsafe extern "system" fn $name(info: *const DriverInfo, $($argument: PCWSTR),*) -> HRESULT {
            // SAFETY: they are what the caller gave.
            unsafe { short(stringify!($name), info, &[$((stringify!($argument), $argument)),*]) }.result.cast_signed()
        }
    )*};
}

macro_rules! long {
    ($($(#[$doc:meta])* $name:ident($($argument:ident),*);)*) => {$(
        $(#[$doc])*
        #[unsafe(no_mangle)]
        unsafe extern "system" fn $name(
            info: *const DriverInfo,
            $($argument: PCWSTR,)*
            layers: *const LayerDescriptor,
            count: u32,
        ) -> HRESULT {
            // SAFETY: they are what the caller gave.
            unsafe { long(stringify!($name), info, &[$((stringify!($argument), $argument)),*], layers, count) }
        }
    )*};
}

short! {
    /// Attaches the disk of a writable layer.
    ActivateLayer(id);
    /// Makes a read-only layer.
    CreateLayer(id, parent);
    /// Detaches the disk of a writable layer.
    DeactivateLayer(id);
    /// Removes a layer.
    DestroyLayer(id);
    /// Detaches the filter of a writable layer.
    UnprepareLayer(id);
}

long! {
    /// Copies a layer.
    CopyLayer(source, destination);
    /// Makes a writable layer.
    CreateSandboxLayer(id, parent);
    /// Writes a layer to a folder.
    ExportLayer(id, path);
    /// Makes a layer from a folder.
    ImportLayer(id, path);
    /// Attaches the filter that shows the layers below a writable layer.
    PrepareLayer(id);
}

/// Gives a writable layer another size.
#[unsafe(no_mangle)]
unsafe extern "system" fn ExpandSandboxSize(info: *const DriverInfo, id: PCWSTR, bytes: u64) -> HRESULT {
    // SAFETY: they are what the caller gave.
    let mut arguments = unsafe { arguments(info, &[("id", id)]) };
    arguments.insert("bytes".into(), bytes.into());
    client::call("vmcompute", "ExpandSandboxSize", arguments.into()).result.cast_signed()
}

/// Tells whether a layer is there.
#[unsafe(no_mangle)]
unsafe extern "system" fn LayerExists(info: *const DriverInfo, id: PCWSTR, exists: *mut u32) -> HRESULT {
    // SAFETY: they are what the caller gave.
    let reply = unsafe { short("LayerExists", info, &[("id", id)]) };
    // SAFETY: the caller has a place for it.
    unsafe { exists.take("exists", &reply) }
    reply.result.cast_signed()
}

/// Tells the volume of a layer: its length in characters with the zero, and itself if there is a buffer, of which the caller
/// says the length. Some callers have a length of four bytes and some of eight that begin as 0, so four are written.
#[unsafe(no_mangle)]
unsafe extern "system" fn GetLayerMountPath(
    info: *const DriverInfo,
    id: PCWSTR,
    length: *mut u32,
    path: PWSTR,
) -> HRESULT {
    // SAFETY: they are what the caller gave.
    let reply = unsafe { short("GetLayerMountPath", info, &[("id", id)]) };
    if reply.result != 0 || length.is_null() {
        return if reply.result == 0 {
            windows_sys::Win32::Foundation::E_INVALIDARG
        } else {
            reply.result.cast_signed()
        };
    }
    let text = support::wide(reply.output.get("path").and_then(Value::as_str).unwrap_or_default());
    // SAFETY: the caller has a place for it, which says how long the buffer is.
    let room = unsafe { length.read() };
    // SAFETY: the same.
    unsafe { length.write(text.len() as u32) }
    if path.is_null() {
        return 0;
    }
    if (room as usize) < text.len() {
        // HRESULT of ERROR_INSUFFICIENT_BUFFER
        return 0x8007_007a_u32.cast_signed();
    }
    // SAFETY: the buffer is that long.
    unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), path, text.len()) }
    0
}
