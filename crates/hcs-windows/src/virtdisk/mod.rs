//! `virtdisk.dll`: virtual disks (VHD, VHDX).

pub(crate) mod abi;
pub(crate) mod api;
pub(crate) mod safe;
