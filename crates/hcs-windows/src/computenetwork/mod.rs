//! `computenetwork.dll`: networks since Server 2019, the Host Compute Network (HCN).

pub(crate) mod abi;
mod api;
mod guest;
mod ports;
mod safe;
mod subscription;

pub use guest::{GuestNetworkService, PortAccess, PortProtocol, PortReservation, ReservedPorts};
pub use safe::{Hcn, HcnObject};
pub use subscription::{Notice, Subscription};
