//! `computecore.dll` by hand: compute systems and processes since Server 2019, of which every call is an operation.
//!
//! [`Hcs`](crate::Hcs) does all of this where nothing unusual is wanted. This is for programs that make the calls themselves:
//! they begin a call with an [`Operation`], wait for that in a way of their own, and read its result.

mod abi;
mod api;
pub(crate) mod safe;

pub use api::{Operation, Process, Resource, System};
pub use safe::{Computecore, OperationType, Progress, VirtualMachineFiles};
