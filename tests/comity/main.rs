//! The integration tests, in one binary.

mod bad_scenarios;
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
