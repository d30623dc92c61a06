//! `vmcompute.dll`: each function becomes a call of the service.
#![cfg(windows)]

#[path = "vmcompute/layers.rs"]
mod layers;
#[path = "vmcompute/network.rs"]
mod network;
