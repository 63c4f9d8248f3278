//! Sets of parameters in a table, such as a calibration accepts: a row each, a column for each
//! parameter that they give.

use std::path::Path;

use crate::ensemble::experiment::library;
use crate::table::csv;
use comity_model::error::{Error, Result};
use comity_model::scenario::check::check_parameter;
use comity_model::scenario::files::{MAX_DATA, read};
use comity_model::scenario::provenance::sha256;
use comity_model::scenario::suggest::unknown;
use comity_model::scenario::{PARAMETERS, Parameter, Parameters};

/// Name of the file.
pub const FILE: &str = "accepted.csv";
/// Column that marks the central set.
pub const CENTRE: &str = "centre";

/// Parameter sets that a calibration accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct AcceptedSets {
    /// What was varied.
    pub parameters: Vec<&'static Parameter>,
    /// `[set][parameter]`.
    pub values: Vec<Vec<f64>>,
    /// The central set.
    pub centre: usize,
}

impl AcceptedSets {
    /// The sets in a file, in the folder of a calibration or of an experiment, else those of the
    /// shipped experiment of this name, such as `calibration`.
    ///
    /// # Errors
    /// If there are none; if a value is no value of its parameter, with file and line.
    pub fn find(name_or_path: &str) -> Result<Self> {
        let path = Path::new(name_or_path);
        let file = match path.is_dir() {
            true => path.join(FILE),
            false => path.to_path_buf(),
        };
        if file.is_file() {
            return Self::parse(&read(&file, MAX_DATA)?).map_err(|e| e.in_file(&file));
        }
        match library::file(name_or_path, FILE) {
            Some(bytes) => {
                let shown = Path::new("experiments").join(name_or_path).join(FILE);
                Self::parse(bytes).map_err(|e| e.in_file(shown))
            }
            None => {
                let expected = "a file of accepted sets, a folder that holds accepted.csv, or the \
                                name of a shipped experiment that has one";
                Err(Error::expected(format!("\"{name_or_path}\""), expected))
            }
        }
    }

    /// The sets in the bytes of a CSV file: the columns that are paths of parameters.
    ///
    /// # Errors
    /// If there is no such column or no row; if a value is no value of its parameter.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let table = csv::read("accepted", bytes, &[])?;
        let mut parameters: Vec<&'static Parameter> = Vec::new();
        for column in &table.columns {
            match Parameter::find(&column.name) {
                Some(parameter) => parameters.push(parameter),
                // A misspelt path would be a parameter that stays as it is.
                None if column.name.contains('.') => {
                    let known = PARAMETERS.iter().map(|p| p.path);
                    let problem = unknown("a parameter", &column.name, known);
                    return Err(Error::new(problem).at_line(1).at_key(&column.name));
                }
                None => {}
            }
        }
        if parameters.is_empty() || table.rows() == 0 {
            let found = format!(
                "{} rows and {} columns of parameters",
                table.rows(),
                parameters.len()
            );
            return Err(Error::expected(found, "at least one of each"));
        }
        let column = |p: &&'static Parameter| {
            let numbers = table.real(p.path);
            numbers.ok_or_else(|| Error::expected("texts", "numbers").at_key(p.path))
        };
        let columns: Vec<Vec<f64>> = parameters.iter().map(column).collect::<Result<_>>()?;
        let row = |r: usize| {
            let pairs = parameters.iter().zip(&columns);
            let value = |(p, column): (&&'static Parameter, &Vec<f64>)| {
                let checked = check_parameter(p, column[r]);
                let placed = checked.map_err(|e| e.at_line(r + 2).at_key(p.path));
                placed.map(|()| column[r])
            };
            pairs.map(value).collect()
        };
        let marks = table.real(CENTRE).unwrap_or_default();
        Ok(Self {
            values: (0..table.rows()).map(row).collect::<Result<_>>()?,
            parameters,
            centre: marks.iter().position(|m| *m == 1.0).unwrap_or(0),
        })
    }

    /// Number of sets.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// A hash of every value of every set.
    pub fn hash(&self) -> String {
        hash(&self.parameters, &self.values)
    }

    /// Sets the parameters of one set; the others stay as they are.
    pub fn apply(&self, set: usize, parameters: &mut Parameters) {
        for (parameter, value) in self.parameters.iter().zip(&self.values[set]) {
            parameter.set(parameters, *value);
        }
    }
}

/// A hash of sets of parameters, every bit of them.
pub fn hash(parameters: &[&'static Parameter], values: &[Vec<f64>]) -> String {
    let names: Vec<&str> = parameters.iter().map(|p| p.path).collect();
    let mut text = names.join(",");
    for row in values {
        text.push('\n');
        for value in row {
            text.push_str(&format!("{:016x},", value.to_bits()));
        }
    }
    sha256(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "set,centre,implausibility,alliance.reactance,protocol.offers\n0,0,1.5,.2,3\n1,1,1,.4,5\n";

    #[test]
    fn sets_are_read_and_applied() {
        let sets = AcceptedSets::parse(GOOD.as_bytes()).unwrap();
        assert_eq!((sets.values.len(), sets.centre), (2, 1));
        let mut parameters = Parameters::default();
        sets.apply(1, &mut parameters);
        assert_eq!(parameters.alliance.reactance, 0.4);
        assert_eq!(parameters.protocol.offers, 5.0);
        assert_eq!(
            parameters.alliance.pull,
            Parameters::default().alliance.pull
        );
    }

    #[test]
    fn bad_files_say_where() {
        let message = |text: &str| {
            AcceptedSets::parse(text.as_bytes())
                .unwrap_err()
                .to_string()
        };
        let negative = message(&GOOD.replace(",3\n", ",-3\n"));
        assert!(negative.contains("protocol.offers"), "{negative}");
        let error = AcceptedSets::parse(GOOD.replace(".4", "x").as_bytes()).unwrap_err();
        assert!(error.to_string().contains("alliance.reactance"), "{error}");
        let error = AcceptedSets::parse(GOOD.replace(",5\n", ",-5\n").as_bytes()).unwrap_err();
        assert_eq!(error.line, Some(3));
        assert!(message("a,b\n1,2\n").contains("0 columns of parameters"));
        assert!(message("protocol.offers\n").contains("0 rows"));
        assert!(AcceptedSets::find("no-such-name").is_err());
    }
}
