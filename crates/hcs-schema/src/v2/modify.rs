//! Changes to a running system: one request, whose resource path decides the shape of the settings.

use super::ResourcePath;
use crate::model::object;
use serde::Serialize;
use serde_json::Value;

object! {
    /// A change to a running system. The host's part and the guest's part are one change for the service; of the two, a guest
    /// gets only its own. Schema 2.1.
    pub struct ModifySettingRequest {
        /// What is changed on the host; empty where only the guest is asked.
        "ResourcePath" resource_path: ResourcePath,
        /// What is done with it.
        "RequestType" request_type: RequestType,
        /// Settings, whose shape the path decides.
        "Settings" settings: Value,
        /// What the guest is asked for besides: a [`ModifyRequest`](crate::document::ModifyRequest).
        "GuestRequest" guest_request: Value,
    }
}

pub use crate::modify::RequestType;

impl ModifySettingRequest {
    /// A resource to add.
    ///
    /// # Panics
    /// The settings cannot be JSON, which every document of this crate can.
    pub fn add(path: ResourcePath, settings: &impl Serialize) -> Self {
        Self::new(RequestType::Add, path, json(settings))
    }

    /// A resource to change.
    ///
    /// # Panics
    /// The settings cannot be JSON, which every document of this crate can.
    pub fn update(path: ResourcePath, settings: &impl Serialize) -> Self {
        Self::new(RequestType::Update, path, json(settings))
    }

    /// A resource to remove.
    pub fn remove(path: ResourcePath) -> Self {
        Self::new(RequestType::Remove, path, Value::Null)
    }

    /// The same, with what the guest is asked for besides.
    ///
    /// # Panics
    /// The request cannot be JSON, which every document of this crate can.
    #[must_use]
    pub fn with_guest(self, request: &impl Serialize) -> Self {
        Self { guest_request: json(request), ..self }
    }

    fn new(request_type: RequestType, resource_path: ResourcePath, settings: Value) -> Self {
        Self { resource_path, request_type, settings, guest_request: Value::Null }
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| panic!("a document is JSON: {error}"))
}
