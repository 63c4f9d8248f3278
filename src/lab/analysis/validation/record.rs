//! The manifest of a validation.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Windows;
use crate::ensemble::manifest::{MANIFEST, Made, PROGRAM, Runs, ScenarioRecord, TableRecord};
use comity_model::error::{Error, Result};
use comity_model::scenario::provenance::SourceFile;

/// What a manifest of a validation says it is.
const KIND: &str = "validation";

/// What a validation holds and where it is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValidationManifest {
    /// Always `comity`.
    pub program: String,
    /// Always `validation`.
    pub kind: String,
    /// Version of the program.
    pub version: String,
    /// The command that made it.
    pub command: Vec<String>,
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
    /// The tables.
    pub tables: Vec<TableRecord>,
    /// Paths of the other files, such as figures.
    pub files: Vec<String>,
    /// Where and when; differs from one making to the next.
    pub made: Made,
}

impl ValidationManifest {
    /// The manifest of a validation that is about to be made.
    pub fn begin(windows: Windows, (seed, replicates): (u64, u64), format: &str) -> Self {
        Self {
            program: PROGRAM.to_string(),
            kind: KIND.to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            command: Vec::new(),
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
            tables: Vec::new(),
            files: Vec::new(),
            made: Made::here(),
        }
    }

    /// The manifest in this folder; `None` if there is none, or that of another kind of result.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(MANIFEST);
        if !path.is_file() {
            return Ok(None);
        }
        let fail = |problem: String| Error::new(problem).in_file(&path);
        let bytes = std::fs::read(&path).map_err(|e| fail(format!("failed to read: {e}")))?;
        let value: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|e| fail(format!("not a manifest of this program: {e}")))?;
        if value["kind"] != KIND {
            return Ok(None);
        }
        let manifest = serde_json::from_value(value);
        manifest
            .map(Some)
            .map_err(|e| fail(format!("not a manifest of this version: {e}")))
    }
}
