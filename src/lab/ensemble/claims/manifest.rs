//! What a check was made of.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Choice, Family, Sizes};
use crate::ensemble::manifest::{MANIFEST, Made, PROGRAM, TableRecord};
use crate::table::store::write_whole;
use comity_model::error::{Error, Result};
use comity_model::scenario::provenance::sha256;

/// Kind of this manifest.
const KIND: &str = "check";

/// `manifest.json` of a check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckManifest {
    /// Always `comity`.
    pub program: String,
    /// Always `check`.
    pub kind: String,
    /// Version of the program.
    pub version: String,
    /// The command that made it.
    pub command: Vec<String>,
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
    /// The tables.
    pub tables: Vec<TableRecord>,
    /// Paths of the other files, such as figures.
    pub files: Vec<String>,
    /// Where and when.
    pub made: Made,
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

impl CheckManifest {
    /// A manifest without tables.
    pub fn begin(families: &[Family], choice: &Choice, sizes: Sizes) -> Self {
        Self {
            program: PROGRAM.to_string(),
            kind: KIND.to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            command: std::env::args().collect(),
            families: families.iter().map(FamilyRecord::of).collect(),
            choice: choice.clone(),
            sizes,
            accepted: None,
            prior: String::new(),
            runs: 0,
            failed: 0,
            tables: Vec::new(),
            files: Vec::new(),
            made: Made::here(),
        }
    }

    /// The manifest in this folder; `None` if there is none, or that of another kind of result.
    ///
    /// # Errors
    /// If the file is not a manifest of this program.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(MANIFEST);
        if !path.is_file() {
            return Ok(None);
        }
        let fail = |e: String| Error::new(format!("not a manifest of this version: {e}"));
        let bytes = std::fs::read(&path).map_err(|e| fail(e.to_string()).in_file(&path))?;
        let value: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|e| fail(e.to_string()).in_file(&path))?;
        if value.get("kind").and_then(|k| k.as_str()) != Some(KIND) {
            return Ok(None);
        }
        let manifest = serde_json::from_value(value);
        manifest
            .map(Some)
            .map_err(|e| fail(e.to_string()).in_file(&path))
    }

    /// Whether a folder may be used for this check: it holds nothing, or a check.
    ///
    /// # Errors
    /// If it holds something else.
    pub fn may_use(folder: &Path) -> Result<()> {
        let taken = folder.join(MANIFEST).is_file() && Self::read(folder)?.is_none();
        match taken {
            true => {
                let problem = "holds a result of another kind, expected an empty folder or a check";
                Err(Error::new(problem).in_file(folder))
            }
            false => Ok(()),
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|e| Error::new(format!("cannot be written: {e}")))?;
        write_whole(&folder.join(MANIFEST), (text + "\n").as_bytes())
    }
}
