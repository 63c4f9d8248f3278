//! Where in the prior box a claim holds, and with which parameters it turns.

use crate::analysis::claims::effect::Side;
use crate::analysis::discovery::{self, pick, prim};
use crate::analysis::statistics::{correlation, ranks};
use crate::ensemble::claims::Draws;
use comity_model::error::Result;

/// Parameters that are named.
const NAMED: usize = 3;
/// Correlations smaller than this are not named.
const LEAST: f64 = 0.2;
/// Draws without which nothing is said.
pub const ENOUGH: usize = 50;

/// A parameter with which an effect moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// Position of the parameter in the draws.
    pub position: usize,
    /// Its rank correlation with the effect over the draws (Spearman).
    pub correlation: f64,
}

/// A box of the prior in which a sign occurs.
#[derive(Debug, Clone, PartialEq)]
pub struct Holds {
    /// The restricted parameters: position in the draws, lowest and highest value.
    pub limits: Vec<(usize, f64, f64)>,
    /// Share of the draws with the sign that are in the box.
    pub coverage: f64,
    /// Share of the draws in the box that have the sign.
    pub density: f64,
}

/// The parameters whose rank correlation with the effect over the draws is largest, the largest
/// first; none with too few draws.
pub fn turns(draws: &Draws, effects: &[f64]) -> Vec<Turn> {
    let known: Vec<usize> = (0..effects.len())
        .filter(|&k| effects[k].is_finite())
        .collect();
    if known.len() < ENOUGH {
        return Vec::new();
    }
    let effects: Vec<f64> = known.iter().map(|&k| effects[k]).collect();
    let ranked = ranks(&effects);
    let of = |position: usize| {
        let values: Vec<f64> = known.iter().map(|&k| draws.rows[k][position]).collect();
        let found = correlation(&ranks(&values), &ranked);
        Turn {
            position,
            // What does not vary turns nothing.
            correlation: if found.is_nan() { 0.0 } else { found },
        }
    };
    let mut found: Vec<Turn> = (0..draws.parameters.len()).map(of).collect();
    found.retain(|t| t.correlation.abs() >= LEAST);
    found.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
    found
}

/// The first of [`turns`] in words; empty with too few draws.
pub fn turns_with(draws: &Draws, effects: &[f64]) -> String {
    let found = turns(draws, effects);
    let word = |t: &Turn| {
        format!(
            "{} {:+.2}",
            draws.parameters[t.position].path, t.correlation
        )
    };
    let words: Vec<String> = found.iter().take(NAMED).map(word).collect();
    words.join(", ")
}

/// The box of the prior in which the sign occurs; `None` where it occurs in all draws or in
/// none, in too few draws, or where no box says more than the whole.
///
/// # Errors
/// If a statistic refuses its input, which the checks here exclude.
pub fn holds(draws: &Draws, sides: &[Side]) -> Result<Option<Holds>> {
    let interest: Vec<bool> = sides.iter().map(|s| *s == Side::Has).collect();
    let count = interest.iter().filter(|i| **i).count();
    if sides.len() < ENOUGH || count == 0 || count == interest.len() {
        return Ok(None);
    }
    let rows = &draws.rows[..sides.len()];
    let boxes = prim(rows, &interest, &discovery::Options::default())?;
    let chosen = pick(&boxes).map(|k| &boxes[k]);
    let Some(chosen) = chosen.filter(|c| c.restricted() > 0) else {
        return Ok(None);
    };
    let limits = chosen
        .limits
        .iter()
        .enumerate()
        .filter(|(_, l)| l.restricted);
    Ok(Some(Holds {
        limits: limits.map(|(k, l)| (k, l.low, l.high)).collect(),
        coverage: chosen.coverage,
        density: chosen.density,
    }))
}

/// The box in words; empty without one.
///
/// # Errors
/// As [`holds`].
pub fn where_it_holds(draws: &Draws, sides: &[Side]) -> Result<String> {
    let Some(found) = holds(draws, sides)? else {
        return Ok(String::new());
    };
    let word = |(k, low, high): &(usize, f64, f64)| {
        format!("{} {low:.3} to {high:.3}", draws.parameters[*k].path)
    };
    let words: Vec<String> = found.limits.iter().map(word).collect();
    Ok(format!(
        "{} (coverage {:.2}, density {:.2})",
        words.join(", "),
        found.coverage,
        found.density
    ))
}
