//! Batches: the runs of an experiment, in parallel, streamed to disk.
//!
//! A [`Plan`] numbers the runs; [`run`] does those that are missing in a folder and writes
//! them part by part; [`merge`] joins the parts. A part is named by the runs in it, whoever
//! made it, so threads, shards and interruptions leave no trace in the bytes.

mod begin;
mod measure;
mod merge;
mod plan;
mod record;
mod runner;
mod store;

pub use begin::{Begun, begin, resume};
pub use measure::Measure;
pub use merge::{Merged, adopt, merge, part_bytes, read_runs};
pub use plan::{Address, Plan, key_columns};
pub use record::{ArmRecord, Batch, BatchManifest, DesignRecord, ExperimentRecord, FactorRecord};
pub use runner::{Options, Outcome, replicate, run};
pub use store::{PARTS, Shard, Standing, array, faults, inspect, read, remove, same};
