//! The verbs of networks.

use crate::Result;
use async_trait::async_trait;
use hcs_schema::document::Version;
use hcs_schema::hcn::{
    Endpoint, LoadBalancer, ModifyEndpoint, ModifyNamespace, ModifyNetwork, Namespace, Network, Query, SdnRoute,
    SupportedFeatures, features,
};
use hcs_schema::hns::EndpointStats;

/// A place where containers are connected: networks, the endpoints on them, and the namespaces that containers see them in.
///
/// Flat and keyed by id (a GUID), because all of it outlives the process that made it. Documents are those of
/// [`hcs_schema::hcn`] on every host; one that cannot honour a part of a document refuses it with `ERROR_NOT_SUPPORTED`
/// ([`Error::is_not_supported`](crate::Error::is_not_supported)) before anything is made. Every verb answers an error that
/// [`is_not_found`](crate::Error::is_not_found) for an id it does not know. Making answers the object as it then is: with
/// its id, and with the addresses that were chosen for it.
///
/// ```
/// use hcs_host::{NetworkHost, Result};
/// use hcs_schema::hcn::{Endpoint, Namespace, NamespaceKind, Query, SCHEMA};
///
/// /// Connects a new namespace to the first network with a name, and answers its id.
/// async fn connect(host: &dyn NetworkHost, name: &str) -> Result<Option<String>> {
///     let Some(network) = host.networks(&Query::by_name(name)).await?.into_iter().next() else { return Ok(None) };
///     let wanted = Endpoint { host_compute_network: network.id, schema_version: SCHEMA, ..Endpoint::default() };
///     let endpoint = host.create_endpoint(&wanted).await?;
///     let wanted = Namespace { kind: NamespaceKind::Host, schema_version: SCHEMA, ..Namespace::default() };
///     let namespace = host.create_namespace(&wanted).await?;
///     host.add_endpoint(&namespace.id, &endpoint.id).await?;
///     Ok(Some(namespace.id))
/// }
/// ```
#[async_trait]
pub trait NetworkHost: Send + Sync {
    /// Lists the networks that a query wants.
    async fn networks(&self, query: &Query) -> Result<Vec<Network>>;
    /// Reads a network.
    async fn network(&self, id: &str) -> Result<Network>;
    /// Makes a network.
    async fn create_network(&self, network: &Network) -> Result<Network>;
    /// Changes a network.
    async fn modify_network(&self, id: &str, change: &ModifyNetwork) -> Result<()>;
    /// Deletes a network, which must have no endpoints.
    async fn delete_network(&self, id: &str) -> Result<()>;

    /// Lists the endpoints that a query wants.
    async fn endpoints(&self, query: &Query) -> Result<Vec<Endpoint>>;
    /// Reads an endpoint.
    async fn endpoint(&self, id: &str) -> Result<Endpoint>;
    /// Makes an endpoint on the network that it names.
    async fn create_endpoint(&self, endpoint: &Endpoint) -> Result<Endpoint>;
    /// Changes an endpoint.
    async fn modify_endpoint(&self, id: &str, change: &ModifyEndpoint) -> Result<()>;
    /// Deletes an endpoint.
    async fn delete_endpoint(&self, id: &str) -> Result<()>;
    /// Reads what an endpoint has sent and received since it was made.
    async fn endpoint_stats(&self, id: &str) -> Result<EndpointStats>;

    /// Lists the namespaces that a query wants.
    async fn namespaces(&self, query: &Query) -> Result<Vec<Namespace>>;
    /// Reads a namespace.
    async fn namespace(&self, id: &str) -> Result<Namespace>;
    /// Makes a namespace.
    async fn create_namespace(&self, namespace: &Namespace) -> Result<Namespace>;
    /// Changes a namespace.
    async fn modify_namespace(&self, id: &str, change: &ModifyNamespace) -> Result<()>;
    /// Deletes a namespace. Its endpoints stay.
    async fn delete_namespace(&self, id: &str) -> Result<()>;
    /// Adds an endpoint to a namespace.
    async fn add_endpoint(&self, namespace: &str, endpoint: &str) -> Result<()>;
    /// Takes an endpoint out of a namespace.
    async fn remove_endpoint(&self, namespace: &str, endpoint: &str) -> Result<()>;

    /// Lists the load balancers that a query wants.
    async fn load_balancers(&self, query: &Query) -> Result<Vec<LoadBalancer>>;
    /// Reads a load balancer.
    async fn load_balancer(&self, id: &str) -> Result<LoadBalancer>;
    /// Makes a load balancer.
    async fn create_load_balancer(&self, load_balancer: &LoadBalancer) -> Result<LoadBalancer>;
    /// Changes a load balancer to what the document says.
    async fn modify_load_balancer(&self, id: &str, load_balancer: &LoadBalancer) -> Result<()>;
    /// Deletes a load balancer.
    async fn delete_load_balancer(&self, id: &str) -> Result<()>;

    /// Lists the routes that a query wants.
    async fn routes(&self, query: &Query) -> Result<Vec<SdnRoute>>;
    /// Reads routes.
    async fn route(&self, id: &str) -> Result<SdnRoute>;
    /// Makes routes.
    async fn create_route(&self, route: &SdnRoute) -> Result<SdnRoute>;
    /// Changes routes to what the document says.
    async fn modify_route(&self, id: &str, route: &SdnRoute) -> Result<()>;
    /// Deletes routes.
    async fn delete_route(&self, id: &str) -> Result<()>;

    /// Version of the service; 0.0 where it is too old to have one.
    async fn version(&self) -> Result<Version>;

    /// What the service can do, by its version.
    async fn features(&self) -> Result<SupportedFeatures> {
        Ok(features(self.version().await?))
    }
}
