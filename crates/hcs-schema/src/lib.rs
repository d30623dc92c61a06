//! The documents of the Windows Host Compute Service (HCS), of the guests that speak its verbs, and of the OCI runtime
//! specification, as plain data.
//!
//! Every other crate of the workspace imports these definitions, so that a message has exactly one. There is no I/O here,
//! no policy and no platform code: [`oci`] is what people and other runtimes write, [`document`] is what a host is given,
//! [`bridge`] is how the verbs cross a socket, [`HResult`] is how they fail, and [`catalogue`] says what that means and what to
//! do about it.
#![forbid(unsafe_code)]

pub mod bridge;
pub mod catalogue;
pub mod document;
mod hresult;
pub mod oci;

pub use hresult::HResult;
