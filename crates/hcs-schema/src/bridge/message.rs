//! Messages about systems.

use super::{RequestBase, ResponseBase};
use crate::HResult;
use crate::document::ModifyRequest;
use crate::guest::GuestCapabilities;
use crate::model::object;

object! {
    /// `NEGOTIATE_PROTOCOL`.
    pub struct NegotiateProtocol {
        flatten base: RequestBase,
        /// Lowest version the host speaks.
        "MinimumVersion" minimum_version: u32 = always,
        /// Highest version the host speaks.
        "MaximumVersion" maximum_version: u32 = always,
    }

    /// Answer to `NEGOTIATE_PROTOCOL`.
    pub struct NegotiateProtocolResponse {
        flatten base: ResponseBase,
        /// The version both will speak.
        "Version" version: u32 = always,
        /// What the guest can do.
        "Capabilities" capabilities: GuestCapabilities = always,
    }

    /// `CREATE`.
    pub struct Create {
        flatten base: RequestBase,
        /// The system's document, as JSON text.
        "ContainerConfig" container_config: String = always,
        /// Versions that the host speaks, where it says so again.
        "SupportedVersions" supported_versions: Option<SupportedVersions>,
    }

    /// Versions that a host speaks.
    #[derive(Eq)]
    pub struct SupportedVersions {
        /// Lowest version of documents.
        "MinimumVersion" minimum_version: String,
        /// Highest version of documents.
        "MaximumVersion" maximum_version: String,
        /// Lowest version of the protocol.
        "MinimumProtocolVersion" minimum_protocol_version: u32 = always,
        /// Highest version of the protocol.
        "MaximumProtocolVersion" maximum_protocol_version: u32 = always,
    }

    /// Answer to `CREATE`.
    pub struct CreateResponse {
        flatten base: ResponseBase,
        /// Always empty.
        "SelectedVersion" selected_version: String,
        /// Always 0.
        "SelectedProtocolVersion" selected_protocol_version: u32 = always,
    }

    /// `GET_PROPERTIES`.
    pub struct GetProperties {
        flatten base: RequestBase,
        /// A property query as JSON text, or empty.
        "Query" query: String = always,
    }

    /// Answer to `GET_PROPERTIES`.
    pub struct GetPropertiesResponse {
        flatten base: ResponseBase,
        /// The properties as JSON text.
        "Properties" properties: String = always,
    }

    /// `MODIFY_SETTINGS`.
    pub struct ModifySettings {
        flatten base: RequestBase,
        /// The change; [`Modify`](crate::modify::Modify) reads it.
        "Request" request: ModifyRequest = always,
    }

    /// Answer to `DUMP_STACKS`.
    pub struct DumpStacksResponse {
        flatten base: ResponseBase,
        /// The stacks as text.
        "GuestStacks" guest_stacks: String = always,
    }

    /// `MODIFY_SERVICE_SETTINGS`, of guests whose capabilities say that they take it.
    pub struct ModifyServiceSettings {
        flatten base: RequestBase,
        /// The service: `LogForwardService`.
        "PropertyType" property_type: String = always,
        /// What it is asked for.
        "Settings" settings: Option<ServiceSettings>,
    }

    /// What a service of a guest is asked for.
    #[derive(Eq)]
    pub struct ServiceSettings {
        /// `ModifyServiceSettings`, `StartLogForwarding` or `StopLogForwarding`.
        "RPCType" rpc_type: String,
        /// Its settings, as text whose form the service decides.
        "Settings" settings: String,
    }

    /// `NOTIFICATION`: something happened to a system.
    pub struct Notification {
        flatten base: RequestBase,
        /// `None`, `GracefulExit`, `ForcedExit`, `UnexpectedExit`, `Reboot`, `Constructed`, `Started`, `Paused` or `Unknown`.
        "Type" kind: String = always,
        /// `None`, `Construct`, `Start`, `Pause`, `Resume`, `Shutdown` or `Terminate`.
        "Operation" operation: String = always,
        /// Outcome.
        "Result" result: HResult,
        /// More, as JSON text.
        "ResultInfo" result_info: String,
    }
}
