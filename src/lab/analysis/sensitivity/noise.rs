//! How much of an output is the noise of the seeds.

use serde::{Deserialize, Serialize};

use comity_model::error::{Error, Result};

/// How the seeds of the replicates were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seeds {
    /// Replicate r has the same seed at every point (common random numbers).
    Common,
    /// Every run has its own seed.
    Independent,
}

/// Parts of the variance of single runs, in the output's unit squared.
///
/// With P points, R replicates, Ȳ_p the mean at a point and Ȳ_r that of a replicate:
///
/// | part | independent seeds | common seeds |
/// |---|---|---|
/// | within | s² = Σ (Y_pr − Ȳ_p)² / (P (R − 1)) | the same |
/// | residual | s² | m² = Σ (Y_pr − Ȳ_p − Ȳ_r + Ȳ)² / ((P − 1)(R − 1)) |
/// | seeds | 0 | within − residual: the effect of a seed at every point alike |
/// | between | Σ (Ȳ_p − Ȳ)² / (P − 1) − residual/R | the same |
/// | total | between + within | the same |
///
/// (Two-way table without repetition: Scheffé 1959, section 4.2.) No part is clipped: the
/// seeds' part and the one between points may come out below 0 where they are small.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Variance of single runs over points and seeds.
    pub total: f64,
    /// Variance of the expected output over the points.
    pub between: f64,
    /// Mean variance within a point.
    pub within: f64,
    /// The part of `within` that a seed adds at every point alike.
    pub seeds: f64,
    /// The part of `within` that is left in the comparison of two points.
    pub residual: f64,
    /// Noise share: `within` / `total`; NaN where the output is constant.
    pub share: f64,
    /// Variance of the noise in a comparison of means of the replicates: `residual` / R.
    pub of_mean: f64,
}

/// The parts of the variance of `y[point][replicate]`.
///
/// # Errors
///
/// With fewer than two points or replicates, an uneven table, or a missing output.
pub fn share(y: &[Vec<f64>], seeds: Seeds) -> Result<Share> {
    let replicates = table(y)?;
    if replicates < 2 {
        return Err(Error::expected("1 replicate", "at least 2"));
    }
    let (p, r) = (y.len() as f64, replicates as f64);
    let points = means(y);
    let grand = points.iter().sum::<f64>() / p;
    let columns = column_means(y);
    let (mut within, mut residual) = (0.0, 0.0);
    for (row, mean) in y.iter().zip(&points) {
        for (value, column) in row.iter().zip(&columns) {
            let off = value - mean;
            let rest = off - (column - grand);
            within += off * off;
            residual += rest * rest;
        }
    }
    within /= p * (r - 1.0);
    residual = match seeds {
        Seeds::Common => residual / ((p - 1.0) * (r - 1.0)),
        Seeds::Independent => within,
    };
    let spread: f64 = points.iter().map(|m| (m - grand) * (m - grand)).sum();
    let between = spread / (p - 1.0) - residual / r;
    let total = between + within;
    Ok(Share {
        total,
        between,
        within,
        seeds: within - residual,
        residual,
        share: if total > 0.0 {
            within / total
        } else {
            f64::NAN
        },
        of_mean: residual / r,
    })
}

/// Mean over the replicates at each point.
pub fn means(y: &[Vec<f64>]) -> Vec<f64> {
    let mean = |row: &Vec<f64>| row.iter().sum::<f64>() / row.len() as f64;
    y.iter().map(mean).collect()
}

/// Mean over the points of each replicate.
pub(super) fn column_means(y: &[Vec<f64>]) -> Vec<f64> {
    let mut sums = vec![0.0; y.first().map_or(0, Vec::len)];
    for row in y {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
    sums.iter().map(|sum| sum / y.len() as f64).collect()
}

/// The number of replicates of a whole table of at least two points.
pub(super) fn table(y: &[Vec<f64>]) -> Result<usize> {
    if y.len() < 2 {
        return Err(Error::expected(format!("{} points", y.len()), "at least 2"));
    }
    let replicates = y[0].len();
    for (point, row) in y.iter().enumerate() {
        if row.len() != replicates || row.is_empty() {
            let found = format!("{} replicates at point {point} (from 0)", row.len());
            let expected = format!("{} at every point", replicates.max(1));
            return Err(Error::expected(found, expected));
        }
        if let Some(replicate) = row.iter().position(|v| !v.is_finite()) {
            let found = format!("no output of replicate {replicate} at point {point} (from 0)");
            return Err(Error::expected(found, "all outputs: run it again"));
        }
    }
    Ok(replicates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::rng::{Draws, Stream};

    /// f = x with variance 4, seeds with variance 1 if common, noise with variance 2.
    fn simulated(seeds: Seeds) -> Vec<Vec<f64>> {
        let draws = Draws::new(3);
        let normal = |a: u32, b: u32| draws.at(Stream::Sensing, 0, a, b).normal();
        let common = |p: u32, r: u32| match seeds {
            Seeds::Common => normal(1_000_000, r),
            Seeds::Independent => normal(p + 2_000_000, r),
        };
        let run =
            |p: u32, r: u32| 2.0 * normal(p, 1000) + common(p, r) + libm::sqrt(2.0) * normal(p, r);
        let point = |p: u32| (0..40).map(|r| run(p, r)).collect();
        (0..2000).map(point).collect()
    }

    #[test]
    fn the_parts_are_found_with_common_and_with_independent_seeds() {
        let common = share(&simulated(Seeds::Common), Seeds::Common).unwrap();
        assert!((common.between - 4.0).abs() < 0.3, "{common:?}");
        assert!((common.residual - 2.0).abs() < 0.05, "{common:?}");
        assert!((common.seeds - 1.0).abs() < 0.5, "{common:?}");
        assert!((common.of_mean - common.residual / 40.0).abs() < 1e-12);
        let single = share(&simulated(Seeds::Independent), Seeds::Independent).unwrap();
        assert!((single.between - 4.0).abs() < 0.3, "{single:?}");
        assert!((single.within - 3.0).abs() < 0.1, "{single:?}");
        assert!((single.share - 3.0 / 7.0).abs() < 0.02, "{single:?}");
        assert_eq!(single.seeds, 0.0);
    }

    /// Residuals ±1/6 and ±1/3: their mean square is (1/3)/2.
    #[test]
    fn a_small_table_by_hand() {
        let y = vec![vec![1.0, 2.0], vec![2.0, 4.0], vec![5.0, 6.0]];
        let found = share(&y, Seeds::Common).unwrap();
        assert!((found.residual - 1.0 / 6.0).abs() < 1e-12, "{found:?}");
        assert!((found.within - 1.0).abs() < 1e-12, "{found:?}");
        let spread = (1.5f64 - 10.0 / 3.0).powi(2)
            + (3.0f64 - 10.0 / 3.0).powi(2)
            + (5.5f64 - 10.0 / 3.0).powi(2);
        assert!((found.between - (spread / 2.0 - 1.0 / 12.0)).abs() < 1e-12);
    }

    #[test]
    fn uneven_and_missing_tables_are_refused() {
        let message = |y: &[Vec<f64>]| share(y, Seeds::Common).unwrap_err().to_string();
        assert!(message(&[vec![1.0, 2.0], vec![1.0]]).contains("1 replicates at point 1"));
        assert!(message(&[vec![1.0], vec![1.0]]).contains("found 1 replicate"));
        let gap = [vec![1.0, 2.0], vec![1.0, f64::NAN]];
        assert!(message(&gap).contains("no output of replicate 1 at point 1"));
        let constant = share(&[vec![1.0; 2], vec![1.0; 2]], Seeds::Common).unwrap();
        assert!(constant.share.is_nan());
    }
}
