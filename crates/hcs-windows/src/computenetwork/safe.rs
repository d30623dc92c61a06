//! The Host Compute Network with typed documents.

use super::api::{Detail, Kind, NetworkCalls};
use super::ports::{self, ReservedPorts};
use super::subscription::Subscription;
use crate::document::{read, read_list, write};
use hcs_host::Result;
use hcs_schema::hcn::{
    Endpoint, LoadBalancer, ModifyEndpoint, ModifyNamespace, ModifyNetwork, Namespace, NamespaceResource, Network,
    Query, SdnRoute,
};
use hcs_schema::hns::EndpointStats;
use hcs_schema::modify::RequestType;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The Host Compute Network (HCN) of this host, by `computenetwork.dll`: networks, endpoints, namespaces, load balancers and
/// routes. They belong to the service and not to this program: they stay until they are deleted, mostly over a restart.
///
/// All calls block. Ids are GUIDs, with or without braces. Sources: Microsoft's reference
/// (<https://learn.microsoft.com/virtualization/api/hcn/reference/apioverview>) and hcsshim (`hcn`).
///
/// ```no_run
/// # fn main() -> hcs_host::Result<()> {
/// use hcs_schema::hcn::{Endpoint, Namespace, NamespaceKind, Network, Query, SCHEMA};
/// use hcs_windows::Hcn;
///
/// let hcn = Hcn::load()?;
/// let nat = hcn.list::<Network>(&Query::by_name("nat"))?.remove(0);
/// let wanted = Endpoint { host_compute_network: nat.id, schema_version: SCHEMA, ..Endpoint::default() };
/// let endpoint = hcn.create(&wanted)?;
/// let wanted = Namespace { kind: NamespaceKind::Host, schema_version: SCHEMA, ..Namespace::default() };
/// let namespace = hcn.create(&wanted)?;
/// hcn.add_endpoint(&namespace.id, &endpoint.id)?;
/// hcn.delete::<Namespace>(&namespace.id)?;
/// hcn.delete::<Endpoint>(&endpoint.id)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Hcn {
    calls: NetworkCalls,
}

/// An object of the Host Compute Network.
pub trait HcnObject: Serialize + DeserializeOwned + sealed::Sealed {
    /// What changes it. For load balancers it is the whole as it is to be; the functions that change routes are there, but no
    /// Windows that hcsshim knows does anything for them.
    type Change: Serialize;
    /// Its id.
    fn id(&self) -> &str;
    /// Its name; its id where it has none.
    fn label(&self) -> &str {
        self.id()
    }
}

mod sealed {
    use super::Kind;

    /// What only this crate implements.
    pub trait Sealed {
        /// Which functions it has.
        const KIND: Kind;
        /// The network that it is made on.
        fn network(&self) -> Option<&str> {
            None
        }
    }
}

macro_rules! objects {
    ($($object:ident: $change:ty, $label:ident;)*) => {$(
        impl HcnObject for $object {
            type Change = $change;

            fn id(&self) -> &str {
                &self.id
            }

            fn label(&self) -> &str {
                if self.$label.is_empty() { &self.id } else { &self.$label }
            }
        }
    )*};
}

objects! {
    Network: ModifyNetwork, name;
    Endpoint: ModifyEndpoint, name;
    Namespace: ModifyNamespace, id;
    LoadBalancer: LoadBalancer, id;
    SdnRoute: SdnRoute, id;
}

impl sealed::Sealed for Network {
    const KIND: Kind = Kind::Network;
}

impl sealed::Sealed for Endpoint {
    const KIND: Kind = Kind::Endpoint;

    fn network(&self) -> Option<&str> {
        Some(&self.host_compute_network)
    }
}

impl sealed::Sealed for Namespace {
    const KIND: Kind = Kind::Namespace;
}

impl sealed::Sealed for LoadBalancer {
    const KIND: Kind = Kind::LoadBalancer;
}

impl sealed::Sealed for SdnRoute {
    const KIND: Kind = Kind::SdnRoute;
}

impl Hcn {
    /// Binds the functions.
    ///
    /// # Errors
    /// This Windows is older than build 17763, or its feature Containers is off.
    pub fn load() -> Result<Hcn> {
        Ok(Hcn { calls: NetworkCalls::load()? })
    }

    pub(super) fn calls(&self) -> &NetworkCalls {
        &self.calls
    }

    /// Ids of the objects that a query wants.
    ///
    /// # Errors
    /// The query is not valid.
    pub fn ids<T: HcnObject>(&self, query: &Query) -> Result<Vec<String>> {
        let text = self.calls.enumerate(T::KIND, &write(query))?;
        read_list(&format!("list {}s", T::KIND.noun()), &text)
    }

    /// The objects that a query wants. One that is deleted while they are read is left out.
    ///
    /// # Errors
    /// The query is not valid.
    #[doc(alias = "HcnEnumerateNetworks")]
    #[doc(alias = "HcnEnumerateEndpoints")]
    #[doc(alias = "HcnEnumerateNamespaces")]
    #[doc(alias = "HcnEnumerateLoadBalancers")]
    #[doc(alias = "HcnEnumerateSdnRoutes")]
    pub fn list<T: HcnObject>(&self, query: &Query) -> Result<Vec<T>> {
        let whole = Query { flags: query.flags, ..Query::all() };
        let mut objects = Vec::new();
        for id in self.ids::<T>(query)? {
            match self.get_with(&id, &whole) {
                Ok(object) => objects.push(object),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(objects)
    }

    /// The object with an id.
    ///
    /// # Errors
    /// There is none ([`Error::is_not_found`](hcs_host::Error::is_not_found)).
    #[doc(alias = "HcnQueryNetworkProperties")]
    #[doc(alias = "HcnQueryEndpointProperties")]
    #[doc(alias = "HcnQueryNamespaceProperties")]
    #[doc(alias = "HcnQueryLoadBalancerProperties")]
    #[doc(alias = "HcnQuerySdnRouteProperties")]
    #[doc(alias = "HcnOpenNetwork")]
    #[doc(alias = "HcnOpenEndpoint")]
    #[doc(alias = "HcnOpenNamespace")]
    #[doc(alias = "HcnOpenLoadBalancer")]
    #[doc(alias = "HcnOpenSdnRoute")]
    #[doc(alias = "HcnCloseNetwork")]
    #[doc(alias = "HcnCloseEndpoint")]
    #[doc(alias = "HcnCloseNamespace")]
    #[doc(alias = "HcnCloseLoadBalancer")]
    #[doc(alias = "HcnCloseSdnRoute")]
    pub fn get<T: HcnObject>(&self, id: &str) -> Result<T> {
        self.get_with(id, &Query::all())
    }

    fn get_with<T: HcnObject>(&self, id: &str, query: &Query) -> Result<T> {
        let text = self.calls.open(T::KIND, id)?.query(&write(query))?;
        read(&format!("read {}", T::KIND.noun()), id, &text)
    }

    /// Makes an object, and answers it as the service then has it: with its id, and with addresses where it chose them.
    ///
    /// # Errors
    /// There is one with this id already ([`Error::is_already_exists`](hcs_host::Error::is_already_exists)), or something
    /// that the document names is not there.
    #[doc(alias = "HcnCreateNetwork")]
    #[doc(alias = "HcnCreateEndpoint")]
    #[doc(alias = "HcnCreateNamespace")]
    #[doc(alias = "HcnCreateLoadBalancer")]
    #[doc(alias = "HcnCreateSdnRoute")]
    pub fn create<T: HcnObject>(&self, object: &T) -> Result<T> {
        let network = match sealed::Sealed::network(object) {
            Some(id) => Some(self.calls.open(Kind::Network, id)?),
            None => None,
        };
        let open = self.calls.create(T::KIND, network.as_ref(), object.label(), &write(object))?;
        let text = open.query(&write(&Query::all()))?;
        read(&format!("create {}", T::KIND.noun()), object.label(), &text)
    }

    /// Changes an object.
    ///
    /// # Errors
    /// There is none with this id, or the service cannot change this.
    #[doc(alias = "HcnModifyNetwork")]
    #[doc(alias = "HcnModifyEndpoint")]
    #[doc(alias = "HcnModifyNamespace")]
    #[doc(alias = "HcnModifyLoadBalancer")]
    #[doc(alias = "HcnModifySdnRoute")]
    pub fn modify<T: HcnObject>(&self, id: &str, change: &T::Change) -> Result<()> {
        self.calls.open(T::KIND, id)?.modify(&write(change))
    }

    /// Deletes an object.
    ///
    /// # Errors
    /// There is none with this id, or others need it.
    #[doc(alias = "HcnDeleteNetwork")]
    #[doc(alias = "HcnDeleteEndpoint")]
    #[doc(alias = "HcnDeleteNamespace")]
    #[doc(alias = "HcnDeleteLoadBalancer")]
    #[doc(alias = "HcnDeleteSdnRoute")]
    pub fn delete<T: HcnObject>(&self, id: &str) -> Result<()> {
        self.calls.delete(T::KIND, id)
    }

    /// Adds an endpoint to a namespace.
    ///
    /// # Errors
    /// One of both is not there, or the endpoint is in a namespace already.
    pub fn add_endpoint(&self, namespace: &str, endpoint: &str) -> Result<()> {
        let change = ModifyNamespace::new(RequestType::Add, NamespaceResource::endpoint(endpoint));
        self.modify::<Namespace>(namespace, &change)
    }

    /// Takes an endpoint out of a namespace.
    ///
    /// # Errors
    /// One of both is not there, or the endpoint is not in the namespace.
    pub fn remove_endpoint(&self, namespace: &str, endpoint: &str) -> Result<()> {
        let change = ModifyNamespace::new(RequestType::Remove, NamespaceResource::endpoint(endpoint));
        self.modify::<Namespace>(namespace, &change)
    }

    /// What an endpoint has sent and received since it was made. Windows has had the function for long without telling since
    /// when; [`Hns::endpoint_stats`](crate::Hns::endpoint_stats) is everywhere.
    ///
    /// # Errors
    /// There is no such endpoint, or this Windows does not have the function.
    #[doc(alias = "HcnQueryEndpointStats")]
    pub fn endpoint_stats(&self, id: &str) -> Result<EndpointStats> {
        let text = self.calls.open(Kind::Endpoint, id)?.detail(Detail::Statistics, &write(&Query::all()))?;
        read("read statistics of endpoint", id, &text)
    }

    /// The addresses of an endpoint. No document of them is published, so that it is JSON as it is.
    ///
    /// # Errors
    /// There is no such endpoint, or this Windows does not have the function.
    #[doc(alias = "HcnQueryEndpointAddresses")]
    pub fn endpoint_addresses(&self, id: &str) -> Result<Value> {
        let text = self.calls.open(Kind::Endpoint, id)?.detail(Detail::Addresses, &write(&Query::all()))?;
        read("read addresses of endpoint", id, &text)
    }

    /// Notifications of the service.
    ///
    /// # Errors
    /// The service does not run.
    #[doc(alias = "HcnRegisterServiceCallback")]
    pub fn subscribe(&self) -> Result<Subscription> {
        Subscription::of_service(&self.calls.functions)
    }

    /// The ports of the host that are reserved for guests.
    ///
    /// # Errors
    /// The service does not run.
    #[doc(alias = "HcnEnumerateGuestNetworkPortReservations")]
    #[doc(alias = "HcnFreeGuestNetworkPortReservations")]
    pub fn reserved_ports(&self) -> Result<Vec<ReservedPorts>> {
        ports::reserved(&self.calls.functions)
    }
}
