//! The lists of all objects, which are those of the property tests, so that none is forgotten here.

pub(crate) use crate::every;

#[path = "../../../src/properties/bridge.rs"]
pub mod bridge;
#[path = "../../../src/properties/guest.rs"]
pub mod guest;
#[path = "../../../src/properties/network.rs"]
pub mod network;
#[path = "../../../src/properties/oci.rs"]
pub mod oci;
#[path = "../../../src/properties/systems.rs"]
pub mod systems;
