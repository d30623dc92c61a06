//! What a guest can do, as it says when a protocol version is agreed on.

use crate::document::Version;
use crate::model::object;

pub use crate::v2::GuestDefinedCapabilities;

object! {
    /// What a guest can do.
    pub struct GuestCapabilities {
        /// The host must create the null system, which stands for the machine itself. Windows.
        "SendHostCreateMessage" send_host_create_message: bool,
        /// The host must start the null system, too. Windows.
        "SendHostStartMessage" send_host_start_message: bool,
        /// The guest wants its [`HvSocketAddress`](super::HvSocketAddress) right after that. Windows.
        "HvSocketConfigOnStartup" hv_socket_config_on_startup: bool,
        /// The guest wants to be told of life cycle steps. Windows.
        "SendLifecycleNotifications" send_lifecycle_notifications: bool,
        /// The guest takes settings of its services. Windows.
        "ModifyServiceSettingsSupported" modify_service_settings_supported: bool,
        /// Schemas of documents that it can read.
        "SupportedSchemaVersions" supported_schema_versions: Vec<Version> = always,
        /// `Linux` or `Windows`; empty means Windows.
        "RuntimeOsType" runtime_os_type: String = always,
        /// Abilities, all `false` when absent.
        "GuestDefinedCapabilities" guest_defined_capabilities: GuestDefinedCapabilities = always,
    }
}

impl GuestCapabilities {
    /// Whether the guest is Linux. A guest that does not say is Windows.
    pub fn is_linux(&self) -> bool {
        self.runtime_os_type.eq_ignore_ascii_case("linux")
    }
}
