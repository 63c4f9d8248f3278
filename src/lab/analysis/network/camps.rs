//! Allied pairs by camps.

use std::collections::BTreeSet;

use super::rows::CampRow;
use super::{Context, SPONSORS};
use crate::analysis::summary::{mean, quantile};
use crate::network::camps::pairs_between;
use crate::network::year::YEARS;
use crate::network::{Camp, Camps, Given, Pairs, SOURCES, allied, pacts};
use comity_model::error::Result;
use comity_model::scenario::PactKind;

/// The United States and its allies of 1955 in ATOP.
///
/// # Errors
/// If the shipped table is broken, which a test excludes.
pub fn allies_of_1955(given: &Given) -> Result<BTreeSet<u32>> {
    let united_states = SPONSORS[0].0;
    let record = pacts::recorded(SOURCES[0])?;
    let pairs = allied(&record, PactKind::Defence, 1955, &given.system(1955));
    let with = pairs
        .into_iter()
        .filter(|(a, b)| [*a, *b].contains(&united_states));
    Ok(with
        .flat_map(|(a, b)| [a, b])
        .chain([united_states])
        .collect())
}

/// The matrix of camps in all years.
pub(crate) fn compare(context: &Context, (name, camps): (&str, &Camps), found: &mut Vec<CampRow>) {
    for year in YEARS {
        let system = context.given.system(year);
        let of_states = camps.of(context.given, year);
        let runs: Vec<Pairs> = context
            .runs
            .pacts
            .iter()
            .map(|pacts| allied(pacts, PactKind::Defence, year, &system))
            .collect();
        let recorded = context.recorded(year);
        for (a, b) in Camp::PAIRS {
            let among = pairs_between(&of_states, (a, b));
            let share = |pairs: &Pairs| match among.len() {
                0 => f64::NAN,
                all => among.intersection(pairs).count() as f64 / all as f64,
            };
            let shares: Vec<f64> = runs.iter().map(share).collect();
            found.push(CampRow {
                source: context.runs.source.to_string(),
                definition: name.to_string(),
                year: i64::from(year),
                camp_1: a.name().to_string(),
                camp_2: b.name().to_string(),
                pairs: among.len() as i64,
                model: mean(&shares),
                low: quantile(&shares, 0.05),
                high: quantile(&shares, 0.95),
                record: share(&recorded),
            });
        }
    }
}
