//! A result as it stands in its folder, whatever made it.

use std::path::{Path, PathBuf};

use super::batch::BatchManifest;
use super::manifest::{AnyManifest, RunManifest, TableRecord};
use crate::table::Table;
use comity_model::error::{Error, Result};

/// What made a result.
#[derive(Debug, Clone, PartialEq)]
pub enum Maker {
    /// `comity run`.
    Run(Box<RunManifest>),
    /// `comity batch` or `comity sweep`.
    Batch(Box<BatchManifest>),
}

/// A complete result in a folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The folder.
    pub folder: PathBuf,
    /// What made it, and all that is said of it.
    pub maker: Maker,
}

impl Stored {
    /// The result of a run, a batch or a sweep in `folder`.
    ///
    /// # Errors
    /// If there is none; if it is of another kind; if it is a batch that is not whole.
    pub fn open(folder: &Path) -> Result<Self> {
        let fail = |problem: &str| Err(Error::new(problem).in_file(folder));
        if !folder.is_dir() {
            return fail("no such folder, expected that of a result");
        }
        let Some(any) = AnyManifest::read(folder)? else {
            return fail("no manifest.json in it, expected a result");
        };
        let maker = match (BatchManifest::read(folder)?, RunManifest::read(folder)?) {
            (Some(batch), _) => Maker::Batch(Box::new(batch)),
            (None, Some(run)) => Maker::Run(Box::new(run)),
            (None, None) => {
                let found = format!("a result of kind \"{}\"", any.kind);
                let expected = "that of `run`, `batch` or `sweep`";
                return Err(Error::expected(found, expected).in_file(folder));
            }
        };
        any.whole(folder)?;
        let folder = folder.to_path_buf();
        Ok(Self { folder, maker })
    }

    /// The tables that it lists.
    pub fn tables(&self) -> &[TableRecord] {
        match &self.maker {
            Maker::Run(run) => &run.tables,
            Maker::Batch(batch) => &batch.tables,
        }
    }

    /// The table of this name; `None` if the result has none.
    ///
    /// # Errors
    /// If it is listed and cannot be read.
    pub fn table(&self, name: &str) -> Result<Option<Table>> {
        let record = self.tables().iter().find(|t| t.name == name);
        record.map(|t| t.read(&self.folder)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::claims::{Check, CheckManifest, Choice, Sizes};
    use crate::ensemble::manifest::MANIFEST;

    #[test]
    fn a_table_is_looked_for_in_the_folder_alone() {
        let record = TableRecord {
            name: "world".to_string(),
            file: "../secret.csv".to_string(),
            sha256: String::new(),
            rows: 1,
            columns: Vec::new(),
        };
        let error = record.read(Path::new("there")).unwrap_err().to_string();
        assert!(error.contains("../secret.csv"), "{error}");
    }

    #[test]
    fn what_is_no_result_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let said = |folder: &Path| Stored::open(folder).unwrap_err().to_string();
        assert!(said(&folder.path().join("no")).contains("no such folder"));
        assert!(said(folder.path()).contains("no manifest.json"));
        let check = CheckManifest::begin(Check::of(&[], &Choice::default(), Sizes::QUICK), vec![]);
        std::fs::write(folder.path().join(MANIFEST), check.to_json().unwrap()).unwrap();
        assert!(said(folder.path()).contains("kind \"check\""));
    }
}
