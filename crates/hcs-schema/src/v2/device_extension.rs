//! Namespaces that assigned devices need inside a container. Their keys are written in small letters and underscores.
//!
//! Microsoft's reference describes more parts of a namespace (files, registry, job, network and others) than are used with
//! devices; those are kept as they were read.

use crate::model::{DWord, object, words};

object! {
    /// Device extensions of a container. Schema 2.3.
    pub struct ContainerDefinitionDevice {
        /// The extensions.
        "device_extension" device_extension: Vec<DeviceExtension>,
    }

    /// What devices of a category need. Schema 2.3.
    pub struct DeviceExtension {
        /// Which devices.
        "device_category" device_category: Option<DeviceCategory>,
        /// What they need.
        "namespace" namespace: Option<DeviceExtensionNamespace>,
    }

    /// Devices that belong together. Schema 2.3.
    pub struct DeviceCategory {
        /// Name of the category.
        "name" name: String,
        /// Their interface classes.
        "interface_class" interface_class: Vec<InterfaceClass>,
    }

    /// An interface class of devices. Schema 2.3.
    pub struct InterfaceClass {
        /// Whether one device or the class is meant.
        "type" kind: InterfaceClassType,
        /// The class (GUID).
        "identifier" identifier: String,
        /// Whether the class counts for what belongs to its devices, too.
        "recurse" recurse: bool,
    }

    /// Parts of a container's namespace. Schema 2.3.
    pub struct DeviceExtensionNamespace {
        /// Objects of the kernel.
        "ob" ob: Option<ObjectNamespace>,
        /// Devices.
        "device" device: Option<DeviceNamespace>,
        ..extra
    }

    /// The devices of a namespace. Schema 2.3.
    pub struct DeviceNamespace {
        /// Whether the container needs the host's driver store.
        "requires_driverstore" requires_driverstore: bool,
        /// Devices by category.
        "device_category" device_category: Vec<DeviceCategory>,
        /// Single devices.
        "device_instance" device_instance: Vec<DeviceInstance>,
    }

    /// One device. Schema 2.3.
    pub struct DeviceInstance {
        /// Its instance id.
        "id" id: String,
        /// Where it is in the machine.
        "location_path" location_path: String,
        /// Name of its port.
        "port_name" port_name: String,
        /// Interface classes that it is shown under.
        "interface_class" interface_class: Vec<InterfaceClass>,
    }

    /// The root of a namespace of kernel objects. Schema 2.3.
    pub struct ObjectNamespace {
        /// Whether the host's objects are seen where there are none of its own.
        "shadow" shadow: ObjectDirectoryShadow,
        /// Links in it.
        "symlink" symlink: Vec<ObjectSymlink>,
        /// Folders in it.
        "objdir" objdir: Vec<ObjectDirectory>,
    }

    /// A folder of kernel objects. Schema 2.3.
    pub struct ObjectDirectory {
        /// Its name.
        "name" name: String,
        /// Where its security descriptor is taken from.
        "clonesd" clonesd: String,
        /// Whether the host's objects are seen where there are none of its own.
        "shadow" shadow: ObjectDirectoryShadow,
        /// Links in it.
        "symlink" symlink: Vec<ObjectSymlink>,
        /// Folders in it.
        "objdir" objdir: Vec<ObjectDirectory>,
    }

    /// A link to a kernel object. Schema 2.3.
    pub struct ObjectSymlink {
        /// Its name.
        "name" name: String,
        /// What it points to.
        "path" path: String,
        /// Where its target is looked up.
        "scope" scope: ObjectSymlinkScope,
        /// Object that it is a copy of.
        "pathtoclone" pathtoclone: String,
        /// Rights that it gives.
        "access_mask" access_mask: DWord,
    }
}

words! {
    /// Whether one device or a class is meant, from the weakest to the strongest. Schema 2.3.
    pub enum InterfaceClassType {
        /// As the class that brought the extension in.
        Inherit = "Inherit",
        /// One device.
        DeviceInstance = "DeviceInstance",
        /// Every device of the class.
        ClassGuid = "ClassGuid",
    }

    /// Whether the host's objects are seen, too. Schema 2.3.
    pub enum ObjectDirectoryShadow {
        /// They are not.
        False = "false",
        /// They are.
        True = "true",
        /// They are where the host has the folder.
        IfExists = "ifexists",
    }

    /// Where the target of a link is looked up. Schema 2.3.
    pub enum ObjectSymlinkScope {
        /// In the container.
        Local = "Local",
        /// On the host.
        Global = "Global",
        /// On the host, outside of the container's job.
        GlobalDropSilo = "GlobalDropSilo",
    }
}
