//! Lists of policies that several endpoints have: load balancers and routes.

use super::{ElbPolicy, Id, Policy, RoutePolicy};
use crate::model::object;

object! {
    /// A list of policies.
    pub struct PolicyList {
        /// Its id (GUID); empty lets the service choose one.
        "ID" id: String,
        /// Paths of the endpoints that have the policies: `/endpoints/` and the id.
        "References" references: Vec<String>,
        /// The policies.
        "Policies" policies: Vec<Policy>,
    }
}

impl PolicyList {
    /// A load balancer.
    pub fn load_balancer(endpoints: &[Id], policy: ElbPolicy) -> Self {
        Self::new(endpoints, Policy::Elb(policy))
    }

    /// A route.
    pub fn route(endpoints: &[Id], policy: RoutePolicy) -> Self {
        Self::new(endpoints, Policy::Route(policy))
    }

    fn new(endpoints: &[Id], policy: Policy) -> Self {
        let references = endpoints.iter().map(|id| format!("/endpoints/{id}")).collect();
        PolicyList { references, policies: vec![policy], ..PolicyList::default() }
    }
}
