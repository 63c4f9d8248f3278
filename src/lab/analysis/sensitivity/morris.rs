//! Elementary effects from Morris's trajectories.

use serde::Serialize;

use super::Options;
use crate::analysis::bootstrap::sample_deviation;
use crate::analysis::summary::mean;
use comity_model::error::{Error, Result};

/// Elementary effects of one output; every list is in the order of the factors.
///
/// An effect is in the unit of the output, for a change over the whole range of the factor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effects {
    /// Trajectories.
    pub trajectories: usize,
    /// Level of the intervals.
    pub confidence: f64,
    /// Effects of each factor that are known; fewer than the trajectories where runs failed.
    pub known: Vec<usize>,
    /// Mean effect (Morris 1991).
    pub mu: Vec<f64>,
    /// Mean of the absolute effects (Campolongo, Cariboni & Saltelli 2007, eq. 3).
    pub mu_star: Vec<f64>,
    /// Standard deviation of the effects (divisor n − 1): curvature and interaction.
    pub sigma: Vec<f64>,
    /// Half-widths of the intervals of `mu_star`.
    pub mu_star_conf: Vec<f64>,
}

/// The effects of `y`, one output for each row of `x`, in the order of the design.
///
/// `x[row][factor]` are the points as designed, in any unit; `levels` is that of the design.
/// Between two rows in which factor j rises, its effect is (y′ − y)/Δ with
/// Δ = levels/(2 (levels − 1)), and the other way round where it falls (Morris 1991, eq. 1;
/// SALib's `analyze.morris`, not scaled). A step with a missing end is left out, and
/// [`Effects::known`] says how many are left; without any the numbers are NaN.
///
/// # Errors
///
/// If the numbers of rows and outputs differ or are not those of whole trajectories, if
/// `levels` is not even, or if other than one factor changes in a step.
pub fn effects(x: &[Vec<f64>], y: &[f64], levels: usize, options: &Options) -> Result<Effects> {
    options.check()?;
    let by_factor = elementary(x, y, levels)?;
    let trajectories = by_factor[0].len();
    let known = |effects: &Vec<f64>| -> Vec<f64> {
        effects.iter().copied().filter(|e| e.is_finite()).collect()
    };
    let whole: Vec<Vec<f64>> = by_factor.iter().map(known).collect();
    let resamples: Vec<Vec<f64>> = options.weights(trajectories).collect();
    let half_width = |effects: &Vec<f64>| {
        let means = resamples.iter().filter_map(|w| weighted_size(effects, w));
        options.half_width(&means.collect::<Vec<f64>>())
    };
    let size = |effects: &Vec<f64>| mean(&effects.iter().map(|e| e.abs()).collect::<Vec<_>>());
    Ok(Effects {
        trajectories,
        confidence: options.confidence,
        known: whole.iter().map(Vec::len).collect(),
        mu: whole.iter().map(|effects| mean(effects)).collect(),
        mu_star: whole.iter().map(size).collect(),
        sigma: whole.iter().map(|e| sample_deviation(e)).collect(),
        mu_star_conf: by_factor.iter().map(half_width).collect(),
    })
}

/// Mean absolute effect of the known ones, by weight; `None` if all have weight 0.
fn weighted_size(effects: &[f64], weights: &[f64]) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (effect, weight) in effects.iter().zip(weights) {
        if effect.is_finite() {
            sum += weight * effect.abs();
            total += weight;
        }
    }
    (total > 0.0).then(|| sum / total)
}

/// `[factor][trajectory]`: the elementary effects; NaN where an output is missing.
///
/// # Errors
///
/// As [`effects`].
pub fn elementary(x: &[Vec<f64>], y: &[f64], levels: usize) -> Result<Vec<Vec<f64>>> {
    if levels < 2 || levels % 2 == 1 {
        return Err(Error::expected(levels, "an even number of levels").at_key("levels"));
    }
    let d = x.first().map_or(0, Vec::len);
    if d == 0 {
        return Err(Error::expected("no factor", "at least 1"));
    }
    if x.len() != y.len() || !x.len().is_multiple_of(d + 1) {
        return Err(Error::expected(
            format!("{} points and {} outputs", x.len(), y.len()),
            format!("as many outputs as points, and a multiple of {}", d + 1),
        ));
    }
    let delta = levels as f64 / (2.0 * (levels as f64 - 1.0));
    let count = x.len() / (d + 1);
    let mut effects = vec![vec![f64::NAN; count]; d];
    for t in 0..count {
        let mut seen = vec![false; d];
        for row in t * (d + 1)..(t + 1) * (d + 1) - 1 {
            let (j, rises) = step(&x[row], &x[row + 1]).filter(|s| !seen[s.0]).ok_or_else(|| {
                Error::new(format!(
                    "points {row} and {} (from 0) are no step of a trajectory: expected one factor to change, each once",
                    row + 1
                ))
            })?;
            seen[j] = true;
            let change = y[row + 1] - y[row];
            let effect = if rises { change } else { -change } / delta;
            effects[j][t] = if effect.is_finite() { effect } else { f64::NAN };
        }
    }
    Ok(effects)
}

/// The one factor that changes and whether it rises.
fn step(from: &[f64], to: &[f64]) -> Option<(usize, bool)> {
    if from.len() != to.len() {
        return None;
    }
    let mut changes = (0..from.len()).filter(|&j| from[j] != to[j]);
    let j = changes.next()?;
    changes.next().is_none().then(|| (j, to[j] > from[j]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::design::{Factor, Method, Scale, points};

    fn design(ranges: &[(f64, f64)], trajectories: usize, levels: usize) -> Vec<Vec<f64>> {
        let factor = |(j, &(low, high)): (usize, &(f64, f64))| Factor {
            name: format!("x{j}"),
            low,
            high,
            scale: Scale::Linear,
        };
        let factors: Vec<Factor> = ranges.iter().enumerate().map(factor).collect();
        let method = Method::Morris {
            trajectories,
            levels,
        };
        points(&factors, &method, 3).unwrap()
    }

    fn near(found: &[f64], expected: &[f64], within: f64) {
        for (f, e) in found.iter().zip(expected) {
            assert!((f - e).abs() <= within, "{found:?} is not {expected:?}");
        }
    }

    /// The effect of a linear factor is its coefficient times its range, at any level.
    #[test]
    fn a_linear_function_is_exact() {
        let ranges = [(0.0, 1.0), (-2.0, 2.0), (5.0, 15.0), (0.0, 1.0)];
        for levels in [2, 4, 6, 8, 64] {
            let x = design(&ranges, 20, levels);
            let y: Vec<f64> = x.iter().map(|x| 3.0 * x[0] - x[1] + 0.5 * x[2]).collect();
            let found = effects(&x, &y, levels, &Options::default()).unwrap();
            near(&found.mu, &[3.0, -4.0, 5.0, 0.0], 1e-12);
            near(&found.mu_star, &[3.0, 4.0, 5.0, 0.0], 1e-12);
            near(&found.sigma, &[0.0; 4], 1e-12);
            near(&found.mu_star_conf, &[0.0; 4], 1e-12);
            assert_eq!((found.trajectories, found.known), (20, vec![20; 4]));
        }
    }

    /// x₀² on [0, 1] from l to l + Δ: the effect is 2 l + Δ; with 4 levels l is 0 or 1/3 and
    /// Δ = 2/3, so that effects are 2/3 and 4/3. x₀ x₁ has the effect x₁ on x₀.
    #[test]
    fn known_effects_are_found() {
        let x = design(&[(0.0, 1.0)], 400, 4);
        let y: Vec<f64> = x.iter().map(|x| x[0] * x[0]).collect();
        let found = effects(&x, &y, 4, &Options::default()).unwrap();
        near(&found.mu, &[1.0], 0.05);
        near(&found.sigma, &[1.0 / 3.0], 0.01);
        for effect in &elementary(&x, &y, 4).unwrap()[0] {
            assert!((effect - 2.0 / 3.0).abs() < 1e-12 || (effect - 4.0 / 3.0).abs() < 1e-12);
        }
        // Over all even levels the mean of x₁ is a half: no bias with more levels.
        for levels in [4, 6, 8] {
            let x = design(&[(0.0, 1.0), (0.0, 1.0)], 2000, levels);
            let y: Vec<f64> = x.iter().map(|x| x[0] * (x[1] - 0.5)).collect();
            let found = effects(&x, &y, levels, &Options::default()).unwrap();
            near(&found.mu, &[0.0, 0.5], 0.03);
            // x₁ is even on the levels: E|x₁ − 1/2| = p/(4 (p − 1)).
            let p = levels as f64;
            near(&found.mu_star, &[p / (4.0 * (p - 1.0)), 0.5], 0.03);
        }
    }

    #[test]
    fn failed_runs_leave_the_other_effects() {
        let x = design(&[(0.0, 1.0), (0.0, 1.0)], 10, 4);
        let mut y: Vec<f64> = x.iter().map(|x| x[0] + 2.0 * x[1]).collect();
        y[0] = f64::NAN;
        let found = effects(&x, &y, 4, &Options::default()).unwrap();
        near(&found.mu, &[1.0, 2.0], 1e-12);
        assert_eq!(found.known.iter().sum::<usize>(), 19);
        let none = effects(&x, &[f64::NAN; 30], 4, &Options::default()).unwrap();
        assert!(none.mu[0].is_nan() && none.mu_star_conf[0].is_nan());
    }

    #[test]
    fn what_is_no_trajectory_is_refused() {
        let x = design(&[(0.0, 1.0), (0.0, 1.0)], 2, 4);
        let options = Options::default();
        let refused = |x: &[Vec<f64>], y: &[f64], levels| {
            effects(x, y, levels, &options).unwrap_err().to_string()
        };
        assert!(refused(&x, &[0.0; 6], 5).contains("even number"));
        assert!(refused(&x, &[0.0; 5], 4).contains("6 points and 5 outputs"));
        let mut mixed = x.clone();
        mixed.swap(2, 3);
        assert!(refused(&mixed, &[0.0; 6], 4).contains("no step of a trajectory"));
        assert!(refused(&[], &[], 4).contains("no factor"));
    }
}
