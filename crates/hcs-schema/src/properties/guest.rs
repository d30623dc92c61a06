//! The documents of guests.

use crate::guest;

super::every! {
    guest {
        GuestCapabilities HostConfig ConfidentialContainer
        ScsiDevice MappedVirtualDisk DeviceVerityInfo MappedDirectory VPMemDevice VPMemMapping CombinedLayers NetworkAdapter
        AdapterAddress AdapterRoute VpciDevice ContainerConstraints SecurityPolicy SecurityPolicyFragment
        NetworkRequest WindowsMappedVirtualDisk WindowsMappedDirectory WindowsCombinedLayers ConfidentialCombinedLayers
        BlockCimMounts BlockCim
    };
    guest::LinuxModify, guest::WindowsModify
}
