//! comity: an agent-based laboratory of regional security cooperation.

pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
pub mod ensemble;
pub mod error;
pub mod observe;
pub mod present;
pub mod rng;
pub mod rules;
pub mod scenario;
pub mod simulation;
pub mod table;
#[cfg(feature = "web")]
pub mod web;
pub mod world;
