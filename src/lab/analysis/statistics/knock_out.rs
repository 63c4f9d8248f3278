//! How much of an effect goes when a mechanism is switched off.

use serde::Serialize;

use super::paired_difference::{Contrast, contrast, differences};
use super::resample::{Estimate, bca};
use super::{Options, same_length};
use comity_model::error::Result;

/// An effect with and without a mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct KnockOut {
    /// The effect with the mechanism.
    pub with: Contrast,
    /// The effect without it.
    pub without: Contrast,
    /// What the mechanism adds: the one less the other.
    pub lost: Contrast,
    /// 1 − effect without over effect with: 0 if nothing is lost, 1 if all, above 1 if it turns
    /// round. `None` where the interval of the effect with the mechanism holds 0: there is
    /// nothing that could be lost.
    pub share: Option<Estimate>,
}

/// One arm pair of each replicate.
#[derive(Debug, Clone, Copy)]
pub struct Arms<'a> {
    /// Metric in the baseline, by replicate.
    pub baseline: &'a [f64],
    /// Metric under the treatment, by replicate.
    pub treatment: &'a [f64],
}

/// The share of the effect that is lost; all four lists are in the same order of replicates,
/// which are resampled together.
///
/// # Errors
///
/// With fewer than two replicates, lists of different length, values that are not finite, or
/// wrong options.
pub fn knock_out(with: &Arms, without: &Arms, options: &Options) -> Result<KnockOut> {
    let full = differences(with.baseline, with.treatment)?;
    let rest = differences(without.baseline, without.treatment)?;
    same_length("replicates without the mechanism", rest.len(), full.len())?;
    let lost: Vec<f64> = full.iter().zip(&rest).map(|(f, r)| f - r).collect();
    let effect = contrast(&full, options)?;
    let share = match effect.mean.interval.contains(0.0) {
        true => None,
        false => {
            let [share] = bca(&[full.len()], options, |weights| {
                let (mut above, mut below) = (0.0, 0.0);
                for ((w, l), f) in weights.iter().zip(&lost).zip(&full) {
                    above += w * l;
                    below += w * f;
                }
                [above / below]
            })?;
            share
        }
    };
    Ok(KnockOut {
        with: effect,
        without: contrast(&rest, options)?,
        lost: contrast(&lost, options)?,
        share,
    })
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    fn noise(n: usize, turn: usize) -> Vec<f64> {
        (0..n)
            .map(|k| ((k * 13 + turn) % 11) as f64 / 10.0 - 0.5)
            .collect()
    }

    #[test]
    fn a_quarter_that_stays_is_three_quarters_lost() {
        let options = Options {
            resamples: 1000,
            ..Options::default()
        };
        let (base, other) = (noise(44, 0), noise(44, 3));
        let full: Vec<f64> = base
            .iter()
            .zip(noise(44, 5))
            .map(|(b, e)| b + 4.0 + e)
            .collect();
        let rest: Vec<f64> = other
            .iter()
            .zip(noise(44, 7))
            .map(|(b, e)| b + 1.0 + e)
            .collect();
        let with = Arms {
            baseline: &base,
            treatment: &full,
        };
        let without = Arms {
            baseline: &other,
            treatment: &rest,
        };
        let found = knock_out(&with, &without, &options).unwrap();
        close(found.lost.mean.value, 3.0, 1e-12);
        let share = found.share.unwrap();
        close(share.value, 0.75, 1e-12);
        // Delta method: √(var(r − f/4)/n)/4 for the share's standard error.
        let spread: Vec<f64> = (0..44)
            .map(|k| (rest[k] - other[k]) - (full[k] - base[k]) / 4.0)
            .collect();
        let error = crate::analysis::bootstrap::sample_deviation(&spread) / libm::sqrt(44.0) / 4.0;
        close(share.interval.low, 0.75 - 1.96 * error, 0.006);
        close(share.interval.high, 0.75 + 1.96 * error, 0.006);
        let nothing = knock_out(&without_effect(&base), &without, &options).unwrap();
        assert_eq!(nothing.share, None);
    }

    fn without_effect(base: &[f64]) -> Arms<'_> {
        Arms {
            baseline: base,
            treatment: base,
        }
    }

    #[test]
    fn arms_of_different_size_are_refused() {
        let (long, short) = (noise(5, 0), noise(4, 0));
        let of = |a: &[f64], b: &[f64]| {
            knock_out(&without_effect(a), &without_effect(b), &Options::default())
        };
        assert!(of(&long, &short).is_err() && of(&long[..1], &long[..1]).is_err());
        assert!(of(&long, &long).is_ok());
    }
}
