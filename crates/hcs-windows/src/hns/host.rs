//! Version 1 of the service with the documents of version 2.

use super::{Hns, balance, endpoint, network, parse_id, policy};
use crate::network::Service;
use crate::version::windows_version;
use hcs_host::{Error, Result};
use hcs_schema::document::Version;
use hcs_schema::hcn::{
    Endpoint, Filter, LoadBalancer, ModifyEndpoint, ModifyNamespace, ModifyNetwork, Namespace, NamespaceKind,
    NamespaceMember, NamespaceResource, Network, Query, SCHEMA, SdnRoute,
};
use hcs_schema::hns::{self, Call, EndpointStats, NamespaceRequest, PolicyList};
use hcs_schema::modify::RequestType;

/// The first build whose namespaces containers use.
const NAMESPACES: u32 = 17763;
/// The first build whose service has a version.
const VERSIONS: u32 = 17134;

impl Service for Hns {
    fn networks(&self, query: &Query) -> Result<Vec<Network>> {
        let wanted = filter("list networks", query)?;
        let networks = self.call(&Call::<Vec<hns::Network>>::networks())?;
        let networks = networks.iter().map(network::from_v1);
        Ok(networks.filter(|network| matches(&wanted, &network.id, &network.name, "")).collect())
    }

    fn network(&self, id: &str) -> Result<Network> {
        self.call(&Call::network(&parse_id("read network", id)?)).map(|v1| network::from_v1(&v1))
    }

    fn create_network(&self, network: &Network) -> Result<Network> {
        let v1 = network::to_v1(network)?;
        self.call(&Call::create_network(&v1)).map(|v1| network::from_v1(&v1))
    }

    fn modify_network(&self, _: &str, _: &ModifyNetwork) -> Result<()> {
        Err(network::no_changes())
    }

    fn delete_network(&self, id: &str) -> Result<()> {
        self.call(&Call::delete_network(&parse_id("delete network", id)?)).map(drop)
    }

    fn endpoints(&self, query: &Query) -> Result<Vec<Endpoint>> {
        let wanted = filter("list endpoints", query)?;
        let endpoints = self.call(&Call::<Vec<hns::Endpoint>>::endpoints())?;
        let endpoints = endpoints.iter().map(endpoint::from_v1);
        Ok(endpoints.filter(|found| matches(&wanted, &found.id, &found.name, &found.host_compute_network)).collect())
    }

    fn endpoint(&self, id: &str) -> Result<Endpoint> {
        self.call(&Call::endpoint(&parse_id("read endpoint", id)?)).map(|v1| endpoint::from_v1(&v1))
    }

    fn create_endpoint(&self, endpoint: &Endpoint) -> Result<Endpoint> {
        let v1 = endpoint::to_v1(endpoint)?;
        self.call(&Call::create_endpoint(&v1)).map(|v1| endpoint::from_v1(&v1))
    }

    fn modify_endpoint(&self, id: &str, change: &ModifyEndpoint) -> Result<()> {
        let id = parse_id("modify endpoint", id)?;
        let mut v1 = self.call(&Call::endpoint(&id))?;
        endpoint::change(&mut v1, change)?;
        self.call(&Call::update_endpoint(&id, &v1)).map(drop)
    }

    fn delete_endpoint(&self, id: &str) -> Result<()> {
        self.call(&Call::delete_endpoint(&parse_id("delete endpoint", id)?)).map(drop)
    }

    fn endpoint_stats(&self, id: &str) -> Result<EndpointStats> {
        Hns::endpoint_stats(self, id)
    }

    fn namespaces(&self, query: &Query) -> Result<Vec<Namespace>> {
        has_namespaces()?;
        let wanted = filter("list namespaces", query)?;
        let namespaces = self.call(&Call::<Vec<hns::Namespace>>::namespaces())?;
        let namespaces = namespaces.iter().map(namespace);
        Ok(namespaces.filter(|namespace| matches(&wanted, &namespace.id, "", "")).collect())
    }

    fn namespace(&self, id: &str) -> Result<Namespace> {
        has_namespaces()?;
        self.call(&Call::<hns::Namespace>::namespace(&parse_id("read namespace", id)?)).map(|v1| namespace(&v1))
    }

    fn create_namespace(&self, wanted: &Namespace) -> Result<Namespace> {
        has_namespaces()?;
        policy::refuse_if(!wanted.id.is_empty(), "the id of a namespace that is made")?;
        policy::refuse_if(!wanted.resources.is_empty(), "members of a namespace that is made")?;
        let is_default = match &wanted.kind {
            NamespaceKind::Host => false,
            NamespaceKind::Other(word) if word.is_empty() => false,
            NamespaceKind::HostDefault => true,
            other => return Err(policy::lacks(&format!("a namespace of kind {other}"))),
        };
        self.call(&Call::create_namespace(&NamespaceRequest { is_default })).map(|v1| namespace(&v1))
    }

    fn modify_namespace(&self, id: &str, change: &ModifyNamespace) -> Result<()> {
        has_namespaces()?;
        let id = parse_id("modify namespace", id)?;
        let member = match &change.resource {
            NamespaceResource::Endpoint(endpoint) => hns::NamespaceMember::endpoint(&endpoint.endpoint_id),
            NamespaceResource::Container(container) => hns::NamespaceMember::container(&container.container_id),
            NamespaceResource::Other { kind, .. } => return Err(policy::lacks(&format!("a namespace's {kind}"))),
        };
        let call = match change.effective_type() {
            RequestType::Add => Call::add_resource(&id, &member),
            RequestType::Remove => Call::remove_resource(&id, &member),
            other => return Err(policy::lacks(&format!("the change {other} of a namespace"))),
        };
        self.call(&call).map(drop)
    }

    fn delete_namespace(&self, id: &str) -> Result<()> {
        has_namespaces()?;
        self.call(&Call::delete_namespace(&parse_id("delete namespace", id)?)).map(drop)
    }

    fn add_endpoint(&self, namespace: &str, endpoint: &str) -> Result<()> {
        let resource = NamespaceResource::endpoint(endpoint);
        self.modify_namespace(namespace, &ModifyNamespace::new(RequestType::Add, resource))
    }

    fn remove_endpoint(&self, namespace: &str, endpoint: &str) -> Result<()> {
        let resource = NamespaceResource::endpoint(endpoint);
        self.modify_namespace(namespace, &ModifyNamespace::new(RequestType::Remove, resource))
    }

    fn load_balancers(&self, query: &Query) -> Result<Vec<LoadBalancer>> {
        self.lists("list load balancers", query, balance::from_v1, |balancer| &balancer.id)
    }

    fn load_balancer(&self, id: &str) -> Result<LoadBalancer> {
        self.list("read load balancer", id, balance::from_v1)
    }

    fn create_load_balancer(&self, load_balancer: &LoadBalancer) -> Result<LoadBalancer> {
        self.create("create load balancer", &balance::to_v1(load_balancer)?, balance::from_v1)
    }

    fn modify_load_balancer(&self, _: &str, _: &LoadBalancer) -> Result<()> {
        Err(policy::lacks("a change of a load balancer"))
    }

    fn delete_load_balancer(&self, id: &str) -> Result<()> {
        self.call(&Call::delete_policy_list(&parse_id("delete load balancer", id)?)).map(drop)
    }

    fn routes(&self, query: &Query) -> Result<Vec<SdnRoute>> {
        self.lists("list routes", query, balance::route_from, |route| &route.id)
    }

    fn route(&self, id: &str) -> Result<SdnRoute> {
        self.list("read route", id, balance::route_from)
    }

    fn create_route(&self, route: &SdnRoute) -> Result<SdnRoute> {
        self.create("create route", &balance::route_list(route), balance::route_from)
    }

    fn modify_route(&self, _: &str, _: &SdnRoute) -> Result<()> {
        Err(policy::lacks("a change of routes"))
    }

    fn delete_route(&self, id: &str) -> Result<()> {
        self.call(&Call::delete_policy_list(&parse_id("delete route", id)?)).map(drop)
    }

    fn version(&self) -> Result<Version> {
        if windows_version().build < VERSIONS {
            return Ok(Version::default());
        }
        Hns::version(self)
    }
}

impl Hns {
    /// The lists of policies of one kind that a query wants.
    fn lists<T>(
        &self,
        operation: &str,
        query: &Query,
        read: impl Fn(&PolicyList) -> Option<T>,
        id: impl Fn(&T) -> &str,
    ) -> Result<Vec<T>> {
        let wanted = filter(operation, query)?;
        let lists = self.call(&Call::<Vec<PolicyList>>::policy_lists())?;
        Ok(lists.iter().filter_map(read).filter(|object| matches(&wanted, id(object), "", "")).collect())
    }

    /// A list of policies of one kind.
    fn list<T>(&self, operation: &str, id: &str, read: impl Fn(&PolicyList) -> Option<T>) -> Result<T> {
        let list = self.call(&Call::policy_list(&parse_id(operation, id)?))?;
        read(&list).ok_or_else(|| {
            let message = "the list of policies with this id is of another kind";
            Error::new(operation, id, hcs_schema::HResult::ERROR_NOT_FOUND, message)
        })
    }

    /// Makes a list of policies of one kind.
    fn create<T>(&self, operation: &str, list: &PolicyList, read: impl Fn(&PolicyList) -> Option<T>) -> Result<T> {
        let made = self.call(&Call::create_policy_list(list))?;
        read(&made).ok_or_else(|| {
            let message = "Windows answers a list of policies of another kind";
            Error::new(operation, &made.id, hcs_schema::HResult::ERROR_INVALID_DATA, message)
        })
    }
}

/// An error if this Windows has no namespaces.
fn has_namespaces() -> Result<()> {
    policy::refuse_if(windows_version().build < NAMESPACES, "namespaces")
}

/// A namespace in the form of version 2.
fn namespace(v1: &hns::Namespace) -> Namespace {
    let resources = v1.resource_list.iter().map(|member| {
        use hcs_schema::model::Choice;
        let other = || NamespaceMember::other(member.kind().to_owned(), member.settings());
        NamespaceMember::new(member.kind(), member.settings()).unwrap_or_else(|_| other())
    });
    Namespace {
        id: v1.id.clone(),
        namespace_id: v1.compartment_id,
        kind: if v1.is_default { NamespaceKind::HostDefault } else { NamespaceKind::Host },
        resources: resources.collect(),
        schema_version: SCHEMA,
        ..Namespace::default()
    }
}

/// The filter of a query. Version 1 has none, so that it is applied here.
fn filter(operation: &str, query: &Query) -> Result<Filter> {
    let filter = query
        .parse_filter()
        .map_err(|error| Error::invalid(operation, "", format!("the filter is not valid: {error}")))?;
    match filter.extra.keys().next() {
        Some(key) => Err(policy::lacks(&format!("a filter by {key}"))),
        None => Ok(filter),
    }
}

/// Whether a filter lets an object through. Ids are compared without their case.
fn matches(filter: &Filter, id: &str, name: &str, network: &str) -> bool {
    let same_id =
        |wanted: &str, id: &str| wanted.is_empty() || wanted.trim_matches(['{', '}']).eq_ignore_ascii_case(id);
    same_id(&filter.id, id)
        && (filter.name.is_empty() || filter.name == name)
        && same_id(&filter.virtual_network, network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_filtered_here() {
        let found = |query: &Query| matches(&filter("list", query).unwrap(), "ab", "nat", "cd");
        assert!(found(&Query::all()) && found(&Query::by_id("{AB}")) && found(&Query::by_name("nat")));
        assert!(found(&Query::by_network("CD")));
        assert!(!found(&Query::by_id("b")) && !found(&Query::by_name("NAT")) && !found(&Query::by_network("ab")));
        let other = Query { filter: r#"{"Type":"NAT"}"#.into(), ..Query::all() };
        assert!(filter("list", &other).unwrap_err().is_not_supported());
        assert!(filter("list", &Query { filter: "x".into(), ..Query::all() }).is_err());
    }

    #[test]
    fn namespaces_keep_their_members() {
        let v1: hns::Namespace = serde_json::from_value(serde_json::json!({
            "ID":"a","IsDefault":true,"CompartmentId":3,
            "ResourceList":[{"Type":"Endpoint","Data":{"Id":"b"}},{"Type":"Container","Data":{"Id":"c"}}]}))
        .unwrap();
        let namespace = namespace(&v1);
        assert_eq!((namespace.kind.clone(), namespace.namespace_id), (NamespaceKind::HostDefault, 3));
        assert_eq!(namespace.endpoints().collect::<Vec<_>>(), ["b"]);
        assert_eq!(namespace.containers().collect::<Vec<_>>(), ["c"]);
    }
}
