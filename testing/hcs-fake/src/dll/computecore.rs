//! `computecore.dll`: each function becomes a call of the service.
#![cfg(windows)]

#[path = "computecore/events.rs"]
mod events;
#[path = "computecore/operations.rs"]
mod operations;
#[path = "computecore/processes.rs"]
mod processes;
#[path = "computecore/service.rs"]
mod service;
#[path = "computecore/systems.rs"]
mod systems;

/// The name of this DLL in calls.
const DLL: &str = "computecore";
