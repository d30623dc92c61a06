//! The Windows section of the specification.
//!
//! It is complete for 1.3, and hosts of Linux containers use two parts of it, too: the layer folders and, when a utility VM
//! is in between, the devices and the network namespace. What HCS makes of it is decided where its documents are built.
//!
//! Source of the fields: <https://github.com/opencontainers/runtime-spec> (`config-windows.md`).

use crate::model::{object, words};
use serde_json::Value;

object! {
    /// Settings of Windows containers.
    pub struct Windows {
        /// Layer folders, upper-most parent first; the last one is the scratch folder. Linux containers use the same list.
        "layerFolders" layer_folders: Vec<String>,
        /// Devices of the host that the container gets.
        "devices" devices: Vec<WindowsDevice>,
        /// Limits.
        "resources" resources: Option<WindowsResources>,
        /// How the container is connected.
        "network" network: Option<WindowsNetwork>,
        /// Group managed service account, a JSON object that only HCS reads; `null` is none.
        "credentialSpec" credential_spec: Value,
        /// Starts the container so that pending updates of Windows are applied.
        "servicing" servicing: bool,
        /// Leaves out disk flushes while the container boots.
        "ignoreFlushesDuringBoot" ignore_flushes_during_boot: bool,
        /// Present: the container runs in a utility VM. Absent: on the host's kernel.
        "hyperv" hyperv: Option<WindowsHyperV>,
        ..extra
    }

    /// A device of the host.
    pub struct WindowsDevice {
        /// Which device; what it is, the kind says.
        "id" id: String = always,
        /// What the id is.
        "idType" id_type: WindowsDeviceIdType = always,
        ..extra
    }

    /// Limits of a Windows container.
    pub struct WindowsResources {
        /// Memory.
        "memory" memory: Option<WindowsMemory>,
        /// Processors.
        "cpu" cpu: Option<WindowsCpu>,
        /// System drive.
        "storage" storage: Option<WindowsStorage>,
        ..extra
    }

    /// Memory limit.
    pub struct WindowsMemory {
        /// Bytes.
        "limit" limit: Option<u64>,
        ..extra
    }

    /// Processor limits. `count`, `shares` and `maximum` exclude each other.
    pub struct WindowsCpu {
        /// Number of processors.
        "count" count: Option<u64>,
        /// Weight against other containers, 0 to 10,000.
        "shares" shares: Option<u16>,
        /// Cycles of each 10,000, that is hundredths of a percent of the whole host.
        "maximum" maximum: Option<u16>,
        /// Processors on which it runs, one entry for each processor group (specification 1.2.1).
        "affinity" affinity: Vec<WindowsCpuAffinity>,
        ..extra
    }

    /// Processors of one group (`GROUP_AFFINITY`).
    pub struct WindowsCpuAffinity {
        /// One bit for each processor of the group.
        "mask" mask: u64 = always,
        /// Number of the processor group.
        "group" group: u32 = always,
        ..extra
    }

    /// Limits of the system drive.
    pub struct WindowsStorage {
        /// Operations a second.
        "iops" iops: Option<u64>,
        /// Bytes a second.
        "bps" bps: Option<u64>,
        /// Least size of the drive in bytes.
        "sandboxSize" sandbox_size: Option<u64>,
        ..extra
    }

    /// How a Windows container is connected.
    pub struct WindowsNetwork {
        /// Ids of endpoints.
        "endpointList" endpoint_list: Vec<String>,
        /// Whether names without a dot are looked up.
        "allowUnqualifiedDNSQuery" allow_unqualified_dns_query: bool,
        /// Suffixes tried on such names, one each.
        "DNSSearchList" dns_search_list: Vec<String>,
        /// Id of the container whose network is shared.
        "networkSharedContainerName" network_shared_container_name: Option<String>,
        /// Id of the network namespace to join; excludes all other fields.
        "networkNamespace" network_namespace: Option<String>,
        ..extra
    }

    /// How a container is isolated by Hyper-V.
    pub struct WindowsHyperV {
        /// Folder of the utility VM; absent means that of the lowest layer which has one.
        "utilityVMPath" utility_vm_path: Option<String>,
        ..extra
    }
}

words! {
    /// What the id of a device is. The specification knows `class` alone, runtimes of Windows know the others.
    pub enum WindowsDeviceIdType {
        /// GUID of a device interface class.
        Class = "class",
        /// The same, by its newer name.
        VpciClassGuid = "vpci-class-guid",
        /// Location path of a device, shared with the host.
        VpciLocationPath = "vpci-location-path",
        /// Instance id of a PCI device that is taken from the host and assigned to a utility VM. The number of a virtual
        /// function may follow a `/`.
        VpciInstanceId = "vpci-instance-id",
        /// The same, by its older name.
        Vpci = "vpci",
        /// The same, of a graphics processor.
        Gpu = "gpu",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Spec;

    #[test]
    fn every_property_of_the_section_is_typed() {
        let text = r#"{"ociVersion":"1.3.0","windows":{
            "layerFolders":["C:\\top","C:\\base","C:\\scratch"],
            "devices":[{"id":"5175d334-c371-4806-b3ba-71fd53c9258d","idType":"class"},{"id":"PCI\\VEN_1/2","idType":"new"}],
            "resources":{"memory":{"limit":2097152},"storage":{"iops":50,"bps":0,"sandboxSize":21474836480},
                "cpu":{"count":2,"shares":10000,"maximum":5000,"affinity":[{"mask":18446744073709551615,"group":1},{"mask":1}]}},
            "network":{"endpointList":["e"],"allowUnqualifiedDNSQuery":true,"DNSSearchList":["a.com","b.com"],
                "networkSharedContainerName":"other","networkNamespace":"ns"},
            "credentialSpec":{"CmsPlugins":["ActiveDirectory"],"DomainJoinConfig":{"Sid":"S-1"}},
            "servicing":true,"ignoreFlushesDuringBoot":true,"hyperv":{"utilityVMPath":"C:\\vm"}}}"#;
        let spec: Spec = serde_json::from_str(text).unwrap();
        let windows = spec.windows.as_ref().unwrap();
        assert_eq!(windows.extra, crate::oci::Extra::new());
        assert_eq!(windows.devices[0].id_type, WindowsDeviceIdType::Class);
        assert_eq!(windows.devices[1].id_type, WindowsDeviceIdType::Other("new".into()));
        let resources = windows.resources.as_ref().unwrap();
        let cpu = resources.cpu.as_ref().unwrap();
        assert_eq!((cpu.count, cpu.shares, cpu.maximum), (Some(2), Some(10000), Some(5000)));
        assert_eq!((cpu.affinity[0].mask, cpu.affinity[0].group, cpu.affinity[1].group), (u64::MAX, 1, 0));
        assert_eq!(resources.storage.as_ref().unwrap().bps, Some(0));
        let network = windows.network.as_ref().unwrap();
        assert_eq!((network.dns_search_list.len(), network.network_namespace.as_deref()), (2, Some("ns")));
        assert_eq!(windows.credential_spec["DomainJoinConfig"]["Sid"], "S-1");
        assert!(windows.hyperv.is_some());
        let mut expected: Value = serde_json::from_str(text).unwrap();
        expected["windows"]["resources"]["cpu"]["affinity"][1]["group"] = 0.into();
        assert_eq!(serde_json::to_value(&spec).unwrap(), expected);
    }

    #[test]
    fn isolation_is_asked_for_by_an_empty_object() {
        let windows: Windows = serde_json::from_str(r#"{"hyperv":{},"credentialSpec":null}"#).unwrap();
        assert_eq!(windows.hyperv, Some(WindowsHyperV::default()));
        assert_eq!(serde_json::to_string(&windows).unwrap(), r#"{"hyperv":{}}"#);
    }
}
