//! The manifest of an import.

use serde::{Deserialize, Serialize};

use super::{FIRST_YEAR, Published};
use crate::ensemble::manifest::{Body, Manifest};
use comity_model::scenario::provenance::citations;

/// Tables made of a published file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// Title of the data set.
    pub dataset: String,
    /// Its name in the column `source` of the tables.
    pub source: String,
    /// Name of the published file.
    pub file: String,
    /// SHA-256 of the published file.
    pub sha256: String,
    /// Its rows.
    pub rows: usize,
    /// Pacts of states in the system.
    pub pacts: usize,
    /// First and last year of the tables.
    pub years: (i32, i32),
    /// What was left out or taken in another way than written.
    pub notes: Vec<String>,
    /// On what terms the data stand.
    pub terms: Option<String>,
    /// How to cite them.
    pub cite: Option<String>,
}

/// The manifest of an import.
pub type ImportManifest = Manifest<Import>;

impl Body for Import {
    const KIND: &'static str = "import";
    const MAKER: &'static str = "import";
}

impl Import {
    /// The record of a file of this name, whose series go up to `until`.
    pub fn of(published: &Published, file: &str, until: i32) -> Self {
        let cite = citations();
        let cite = cite.iter().find(|c| c.file == "observed/pact_members.csv");
        Self {
            dataset: published.dataset.title().to_string(),
            source: published.dataset.source().to_string(),
            file: file.to_string(),
            sha256: published.sha256.clone(),
            rows: published.rows,
            pacts: published.pacts.len(),
            years: (FIRST_YEAR, until),
            notes: published.notes.clone(),
            terms: cite.map(|c| c.terms.clone()),
            cite: cite.map(|c| c.cite.clone()),
        }
    }
}
