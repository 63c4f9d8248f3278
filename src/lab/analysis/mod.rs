//! What is made of results: summaries, tests, moments, grades, sensitivity, discovery.
//!
//! A table of replicates, summarised by year, with the trend of each replicate:
//!
//! ```
//! use comity_lab::analysis::{summary, trends};
//! use comity_lab::table::csv;
//!
//! let text = "run_id,year,pacts\n\
//!             0,1946,1\n0,1947,2\n0,1948,3\n0,1949,5\n\
//!             1,1946,3\n1,1947,3\n1,1948,4\n1,1949,6\n";
//! let world = csv::read("world", text.as_bytes(), &[])?;
//!
//! let bands = summary::by_year(&world, "pacts").unwrap();
//! assert_eq!((bands[0].year, bands[0].runs, bands[0].median), (1946, 2, 2.0));
//!
//! let rising = trends::by_replicate(&world, "pacts", |_| true).unwrap();
//! assert!(rising.iter().all(|trend| trend.slope > 0.0));
//! # Ok::<(), comity_model::error::Error>(())
//! ```

pub mod bands;
pub mod bootstrap;
pub mod calibration;
pub mod claims;
pub mod compare;
pub mod discovery;
pub mod distributions;
pub mod experiment;
pub mod moments;
pub mod network;
pub mod observed;
pub mod pact_series;
pub mod replication;
pub mod sensitivity;
pub mod statistics;
pub mod summary;
pub mod table1;
pub mod trends;
pub mod validation;
