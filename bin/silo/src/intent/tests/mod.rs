//! Tests of intent as a whole: words in, requests or refusals out.

mod nspawn_bad;
mod nspawn_good;
mod property;
mod run_bad;
mod run_good;
mod specs;
