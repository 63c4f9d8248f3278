//! The manifest of a validation.

use serde::{Deserialize, Serialize};

use super::Windows;
use crate::ensemble::manifest::{Body, Manifest, Runs, ScenarioRecord};
use comity_model::scenario::provenance::SourceFile;

/// Forecasts that were scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// First and last year that forecasts may know.
    pub fit: (i64, i64),
    /// First and last year that is forecast.
    pub forecast: (i64, i64),
    /// The scenarios that were run, one for each source of pacts.
    pub scenarios: Vec<ScenarioRecord>,
    /// The result folder that was scored instead.
    pub result: Option<String>,
    /// Seed of the first run.
    pub seed: u64,
    /// Seeds of each parameter set.
    pub replicates: u64,
    /// The parameter sets, if any.
    pub sets: Option<SourceFile>,
    /// The observed tables.
    pub observed: Vec<SourceFile>,
    /// Runs done and failed.
    pub runs: Runs,
    /// What has to be said of it.
    pub notes: Vec<String>,
    /// Format of the tables.
    pub format: String,
}

/// The manifest of a validation.
pub type ValidationManifest = Manifest<Validation>;

impl Body for Validation {
    const KIND: &'static str = "validation";
    const MAKER: &'static str = "validate";

    fn failed_runs(&self) -> u64 {
        self.runs.failed.len() as u64
    }
}

impl Validation {
    /// A validation that is about to be made.
    pub fn of(windows: Windows, (seed, replicates): (u64, u64), format: &str) -> Self {
        Self {
            fit: windows.fit,
            forecast: windows.forecast,
            scenarios: Vec::new(),
            result: None,
            seed,
            replicates,
            sets: None,
            observed: Vec::new(),
            runs: Runs::default(),
            notes: Vec::new(),
            format: format.to_string(),
        }
    }
}
