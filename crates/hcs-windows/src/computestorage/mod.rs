//! `computestorage.dll`: layers since Server 2019.

pub(crate) mod abi;
pub(crate) mod api;
pub(crate) mod safe;
