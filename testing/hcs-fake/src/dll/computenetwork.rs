//! `computenetwork.dll`: each function becomes a call of the service.
#![cfg(windows)]

#[path = "computenetwork/callbacks.rs"]
mod callbacks;
#[path = "computenetwork/objects.rs"]
mod objects;
#[path = "computenetwork/ports.rs"]
mod ports;
