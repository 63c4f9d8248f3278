//! Results in the layouts that other programs read: BehaviorSpace, Mesa, SALib.

mod behaviorspace;
mod mesa;
mod rows;
mod salib;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use comity_lab::ensemble::stored::Stored;
use comity_lab::table::store::write_whole;
use comity_model::error::{Error, Result};

/// A layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// NetLogo's BehaviorSpace, table version 2.0.
    BehaviorSpace,
    /// The data frame of Mesa's `batch_run`.
    Mesa,
    /// SALib's problem, sample and output files.
    Salib,
}

impl Layout {
    /// All layouts.
    pub const ALL: [Layout; 3] = [Self::BehaviorSpace, Self::Salib, Self::Mesa];

    /// Name.
    pub fn name(self) -> &'static str {
        match self {
            Self::BehaviorSpace => "behaviorspace",
            Self::Mesa => "mesa",
            Self::Salib => "salib",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Layout {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|l| l.name() == text);
        found.ok_or_else(|| Error::expected(text, "behaviorspace, salib or mesa"))
    }
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Name.
    pub file: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// The result in this layout.
///
/// # Errors
/// If a table cannot be read; if the layout has no place for such a result.
pub fn export(result: &Stored, layout: Layout) -> Result<Vec<Exported>> {
    match layout {
        Layout::BehaviorSpace => behaviorspace::files(result),
        Layout::Mesa => mesa::files(result),
        Layout::Salib => salib::files(result),
    }
}

/// Writes the files into `folder`, each whole or not at all.
///
/// # Errors
/// If one cannot be written.
pub fn write(files: &[Exported], folder: &Path) -> Result<Vec<PathBuf>> {
    let write = |file: &Exported| {
        let path = folder.join(&file.file);
        write_whole(&path, &file.bytes)?;
        Ok(path)
    };
    files.iter().map(write).collect()
}
