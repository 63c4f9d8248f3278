//! The tests by which effects, trends and patterns are judged.
//!
//! Pure functions of lists of numbers and a seed; what a number stands for is the caller's
//! business. The same seed gives the same interval.
//!
//! ```
//! use comity_lab::analysis::statistics::{Options, paired_difference::paired_difference};
//!
//! let without = [0.31, 0.28, 0.35, 0.30, 0.27, 0.33];
//! let with = [0.22, 0.25, 0.30, 0.21, 0.20, 0.24];
//! let found = paired_difference(&without, &with, &Options::default())?;
//! assert!(found.difference.mean.interval.below(0.0));
//! # Ok::<(), comity_model::error::Error>(())
//! ```
//!
//! | module | question | source of the formula |
//! |---|---|---|
//! | [`paired_difference`] | does a treatment move a metric, run by run? | Efron 1987; d_z of Cohen 1988 |
//! | [`unpaired_difference`] | the same for arms with seeds of their own | Welch 1947; Efron 1987 |
//! | [`trend`] | does a series rise or fall? | Mann 1945; Sen 1968; Hamed & Rao 1998; Hamed 2009 |
//! | [`breakpoint`] | does a series break, and when? | Andrews 1993; Diebold & Chen 1996 |
//! | [`break_dates`] | how many breaks, and when? | Bai & Perron 2003 |
//! | [`period_ratio`] | how does one period compare with another? | Künsch 1989 |
//! | [`hazard_ratio`] | does an event come sooner, in discrete time? | Prentice & Gloeckler 1978 |
//! | [`cox`] | the same, from times with censoring | Cox 1972; Breslow 1974; Lin & Wei 1989 |
//! | [`weighted_kappa`] | do two tables of grades agree? | Cohen 1968 |
//! | [`interaction`] | do two factors work together? | factorial contrasts |
//! | [`equivalence`] | is a difference too small to matter? | Schuirmann 1987 |
//! | [`dose`] | does a response rise with the dose? | Jonckheere 1954; Page 1963; Spearman 1904 |
//! | [`knock_out`] | how much of an effect goes with a mechanism? | ratio of means, Efron 1987 |
//! | [`network_null`] | do ties keep to regions more than by chance? | Maslov & Sneppen 2002 |
//! | [`share`] | in how many runs does something happen? | Wilson 1927; Clopper & Pearson 1934 |
//! | [`rank`] | in how many runs does an order hold? | as `share` |
//! | [`clustering`] | do dates cluster more than by chance? | Fisher 1925, index of dispersion |
//! | [`variance_share`] | how much of the variance lies between groups? | Hays 1963; Shrout & Fleiss 1979 |
//! | [`holm`] | what remains with many tests? | Holm 1979 |
//!
//! Errors: each function refuses values that are not finite, lists too short, and levels
//! out of range; a figure that has no meaning for the data at hand (a share of nothing) is
//! `None`. No result is NaN.

pub mod break_dates;
pub mod breakpoint;
pub mod clustering;
pub mod cox;
pub mod dose;
pub mod equivalence;
pub mod hazard_ratio;
pub mod holm;
pub mod interaction;
pub mod knock_out;
pub mod network_null;
pub mod paired_difference;
pub mod period_ratio;
pub mod rank;
mod resample;
mod series;
pub mod share;
pub mod trend;
pub mod unpaired_difference;
pub mod variance_share;
pub mod weighted_kappa;

pub use crate::analysis::bootstrap::Options;
pub use resample::{Estimate, Interval};

use crate::analysis::summary::mean;
use comity_model::error::{Error, Result};

/// Refuses a list with fewer than `least` values or with one that is not finite.
fn finite(name: &str, values: &[f64], least: usize) -> Result<()> {
    if values.len() < least {
        let expected = format!("at least {least}");
        return Err(Error::expected(format!("{} values", values.len()), expected).at_key(name));
    }
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(k) => {
            let found = format!("{} at position {k} (from 0)", values[k]);
            Err(Error::expected(found, "a finite number").at_key(name))
        }
    }
}

/// Refuses two lists of different length.
fn same_length(name: &str, found: usize, expected: usize) -> Result<()> {
    if found != expected {
        let found = format!("{found} values");
        return Err(
            Error::expected(found, format!("{expected}, as many as the first")).at_key(name),
        );
    }
    Ok(())
}

/// Ranks from 1; tied values share their mean rank.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = first as f64 + (tied.len() + 1) as f64 / 2.0;
        tied.iter().for_each(|&i| ranks[i] = rank);
        first += tied.len();
    }
    ranks
}

/// Pearson's correlation of two lists of the same length; NaN where one does not vary.
pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (ma, mb) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - ma) * (y - mb);
        aa += (x - ma) * (x - ma);
        bb += (y - mb) * (y - mb);
    }
    ab / libm::sqrt(aa * bb)
}

/// How often each value occurs, in the order of values.
fn tie_sizes(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let groups = sorted.chunk_by(|a, b| a == b);
    groups.map(|tied| tied.len() as f64).collect()
}

/// Sum of squares about the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|v| (v - mean) * (v - mean)).sum()
}

/// Agreement with a published figure, in the unit tests.
#[cfg(test)]
fn close(found: f64, expected: f64, within: f64) {
    assert!(
        (found - expected).abs() <= within,
        "{found} is not {expected}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlations_are_pearsons() {
        let a = [1.0, 2.0, 3.0, 4.0];
        close(correlation(&a, &[2.0, 4.0, 6.0, 8.0]), 1.0, 1e-12);
        // Deviations −1.5 −.5 .5 1.5 and −.5 .5 −.5 .5: 1 over the root of 5 × 1.
        let found = correlation(&a, &[0.0, 1.0, 0.0, 1.0]);
        close(found, 1.0 / 5f64.sqrt(), 1e-12);
        assert!(correlation(&a, &[1.0; 4]).is_nan());
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
    }
}
