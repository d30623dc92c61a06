//! What the agent inside a utility VM is told beside the life cycle: its resources, its addresses and what it can do.
//!
//! A disk, a folder or a network card reaches a virtual machine in two steps: HCS attaches it, and then the agent makes it
//! useful. The second step is a [`Modify`](crate::modify::Modify) request: a [`LinuxModify`] or a [`WindowsModify`], since
//! the two agents take other settings under the same names. On the way it is a
//! [`ModifyRequest`](crate::document::ModifyRequest), in a message of the [`bridge`](crate::bridge) or beside the host's part
//! of a change. Agents fill in what is missing and leave out what they do not know, so unlike policies of networks these
//! settings do not keep unknown keys; unknown kinds of resource are kept.
//!
//! Mounting, waiting for devices and checking policies is the agent's work and not decided here.

mod address;
mod capabilities;
mod config;
mod linux;
mod security;
mod windows;

#[cfg(test)]
mod tests;

pub use address::*;
pub use capabilities::*;
pub use config::*;
pub use linux::*;
pub use security::*;
pub use windows::*;
