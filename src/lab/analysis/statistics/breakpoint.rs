//! One break at an unknown date: the sup-F test and an interval for the date.
//!
//! p comes from a bootstrap with errors of first order that are fitted without a break
//! (Diebold & Chen 1996, J. Econometrics 70: 221-241), not from the limit of Andrews (1993) with
//! the p values of Hansen (1997): that limit holds for errors without autocorrelation, and
//! yearly counts have much of it. The price is power: a break itself looks like
//! autocorrelation, so that small breaks in short series are not found.

use serde::Serialize;

use super::Options;
use super::break_dates::{Regime, Segments, shortest};
use super::resample::{Interval, Purpose, keyed, monte_carlo_p, percentile_interval};
use super::series::Errors;
use comity_model::error::Result;

/// A residual sum of squares is not taken to be smaller than this share of that without a break.
const EXACT: f64 = 1e-12;

/// The most likely break of a series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Breakpoint {
    /// Position (from 0) of the first value of the new regime.
    pub at: usize,
    /// Interval of that position, in whole values: bootstrap with errors of first order about
    /// the two fitted regimes. It is too short where the break is small.
    pub interval: Interval,
    /// Largest F over the breaks that trimming leaves, each with all coefficients changed.
    pub sup_f: f64,
    /// p of no break.
    pub p: f64,
    /// First-order autocorrelation of the errors without a break, its bias removed.
    pub autocorrelation: f64,
}

/// The break in equally spaced values that leaves the least sum of squares, with at least the
/// share `trimming` (0.15 is usual) of them on either side.
///
/// # Errors
///
/// With fewer than eight values, one that is not finite, a series that does not vary,
/// `trimming` outside (0, 0.5), or wrong options.
pub fn breakpoint(
    values: &[f64],
    regime: Regime,
    trimming: f64,
    options: &Options,
) -> Result<Breakpoint> {
    options.check()?;
    let shortest = shortest(values, regime, trimming)?;
    let n = values.len();
    let segments = Segments::of(values, regime);
    let (at, sup_f) = sup_f(&segments, n, shortest, regime);
    let without = segments.fitted(0, n);
    let errors = Errors::of(&residuals(values, &without), regime.coefficients());
    let like = |fitted: &[f64], errors: &Errors, purpose, k| {
        let mut draws = keyed(options.seed, purpose, k, 0);
        let drawn = errors.draw(n, &mut draws);
        let series: Vec<f64> = fitted.iter().zip(drawn).map(|(f, e)| f + e).collect();
        Segments::of(&series, regime)
    };
    let reaches = |k: &usize| {
        let series = like(&without, &errors, Purpose::Errors, *k);
        self::sup_f(&series, n, shortest, regime).1 >= sup_f
    };
    let extreme = (0..options.resamples).filter(reaches).count();
    let mut with = segments.fitted(0, at);
    with.extend(segments.fitted(at, n));
    let about = Errors::of(&residuals(values, &with), 2 * regime.coefficients());
    let dates: Vec<f64> = (0..options.resamples)
        .map(|k| {
            let series = like(&with, &about, Purpose::DatingErrors, k);
            series.best_break(shortest).0 as f64
        })
        .collect();
    let interval = percentile_interval(&dates, options.confidence);
    Ok(Breakpoint {
        at,
        interval: Interval {
            low: libm::floor(interval.low),
            high: libm::ceil(interval.high),
        },
        sup_f,
        p: monte_carlo_p(extreme, options.resamples),
        autocorrelation: errors.coefficient,
    })
}

/// The best break and its F.
fn sup_f(segments: &Segments, n: usize, shortest: usize, regime: Regime) -> (usize, f64) {
    let (at, with) = segments.best_break(shortest);
    let without = segments.squares(0, n);
    let with = with.max(EXACT * without);
    if with == 0.0 {
        return (at, 0.0);
    }
    let freedom = n.saturating_sub(2 * regime.coefficients()) as f64;
    // As in strucchange, F is not divided by the number of coefficients.
    (at, (without - with) / (with / freedom))
}

fn residuals(values: &[f64], fitted: &[f64]) -> Vec<f64> {
    values.iter().zip(fitted).map(|(v, f)| v - f).collect()
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::super::trend::NILE;
    use super::*;

    fn options(resamples: usize, seed: u64) -> Options {
        Options {
            resamples,
            confidence: 0.95,
            seed,
        }
    }

    /// sup F of the Nile is 75.93 in `strucchange::Fstats(Nile ~ 1)` (Zeileis et al. 2003), at
    /// 1898, with a 95 % interval of 1895 to 1902. Of lines: by `numpy.linalg.lstsq`.
    #[test]
    fn the_niles_sup_f_is_that_of_strucchange() {
        let found = breakpoint(&NILE, Regime::Mean, 0.15, &options(499, 1)).unwrap();
        close(found.sup_f, 75.92976942748544, 1e-7);
        assert_eq!(found.at, 28);
        assert!(found.p <= 0.01, "{}", found.p);
        assert!((0.4..0.6).contains(&found.autocorrelation));
        // Positions 25 to 32 are the years 1895 to 1902 as last years of the old regime.
        close(found.interval.low, 25.0, 2.0);
        close(found.interval.high, 32.0, 2.0);
        let line = breakpoint(&NILE, Regime::Line, 0.15, &options(99, 1)).unwrap();
        close(line.sup_f, 38.94790126872876, 1e-7);
        assert_eq!(line.at, 28);
    }

    /// Of 200 series of errors of first order without a break, about 10 are rejected at 5 %.
    #[test]
    fn autocorrelated_noise_is_seldom_a_break() {
        for (regime, rho) in [
            (Regime::Mean, 0.0),
            (Regime::Mean, 0.5),
            (Regime::Line, 0.5),
        ] {
            let rejected = (0..200)
                .filter(|&k| {
                    let series = super::super::trend::first_order(60, rho, k);
                    let found = breakpoint(&series, regime, 0.15, &options(199, k.into()));
                    found.unwrap().p <= 0.05
                })
                .count();
            assert!(
                (3..=20).contains(&rejected),
                "{regime:?} {rho}: {rejected} of 200"
            );
        }
    }

    #[test]
    fn a_clean_step_has_a_date_without_doubt() {
        let step: Vec<f64> = (0..60).map(|k| f64::from(u8::from(k >= 25))).collect();
        let found = breakpoint(&step, Regime::Mean, 0.15, &options(199, 1)).unwrap();
        assert_eq!((found.at, found.p), (25, 0.005));
        assert_eq!((found.interval.low, found.interval.high), (25.0, 25.0));
        assert!(breakpoint(&[1.0; 60], Regime::Mean, 0.15, &options(199, 1)).is_err());
    }
}
