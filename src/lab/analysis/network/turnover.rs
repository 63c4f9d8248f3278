//! Births of pacts, their sizes, and how they end.

use super::rows::{BirthRow, Found, HazardRow, SizeRow};
use super::{Context, LOOKS, START};
use crate::analysis::summary::{mean, quantile};
use crate::network::{Origin, Pact};
use comity_model::scenario::PactKind;

/// Periods: after the war, the height of decolonisation, the late Cold War.
pub const PERIODS: [(i32, i32); 3] = [(1947, 1955), (1956, 1970), (1971, 1988)];
const WHOLE: (i32, i32) = (1947, 1988);
/// Sizes of pacts.
const SIZES: [(usize, usize); 4] = [(2, 2), (3, 5), (6, 12), (13, usize::MAX)];
/// Ages of pacts.
const AGES: [(i32, i32); 4] = [(0, 4), (5, 9), (10, 19), (20, i32::MAX)];

fn words<T: PartialEq + std::fmt::Display>((from, until): (T, T), most: T) -> String {
    match () {
        () if from == until => from.to_string(),
        () if until == most => format!("{from} or more"),
        () => format!("{from}-{until}"),
    }
}

/// Compares births, sizes and hazards.
pub(crate) fn compare(context: &Context, found: &mut Found) {
    births(context, &mut found.births);
    sizes(context, &mut found.sizes);
    hazards(context, &mut found.hazards);
}

fn ratio(above: f64, below: f64) -> f64 {
    if below > 0.0 { above / below } else { f64::NAN }
}

fn births(context: &Context, found: &mut Vec<BirthRow>) {
    let born = |pacts: &[Pact], kind: Option<PactKind>, (from, until): (i32, i32)| -> f64 {
        let founded = pacts.iter().filter(|p| p.origin == Origin::Founded);
        let here = founded.filter(|p| (from..=until).contains(&p.begun()));
        here.filter(|p| kind.is_none_or(|k| p.kind == k)).count() as f64
    };
    for period in PERIODS.into_iter().chain([WHOLE]) {
        let years = period.0..=period.1;
        let state_years: usize = years.map(|y| context.given.system(y).len()).sum();
        let per = 100.0 / state_years as f64;
        for kind in PactKind::ALL.map(Some).into_iter().chain([None]) {
            let counts: Vec<f64> = context
                .runs
                .pacts
                .iter()
                .map(|pacts| born(pacts, kind, period))
                .collect();
            let any = context.runs.pacts.iter().map(|p| born(p, None, period));
            let recorded = born(&context.record, kind, period);
            let rates: Vec<f64> = counts.iter().map(|c| c * per).collect();
            found.push(BirthRow {
                source: context.runs.source.to_string(),
                from: i64::from(period.0),
                until: i64::from(period.1),
                kind: kind.map_or("any", PactKind::name).to_string(),
                model: mean(&rates),
                low: quantile(&rates, 0.05),
                high: quantile(&rates, 0.95),
                record: recorded * per,
                model_share: ratio(counts.iter().sum(), any.sum()),
                record_share: ratio(recorded, born(&context.record, None, period)),
            });
        }
    }
}

fn sizes(context: &Context, found: &mut Vec<SizeRow>) {
    for year in LOOKS {
        let system = context.given.system(year);
        let counts = |pacts: &[Pact]| -> [f64; SIZES.len()] {
            let defence = pacts.iter().filter(|p| p.kind == PactKind::Defence);
            let sizes: Vec<usize> = defence.map(|p| p.at(year, &system).len()).collect();
            SIZES.map(|(from, until)| {
                let of = sizes.iter().filter(|n| (from..=until).contains(*n));
                of.count() as f64
            })
        };
        let runs: Vec<_> = context.runs.pacts.iter().map(|p| counts(p)).collect();
        let recorded = counts(&context.record);
        for (k, size) in SIZES.into_iter().enumerate() {
            let values: Vec<f64> = runs.iter().map(|run| run[k]).collect();
            found.push(SizeRow {
                source: context.runs.source.to_string(),
                year: i64::from(year),
                size: words(size, usize::MAX),
                model: mean(&values),
                low: quantile(&values, 0.05),
                high: quantile(&values, 0.95),
                record: recorded[k],
            });
        }
    }
}

/// A defence pact at the end of a year, and whether it is over a year later.
#[derive(Debug, Clone, Copy)]
struct AtRisk {
    /// Year in which it may end.
    year: i32,
    age: i32,
    size: usize,
    ends: bool,
}

fn at_risk(context: &Context, pacts: &[Pact]) -> Vec<AtRisk> {
    let mut found = Vec::new();
    for year in START + 1..=WHOLE.1 {
        let (before, now) = (context.given.system(year - 1), context.given.system(year));
        for pact in pacts.iter().filter(|p| p.kind == PactKind::Defence) {
            let size = pact.at(year - 1, &before).len();
            if size < 2 {
                continue;
            }
            let over = pact.at(year, &now).len() < 2;
            if over && pact.absorbed && pact.ended() == Some(year) {
                continue;
            }
            found.push(AtRisk {
                year,
                age: year - 1 - pact.begun().max(START),
                size,
                ends: over,
            });
        }
    }
    found
}

fn hazards(context: &Context, found: &mut Vec<HazardRow>) {
    let runs: Vec<Vec<AtRisk>> = context
        .runs
        .pacts
        .iter()
        .map(|p| at_risk(context, p))
        .collect();
    let recorded = at_risk(context, &context.record);
    let (any_age, any_size) = ((0, i32::MAX), (2, usize::MAX));
    let ages = || [any_age].into_iter().chain(AGES);
    let sizes = || [any_size].into_iter().chain(SIZES);
    for period in PERIODS.into_iter().chain([WHOLE]) {
        for age in ages() {
            for size in sizes() {
                let inside = |r: &&AtRisk| {
                    (period.0..=period.1).contains(&r.year)
                        && (age.0..=age.1).contains(&r.age)
                        && (size.0..=size.1).contains(&r.size)
                };
                let count = |all: &[AtRisk]| {
                    let here: Vec<&AtRisk> = all.iter().filter(inside).collect();
                    let ends = here.iter().filter(|r| r.ends).count();
                    (here.len() as f64, ends as f64)
                };
                let counts: Vec<(f64, f64)> = runs.iter().map(|r| count(r)).collect();
                let (years, ends) = counts
                    .iter()
                    .fold((0.0, 0.0), |a, c| (a.0 + c.0, a.1 + c.1));
                let each: Vec<f64> = counts.iter().map(|c| ratio(c.1, c.0)).collect();
                let record = count(&recorded);
                found.push(HazardRow {
                    source: context.runs.source.to_string(),
                    from: i64::from(period.0),
                    until: i64::from(period.1),
                    age: if age == any_age {
                        "any".to_string()
                    } else {
                        words(age, i32::MAX)
                    },
                    size: if size == any_size {
                        "any".to_string()
                    } else {
                        words(size, usize::MAX)
                    },
                    model_pact_years: years / runs.len() as f64,
                    model: ratio(ends, years),
                    low: quantile(&each, 0.05),
                    high: quantile(&each, 0.95),
                    record_pact_years: record.0,
                    record: ratio(record.1, record.0),
                });
            }
        }
    }
}
