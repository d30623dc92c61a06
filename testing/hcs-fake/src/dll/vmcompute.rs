//! `vmcompute.dll`: each function becomes a call of the service.
#![cfg(windows)]

#[path = "vmcompute/layers.rs"]
mod layers;
#[path = "vmcompute/network.rs"]
mod network;
#[path = "vmcompute/processes.rs"]
mod processes;
#[path = "vmcompute/systems.rs"]
mod systems;

/// The name of this DLL in calls.
const DLL: &str = "vmcompute";
