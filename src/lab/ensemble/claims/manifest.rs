//! What a check was made of.

use serde::{Deserialize, Serialize};

use super::{Choice, Family, Sizes};
use crate::ensemble::manifest::{Body, Manifest};
use comity_model::scenario::provenance::sha256;

/// A check of claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The families, with hashes of their texts.
    pub families: Vec<FamilyRecord>,
    /// Which claims.
    pub choice: Choice,
    /// How much was run.
    pub sizes: Sizes,
    /// Where the accepted sets are from, and a hash of them; `None` without any.
    pub accepted: Option<(String, String)>,
    /// Hash of the prior draws, by which a changed prior is seen.
    pub prior: String,
    /// Number of runs.
    pub runs: u64,
    /// Runs that failed.
    pub failed: u64,
    /// The first of them, in words.
    #[serde(default)]
    pub failures: Vec<String>,
}

/// The manifest of a check.
pub type CheckManifest = Manifest<Check>;

impl Body for Check {
    const KIND: &'static str = "check";
    const MAKER: &'static str = "check";

    fn failed_runs(&self) -> u64 {
        self.failed
    }
}

/// A file of claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyRecord {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Path, or where it stands among the shipped ones.
    pub file: String,
    /// SHA-256 of the text.
    pub sha256: String,
}

impl FamilyRecord {
    /// The record of a family.
    pub fn of(family: &Family) -> Self {
        let experiment = &family.experiment;
        Self {
            name: family.name.clone(),
            title: experiment.title.clone(),
            file: experiment.origin.shown.display().to_string(),
            sha256: sha256(experiment.text.as_bytes()),
        }
    }
}

impl Check {
    /// A check of which nothing is done.
    pub fn of(families: &[Family], choice: &Choice, sizes: Sizes) -> Self {
        Self {
            families: families.iter().map(FamilyRecord::of).collect(),
            choice: choice.clone(),
            sizes,
            accepted: None,
            prior: String::new(),
            runs: 0,
            failed: 0,
            failures: Vec::new(),
        }
    }
}
