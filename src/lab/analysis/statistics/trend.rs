//! Monotonic trends: Sen's slope and the Mann-Kendall test, corrected for autocorrelation.
//!
//! Share of 1500 normal series of first-order autocorrelation ρ and no trend in which the test
//! at 5 % finds one (n values):
//!
//! | correction | n | ρ 0 | 0.3 | 0.5 | 0.7 | 0.85 |
//! |---|---|---|---|---|---|---|
//! | [`Correction::HamedRao`] | 70 | .09 | .14 | .18 | .26 | .30 |
//! | [`Correction::FirstOrder`] | 70 | .05 | .06 | .06 | .08 | .09 |
//! | [`Correction::FirstOrder`] | 45 | .06 | .06 | .06 | .10 | .14 |
//!
//! So the correction by single lags, although usual, finds trends that are not there; to judge a
//! claim take the one of first order.

use serde::Serialize;

use super::resample::Interval;
use super::series::unbiased;
use super::{finite, ranks, tie_sizes};
use crate::analysis::bootstrap::confidence as check_level;
use crate::analysis::distributions::{normal_half_width, normal_two_sided};
use comity_model::error::Result;
use comity_model::observe::statistics::median;

/// Significance at which a lag's autocorrelation counts: two-sided 5 %.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// How the variance of S is corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Correction {
    /// By the lags whose autocorrelation is significant at 5 % (Hamed & Rao 1998, J. Hydrology
    /// 204: 182-196).
    HamedRao,
    /// By the same formula with the autocorrelations ρ, ρ², ρ³, … of a process of first order,
    /// ρ with its bias after removal of a trend taken out (Hamed 2009, J. Hydrology 368:
    /// 143-155).
    FirstOrder,
}

/// A monotonic trend in a yearly series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Trend {
    /// Sen's slope, units a year.
    pub slope: f64,
    /// Its interval (Gilbert 1987, section 16.5, with the corrected variance of S).
    pub interval: Interval,
    /// Kendall's tau with time.
    pub tau: f64,
    /// Mann-Kendall's S.
    pub score: f64,
    /// Variance of S after the correction.
    pub variance: f64,
    /// Standardised S.
    pub z: f64,
    /// Two-sided p of no trend.
    pub p: f64,
}

/// The trend of equally spaced values, at least four; the slope's interval at the level
/// `confidence`.
///
/// The variance of S is multiplied by n/n* of Hamed and Rao, from the autocorrelation of the
/// ranks of the detrended values; where that factor is not positive, it is left at 1.
///
/// # Errors
///
/// With fewer than four values, one that is not finite, or a wrong level.
pub fn trend(values: &[f64], correction: Correction, confidence: f64) -> Result<Trend> {
    check_level(confidence)?;
    finite("series", values, 4)?;
    let n = values.len();
    let slopes = slopes(values);
    let slope = median(&slopes);
    let score = score(values);
    let factor = variance_factor(values, slope, correction);
    let variance = score_variance(values) * if factor > 0.0 { factor } else { 1.0 };
    let z = if score == 0.0 || variance == 0.0 {
        0.0
    } else {
        (score - score.signum()) / variance.sqrt()
    };
    Ok(Trend {
        slope,
        interval: slope_interval(&slopes, variance, confidence),
        tau: score / (0.5 * (n * (n - 1)) as f64),
        score,
        variance,
        z,
        p: normal_two_sided(z),
    })
}

/// The slopes between all pairs (Sen 1968), ascending.
fn slopes(values: &[f64]) -> Vec<f64> {
    let mut slopes = Vec::with_capacity(values.len() * (values.len() - 1) / 2);
    for (i, a) in values.iter().enumerate() {
        for (j, b) in values.iter().enumerate().skip(i + 1) {
            slopes.push((b - a) / (j - i) as f64);
        }
    }
    slopes.sort_unstable_by(f64::total_cmp);
    slopes
}

/// The order statistics of the slopes between which the slope lies.
fn slope_interval(slopes: &[f64], variance: f64, confidence: f64) -> Interval {
    let count = slopes.len() as f64;
    let spread = normal_half_width(confidence) * libm::sqrt(variance);
    let low = libm::rint((count - spread) / 2.0) - 1.0;
    let high = libm::rint((count + spread) / 2.0);
    Interval {
        low: slopes[low.max(0.0) as usize],
        high: slopes[(high as usize).min(slopes.len() - 1)],
    }
}

/// The series without the slope.
fn detrended(values: &[f64], slope: f64) -> Vec<f64> {
    let numbered = values.iter().enumerate();
    numbered.map(|(i, x)| x - slope * (i + 1) as f64).collect()
}

/// Pairs that rise less pairs that fall.
fn score(values: &[f64]) -> f64 {
    let mut score = 0.0;
    for (i, a) in values.iter().enumerate() {
        for b in &values[i + 1..] {
            score += f64::from(i8::from(b > a) - i8::from(b < a));
        }
    }
    score
}

/// Variance of S under independence, with ties.
fn score_variance(values: &[f64]) -> f64 {
    let term = |m: f64| m * (m - 1.0) * (2.0 * m + 5.0);
    let ties: f64 = tie_sizes(values).into_iter().map(term).sum();
    (term(values.len() as f64) - ties) / 18.0
}

/// n/n* of Hamed and Rao.
fn variance_factor(values: &[f64], slope: f64, correction: Correction) -> f64 {
    let n = values.len();
    let ranks = ranks(&detrended(values, slope));
    let mean = (n + 1) as f64 / 2.0;
    let product = |lag: usize| -> f64 {
        let pairs = ranks.iter().zip(&ranks[lag..]);
        pairs.map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    let spread = product(0);
    if spread == 0.0 {
        return 1.0;
    }
    let bound = NORMAL_975 / (n as f64).sqrt();
    let first = unbiased(product(1) / spread, n, 2);
    let mut power = 1.0;
    let mut sum = 0.0;
    for lag in 1..n {
        power *= first;
        let autocorrelation = match correction {
            Correction::FirstOrder => power,
            Correction::HamedRao => {
                let found = product(lag) / spread;
                if found.abs() > bound { found } else { 0.0 }
            }
        };
        let rest = (n - lag) as f64;
        sum += rest * (rest - 1.0) * (rest - 2.0) * autocorrelation;
    }
    let n = n as f64;
    1.0 + 2.0 / (n * (n - 1.0) * (n - 2.0)) * sum
}

/// Annual flow of the Nile at Aswan, 1871-1970, 10⁸ m³ (Cobb 1978; `Nile` in R).
#[cfg(test)]
pub(super) const NILE: [f64; 100] = [
    1120., 1160., 963., 1210., 1160., 1160., 813., 1230., 1370., 1140., 995., 935., 1110., 994.,
    1020., 960., 1180., 799., 958., 1140., 1100., 1210., 1150., 1250., 1260., 1220., 1030., 1100.,
    774., 840., 874., 694., 940., 833., 701., 916., 692., 1020., 1050., 969., 831., 726., 456.,
    824., 702., 1120., 1100., 832., 764., 821., 768., 845., 864., 862., 698., 845., 744., 796.,
    1040., 759., 781., 865., 845., 944., 984., 897., 822., 1010., 771., 676., 649., 846., 812.,
    742., 801., 1040., 860., 874., 848., 890., 744., 749., 838., 1050., 918., 986., 797., 923.,
    975., 815., 1020., 906., 901., 1170., 912., 746., 919., 718., 714., 740.,
];

/// `n` normal errors of first order with this coefficient, for tests of size.
#[cfg(test)]
pub(super) fn first_order(n: usize, coefficient: f64, number: u32) -> Vec<f64> {
    let mut draws =
        comity_model::rng::Draws::new(11).at(comity_model::rng::Stream::Design, 0, number, 0);
    let mut error = draws.normal() / libm::sqrt(1.0 - coefficient * coefficient);
    (0..n)
        .map(|_| {
            error = coefficient * error + draws.normal();
            error
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Correction::{FirstOrder, HamedRao};
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} is not {b}");
    }

    /// Expected: `hamed_rao_modification_test` of pyMannKendall 1.4.3 (Hussain
    /// and Mahmud 2019, J. Open Source Software 4(39): 1556).
    #[test]
    fn the_nile_falls() {
        let nile = trend(&NILE, HamedRao, 0.95).unwrap();
        close(nile.score, -1387.0);
        close(nile.slope, -2.6);
        close(nile.tau, -0.280_202_020_202_020_2);
        close(nile.variance, 241_565.356_916_626_9);
        close(nile.z, -2.819_979_195_645_138_8);
        close(nile.p, 0.004_802_676_310_182_719);
    }

    /// Expected: `original_test` (variance) and `hamed_rao_modification_test` of
    /// pyMannKendall 1.4.3.
    #[test]
    fn ties_and_autocorrelation_are_corrected_for() {
        let values = [
            16, 22, 23, 26, 29, 31, 33, 35, 36, 39, 41, 40, 40, 42, 43, 42, 44, 46, 46, 47, 45, 45,
            46,
        ];
        let values = values.map(f64::from);
        let found = trend(&values, HamedRao, 0.95).unwrap();
        close(score_variance(&values), 1427.0);
        close(found.slope, 7.0 / 6.0);
        close(found.variance, 3_760.819_076_992_538_6);
        close(found.p, 0.000_228_476_250_578_868_45);
    }

    /// Expected: `scipy.stats.theilslopes(values, alpha=.95)` of SciPy 1.17, which takes the
    /// variance of S without autocorrelation.
    #[test]
    fn the_slopes_interval_is_that_of_scipy() {
        let nile = slope_interval(&slopes(&NILE), score_variance(&NILE), 0.95);
        close(nile.low, -3.627906976744186);
        close(nile.high, -1.4285714285714286);
        let corrected = trend(&NILE, HamedRao, 0.95).unwrap().interval;
        assert!(corrected.low < nile.low && corrected.high > nile.high);
        assert!(corrected.below(0.0));
    }

    /// Expected: the formula in NumPy 2.4, with S and its variance of pyMannKendall.
    #[test]
    fn the_nile_falls_with_errors_of_first_order() {
        let nile = trend(&NILE, FirstOrder, 0.95).unwrap();
        close(nile.variance / 250_271.225_074_105_43, 1.0);
        close(nile.p, 0.005_597_072_118_817_398);
    }

    /// Of 400 series of errors of first order without a trend, about 20 are rejected at 5 % by
    /// the correction of first order, and many more by that of single lags.
    #[test]
    fn autocorrelated_noise_seldom_has_a_trend() {
        for (rho, most) in [(0.0, 34), (0.3, 36), (0.5, 36), (0.7, 48)] {
            let rejected = |correction| {
                let series = |k| first_order(70, rho, k);
                let rejects = |k: &u32| trend(&series(*k), correction, 0.95).unwrap().p <= 0.05;
                (0..400).filter(rejects).count()
            };
            let (first, lags) = (rejected(FirstOrder), rejected(HamedRao));
            assert!((8..=most).contains(&first), "{rho}: {first} of 400");
            assert!(rho < 0.5 || lags > 45, "{rho}: {lags} of 400");
        }
    }

    #[test]
    fn a_constant_has_no_trend() {
        let constant = trend(&[2.0; 10], FirstOrder, 0.95).unwrap();
        assert_eq!((constant.slope, constant.z, constant.p), (0.0, 0.0, 1.0));
        assert_eq!((constant.interval.low, constant.interval.high), (0.0, 0.0));
        let missing = trend(&[1.0, 2.0, f64::NAN, 3.0], HamedRao, 0.95).unwrap_err();
        assert!(missing.to_string().contains("position 2"));
        assert!(trend(&[1.0, 2.0, 3.0], HamedRao, 0.95).is_err());
        assert!(trend(&NILE, HamedRao, 1.0).is_err());
    }
}
