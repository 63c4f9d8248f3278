//! Means of two periods compared.

use std::ops::Range;

use super::resample::{Estimate, Purpose, bca, defined, keyed, percentile_interval};
use super::series::{checked_block, moving_blocks};
use super::{Options, finite, same_length};
use crate::analysis::summary::mean;
use comity_model::error::{Error, Result};

/// Mean of the second period over the mean of the first, in one series; the interval from
/// moving blocks (Künsch 1989), drawn in each period apart. The periods are ranges of
/// positions, of at least three values each. `block` is the blocks' length; without one it
/// follows from each period's first autocorrelation (Carlstein 1986).
///
/// # Errors
///
/// If a value in the periods is not finite, a period does not lie in the series, the
/// first mean is 0 or has another sign in a resample, or the options are wrong.
pub fn period_ratio(
    values: &[f64],
    first: Range<usize>,
    second: Range<usize>,
    block: Option<usize>,
    options: &Options,
) -> Result<Estimate> {
    options.check()?;
    let [first, second] = [
        Period::of("first period", values, first, block)?,
        Period::of("second period", values, second, block)?,
    ];
    let mut ratios = Vec::with_capacity(options.resamples);
    for k in 0..options.resamples {
        let below = first.resampled_mean(options.seed, k, 0);
        if below * first.mean <= 0.0 {
            let problem = "the first period's mean is not apart from 0, a ratio to it says nothing";
            return Err(Error::new(problem));
        }
        ratios.push(second.resampled_mean(options.seed, k, 1) / below);
    }
    Ok(Estimate {
        value: second.mean / first.mean,
        interval: percentile_interval(&ratios, options.confidence),
    })
}

struct Period<'a> {
    values: &'a [f64],
    mean: f64,
    block: usize,
}

impl<'a> Period<'a> {
    fn of(name: &str, all: &'a [f64], range: Range<usize>, block: Option<usize>) -> Result<Self> {
        let Some(values) = all.get(range.clone()) else {
            let expected = format!("positions within 0..{}", all.len());
            return Err(Error::expected(format!("{range:?}"), expected).at_key(name));
        };
        finite(name, values, 3)?;
        let mean = mean(values);
        let residuals: Vec<f64> = values.iter().map(|v| v - mean).collect();
        let block = checked_block(block, &residuals).map_err(|e| e.at_key(name))?;
        Ok(Self {
            values,
            mean,
            block,
        })
    }

    fn resampled_mean(&self, seed: u64, k: usize, part: u32) -> f64 {
        let mut draws = keyed(seed, Purpose::Blocks, k, part);
        let positions = moving_blocks(self.values.len(), self.block, &mut draws);
        let sum: f64 = positions.iter().map(|&i| self.values[i]).sum();
        sum / self.values.len() as f64
    }
}

/// Mean of the numerators over mean of the denominators, run by run, with a bias-corrected and
/// accelerated interval over runs: the same ratio over many runs, each with its two means.
///
/// # Errors
///
/// With fewer than two runs, values that are not finite, a mean denominator of 0 also in a
/// resample, or wrong options.
pub fn ratio_of_means(
    numerators: &[f64],
    denominators: &[f64],
    options: &Options,
) -> Result<Estimate> {
    finite("denominators", denominators, 2)?;
    finite("numerators", numerators, 2)?;
    same_length("numerators", numerators.len(), denominators.len())?;
    let [ratio] = bca(&[denominators.len()], options, |weights| {
        let (mut above, mut below) = (0.0, 0.0);
        for ((w, a), b) in weights.iter().zip(numerators).zip(denominators) {
            above += w * a;
            below += w * b;
        }
        [above / below]
    })?;
    defined("ratio", ratio)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::super::trend::NILE;
    use super::*;

    fn options(resamples: usize) -> Options {
        Options {
            resamples,
            confidence: 0.95,
            seed: 2,
        }
    }

    /// The means are 1097.75 and 849.97 (R: `mean(Nile[1:28])`, `mean(Nile[29:100])`). With
    /// blocks of one value the interval is the delta method's, 0.774 ± 1.96 · 0.0245, nearly.
    #[test]
    fn the_nile_lost_a_fifth() {
        let found = period_ratio(&NILE, 0..28, 28..100, Some(1), &options(2000)).unwrap();
        close(found.value, 849.9722222222222 / 1097.75, 1e-12);
        let deviation = |v: &[f64]| crate::analysis::bootstrap::sample_deviation(v);
        let (a, b) = (&NILE[..28], &NILE[28..]);
        let (ra, rb) = (deviation(a) / 1097.75, deviation(b) / 849.9722222222222);
        let error = found.value * libm::sqrt(ra * ra / 28.0 + rb * rb / 72.0);
        close(found.interval.low, found.value - 1.96 * error, 0.006);
        close(found.interval.high, found.value + 1.96 * error, 0.006);
        let blocks = period_ratio(&NILE, 0..28, 28..100, None, &options(500)).unwrap();
        assert!(blocks.interval.below(1.0) && blocks.value == found.value);
    }

    #[test]
    fn a_ratio_over_runs_has_its_value_within() {
        let below: Vec<f64> = (0..50).map(|k| 2.0 + f64::from(k % 7) / 10.0).collect();
        let above: Vec<f64> = below.iter().map(|b| 3.0 * b).collect();
        let exact = ratio_of_means(&above, &below, &options(200)).unwrap();
        close(exact.value, 3.0, 1e-12);
        close(exact.interval.low, 3.0, 1e-12);
        close(exact.interval.high, 3.0, 1e-12);
    }

    #[test]
    fn ratios_to_nothing_are_refused() {
        let mixed = [1.0, -1.0, 1.0, -1.0, 2.0, 2.0, 2.0];
        assert!(period_ratio(&mixed, 0..4, 4..7, Some(1), &options(100)).is_err());
        assert!(period_ratio(&mixed, 0..4, 4..8, Some(1), &options(100)).is_err());
        assert!(period_ratio(&mixed, 0..2, 4..7, Some(1), &options(100)).is_err());
        assert!(period_ratio(&mixed, 0..4, 4..7, Some(9), &options(100)).is_err());
        assert!(ratio_of_means(&[1.0, 2.0], &[0.0, 0.0], &options(100)).is_err());
        assert!(ratio_of_means(&[1.0, 2.0], &[1.0], &options(100)).is_err());
    }
}
