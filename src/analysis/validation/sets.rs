//! Parameter sets: a row each, a column for each parameter that they give.

use std::path::Path;

use crate::error::{Error, Result};
use crate::scenario::resolve::check_parameter;
use crate::scenario::{Parameter, Scenario};
use crate::table::{Values, store};

/// Values of some parameters, `[set][parameter]`.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterSets {
    parameters: Vec<&'static Parameter>,
    values: Vec<Vec<f64>>,
}

impl ParameterSets {
    /// The sets in a table: the columns whose names are paths of parameters, such as
    /// `alliance.reactance`, with or without `parameters.` before it. Other columns are not read.
    ///
    /// # Errors
    /// If there is no such column or no row, or a value is none of its parameter.
    pub fn read(path: &Path) -> Result<Self> {
        let table = store::read(path, &[])?;
        let (mut parameters, mut columns) = (Vec::new(), Vec::new());
        for (column, values) in table.columns.iter().zip(&table.values) {
            let name = column
                .name
                .strip_prefix("parameters.")
                .unwrap_or(&column.name);
            let Some(parameter) = Parameter::find(name) else {
                continue;
            };
            if matches!(values, Values::Text(v) if !v.is_empty()) {
                let error = Error::expected("texts", "numbers").at_key(&column.name);
                return Err(error.in_file(path));
            }
            parameters.push(parameter);
            columns.push(table.real(&column.name).unwrap_or_default());
        }
        if parameters.is_empty() || table.rows() == 0 {
            let found = format!(
                "{} rows, {} columns of parameters",
                table.rows(),
                columns.len()
            );
            return Err(Error::expected(found, "at least one of each").in_file(path));
        }
        let row = |r: usize| -> Result<Vec<f64>> {
            let pairs = parameters.iter().zip(&columns);
            let value = |(p, column): (&&'static Parameter, &Vec<f64>)| {
                let wrong = |e: Error| e.in_file(path).at_line(r + 2).at_key(p.path);
                check_parameter(p, column[r]).map_err(wrong)?;
                Ok(column[r])
            };
            pairs.map(value).collect()
        };
        Ok(Self {
            values: (0..table.rows()).map(row).collect::<Result<_>>()?,
            parameters,
        })
    }

    /// Number of sets.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// The scenario with the parameters of a set.
    pub fn apply(&self, set: usize, scenario: &Scenario) -> Scenario {
        let mut scenario = scenario.clone();
        for (parameter, &value) in self.parameters.iter().zip(&self.values[set]) {
            parameter.set(&mut scenario.parameters, value);
        }
        scenario
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn sets_are_read_and_wrong_ones_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sets.csv");
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            ParameterSets::read(&path)
        };
        let sets =
            read("set,alliance.reactance,parameters.provision.unit_cost\n1,0.2,0.5\n2,0.4,0.75\n");
        let sets = sets.unwrap();
        assert_eq!(sets.count(), 2);
        let world = scenario::load("s2-bipolar", &[]).unwrap();
        let second = sets.apply(1, &world).parameters;
        assert_eq!(
            (second.alliance.reactance, second.provision.unit_cost),
            (0.4, 0.75)
        );
        for (text, expected) in [
            ("a,b\n1,2\n", "1 rows, 0 columns of parameters"),
            ("alliance.reactance\n", "0 rows"),
            ("alliance.reactance\nx\n", "alliance.reactance: found texts"),
            (
                "provision.unit_cost\n1\n-2\n",
                "sets.csv:3: provision.unit_cost: found -2",
            ),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
