//! Differences of two arms whose runs have seeds of their own.

use serde::Serialize;

use super::paired_difference::varies;
use super::resample::{Estimate, Interval, bca, defined};
use super::{Options, finite, squares};
use crate::analysis::distributions::{student_half_width, student_two_sided};
use crate::analysis::summary::mean;
use comity_model::error::{Error, Result};

/// A treatment against a baseline, without pairs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UnpairedDifference {
    /// Mean of the baseline.
    pub baseline: f64,
    /// Mean of the treatment.
    pub treatment: f64,
    /// Treatment less baseline, with its bias-corrected and accelerated interval; each arm is
    /// resampled apart.
    pub difference: Estimate,
    /// The difference over the pooled standard deviation, d (Cohen 1988).
    pub standardised: f64,
    /// Welch's t.
    pub t: f64,
    /// Its degrees of freedom (Welch 1947).
    pub freedom: f64,
    /// Welch's interval at the same level.
    pub welch: Interval,
    /// Two-sided p of Welch's t.
    pub p: f64,
    /// The difference over the size of the baseline's mean; `None` where that mean, also in
    /// a resample, is 0.
    pub relative: Option<Estimate>,
}

/// The difference of two arms.
///
/// # Errors
///
/// With fewer than two values in an arm, values that are not finite, no variation in either
/// arm, or wrong options.
pub fn unpaired_difference(
    baseline: &[f64],
    treatment: &[f64],
    options: &Options,
) -> Result<UnpairedDifference> {
    finite("baseline", baseline, 2)?;
    finite("treatment", treatment, 2)?;
    if !varies(baseline) && !varies(treatment) {
        return Err(Error::new("neither arm varies"));
    }
    let sizes = [baseline.len(), treatment.len()];
    let [difference, relative] = bca(&sizes, options, |weights| {
        let (first, second) = weights.split_at(sizes[0]);
        let (b, t) = (
            weighted_mean(first, baseline),
            weighted_mean(second, treatment),
        );
        [t - b, (t - b) / b.abs()]
    })?;
    let difference = defined("difference", difference)?;
    let [b, t] = [baseline, treatment].map(|arm| {
        let n = arm.len() as f64;
        (n, mean(arm), squares(arm))
    });
    let error = |(n, _, s): (f64, f64, f64)| s / (n - 1.0) / n;
    let (eb, et) = (error(b), error(t));
    let standard_error = libm::sqrt(eb + et);
    let freedom = (eb + et) * (eb + et) / (eb * eb / (b.0 - 1.0) + et * et / (t.0 - 1.0));
    let half = student_half_width(options.confidence, freedom) * standard_error;
    let pooled = libm::sqrt((b.2 + t.2) / (b.0 + t.0 - 2.0));
    let statistic = difference.value / standard_error;
    Ok(UnpairedDifference {
        baseline: b.1,
        treatment: t.1,
        difference,
        standardised: difference.value / pooled,
        t: statistic,
        freedom,
        welch: Interval {
            low: difference.value - half,
            high: difference.value + half,
        },
        p: student_two_sided(statistic, freedom),
        relative,
    })
}

fn weighted_mean(weights: &[f64], values: &[f64]) -> f64 {
    let sum: f64 = weights.iter().zip(values).map(|(w, v)| w * v).sum();
    sum / weights.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    const BASELINE: [f64; 10] = [12.1, 9.8, 11.4, 10.2, 13.0, 8.7, 10.9, 12.6, 9.9, 11.1];
    const TREATMENT: [f64; 7] = [13.5, 12.2, 9.1, 11.9, 14.7, 10.1, 15.0];

    /// Expected: `scipy.stats.ttest_ind(u, b, equal_var=False)` and its
    /// `confidence_interval(.95)`, and `scipy.stats.bootstrap((u, b), difference of means,
    /// n_resamples=200000, method="BCa", rng=1)` of SciPy 1.17.
    #[test]
    fn welch_is_that_of_scipy() {
        let options = Options {
            resamples: 20_000,
            ..Options::default()
        };
        let found = unpaired_difference(&BASELINE, &TREATMENT, &options).unwrap();
        close(found.t, 1.4694460914384988, 1e-10);
        close(found.freedom, 9.108409128401776, 1e-9);
        close(found.p, 0.17538581966427366, 1e-10);
        close(found.welch.low, -0.7444434762810399, 1e-9);
        close(found.welch.high, 3.5187291905667504, 1e-9);
        close(found.standardised, 0.7900719225854081, 1e-12);
        close(found.difference.interval.low, -0.40286, 0.05);
        close(found.difference.interval.high, 3.03571, 0.05);
    }

    #[test]
    fn arms_that_say_nothing_are_refused() {
        let options = Options::default();
        assert!(unpaired_difference(&[1.0; 5], &[2.0; 5], &options).is_err());
        assert!(unpaired_difference(&[1.0], &[2.0, 3.0], &options).is_err());
        assert!(unpaired_difference(&[1.0, f64::INFINITY], &[2.0, 3.0], &options).is_err());
        let one = unpaired_difference(&[1.0; 5], &[2.0, 3.0, 2.5], &options).unwrap();
        assert_eq!(one.freedom, 2.0);
    }
}
