//! What is recorded of a run.

pub mod records;
