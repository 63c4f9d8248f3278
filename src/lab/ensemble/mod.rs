//! Many runs: replicates in parallel, explanations, result folders.

pub mod batch;
pub mod claims;
pub mod design;
pub mod experiment;
pub mod explain;
pub mod lock;
pub mod manifest;
pub mod memory;
pub mod replicates;
pub mod result;
pub mod sets;
pub mod stored;

pub use explain::{Explanation, explain};
pub use replicates::{Options, Replicate, replicates, tables};
