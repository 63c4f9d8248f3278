//! The integration tests, in one binary.

mod bad_scenarios;
mod scenarios;
