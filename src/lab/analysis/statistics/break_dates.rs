//! Dates of breaks by least squares over all partitions (Bai & Perron 2003, J. Applied
//! Econometrics 18: 1-22), their number by Schwarz's criterion.

use serde::Serialize;

use super::finite;
use super::paired_difference::varies;
use crate::analysis::summary::mean;
use comity_model::error::{Error, Result};

/// A residual sum of squares is not taken to be smaller than this share of the whole series'.
const EXACT: f64 = 1e-12;

/// What breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Regime {
    /// The mean.
    Mean,
    /// Intercept and slope of a straight line.
    Line,
}

impl Regime {
    /// Coefficients of one regime.
    pub(super) fn coefficients(self) -> usize {
        match self {
            Self::Mean => 1,
            Self::Line => 2,
        }
    }
}

/// The best partition with one number of breaks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Partition {
    /// Positions (from 0) of the first value of each new regime, ascending.
    pub breaks: Vec<usize>,
    /// Residual sum of squares.
    pub squares: f64,
    /// Schwarz's criterion of the normal model, each break counted as a coefficient. Errors
    /// that are autocorrelated make it find too many breaks.
    pub criterion: f64,
}

/// The best partitions with 0, 1, 2, … breaks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BreakDates {
    /// By number of breaks, from 0; no more than fit into the series.
    pub partitions: Vec<Partition>,
    /// The number of breaks with the smallest criterion.
    pub chosen: usize,
}

/// Up to `most` breaks in equally spaced values; each regime has at least the share
/// `trimming` of the series and one value more than it has coefficients.
///
/// # Errors
///
/// With fewer than eight values, one that is not finite, a series that does not vary, or
/// `trimming` outside (0, 0.5).
pub fn break_dates(
    values: &[f64],
    regime: Regime,
    most: usize,
    trimming: f64,
) -> Result<BreakDates> {
    let shortest = shortest(values, regime, trimming)?;
    let n = values.len();
    let segments = Segments::of(values, regime);
    let floor = EXACT * segments.squares(0, n);
    // best[j]: least sum of squares of the first j values in m + 1 regimes; the break before
    // the last of them in last[m][j].
    let mut best: Vec<f64> = (0..=n)
        .map(|j| match j >= shortest {
            true => segments.squares(0, j),
            false => f64::INFINITY,
        })
        .collect();
    let mut last: Vec<Vec<usize>> = Vec::new();
    let mut partitions = vec![partition(&last, best[n].max(floor), n, regime)];
    for m in 1..=most {
        if (m + 1) * shortest > n {
            break;
        }
        let (mut next, mut from) = (vec![f64::INFINITY; n + 1], vec![0; n + 1]);
        for j in (m + 1) * shortest..=n {
            for i in m * shortest..=j - shortest {
                let squares = best[i] + segments.squares(i, j);
                if squares < next[j] {
                    (next[j], from[j]) = (squares, i);
                }
            }
        }
        best = next;
        last.push(from);
        partitions.push(partition(&last, best[n].max(floor), n, regime));
    }
    let chosen = (0..partitions.len())
        .min_by(|&a, &b| partitions[a].criterion.total_cmp(&partitions[b].criterion))
        .unwrap_or(0);
    Ok(BreakDates { partitions, chosen })
}

/// Length of the shortest regime.
pub(super) fn shortest(values: &[f64], regime: Regime, trimming: f64) -> Result<usize> {
    finite("series", values, 8)?;
    if !(trimming > 0.0 && trimming < 0.5) {
        return Err(Error::expected(trimming, "a share between 0 and 0.5").at_key("trimming"));
    }
    if !varies(values) {
        return Err(Error::new("the series does not vary").at_key("series"));
    }
    let share = libm::floor(trimming * values.len() as f64 + 1e-9) as usize;
    Ok(share.max(regime.coefficients() + 1))
}

fn partition(last: &[Vec<usize>], squares: f64, n: usize, regime: Regime) -> Partition {
    let mut breaks = Vec::with_capacity(last.len());
    let mut end = n;
    for from in last.iter().rev() {
        end = from[end];
        breaks.push(end);
    }
    breaks.reverse();
    let size = n as f64;
    let parameters = ((regime.coefficients() + 1) * (last.len() + 1)) as f64;
    let variance = squares / size;
    let fit = size * (libm::log(variance) + libm::log(2.0 * std::f64::consts::PI) + 1.0);
    Partition {
        breaks,
        squares,
        criterion: fit + libm::log(size) * parameters,
    }
}

/// Sums over the first values, from which a segment's fit follows at once.
pub(super) struct Segments {
    regime: Regime,
    /// Mean of the series, which is taken out first.
    centre: f64,
    sum: Vec<f64>,
    square: Vec<f64>,
    /// Of position times value.
    moment: Vec<f64>,
}

impl Segments {
    pub(super) fn of(values: &[f64], regime: Regime) -> Self {
        let centre = mean(values);
        let cumulated = |term: &dyn Fn(usize, f64) -> f64| -> Vec<f64> {
            let mut total = 0.0;
            let mut sums = vec![0.0];
            for (k, v) in values.iter().enumerate() {
                total += term(k, v - centre);
                sums.push(total);
            }
            sums
        };
        Self {
            regime,
            centre,
            sum: cumulated(&|_, v| v),
            square: cumulated(&|_, v| v * v),
            moment: cumulated(&|k, v| k as f64 * v),
        }
    }

    /// Length, mean (about the centre), sum of squares about it, and slope of from..to; with
    /// the sum of squares of the positions about their mean.
    fn fit(&self, from: usize, to: usize) -> (f64, f64, f64, f64, f64) {
        let n = (to - from) as f64;
        let sum = self.sum[to] - self.sum[from];
        let about = self.square[to] - self.square[from] - sum * sum / n;
        let position = (from + to - 1) as f64 / 2.0;
        let product = self.moment[to] - self.moment[from] - position * sum;
        let spread = n * (n * n - 1.0) / 12.0;
        let slope = if spread > 0.0 { product / spread } else { 0.0 };
        (n, sum / n, about, slope, spread)
    }

    /// Residual sum of squares of one regime over from..to.
    pub(super) fn squares(&self, from: usize, to: usize) -> f64 {
        let (_, _, about, slope, spread) = self.fit(from, to);
        let explained = match self.regime {
            Regime::Mean => 0.0,
            Regime::Line => slope * slope * spread,
        };
        (about - explained).max(0.0)
    }

    /// Fitted values of one regime over from..to.
    pub(super) fn fitted(&self, from: usize, to: usize) -> Vec<f64> {
        let (_, mean, _, slope, _) = self.fit(from, to);
        let slope = match self.regime {
            Regime::Mean => 0.0,
            Regime::Line => slope,
        };
        let position = (from + to - 1) as f64 / 2.0;
        let at = |k: usize| self.centre + mean + slope * (k as f64 - position);
        (from..to).map(at).collect()
    }

    /// The break between `shortest` values from either end that leaves the least sum of
    /// squares, and that sum.
    pub(super) fn best_break(&self, shortest: usize) -> (usize, f64) {
        let n = self.sum.len() - 1;
        let mut best = (shortest, f64::INFINITY);
        for k in shortest..=n - shortest {
            let squares = self.squares(0, k) + self.squares(k, n);
            if squares < best.1 {
                best = (k, squares);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::super::trend::NILE;
    use super::*;

    /// Expected: `ruptures.Dynp(model="l2", min_size=15, jump=1).fit(y).predict(m)` of ruptures
    /// 1.1.10 and the sums of squares and criteria of those partitions; R's
    /// `strucchange::breakpoints(Nile ~ 1)` has the same (Zeileis et al. 2003: one break, in
    /// 1898, BIC 1318, 1270, 1276, 1285).
    #[test]
    fn the_nile_breaks_in_1898() {
        let found = break_dates(&NILE, Regime::Mean, 4, 0.15).unwrap();
        for (m, breaks, squares, criterion) in [
            (0, &[][..], 2835156.75, 1318.2418068761806),
            (1, &[28], 1597457.1944444445, 1270.0837357395662),
            (2, &[28, 83], 1552923.6157754012, 1276.466700755352),
            (3, &[28, 68, 83], 1538096.5127450977, 1284.7176674489144),
            (4, &[28, 45, 68, 83], 1507888.4759164532, 1291.9444768872736),
        ] {
            assert_eq!(found.partitions[m].breaks, breaks);
            close(found.partitions[m].squares, squares, 1e-4);
            close(found.partitions[m].criterion, criterion, 1e-8);
        }
        assert_eq!(found.chosen, 1);
    }

    /// Expected: all pairs of breaks, each segment by `numpy.linalg.lstsq` of NumPy 2.4.
    #[test]
    fn lines_are_fitted_as_by_least_squares() {
        let found = break_dates(&NILE, Regime::Line, 2, 0.15).unwrap();
        assert_eq!(found.partitions[2].breaks, [28, 83]);
        close(found.partitions[0].squares, 2221263.6479267925, 1e-4);
        close(found.partitions[2].squares, 1483851.711509327, 1e-4);
        let line: Vec<f64> = (0..30).map(|k| 5.0 + 2.0 * f64::from(k)).collect();
        let fitted = Segments::of(&line, Regime::Line).fitted(10, 30);
        close(fitted[3], 31.0, 1e-9);
    }

    #[test]
    fn a_clean_step_is_found_exactly() {
        let step: Vec<f64> = (0..40).map(|k| f64::from(u8::from(k >= 25))).collect();
        let found = break_dates(&step, Regime::Mean, 9, 0.15).unwrap();
        assert_eq!(found.chosen, 1);
        assert_eq!(found.partitions[1].breaks, [25]);
        // Six regimes of six values fit into 40, seven do not.
        assert_eq!(found.partitions.len(), 6);
        assert!(found.partitions.iter().all(|p| p.criterion.is_finite()));
    }

    #[test]
    fn what_cannot_break_is_refused() {
        let refused = |values: &[f64], trimming| break_dates(values, Regime::Mean, 1, trimming);
        assert!(refused(&[1.0; 20], 0.15).is_err());
        assert!(refused(&NILE[..7], 0.15).is_err());
        assert!(refused(&NILE, 0.5).is_err());
        let mut gap = NILE;
        gap[3] = f64::NAN;
        assert!(refused(&gap, 0.15).is_err());
    }
}
