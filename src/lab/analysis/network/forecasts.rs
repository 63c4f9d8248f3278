//! Forecasts of who is allied: the runs, and what they have to beat.

use std::collections::{BTreeMap, BTreeSet};

use super::discrimination::{Case, auc, average_precision, brier, curve, sort};
use super::features::{Dyads, NAMES, dyads};
use super::logit::{Logit, fit};
use super::rows::{CurveRow, Found, LogitRow, ScoreRow};
use super::{Context, LOOKS, SCORED, START};
use crate::network::{Pairs, allied};
use comity_model::error::Result;
use comity_model::scenario::PactKind;

/// Ridge of the logit: enough that a feature which separates has a finite coefficient.
pub const RIDGE: f64 = 0.1;
/// The forecasters, in order.
pub const FORECASTERS: [&str; 6] = [
    "model",
    "same region",
    "contiguous",
    "start",
    "persistence",
    "logit",
];
/// Those with a calibration curve.
const WITH_CURVES: [&str; 2] = ["model", "logit"];

/// What the statistical forecasts have learnt from the fit window.
struct Learnt {
    logit: Logit,
    /// Share of allied pairs among those without and with the property.
    region: [f64; 2],
    contiguous: [f64; 2],
    start: Pairs,
    last: Pairs,
}

/// The cases of one forecaster in one year, each with the regions that the pair shares.
struct Cases<'a> {
    dyads: &'a Dyads,
    observed: Vec<bool>,
    forecasts: BTreeMap<&'static str, Vec<f64>>,
}

/// Scores all forecasts in all years.
pub(crate) fn score(context: &Context, found: &mut Found) -> Result<()> {
    let learnt = learn(context)?;
    let source = context.runs.source;
    found.logit.extend(coefficients(&learnt.logit, source));
    let years: Vec<i32> = (SCORED.0..=SCORED.1).collect();
    let all: Vec<Dyads> = years.iter().map(|&y| dyads(context.given, y)).collect();
    let cases: Vec<(i32, Cases)> = years
        .iter()
        .zip(&all)
        .map(|(&year, dyads)| (year, cases(context, &learnt, year, dyads)))
        .collect();
    let after = context.runs.fit.1 + 1;
    let mut spans: Vec<(i32, i32)> = years.iter().map(|&y| (y, y)).collect();
    spans.push((after, SCORED.1));
    spans.push(SCORED);
    let regions = context.given.regions();
    for (from, until) in spans {
        let within: Vec<&Cases> = cases
            .iter()
            .filter(|c| (from..=until).contains(&c.0))
            .map(|c| &c.1)
            .collect();
        let looked = from != until || LOOKS.contains(&from);
        let mut scopes = vec!["all", "within"];
        scopes.extend(regions.iter().filter(|_| looked));
        for scope in scopes {
            for forecaster in FORECASTERS {
                let mut cases = pooled(&within, forecaster, scope);
                if cases.is_empty() {
                    continue;
                }
                sort(&mut cases);
                let key = (source, from, until, forecaster);
                found.scores.push(row(key, scope, &cases));
                if scope == "all" && looked && WITH_CURVES.contains(&forecaster) {
                    found.curves.extend(bins(key, &cases));
                }
            }
        }
    }
    Ok(())
}

fn learn(context: &Context) -> Result<Learnt> {
    let (from, until) = context.runs.fit;
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for year in from.max(START)..=until.min(SCORED.1) {
        let (dyads, allied) = (dyads(context.given, year), context.recorded(year));
        y.extend(dyads.pairs.iter().map(|pair| allied.contains(pair)));
        x.extend(dyads.features);
    }
    let share = |feature: usize| {
        [0.0, 1.0].map(|value| {
            let of = x.iter().zip(&y).filter(|(x, _)| x[feature] == value);
            let outcomes: Vec<bool> = of.map(|(_, y)| *y).collect();
            let allied = outcomes.iter().filter(|y| **y).count();
            allied as f64 / outcomes.len().max(1) as f64
        })
    };
    Ok(Learnt {
        region: share(0),
        contiguous: share(1),
        logit: fit(&x, &y, RIDGE)?,
        start: context.recorded(START),
        last: context.recorded(until),
    })
}

fn cases<'a>(context: &Context, learnt: &Learnt, year: i32, dyads: &'a Dyads) -> Cases<'a> {
    let recorded = context.recorded(year);
    let system = context.given.system(year);
    let shares = shares(context, year, &system);
    let of_pairs = |f: &dyn Fn(&(u32, u32)) -> f64| dyads.pairs.iter().map(f).collect();
    let of_features = |f: &dyn Fn(&Vec<f64>) -> f64| dyads.features.iter().map(f).collect();
    let flag = |pairs: &Pairs, pair: &(u32, u32)| f64::from(u8::from(pairs.contains(pair)));
    let mut forecasts: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let model = of_pairs(&|pair| shares.get(pair).copied().unwrap_or(0.0));
    forecasts.insert("model", model);
    forecasts.insert(
        "same region",
        of_features(&|x| learnt.region[x[0] as usize]),
    );
    forecasts.insert(
        "contiguous",
        of_features(&|x| learnt.contiguous[x[1] as usize]),
    );
    forecasts.insert("start", of_pairs(&|pair| flag(&learnt.start, pair)));
    if year > context.runs.fit.1 {
        forecasts.insert("persistence", of_pairs(&|pair| flag(&learnt.last, pair)));
    }
    forecasts.insert("logit", of_features(&|x| learnt.logit.at(x)));
    Cases {
        observed: dyads.pairs.iter().map(|p| recorded.contains(p)).collect(),
        dyads,
        forecasts,
    }
}

/// Share of runs in which each pair is allied.
fn shares(context: &Context, year: i32, system: &BTreeSet<u32>) -> BTreeMap<(u32, u32), f64> {
    let mut counts: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for pacts in context.runs.pacts {
        for pair in allied(pacts, PactKind::Defence, year, system) {
            *counts.entry(pair).or_default() += 1.0;
        }
    }
    let runs = context.runs.pacts.len() as f64;
    counts.values_mut().for_each(|count| *count /= runs);
    counts
}

/// The pairs of a scope in all of these years; empty if a year has no such forecast.
fn pooled(years: &[&Cases], forecaster: &str, scope: &str) -> Vec<Case> {
    let mut pooled = Vec::new();
    for cases in years {
        let Some(forecasts) = cases.forecasts.get(forecaster) else {
            return Vec::new();
        };
        for (k, &forecast) in forecasts.iter().enumerate() {
            let inside = match scope {
                "all" => true,
                "within" => cases.dyads.within[k],
                region => cases.dyads.regions[k].iter().any(|r| r == region),
            };
            if inside {
                pooled.push((forecast, cases.observed[k]));
            }
        }
    }
    pooled
}

type Key<'a> = (&'a str, i32, i32, &'a str);

fn row((source, from, until, forecaster): Key, scope: &str, cases: &[Case]) -> ScoreRow {
    let sum: f64 = cases.iter().map(|c| c.0).sum();
    ScoreRow {
        source: source.to_string(),
        scope: scope.to_string(),
        from: i64::from(from),
        until: i64::from(until),
        forecaster: forecaster.to_string(),
        pairs: cases.len() as i64,
        allied: cases.iter().filter(|c| c.1).count() as i64,
        auc: auc(cases),
        average_precision: average_precision(cases),
        brier: brier(cases),
        mean_forecast: sum / cases.len() as f64,
    }
}

fn bins((source, from, until, forecaster): Key, cases: &[Case]) -> Vec<CurveRow> {
    let row = |bin: super::discrimination::Bin| CurveRow {
        source: source.to_string(),
        from: i64::from(from),
        until: i64::from(until),
        forecaster: forecaster.to_string(),
        bin: bin.number as i64,
        pairs: bin.cases as i64,
        mean_forecast: bin.mean_forecast,
        share_allied: bin.share,
    };
    curve(cases).into_iter().map(row).collect()
}

fn coefficients(logit: &Logit, source: &str) -> Vec<LogitRow> {
    let row = |feature: &str, mean: f64, sd: f64, coefficient: f64| LogitRow {
        source: source.to_string(),
        feature: feature.to_string(),
        mean,
        sd,
        coefficient,
    };
    let mut rows = vec![row("intercept", f64::NAN, f64::NAN, logit.intercept)];
    let features = NAMES.iter().enumerate();
    rows.extend(
        features.map(|(k, name)| row(name, logit.mean[k], logit.sd[k], logit.coefficients[k])),
    );
    rows
}
