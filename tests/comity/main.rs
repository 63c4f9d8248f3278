//! The integration tests, in one binary.

#[cfg(feature = "cli")]
mod bad_arguments;
mod bad_scenarios;
#[cfg(feature = "cli")]
mod cli;
mod determinism;
mod documents;
mod figures;
mod invariants;
mod layers;
mod relabelling;
mod scenarios;
mod synthetic;
mod terminal;
mod treatments;
