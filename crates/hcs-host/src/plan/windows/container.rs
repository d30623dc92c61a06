//! The settings of a container in schema version 2: the same on the host and in a utility VM.

use super::registry;
use crate::Result;
use crate::plan::Context;
use hcs_schema::v2::{
    Container, ContainerCredentialGuardState, ContainerDefinitionDevice, ContainerMemory, ContainerProcessor, Device,
    DeviceExtension, GuestOs, IsolationType, Layer, MappedDirectory, MappedPipe, Networking, RegistryChanges, Storage,
    StorageQoS,
};

/// The parts that differ between host and utility VM.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    /// Where the root filesystem is, as the container's host sees it.
    pub root: String,
    /// Layers below it.
    pub layers: Vec<Layer>,
    /// Folders and files that are mapped.
    pub directories: Vec<MappedDirectory>,
    /// Named pipes that are mapped.
    pub pipes: Vec<MappedPipe>,
    /// Devices.
    pub devices: Vec<Device>,
    /// Where the container gets its group managed account's credentials from.
    pub guard: Option<ContainerCredentialGuardState>,
    /// Network namespace; empty for none.
    pub namespace: String,
    /// Whether it is a HostProcess container of a utility VM.
    pub host_process: bool,
    /// Folder for dumps of processes that its pod has; the container's own annotation wins.
    pub dump_location: Option<String>,
}

/// Makes the settings.
pub(crate) fn container(context: &mut Context<'_>, parts: Parts) -> Result<Container> {
    let limits = &context.limits;
    let host_name = context.wanted.spec.hostname.clone().filter(|name| !name.is_empty());
    let storage = Storage {
        layers: parts.layers,
        path: parts.root,
        qos: (limits.iops.is_some() || limits.bandwidth.is_some()).then(|| StorageQoS {
            iops_maximum: limits.iops.unwrap_or_default(),
            bandwidth_maximum: limits.bandwidth.unwrap_or_default(),
        }),
        privileged_container_root_path: match &context.annotations.host_process_rootfs_location {
            Some(path) if parts.host_process => path.clone(),
            _ => String::new(),
        },
    };
    Ok(Container {
        guest_os: host_name.map(|host_name| GuestOs { host_name }),
        storage: Some(storage),
        mapped_directories: parts.directories,
        mapped_pipes: parts.pipes,
        memory: limits.memory_mb.map(|size_in_mb| ContainerMemory { size_in_mb }),
        processor: Some(processor(context)),
        networking: networking(context, parts.namespace),
        container_credential_guard: parts.guard,
        registry_changes: Some(RegistryChanges {
            add_values: registry::values(context, parts.dump_location.as_deref()),
            ..RegistryChanges::default()
        }),
        assigned_devices: parts.devices,
        additional_device_namespace: extensions(context)?,
        isolation_type: if parts.host_process { IsolationType::HostProcess } else { IsolationType::default() },
        ..Container::default()
    })
}

/// How much of the processors it gets.
pub(crate) fn processor(context: &Context<'_>) -> ContainerProcessor {
    let limits = &context.limits;
    ContainerProcessor {
        count: limits.processor_count.unwrap_or_default(),
        maximum: limits.processor_maximum.unwrap_or_default().into(),
        weight: limits.processor_weight.unwrap_or_default().into(),
    }
}

fn networking(context: &Context<'_>, namespace: String) -> Option<Networking> {
    let network = context.wanted.spec.windows.as_ref()?.network.as_ref()?;
    Some(Networking {
        allow_unqualified_dns_query: network.allow_unqualified_dns_query,
        dns_search_list: network.dns_search_list.join(","),
        network_shared_container_name: network.network_shared_container_name.clone().unwrap_or_default(),
        namespace,
        ..Networking::default()
    })
}

/// Devices that files describe; see <https://learn.microsoft.com/virtualization/api/hcs/schemareference>.
fn extensions(context: &Context<'_>) -> Result<Option<ContainerDefinitionDevice>> {
    let Some(files) = &context.annotations.device_extensions else { return Ok(None) };
    let key = "annotation io.microsoft.container.wcow.deviceextensions";
    let read = |path: &String| -> Result<DeviceExtension> {
        let text = context.facts.files.get(path);
        let text = text.ok_or_else(|| context.wanted.invalid(format!("{key}: the content of {path} is not known")))?;
        serde_json::from_str(text).map_err(|why| context.wanted.invalid(format!("{key}: {path}: {why}")))
    };
    let device_extension = files.0.iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok((!device_extension.is_empty()).then_some(ContainerDefinitionDevice { device_extension }))
}
