//! The model of comity: states that make military pacts, found regional security
//! partnerships, or do neither.
//!
//! A run is a pure function of a scenario and a seed. It reads no clock and no file,
//! starts no thread and keeps nothing global: the same scenario, seed and version give
//! the same history everywhere.
//!
//! ```
//! use comity_model::{scenario, simulation};
//!
//! let overrides = ["years=5".to_string(), "burn_in=0".to_string()];
//! let world = scenario::load("s2-bipolar", &overrides)?;
//! let history = simulation::run(&world, 1);
//! assert_eq!(history.world.len(), 5);
//! # Ok::<(), comity_model::error::Error>(())
//! ```

pub mod error;
pub mod observe;
pub mod rng;
pub mod rules;
pub mod scenario;
pub mod simulation;
pub mod table;
pub mod world;
