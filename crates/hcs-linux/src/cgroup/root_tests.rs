//! Tests on this machine's own hierarchies.
