//! Results in other formats, and in the layouts that other programs read: BehaviorSpace, Mesa,
//! SALib.

mod behaviorspace;
mod mesa;
mod rows;
mod salib;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use comity_lab::ensemble::manifest::{AnyManifest, TableRecord};
use comity_lab::ensemble::stored::Stored;
use comity_lab::table::Format;
use comity_lab::table::store::encode;
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
    /// Every table as CSV.
    Csv,
    /// Every table as Parquet.
    Parquet,
}

impl Layout {
    /// All layouts.
    pub const ALL: [Layout; 5] = [
        Self::BehaviorSpace,
        Self::Salib,
        Self::Mesa,
        Self::Csv,
        Self::Parquet,
    ];

    /// Name.
    pub fn name(self) -> &'static str {
        match self {
            Self::BehaviorSpace => "behaviorspace",
            Self::Mesa => "mesa",
            Self::Salib => "salib",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
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
        found.ok_or_else(|| Error::expected(text, "behaviorspace, salib, mesa, csv or parquet"))
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

/// The result in `folder` in this layout: of any kind as its tables, of `run`, `batch` and `sweep`
/// as other programs read it.
///
/// # Errors
/// If there is no whole result; if a table cannot be read; if the layout has no place for it.
pub fn export(folder: &Path, layout: Layout) -> Result<Vec<Exported>> {
    match layout {
        Layout::BehaviorSpace => behaviorspace::files(&Stored::open(folder)?),
        Layout::Mesa => mesa::files(&Stored::open(folder)?),
        Layout::Salib => salib::files(&Stored::open(folder)?),
        Layout::Csv => tables(folder, Format::Csv),
        Layout::Parquet => tables(folder, Format::Parquet),
    }
}

/// Every table of a result of any kind.
fn tables(folder: &Path, format: Format) -> Result<Vec<Exported>> {
    let Some(manifest) = AnyManifest::read(folder)? else {
        return Err(Error::new("no manifest.json in it, expected a result").in_file(folder));
    };
    manifest.whole(folder)?;
    let one = |table: &TableRecord| {
        Ok(Exported {
            file: format!("{}.{format}", table.name),
            bytes: encode(&table.read(folder)?, format)?,
        })
    };
    manifest.tables.iter().map(one).collect()
}
