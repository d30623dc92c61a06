//! `computenetwork.dll` as it is.
//!
//! Signatures are those of Microsoft's reference (`virtualization/api/hcn`) and `windows-sys`; those of routes, which neither
//! has, are hcsshim's (`hcn/hcn.go`). Functions of one family have one type each.

use crate::library::functions;
use std::ffi::c_void;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::HostComputeNetwork::{
    HCN_PORT_ACCESS, HCN_PORT_PROTOCOL, HCN_PORT_RANGE_ENTRY, HCN_PORT_RANGE_RESERVATION,
};
use windows_sys::core::{GUID, HRESULT, PCWSTR, PWSTR};

/// A network, an endpoint, a namespace, a load balancer, routes or a guest network service.
pub(crate) type Object = *mut c_void;
/// A registration for notifications.
pub(crate) type Registration = *mut c_void;

/// What is called with notifications: kind, the context of the registration, an HRESULT, and data that is only there
/// during the call.
pub(crate) type NotificationCallback = unsafe extern "system" fn(u32, *const c_void, HRESULT, PCWSTR);

/// Makes an object: id, settings, object, error record.
pub(crate) type Create = unsafe extern "system" fn(*const GUID, PCWSTR, *mut Object, *mut PWSTR) -> HRESULT;
/// Reads an object: object, query, answer, error record.
pub(crate) type Query = unsafe extern "system" fn(Object, PCWSTR, *mut PWSTR, *mut PWSTR) -> HRESULT;

functions! {
    /// The functions of `computenetwork.dll`.
    Functions of "computenetwork.dll",
        "it comes with build 17763 and the Windows feature Containers (Install-WindowsFeature Containers) or Hyper-V" {
        /// Lists networks.
        HcnEnumerateNetworks(query: PCWSTR, list: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Makes a network.
        HcnCreateNetwork(id: *const GUID, settings: PCWSTR, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Opens a network.
        HcnOpenNetwork(id: *const GUID, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Changes a network.
        HcnModifyNetwork(object: Object, settings: PCWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Reads a network.
        HcnQueryNetworkProperties(object: Object, query: PCWSTR, answer: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Deletes a network.
        HcnDeleteNetwork(id: *const GUID, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Closes a network.
        HcnCloseNetwork(object: Object) -> HRESULT, since 17763;

        /// Lists endpoints.
        HcnEnumerateEndpoints(query: PCWSTR, list: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Makes an endpoint.
        HcnCreateEndpoint(network: Object, id: *const GUID, settings: PCWSTR, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Opens an endpoint.
        HcnOpenEndpoint(id: *const GUID, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Changes an endpoint.
        HcnModifyEndpoint(object: Object, settings: PCWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Reads an endpoint.
        HcnQueryEndpointProperties(object: Object, query: PCWSTR, answer: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Deletes an endpoint.
        HcnDeleteEndpoint(id: *const GUID, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Closes an endpoint.
        HcnCloseEndpoint(object: Object) -> HRESULT, since 17763;
        /// Reads the addresses of an endpoint.
        HcnQueryEndpointAddresses(object: Object, query: PCWSTR, answer: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 22621;
        /// Reads what an endpoint has sent and received.
        HcnQueryEndpointStats(object: Object, query: PCWSTR, answer: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 22621;

        /// Lists namespaces.
        HcnEnumerateNamespaces(query: PCWSTR, list: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Makes a namespace.
        HcnCreateNamespace(id: *const GUID, settings: PCWSTR, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Opens a namespace.
        HcnOpenNamespace(id: *const GUID, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Changes a namespace.
        HcnModifyNamespace(object: Object, settings: PCWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Reads a namespace.
        HcnQueryNamespaceProperties(object: Object, query: PCWSTR, answer: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Deletes a namespace.
        HcnDeleteNamespace(id: *const GUID, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Closes a namespace.
        HcnCloseNamespace(object: Object) -> HRESULT, since 17763;

        /// Lists load balancers.
        HcnEnumerateLoadBalancers(query: PCWSTR, list: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Makes a load balancer.
        HcnCreateLoadBalancer(id: *const GUID, settings: PCWSTR, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Opens a load balancer.
        HcnOpenLoadBalancer(id: *const GUID, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Changes a load balancer.
        HcnModifyLoadBalancer(object: Object, settings: PCWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Reads a load balancer.
        HcnQueryLoadBalancerProperties(object: Object, query: PCWSTR, answer: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Deletes a load balancer.
        HcnDeleteLoadBalancer(id: *const GUID, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Closes a load balancer.
        HcnCloseLoadBalancer(object: Object) -> HRESULT, since 17763;

        /// Lists routes.
        HcnEnumerateSdnRoutes(query: PCWSTR, list: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Makes routes.
        HcnCreateSdnRoute(id: *const GUID, settings: PCWSTR, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Opens routes.
        HcnOpenSdnRoute(id: *const GUID, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Changes routes.
        HcnModifySdnRoute(object: Object, settings: PCWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Reads routes.
        HcnQuerySdnRouteProperties(object: Object, query: PCWSTR, answer: *mut PWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Deletes routes.
        HcnDeleteSdnRoute(id: *const GUID, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Closes routes.
        HcnCloseSdnRoute(object: Object) -> HRESULT, since 17763;

        /// Makes a guest network service.
        HcnCreateGuestNetworkService(id: *const GUID, settings: PCWSTR, object: *mut Object, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Changes a guest network service.
        HcnModifyGuestNetworkService(object: Object, settings: PCWSTR, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Deletes a guest network service.
        HcnDeleteGuestNetworkService(id: *const GUID, record: *mut PWSTR) -> HRESULT, since 17763;
        /// Closes a guest network service.
        HcnCloseGuestNetworkService(object: Object) -> HRESULT, since 17763;

        /// Asks for the notifications of the service.
        HcnRegisterServiceCallback(callback: NotificationCallback, context: *const c_void, registration: *mut Registration) -> HRESULT, since 17763;
        /// Ends the notifications of the service.
        HcnUnregisterServiceCallback(registration: Registration) -> HRESULT, since 17763;
        /// Asks for the notifications of a guest network service.
        HcnRegisterGuestNetworkServiceCallback(object: Object, callback: NotificationCallback, context: *const c_void, registration: *mut Registration) -> HRESULT, since 17763;
        /// Ends the notifications of a guest network service.
        HcnUnregisterGuestNetworkServiceCallback(registration: Registration) -> HRESULT, since 17763;

        /// Reserves a port of the host for a guest network service.
        HcnReserveGuestNetworkServicePort(object: Object, protocol: HCN_PORT_PROTOCOL, access: HCN_PORT_ACCESS, port: u16, reservation: *mut HANDLE) -> HRESULT, since 17763;
        /// Reserves neighbouring ports of the host for a guest network service.
        HcnReserveGuestNetworkServicePortRange(object: Object, count: u16, range: *mut HCN_PORT_RANGE_RESERVATION, reservation: *mut HANDLE) -> HRESULT, since 17763;
        /// Gives ports of the host back.
        HcnReleaseGuestNetworkServicePortReservationHandle(reservation: HANDLE) -> HRESULT, since 17763;
        /// Lists the ports that are reserved.
        HcnEnumerateGuestNetworkPortReservations(count: *mut u32, entries: *mut *mut HCN_PORT_RANGE_ENTRY) -> HRESULT, since 17763;
        /// Frees that list.
        HcnFreeGuestNetworkPortReservations(entries: *mut HCN_PORT_RANGE_ENTRY), since 17763;
    }
}
