//! Changes of one resource: the form that guests and the Host Compute Network share.
//!
//! A request says what is done (`RequestType`), with what kind of resource (`ResourceType`), and how (`Settings`); the kind
//! decides the shape of the settings. [`Modify`] is such a request with the settings typed, over a choice of resources:
//! [`guest::LinuxResource`](crate::guest::LinuxResource), [`hcn::EndpointResource`](crate::hcn::EndpointResource) and others.
//! Between a socket and the program that knows the kinds, a request travels as [`document::ModifyRequest`](ModifyRequest),
//! untyped. A kind that the choice does not know comes back untouched; a known one with settings of another shape is
//! refused with the path of the field.
//!
//! Changes to HCS itself have a path instead of a kind and are not of this form.

use crate::document::ModifyRequest;
use crate::model::{Choice, words};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

words! {
    /// What is done with a resource.
    pub enum RequestType {
        /// It is added. Guests take a request without a word for this.
        Add = "Add",
        /// It is removed.
        Remove = "Remove",
        /// It is replaced.
        Update = "Update",
        /// It is announced before it is added; a Windows guest's network only.
        PreAdd = "PreAdd",
        /// It is read again; the Host Compute Network only.
        Refresh = "Refresh",
        /// It is set back; the Host Compute Network only.
        Reset = "Reset",
    }
}

/// A change of one resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Modify<R> {
    /// What is done.
    pub request_type: RequestType,
    /// With what.
    pub resource: R,
}

impl<R> Modify<R> {
    /// A request.
    pub fn new(request_type: RequestType, resource: R) -> Self {
        Modify { request_type, resource }
    }

    /// What is done, as guests understand it: a request without a word adds.
    pub fn effective_type(&self) -> RequestType {
        match &self.request_type {
            RequestType::Other(word) if word.is_empty() => RequestType::Add,
            word => word.clone(),
        }
    }
}

impl<R: Choice> TryFrom<ModifyRequest> for Modify<R> {
    type Error = serde_json::Error;

    fn try_from(request: ModifyRequest) -> Result<Self, serde_json::Error> {
        let resource = R::new(request.resource_type.as_str(), request.settings)
            .map_err(|error| crate::model::within("Settings", &error))?;
        Ok(Modify { request_type: request.request_type.as_str().into(), resource })
    }
}

impl<R: Choice> From<Modify<R>> for ModifyRequest {
    fn from(modify: Modify<R>) -> Self {
        ModifyRequest {
            request_type: modify.request_type.as_str().into(),
            resource_type: modify.resource.kind().into(),
            settings: modify.resource.settings(),
        }
    }
}

impl<R: Choice + Clone> Serialize for Modify<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ModifyRequest::from(self.clone()).serialize(serializer)
    }
}

impl<'de, R: Choice> Deserialize<'de> for Modify<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ModifyRequest::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
impl<R: crate::testing::Any> crate::testing::Any for Modify<R> {
    fn any(source: &mut crate::testing::Source<'_>) -> Self {
        Modify { request_type: crate::testing::Any::any(source), resource: R::any(source) }
    }
}
