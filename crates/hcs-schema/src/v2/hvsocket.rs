//! Hyper-V sockets: who may listen on and connect to the services of a virtual machine or a container.
//!
//! A service is a GUID. Rights are security descriptors in SDDL; a service without one of its own has the default.

use crate::model::object;
use std::collections::BTreeMap;

object! {
    /// Hyper-V sockets of a container. Schema 2.0.
    pub struct ContainerHvSocket {
        /// Rights.
        "Config" config: Option<HvSocketSystemConfig>,
        /// Whether PowerShell Direct can reach the container.
        "EnablePowerShellDirect" enable_power_shell_direct: bool,
    }

    /// Hyper-V sockets of a virtual machine. Schema 2.1.
    pub struct VirtualMachineHvSocket {
        /// Rights.
        "HvSocketConfig" hv_socket_config: Option<HvSocketSystemConfig>,
    }

    /// Rights of the services of a system. Schema 2.0.
    pub struct HvSocketSystemConfig {
        /// Who on the host may listen on a service that the table does not name. Wildcards have rights of their own.
        "DefaultBindSecurityDescriptor" default_bind_security_descriptor: String,
        /// Who on the host may connect to a service that the table does not name.
        "DefaultConnectSecurityDescriptor" default_connect_security_descriptor: String,
        /// Rights by service id (GUID).
        "ServiceTable" service_table: BTreeMap<String, HvSocketServiceConfig>,
    }

    /// Rights of one service. Schema 2.0.
    pub struct HvSocketServiceConfig {
        /// Who on the host may listen on it; empty is the system's default.
        "BindSecurityDescriptor" bind_security_descriptor: String,
        /// Who on the host may connect to it; empty is the system's default.
        "ConnectSecurityDescriptor" connect_security_descriptor: String,
        /// Whether who listens on it for every system hears this one, too.
        "AllowWildcardBinds" allow_wildcard_binds: bool,
        /// Whether it refuses and ends connections, until it is enabled again (unlisted).
        "Disabled" disabled: bool,
    }

    /// Addresses that the guest of a virtual machine takes for Hyper-V sockets. Schema 2.1.
    pub struct HvSocketAddress {
        /// The machine's own (GUID).
        "LocalAddress" local_address: String,
        /// Its host's (GUID).
        "ParentAddress" parent_address: String,
    }
}
