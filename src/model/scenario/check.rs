//! Whether values lie where they must, and names are those of something.

use super::document::Key;
use super::parameters::{PARAMETERS, Parameter};
use super::process::Process;
use super::source::Source;
use super::suggest::unknown;
use crate::error::{Error, Result};

/// `value`, which must lie between `low` and `high`.
pub(super) fn in_range(source: &Source, key: &Key, value: f64, low: f64, high: f64) -> Result<f64> {
    if (low..=high).contains(&value) {
        return Ok(value);
    }
    let expected = match (low.is_finite() && low > -1e5, high < 1e5) {
        (true, true) => format!("a number from {low} to {high}"),
        (true, false) => format!("a number of {low} or more"),
        _ => "a finite number".to_string(),
    };
    Err(source.error(key, Error::expected(show(value), expected)))
}

/// A number as TOML writes it: `1.0`, `nan`, `inf`.
pub(super) fn show(value: f64) -> String {
    toml::Value::Float(value).to_string()
}

/// The parameter `path` (`group.name`), else an error with a suggestion.
pub(super) fn find_parameter(path: &str) -> Result<&'static Parameter> {
    Parameter::find(path).ok_or_else(|| {
        let paths = PARAMETERS.iter().map(|p| p.path);
        Error::new(unknown("a parameter", path, paths))
    })
}

/// `value`, which must be one that the parameter may take.
///
/// # Errors
/// If it is not.
pub fn check_parameter(parameter: &Parameter, value: f64) -> Result<()> {
    if parameter.domain.admits(value) {
        return Ok(());
    }
    Err(Error::expected(show(value), parameter.domain.expectation()))
}

/// The process of this name, else an error with a suggestion.
pub(super) fn find_process(name: &str) -> Result<Process> {
    Process::find(name).ok_or_else(|| {
        let names = Process::ALL.iter().map(|p| p.name());
        Error::new(unknown("a process", name, names))
    })
}
