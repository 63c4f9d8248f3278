//! The integration tests, in one binary.

#[cfg(feature = "cli")]
mod bad_arguments;
mod bad_scenarios;
#[cfg(feature = "cli")]
mod cli;
mod determinism;
mod figures;
mod invariants;
mod relabelling;
mod scenarios;
mod synthetic;
mod terminal;
mod treatments;
