//! Many runs: replicates in parallel, experiments and their batches, explanations, result
//! folders.
//!
//! Replicates of one scenario stay in memory:
//!
//! ```
//! use comity_lab::ensemble::{Options, replicates, tables};
//! use comity_model::scenario;
//!
//! let small = ["years=3", "burn_in=0", "stylised.states=12"].map(String::from);
//! let world = scenario::load("s2-bipolar", &small)?;
//! let runs = replicates(&world, 1, 4, Options::default())?.unwrap_or_default();
//! assert!(runs.iter().all(|run| run.history.is_ok()));
//!
//! let tables = tables(&world, &runs);
//! let world = tables.iter().find(|t| t.name == "world").unwrap();
//! assert_eq!(world.rows(), 4 * 3);
//! # Ok::<(), comity_model::error::Error>(())
//! ```
//!
//! The runs of an experiment go to disk part by part, in any order and from any number of
//! machines, and are joined:
//!
//! ```
//! use comity_lab::ensemble::batch::{self, Plan};
//! use comity_lab::ensemble::experiment::{Changes, load};
//! use comity_lab::ensemble::place::{Company, Place};
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("rivalry.toml");
//! std::fs::write(&file, r#"
//! title = "Rivalry"
//! scenario = "s2-bipolar"
//! replicates = 3
//! seed = 1
//! [base]
//! years = 4
//! burn_in = 0
//! stylised.states = 12
//! [arms.polarised]
//! [arms.relaxed]
//! schedule = [{ from = 2, force = { "competition.antagonism" = 0.1 } }]
//! [metrics.pacts]
//! column = "defence_pacts"
//! "#)?;
//!
//! let plan = Plan::new(load(&file.to_string_lossy(), &Changes::default())?)?;
//! assert_eq!(plan.runs(), 2 * 3);
//! let parts: Vec<u64> = (0..plan.parts()).collect();
//! let outcome = batch::run(&plan, folder.path(), &parts, batch::Options::default())?;
//! assert!(outcome.whole && outcome.failed == 0);
//!
//! let place = Place::open(folder.path(), Company::Shards)?;
//! let merged = batch::merge(&plan, folder.path(), &mut place.draft()?)?;
//! let pacts = merged.runs.real("pacts").unwrap();
//! assert!(pacts.iter().all(|mean| *mean >= 0.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod batch;
pub mod claims;
pub mod design;
pub mod experiment;
pub mod explain;
pub mod inputs;
pub mod integrity;
pub mod manifest;
pub mod memory;
pub mod place;
pub mod replicates;
pub mod sets;
pub mod stored;
pub mod verify;

pub use explain::{Explanation, explain};
pub use replicates::{Options, Replicate, replicates, tables};
