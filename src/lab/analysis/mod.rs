//! What is made of results: summaries, tests, moments, grades, sensitivity, discovery.

pub mod bands;
pub mod bootstrap;
pub mod calibration;
pub mod claims;
pub mod compare;
pub mod discovery;
pub mod distributions;
pub mod experiment;
pub mod moments;
pub mod network;
pub mod observed;
pub mod pact_series;
pub mod replication;
pub mod sensitivity;
pub mod statistics;
pub mod summary;
pub mod table1;
pub mod trends;
pub mod validation;
