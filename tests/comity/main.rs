//! The integration tests, in one binary.

mod bad_scenarios;
mod figures;
mod scenarios;
mod synthetic;
mod terminal;
