//! The integration tests, in one binary.

mod bad_scenarios;
mod determinism;
mod figures;
mod invariants;
mod relabelling;
mod scenarios;
mod synthetic;
mod terminal;
mod treatments;
