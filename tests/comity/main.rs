//! The integration tests, in one binary.

mod bad_arguments;
mod bad_experiments;
mod bad_scenarios;
mod baselines;
mod batches;
mod browser;
mod cli;
mod cluster;
mod determinism;
mod documents;
mod faults;
mod figures;
mod invariants;
mod layers;
#[path = "../long/mod.rs"]
mod long;
mod moments;
mod peers;
mod relabelling;
mod scenarios;
mod skipping;
mod synthetic;
mod terminal;
mod treatments;
mod web;
