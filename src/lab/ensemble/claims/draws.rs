//! Sets of parameters: accepted by calibration, and drawn from the prior box.

use std::collections::BTreeSet;

use crate::ensemble::design::{self, Method, Scale};
use crate::ensemble::experiment::{Design, DesignMethod, Factor, Level, Seeds, library};
use crate::ensemble::sets::{AcceptedSets, FILE, hash};
use comity_model::error::Result;
use comity_model::scenario::parameters::Domain;
use comity_model::scenario::{PARAMETERS, Parameter};

/// The experiment whose accepted sets are shipped.
pub const ACCEPTED: &str = "calibration";
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
                Domain::Count => Scale::Integer,
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
        hash(&self.parameters, &self.rows)
    }

    /// The first sets only.
    #[must_use]
    pub fn first(mut self, count: usize) -> Self {
        self.rows.truncate(count);
        self
    }
}

/// The accepted sets of a calibration: a file, a folder, the name of a shipped experiment; without
/// a name the shipped ones, `None` if none are shipped.
///
/// # Errors
/// As [`AcceptedSets::find`].
pub fn read_sets(name: Option<&str>) -> Result<Option<Draws>> {
    let name = match name {
        Some(name) => name,
        None if library::file(ACCEPTED, FILE).is_none() => return Ok(None),
        None => ACCEPTED,
    };
    let sets = AcceptedSets::find(name)?;
    Ok(Some(Draws {
        parameters: sets.parameters,
        rows: sets.values,
    }))
}
