//! A series forecast by the model and by the baselines, and scored year by year.

use super::baselines::{Baseline, Fitted, fit, pooled};
use super::scores::{LOG_FLOOR, crps_ensemble, crps_normal, log_density, rank};
use super::{Measure, Series, Windows};
use crate::analysis::bootstrap::sample_deviation;
use crate::analysis::distributions::normal_cdf;
use crate::analysis::summary::{mean, quantile};
use crate::table::Table;
use comity_model::error::{Error, Result};
use comity_model::rng::normal_quantile;

/// Name of the model among the forecasters.
pub const MODEL: &str = "model";
/// Region of a series of the whole world.
pub const WORLD: &str = "world";

/// What is forecast.
#[derive(Debug, Clone)]
pub struct Case {
    /// Source of the pacts.
    pub source: String,
    /// Region that is left out, or the world.
    pub region: String,
    /// The measure.
    pub measure: Measure,
}

impl Case {
    /// A series of the world.
    pub fn world(source: &str, measure: Measure) -> Self {
        Self::region(source, measure, WORLD)
    }

    /// A series of a region.
    pub fn region(source: &str, measure: Measure, region: &str) -> Self {
        Self {
            source: source.to_string(),
            region: region.to_string(),
            measure,
        }
    }
}

/// A forecast of a year with its scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Year {
    /// Year.
    pub year: i64,
    /// Observed value.
    pub observed: f64,
    /// Whether it is scored: not in the fit window.
    pub scored: bool,
    /// Runs with a value; 0 for a baseline.
    pub members: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// 5 % quantile.
    pub p05: f64,
    /// Median.
    pub median: f64,
    /// 95 % quantile.
    pub p95: f64,
    /// CRPS.
    pub crps: f64,
    /// Logarithm of the density.
    pub log_score: f64,
    /// Place of the observed value in the forecast, 0 to 1.
    pub place: f64,
}

/// The forecasts of a series by one forecaster.
#[derive(Debug, Clone)]
pub struct Scored {
    /// What is forecast.
    pub case: Case,
    /// `model` or a baseline.
    pub forecaster: &'static str,
    /// The baseline, fitted.
    pub fitted: Option<Fitted>,
    /// Years with an observation, in order.
    pub years: Vec<Year>,
}

impl Scored {
    /// Years that are scored.
    pub fn scored(&self) -> impl Iterator<Item = &Year> {
        self.years.iter().filter(|y| y.scored)
    }

    /// Scored years at the floor of the density.
    pub fn floored(&self) -> usize {
        self.scored().filter(|y| y.log_score <= LOG_FLOOR).count()
    }
}

/// A measure in each run.
///
/// # Errors
/// If a table lacks a column.
pub fn world(worlds: &[Table], measure: Measure) -> Result<Vec<Series>> {
    let one = |world: &Table| Ok(series(world, &measure.of_world(world)?, |_| true));
    worlds.iter().map(one).collect()
}

/// A measure of a region in each run.
///
/// # Errors
/// If a table lacks a column.
pub fn region(regions: &[Table], measure: Measure, name: &str) -> Result<Vec<Series>> {
    let one = |table: &Table| {
        let absent = || Error::new(format!("table {}: no column region", table.name));
        let names = table.text("region").ok_or_else(absent)?;
        let values = measure.of_world(table)?;
        Ok(series(table, &values, |row| names[row] == name))
    };
    regions.iter().map(one).collect()
}

fn series(table: &Table, values: &[f64], keep: impl Fn(usize) -> bool) -> Series {
    let years = table.integer("year").unwrap_or_default();
    let rows = years.iter().zip(values).enumerate();
    rows.filter(|(row, (_, v))| v.is_finite() && keep(*row))
        .map(|(_, (year, v))| (*year, *v))
        .collect()
}

/// The years after the fit window, forecast by the model and by baselines that know the
/// window; empty without an observation to score.
///
/// # Errors
/// If the runs do not cover the years.
pub fn over_time(
    case: Case,
    observed: &Series,
    members: &[Series],
    windows: Windows,
) -> Result<Vec<Scored>> {
    let known: Series = observed
        .range(windows.fit.0..=windows.fit.1)
        .map(|(y, v)| (*y, *v))
        .collect();
    let fitted = Baseline::ALL.map(|baseline| fit(baseline, &known));
    scored(
        case,
        observed,
        members,
        fitted,
        windows.forecast,
        windows.fit.0,
    )
}

/// A region's years, forecast by the model and by baselines that know the other regions in
/// all years and the region in its first year; empty without an observation to score.
///
/// # Errors
/// If the runs do not cover the years.
pub fn over_space(
    case: Case,
    observed: &Series,
    others: &[&Series],
    members: &[Series],
    windows: Windows,
) -> Result<Vec<Scored>> {
    let within = |year: &i64| (windows.fit.0..=windows.forecast.1).contains(year);
    let cut = |s: &&Series| -> Series {
        s.iter()
            .filter(|(y, _)| within(y))
            .map(|(y, v)| (*y, *v))
            .collect()
    };
    let others: Vec<Series> = others.iter().map(cut).collect();
    let others: Vec<&Series> = others.iter().collect();
    let observed = cut(&observed);
    let Some((&first, &value)) = observed.first_key_value() else {
        return Ok(Vec::new());
    };
    let fitted = Baseline::ALL.map(|baseline| pooled(baseline, &others, (first, value)));
    let years = (first + 1, windows.forecast.1);
    scored(case, &observed, members, fitted, years, first)
}

fn scored(
    case: Case,
    observed: &Series,
    members: &[Series],
    fitted: [Option<Fitted>; 3],
    years: (i64, i64),
    from: i64,
) -> Result<Vec<Scored>> {
    let mut model = Vec::new();
    for (&year, &value) in observed.range(from..=years.1) {
        let values: Vec<f64> = members
            .iter()
            .filter_map(|m| m.get(&year).copied())
            .collect();
        if values.len() >= 2 {
            let scored = year >= years.0;
            model.push(of_ensemble(case.measure, (year, value), &values, scored));
        }
    }
    // Only years that the model has count, so that all are scored on the same ones.
    let common: Vec<(i64, f64)> = model
        .iter()
        .filter(|y| y.scored)
        .map(|y| (y.year, y.observed))
        .collect();
    if common.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = vec![Scored {
        case: case.clone(),
        forecaster: MODEL,
        fitted: None,
        years: model,
    }];
    for fitted in fitted.into_iter().flatten() {
        let normal = |&at: &(i64, f64)| of_normal(case.measure, at, fitted.predict(at.0));
        found.push(Scored {
            case: case.clone(),
            forecaster: fitted.baseline.name(),
            years: common.iter().map(normal).collect(),
            fitted: Some(fitted),
        });
    }
    Ok(found)
}

fn of_ensemble(
    measure: Measure,
    (year, observed): (i64, f64),
    values: &[f64],
    scored: bool,
) -> Year {
    let (centre, sd) = (mean(values), sample_deviation(values));
    // The normal density of the next member, of which the mean is not known exactly.
    let spread = sd * libm::sqrt(1.0 + 1.0 / values.len() as f64);
    Year {
        year,
        observed,
        scored,
        members: values.len(),
        mean: centre,
        sd,
        p05: quantile(values, 0.05),
        median: quantile(values, 0.5),
        p95: quantile(values, 0.95),
        crps: crps_ensemble(observed, values),
        log_score: log_density(observed, centre, spread.max(measure.resolution())),
        place: rank(observed, values),
    }
}

fn of_normal(measure: Measure, (year, observed): (i64, f64), (mean, sd): (f64, f64)) -> Year {
    let sd = sd.max(measure.resolution());
    let at = |p: f64| mean + sd * normal_quantile(p);
    Year {
        year,
        observed,
        scored: true,
        members: 0,
        mean,
        sd,
        p05: at(0.05),
        median: mean,
        p95: at(0.95),
        crps: crps_normal(observed, mean, sd),
        log_score: log_density(observed, mean, sd),
        place: normal_cdf((observed - mean) / sd),
    }
}
