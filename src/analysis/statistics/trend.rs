//! Monotonic trends: Sen's slope and the Mann-Kendall test, corrected for
//! autocorrelation (Hamed and Rao 1998, J. Hydrology 204: 182-196), or with blocks.

use serde::Serialize;

use super::resample::{Interval, Purpose, keyed, monte_carlo_p};
use super::series::{checked_block, moving_blocks};
use super::{Options, finite, ranks, tie_sizes};
use crate::analysis::bootstrap::confidence as check_level;
use crate::analysis::distributions::{normal_half_width, normal_two_sided};
use crate::error::Result;
use crate::observe::statistics::median;

/// Significance at which a lag's autocorrelation counts: two-sided 5 %.
const NORMAL_975: f64 = 1.959_963_984_540_054;

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
/// The variance of S is multiplied by n/n* of Hamed and Rao over the lags whose
/// autocorrelation (of the ranks of the detrended values) is significant at 5 %;
/// where that factor is not positive, it is left at 1. The test is somewhat too ready to
/// reject in short series of strong autocorrelation; [`block_p`] is another.
///
/// # Errors
///
/// With fewer than four values, one that is not finite, or a wrong level.
pub fn trend(values: &[f64], confidence: f64) -> Result<Trend> {
    check_level(confidence)?;
    finite("series", values, 4)?;
    let n = values.len();
    let slopes = slopes(values);
    let slope = median(&slopes);
    let score = score(values);
    let factor = variance_factor(values, slope);
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

/// Two-sided p of Mann-Kendall's S among series without a trend: Sen's slope is taken out and
/// what remains put together from moving blocks (Önöz & Bayazit 2012). `block` is their
/// length; without one it follows from the first autocorrelation (Carlstein 1986).
///
/// # Errors
///
/// As [`trend`], or with a block longer than the series.
pub fn block_p(values: &[f64], block: Option<usize>, options: &Options) -> Result<f64> {
    options.check()?;
    finite("series", values, 4)?;
    let slope = median(&slopes(values));
    let mut residuals: Vec<f64> = detrended(values, slope);
    let mean = residuals.iter().sum::<f64>() / residuals.len() as f64;
    residuals.iter_mut().for_each(|r| *r -= mean);
    let length = checked_block(block, &residuals)?;
    let bound = score(values).abs();
    let reaches = |k: &usize| {
        let mut draws = keyed(options.seed, Purpose::Blocks, *k, 0);
        let positions = moving_blocks(residuals.len(), length, &mut draws);
        let series: Vec<f64> = positions.iter().map(|&i| residuals[i]).collect();
        score(&series).abs() >= bound
    };
    let extreme = (0..options.resamples).filter(reaches).count();
    Ok(monte_carlo_p(extreme, options.resamples))
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
fn variance_factor(values: &[f64], slope: f64) -> f64 {
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
    let mut sum = 0.0;
    for lag in 1..n {
        let autocorrelation = product(lag) / spread;
        if autocorrelation.abs() > bound {
            let rest = (n - lag) as f64;
            sum += rest * (rest - 1.0) * (rest - 2.0) * autocorrelation;
        }
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
    let mut draws = crate::rng::Draws::new(11).at(crate::rng::Stream::Design, 0, number, 0);
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
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} is not {b}");
    }

    /// Expected: `hamed_rao_modification_test` of pyMannKendall 1.4.3 (Hussain
    /// and Mahmud 2019, J. Open Source Software 4(39): 1556).
    #[test]
    fn the_nile_falls() {
        let nile = trend(&NILE, 0.95).unwrap();
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
        let found = trend(&values, 0.95).unwrap();
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
        let corrected = trend(&NILE, 0.95).unwrap().interval;
        assert!(corrected.low < nile.low && corrected.high > nile.high);
        assert!(corrected.below(0.0));
    }

    #[test]
    fn blocks_agree_on_the_nile_and_on_noise() {
        let options = Options {
            resamples: 400,
            ..Options::default()
        };
        let nile = block_p(&NILE, None, &options).unwrap();
        assert!(nile < 0.05, "{nile}");
        let noise: Vec<f64> = (0..60).map(|i| f64::from(i * 37 % 61)).collect();
        let noise = block_p(&noise, Some(3), &options).unwrap();
        assert!(noise > 0.2, "{noise}");
        assert!(block_p(&NILE, Some(101), &options).is_err());
    }

    /// Of 400 series of errors of first order without a trend, about 20 are rejected at 5 %.
    #[test]
    fn autocorrelated_noise_seldom_has_a_trend() {
        for rho in [0.0, 0.3, 0.5] {
            let series = |k| first_order(70, rho, k);
            let rejects = |k: &u32| trend(&series(*k), 0.95).unwrap().p <= 0.05;
            let rejected = (0..400).filter(rejects).count();
            println!("{rho}: {rejected}");
            assert!((8..=40).contains(&rejected), "{rho}: {rejected} of 400");
        }
    }

    #[test]
    fn a_constant_has_no_trend() {
        let constant = trend(&[2.0; 10], 0.95).unwrap();
        assert_eq!((constant.slope, constant.z, constant.p), (0.0, 0.0, 1.0));
        assert_eq!((constant.interval.low, constant.interval.high), (0.0, 0.0));
        assert_eq!(block_p(&[2.0; 10], None, &Options::default()).unwrap(), 1.0);
        let missing = trend(&[1.0, 2.0, f64::NAN, 3.0], 0.95).unwrap_err();
        assert!(missing.to_string().contains("position 2"));
        assert!(trend(&[1.0, 2.0, 3.0], 0.95).is_err());
        assert!(trend(&NILE, 1.0).is_err());
    }
}
