//! Codes of the Host Compute Network service (HNS), 0x803Bxxxx in `winerror.h`: `HCN_E_…`, and `GCN_E_…` from inside guests.

/// The table.
pub(super) const TABLE: &str = table! {
    HCN_E_NETWORK_NOT_FOUND = 0x803B_0001: "The network was not found."
        cause "It was removed, or the service `hns` was reset and forgot it."
        cause "The configuration names it by an id from before; ids change whenever a network is made anew."
        advice "List the networks: `hnsdiag list networks`, or `Get-HnsNetwork`."
        advice "Make it again, or restart the container engine, which makes its own: `Restart-Service docker`.";
    HCN_E_ENDPOINT_NOT_FOUND = 0x803B_0002: "The endpoint was not found."
        cause "It was removed already, by a clean-up or with its network."
        advice "Take it as success if the aim was to remove it."
        advice "Otherwise list what is left (`hnsdiag list endpoints`), and start the container anew.";
    HCN_E_LAYER_NOT_FOUND = 0x803B_0003: "The layer below the network was not found."
        cause "The adapter or virtual switch that the network was built on is gone."
        advice "Remove the network and make it again: `hnsdiag delete networks ID`.";
    HCN_E_SWITCH_NOT_FOUND = 0x803B_0004: "The virtual switch was not found."
        cause "Somebody removed the switch in Hyper-V, but not the network that uses it."
        advice "Compare `Get-VMSwitch` with `Get-HnsNetwork`; remove the network, and make it again.";
    HCN_E_SUBNET_NOT_FOUND = 0x803B_0005: "The network has no subnet for this endpoint."
        cause "The address asked for lies in none of the network's subnets, or the network has none."
        advice "Ask for an address of the network's subnet, or for none: `Get-HnsNetwork | Select-Object Name, \
            Subnets`.";
    HCN_E_ADAPTER_NOT_FOUND = 0x803B_0006: "The network adapter was not found."
        cause "The network names an adapter that does not exist, is disabled or is unplugged."
        cause "Another virtual switch holds the only adapter, so that none is left for a transparent, l2bridge or \
            overlay network."
        advice "List the adapters (`Get-NetAdapter`) and name one of them that is up."
        advice "See which switch holds it: `Get-VMSwitch | Select-Object Name, NetAdapterInterfaceDescription`.";
    HCN_E_PORT_NOT_FOUND = 0x803B_0007: "The port of the switch was not found."
        cause "The container's adapter went away: the container ended, or its machine crashed."
        advice "Start the container anew.";
    HCN_E_POLICY_NOT_FOUND = 0x803B_0008: "A policy that is needed is not there."
        cause "A load balancer or rule is to be changed that another program has removed."
        advice "List them: `hnsdiag list loadbalancers`. The program that made it, such as kube-proxy, makes it again \
            when restarted.";
    HCN_E_VFP_PORTSETTING_NOT_FOUND = 0x803B_0009: "The filter of the switch (VFP) has no settings for the port."
        cause "The extension is off on the switch, or the port has not come up yet."
        advice "Try again; if it lasts, restart the service: `Restart-Service hns`, after stopping the containers.";
    HCN_E_INVALID_NETWORK = 0x803B_000A: "The network's configuration is not valid, or lacks something."
        cause "A network without type or name, or an overlay network without an isolation id."
        advice "Compare it with one that works: `Get-HnsNetwork | ConvertTo-Json -Depth 10`.";
    HCN_E_INVALID_NETWORK_TYPE = 0x803B_000B: "There is no such type of network."
        cause "A misspelt type; they are NAT, ICS, Transparent, L2Bridge, L2Tunnel, Overlay, Internal and Private."
        advice "Correct the type. In CNI, the plugin's name must suit it: `nat`, `sdnbridge`, `sdnoverlay`.";
    HCN_E_INVALID_ENDPOINT = 0x803B_000C: "The endpoint's configuration is not valid, or lacks something."
        cause "An endpoint without network, or with an address or MAC address that does not parse."
        advice "Ask for as little as possible, then add addresses and policies one by one.";
    HCN_E_INVALID_POLICY = 0x803B_000D: "A policy is not valid, or lacks something."
        cause "Settings that do not belong to the policy's type, or a port out of range."
        cause "The old (version 1) form of a policy was used in a new (version 2) document."
        advice "Leave the policies out one by one to find it, then compare with `Get-HnsEndpoint | ConvertTo-Json \
            -Depth 10`.";
    HCN_E_INVALID_POLICY_TYPE = 0x803B_000E: "There is no such type of policy, or not here."
        cause "The policy does not go with this type of network, or this Windows is too old for it."
        advice "Leave it out, or update Windows.";
    HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION = 0x803B_000F: "This cannot be done to the endpoint of another host."
        cause "Remote endpoints only tell where others are; they cannot be attached to a container."
        advice "Act on the endpoint where its container runs.";
    HCN_E_NETWORK_ALREADY_EXISTS = 0x803B_0010: "A network of this name exists already."
        cause "It was left behind by a crash, an upgrade, or another engine."
        cause "A second NAT network was asked for; older Windows has room for one only."
        advice "Use the one that is there, or remove it: `hnsdiag list networks`, then `hnsdiag delete networks ID`."
        advice "If it comes back or cannot be seen: `Get-NetNat | Remove-NetNat`, then `Restart-Service hns`.";
    HCN_E_LAYER_ALREADY_EXISTS = 0x803B_0011: "The layer below the network exists already."
        cause "Another network uses the same adapter or switch in a way that cannot be shared."
        advice "Use another adapter, or remove the other network: `hnsdiag list networks`.";
    HCN_E_POLICY_ALREADY_EXISTS = 0x803B_0012: "The object has this policy already."
        cause "A rule or load balancer was added twice, often after its owner was restarted."
        advice "Remove the old one first: `hnsdiag list loadbalancers`, then `Remove-HnsPolicyList`.";
    HCN_E_PORT_ALREADY_EXISTS = 0x803B_0013: "The port exists already."
        cause "Another container publishes the same port of the host."
        cause "An endpoint that a crash left behind still holds the port."
        advice "Publish another port, or stop who has it: `Get-NetNatStaticMapping`, `netstat -ano`."
        advice "Remove endpoints without container: `hnsdiag list endpoints`, then `hnsdiag delete endpoints ID`.";
    HCN_E_ENDPOINT_ALREADY_ATTACHED = 0x803B_0014: "The endpoint is attached to the switch already."
        cause "The endpoint is used by another container, or by an earlier one that was not cleaned up."
        advice "Give each container an endpoint of its own; detach or remove the old one: `hnsdiag delete endpoints \
            ID`.";
    HCN_E_REQUEST_UNSUPPORTED = 0x803B_0015: "The request is not supported."
        cause "This version of Windows, or this type of network, cannot do it."
        advice "Update Windows, use another type of network, or do without what was asked for.";
    HCN_E_MAPPING_NOT_SUPPORTED = 0x803B_0016: "Ports cannot be mapped on this network."
        cause "Publishing ports is for NAT networks; on transparent and l2bridge ones the container has an address of \
            its own."
        advice "Leave out `-p` and use the container's address, or put it on a NAT network.";
    HCN_E_DEGRADED_OPERATION = 0x803B_0017: "The object is damaged, and only part of it works."
        cause "HNS could not bring the network fully up after a restart, because its adapter or switch has changed."
        advice "Remove the network and make it again: `hnsdiag delete networks ID`.";
    HCN_E_SHARED_SWITCH_MODIFICATION = 0x803B_0018: "Several networks share the switch, so one of them cannot change \
            it."
        advice "Remove the other networks on the switch first, or make the change before they are made.";
    HCN_E_GUID_CONVERSION_FAILURE = 0x803B_0019: "Something that must be a GUID is not one."
        cause "A name was given where an id is expected."
        advice "Give the id: `Get-HnsNetwork | Select-Object Name, ID`.";
    HCN_E_REGKEY_FAILURE = 0x803B_001A: "A key of the registry could not be read or written."
        cause "The service's data are damaged, or the key is locked."
        advice "Restart the service (`Restart-Service hns`), or the host.";
    HCN_E_INVALID_JSON = 0x803B_001B: "The request is not valid JSON, or has the wrong types."
        cause "A number that was written as text or the other way round, or a version 1 document sent to version 2."
        advice "Print the document that was sent, and compare the types with `Get-HnsNetwork | ConvertTo-Json -Depth \
            10`.";
    HCN_E_INVALID_JSON_REFERENCE = 0x803B_001C: "The request refers to something that is not in it, or not there."
        cause "A load balancer or route names endpoints that have been removed."
        advice "Make what it refers to first, and correct the ids.";
    HCN_E_ENDPOINT_SHARING_DISABLED = 0x803B_001D: "The endpoint cannot be shared."
        cause "A second container wants to join the network of the first, and the first was not made for it."
        advice "Put the containers in one network namespace, as pods do, or give each an endpoint.";
    HCN_E_INVALID_IP = 0x803B_001E: "The address is not valid, or is in none of the network's subnets."
        cause "The address was assigned from another range, for example after the network was made again with a new \
            one."
        cause "The address is taken by another endpoint."
        advice "Compare it with the network's subnets: `Get-HnsNetwork | Select-Object Name, Subnets`."
        advice "With CNI, see that the `ipam` range and the network agree; remove leftovers: `hnsdiag list endpoints`.";
    HCN_E_SWITCH_EXTENSION_NOT_FOUND = 0x803B_001F: "The switch does not have this extension."
        cause "The filter that overlay and policies need (VFP) is not installed or not enabled on the switch."
        advice "See what it has: `Get-VMSwitchExtension -VMSwitchName NAME`.";
    HCN_E_MANAGER_STOPPED = 0x803B_0020: "The network service is stopping."
        cause "The host is going down, or `hns` is being restarted."
        advice "Try again when it is up: `Get-Service hns`.";
    GCN_E_MODULE_NOT_FOUND = 0x803B_0021: "The guest's network service lacks a module."
        cause "The image has no such service, or its files are damaged."
        advice "Use a full base image of the host's release.";
    GCN_E_NO_REQUEST_HANDLERS = 0x803B_0022: "Nothing in the guest handles the request."
        cause "The guest's network service has not finished its start, or is too old for the request."
        advice "Try again after a moment; if it lasts, use a newer image.";
    GCN_E_REQUEST_UNSUPPORTED = 0x803B_0023: "The guest does not support the request."
        cause "The image is older than the host's tools."
        advice "Use an image of the host's release.";
    GCN_E_RUNTIMEKEYS_FAILED = 0x803B_0024: "The guest could not be given its network settings in the registry."
        cause "The container's registry is damaged or read-only."
        advice "Start the container anew from its image.";
    GCN_E_NETADAPTER_TIMEOUT = 0x803B_0025: "The guest's network adapter did not appear in time."
        cause "The guest is slow to find devices, because the host is busy."
        advice "Try again when the host is less busy.";
    GCN_E_NETADAPTER_NOT_FOUND = 0x803B_0026: "The guest does not find the network adapter."
        cause "The adapter was added to the guest but not to the machine, or was removed in between."
        advice "Start the container anew.";
    GCN_E_NETCOMPARTMENT_NOT_FOUND = 0x803B_0027: "The guest does not find the network compartment."
        cause "The compartment was removed with the container that had it."
        advice "Start the container, or the pod, anew.";
    GCN_E_NETINTERFACE_NOT_FOUND = 0x803B_0028: "The guest does not find the network interface."
        cause "The adapter is there, but has not been set up for network protocols yet."
        advice "Try again after a moment, or start the container anew.";
    GCN_E_DEFAULTNAMESPACE_EXISTS = 0x803B_0029: "The guest has a default network namespace already."
        cause "The guest was set up twice."
        advice "Start the container anew.";
    HCN_E_ICS_DISABLED = 0x803B_002A: "Internet Connection Sharing is disabled, and this network needs it."
        cause "The service `SharedAccess` is disabled, mostly by a policy of the organisation."
        advice "Enable it: `Set-Service SharedAccess -StartupType Manual`, then `Start-Service SharedAccess`."
        advice "Or use a NAT network in place of an ICS one.";
    HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS = 0x803B_002B: "The endpoint is in a network namespace already."
        cause "The same endpoint was added twice, or belongs to another container."
        advice "Remove it from its namespace first, or make a new endpoint.";
    HCN_E_ENTITY_HAS_REFERENCES = 0x803B_002C: "It cannot be removed while others refer to it."
        cause "A network still has endpoints, or a load balancer still uses the endpoint."
        advice "Remove those first: `hnsdiag list endpoints`, `hnsdiag list loadbalancers`.";
    HCN_E_INVALID_INTERNAL_PORT = 0x803B_002D: "The port inside must be given, and cannot be 0."
        cause "A port mapping without its second half."
        advice "Write both ports: `-p 8080:80`.";
    HCN_E_NAMESPACE_ATTACH_FAILED = 0x803B_002E: "The network namespace could not be attached."
        cause "The container that is to join it has ended, or its machine does not answer."
        advice "Start the container, or the pod, anew.";
    HCN_E_ADDR_INVALID_OR_RESERVED = 0x803B_002F: "The address is not valid, or is reserved."
        cause "It is the network's own address, its gateway, its broadcast address, or one that HNS keeps for itself."
        cause "With kube-proxy: the source address lies outside of the node's pod range, or is taken."
        advice "Ask for another address: the first and last of a range are not free, nor is the gateway's.";
    HCN_E_INVALID_PREFIX = 0x803B_0030: "The prefix of an address range is not valid."
        cause "A range that is not written as ADDRESS/LENGTH, or has bits set behind its length."
        advice "Write it like `172.20.0.0/16`.";
    HCN_E_OBJECT_USED_AFTER_UNLOAD = 0x803B_0031: "The object was taken down while it was being used."
        cause "The service was stopping, or another program removed the object."
        advice "Try again.";
    HCN_E_INVALID_SUBNET = 0x803B_0032: "The subnet's configuration is not valid, or lacks something."
        cause "A subnet without range or gateway, or one that overlaps with another."
        advice "Give range and gateway, and see that they do not overlap with other networks of the host: \
            `Get-NetRoute`.";
    HCN_E_INVALID_IP_SUBNET = 0x803B_0033: "The IP subnet's configuration is not valid, or lacks something."
        cause "An IP subnet that lies outside of the subnet it belongs to."
        advice "Give each `IpSubnet` a range within its `Subnet`.";
    HCN_E_ENDPOINT_NOT_ATTACHED = 0x803B_0034: "The endpoint must be attached for this, and is not."
        cause "Its container has not started yet, or has ended."
        advice "Attach it first, or start the container.";
    HCN_E_ENDPOINT_NOT_LOCAL = 0x803B_0035: "The endpoint must be of this host for this, and is not."
        cause "The operation was tried on a remote endpoint."
        advice "Act on the endpoint where its container runs.";
    HCN_INTERFACEPARAMETERS_ALREADY_APPLIED = 0x803B_0036: "The endpoint has interface parameters already, and takes \
            one set only."
        advice "Put all parameters in one policy, or make the endpoint anew.";
    HCN_E_VFP_NOT_ALLOWED = 0x803B_0037: "A network of this type cannot be made, because the filter of the switch \
            (VFP) is not available."
        cause "The filter is missing or switched off in this edition of Windows."
        advice "Use a NAT or transparent network, or Windows Server.";
};
