//! `vmcompute.dll`: compute systems, processes and layers since Server 2016, and version 1 of the network service.

pub(crate) mod abi;
pub(crate) mod api;
pub(crate) mod hns;
pub(crate) mod layers;
pub(crate) mod safe;
