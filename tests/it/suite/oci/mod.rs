//! Every field of the Linux part of the OCI runtime specification 1.2, as a program in a bundle sees it.
//!
//! Each test is a bundle that differs from a plain one in the field it is about, and a shell script inside that prints facts.
//! To check a test itself, run it with `SILO_IT_REFERENCE=runc`: its bundle is then run by that program instead.

mod bundle;

mod capabilities;
mod cgroups;
mod devices;
mod exec;
mod exec_context;
mod hook_failures;
mod hooks;
mod joining;
mod limits;
mod mount_kinds;
mod mounts;
mod namespaces;
mod paths;
mod process;
mod propagation;
mod refusals;
mod root;
mod scheduling;
mod seccomp;
mod seccomp_notify;
mod terminal;
mod users;

pub use bundle::{Bundle, Running};
