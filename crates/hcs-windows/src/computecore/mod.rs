//! `computecore.dll`: compute systems and processes since Server 2019.

mod abi;
mod api;
pub(crate) mod safe;
mod service;
