//! The tables of a validation.

use super::forecast::{Case, MODEL, Scored};
use super::scores::{Interval, resampled, skill};
use crate::analysis::summary::mean;
use crate::table::{Record, Table};

/// Bins of a rank histogram.
const BINS: usize = 10;

comity_model::record! {
    /// How well a series was forecast.
    pub struct ScoreRow in "scores", "one series and forecaster over the forecast years" {
        source: String, "1", "source of the pacts: ATOP5.1 or COW4.1";
        region: String, "1", "world, or the region that was left out";
        measure: String, "1", "what was forecast";
        forecaster: String, "1", "model, persistence, trend or ar1";
        years: i64, "years", "years scored: those with an observation and at least two runs";
        crps: f64, "as the measure", "mean continuous ranked probability score; 0 is perfect";
        log_score: f64, "ln(1 / unit)", "mean logarithm of the predictive density, normal with the forecast's mean and deviation; higher is better";
        floored: i64, "years", "years whose density was below exp(-20) and counts as that";
        bias: f64, "as the measure", "mean of the forecast's mean less the observed value";
        coverage_90: f64, "share", "share of years within the 5-95 % band; .9 if the spread is right";
        mean_place: f64, "0-1", "mean place of the observed value in the forecast; .5 without bias";
    }
}

comity_model::record! {
    /// The model against a baseline.
    pub struct SkillRow in "skills", "one series and baseline" {
        source: String, "1", "source of the pacts";
        region: String, "1", "world, or the region that was left out";
        measure: String, "1", "what was forecast";
        baseline: String, "1", "persistence, trend or ar1";
        years: i64, "years", "years scored";
        skill: f64, "1", "1 - CRPS of the model / CRPS of the baseline: above 0 the model is better";
        low: f64, "1", "lower end of its 95 % interval (block bootstrap over years)";
        high: f64, "1", "upper end";
        log_gain: f64, "ln units", "mean log score of the model less that of the baseline";
        log_low: f64, "ln units", "lower end of its 95 % interval";
        log_high: f64, "ln units", "upper end";
    }
}

comity_model::record! {
    /// A forecast of a year.
    pub struct ForecastRow in "forecasts", "one year of one series by one forecaster" {
        source: String, "1", "source of the pacts";
        region: String, "1", "world, or the region that was left out";
        measure: String, "1", "what was forecast";
        forecaster: String, "1", "model, persistence, trend or ar1";
        year: i64, "year", "calendar year";
        scored: i64, "0/1", "1 in the forecast window, 0 in the years before (model only)";
        observed: f64, "as the measure", "observed value";
        members: i64, "runs", "runs with a value; 0 for a baseline, which is a normal distribution";
        mean: f64, "as the measure", "mean of the forecast";
        sd: f64, "as the measure", "its standard deviation";
        p05: f64, "as the measure", "5 % quantile";
        median: f64, "as the measure", "median";
        p95: f64, "as the measure", "95 % quantile";
        crps: f64, "as the measure", "continuous ranked probability score";
        log_score: f64, "ln(1 / unit)", "logarithm of the density at the observed value";
        place: f64, "0-1", "place of the observed value in the forecast (probability integral transform)";
    }
}

comity_model::record! {
    /// A bin of a rank histogram.
    pub struct RankRow in "ranks", "one tenth of the rank histogram of one series and forecaster" {
        source: String, "1", "source of the pacts";
        region: String, "1", "world, or the region that was left out";
        measure: String, "1", "what was forecast";
        forecaster: String, "1", "model, persistence, trend or ar1";
        from: f64, "0-1", "lower end of the bin";
        until: f64, "0-1", "upper end of the bin";
        years: i64, "years", "years whose place is in it; level if the forecast is calibrated";
    }
}

comity_model::record! {
    /// A fitted baseline.
    pub struct BaselineRow in "baselines", "one fitted baseline of one series" {
        source: String, "1", "source of the pacts";
        region: String, "1", "world, or the region that was left out";
        measure: String, "1", "what was forecast";
        baseline: String, "1", "persistence, trend or ar1";
        points: i64, "1", "years (trend) or pairs of years that it was fitted to";
        intercept: f64, "as the measure", "last value known (persistence), value at the mean year (trend; of the first other region where one is left out), constant (ar1)";
        slope: f64, "as the measure, 1/year, 1", "1, change a year, or share that is kept";
        sd: f64, "as the measure", "standard deviation of innovations or residuals";
    }
}

/// All of them.
pub fn tables(found: &[Scored]) -> Vec<Table> {
    vec![
        ScoreRow::table(&found.iter().map(score).collect::<Vec<_>>()),
        SkillRow::table(&skills(found)),
        ForecastRow::table(&found.iter().flat_map(forecasts).collect::<Vec<_>>()),
        RankRow::table(&found.iter().flat_map(ranks).collect::<Vec<_>>()),
        BaselineRow::table(&found.iter().filter_map(baseline).collect::<Vec<_>>()),
    ]
}

fn key(case: &Case) -> [String; 3] {
    let measure = case.measure.name.to_string();
    [case.source.clone(), case.region.clone(), measure]
}

fn score(of: &Scored) -> ScoreRow {
    let [source, region, measure] = key(&of.case);
    let average = |f: fn(&super::forecast::Year) -> f64| {
        let values: Vec<f64> = of.scored().map(f).collect();
        mean(&values)
    };
    ScoreRow {
        source,
        region,
        measure,
        forecaster: of.forecaster.to_string(),
        years: of.scored().count() as i64,
        crps: average(|y| y.crps),
        log_score: average(|y| y.log_score),
        floored: of.floored() as i64,
        bias: average(|y| y.mean - y.observed),
        coverage_90: average(|y| f64::from((y.p05..=y.p95).contains(&y.observed))),
        mean_place: average(|y| y.place),
    }
}

/// The model against each baseline of the same series; the model stands before them.
fn skills(found: &[Scored]) -> Vec<SkillRow> {
    let mut rows = Vec::new();
    let mut model: Option<&Scored> = None;
    for of in found {
        if of.forecaster == MODEL {
            model = Some(of);
            continue;
        }
        let Some(model) = model else {
            continue;
        };
        let values = |s: &Scored, f: fn(&super::forecast::Year) -> f64| -> Vec<f64> {
            s.scored().map(f).collect()
        };
        let against = |f: fn(&super::forecast::Year) -> f64, statistic: fn(f64, f64) -> f64| {
            resampled(&values(model, f), &values(of, f), statistic)
        };
        let Interval { value, low, high } = against(|y| y.crps, skill);
        let log = against(|y| y.log_score, |a, b| a - b);
        let [source, region, measure] = key(&of.case);
        rows.push(SkillRow {
            source,
            region,
            measure,
            baseline: of.forecaster.to_string(),
            years: of.scored().count() as i64,
            skill: value,
            low,
            high,
            log_gain: log.value,
            log_low: log.low,
            log_high: log.high,
        });
    }
    rows
}

fn forecasts(of: &Scored) -> impl Iterator<Item = ForecastRow> {
    of.years.iter().map(|y| {
        let [source, region, measure] = key(&of.case);
        let if_scored = |v: f64| if y.scored { v } else { f64::NAN };
        ForecastRow {
            source,
            region,
            measure,
            forecaster: of.forecaster.to_string(),
            year: y.year,
            scored: i64::from(y.scored),
            observed: y.observed,
            members: y.members as i64,
            mean: y.mean,
            sd: y.sd,
            p05: y.p05,
            median: y.median,
            p95: y.p95,
            crps: if_scored(y.crps),
            log_score: if_scored(y.log_score),
            place: if_scored(y.place),
        }
    })
}

fn ranks(of: &Scored) -> Vec<RankRow> {
    let bin = |place: f64| ((place * BINS as f64) as usize).min(BINS - 1);
    let row = |k: usize| {
        let [source, region, measure] = key(&of.case);
        RankRow {
            source,
            region,
            measure,
            forecaster: of.forecaster.to_string(),
            from: k as f64 / BINS as f64,
            until: (k + 1) as f64 / BINS as f64,
            years: of.scored().filter(|y| bin(y.place) == k).count() as i64,
        }
    };
    (0..BINS).map(row).collect()
}

fn baseline(of: &Scored) -> Option<BaselineRow> {
    let fitted = of.fitted.as_ref()?;
    let [source, region, measure] = key(&of.case);
    Some(BaselineRow {
        source,
        region,
        measure,
        baseline: of.forecaster.to_string(),
        points: fitted.points as i64,
        intercept: fitted.intercept,
        slope: fitted.slope,
        sd: fitted.sd,
    })
}
