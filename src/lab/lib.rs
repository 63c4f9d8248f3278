//! The laboratory of comity: designs and batches of runs, their stores, and what is
//! learnt from them.
//!
//! | module | what it holds |
//! |---|---|
//! | [`ensemble`] | replicates in parallel, experiment files, designs, batches and their stores |
//! | [`analysis`] | summaries, tests of hypotheses, sensitivity, claims, calibration, validation |
//! | [`table`] | tables as CSV, Parquet and JSON, written whole or not at all |
//! | [`published`] | alliance data as their publishers give them away (ATOP, COW) |
//! | [`grades`] | the fifteen items of Attinà (2005), their thresholds and grades |
//!
//! [`ensemble`] shows how runs are made and kept, [`analysis`] what is made of a table.

pub mod analysis;
pub mod ensemble;
pub mod grades;
pub mod network;
pub mod published;
pub mod table;
