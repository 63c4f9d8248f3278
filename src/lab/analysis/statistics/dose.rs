//! Whether a response rises with a dose.
//!
//! Replicates that share their seeds across levels are blocks, and Page's L (1963, J. American
//! Statistical Association 58: 216-230) is the test for ordered levels in blocks: it compares
//! within a replicate only, so that what a seed adds to all levels drops out. For runs
//! with seeds of their own it is the Jonckheere-Terpstra test.

use serde::Serialize;

use super::paired_difference::varies;
use super::resample::{Estimate, bca, defined};
use super::{Options, finite, ranks, same_length, tie_sizes};
use crate::analysis::distributions::normal_two_sided;
use comity_model::error::{Error, Result};

/// A test for ordered levels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OrderedLevels {
    /// J of Jonckheere and Terpstra, or L of Page.
    pub statistic: f64,
    /// Its mean without an effect.
    pub expected: f64,
    /// Its variance without an effect, with ties.
    pub variance: f64,
    /// Standardised statistic; above 0 if the response rises.
    pub z: f64,
    /// Two-sided p from the normal distribution.
    pub p: f64,
}

impl OrderedLevels {
    fn of(statistic: f64, expected: f64, variance: f64) -> Result<Self> {
        if variance <= 0.0 {
            return Err(Error::new("the responses are all tied"));
        }
        let z = (statistic - expected) / libm::sqrt(variance);
        Ok(Self {
            statistic,
            expected,
            variance,
            z,
            p: normal_two_sided(z),
        })
    }
}

/// The Jonckheere-Terpstra test of `levels[dose][run]`, doses ascending, runs independent
/// (Jonckheere 1954, Biometrika 41: 133-145; variance with ties as Hollander, Wolfe & Chicken
/// 2014, eq. 6.19).
///
/// # Errors
///
/// With fewer than two levels, an empty one, fewer than three responses, one that is not
/// finite, or if all are tied.
pub fn jonckheere(levels: &[Vec<f64>]) -> Result<OrderedLevels> {
    check_levels(levels, 1)?;
    let all: Vec<f64> = levels.iter().flatten().copied().collect();
    finite("responses", &all, 3)?;
    let mut statistic = 0.0;
    for (k, low) in levels.iter().enumerate() {
        for high in &levels[k + 1..] {
            for a in low {
                for b in high {
                    statistic += 0.5 * f64::from(1 + i8::from(b > a) - i8::from(b < a));
                }
            }
        }
    }
    let n = all.len() as f64;
    let sizes: Vec<f64> = levels.iter().map(|l| l.len() as f64).collect();
    let ties = tie_sizes(&all);
    let sum = |of: &[f64], term: fn(f64) -> f64| of.iter().map(|m| term(*m)).sum::<f64>();
    let two: fn(f64) -> f64 = |m| m * (m - 1.0);
    let three: fn(f64) -> f64 = |m| m * (m - 1.0) * (m - 2.0);
    let long: fn(f64) -> f64 = |m| m * (m - 1.0) * (2.0 * m + 5.0);
    let variance = (long(n) - sum(&sizes, long) - sum(&ties, long)) / 72.0
        + sum(&sizes, three) * sum(&ties, three) / (36.0 * three(n))
        + sum(&sizes, two) * sum(&ties, two) / (8.0 * two(n));
    let expected = (n * n - sum(&sizes, |m| m * m)) / 4.0;
    OrderedLevels::of(statistic, expected, variance)
}

/// Page's test of `levels[dose][replicate]`, doses ascending, replicates in the same order.
/// The variance is that of the ranks that occur, so that ties are allowed for.
///
/// # Errors
///
/// With fewer than three levels, no replicate, levels of different size, responses that are
/// not finite, or if all are tied.
pub fn page(levels: &[Vec<f64>]) -> Result<OrderedLevels> {
    let blocks = check_blocks(levels, 3, 1)?;
    let k = levels.len() as f64;
    let middle = (k + 1.0) / 2.0;
    let (mut statistic, mut variance) = (0.0, 0.0);
    for block in 0..blocks {
        let responses: Vec<f64> = levels.iter().map(|l| l[block]).collect();
        let ranks = ranks(&responses);
        let numbered = ranks.iter().enumerate();
        statistic += numbered.map(|(j, r)| (j + 1) as f64 * r).sum::<f64>();
        let spread: f64 = ranks.iter().map(|r| (r - middle) * (r - middle)).sum();
        variance += k * (k * k - 1.0) / 12.0 * spread / (k - 1.0);
    }
    let expected = blocks as f64 * k * middle * middle;
    OrderedLevels::of(statistic, expected, variance)
}

/// Spearman's rank correlation of dose and response over all runs, with a bias-corrected and
/// accelerated interval over replicates; `levels[dose][replicate]` as for [`page`], `doses`
/// the dose of each level.
///
/// # Errors
///
/// With fewer than two levels or replicates, levels of different size, values that are not
/// finite, doses or responses (also those of a resample) that do not vary, or wrong options.
pub fn spearman(doses: &[f64], levels: &[Vec<f64>], options: &Options) -> Result<Estimate> {
    let blocks = check_blocks(levels, 2, 2)?;
    finite("doses", doses, 2)?;
    same_length("doses", doses.len(), levels.len())?;
    if !varies(doses) {
        return Err(Error::new("the doses are all equal"));
    }
    let dose: Vec<f64> = doses.iter().flat_map(|d| vec![*d; blocks]).collect();
    let response: Vec<f64> = levels.iter().flatten().copied().collect();
    let order = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        order
    };
    let (by_dose, by_response) = (order(&dose), order(&response));
    let [found] = bca(&[blocks], options, |weights| {
        let x = weighted_ranks(&dose, &by_dose, weights);
        let y = weighted_ranks(&response, &by_response, weights);
        [weighted_correlation(&x, &y, weights)]
    })?;
    defined("correlation", found)
}

/// Ranks of values of which value i occurs `weights[i % weights.len()]` times; `order` sorts
/// them.
fn weighted_ranks(values: &[f64], order: &[usize], weights: &[f64]) -> Vec<f64> {
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0.0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let count: f64 = tied.iter().map(|i| weights[i % weights.len()]).sum();
        tied.iter()
            .for_each(|&i| ranks[i] = before + (count + 1.0) / 2.0);
        before += count;
    }
    ranks
}

fn weighted_correlation(x: &[f64], y: &[f64], weights: &[f64]) -> f64 {
    let weight = |i: usize| weights[i % weights.len()];
    let total: f64 = (0..x.len()).map(weight).sum();
    let mean = |v: &[f64]| {
        v.iter()
            .enumerate()
            .map(|(i, v)| weight(i) * v)
            .sum::<f64>()
            / total
    };
    let (mx, my) = (mean(x), mean(y));
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for i in 0..x.len() {
        let (dx, dy) = (x[i] - mx, y[i] - my);
        xy += weight(i) * dx * dy;
        xx += weight(i) * dx * dx;
        yy += weight(i) * dy * dy;
    }
    xy / libm::sqrt(xx * yy)
}

fn check_levels(levels: &[Vec<f64>], least: usize) -> Result<()> {
    if levels.len() < 2 {
        return Err(Error::expected(levels.len(), "at least 2 levels"));
    }
    for (k, level) in levels.iter().enumerate() {
        finite(&format!("level {k}"), level, least)?;
    }
    Ok(())
}

/// Number of blocks.
fn check_blocks(levels: &[Vec<f64>], fewest: usize, least: usize) -> Result<usize> {
    check_levels(levels, least)?;
    if levels.len() < fewest {
        return Err(Error::expected(
            levels.len(),
            format!("at least {fewest} levels"),
        ));
    }
    let blocks = levels[0].len();
    for (k, level) in levels.iter().enumerate() {
        same_length(&format!("level {k}"), level.len(), blocks)?;
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    fn blocks() -> Vec<Vec<f64>> {
        vec![
            vec![1.2, 0.8, 1.5, 0.9, 1.1, 1.3],
            vec![2.1, 1.1, 1.4, 2.0, 1.0, 1.6],
            vec![1.9, 2.2, 2.8, 2.1, 1.7, 2.5],
            vec![3.0, 2.0, 3.1, 2.6, 2.9, 2.4],
        ]
    }

    /// Hollander & Wolfe (1999, example 6.2, pieces of work under three kinds of information):
    /// J = 79, J* = 2.04, one-sided p = .021.
    #[test]
    fn jonckheere_is_that_of_hollander_and_wolfe() {
        let levels = [
            vec![40., 35., 38., 43., 44., 41.],
            vec![38., 40., 47., 44., 40., 42.],
            vec![48., 40., 45., 43., 46., 44.],
        ];
        let found = jonckheere(&levels).unwrap();
        assert_eq!((found.statistic, found.expected), (79.0, 54.0));
        // 200,000 permutations in NumPy give a variance of 150.1.
        close(found.variance, 150.28, 0.02);
        close(found.z, 2.04, 0.005);
        close(found.p / 2.0, 0.021, 5e-4);
    }

    /// Expected: `scipy.stats.page_trend_test(data, method="asymptotic")` of SciPy 1.17, one-sided.
    #[test]
    fn page_is_that_of_scipy() {
        let found = page(&blocks()).unwrap();
        assert_eq!((found.statistic, found.expected), (175.0, 150.0));
        close(found.p / 2.0, 0.00020347600872247943, 1e-12);
        let tied: Vec<Vec<f64>> = blocks()
            .iter()
            .map(|l| l.iter().map(|v| v.round()).collect())
            .collect();
        assert!(page(&tied).unwrap().variance < found.variance);
    }

    /// Expected: `scipy.stats.spearmanr(dose, response)` of SciPy 1.17.
    #[test]
    fn spearman_is_that_of_scipy() {
        let options = Options {
            resamples: 1000,
            ..Options::default()
        };
        let found = spearman(&[0.0, 1.0, 2.0, 3.0], &blocks(), &options).unwrap();
        close(found.value, 0.8458113823424657, 1e-12);
        assert!(found.interval.above(0.6) && found.interval.below(1.0));
        let scaled = spearman(&[0.0, 0.1, 0.5, 9.0], &blocks(), &options).unwrap();
        assert_eq!(scaled, found);
    }

    #[test]
    fn responses_that_say_nothing_are_refused() {
        let flat = vec![vec![1.0; 4]; 3];
        assert!(jonckheere(&flat).is_err() && page(&flat).is_err());
        assert!(spearman(&[0.0, 1.0, 2.0], &flat, &Options::default()).is_err());
        assert!(page(&blocks()[..2]).is_err());
        assert!(jonckheere(&blocks()[..1]).is_err());
        let mut ragged = blocks();
        ragged[2].pop();
        assert!(page(&ragged).is_err() && jonckheere(&ragged).is_ok());
        ragged[2].clear();
        assert!(jonckheere(&ragged).is_err());
    }
}
