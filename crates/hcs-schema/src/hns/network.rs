//! Networks and their address ranges.

use super::Policy;
use crate::hcn::NetworkKind;
use crate::model::object;

object! {
    /// A network.
    pub struct Network {
        /// Its id (GUID); empty lets the service choose one.
        "ID" id: String,
        /// Its name, which need not be unique.
        "Name" name: String,
        /// How it is connected.
        "Type" kind: NetworkKind,
        /// Name of the host's adapter that it uses.
        "NetworkAdapterName" network_adapter_name: String,
        /// Hardware address that it sends from.
        "SourceMac" source_mac: String,
        /// Policies of the whole network.
        "Policies" policies: Vec<Policy>,
        /// Hardware addresses of its endpoints.
        "MacPools" mac_pools: Vec<MacPool>,
        /// Addresses of its endpoints.
        "Subnets" subnets: Vec<Subnet>,
        /// Suffixes of names, with commas between them.
        "DNSSuffix" dns_suffix: String,
        /// Addresses of name servers, with commas between them.
        "DNSServerList" dns_server_list: String,
        /// Number of the compartment in which the host answers name queries.
        "DNSServerCompartment" dns_server_compartment: u32,
        /// The host's address on it; in answers.
        "ManagementIP" management_ip: String,
        /// Whether name servers are taken from the host.
        "AutomaticDNS" automatic_dns: bool,
    }

    /// A range of addresses.
    pub struct Subnet {
        /// The range as address and prefix length.
        "AddressPrefix" address_prefix: String,
        /// Address of the gateway, which a range must have.
        "GatewayAddress" gateway_address: String,
        /// Policies of the range.
        "Policies" policies: Vec<Policy>,
    }

    /// A range of hardware addresses, both ends of which belong to it.
    pub struct MacPool {
        /// First address, as `00-15-5D-52-C0-00`.
        "StartMacAddress" start_mac_address: String,
        /// Last address.
        "EndMacAddress" end_mac_address: String,
    }
}
