//! The integration tests, in one binary.

mod bad_arguments;
mod bad_scenarios;
mod baselines;
mod cli;
mod cluster;
mod determinism;
mod documents;
mod figures;
mod invariants;
mod layers;
mod moments;
mod peers;
mod relabelling;
mod scenarios;
mod skipping;
mod synthetic;
mod terminal;
mod treatments;
