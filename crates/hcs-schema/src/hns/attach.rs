//! What an endpoint is attached to.

use crate::model::{object, words};

object! {
    /// What an endpoint is attached to, or detached from.
    #[derive(Eq)]
    pub struct AttachRequest {
        /// The container.
        "ContainerId" container_id: String,
        /// What it is.
        "SystemType" system_type: SystemType = always,
        /// Number of the compartment; 0 is the container's own.
        "CompartmentId" compartment_id: u16,
        /// Name of the virtual machine's network card.
        "VirtualNicName" virtual_nic_name: String,
    }
}

words! {
    /// What an endpoint can be attached to.
    pub enum SystemType {
        /// A container.
        Container = "Container",
        /// A virtual machine.
        VirtualMachine = "VirtualMachine",
        /// The host.
        Host = "Host",
    }
}

impl AttachRequest {
    /// A container, in a compartment that is not its own or in 0.
    pub fn container(id: &str, compartment_id: u16) -> Self {
        let base = Self::to(SystemType::Container);
        AttachRequest { container_id: id.to_owned(), compartment_id, ..base }
    }

    /// A network card of a virtual machine; empty to detach from whichever it is.
    pub fn virtual_machine(virtual_nic_name: &str) -> Self {
        let base = Self::to(SystemType::VirtualMachine);
        AttachRequest { virtual_nic_name: virtual_nic_name.to_owned(), ..base }
    }

    /// A compartment of the host; 0 to detach from whichever it is.
    pub fn host(compartment_id: u16) -> Self {
        AttachRequest { compartment_id, ..Self::to(SystemType::Host) }
    }

    fn to(system_type: SystemType) -> Self {
        AttachRequest { system_type, ..AttachRequest::default() }
    }
}
