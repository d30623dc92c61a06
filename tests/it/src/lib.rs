//! Nothing: the tests are in `suite`, one binary for all of them.
#![forbid(unsafe_code)]
