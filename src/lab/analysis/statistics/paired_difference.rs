//! Differences of pairs: two arms that share their seeds.

use serde::Serialize;

use super::resample::{Estimate, Purpose, bca, defined, keyed, monte_carlo_p};
use super::{Options, finite, same_length};
use crate::analysis::bootstrap::sample_deviation;
use crate::analysis::summary::mean;
use comity_model::error::Result;
use rand::RngExt;

/// A mean that would be 0 without an effect.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Contrast {
    /// Number of values, at least 2.
    pub pairs: usize,
    /// The mean with its bias-corrected and accelerated interval.
    pub mean: Estimate,
    /// The mean over the standard deviation of the values, d_z (Cohen 1988); `None` if they
    /// do not vary.
    pub standardised: Option<f64>,
    /// Two-sided p of a mean of 0 if each value were as likely to have the other sign. All
    /// sign patterns are gone through where these are no more than the resamples.
    pub p: f64,
}

/// A treatment against a baseline, pair by pair.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PairedDifference {
    /// Mean of the baseline.
    pub baseline: f64,
    /// Mean of the treatment.
    pub treatment: f64,
    /// Treatment less baseline.
    pub difference: Contrast,
    /// The difference over the size of the baseline's mean; `None` where that mean, also in
    /// a resample, is 0.
    pub relative: Option<Estimate>,
}

/// The difference of pairs: value k of the one belongs to value k of the other.
///
/// # Errors
///
/// With fewer than two pairs, lists of different length, values that are not finite, or
/// wrong options.
pub fn paired_difference(
    baseline: &[f64],
    treatment: &[f64],
    options: &Options,
) -> Result<PairedDifference> {
    let differences = differences(baseline, treatment)?;
    let [absolute, relative] = bca(&[baseline.len()], options, |weights| {
        let (mut total, mut base, mut off) = (0.0, 0.0, 0.0);
        for ((w, b), d) in weights.iter().zip(baseline).zip(&differences) {
            total += w;
            base += w * b;
            off += w * d;
        }
        [off / total, off / base.abs()]
    })?;
    Ok(PairedDifference {
        baseline: mean(baseline),
        treatment: mean(treatment),
        difference: Contrast::of(&differences, defined("mean", absolute)?, options),
        relative,
    })
}

/// The mean of values that would be 0 without an effect.
///
/// # Errors
///
/// As [`paired_difference`].
pub fn contrast(values: &[f64], options: &Options) -> Result<Contrast> {
    finite("values", values, 2)?;
    let [mean] = bca(&[values.len()], options, |weights| {
        let (mut total, mut sum) = (0.0, 0.0);
        for (w, v) in weights.iter().zip(values) {
            total += w;
            sum += w * v;
        }
        [sum / total]
    })?;
    Ok(Contrast::of(values, defined("mean", mean)?, options))
}

impl Contrast {
    fn of(values: &[f64], mean: Estimate, options: &Options) -> Self {
        let standardised = || mean.value / sample_deviation(values);
        Self {
            pairs: values.len(),
            mean,
            standardised: varies(values).then(standardised),
            p: sign_flip_p(values, options),
        }
    }
}

/// Treatment less baseline, pair by pair.
pub(super) fn differences(baseline: &[f64], treatment: &[f64]) -> Result<Vec<f64>> {
    finite("baseline", baseline, 2)?;
    finite("treatment", treatment, 2)?;
    same_length("treatment", treatment.len(), baseline.len())?;
    let pairs = baseline.iter().zip(treatment);
    Ok(pairs.map(|(b, t)| t - b).collect())
}

/// Whether the values differ.
pub(super) fn varies(values: &[f64]) -> bool {
    values.iter().any(|v| *v != values[0])
}

/// p of |Σ ± v| ≥ |Σ v| with random signs.
fn sign_flip_p(values: &[f64], options: &Options) -> f64 {
    let n = values.len();
    let size: f64 = values.iter().map(|v| v.abs()).sum();
    // Sums that are equal but for rounding count as equal.
    let bound = values.iter().sum::<f64>().abs() - 1e-12 * size;
    if n < 31 && (1usize << n) <= options.resamples {
        let patterns = 1usize << n;
        let reaches = |pattern: &usize| {
            let signed = |(k, v): (usize, &f64)| if pattern >> k & 1 == 1 { -v } else { *v };
            values.iter().enumerate().map(signed).sum::<f64>().abs() >= bound
        };
        return (0..patterns).filter(reaches).count() as f64 / patterns as f64;
    }
    let mut words = vec![0_u32; n.div_ceil(32)];
    let reaches = |k: &usize| {
        keyed(options.seed, Purpose::Signs, *k, 0).fill(&mut words);
        let signed = |(i, v): (usize, &f64)| match words[i / 32] >> (i % 32) & 1 {
            1 => -v,
            _ => *v,
        };
        values.iter().enumerate().map(signed).sum::<f64>().abs() >= bound
    };
    let extreme = (0..options.resamples).filter(reaches).count();
    monte_carlo_p(extreme, options.resamples)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    const BASELINE: [f64; 10] = [12.1, 9.8, 11.4, 10.2, 13.0, 8.7, 10.9, 12.6, 9.9, 11.1];
    const TREATMENT: [f64; 10] = [13.0, 10.9, 11.2, 11.9, 14.1, 10.1, 11.0, 13.9, 10.3, 12.5];

    fn options(resamples: usize) -> Options {
        Options {
            resamples,
            confidence: 0.95,
            seed: 3,
        }
    }

    /// Expected, with d = treatment - baseline: `d.mean()`, `d.mean() / d.std(ddof=1)` of NumPy
    /// 2.4; `scipy.stats.bootstrap((d,), np.mean, n_resamples=200000, method="BCa", rng=1)` and
    /// `scipy.stats.permutation_test((d,), np.mean, permutation_type="samples",
    /// n_resamples=np.inf)` of SciPy 1.17.
    #[test]
    fn a_difference_is_that_of_scipy() {
        let found = paired_difference(&BASELINE, &TREATMENT, &options(20_000)).unwrap();
        close(found.difference.mean.value, 0.92, 1e-12);
        close(found.difference.mean.interval.low, 0.49, 0.021);
        close(found.difference.mean.interval.high, 1.24, 0.021);
        close(
            found.difference.standardised.unwrap(),
            1.480366327941224,
            1e-12,
        );
        close(found.difference.p, 0.005859375, 1e-15);
        let relative = found.relative.unwrap();
        close(relative.value, 0.08386508659981769, 1e-12);
        assert!(relative.interval.above(0.03) && relative.interval.below(0.13));
        let drawn = paired_difference(&BASELINE, &TREATMENT, &options(1000)).unwrap();
        close(drawn.difference.p, 0.005859375, 0.006);
        let again = paired_difference(&BASELINE, &TREATMENT, &options(1000)).unwrap();
        assert_eq!(again, drawn);
    }

    /// Of 400 sets of 40 pairs without an effect, about 20 are rejected at 5 % by p and by the
    /// interval.
    #[test]
    fn no_effect_is_seldom_found() {
        let options = options(199);
        let (mut by_p, mut by_interval) = (0, 0);
        for set in 0..400 {
            let mut draws =
                comity_model::rng::Draws::new(21).at(comity_model::rng::Stream::Design, 0, set, 0);
            let baseline: Vec<f64> = (0..40).map(|_| draws.normal()).collect();
            let treatment: Vec<f64> = baseline.iter().map(|b| b + draws.normal()).collect();
            let found = paired_difference(&baseline, &treatment, &options).unwrap();
            by_p += u32::from(found.difference.p <= 0.05);
            by_interval += u32::from(!found.difference.mean.interval.contains(0.0));
        }
        assert!((8..=34).contains(&by_p), "{by_p}");
        assert!((8..=42).contains(&by_interval), "{by_interval}");
    }

    #[test]
    fn degenerate_pairs_say_what_they_can() {
        let none = paired_difference(&BASELINE, &BASELINE, &options(100)).unwrap();
        assert_eq!(
            (none.difference.p, none.difference.standardised),
            (1.0, None)
        );
        assert_eq!(none.difference.mean.interval.high, 0.0);
        let zero = paired_difference(&[0.0; 4], &[1.0, 2.0, 1.0, 3.0], &options(100)).unwrap();
        assert_eq!(zero.relative, None);
        for (b, t) in [
            (&[1.0][..], &[1.0][..]),
            (&[1.0, 2.0], &[1.0]),
            (&[1.0, f64::NAN], &[1.0, 2.0]),
        ] {
            assert!(paired_difference(b, t, &options(100)).is_err());
        }
    }
}
