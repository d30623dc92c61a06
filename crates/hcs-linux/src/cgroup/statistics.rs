//! Use of resources.
