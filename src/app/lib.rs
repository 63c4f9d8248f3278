//! comity: an agent-based laboratory of regional security cooperation.
//!
//! The command line ([`cli`]) and the local page ([`web`]), and under one name the three
//! crates below them: the model (`comity-model`), the laboratory (`comity-lab`) and what
//! is shown (`comity-show`).
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

pub mod cli;
pub mod web;

pub use comity_lab::{analysis, ensemble, grades, published, table};
pub use comity_model::{error, observe, record, rng, rules, scenario, simulation, world};
pub use comity_show as present;
