//! Scores of probability forecasts (Gneiting & Raftery 2007), and the skill of one forecast
//! against another with its interval.

use crate::analysis::distributions::normal_cdf;
use crate::analysis::summary::quantile;
use comity_model::rng::{Draws, Stream};
use rand::RngExt;

/// Least logarithm of a density: a single year that a forecast thought impossible may not
/// decide a mean alone. How often it is reached is reported.
pub const LOG_FLOOR: f64 = -20.0;
/// Years in a block of the bootstrap.
pub const BLOCK: usize = 5;
/// Resamples of the bootstrap.
const RESAMPLES: u32 = 2000;

/// Logarithm of the normal density, not below [`LOG_FLOOR`].
pub fn log_density(y: f64, mean: f64, sd: f64) -> f64 {
    let z = (y - mean) / sd;
    let exact = -0.5 * z * z - libm::log(sd) - 0.5 * libm::log(std::f64::consts::TAU);
    exact.max(LOG_FLOOR)
}

/// Continuous ranked probability score of a normal forecast, in the unit of `y`; 0 is perfect.
pub fn crps_normal(y: f64, mean: f64, sd: f64) -> f64 {
    let z = (y - mean) / sd;
    let density = libm::exp(-0.5 * z * z) / libm::sqrt(std::f64::consts::TAU);
    let root_pi = libm::sqrt(std::f64::consts::PI);
    sd * (z * (2.0 * normal_cdf(z) - 1.0) + 2.0 * density - 1.0 / root_pi)
}

/// Continuous ranked probability score of an ensemble of at least two members, fair to its
/// size (Ferro 2014): the expected score of the distribution that the members are drawn from.
pub fn crps_ensemble(y: f64, members: &[f64]) -> f64 {
    let n = members.len() as f64;
    let mut sorted = members.to_vec();
    sorted.sort_by(f64::total_cmp);
    let error: f64 = sorted.iter().map(|x| (x - y).abs()).sum::<f64>() / n;
    // The sum of |x_i - x_j| over ordered pairs, from the ranks.
    let weighted = sorted.iter().enumerate();
    let spread: f64 = weighted
        .map(|(k, x)| (2.0 * k as f64 + 1.0 - n) * x)
        .sum::<f64>();
    error - spread / (n * (n - 1.0))
}

/// Where `y` stands among the members, 0 to 1; members equal to it count half.
pub fn rank(y: f64, members: &[f64]) -> f64 {
    let below = members.iter().filter(|x| **x < y).count() as f64;
    let equal = members.iter().filter(|x| **x == y).count() as f64;
    (below + 0.5 * equal) / members.len() as f64
}

/// A number with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The number.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// `statistic` of two series of yearly scores, with a percentile interval from a circular
/// block bootstrap over the years (Politis & Romano 1992): blocks of five years, because the
/// scores of neighbouring years are alike.
pub fn resampled(a: &[f64], b: &[f64], statistic: impl Fn(f64, f64) -> f64) -> Interval {
    let n = a.len().min(b.len());
    let of = |years: &[usize]| {
        let mean = |v: &[f64]| years.iter().map(|&k| v[k]).sum::<f64>() / years.len() as f64;
        statistic(mean(a), mean(b))
    };
    if n == 0 {
        let none = f64::NAN;
        return Interval {
            value: none,
            low: none,
            high: none,
        };
    }
    let draws = Draws::new(0);
    let found: Vec<f64> = (0..RESAMPLES)
        .map(|k| {
            let mut keyed = draws.at(Stream::Resample, 1, k, n as u32);
            let mut years = Vec::with_capacity(n + BLOCK);
            while years.len() < n {
                let start = keyed.random_range(0..n);
                years.extend((start..start + BLOCK).map(|t| t % n));
            }
            years.truncate(n);
            of(&years)
        })
        .collect();
    let all: Vec<usize> = (0..n).collect();
    Interval {
        value: of(&all),
        low: quantile(&found, 0.025),
        high: quantile(&found, 0.975),
    }
}

/// Skill of mean score `ours` against `theirs`: 1 is perfect, 0 no better, below 0 worse.
pub fn skill(ours: f64, theirs: f64) -> f64 {
    if theirs > 0.0 {
        1.0 - ours / theirs
    } else {
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} is not {b}");
    }

    /// Expected: `scoringrules.crps_normal` 0.9 and `properscoring.crps_gaussian` 0.1, which
    /// agree to all digits; `scipy.stats.norm.logpdf`.
    #[test]
    fn normal_scores_match_other_programs() {
        for (y, mean, sd, crps, log) in [
            (0.3, 0.0, 1.0, 0.2693329006866634, -0.9639385332046727),
            (52.0, 37.5, 6.25, 11.016973625769674, -5.442719996952983),
            (-2.0, 1.0, 0.5, 2.717905208382479, -18.22579135264473),
            (1.0, 1.0, 2.0, 0.46738995451021825, -1.612085713764618),
        ] {
            close(crps_normal(y, mean, sd), crps);
            close(log_density(y, mean, sd), log);
        }
        assert_eq!(log_density(100.0, 0.0, 1.0), LOG_FLOOR);
    }

    /// Expected: `scoringrules.crps_ensemble(y, members, estimator="fair")`.
    #[test]
    fn ensemble_scores_match_another_program() {
        let members = [1.0, 4.0, 2.5, 2.5, 7.0, 3.0];
        close(crps_ensemble(3.2, &members), 0.23333333333333295);
        close(crps_ensemble(-1.0, &members), 3.166666666666666);
        close(crps_ensemble(9.0, &members), 4.5);
        close(rank(2.5, &members), 2.0 / 6.0);
        assert_eq!((rank(0.0, &members), rank(9.0, &members)), (0.0, 1.0));
    }

    /// The fair score of members drawn from a normal has that of the normal as its mean.
    #[test]
    fn the_ensemble_score_is_fair_to_small_ensembles() {
        let draws = Draws::new(3);
        let mut keyed = draws.at(Stream::Resample, 2, 0, 0);
        for size in [2, 5] {
            let mut score = || {
                let members: Vec<f64> = (0..size).map(|_| keyed.normal()).collect();
                crps_ensemble(0.7, &members)
            };
            let mean = (0..20_000).map(|_| score()).sum::<f64>() / 20_000.0;
            let exact = crps_normal(0.7, 0.0, 1.0);
            assert!((mean - exact).abs() < 0.015, "{size}: {mean} {exact}");
        }
    }

    #[test]
    fn skill_and_its_interval() {
        let (ours, theirs) = (vec![1.0; 23], vec![2.0; 23]);
        let found = resampled(&ours, &theirs, skill);
        assert_eq!((found.value, found.low, found.high), (0.5, 0.5, 0.5));
        // Scores that alternate in runs of five have the widest interval of all blocks.
        let slow: Vec<f64> = (0..20).map(|k| f64::from(k / 5 % 2)).collect();
        let fast: Vec<f64> = (0..20).map(|k| f64::from(k % 2)).collect();
        let ones = vec![1.0; 20];
        let width = |v: &[f64]| {
            let found = resampled(v, &ones, skill);
            assert_eq!(found.value, 0.5);
            found.high - found.low
        };
        assert!(width(&slow) > 2.0 * width(&fast));
        assert_eq!(
            resampled(&slow, &ones, skill),
            resampled(&slow, &ones, skill)
        );
        assert!(skill(1.0, 0.0).is_nan() && resampled(&[], &[], skill).value.is_nan());
    }
}
