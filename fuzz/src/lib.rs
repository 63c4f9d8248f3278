//! What is fuzzed of comity: see `README.md`.

pub mod generated;
pub mod targets;
