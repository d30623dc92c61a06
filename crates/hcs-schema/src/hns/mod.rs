//! The documents of the Host Networking Service (HNS) of Windows, version 1: the calls that every Windows with containers has.
//!
//! The service has one function (`HNSCall`, in `vmcompute.dll`), which takes a method, a path and a body and gives an
//! [`Answer`], all of them text. A [`Call`] is such a request together with the type of its answer: a caller makes one,
//! hands over its three parts and gives the text that came back to [`Call::answer`].
//!
//! Since 1809 there is [`hcn`](crate::hcn) for networks, endpoints and namespaces. What remains here then is asking for the
//! version of the service, on which everything else depends, and the statistics of endpoints. Policies are one [`Policy`]
//! each, kept untouched when they are not known; other keys that are not known are left out, because an object that was read
//! is posted back to change it, and the service's own state is not to be posted.
//!
//! Sources of the fields: the package `internal/hns` of <https://github.com/microsoft/hcsshim>.

mod attach;
mod call;
mod endpoint;
mod globals;
mod namespace;
mod network;
mod policy;
mod policy_list;

#[cfg(test)]
mod tests;

pub use attach::*;
pub use call::*;
pub use endpoint::*;
pub use globals::*;
pub use namespace::*;
pub use network::*;
pub use policy::*;
pub use policy_list::*;
