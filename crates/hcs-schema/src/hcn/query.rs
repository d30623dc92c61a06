//! Queries: which objects are wanted, and how much of them.

use super::SCHEMA;
use crate::document::Version;
use crate::model::{numbers, object};

object! {
    /// A query (`HostComputeQuery`). The service wants the filter as JSON text inside the JSON: see [`Query::by`].
    pub struct Query {
        /// Schema of the answers: [`SCHEMA`].
        "SchemaVersion" schema_version: Version = always,
        /// How much of an object is wanted.
        "Flags" flags: QueryFlags,
        /// Which objects are wanted: a [`Filter`] as JSON text. Empty wants all.
        "Filter" filter: String,
        ..extra
    }

    /// Properties that wanted objects have; all that are given must match, exactly.
    #[derive(Eq)]
    pub struct Filter {
        /// Id (GUID).
        "ID" id: String,
        /// Name.
        "Name" name: String,
        /// Network (GUID) of an endpoint.
        "VirtualNetwork" virtual_network: String,
        ..extra
    }
}

numbers! {
    /// How much of an object is wanted.
    pub struct QueryFlags(u32) {
        /// The usual properties.
        NONE = 0,
        /// All properties.
        DETAILED = 1,
    }
}

impl Query {
    /// Every object, with the usual properties. This also reads an object of which there is a handle.
    pub fn all() -> Self {
        Query { schema_version: SCHEMA, ..Query::default() }
    }

    /// The objects that a filter lets through.
    ///
    /// # Panics
    /// The filter cannot be JSON, which every one can.
    pub fn by(filter: &Filter) -> Self {
        let text = serde_json::to_string(filter).unwrap_or_else(|error| panic!("a filter is JSON: {error}"));
        Query { filter: text, ..Query::all() }
    }

    /// The object with an id.
    pub fn by_id(id: &str) -> Self {
        Query::by(&Filter { id: id.to_owned(), ..Filter::default() })
    }

    /// The objects with a name.
    pub fn by_name(name: &str) -> Self {
        Query::by(&Filter { name: name.to_owned(), ..Filter::default() })
    }

    /// The endpoints of a network.
    pub fn by_network(id: &str) -> Self {
        Query::by(&Filter { virtual_network: id.to_owned(), ..Filter::default() })
    }

    /// The filter, read.
    ///
    /// # Errors
    /// The text is no filter.
    pub fn parse_filter(&self) -> Result<Filter, serde_json::Error> {
        match self.filter.is_empty() {
            true => Ok(Filter::default()),
            false => serde_json::from_str(&self.filter),
        }
    }
}
