//! Whether a mean lies within margins: two one-sided tests (Schuirmann 1987, J. Pharmacokinetics
//! and Biopharmaceutics 15: 657-680).

use serde::Serialize;

use super::finite;
use super::paired_difference::{differences, varies};
use super::resample::Interval;
use crate::analysis::bootstrap::{confidence as check_level, sample_deviation};
use crate::analysis::distributions::{student_half_width, student_tail};
use crate::analysis::summary::mean;
use comity_model::error::{Error, Result};

/// Whether a mean lies within margins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Equivalence {
    /// The mean, or mean difference.
    pub mean: f64,
    /// Its interval at the level 1 − 2 × significance, such as 90 % at 5 %: the mean is
    /// equivalent if this lies within the margins.
    pub interval: Interval,
    /// p of a mean at the lower margin or below.
    pub lower: f64,
    /// p of a mean at the upper margin or above.
    pub upper: f64,
    /// The larger of both.
    pub p: f64,
    /// Whether p is below the significance.
    pub equivalent: bool,
}

/// Whether the mean of `values` lies between the margins `low` and `high`, at a
/// `significance` such as 0.05. Values that are all equal have an interval of no width.
///
/// # Errors
///
/// With fewer than two values, one that is not finite, margins that are not ascending, or a
/// significance outside (0, 0.5).
pub fn equivalence(
    values: &[f64],
    (low, high): (f64, f64),
    significance: f64,
) -> Result<Equivalence> {
    check_level(1.0 - 2.0 * significance).map_err(|e| e.at_key("significance"))?;
    finite("values", values, 2)?;
    if !(low < high && low.is_finite() && high.is_finite()) {
        return Err(Error::expected(format!("{low} to {high}"), "ascending").at_key("margins"));
    }
    let n = values.len() as f64;
    let mean = mean(values);
    let (half, lower, upper) = if varies(values) {
        let error = sample_deviation(values) / libm::sqrt(n);
        (
            student_half_width(1.0 - 2.0 * significance, n - 1.0) * error,
            student_tail((mean - low) / error, n - 1.0),
            student_tail((high - mean) / error, n - 1.0),
        )
    } else {
        let outside = |is: bool| f64::from(u8::from(is));
        (0.0, outside(mean <= low), outside(mean >= high))
    };
    let p = lower.max(upper);
    Ok(Equivalence {
        mean,
        interval: Interval {
            low: mean - half,
            high: mean + half,
        },
        lower,
        upper,
        p,
        equivalent: p < significance,
    })
}

/// Whether treatment less baseline, pair by pair, lies between the margins.
///
/// # Errors
///
/// As [`equivalence`], or if the lists differ in length.
pub fn paired_equivalence(
    baseline: &[f64],
    treatment: &[f64],
    margins: (f64, f64),
    significance: f64,
) -> Result<Equivalence> {
    equivalence(&differences(baseline, treatment)?, margins, significance)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    const BASELINE: [f64; 10] = [12.1, 9.8, 11.4, 10.2, 13.0, 8.7, 10.9, 12.6, 9.9, 11.1];
    const TREATMENT: [f64; 10] = [13.0, 10.9, 11.2, 11.9, 14.1, 10.1, 11.0, 13.9, 10.3, 12.5];

    /// Expected: `ttost_paired(treatment, baseline, -1.5, 1.5)` and
    /// `DescrStatsW(d).ttost_mean(-1.2, 1.2)` of statsmodels 0.15; the interval is
    /// `scipy.stats.t.interval(.90, 9, …)`.
    #[test]
    fn tests_are_those_of_statsmodels() {
        let found = paired_equivalence(&BASELINE, &TREATMENT, (-1.5, 1.5), 0.05).unwrap();
        close(found.p, 0.008093706817752249, 1e-12);
        close(found.lower, 3.088786628984204e-7, 1e-15);
        close(found.interval.low, 0.5597467972078909, 1e-10);
        close(found.interval.high, 1.2802532027921092, 1e-10);
        assert!(found.equivalent);
        let narrow = paired_equivalence(&BASELINE, &TREATMENT, (-1.2, 1.2), 0.05).unwrap();
        close(narrow.p, 0.09398430101724421, 1e-12);
        assert!(!narrow.equivalent);
    }

    #[test]
    fn degenerate_values_and_margins() {
        assert_eq!(equivalence(&[0.5; 5], (-1.0, 1.0), 0.05).unwrap().p, 0.0);
        assert_eq!(equivalence(&[1.0; 5], (-1.0, 1.0), 0.05).unwrap().p, 1.0);
        assert!(equivalence(&[1.0, 2.0], (1.0, -1.0), 0.05).is_err());
        assert!(equivalence(&[1.0, 2.0], (-1.0, 1.0), 0.5).is_err());
        assert!(equivalence(&[1.0], (-1.0, 1.0), 0.05).is_err());
    }
}
