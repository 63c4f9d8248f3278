//! PAWN: how far an output's distribution moves when a factor is held.

use serde::Serialize;

use comity_model::error::{Error, Result};

/// PAWN indices of one output; every list is in the order of the factors.
///
/// Each is a summary over the slices of a factor's range of the distance of
/// Kolmogorov and Smirnov, in [0, 1], between the outputs in the slice and all outputs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indices {
    /// Runs with an output.
    pub known: usize,
    /// Runs left out, because they have none.
    pub missing: usize,
    /// Smallest distance.
    pub minimum: Vec<f64>,
    /// Mean.
    pub mean: Vec<f64>,
    /// Median, which is usually reported.
    pub median: Vec<f64>,
    /// Largest distance.
    pub maximum: Vec<f64>,
    /// `stdev` / `mean`; NaN where the mean is 0.
    pub cv: Vec<f64>,
    /// Standard deviation (divisor n).
    pub stdev: Vec<f64>,
}

/// The indices of `y`, one output for each row of `x[row][factor]`; rows without a finite
/// output are left out.
///
/// Pianosi & Wagener (2018, Environmental Modelling & Software 108: 197-207), in the form of
/// SALib's `analyze.pawn`: the range of a factor is cut at its quantiles k/`slices` and a
/// slice holds the values from one cut up to, but without, the next; an empty slice counts
/// nothing. A factor with no more than `slices` different values is cut into these values
/// instead, where SALib leaves out the largest.
///
/// # Errors
///
/// If there is no slice, the numbers of points and outputs differ, or fewer than two
/// outputs are there.
pub fn indices(x: &[Vec<f64>], y: &[f64], slices: usize) -> Result<Indices> {
    if slices < 1 {
        return Err(Error::expected(slices, "at least 1").at_key("slices"));
    }
    let d = x.first().map_or(0, Vec::len);
    if x.len() != y.len() || x.iter().any(|row| row.len() != d) {
        let found = format!("{} points and {} outputs", x.len(), y.len());
        return Err(Error::expected(
            found,
            "one output for each point of one length",
        ));
    }
    let kept: Vec<usize> = (0..y.len()).filter(|&row| y[row].is_finite()).collect();
    if kept.len() < 2 {
        return Err(Error::expected(
            format!("{} outputs", kept.len()),
            "at least 2",
        ));
    }
    // Outputs as ranks, so that a slice's distribution is a count over ranks.
    let mut sorted: Vec<f64> = kept.iter().map(|&row| y[row]).collect();
    sorted.sort_by(f64::total_cmp);
    let position = |row: &usize| sorted.partition_point(|v| v < &y[*row]);
    let ranks: Vec<usize> = kept.iter().map(position).collect();
    let mut found = Indices {
        known: kept.len(),
        missing: y.len() - kept.len(),
        minimum: Vec::new(),
        mean: Vec::new(),
        median: Vec::new(),
        maximum: Vec::new(),
        cv: Vec::new(),
        stdev: Vec::new(),
    };
    for j in 0..d {
        let values: Vec<f64> = kept.iter().map(|&row| x[row][j]).collect();
        let members = sliced(&values, slices);
        let distances = members.iter().filter(|members| !members.is_empty());
        let distances: Vec<f64> = distances.map(|m| distance(m, &ranks, &sorted)).collect();
        found.push(&distances);
    }
    Ok(found)
}

impl Indices {
    fn push(&mut self, distances: &[f64]) {
        use crate::analysis::summary::{mean, median};
        let m = mean(distances);
        let squares: Vec<f64> = distances.iter().map(|v| (v - m) * (v - m)).collect();
        let stdev = libm::sqrt(mean(&squares));
        self.minimum
            .push(distances.iter().copied().fold(f64::NAN, f64::min));
        self.mean.push(m);
        self.median.push(median(distances));
        self.maximum
            .push(distances.iter().copied().fold(f64::NAN, f64::max));
        self.cv.push(if m > 0.0 { stdev / m } else { f64::NAN });
        self.stdev.push(stdev);
    }
}

/// The positions of the values in each slice.
fn sliced(values: &[f64], slices: usize) -> Vec<Vec<usize>> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let distinct: Vec<f64> = sorted.chunk_by(|a, b| a == b).map(|c| c[0]).collect();
    let within = |keep: &dyn Fn(f64) -> bool| -> Vec<usize> {
        (0..values.len()).filter(|&i| keep(values[i])).collect()
    };
    if distinct.len() <= slices {
        return distinct.iter().map(|&v| within(&|x| x == v)).collect();
    }
    let step = 1.0 / slices as f64;
    let cuts: Vec<f64> = (0..=slices)
        .map(|k| quantile(&sorted, (k as f64 * step).min(1.0)))
        .collect();
    cuts.windows(2)
        .map(|cut| within(&|x| x >= cut[0] && x < cut[1]))
        .collect()
}

/// The quantile of sorted values as NumPy rounds it: a value that is a cut must be on the
/// same side of it.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let position = (sorted.len() - 1) as f64 * q;
    let below = position as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let (a, b, t) = (sorted[below], sorted[above], position - below as f64);
    if t < 0.5 {
        a + (b - a) * t
    } else {
        b - (b - a) * (1.0 - t)
    }
}

/// Largest difference of the distribution functions of the members' outputs and of all
/// outputs, `sorted`; `ranks` are the positions of the outputs in it.
fn distance(members: &[usize], ranks: &[usize], sorted: &[f64]) -> f64 {
    let n = sorted.len();
    let mut counts = vec![0usize; n];
    for &i in members {
        counts[ranks[i]] += 1;
    }
    let (mut inside, mut largest) = (0, 0.0f64);
    let mut first = 0;
    for tied in sorted.chunk_by(|a, b| a == b) {
        inside += counts[first];
        first += tied.len();
        let difference = inside as f64 / members.len() as f64 - first as f64 / n as f64;
        largest = largest.max(difference.abs());
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::rng::{Draws, Stream};

    fn uniform(rows: u32, d: usize) -> Vec<Vec<f64>> {
        let draws = Draws::new(5);
        let row = |i: u32| {
            let mut keyed = draws.at(Stream::Sensing, 0, i, 0);
            (0..d).map(|_| keyed.uniform()).collect()
        };
        (0..rows).map(row).collect()
    }

    /// y = x: in the k-th of S slices the distance is max(k, S − 1 − k)/S.
    #[test]
    fn an_output_that_is_the_factor() {
        let x: Vec<Vec<f64>> = (0..1001).map(|i| vec![f64::from(i) / 1000.0]).collect();
        let y: Vec<f64> = x.iter().map(|x| x[0]).collect();
        let found = indices(&x, &y, 10).unwrap();
        assert!((found.maximum[0] - 0.9).abs() < 2e-3, "{found:?}");
        assert!((found.minimum[0] - 0.5).abs() < 2e-3, "{found:?}");
        assert!((found.mean[0] - 0.7).abs() < 2e-3, "{found:?}");
        assert!((found.cv[0] - found.stdev[0] / found.mean[0]).abs() < 1e-15);
    }

    #[test]
    fn a_factor_without_effect_is_near_nothing() {
        let x = uniform(4000, 3);
        let y: Vec<f64> = x.iter().map(|x| x[0] + 0.2 * x[1]).collect();
        let found = indices(&x, &y, 10).unwrap();
        assert!(found.median[0] > 0.5 && found.median[2] < 0.07, "{found:?}");
        assert!((0.06..0.3).contains(&found.median[1]), "{found:?}");
    }

    #[test]
    fn failed_runs_are_left_out() {
        let x = uniform(500, 2);
        let mut y: Vec<f64> = x.iter().map(|x| x[0]).collect();
        let keep: Vec<usize> = (0..500).filter(|i| i % 7 != 0).collect();
        for (i, y) in y.iter_mut().enumerate() {
            if i % 7 == 0 {
                *y = f64::NAN;
            }
        }
        let found = indices(&x, &y, 10).unwrap();
        assert_eq!((found.known, found.missing), (428, 72));
        let few: Vec<Vec<f64>> = keep.iter().map(|&i| x[i].clone()).collect();
        let there: Vec<f64> = keep.iter().map(|&i| y[i]).collect();
        let same = indices(&few, &there, 10).unwrap();
        assert_eq!(same.median, found.median);
    }

    /// A switch: half the outputs are 0 and half are 1, wholly by the switch.
    #[test]
    fn a_factor_of_few_values_is_cut_into_its_values() {
        let x: Vec<Vec<f64>> = (0..100).map(|i| vec![f64::from(i % 2)]).collect();
        let y: Vec<f64> = x.iter().map(|x| x[0]).collect();
        let found = indices(&x, &y, 10).unwrap();
        assert_eq!((found.minimum[0], found.maximum[0]), (0.5, 0.5));
        let constant = indices(&x, &[1.0; 100], 10).unwrap();
        assert_eq!(constant.maximum[0], 0.0);
        assert!(constant.cv[0].is_nan());
        assert!(indices(&x, &[f64::NAN; 100], 10).is_err());
        assert!(indices(&x, &[1.0; 99], 10).is_err());
    }
}
