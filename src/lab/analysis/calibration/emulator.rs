//! Emulators: a moment as a polynomial of the varied parameters.
//!
//! Quadratic regression with all interactions, on parameters scaled to [−1, 1], with a ridge
//! penalty on everything but the constant. The penalty is the one of a fixed list with the least
//! leave-one-out error (Golub, Heath & Wahba 1979 for the closed form), and that error is the
//! emulator's variance. What is regressed is ln(moment + offset): counts and hazards spread in
//! proportion to their size.

use nalgebra::{Cholesky, DMatrix, DVector};

use comity_model::error::{Error, Result};

/// Penalties tried, for each point.
const PENALTIES: [f64; 7] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0];

/// A moment as a function of parameters in [−1, 1].
#[derive(Debug, Clone, PartialEq)]
pub struct Emulator {
    /// What is added before the logarithm.
    pub offset: f64,
    /// Of the terms in the order of [`terms`].
    pub coefficients: Vec<f64>,
    /// The penalty chosen, for each point.
    pub penalty: f64,
    /// Standard deviation of the leave-one-out errors of the logarithm.
    pub deviation: f64,
    /// 1 − leave-one-out variance / variance of the logarithm.
    pub r2: f64,
    /// Points that it was fitted to.
    pub points: usize,
}

/// Number of terms for so many parameters.
pub fn count(parameters: usize) -> usize {
    1 + 2 * parameters + parameters * parameters.saturating_sub(1) / 2
}

/// 1, the parameters, (3u² − 1)/2 of each, and their products pair by pair.
pub fn terms(u: &[f64], into: &mut Vec<f64>) {
    into.clear();
    into.push(1.0);
    into.extend_from_slice(u);
    into.extend(u.iter().map(|v| 1.5 * v * v - 0.5));
    for (i, a) in u.iter().enumerate() {
        into.extend(u[..i].iter().map(|b| a * b));
    }
}

impl Emulator {
    /// Fits the moment `y`, one value for each row of `x`; points without one are left out.
    ///
    /// # Errors
    /// If fewer than ten points have a value.
    pub fn fit(x: &[Vec<f64>], y: &[f64], offset: f64) -> Result<Self> {
        let mut row = Vec::new();
        let known: Vec<usize> = (0..y.len()).filter(|&k| y[k].is_finite()).collect();
        if known.len() < 10 {
            let found = format!("{} points with a value", known.len());
            return Err(Error::expected(found, "at least 10 to fit an emulator to"));
        }
        let rows: Vec<Vec<f64>> = known
            .iter()
            .map(|&k| {
                terms(&x[k], &mut row);
                row.clone()
            })
            .collect();
        let logs: Vec<f64> = known
            .iter()
            .map(|&k| libm::log((y[k] + offset).max(f64::MIN_POSITIVE)))
            .collect();
        let n = logs.len() as f64;
        let (gram, moment) = normal_equations(&rows, &logs);
        let mut best: Option<(f64, f64, Vec<f64>)> = None;
        for penalty in PENALTIES {
            let Some(found) = solve(&gram, &moment, penalty * n) else {
                continue;
            };
            let error = leave_one_out(&rows, &logs, &found) / n;
            if best.as_ref().is_none_or(|b| error < b.1) {
                best = Some((penalty, error, found.1));
            }
        }
        let problem = "the points of the emulator are degenerate";
        let (penalty, error, coefficients) = best.ok_or_else(|| Error::new(problem))?;
        let mean = logs.iter().sum::<f64>() / n;
        let variance = logs.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
        Ok(Self {
            offset,
            coefficients,
            penalty,
            deviation: libm::sqrt(error),
            r2: if variance > 0.0 {
                1.0 - error / variance
            } else {
                1.0
            },
            points: known.len(),
        })
    }

    /// Mean and variance of the moment at a point whose terms are given.
    pub fn predict(&self, terms: &[f64]) -> (f64, f64) {
        let pairs = self.coefficients.iter().zip(terms);
        let log: f64 = pairs.map(|(c, t)| c * t).sum();
        // A polynomial leaves every bound far outside of its points.
        let size = libm::exp(log.clamp(-30.0, 30.0));
        let spread = size * self.deviation;
        (size - self.offset, spread * spread)
    }
}

/// XᵀX and Xᵀy, summed in the order of the points.
fn normal_equations(rows: &[Vec<f64>], y: &[f64]) -> (DMatrix<f64>, DVector<f64>) {
    let p = rows[0].len();
    let (mut gram, mut moment) = (DMatrix::zeros(p, p), DVector::zeros(p));
    for (row, y) in rows.iter().zip(y) {
        for i in 0..p {
            moment[i] += row[i] * y;
            for j in 0..=i {
                gram[(i, j)] += row[i] * row[j];
            }
        }
    }
    for i in 0..p {
        for j in 0..i {
            gram[(j, i)] = gram[(i, j)];
        }
    }
    (gram, moment)
}

/// Inverse of the penalised matrix, and the coefficients.
fn solve(
    gram: &DMatrix<f64>,
    moment: &DVector<f64>,
    penalty: f64,
) -> Option<(DMatrix<f64>, Vec<f64>)> {
    let mut penalised = gram.clone();
    for i in 1..penalised.nrows() {
        penalised[(i, i)] += penalty;
    }
    let factor = Cholesky::new(penalised)?;
    let coefficients = factor.solve(moment).iter().copied().collect();
    Some((factor.inverse(), coefficients))
}

/// Sum of squared errors of each point's prediction from the others.
fn leave_one_out(rows: &[Vec<f64>], y: &[f64], (inverse, beta): &(DMatrix<f64>, Vec<f64>)) -> f64 {
    let p = beta.len();
    let mut sum = 0.0;
    for (row, y) in rows.iter().zip(y) {
        let fitted: f64 = row.iter().zip(beta).map(|(r, b)| r * b).sum();
        let mut leverage = 0.0;
        for j in 0..p {
            let column = inverse.column(j);
            let along: f64 = column.iter().zip(row).map(|(a, r)| a * r).sum();
            leverage += along * row[j];
        }
        let error = (y - fitted) / (1.0 - leverage).max(1e-6);
        sum += error * error;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::design::{Factor, Method, Scale, points};

    fn sample(d: usize, samples: usize) -> Vec<Vec<f64>> {
        let factor = |j| Factor {
            name: format!("x{j}"),
            low: -1.0,
            high: 1.0,
            scale: Scale::Linear,
        };
        let factors: Vec<Factor> = (0..d).map(factor).collect();
        points(&factors, &Method::LatinHypercube { samples }, 5).unwrap()
    }

    fn at(emulator: &Emulator, u: &[f64]) -> (f64, f64) {
        let mut row = Vec::new();
        terms(u, &mut row);
        emulator.predict(&row)
    }

    #[test]
    fn the_terms_are_the_constant_the_parameters_squares_and_products() {
        let mut row = Vec::new();
        terms(&[1.0, 0.5, -1.0], &mut row);
        assert_eq!(
            row,
            [1.0, 1.0, 0.5, -1.0, 1.0, -0.125, 1.0, 0.5, -1.0, -0.5]
        );
        assert_eq!(row.len(), count(3));
        assert_eq!(count(0), 1);
    }

    /// A function that is exp of a quadratic is met, off the points that it was fitted to.
    #[test]
    fn an_exponential_of_a_quadratic_is_met() {
        let truth = |u: &[f64]| libm::exp(0.5 + u[0] - 0.4 * u[1] * u[2] + 0.3 * u[1] * u[1]) - 0.2;
        let x = sample(3, 80);
        let y: Vec<f64> = x.iter().map(|u| truth(u)).collect();
        let emulator = Emulator::fit(&x, &y, 0.2).unwrap();
        assert!(emulator.r2 > 0.999, "{emulator:?}");
        for u in sample(3, 7) {
            let (found, variance) = at(&emulator, &u);
            assert!((found - truth(&u)).abs() < 0.01, "{u:?}");
            assert!(variance < 1e-3);
        }
    }

    /// The leave-one-out error in closed form is that of fits without the point, and a pure
    /// noise has no R².
    #[test]
    fn the_error_is_that_of_fits_without_the_point() {
        let x = sample(2, 30);
        let noise = |k: usize| libm::sin(12.9898 * k as f64 + 1.0);
        let logs: Vec<f64> = (0..30).map(|k| x[k][0] + 0.3 * noise(k)).collect();
        let mut row = Vec::new();
        let rows: Vec<Vec<f64>> = x
            .iter()
            .map(|u| {
                terms(u, &mut row);
                row.clone()
            })
            .collect();
        let penalty = 0.7;
        let (gram, moment) = normal_equations(&rows, &logs);
        let closed = leave_one_out(&rows, &logs, &solve(&gram, &moment, penalty).unwrap());
        let without = |k: usize| {
            let keep = |v: &[Vec<f64>]| [&v[..k], &v[k + 1..]].concat();
            let (gram, moment) =
                normal_equations(&keep(&rows), &[&logs[..k], &logs[k + 1..]].concat());
            let (_, beta) = solve(&gram, &moment, penalty).unwrap();
            let fitted: f64 = rows[k].iter().zip(&beta).map(|(r, b)| r * b).sum();
            (logs[k] - fitted) * (logs[k] - fitted)
        };
        let direct: f64 = (0..30).map(without).sum();
        assert!((closed - direct).abs() < 1e-9 * direct, "{closed} {direct}");
        let y: Vec<f64> = (0..30).map(|k| libm::exp(noise(k))).collect();
        let blind = Emulator::fit(&x, &y, 0.0).unwrap();
        assert!(blind.r2 < 0.3, "{blind:?}");
    }

    #[test]
    fn gaps_are_left_out_and_too_few_points_are_refused() {
        let x = sample(1, 20);
        let mut y: Vec<f64> = x.iter().map(|u| libm::exp(u[0])).collect();
        y[3] = f64::NAN;
        let found = Emulator::fit(&x, &y, 0.0).unwrap();
        assert_eq!(found.points, 19);
        assert!((at(&found, &[0.0]).0 - 1.0).abs() < 0.01);
        assert!(Emulator::fit(&x[..9], &y[..9], 0.0).is_err());
    }
}
