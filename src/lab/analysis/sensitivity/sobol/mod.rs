//! Sobol' indices from the outputs of Saltelli's design.
//!
//! With y standardised over all rows, a, b, ab_j, ba_j the outputs of a base point's rows,
//! means over the N base points and V the variance of the 2N values a and b (divisor 2N):
//!
//! | index | estimator | source |
//! |---|---|---|
//! | S1_j | mean(b (ab_j − a)) / V | Saltelli et al. 2010, table 2 (b) |
//! | ST_j | mean((a − ab_j)²) / 2V | Jansen 1999; Saltelli et al. 2010, table 2 (f) |
//! | S2_jk | mean(ba_j ab_k − a b) / V − S1_j − S1_k | Saltelli 2002, eq. 17 |
//!
//! Intervals come from resamples of base points, all rows of a point together (Archer,
//! Saltelli & Sobol' 1997). No value is clipped: an index below 0 or above 1 says that the
//! sample is small, which [`super::convergence`] puts into words.
//!
//! # Noise
//!
//! With R replicates the outputs are means, and their noise adds to V and to ST. The
//! corrected indices put for every product u v of two means above
//!
//! ū v̄ − Σ_r (u_r − ū)(v_r − v̄) / (R (R − 1)),
//!
//! which is the mean of the products of *different* replicates, so that noise is never
//! multiplied with itself. Each replicate's mean over all points is taken off first. From
//! this follow both simple corrections:
//!
//! - with a seed for each run the sum is expected to be 0 for two rows and s²/R for a row
//!   and itself, so that s²/R leaves V and the numerator of ST, and S1 and S2 are divided by
//!   the smaller V;
//! - with common seeds the effect of a seed on all points alike is gone with the
//!   replicate's mean, and what leaves is the residual mean square of the table of points
//!   and seeds, over R ([`super::noise::Share::of_mean`]).
//!
//! Beyond them it holds where a seed interacts with the factors: rows of a base point then
//! share part of their noise, and subtracting the whole residual would take too much from
//! ST and leave S1 too large.

mod dummy;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::{Options, complete, noise};
use crate::ensemble::design::saltelli_rows;
use comity_model::error::{Error, Result};

pub use dummy::{Dummy, dummy};

/// A matrix `[factor][factor]`, NaN on and below the diagonal.
pub type Matrix = Vec<Vec<f64>>;

/// Sobol' indices of one output; every list is in the order of the factors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indices {
    /// Base points N.
    pub samples: usize,
    /// Level of the intervals.
    pub confidence: f64,
    /// Whether the output is the same everywhere; all indices are then NaN.
    pub constant: bool,
    /// Indices of first order: the share of the variance that a factor explains alone.
    pub s1: Vec<f64>,
    /// Half-widths of their intervals.
    pub s1_conf: Vec<f64>,
    /// Total indices: the share that is left when all other factors are known.
    pub st: Vec<f64>,
    /// Half-widths of their intervals.
    pub st_conf: Vec<f64>,
    /// Indices of second order, if the design has the rows for them.
    pub s2: Option<Matrix>,
    /// Half-widths of their intervals.
    pub s2_conf: Option<Matrix>,
    /// The indices without the noise of the replicates, if there are two or more.
    pub corrected: Option<Corrected>,
}

/// Sobol' indices of the expected output: the noise of the replicates taken out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Corrected {
    /// Share of noise in the variance of the means; 1 or more, and NaN as indices, where
    /// nothing else is found.
    pub noise: f64,
    /// As [`Indices::s1`].
    pub s1: Vec<f64>,
    /// As [`Indices::s1_conf`].
    pub s1_conf: Vec<f64>,
    /// As [`Indices::st`].
    pub st: Vec<f64>,
    /// As [`Indices::st_conf`].
    pub st_conf: Vec<f64>,
    /// As [`Indices::s2`].
    pub s2: Option<Matrix>,
    /// As [`Indices::s2_conf`].
    pub s2_conf: Option<Matrix>,
}

/// The indices of `y`, one output for each row of the design, in its order.
///
/// # Errors
///
/// If an output is missing or not finite, the number of outputs is not that of a design
/// with this many factors, or an option is out of its range.
pub fn indices(
    y: &[f64],
    factors: usize,
    second_order: bool,
    options: &Options,
) -> Result<Indices> {
    options.check()?;
    let shape = Shape::new(y.len(), factors, second_order)?;
    complete(
        y,
        "run these points again, or use PAWN, which may have gaps",
    )?;
    let Some((scaled, _)) = standardised(y) else {
        return Ok(Indices::constant(shape, options));
    };
    let terms = Terms::new(shape, |p, q| scaled[p] * scaled[q], &scaled);
    let found = terms.indices(options);
    Ok(Indices::of(shape, options, found, None))
}

/// The indices of the means over the replicates of `y[row][replicate]`, and those without
/// the noise of the replicates (see the [module](self)).
///
/// # Errors
///
/// As [`indices`], and if a row has more or fewer replicates than the others.
pub fn replicated(
    y: &[Vec<f64>],
    factors: usize,
    second_order: bool,
    options: &Options,
) -> Result<Indices> {
    let replicates = noise::table(y)?;
    let means = noise::means(y);
    let plain = indices(&means, factors, second_order, options)?;
    let Some((scaled, scale)) = standardised(&means) else {
        return Ok(plain);
    };
    if replicates < 2 {
        return Ok(plain);
    }
    let shape = Shape::new(y.len(), factors, second_order)?;
    let columns = noise::column_means(y);
    let grand = columns.iter().sum::<f64>() / columns.len() as f64;
    let off = |(row, mean): (&Vec<f64>, &f64)| -> Vec<f64> {
        let pairs = row.iter().zip(&columns);
        pairs
            .map(|(v, column)| (v - mean - (column - grand)) / scale)
            .collect()
    };
    let off: Vec<Vec<f64>> = y.iter().zip(&means).map(off).collect();
    let pairs = (replicates * (replicates - 1)) as f64;
    let product = |p: usize, q: usize| {
        let shared: f64 = off[p].iter().zip(&off[q]).map(|(u, v)| u * v).sum();
        scaled[p] * scaled[q] - shared / pairs
    };
    let without = Terms::new(shape, product, &scaled);
    let with = Terms::new(shape, |p, q| scaled[p] * scaled[q], &scaled);
    let (clean, noisy) = (without.variance(None), with.variance(None));
    let found = without.indices(options);
    let corrected = Corrected {
        noise: 1.0 - clean / noisy,
        s1: found.s1.0,
        s1_conf: found.s1.1,
        st: found.st.0,
        st_conf: found.st.1,
        s2: found.s2.as_ref().map(|(value, _)| shape.matrix(value)),
        s2_conf: found.s2.as_ref().map(|(_, conf)| shape.matrix(conf)),
    };
    Ok(Indices {
        corrected: Some(corrected),
        ..plain
    })
}

/// Where the rows of Saltelli's design are.
#[derive(Debug, Clone, Copy)]
struct Shape {
    factors: usize,
    samples: usize,
    second_order: bool,
}

impl Shape {
    fn new(rows: usize, factors: usize, second_order: bool) -> Result<Self> {
        if factors == 0 {
            return Err(Error::expected("no factor", "at least 1"));
        }
        let each = saltelli_rows(factors, second_order);
        if rows < 2 * each || !rows.is_multiple_of(each) {
            return Err(Error::expected(
                format!("{rows} outputs"),
                format!("a multiple of {each}, the rows of a base point, and at least two"),
            ));
        }
        Ok(Self {
            factors,
            samples: rows / each,
            second_order,
        })
    }

    fn each(self) -> usize {
        saltelli_rows(self.factors, self.second_order)
    }

    /// Rows A and B of base point `i`.
    fn ends(self, i: usize) -> (usize, usize) {
        (i * self.each(), (i + 1) * self.each() - 1)
    }

    /// Pairs of factors in order.
    fn pairs(self) -> impl Iterator<Item = (usize, usize)> {
        let d = self.factors;
        (0..d).flat_map(move |j| (j + 1..d).map(move |k| (j, k)))
    }

    /// Values of the pairs as a matrix.
    fn matrix(self, values: &[f64]) -> Matrix {
        let mut matrix = vec![vec![f64::NAN; self.factors]; self.factors];
        for ((j, k), value) in self.pairs().zip(values) {
            matrix[j][k] = *value;
        }
        matrix
    }
}

/// `y` with mean 0 and variance 1 (divisor n), and its standard deviation; `None` of a
/// constant, up to rounding.
fn standardised(y: &[f64]) -> Option<(Vec<f64>, f64)> {
    let n = y.len() as f64;
    let mean = y.iter().sum::<f64>() / n;
    let variance = y.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    let scale = libm::sqrt(variance);
    let largest = y.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    if scale <= 1e-13 * largest {
        return None;
    }
    Some((y.iter().map(|v| (v - mean) / scale).collect(), scale))
}

/// What the estimators average over the base points.
struct Terms {
    shape: Shape,
    /// a + b.
    sum: Vec<f64>,
    /// a² + b².
    square: Vec<f64>,
    /// `[factor]`: b (ab_j − a).
    s1: Vec<Vec<f64>>,
    /// `[factor]`: (a − ab_j)² / 2.
    st: Vec<Vec<f64>>,
    /// `[pair]`: ba_j ab_k − a b.
    s2: Vec<Vec<f64>>,
}

/// Values and half-widths.
type Estimates = (Vec<f64>, Vec<f64>);

struct Found {
    s1: Estimates,
    st: Estimates,
    s2: Option<Estimates>,
}

impl Terms {
    /// `product(p, q)` is that of the outputs of rows p and q; `y` are the outputs.
    fn new(shape: Shape, product: impl Fn(usize, usize) -> f64, y: &[f64]) -> Self {
        let over = |term: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
            let ends = (0..shape.samples).map(|i| shape.ends(i));
            ends.map(|(a, b)| term(a, b)).collect()
        };
        let d = shape.factors;
        let of_first = |j: usize| {
            let ab = move |a: usize| a + 1 + j;
            over(&|a, b| product(b, ab(a)) - product(b, a))
        };
        let of_total = |j: usize| {
            let ab = move |a: usize| a + 1 + j;
            over(&|a, _| 0.5 * (product(a, a) - 2.0 * product(a, ab(a)) + product(ab(a), ab(a))))
        };
        let of_second = |(j, k)| over(&|a, b| product(a + 1 + d + j, a + 1 + k) - product(a, b));
        Self {
            shape,
            sum: over(&|a, b| y[a] + y[b]),
            square: over(&|a, b| product(a, a) + product(b, b)),
            s1: (0..d).map(of_first).collect(),
            st: (0..d).map(of_total).collect(),
            s2: match shape.second_order {
                true => shape.pairs().map(of_second).collect(),
                false => Vec::new(),
            },
        }
    }

    /// V.
    fn variance(&self, weights: Option<&[f64]>) -> f64 {
        let half = |terms: &[f64]| mean(terms, weights) / 2.0;
        half(&self.square) - half(&self.sum) * half(&self.sum)
    }

    /// S1, ST and S2; `nothing` where there is no variance.
    fn estimate(&self, weights: Option<&[f64]>, nothing: f64) -> [Vec<f64>; 3] {
        let variance = self.variance(weights);
        let share = |terms: &Vec<f64>| match variance > f64::EPSILON {
            true => mean(terms, weights) / variance,
            false => nothing,
        };
        let s1: Vec<f64> = self.s1.iter().map(share).collect();
        let st = self.st.iter().map(share).collect();
        let pairs = self.shape.pairs().zip(&self.s2);
        let s2 = pairs.map(|((j, k), terms)| share(terms) - s1[j] - s1[k]);
        let s2 = s2.collect();
        [s1, st, s2]
    }

    fn indices(&self, options: &Options) -> Found {
        let values = self.estimate(None, f64::NAN);
        let resamples = options.weights(self.shape.samples);
        let resampled: Vec<_> = resamples.map(|w| self.estimate(Some(&w), 0.0)).collect();
        let half_widths = |which: usize| -> Vec<f64> {
            let column = |k: usize| -> Vec<f64> { resampled.iter().map(|r| r[which][k]).collect() };
            (0..values[which].len())
                .map(|k| options.half_width(&column(k)))
                .collect()
        };
        let conf = [0, 1, 2].map(half_widths);
        let [v1, vt, v2] = values;
        let [c1, ct, c2] = conf;
        Found {
            s1: (v1, c1),
            st: (vt, ct),
            s2: self.shape.second_order.then_some((v2, c2)),
        }
    }
}

/// Mean of the terms, each counted as often as its weight says.
fn mean(terms: &[f64], weights: Option<&[f64]>) -> f64 {
    let sum: f64 = match weights {
        None => terms.iter().sum(),
        Some(weights) => terms.iter().zip(weights).map(|(t, w)| t * w).sum(),
    };
    sum / terms.len() as f64
}

impl Indices {
    fn of(shape: Shape, options: &Options, found: Found, corrected: Option<Corrected>) -> Self {
        Self {
            samples: shape.samples,
            confidence: options.confidence,
            constant: found.s1.0.iter().any(|v| v.is_nan()),
            s1: found.s1.0,
            s1_conf: found.s1.1,
            st: found.st.0,
            st_conf: found.st.1,
            s2: found.s2.as_ref().map(|(value, _)| shape.matrix(value)),
            s2_conf: found.s2.as_ref().map(|(_, conf)| shape.matrix(conf)),
            corrected,
        }
    }

    fn constant(shape: Shape, options: &Options) -> Self {
        let nothing = || (vec![f64::NAN; shape.factors], vec![f64::NAN; shape.factors]);
        let found = Found {
            s1: nothing(),
            st: nothing(),
            s2: shape.second_order.then(|| (Vec::new(), Vec::new())),
        };
        Self::of(shape, options, found, None)
    }
}
