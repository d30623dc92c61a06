//! The documents of the Windows Host Compute Service (HCS), of the guests that speak its verbs, and of the OCI runtime
//! specification, as plain data.
//!
//! Every other crate of the workspace imports these definitions, so that a message has exactly one. There is no I/O here,
//! no policy and no platform code: [`oci`] is what people and other runtimes write, [`document`] is what a host is given,
//! [`v2`] and [`v1`] are the two languages of HCS itself, [`bridge`] is how the verbs cross a socket, [`guest`] is what the agent
//! at its other end is told besides, [`hns`] and [`hcn`] are the networks of Windows, and [`modify`] is the form in which a
//! resource of them or of a guest changes. [`HResult`] is how all of it fails, and [`catalogue`] says what that means and what
//! to do about it. With the feature `containerd` there is also what containerd tells its shims.
#![forbid(unsafe_code)]

pub mod bridge;
pub mod catalogue;
#[cfg(feature = "containerd")]
pub mod containerd;
pub mod document;
pub mod guest;
pub mod hcn;
pub mod hns;
mod hresult;
pub mod model;
pub mod modify;
pub mod oci;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod testing;
pub mod v1;
pub mod v2;

pub use hresult::HResult;
