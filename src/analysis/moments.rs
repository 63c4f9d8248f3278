//! The sixteen calibration moments of 1946-1988 (`data/moments.csv`), measured on a run.

use crate::observe::records::WorldYear;
use crate::observe::statistics::mean;

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
