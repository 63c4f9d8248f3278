//! Where in the prior box a claim holds, and with which parameters it turns.

use crate::analysis::claims::effect::Side;
use crate::analysis::discovery::{self, pick, prim};
use crate::analysis::statistics::ranks;
use crate::ensemble::claims::Draws;
use crate::error::Result;

/// Parameters that are named.
const NAMED: usize = 3;
/// Correlations smaller than this are not named.
const LEAST: f64 = 0.2;
/// Draws without which nothing is said.
const ENOUGH: usize = 50;

/// The parameters whose rank correlation with the effect over the draws is largest, in words;
/// empty with too few draws.
pub fn turns_with(draws: &Draws, effects: &[f64]) -> String {
    let known: Vec<usize> = (0..effects.len())
        .filter(|&k| effects[k].is_finite())
        .collect();
    if known.len() < ENOUGH {
        return String::new();
    }
    let effects: Vec<f64> = known.iter().map(|&k| effects[k]).collect();
    let ranked = ranks(&effects);
    let mut found: Vec<(f64, &str)> = draws
        .parameters
        .iter()
        .enumerate()
        .map(|(p, parameter)| {
            let values: Vec<f64> = known.iter().map(|&k| draws.rows[k][p]).collect();
            (pearson(&ranks(&values), &ranked), parameter.path)
        })
        .filter(|(r, _)| r.abs() >= LEAST)
        .collect();
    found.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    let named = found.iter().take(NAMED);
    let words: Vec<String> = named.map(|(r, path)| format!("{path} {r:+.2}")).collect();
    words.join(", ")
}

/// The box of the prior in which the sign occurs, in words; empty where it occurs in all draws
/// or in none, or no box says more than the whole.
///
/// # Errors
/// If a statistic refuses its input, which the checks here exclude.
pub fn where_it_holds(draws: &Draws, sides: &[Side]) -> Result<String> {
    let interest: Vec<bool> = sides.iter().map(|s| *s == Side::Has).collect();
    let count = interest.iter().filter(|i| **i).count();
    if sides.len() < ENOUGH || count == 0 || count == interest.len() {
        return Ok(String::new());
    }
    let rows = &draws.rows[..sides.len()];
    let boxes = prim(rows, &interest, &discovery::Options::default())?;
    let Some(chosen) = pick(&boxes).map(|k| &boxes[k]) else {
        return Ok(String::new());
    };
    if chosen.restricted() == 0 {
        return Ok(String::new());
    }
    let limits = draws.parameters.iter().zip(&chosen.limits);
    let words: Vec<String> = limits
        .filter(|(_, l)| l.restricted)
        .map(|(p, l)| format!("{} {:.3} to {:.3}", p.path, l.low, l.high))
        .collect();
    Ok(format!(
        "{} (coverage {:.2}, density {:.2})",
        words.join(", "),
        chosen.coverage,
        chosen.density
    ))
}

/// Pearson's correlation; 0 where one does not vary.
fn pearson(a: &[f64], b: &[f64]) -> f64 {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - ma) * (y - mb);
        aa += (x - ma) * (x - ma);
        bb += (y - mb) * (y - mb);
    }
    match aa * bb > 0.0 {
        true => ab / libm::sqrt(aa * bb),
        false => 0.0,
    }
}
