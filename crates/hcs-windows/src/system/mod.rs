//! Compute systems and their processes, whichever DLL drives them.

pub(crate) mod driver;
