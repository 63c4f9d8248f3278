//! The laboratory of comity: designs and batches of runs, their stores, and what is
//! learnt from them.

pub mod analysis;
pub mod ensemble;
pub mod grades;
pub mod network;
pub mod published;
pub mod table;
