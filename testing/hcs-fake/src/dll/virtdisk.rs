//! `virtdisk.dll`: each function becomes a call of the service.
#![cfg(windows)]
