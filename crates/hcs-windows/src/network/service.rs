//! What both versions of the service do, as blocking calls.

use hcs_host::Result;
use hcs_schema::document::Version;
use hcs_schema::hcn::{
    Endpoint, LoadBalancer, ModifyEndpoint, ModifyNamespace, ModifyNetwork, Namespace, Network, Query, SdnRoute,
};
use hcs_schema::hns::EndpointStats;

/// Writes the list of verbs down once: as a trait of blocking calls, and as the [`hcs_host::NetworkHost`] that runs them where
/// they may block.
macro_rules! verbs {
    ($(fn $verb:ident(&self $(, $argument:ident: &$type:ty)*) -> Result<$answer:ty>;)*) => {
        /// One version of the service.
        pub(crate) trait Service: Send + Sync {
            $(
                #[doc = concat!("See [`hcs_host::NetworkHost::", stringify!($verb), "`].")]
                fn $verb(&self $(, $argument: &$type)*) -> Result<$answer>;
            )*
        }

        #[async_trait::async_trait]
        impl hcs_host::NetworkHost for super::WindowsNetwork {
            $(
                async fn $verb(&self $(, $argument: &$type)*) -> Result<$answer> {
                    $(let $argument = $argument.to_owned();)*
                    self.run(move |service| service.$verb($(&$argument),*)).await
                }
            )*
        }
    };
}

verbs! {
    fn networks(&self, query: &Query) -> Result<Vec<Network>>;
    fn network(&self, id: &str) -> Result<Network>;
    fn create_network(&self, network: &Network) -> Result<Network>;
    fn modify_network(&self, id: &str, change: &ModifyNetwork) -> Result<()>;
    fn delete_network(&self, id: &str) -> Result<()>;

    fn endpoints(&self, query: &Query) -> Result<Vec<Endpoint>>;
    fn endpoint(&self, id: &str) -> Result<Endpoint>;
    fn create_endpoint(&self, endpoint: &Endpoint) -> Result<Endpoint>;
    fn modify_endpoint(&self, id: &str, change: &ModifyEndpoint) -> Result<()>;
    fn delete_endpoint(&self, id: &str) -> Result<()>;
    fn endpoint_stats(&self, id: &str) -> Result<EndpointStats>;

    fn namespaces(&self, query: &Query) -> Result<Vec<Namespace>>;
    fn namespace(&self, id: &str) -> Result<Namespace>;
    fn create_namespace(&self, namespace: &Namespace) -> Result<Namespace>;
    fn modify_namespace(&self, id: &str, change: &ModifyNamespace) -> Result<()>;
    fn delete_namespace(&self, id: &str) -> Result<()>;
    fn add_endpoint(&self, namespace: &str, endpoint: &str) -> Result<()>;
    fn remove_endpoint(&self, namespace: &str, endpoint: &str) -> Result<()>;

    fn load_balancers(&self, query: &Query) -> Result<Vec<LoadBalancer>>;
    fn load_balancer(&self, id: &str) -> Result<LoadBalancer>;
    fn create_load_balancer(&self, load_balancer: &LoadBalancer) -> Result<LoadBalancer>;
    fn modify_load_balancer(&self, id: &str, load_balancer: &LoadBalancer) -> Result<()>;
    fn delete_load_balancer(&self, id: &str) -> Result<()>;

    fn routes(&self, query: &Query) -> Result<Vec<SdnRoute>>;
    fn route(&self, id: &str) -> Result<SdnRoute>;
    fn create_route(&self, route: &SdnRoute) -> Result<SdnRoute>;
    fn modify_route(&self, id: &str, route: &SdnRoute) -> Result<()>;
    fn delete_route(&self, id: &str) -> Result<()>;

    fn version(&self) -> Result<Version>;
}
