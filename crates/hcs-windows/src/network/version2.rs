//! Version 2 of the service: what [`Hcn`] does, and what only version 1 answers.

use super::service::Service;
use crate::{Hcn, Hns};
use hcs_host::Result;
use hcs_schema::document::Version;
use hcs_schema::hcn::{
    Endpoint, LoadBalancer, ModifyEndpoint, ModifyNamespace, ModifyNetwork, Namespace, Network, Query, SdnRoute,
};
use hcs_schema::hns::EndpointStats;

/// Version 2 of the service.
#[derive(Debug)]
pub(super) struct Version2 {
    /// Everything.
    pub(super) hcn: Hcn,
    /// The version of the service and the statistics of endpoints, which are asked for in version 1 everywhere.
    pub(super) hns: Hns,
}

impl Service for Version2 {
    fn networks(&self, query: &Query) -> Result<Vec<Network>> {
        self.hcn.list(query)
    }

    fn network(&self, id: &str) -> Result<Network> {
        self.hcn.get(id)
    }

    fn create_network(&self, network: &Network) -> Result<Network> {
        self.hcn.create(network)
    }

    fn modify_network(&self, id: &str, change: &ModifyNetwork) -> Result<()> {
        self.hcn.modify::<Network>(id, change)
    }

    fn delete_network(&self, id: &str) -> Result<()> {
        self.hcn.delete::<Network>(id)
    }

    fn endpoints(&self, query: &Query) -> Result<Vec<Endpoint>> {
        self.hcn.list(query)
    }

    fn endpoint(&self, id: &str) -> Result<Endpoint> {
        self.hcn.get(id)
    }

    fn create_endpoint(&self, endpoint: &Endpoint) -> Result<Endpoint> {
        self.hcn.create(endpoint)
    }

    fn modify_endpoint(&self, id: &str, change: &ModifyEndpoint) -> Result<()> {
        self.hcn.modify::<Endpoint>(id, change)
    }

    fn delete_endpoint(&self, id: &str) -> Result<()> {
        self.hcn.delete::<Endpoint>(id)
    }

    fn endpoint_stats(&self, id: &str) -> Result<EndpointStats> {
        self.hns.endpoint_stats(id)
    }

    fn namespaces(&self, query: &Query) -> Result<Vec<Namespace>> {
        self.hcn.list(query)
    }

    fn namespace(&self, id: &str) -> Result<Namespace> {
        self.hcn.get(id)
    }

    fn create_namespace(&self, namespace: &Namespace) -> Result<Namespace> {
        self.hcn.create(namespace)
    }

    fn modify_namespace(&self, id: &str, change: &ModifyNamespace) -> Result<()> {
        self.hcn.modify::<Namespace>(id, change)
    }

    fn delete_namespace(&self, id: &str) -> Result<()> {
        self.hcn.delete::<Namespace>(id)
    }

    fn add_endpoint(&self, namespace: &str, endpoint: &str) -> Result<()> {
        self.hcn.add_endpoint(namespace, endpoint)
    }

    fn remove_endpoint(&self, namespace: &str, endpoint: &str) -> Result<()> {
        self.hcn.remove_endpoint(namespace, endpoint)
    }

    fn load_balancers(&self, query: &Query) -> Result<Vec<LoadBalancer>> {
        self.hcn.list(query)
    }

    fn load_balancer(&self, id: &str) -> Result<LoadBalancer> {
        self.hcn.get(id)
    }

    fn create_load_balancer(&self, load_balancer: &LoadBalancer) -> Result<LoadBalancer> {
        self.hcn.create(load_balancer)
    }

    fn modify_load_balancer(&self, id: &str, load_balancer: &LoadBalancer) -> Result<()> {
        self.hcn.modify::<LoadBalancer>(id, load_balancer)
    }

    fn delete_load_balancer(&self, id: &str) -> Result<()> {
        self.hcn.delete::<LoadBalancer>(id)
    }

    fn routes(&self, query: &Query) -> Result<Vec<SdnRoute>> {
        self.hcn.list(query)
    }

    fn route(&self, id: &str) -> Result<SdnRoute> {
        self.hcn.get(id)
    }

    fn create_route(&self, route: &SdnRoute) -> Result<SdnRoute> {
        self.hcn.create(route)
    }

    fn modify_route(&self, id: &str, route: &SdnRoute) -> Result<()> {
        self.hcn.modify::<SdnRoute>(id, route)
    }

    fn delete_route(&self, id: &str) -> Result<()> {
        self.hcn.delete::<SdnRoute>(id)
    }

    fn version(&self) -> Result<Version> {
        self.hns.version()
    }
}
