//! Sets of parameters: accepted by calibration, and drawn from the prior box.

use std::collections::BTreeSet;
use std::path::Path;

use crate::ensemble::design::{self, Method, Scale};
use crate::ensemble::experiment::{Design, DesignMethod, Factor, Level, Seeds, library};
use crate::error::{Error, Result};
use crate::scenario::files::{MAX_DATA, read};
use crate::scenario::parameters::Domain;
use crate::scenario::provenance::sha256;
use crate::scenario::resolve::check_parameter;
use crate::scenario::suggest::unknown;
use crate::scenario::{PARAMETERS, Parameter};
use crate::table::{Table, Values, csv};

/// The accepted sets that are shipped.
pub const ACCEPTED: &str = "calibration/accepted.csv";
/// Seed of the draws from the prior box.
const SEED: u64 = 20_051_946;

/// Sets of parameters, each a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Draws {
    /// The parameters.
    pub parameters: Vec<&'static Parameter>,
    /// `rows[set][parameter]`.
    pub rows: Vec<Vec<f64>>,
}

impl Draws {
    /// Latin hypercube of all parameters over their prior ranges.
    ///
    /// # Errors
    /// If there is nothing to draw.
    pub fn prior(count: usize) -> Result<Self> {
        let factor = |p: &&'static Parameter| design::Factor {
            name: p.path.to_string(),
            low: p.prior[0],
            high: p.prior[1],
            scale: match p.domain {
                Domain::Count { .. } => Scale::Integer,
                _ => Scale::Linear,
            },
        };
        let varied = |p: &&'static Parameter| p.prior[0] < p.prior[1];
        let parameters: Vec<&'static Parameter> = PARAMETERS.iter().filter(varied).collect();
        let factors: Vec<design::Factor> = parameters.iter().map(factor).collect();
        let method = Method::LatinHypercube { samples: count };
        let rows = design::points(&factors, &method, SEED)?;
        Ok(Self { parameters, rows })
    }

    /// The design of an arm: without the parameters that it writes itself.
    pub fn design(&self, fixed: &BTreeSet<&'static str>) -> Design {
        let free = |k: &usize| !fixed.contains(self.parameters[*k].path);
        let kept: Vec<usize> = (0..self.parameters.len()).filter(free).collect();
        let factor = |&k: &usize| {
            let parameter = self.parameters[k];
            Factor {
                name: parameter.path.to_string(),
                label: parameter.path.to_string(),
                parameter: Some(parameter),
                range: None,
                values: Vec::new(),
            }
        };
        let point = |row: &Vec<f64>| kept.iter().map(|&k| Level::Number(row[k])).collect();
        Design {
            method: DesignMethod::Table,
            factors: kept.iter().map(factor).collect(),
            points: self.rows.iter().map(point).collect(),
            samples: self.rows.len(),
            second_order: false,
            levels: 0,
            seed: SEED,
            seeds: Seeds::Common,
            direct: true,
        }
    }

    /// A hash of every set.
    pub fn hash(&self) -> String {
        let names: Vec<&str> = self.parameters.iter().map(|p| p.path).collect();
        let mut text = names.join(",");
        for row in &self.rows {
            text.push('\n');
            for value in row {
                text.push_str(&format!("{:016x},", value.to_bits()));
            }
        }
        sha256(text.as_bytes())
    }

    /// The first sets only.
    #[must_use]
    pub fn first(mut self, count: usize) -> Self {
        self.rows.truncate(count);
        self
    }
}

/// The accepted sets in a file, or those that are shipped; `None` if none are shipped.
///
/// Columns that are named by a parameter's path are taken, the others are about the sets.
///
/// # Errors
/// If the file cannot be read, has no parameter, or a value outside of what is possible.
pub fn read_sets(file: Option<&Path>) -> Result<Option<Draws>> {
    let bytes = match file {
        Some(path) => read(path, MAX_DATA)?,
        None => match library::file(ACCEPTED) {
            Some(bytes) => bytes.to_vec(),
            None => return Ok(None),
        },
    };
    let shown = file.unwrap_or(Path::new(ACCEPTED));
    let table = csv::read("sets", &bytes, &[]).map_err(|e| e.in_file(shown))?;
    sets(&table).map(Some).map_err(|e| e.in_file(shown))
}

fn sets(table: &Table) -> Result<Draws> {
    let (mut parameters, mut columns) = (Vec::new(), Vec::new());
    for (column, values) in table.columns.iter().zip(&table.values) {
        let Some(parameter) = Parameter::find(&column.name) else {
            if column.name.contains('.') {
                let known = PARAMETERS.iter().map(|p| p.path);
                return Err(Error::new(unknown("a parameter", &column.name, known))
                    .at_line(1)
                    .at_key(&column.name));
            }
            continue;
        };
        if matches!(values, Values::Text(_)) {
            let error = Error::expected("text", "numbers");
            return Err(error.at_key(&column.name));
        }
        let values = table.real(&column.name).unwrap_or_default();
        for (row, &value) in values.iter().enumerate() {
            let placed = |e: Error| e.at_line(row + 2).at_key(&column.name);
            check_parameter(parameter, value).map_err(placed)?;
        }
        parameters.push(parameter);
        columns.push(values);
    }
    if parameters.is_empty() || table.rows() == 0 {
        let found = "no column named by a parameter, or no row";
        return Err(Error::expected(found, "a row for each set"));
    }
    let row = |k: usize| columns.iter().map(|c| c[k]).collect();
    Ok(Draws {
        parameters,
        rows: (0..table.rows()).map(row).collect(),
    })
}
