//! In what share of runs something happens.

use serde::Serialize;

use super::resample::Interval;
use crate::analysis::bootstrap::confidence as check_level;
use crate::analysis::distributions::{binomial_tail, normal_half_width};
use comity_model::error::{Error, Result};

/// A share of runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Share {
    /// Runs in which it happens.
    pub successes: usize,
    /// All runs, at least 1.
    pub runs: usize,
    /// The one over the other.
    pub share: f64,
    /// Wilson's score interval (1927, J. American Statistical Association 22: 209-212).
    pub interval: Interval,
}

/// On which side of a share a test looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Side {
    /// Whether the true share is larger.
    Greater,
    /// Whether it is smaller.
    Less,
    /// Whether it is another: twice the smaller of both, at most 1.
    Both,
}

/// The share with its interval at the level `confidence`.
///
/// # Errors
///
/// Without a run, with more successes than runs, or a wrong level.
pub fn share(successes: usize, runs: usize, confidence: f64) -> Result<Share> {
    check_level(confidence)?;
    check(successes, runs)?;
    let (k, n) = (successes as f64, runs as f64);
    let z = normal_half_width(confidence);
    let centre = (k + z * z / 2.0) / (n + z * z);
    let half = z / (n + z * z) * libm::sqrt(k * (n - k) / n + z * z / 4.0);
    Ok(Share {
        successes,
        runs,
        share: k / n,
        interval: Interval {
            low: if successes == 0 { 0.0 } else { centre - half },
            high: if successes == runs {
                1.0
            } else {
                centre + half
            },
        },
    })
}

/// The share of the runs that hold.
///
/// # Errors
///
/// As [`share`].
pub fn share_of(holds: &[bool], confidence: f64) -> Result<Share> {
    let successes = holds.iter().filter(|h| **h).count();
    share(successes, holds.len(), confidence)
}

/// Exact p of the binomial test against the share `p`.
///
/// # Errors
///
/// As [`share`], or with a `p` outside 0 to 1.
pub fn exact_p(successes: usize, runs: usize, p: f64, side: Side) -> Result<f64> {
    check(successes, runs)?;
    if !(0.0..=1.0).contains(&p) {
        return Err(Error::expected(p, "a share from 0 to 1"));
    }
    let greater = binomial_tail(successes, runs, p);
    // No more successes are no fewer failures.
    let less = binomial_tail(runs - successes, runs, 1.0 - p);
    Ok(match side {
        Side::Greater => greater,
        Side::Less => less,
        Side::Both => (2.0 * greater.min(less)).min(1.0),
    })
}

fn check(successes: usize, runs: usize) -> Result<()> {
    if runs == 0 || successes > runs {
        let found = format!("{successes} of {runs} runs");
        return Err(Error::expected(
            found,
            "at least one run, and no more successes than runs",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    /// Expected: `scipy.stats.binomtest(k, n, …)` and its `proportion_ci(.95, "wilson")` of
    /// SciPy 1.17.
    #[test]
    fn shares_are_those_of_scipy() {
        for (k, n, low, high) in [
            (33, 40, 0.6805000966821229, 0.9125458625396408),
            (0, 20, 0.0, 0.16112515805281935),
            (20, 20, 0.8388748419471808, 1.0),
        ] {
            let found = share(k, n, 0.95).unwrap();
            close(found.interval.low, low, 1e-12);
            close(found.interval.high, high, 1e-12);
        }
        let p = |side| exact_p(33, 40, 0.6, side).unwrap();
        close(p(Side::Greater), 0.0020534429555373658, 1e-12);
        close(p(Side::Less), 0.9994051699328956, 1e-12);
        close(p(Side::Both), 2.0 * 0.0020534429555373658, 1e-12);
        assert_eq!(share_of(&[true, false], 0.9).unwrap().share, 0.5);
    }

    #[test]
    fn shares_of_nothing_are_refused() {
        assert!(share(0, 0, 0.95).is_err() && share(3, 2, 0.95).is_err());
        assert!(share(1, 2, 0.0).is_err() && share_of(&[], 0.95).is_err());
        assert!(exact_p(1, 2, 1.5, Side::Both).is_err());
        assert_eq!(exact_p(2, 2, 1.0, Side::Greater).unwrap(), 1.0);
    }
}
