//! comity: an agent-based laboratory of regional security cooperation.
//!
//! ```
//! use comity::{scenario, simulation};
//!
//! let overrides = ["years=5".to_string(), "burn_in=0".to_string()];
//! let world = scenario::load("s2-bipolar", &overrides)?;
//! let history = simulation::run(&world, 1);
//! assert_eq!(history.world.len(), 5);
//! # Ok::<(), comity::error::Error>(())
//! ```

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
