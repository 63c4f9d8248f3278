//! Resampling with a seed.
//!
//! The resamples are functions of the seed and their number: the same seed gives the same
//! interval, 0 is a seed like any other, and more resamples leave the first ones as they are.

use serde::{Deserialize, Serialize};

use crate::analysis::distributions::normal_half_width;
use comity_model::error::{Error, Result};
use comity_model::rng::{Draws, Stream};
use rand::RngExt;

/// How an interval is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Number of resamples, at least 2.
    pub resamples: usize,
    /// Level of the interval, between 0 and 1.
    pub confidence: f64,
    /// Seed of the resamples.
    pub seed: u64,
}

impl Default for Options {
    /// SALib's: 100 resamples and the level 0.95; seed 0.
    fn default() -> Self {
        Self {
            resamples: 100,
            confidence: 0.95,
            seed: 0,
        }
    }
}

impl Options {
    /// The first thing wrong with them.
    ///
    /// # Errors
    ///
    /// With fewer than two resamples, or a level that is not between 0 and 1.
    pub fn check(&self) -> Result<()> {
        if self.resamples < 2 {
            return Err(Error::expected(self.resamples, "at least 2").at_key("resamples"));
        }
        confidence(self.confidence)
    }

    /// How often each of `n` items is drawn in each resample (n draws with replacement).
    pub fn weights(&self, n: usize) -> impl Iterator<Item = Vec<f64>> + use<> {
        self.group_weights(vec![n])
    }

    /// [`weights`](Self::weights) of groups of these sizes that are drawn from apart, one
    /// group after the other.
    pub fn group_weights(&self, groups: Vec<usize>) -> impl Iterator<Item = Vec<f64>> + use<> {
        let draws = Draws::new(self.seed);
        let items = groups.iter().sum();
        (0..self.resamples).map(move |k| {
            let mut keyed = draws.at(Stream::Resample, 0, k as u32, 0);
            let mut weights = vec![0.0; items];
            let mut first = 0;
            for &n in &groups {
                let own = &mut weights[first..first + n];
                for _ in 0..n {
                    own[keyed.random_range(0..n)] += 1.0;
                }
                first += n;
            }
            weights
        })
    }

    /// Half-width of the normal interval from the resampled values: z times their standard
    /// deviation (divisor n − 1), as SALib.
    pub fn half_width(&self, resampled: &[f64]) -> f64 {
        normal_half_width(self.confidence) * sample_deviation(resampled)
    }
}

/// Whether it is a level of an interval.
///
/// # Errors
///
/// If it is not between 0 and 1.
pub fn confidence(level: f64) -> Result<()> {
    if !(level > 0.0 && level < 1.0) {
        return Err(Error::expected(level, "a level between 0 and 1").at_key("confidence"));
    }
    Ok(())
}

/// Standard deviation with the divisor n − 1; NaN of fewer than two values.
pub fn sample_deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    libm::sqrt(squares / (n - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resamples_follow_the_seed() {
        let of = |seed, resamples| -> Vec<Vec<f64>> {
            let options = Options {
                seed,
                resamples,
                ..Options::default()
            };
            options.weights(10).collect()
        };
        assert_eq!(of(0, 5), of(0, 5));
        assert_ne!(of(0, 5), of(1, 5));
        assert_eq!(of(0, 5)[..], of(0, 8)[..5]);
        assert!(of(0, 5).iter().all(|w| w.iter().sum::<f64>() == 10.0));
    }

    /// The bootstrap's standard error of a mean is σ/√n.
    #[test]
    fn the_spread_of_resampled_means_is_the_standard_error() {
        let values: Vec<f64> = (0..200).map(|i| f64::from(i % 20)).collect();
        let options = Options {
            resamples: 2000,
            ..Options::default()
        };
        let mean = |w: Vec<f64>| w.iter().zip(&values).map(|(w, v)| w * v).sum::<f64>() / 200.0;
        let means: Vec<f64> = options.weights(200).map(mean).collect();
        let expected = 1.959963984540054 * libm::sqrt(33.25 / 200.0);
        let found = options.half_width(&means);
        assert!((found / expected - 1.0).abs() < 0.05, "{found} {expected}");
    }

    #[test]
    fn levels_and_numbers_out_of_range_are_refused() {
        for (resamples, confidence) in [(1, 0.95), (10, 1.0), (10, 0.0), (10, f64::NAN)] {
            let options = Options {
                resamples,
                confidence,
                seed: 0,
            };
            assert!(options.check().is_err());
        }
    }
}
