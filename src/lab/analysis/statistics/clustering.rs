//! Whether dates cluster more than those of a Poisson process.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::Options;
use super::resample::{Purpose, keyed, monte_carlo_p};
use crate::analysis::distributions::chi_squared_tail;
use crate::analysis::summary::mean;
use comity_model::error::{Error, Result};
use rand::RngExt;

/// How dates spread over bins of years.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Clustering {
    /// Number of dates, at least 2.
    pub dates: usize,
    /// Number of bins, at least 2.
    pub bins: usize,
    /// Variance of the counts over their mean (Fisher's index of dispersion): about 1 by
    /// chance, above 1 if dates cluster, below 1 if they keep apart.
    pub dispersion: f64,
    /// p of so large an index among as many dates laid down at random, by Monte Carlo.
    pub p: f64,
    /// The same from chi-squared, rough with few dates a bin.
    pub chi_squared_p: f64,
}

/// Dispersion of whole years over bins of `width` years that fill the window; years
/// outside are refused. As many dates as there are, each equally likely in any year, are what a
/// Poisson process gives once their number is known.
///
/// # Errors
///
/// With fewer than two dates, one outside the window, bins that do not fill it or fewer than two
/// of them, or wrong options.
pub fn clustering(
    dates: &[i64],
    window: RangeInclusive<i64>,
    width: usize,
    options: &Options,
) -> Result<Clustering> {
    options.check()?;
    let (first, last) = (*window.start(), *window.end());
    let years = usize::try_from(last - first + 1).unwrap_or(0);
    if width == 0 || !years.is_multiple_of(width) || years / width < 2 {
        let expected = format!("at least 2 bins that fill {years} years");
        return Err(Error::expected(format!("bins of {width} years"), expected));
    }
    if dates.len() < 2 {
        return Err(Error::expected(dates.len(), "at least 2 dates"));
    }
    if let Some(date) = dates.iter().find(|d| !window.contains(d)) {
        return Err(Error::expected(date, format!("{first} to {last}")).at_key("dates"));
    }
    let bins = years / width;
    let observed = dispersion(bins, dates.iter().map(|d| (d - first) as usize / width));
    let reaches = |k: &usize| {
        let mut draws = keyed(options.seed, Purpose::Dates, *k, 0);
        let drawn = (0..dates.len()).map(|_| draws.random_range(0..bins));
        dispersion(bins, drawn) >= observed - 1e-12
    };
    let extreme = (0..options.resamples).filter(reaches).count();
    let freedom = (bins - 1) as f64;
    Ok(Clustering {
        dates: dates.len(),
        bins,
        dispersion: observed,
        p: monte_carlo_p(extreme, options.resamples),
        chi_squared_p: chi_squared_tail(freedom * observed, freedom),
    })
}

fn dispersion(bins: usize, places: impl Iterator<Item = usize>) -> f64 {
    let mut counts = vec![0.0; bins];
    for place in places {
        counts[place] += 1.0;
    }
    let mean = mean(&counts);
    super::squares(&counts) / ((bins - 1) as f64 * mean)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    /// Expected: `scipy.stats.chisquare(counts)` of SciPy 1.17, whose statistic is 11 times the
    /// index.
    #[test]
    fn the_index_is_that_of_chi_squared() {
        let counts = [0, 1, 0, 2, 5, 4, 1, 0, 0, 1, 3, 1];
        let places = counts.iter().enumerate();
        let dates: Vec<i64> = places
            .flat_map(|(bin, &n)| vec![1950 + 5 * bin as i64 + 2; n])
            .collect();
        let options = Options {
            resamples: 4000,
            ..Options::default()
        };
        let found = clustering(&dates, 1950..=2009, 5, &options).unwrap();
        assert_eq!((found.dates, found.bins), (18, 12));
        close(found.dispersion, 20.666666666666668 / 11.0, 1e-12);
        close(found.chi_squared_p, 0.03699358347671057, 1e-10);
        close(found.p, 0.037, 0.012);
    }

    #[test]
    fn regular_dates_do_not_cluster() {
        let dates: Vec<i64> = (0..12).map(|k| 1950 + 5 * k).collect();
        let found = clustering(&dates, 1950..=2009, 5, &Options::default()).unwrap();
        assert_eq!((found.dispersion, found.p), (0.0, 1.0));
    }

    #[test]
    fn dates_and_bins_that_do_not_fit_are_refused() {
        let of = |dates: &[i64], width| clustering(dates, 1950..=2009, width, &Options::default());
        assert!(of(&[1950], 5).is_err() && of(&[1950, 2010], 5).is_err());
        assert!(of(&[1950, 1960], 7).is_err() && of(&[1950, 1960], 0).is_err());
        assert!(of(&[1950, 1960], 60).is_err() && of(&[1950, 1960], 30).is_ok());
    }
}
