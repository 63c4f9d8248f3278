//! Out-of-sample scores: what the model says of years or regions that its parameters were
//! not chosen on, against what simple statistics would have said.

pub mod baselines;
mod forecast;
pub mod measures;
pub mod record;
pub mod runs;
pub mod scores;
mod tables;

use std::collections::BTreeMap;

use crate::analysis::network;
use crate::network::Pact;
use crate::table::Table;
use comity_model::error::{Error, Result};

pub use measures::{MEASURES, Measure, Observed, REGIONAL};
pub use record::{Validation, ValidationManifest};
pub use tables::{BaselineRow, ForecastRow, RankRow, ScoreRow, SkillRow};

/// Values by year; years without a value are absent.
pub type Series = BTreeMap<i64, f64>;

/// First and last year of what is known, and of what is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// Years that a forecast may know.
    pub fit: (i64, i64),
    /// Years that are forecast.
    pub forecast: (i64, i64),
}

impl Windows {
    /// The first thing wrong with them.
    ///
    /// # Errors
    /// If a window ends before it begins, or what is forecast is known.
    pub fn check(&self) -> Result<()> {
        let span = |(from, until): (i64, i64)| format!("{from}-{until}");
        if self.fit.1 - self.fit.0 < 4 {
            let error = Error::expected(span(self.fit), "at least five years");
            return Err(error.at_key("--fit"));
        }
        if self.forecast.0 != self.fit.1 + 1 || self.forecast.1 < self.forecast.0 {
            let expected = format!("years from {} on", self.fit.1 + 1);
            let error = Error::expected(span(self.forecast), expected);
            return Err(error.at_key("--forecast"));
        }
        Ok(())
    }
}

/// The runs that make up a forecast.
#[derive(Debug, Clone)]
pub struct Ensemble {
    /// Source of the pacts that the runs are compared with; `None`: all.
    pub source: Option<String>,
    /// The world table of each run.
    pub worlds: Vec<Table>,
    /// The region table of each run; empty: regions are not scored.
    pub regions: Vec<Table>,
    /// The pacts of each run; empty: the network is not scored.
    pub pacts: Vec<Vec<Pact>>,
}

/// Scores the ensembles against what was observed: the tables `scores`, `skills`,
/// `forecasts`, `ranks` and `baselines`.
///
/// # Errors
/// If the windows are not in the runs or the observations, or a table lacks a column.
pub fn validate(
    ensembles: &[Ensemble],
    observed: &Observed,
    windows: Windows,
) -> Result<Vec<Table>> {
    windows.check()?;
    let mut found = Vec::new();
    for ensemble in ensembles {
        let sources = observed.sources().into_iter();
        let wanted = |s: &String| ensemble.source.as_ref().is_none_or(|source| source == s);
        for source in sources.filter(wanted) {
            for measure in MEASURES {
                let series = observed.world(measure, &source);
                let members = forecast::world(&ensemble.worlds, measure)?;
                let case = forecast::Case::world(&source, measure);
                found.extend(forecast::over_time(case, &series, &members, windows)?);
            }
            if !ensemble.regions.is_empty() {
                found.extend(regions(ensemble, observed, &source, windows)?);
            }
        }
    }
    if found.is_empty() {
        let sources = observed.sources().join(", ");
        let error = Error::expected("nothing to score", format!("pacts of {sources}"));
        return Err(error);
    }
    Ok(tables::tables(&found))
}

/// The tables of who is allied with whom, of those ensembles whose pacts are known; none
/// without such.
///
/// # Errors
/// If the logit cannot be fitted to the fit window.
pub fn networks(
    ensembles: &[Ensemble],
    observed: &Observed,
    windows: Windows,
) -> Result<Vec<Table>> {
    let sources = observed.sources();
    let fit = (windows.fit.0 as i32, windows.fit.1 as i32);
    let mut all = Vec::new();
    for ensemble in ensembles.iter().filter(|e| !e.pacts.is_empty()) {
        let wanted = |s: &&str| ensemble.source.as_ref().is_none_or(|source| source == s);
        let known = |s: &&str| sources.iter().any(|source| source == s);
        for source in crate::network::SOURCES
            .into_iter()
            .filter(wanted)
            .filter(known)
        {
            all.push(network::Runs {
                source,
                pacts: &ensemble.pacts,
                worlds: &ensemble.worlds,
                regions: &ensemble.regions,
                fit,
            });
        }
    }
    match all.is_empty() {
        true => Ok(Vec::new()),
        false => network::tables(&all),
    }
}

/// Each region left out in turn: the baselines know the others and its first year.
fn regions(
    ensemble: &Ensemble,
    observed: &Observed,
    source: &str,
    windows: Windows,
) -> Result<Vec<forecast::Scored>> {
    let mut found = Vec::new();
    for measure in REGIONAL {
        let all = observed.regions(measure, source);
        for (name, series) in &all {
            let others: Vec<&Series> = all.iter().filter(|o| o.0 != name).map(|o| o.1).collect();
            let members = forecast::region(&ensemble.regions, measure, name)?;
            let case = forecast::Case::region(source, measure, name);
            found.extend(forecast::over_space(
                case, series, &others, &members, windows,
            )?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
