//! Requests with their paths, and what answers them.

use super::{
    AttachRequest, Endpoint, EndpointStats, ManagementMacList, Namespace, NamespaceMember, NamespaceRequest, Network,
    PolicyList,
};
use crate::document::Version;
use crate::model::{Field, from_value, object};
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::marker::PhantomData;

object! {
    /// The envelope of every answer.
    pub struct Answer {
        /// Whether the service did what it was asked for.
        "Success" success: bool = always,
        /// Why it did not.
        "Error" error: String = always,
        /// Code (HRESULT) of the failure, where the service says it.
        "ErrorCode" error_code: u32,
        /// The object or list that was asked for; absent where there is nothing to say.
        "Output" output: Value,
    }
}

/// An id (GUID). It becomes part of a path, and so is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(String);

impl Id {
    /// Reads an id. Braces around it are left out.
    ///
    /// # Errors
    /// The text is no GUID.
    pub fn parse(text: &str) -> Result<Id, BadId> {
        let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
        let lengths = inner.split('-').map(str::len);
        let hexadecimal = inner.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        match hexadecimal && lengths.eq([8, 4, 4, 4, 12]) {
            true => Ok(Id(inner.to_owned())),
            false => Err(BadId(text.to_owned())),
        }
    }

    /// The id as text without braces.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadId(pub String);

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a GUID", self.0)
    }
}

impl std::error::Error for BadId {}

/// What is done with the object at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// It is read.
    Get,
    /// It is made or changed.
    Post,
    /// It is deleted.
    Delete,
}

impl Method {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        }
    }
}

/// A request, and the type of what answers it.
pub struct Call<T> {
    /// What is done.
    pub method: Method,
    /// With what.
    pub path: String,
    /// A document, or nothing.
    pub body: String,
    answer: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.method.as_str(), self.path, self.body)
    }
}

/// Why an answer is none.
#[derive(Debug)]
pub enum CallError {
    /// The service says no, in its own words.
    Refused {
        /// What was asked for.
        request: String,
        /// The service's reason.
        reason: String,
        /// Code (HRESULT) of the failure; 0 where the service does not say it.
        code: u32,
    },
    /// What came back is not what was asked for.
    Malformed {
        /// What was asked for.
        request: String,
        /// What is wrong with the answer.
        source: serde_json::Error,
    },
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Refused { request, reason, .. } => write!(f, "{request}: {reason}"),
            CallError::Malformed { request, .. } => write!(f, "{request}: the answer cannot be read"),
        }
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CallError::Refused { .. } => None,
            CallError::Malformed { source, .. } => Some(source),
        }
    }
}

impl<T: Field> Call<T> {
    /// Reads what came back. An absent object is an empty one.
    ///
    /// # Errors
    /// The service refused, or the text is not an answer to this request.
    pub fn answer(&self, text: &str) -> Result<T, CallError> {
        let request = || format!("{} {}", self.method.as_str(), self.path);
        let malformed = |source| CallError::Malformed { request: request(), source };
        let answer: Answer = serde_json::from_str(text).map_err(malformed)?;
        match answer.success {
            true => from_value(answer.output).map_err(malformed),
            false => Err(CallError::Refused { request: request(), reason: answer.error, code: answer.error_code }),
        }
    }
}

impl<T> Call<T> {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Call { method, path: path.into(), body: String::new(), answer: PhantomData }
    }

    fn post(path: impl Into<String>, body: &impl Serialize) -> Self {
        let body = serde_json::to_string(body).unwrap_or_else(|error| panic!("a document is JSON: {error}"));
        Call { body, ..Call::new(Method::Post, path) }
    }
}

/// The four calls that networks, endpoints and lists of policies have alike.
macro_rules! collections {
    ($($name:ident at $folder:literal: $list:ident $get:ident $create:ident $delete:ident;)*) => {$(
        impl Call<Vec<$name>> {
            #[doc = concat!("Lists what is at `", $folder, "`.")]
            pub fn $list() -> Self {
                Call::new(Method::Get, $folder)
            }
        }

        impl Call<$name> {
            #[doc = concat!("Reads one object of `", $folder, "`.")]
            pub fn $get(id: &Id) -> Self {
                Call::new(Method::Get, format!(concat!($folder, "{}"), id))
            }

            #[doc = concat!("Makes an object in `", $folder, "`.")]
            pub fn $create(object: &$name) -> Self {
                Call::post($folder, object)
            }

            #[doc = concat!("Deletes an object of `", $folder, "`.")]
            pub fn $delete(id: &Id) -> Self {
                Call::new(Method::Delete, format!(concat!($folder, "{}"), id))
            }
        }
    )*};
}

collections! {
    Network at "/networks/": networks network create_network delete_network;
    Endpoint at "/endpoints/": endpoints endpoint create_endpoint delete_endpoint;
    PolicyList at "/policylists/": policy_lists policy_list create_policy_list delete_policy_list;
}

impl Call<Endpoint> {
    /// Changes an endpoint to what the document says; the service takes policies for it and little else.
    pub fn update_endpoint(id: &Id, endpoint: &Endpoint) -> Self {
        Call::post(format!("/endpoints/{id}"), endpoint)
    }
}

impl Call<EndpointStats> {
    /// Reads the statistics of an endpoint.
    pub fn endpoint_stats(id: &Id) -> Self {
        Call::new(Method::Get, format!("/endpointstats/{id}"))
    }
}

impl Call<Value> {
    /// Attaches an endpoint. The answer says nothing more.
    pub fn attach(id: &Id, to: &AttachRequest) -> Self {
        Call::post(format!("/endpoints/{id}/attach"), to)
    }

    /// Detaches an endpoint. The answer says nothing more.
    pub fn detach(id: &Id, from: &AttachRequest) -> Self {
        Call::post(format!("/endpoints/{id}/detach"), from)
    }
}

impl Call<Version> {
    /// Reads the version of the service, on which [`features`](crate::hcn::features) depends; since 1803.
    pub fn version() -> Self {
        Call::new(Method::Get, "/globals/version")
    }
}

impl Call<Vec<Namespace>> {
    /// Lists the namespaces.
    pub fn namespaces() -> Self {
        Call::new(Method::Get, "/namespaces/")
    }
}

impl Call<Namespace> {
    /// Makes a namespace.
    pub fn create_namespace(request: &NamespaceRequest) -> Self {
        Call::post("/namespaces/", request)
    }

    /// Reads a namespace.
    pub fn namespace(id: &Id) -> Self {
        Call::new(Method::Get, format!("/namespaces/{id}"))
    }

    /// Deletes a namespace.
    pub fn delete_namespace(id: &Id) -> Self {
        Call::new(Method::Delete, format!("/namespaces/{id}"))
    }

    /// Adds an endpoint or a container to a namespace.
    pub fn add_resource(id: &Id, member: &NamespaceMember) -> Self {
        Call::post(format!("/namespaces/{id}/addresource"), member)
    }

    /// Takes an endpoint or a container out of a namespace.
    pub fn remove_resource(id: &Id, member: &NamespaceMember) -> Self {
        Call::post(format!("/namespaces/{id}/removeresource"), member)
    }
}

impl Call<ManagementMacList> {
    /// Reads the hardware addresses of accelerated network cards that are for management (version 15.4 of the service).
    pub fn management_macs() -> Self {
        Call::new(Method::Get, "/accelnet/")
    }

    /// Sets them.
    pub fn set_management_macs(list: &ManagementMacList) -> Self {
        Call::post("/accelnet/", list)
    }

    /// Forgets them.
    pub fn delete_management_macs() -> Self {
        Call::new(Method::Delete, "/accelnet/")
    }
}
