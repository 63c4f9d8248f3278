//! Series with autocorrelated errors: their first-order autocorrelation, series like them, and
//! blocks of them.

use crate::analysis::summary::mean;
use comity_model::error::{Error, Result};
use rand::{Rng, RngExt};

/// Steps that are thrown away before a simulated series begins.
const BURN_IN: usize = 100;
/// Largest size of a coefficient: beyond it a series has no level to come back to.
const LARGEST: f64 = 0.98;

/// Errors of first order, e_t = ρ e_{t-1} + u_t.
#[derive(Debug, Clone)]
pub(super) struct Errors {
    /// ρ, with its bias removed.
    pub(super) coefficient: f64,
    /// u_t about their mean.
    innovations: Vec<f64>,
}

impl Errors {
    /// The errors behind the residuals of a regression with `fitted` coefficients.
    pub(super) fn of(residuals: &[f64], fitted: usize) -> Self {
        let (n, k) = (residuals.len() as f64, fitted as f64);
        let coefficient = unbiased(autocorrelation(residuals), residuals.len(), fitted);
        let steps = residuals.windows(2);
        let mut innovations: Vec<f64> = steps.map(|w| w[1] - coefficient * w[0]).collect();
        let mean = mean(&innovations);
        // The fit has taken up part of the spread.
        let stretch = libm::sqrt(n / (n - k).max(1.0));
        innovations
            .iter_mut()
            .for_each(|u| *u = stretch * (*u - mean));
        Self {
            coefficient,
            innovations,
        }
    }

    /// `n` errors like these, from resampled innovations.
    pub(super) fn draw(&self, n: usize, draws: &mut impl Rng) -> Vec<f64> {
        let mut error = 0.0;
        let mut next = || {
            let innovation = self.innovations[draws.random_range(0..self.innovations.len())];
            error = self.coefficient * error + innovation;
            error
        };
        for _ in 0..BURN_IN {
            next();
        }
        (0..n).map(|_| next()).collect()
    }
}

/// ρ from its estimate in the residuals of `n` values after `fitted` coefficients.
///
/// Least squares finds ρ too low by about (k + (k + 2) ρ)/n with k coefficients (Kendall 1954
/// and Marriott & Pope 1954 for k = 1; Orcutt & Winokur 1969; van Giersbergen 2005 for a
/// trend); that is added, up to the largest size that is allowed.
pub(super) fn unbiased(estimate: f64, n: usize, fitted: usize) -> f64 {
    let k = fitted as f64;
    let corrected = estimate + (k + (k + 2.0) * estimate) / n as f64;
    corrected.clamp(-LARGEST, LARGEST)
}

/// First-order autocorrelation about 0, by least squares; 0 of zeros.
pub(super) fn autocorrelation(residuals: &[f64]) -> f64 {
    let steps = residuals.windows(2);
    let (mut product, mut square) = (0.0, 0.0);
    for w in steps {
        product += w[0] * w[1];
        square += w[0] * w[0];
    }
    if square > 0.0 { product / square } else { 0.0 }
}

/// Length of blocks for a series of these residuals: (√6 ρ/(1 − ρ²))^⅔ n^⅓ after Carlstein
/// (1986), from 1 to a third of the series.
pub(super) fn block_length(residuals: &[f64]) -> usize {
    let n = residuals.len();
    let rho = autocorrelation(residuals).abs().min(LARGEST);
    let base = libm::sqrt(6.0) * rho / (1.0 - rho * rho);
    let length = libm::ceil(libm::cbrt(base * base * n as f64)) as usize;
    length.clamp(1, (n / 3).max(1))
}

/// The block's length that was asked for, or that of [`block_length`].
///
/// # Errors
///
/// If it is 0 or longer than the series.
pub(super) fn checked_block(block: Option<usize>, residuals: &[f64]) -> Result<usize> {
    match block {
        None => Ok(block_length(residuals)),
        Some(length) if (1..=residuals.len()).contains(&length) => Ok(length),
        Some(length) => {
            let expected = format!("1 to {}, the length of the series", residuals.len());
            Err(Error::expected(length, expected).at_key("block"))
        }
    }
}

/// Positions of a series of `n` values in overlapping blocks drawn with replacement (Künsch
/// 1989), the last cut off.
pub(super) fn moving_blocks(n: usize, length: usize, draws: &mut impl Rng) -> Vec<usize> {
    let mut positions = Vec::with_capacity(n + length);
    while positions.len() < n {
        let start = draws.random_range(0..=n - length);
        positions.extend(start..start + length);
    }
    positions.truncate(n);
    positions
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::super::resample::{Purpose, keyed};
    use super::*;

    #[test]
    fn drawn_errors_have_the_coefficient() {
        let mut draws = keyed(5, Purpose::Errors, 0, 0);
        let mut error = 0.0;
        let long: Vec<f64> = (0..4000)
            .map(|_| {
                error = 0.6 * error + draws.normal();
                error
            })
            .collect();
        let errors = Errors::of(&long, 1);
        close(errors.coefficient, 0.6, 0.04);
        let like = errors.draw(4000, &mut draws);
        close(autocorrelation(&like), errors.coefficient, 0.04);
        // (√6 · 0.6/0.64)^⅔ · 4000^⅓ is 27.6.
        assert!((26..=30).contains(&block_length(&long)));
        assert_eq!(Errors::of(&[0.0; 10], 1).draw(3, &mut draws), [0.0; 3]);
    }

    #[test]
    fn blocks_are_runs_of_the_series() {
        let mut draws = keyed(5, Purpose::Blocks, 0, 0);
        let positions = moving_blocks(10, 4, &mut draws);
        assert_eq!(positions.len(), 10);
        for block in positions.chunks(4) {
            assert!(block.windows(2).all(|w| w[1] == w[0] + 1));
        }
        assert_eq!(block_length(&[0.0; 10]), 1);
        assert!(checked_block(Some(0), &[0.0; 10]).is_err());
        assert!(checked_block(Some(11), &[0.0; 10]).is_err());
    }
}
