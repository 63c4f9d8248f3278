//! The integration tests, in one binary.

mod bad_scenarios;
mod documents;
mod figures;
mod layers;
mod scenarios;
mod synthetic;
mod terminal;
