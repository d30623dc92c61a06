//! The functions of `computenetwork.dll` for objects, with Rust's strings and handles. Documents are text.
//!
//! Networks, endpoints, namespaces, load balancers and routes have the same functions, so each verb is written once and finds
//! the function of a [`Kind`].

use super::abi::{self, Functions};
use crate::error::check_record;
use crate::guid;
use crate::wide::{Answered, Freed, Wide};
use hcs_host::Result;
use std::sync::Arc;
use windows_sys::core::GUID;

/// No id: the service takes the one of the document, or chooses one. hcsshim makes every object so.
const BY_DOCUMENT: GUID = GUID::from_u128(0);

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A network.
    Network,
    /// An endpoint.
    Endpoint,
    /// A namespace.
    Namespace,
    /// A load balancer.
    LoadBalancer,
    /// Routes of a software-defined network.
    SdnRoute,
}

impl Kind {
    /// What messages call it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Kind::Network => "network",
            Kind::Endpoint => "endpoint",
            Kind::Namespace => "namespace",
            Kind::LoadBalancer => "load balancer",
            Kind::SdnRoute => "route",
        }
    }
}

/// What else of an endpoint can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Its addresses.
    Addresses,
    /// What it has sent and received.
    Statistics,
}

/// The functions, bound.
#[derive(Clone, Debug)]
pub(super) struct NetworkCalls {
    pub(super) functions: Arc<Functions>,
}

impl NetworkCalls {
    /// Binds the functions.
    pub(super) fn load() -> Result<Self> {
        Ok(NetworkCalls { functions: Arc::new(Functions::load()?) })
    }

    /// `HcnEnumerate…s`: a list of ids.
    pub(super) fn enumerate(&self, kind: Kind, query: &str) -> Result<String> {
        let function = match kind {
            Kind::Network => self.functions.HcnEnumerateNetworks(),
            Kind::Endpoint => self.functions.HcnEnumerateEndpoints(),
            Kind::Namespace => self.functions.HcnEnumerateNamespaces(),
            Kind::LoadBalancer => self.functions.HcnEnumerateLoadBalancers(),
            Kind::SdnRoute => self.functions.HcnEnumerateSdnRoutes(),
        }?;
        let operation = format!("list {}s", kind.noun());
        let query = Wide::new(&operation, query)?;
        let mut list = Answered::new(Freed::ByCoTask);
        let mut record = Answered::new(Freed::ByCoTask);
        // SAFETY: the query is text with a zero at its end, and both places are writable and empty.
        let code = unsafe { function(query.as_ptr(), list.place(), record.place()) };
        check_record(&operation, "", code, &record.text())?;
        Ok(list.text())
    }

    /// `HcnCreate…`; an endpoint needs its network. The name is for messages.
    pub(super) fn create(&self, kind: Kind, network: Option<&Open>, name: &str, settings: &str) -> Result<Open> {
        let operation = format!("create {}", kind.noun());
        let settings = Wide::new(&operation, settings)?;
        let mut object: abi::Object = std::ptr::null_mut();
        let mut record = Answered::new(Freed::ByCoTask);
        let code = match (kind, network) {
            (Kind::Endpoint, network) => {
                let function = self.functions.HcnCreateEndpoint()?;
                let network = network.map_or(std::ptr::null_mut(), |network| network.object);
                // SAFETY: the network is open; id and settings are readable during the call, and both answers are writable.
                unsafe { function(network, &BY_DOCUMENT, settings.as_ptr(), &raw mut object, record.place()) }
            }
            (kind, _) => {
                let function = self.creator(kind)?;
                // SAFETY: id and settings are readable during the call, and both answers are writable.
                unsafe { function(&BY_DOCUMENT, settings.as_ptr(), &raw mut object, record.place()) }
            }
        };
        // What was made before a failure is closed.
        let open = self.own(kind, name, object);
        check_record(&operation, name, code, &record.text())?;
        Ok(open)
    }

    /// `HcnOpen…`.
    pub(super) fn open(&self, kind: Kind, id: &str) -> Result<Open> {
        let function = match kind {
            Kind::Network => self.functions.HcnOpenNetwork(),
            Kind::Endpoint => self.functions.HcnOpenEndpoint(),
            Kind::Namespace => self.functions.HcnOpenNamespace(),
            Kind::LoadBalancer => self.functions.HcnOpenLoadBalancer(),
            Kind::SdnRoute => self.functions.HcnOpenSdnRoute(),
        }?;
        let operation = format!("open {}", kind.noun());
        let guid = guid::parse(&operation, id)?;
        let mut object: abi::Object = std::ptr::null_mut();
        let mut record = Answered::new(Freed::ByCoTask);
        // SAFETY: the id is readable, and both answers are writable.
        let code = unsafe { function(&guid, &raw mut object, record.place()) };
        let open = self.own(kind, id, object);
        check_record(&operation, id, code, &record.text())?;
        Ok(open)
    }

    /// `HcnDelete…`.
    pub(super) fn delete(&self, kind: Kind, id: &str) -> Result<()> {
        let function = match kind {
            Kind::Network => self.functions.HcnDeleteNetwork(),
            Kind::Endpoint => self.functions.HcnDeleteEndpoint(),
            Kind::Namespace => self.functions.HcnDeleteNamespace(),
            Kind::LoadBalancer => self.functions.HcnDeleteLoadBalancer(),
            Kind::SdnRoute => self.functions.HcnDeleteSdnRoute(),
        }?;
        let operation = format!("delete {}", kind.noun());
        let guid = guid::parse(&operation, id)?;
        let mut record = Answered::new(Freed::ByCoTask);
        // SAFETY: the id is readable, and the place is writable and empty.
        let code = unsafe { function(&guid, record.place()) };
        check_record(&operation, id, code, &record.text())
    }

    fn creator(&self, kind: Kind) -> Result<abi::Create> {
        match kind {
            Kind::Network => self.functions.HcnCreateNetwork(),
            Kind::Namespace => self.functions.HcnCreateNamespace(),
            Kind::LoadBalancer => self.functions.HcnCreateLoadBalancer(),
            Kind::SdnRoute => self.functions.HcnCreateSdnRoute(),
            Kind::Endpoint => unreachable!("endpoints are made on a network"),
        }
    }

    fn own(&self, kind: Kind, id: &str, object: abi::Object) -> Open {
        Open { functions: Arc::clone(&self.functions), kind, id: id.to_owned(), object }
    }
}

/// An open object, which is closed when this is dropped.
#[derive(Debug)]
pub(super) struct Open {
    functions: Arc<Functions>,
    kind: Kind,
    /// For messages.
    id: String,
    /// Nothing if opening failed.
    object: abi::Object,
}

impl Open {
    /// `HcnModify…`.
    pub(super) fn modify(&self, settings: &str) -> Result<()> {
        let function = match self.kind {
            Kind::Network => self.functions.HcnModifyNetwork(),
            Kind::Endpoint => self.functions.HcnModifyEndpoint(),
            Kind::Namespace => self.functions.HcnModifyNamespace(),
            Kind::LoadBalancer => self.functions.HcnModifyLoadBalancer(),
            Kind::SdnRoute => self.functions.HcnModifySdnRoute(),
        }?;
        let operation = format!("modify {}", self.kind.noun());
        let settings = Wide::new(&operation, settings)?;
        let mut record = Answered::new(Freed::ByCoTask);
        // SAFETY: the object is open, the settings are text with a zero at its end, and the place is writable and empty.
        let code = unsafe { function(self.object, settings.as_ptr(), record.place()) };
        check_record(&operation, &self.id, code, &record.text())
    }

    /// `HcnQuery…Properties`: a document.
    pub(super) fn query(&self, query: &str) -> Result<String> {
        let function = match self.kind {
            Kind::Network => self.functions.HcnQueryNetworkProperties(),
            Kind::Endpoint => self.functions.HcnQueryEndpointProperties(),
            Kind::Namespace => self.functions.HcnQueryNamespaceProperties(),
            Kind::LoadBalancer => self.functions.HcnQueryLoadBalancerProperties(),
            Kind::SdnRoute => self.functions.HcnQuerySdnRouteProperties(),
        }?;
        self.read(&format!("read {}", self.kind.noun()), function, query)
    }

    /// `HcnQueryEndpointAddresses` and `HcnQueryEndpointStats`: a document.
    pub(super) fn detail(&self, detail: Detail, query: &str) -> Result<String> {
        let (operation, function) = match detail {
            Detail::Addresses => ("read addresses of endpoint", self.functions.HcnQueryEndpointAddresses()),
            Detail::Statistics => ("read statistics of endpoint", self.functions.HcnQueryEndpointStats()),
        };
        self.read(operation, function?, query)
    }

    fn read(&self, operation: &str, function: abi::Query, query: &str) -> Result<String> {
        let query = Wide::new(operation, query)?;
        let mut answer = Answered::new(Freed::ByCoTask);
        let mut record = Answered::new(Freed::ByCoTask);
        // SAFETY: the object is open, the query is text with a zero at its end, and both places are writable and empty.
        let code = unsafe { function(self.object, query.as_ptr(), answer.place(), record.place()) };
        check_record(operation, &self.id, code, &record.text())?;
        Ok(answer.text())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let function = match self.kind {
            Kind::Network => self.functions.HcnCloseNetwork(),
            Kind::Endpoint => self.functions.HcnCloseEndpoint(),
            Kind::Namespace => self.functions.HcnCloseNamespace(),
            Kind::LoadBalancer => self.functions.HcnCloseLoadBalancer(),
            Kind::SdnRoute => self.functions.HcnCloseSdnRoute(),
        };
        if let (Ok(function), false) = (function, self.object.is_null()) {
            // SAFETY: the object is open, and nobody uses it after this.
            let _nobody_to_tell = unsafe { function(self.object) };
        }
    }
}
