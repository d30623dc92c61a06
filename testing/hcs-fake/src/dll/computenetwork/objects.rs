//! Networks, endpoints, namespaces, load balancers, routes and guest network services, which have the same functions.

use hcs_fake::export::{NewHandle, TaskText};
use hcs_fake::exports;
use std::ffi::c_void;
use windows_sys::core::{GUID, PCWSTR};

exports! { "computenetwork":
    /// Lists networks.
    HcnEnumerateNetworks(query: PCWSTR, networks: TaskText, error_record: TaskText);
    /// Makes a network.
    HcnCreateNetwork(id: *const GUID, settings: PCWSTR, network: NewHandle, error_record: TaskText);
    /// Opens a network.
    HcnOpenNetwork(id: *const GUID, network: NewHandle, error_record: TaskText);
    /// Changes a network.
    HcnModifyNetwork(network: *mut c_void, settings: PCWSTR, error_record: TaskText);
    /// Reads a network.
    HcnQueryNetworkProperties(network: *mut c_void, query: PCWSTR, properties: TaskText, error_record: TaskText);
    /// Deletes a network.
    HcnDeleteNetwork(id: *const GUID, error_record: TaskText);
    /// Closes a network.
    HcnCloseNetwork(network: *mut c_void);

    /// Lists endpoints.
    HcnEnumerateEndpoints(query: PCWSTR, endpoints: TaskText, error_record: TaskText);
    /// Makes an endpoint.
    HcnCreateEndpoint(network: *mut c_void, id: *const GUID, settings: PCWSTR, endpoint: NewHandle, error_record: TaskText);
    /// Opens an endpoint.
    HcnOpenEndpoint(id: *const GUID, endpoint: NewHandle, error_record: TaskText);
    /// Changes an endpoint.
    HcnModifyEndpoint(endpoint: *mut c_void, settings: PCWSTR, error_record: TaskText);
    /// Reads an endpoint.
    HcnQueryEndpointProperties(endpoint: *mut c_void, query: PCWSTR, properties: TaskText, error_record: TaskText);
    /// Deletes an endpoint.
    HcnDeleteEndpoint(id: *const GUID, error_record: TaskText);
    /// Closes an endpoint.
    HcnCloseEndpoint(endpoint: *mut c_void);

    /// Lists namespaces.
    HcnEnumerateNamespaces(query: PCWSTR, namespaces: TaskText, error_record: TaskText);
    /// Makes a namespace.
    HcnCreateNamespace(id: *const GUID, settings: PCWSTR, namespace: NewHandle, error_record: TaskText);
    /// Opens a namespace.
    HcnOpenNamespace(id: *const GUID, namespace: NewHandle, error_record: TaskText);
    /// Changes a namespace.
    HcnModifyNamespace(namespace: *mut c_void, settings: PCWSTR, error_record: TaskText);
    /// Reads a namespace.
    HcnQueryNamespaceProperties(namespace: *mut c_void, query: PCWSTR, properties: TaskText, error_record: TaskText);
    /// Deletes a namespace.
    HcnDeleteNamespace(id: *const GUID, error_record: TaskText);
    /// Closes a namespace.
    HcnCloseNamespace(namespace: *mut c_void);

    /// Lists load balancers.
    HcnEnumerateLoadBalancers(query: PCWSTR, load_balancers: TaskText, error_record: TaskText);
    /// Makes a load balancer.
    HcnCreateLoadBalancer(id: *const GUID, settings: PCWSTR, load_balancer: NewHandle, error_record: TaskText);
    /// Opens a load balancer.
    HcnOpenLoadBalancer(id: *const GUID, load_balancer: NewHandle, error_record: TaskText);
    /// Changes a load balancer.
    HcnModifyLoadBalancer(load_balancer: *mut c_void, settings: PCWSTR, error_record: TaskText);
    /// Reads a load balancer.
    HcnQueryLoadBalancerProperties(load_balancer: *mut c_void, query: PCWSTR, properties: TaskText, error_record: TaskText);
    /// Deletes a load balancer.
    HcnDeleteLoadBalancer(id: *const GUID, error_record: TaskText);
    /// Closes a load balancer.
    HcnCloseLoadBalancer(load_balancer: *mut c_void);

    /// Lists routes.
    HcnEnumerateSdnRoutes(query: PCWSTR, routes: TaskText, error_record: TaskText);
    /// Makes a route.
    HcnCreateSdnRoute(id: *const GUID, settings: PCWSTR, route: NewHandle, error_record: TaskText);
    /// Opens a route.
    HcnOpenSdnRoute(id: *const GUID, route: NewHandle, error_record: TaskText);
    /// Changes a route.
    HcnModifySdnRoute(route: *mut c_void, settings: PCWSTR, error_record: TaskText);
    /// Reads a route.
    HcnQuerySdnRouteProperties(route: *mut c_void, query: PCWSTR, properties: TaskText, error_record: TaskText);
    /// Deletes a route.
    HcnDeleteSdnRoute(id: *const GUID, error_record: TaskText);
    /// Closes a route.
    HcnCloseSdnRoute(route: *mut c_void);

    /// Reads the addresses of an endpoint.
    HcnQueryEndpointAddresses(endpoint: *mut c_void, query: PCWSTR, addresses: TaskText, error_record: TaskText);
    /// Reads what an endpoint has sent and received.
    HcnQueryEndpointStats(endpoint: *mut c_void, query: PCWSTR, stats: TaskText, error_record: TaskText);

    /// Makes a guest network service.
    HcnCreateGuestNetworkService(id: *const GUID, settings: PCWSTR, guest_network_service: NewHandle, error_record: TaskText);
    /// Changes a guest network service.
    HcnModifyGuestNetworkService(guest_network_service: *mut c_void, settings: PCWSTR, error_record: TaskText);
    /// Deletes a guest network service.
    HcnDeleteGuestNetworkService(id: *const GUID, error_record: TaskText);
    /// Closes a guest network service.
    HcnCloseGuestNetworkService(guest_network_service: *mut c_void);
}
