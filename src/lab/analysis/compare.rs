//! Two results side by side: which inputs, parameters and columns differ, and by how much.

mod inputs;
mod tables;

use serde::Serialize;

use crate::ensemble::stored::Stored;
use comity_model::error::Result;

pub use tables::{ColumnDifference, TableDifference};

/// Something written that is not the same in both results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InputDifference {
    /// What: an input, or the path of a key.
    pub name: String,
    /// In the first result; `None` where it is not there.
    pub a: Option<String>,
    /// In the second result.
    pub b: Option<String>,
    /// Second less first, if both are numbers.
    pub difference: Option<f64>,
    /// What a parameter that is not written has.
    pub default: Option<f64>,
}

/// What two results differ in.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Comparison {
    /// Version, seeds, numbers of runs, scenarios, data.
    pub inputs: Vec<InputDifference>,
    /// Keys of the scenarios and of the experiment.
    pub parameters: Vec<InputDifference>,
    /// Tables.
    pub tables: Vec<TableDifference>,
}

impl Comparison {
    /// Whether nothing differs.
    pub fn same(&self) -> bool {
        self.inputs.is_empty() && self.parameters.is_empty() && self.tables.is_empty()
    }
}

/// Compares two results. Times, places, commands, formats and figures do not count.
///
/// # Errors
/// If a table cannot be read.
pub fn compare(a: &Stored, b: &Stored) -> Result<Comparison> {
    Ok(Comparison {
        inputs: inputs::inputs(a, b),
        parameters: inputs::parameters(a, b)?,
        tables: tables::tables(a, b)?,
    })
}
