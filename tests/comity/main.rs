//! The integration tests, in one binary.

mod bad_arguments;
mod bad_experiments;
mod bad_scenarios;
mod baselines;
mod batches;
mod browser;
mod calibration;
mod claims;
mod cli;
mod cluster;
mod determinism;
mod docking;
mod documents;
mod faults;
mod figures;
mod import;
mod invariants;
mod layers;
#[path = "../long/mod.rs"]
mod long;
mod moments;
mod peers;
mod python;
mod relabelling;
mod report;
mod scenarios;
mod skipping;
mod synthetic;
mod terminal;
mod treatments;
mod tutorial;
mod validation;
mod web;
