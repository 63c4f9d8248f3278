//! The sixteen calibration moments of 1946-1988 (`data/moments.csv`), measured on a run.

use crate::analysis::summary::quantile;
use crate::error::{Error, Result};
use crate::observe::records::WorldYear;
use crate::observe::statistics::mean;
use crate::scenario::library;
use crate::table::{Record, Table, csv};

crate::record! {
    /// A moment of the runs beside what was observed.
    pub struct MomentRow in "moments", "one moment of 1946-1988" {
        moment: String, "1", "name of the moment";
        definition: String, "1", "what it is";
        window: String, "years", "years that it covers";
        median: f64, "as defined", "median over the replicates";
        low: f64, "as defined", "5 % quantile over the replicates";
        high: f64, "as defined", "95 % quantile over the replicates";
        observed_atop: f64, "as defined", "as observed in ATOP";
        observed_cow: f64, "as defined", "as observed in COW";
    }
}

/// The moments of each run's world table, summarised, beside what was observed; `None` if
/// the runs do not cover their years.
///
/// # Errors
/// If the shipped table is broken, which a test excludes.
pub fn comparison<'a>(worlds: impl Iterator<Item = &'a [WorldYear]>) -> Result<Option<Table>> {
    let covers = |world: &&[WorldYear]| {
        let has = |year| world.iter().any(|row| row.year == year);
        has(1946) && has(1988)
    };
    let runs: Vec<_> = worlds.filter(covers).map(moments).collect();
    if runs.is_empty() {
        return Ok(None);
    }
    let bytes = library::data("moments.csv").unwrap_or_default();
    let shipped = csv::read("moments", bytes, &[])?;
    let absent = || Error::new("the shipped table moments.csv lacks a column");
    let text = |name: &str| shipped.text(name).ok_or_else(absent);
    let real = |name: &str| shipped.real(name).ok_or_else(absent);
    let (names, definitions, windows) = (text("moment")?, text("definition")?, text("window")?);
    let (atop, cow) = (real("observed_atop")?, real("observed_cow")?);
    let row = |k: usize| {
        let of = |run: &Vec<(&str, f64)>| run.iter().find(|(m, _)| *m == names[k]).map(|m| m.1);
        let values: Vec<f64> = runs.iter().filter_map(of).collect();
        MomentRow {
            moment: names[k].clone(),
            definition: definitions[k].clone(),
            window: windows[k].clone(),
            median: quantile(&values, 0.5),
            low: quantile(&values, 0.05),
            high: quantile(&values, 0.95),
            observed_atop: atop[k],
            observed_cow: cow[k],
        }
    };
    let rows: Vec<MomentRow> = (0..names.len()).map(row).collect();
    Ok(Some(MomentRow::table(&rows)))
}

/// Name and value of each moment in the order of `data/moments.csv`; NaN where the run does
/// not cover its years.
pub fn moments(world: &[WorldYear]) -> Vec<(&'static str, f64)> {
    let window = |from: i64, to: i64| -> Vec<&WorldYear> {
        let rows: Vec<&WorldYear> = world
            .iter()
            .filter(|y| from <= y.year && y.year <= to)
            .collect();
        let whole = rows.len() as i64 == to - from + 1;
        if whole { rows } else { Vec::new() }
    };
    let cold_war = window(1946, 1988);
    let average = |rows: &[&WorldYear], f: fn(&WorldYear) -> f64| {
        let values: Vec<f64> = rows.iter().map(|y| f(y)).filter(|v| !v.is_nan()).collect();
        mean(&values)
    };
    let ratio = |above: f64, below: f64| if below > 0.0 { above / below } else { f64::NAN };
    let sum = |f: fn(&WorldYear) -> f64| cold_war.iter().map(|y| f(y)).sum::<f64>();
    let dyads = |y: &WorldYear| (y.states * (y.states - 1)) as f64 / 2.0;
    vec![
        (
            "defence_pacts_mean",
            average(&cold_war, |y| y.defence_pacts as f64),
        ),
        (
            "defence_pacts_1955",
            average(&window(1955, 1955), |y| y.defence_pacts as f64),
        ),
        (
            "defence_pacts_1988",
            average(&window(1988, 1988), |y| y.defence_pacts as f64),
        ),
        (
            "share_in_defence_pacts",
            average(&cold_war, |y| y.share_in_defence_pacts),
        ),
        ("mean_size", average(&cold_war, |y| y.mean_size)),
        ("median_size", average(&cold_war, |y| y.median_size)),
        ("largest", average(&cold_war, |y| y.largest as f64)),
        (
            "mean_size_multilateral",
            average(&cold_war, |y| y.mean_size_multilateral),
        ),
        ("bilateral_share", average(&cold_war, |y| y.bilateral_share)),
        (
            "new_defence_pacts",
            average(&cold_war, |y| y.new_defence_pacts as f64),
        ),
        (
            "new_defence_pacts_postwar",
            average(&window(1947, 1955), |y| y.new_defence_pacts as f64),
        ),
        (
            "ending_hazard",
            ratio(
                sum(|y| y.ended_defence_pacts as f64),
                sum(|y| y.defence_pacts as f64),
            ),
        ),
        ("transitivity", average(&cold_war, |y| y.transitivity)),
        (
            "share_dyads_in_defence_pacts",
            average(&cold_war, |y| y.share_dyads_in_defence_pacts),
        ),
        (
            "dispute_onsets",
            1000.0
                * ratio(
                    sum(|y| y.disputes as f64),
                    cold_war.iter().map(|y| dyads(y)).sum(),
                ),
        ),
        (
            "dispute_onsets_contiguous",
            1000.0
                * ratio(
                    sum(|y| y.disputes_contiguous as f64),
                    sum(|y| y.contiguous_dyads as f64),
                ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{scenario, simulation};

    #[test]
    fn every_shipped_moment_is_measured() {
        let world = scenario::load("history-1946", &[]).unwrap();
        let run = simulation::run(&world, 1);
        let table = comparison([&run.world[..]].into_iter()).unwrap().unwrap();
        assert_eq!(table.rows(), moments(&run.world).len());
        assert!(table.real("median").unwrap().iter().all(|m| m.is_finite()));
        let short = &run.world[..10];
        assert!(comparison([short].into_iter()).unwrap().is_none());
    }
}
