//! Many runs: replicates in parallel, explanations, result folders.

pub mod batch;
pub mod claims;
pub mod design;
pub mod experiment;
pub mod explain;
pub mod integrity;
pub mod manifest;
pub mod memory;
pub mod place;
pub mod replicates;
pub mod sets;
pub mod stored;
pub mod verify;

pub use explain::{Explanation, explain};
pub use replicates::{Options, Replicate, replicates, tables};
