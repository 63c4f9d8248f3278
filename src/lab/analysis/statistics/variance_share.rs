//! How much of the variance lies between groups.

use serde::Serialize;

use super::resample::Interval;
use super::{finite, squares};
use crate::analysis::bootstrap::confidence as check_level;
use crate::analysis::distributions::{fisher_quantile, fisher_tail};
use comity_model::error::{Error, Result};

/// Variance between groups as a share of all variance, in three readings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct VarianceShare {
    /// η²: squares between over all squares, 0 to 1; too large in small groups.
    pub eta_squared: f64,
    /// ω² (Hays 1963): η² with that bias removed, for groups that are all there are; may be
    /// below 0.
    pub omega_squared: f64,
    /// Intraclass correlation ICC(1) (Shrout & Fleiss 1979), for groups that stand for
    /// many; may be below 0.
    pub intraclass: f64,
    /// Its interval from F; exact for normal values in groups of equal size, else with the mean
    /// size of Searle (1971).
    pub interval: Interval,
    /// F of the one-way analysis of variance.
    pub f: f64,
    /// p of equal means.
    pub p: f64,
}

/// The share of the variance between `groups[group][member]`.
///
/// # Errors
///
/// With fewer than two groups, an empty one, no group of two, values that are not finite, no
/// variation within groups, or a wrong level.
pub fn variance_share(groups: &[Vec<f64>], confidence: f64) -> Result<VarianceShare> {
    check_level(confidence)?;
    if groups.len() < 2 {
        return Err(Error::expected(groups.len(), "at least 2 groups"));
    }
    for (k, group) in groups.iter().enumerate() {
        finite(&format!("group {k}"), group, 1)?;
    }
    let all: Vec<f64> = groups.iter().flatten().copied().collect();
    let (count, n) = (groups.len() as f64, all.len() as f64);
    let (above, below) = (count - 1.0, n - count);
    let total = squares(&all);
    let within: f64 = groups.iter().map(|g| squares(g)).sum();
    if below == 0.0 || within <= 1e-24 * total || total == 0.0 {
        return Err(Error::new("no variation within groups"));
    }
    let between = (total - within).max(0.0);
    let (mean_between, mean_within) = (between / above, within / below);
    let f = mean_between / mean_within;
    let sizes: f64 = groups.iter().map(|g| (g.len() * g.len()) as f64).sum();
    // k, the groups' size, or what stands for it where they differ.
    let size = (n - sizes / n) / above;
    let of_f = |f: f64| (f - 1.0) / (f + size - 1.0);
    let tail = (1.0 - confidence) / 2.0;
    Ok(VarianceShare {
        eta_squared: between / total,
        omega_squared: (between - above * mean_within) / (total + mean_within),
        intraclass: of_f(f),
        interval: Interval {
            low: of_f(f / fisher_quantile(1.0 - tail, above, below)),
            high: of_f(f * fisher_quantile(1.0 - tail, below, above)),
        },
        f,
        p: fisher_tail(f, above, below),
    })
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    /// Expected: `scipy.stats.f_oneway` of SciPy 1.17, `anova(effsize="np2")` and
    /// `intraclass_corr` (ICC(1,1), interval to two digits) of Pingouin 0.7; ω² and the interval's
    /// ends by their formulas with `scipy.stats.f.ppf`.
    #[test]
    fn shares_are_those_of_pingouin() {
        let groups = [
            vec![3.1, 2.9, 3.6, 3.3, 2.7],
            vec![4.0, 4.4, 3.8, 4.1, 4.6],
            vec![2.2, 2.9, 2.5, 2.0, 2.4],
            vec![3.5, 3.9, 3.0, 3.3, 3.6],
        ];
        let found = variance_share(&groups, 0.95).unwrap();
        close(found.f, 24.218289085545774, 1e-9);
        close(found.p, 3.442648995487974e-6, 1e-14);
        close(found.eta_squared, 0.8195248552605311, 1e-12);
        close(found.omega_squared, 0.77692231763893, 1e-12);
        close(found.intraclass, 0.8228099519130253, 1e-12);
        close(found.interval.low, 0.4970062207839423, 1e-9);
        close(found.interval.high, 0.9856595077633583, 1e-9);
    }

    #[test]
    fn groups_that_say_nothing_are_refused() {
        assert!(variance_share(&[vec![1.0, 2.0]], 0.95).is_err());
        assert!(variance_share(&[vec![1.0], vec![2.0]], 0.95).is_err());
        assert!(variance_share(&[vec![1.0, 1.0], vec![2.0, 2.0]], 0.95).is_err());
        assert!(variance_share(&[vec![1.0, 2.0], vec![]], 0.95).is_err());
        let equal = variance_share(&[vec![1.0, 2.0], vec![1.0, 2.0, 1.5]], 0.95).unwrap();
        assert!(equal.intraclass < 0.0 && equal.eta_squared == 0.0);
    }
}
