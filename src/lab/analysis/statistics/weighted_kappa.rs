//! Agreement of two tables of grades beyond chance: weighted kappa (Cohen 1968,
//! Psychological Bulletin 70: 213-220).
//!
//! A table is a list of cells, row by row; a grade is its place on the scale as a number, such
//! as 1, 1.5, 2, 3, and `None` is a cell without a grade. A cell counts if both tables have it.

use serde::Serialize;

use super::Options;
use super::resample::{Purpose, keyed, monte_carlo_p};
use comity_model::error::{Error, Result};
use rand::seq::SliceRandom;

/// What a difference of grades costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Weights {
    /// Its size.
    Linear,
    /// Its square.
    Quadratic,
}

/// How far two tables agree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Kappa {
    /// 1 − observed over expected cost; 1 is agreement in each cell, 0 is chance.
    pub kappa: f64,
    /// Cells that both tables have.
    pub cells: usize,
    /// Share of these in which the grades are equal.
    pub equal: f64,
}

/// Agreement against tables whose columns were interchanged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Permuted {
    /// Mean kappa over the permutations.
    pub mean: f64,
    /// Share of the permutations whose kappa is as large as that observed or larger.
    pub p: f64,
    /// Number of permutations: all of them, or as many as resamples were asked for.
    pub permutations: usize,
}

/// The weighted kappa of two tables. The grades that each table uses, cell by cell, make the
/// cost that chance would have.
///
/// # Errors
///
/// If the tables differ in size, a grade is not finite, or fewer than two cells are
/// shared or both tables have one and the same grade in all of them.
pub fn weighted_kappa(
    ours: &[Option<f64>],
    theirs: &[Option<f64>],
    weights: Weights,
) -> Result<Kappa> {
    check(ours, theirs)?;
    let shared = ours
        .iter()
        .zip(theirs)
        .filter_map(|(a, b)| Some(((*a)?, (*b)?)));
    let shared: Vec<(f64, f64)> = shared.collect();
    let cells = shared.len();
    if cells < 2 {
        return Err(Error::expected(
            format!("{cells} shared cells"),
            "at least 2",
        ));
    }
    let cost = |a: f64, b: f64| match weights {
        Weights::Linear => (a - b).abs(),
        Weights::Quadratic => (a - b) * (a - b),
    };
    let observed: f64 = shared.iter().map(|&(a, b)| cost(a, b)).sum();
    let mut expected = 0.0;
    for &(a, _) in &shared {
        for &(_, b) in &shared {
            expected += cost(a, b);
        }
    }
    if expected == 0.0 {
        return Err(Error::new(
            "both tables have one and the same grade everywhere",
        ));
    }
    let equal = shared.iter().filter(|(a, b)| a == b).count();
    Ok(Kappa {
        kappa: 1.0 - observed * cells as f64 / expected,
        cells,
        equal: equal as f64 / cells as f64,
    })
}

/// The kappa that would be had if our columns (such as regions), of which a row has `columns`,
/// were named at random. All permutations are gone through if they are no more than the
/// resamples, as with 5 columns (120).
///
/// # Errors
///
/// As [`weighted_kappa`] for the tables and each permutation, or if the cells do not fill rows
/// of at least two columns.
pub fn permuted(
    ours: &[Option<f64>],
    theirs: &[Option<f64>],
    columns: usize,
    weights: Weights,
    options: &Options,
) -> Result<Permuted> {
    options.check()?;
    check_rows(ours.len(), columns)?;
    let observed = weighted_kappa(ours, theirs, weights)?.kappa;
    let kappa = |order: &[usize]| -> Result<f64> {
        let rows = ours.chunks(columns);
        let moved = rows.flat_map(|row| order.iter().map(|&c| row[c]));
        let moved: Vec<Option<f64>> = moved.collect();
        Ok(weighted_kappa(&moved, theirs, weights)?.kappa)
    };
    let every = (1..=columns).try_fold(1usize, |product, k| product.checked_mul(k));
    let exact = every.filter(|count| *count <= options.resamples);
    let mut kappas = Vec::new();
    let mut order: Vec<usize> = (0..columns).collect();
    if exact.is_some() {
        loop {
            kappas.push(kappa(&order)?);
            if !next_permutation(&mut order) {
                break;
            }
        }
    } else {
        for k in 0..options.resamples {
            let mut draws = keyed(options.seed, Purpose::Columns, k, 0);
            order.shuffle(&mut draws);
            kappas.push(kappa(&order)?);
        }
    }
    let reached = kappas.iter().filter(|k| **k >= observed - 1e-12).count();
    let count = kappas.len();
    Ok(Permuted {
        mean: kappas.iter().sum::<f64>() / count as f64,
        p: match exact {
            Some(_) => reached as f64 / count as f64,
            None => monte_carlo_p(reached, count),
        },
        permutations: count,
    })
}

/// The table that gives each cell its row's most frequent grade (the lowest of several), `None`
/// in rows without a grade: what a reader would say who knows nothing of columns.
///
/// # Errors
///
/// If the cells do not fill rows of at least two columns.
pub fn row_modes(theirs: &[Option<f64>], columns: usize) -> Result<Vec<Option<f64>>> {
    check(theirs, theirs)?;
    check_rows(theirs.len(), columns)?;
    let mode = |row: &[Option<f64>]| {
        let mut grades: Vec<f64> = row.iter().flatten().copied().collect();
        grades.sort_by(f64::total_cmp);
        let groups = grades.chunk_by(|a, b| a == b);
        // The last of the longest in reverse is the lowest.
        let longest = groups.rev().max_by_key(|group| group.len());
        longest.map(|group| group[0])
    };
    let rows = theirs.chunks(columns);
    Ok(rows.flat_map(|row| vec![mode(row); columns]).collect())
}

fn check(ours: &[Option<f64>], theirs: &[Option<f64>]) -> Result<()> {
    super::same_length("cells", theirs.len(), ours.len())?;
    let mut grades = ours.iter().chain(theirs).flatten();
    match grades.find(|grade| !grade.is_finite()) {
        Some(grade) => Err(Error::expected(grade, "a finite grade, or none")),
        None => Ok(()),
    }
}

fn check_rows(cells: usize, columns: usize) -> Result<()> {
    if columns < 2 || !cells.is_multiple_of(columns) {
        let expected = format!("at least 2, of which rows are made from {cells} cells");
        return Err(Error::expected(columns, expected).at_key("columns"));
    }
    Ok(())
}

/// The next order in the dictionary; false after the last.
fn next_permutation(order: &mut [usize]) -> bool {
    let Some(k) = order.windows(2).rposition(|w| w[0] < w[1]) else {
        return false;
    };
    let later = order.iter().rposition(|&c| c > order[k]).unwrap_or(k);
    order.swap(k, later);
    order[k + 1..].reverse();
    true
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    fn cells<const N: usize>(grades: [i32; N]) -> Vec<Option<f64>> {
        let graded = |g: i32| (g >= 0).then(|| f64::from(g));
        grades.into_iter().map(graded).collect()
    }

    /// Expected: `sklearn.metrics.cohen_kappa_score(x, y, weights=…)` of scikit-learn 1.9.
    #[test]
    fn kappa_is_that_of_scikit_learn() {
        let x = cells([0, 1, 2, 2, 1, 0, 3, 3, 2, 1, 0, 2, 3, 1, 1, -1, 2]);
        let y = cells([0, 1, 1, 2, 2, 0, 3, 2, 2, 0, 1, 2, 3, 1, 3, 2, -1]);
        let linear = weighted_kappa(&x, &y, Weights::Linear).unwrap();
        close(linear.kappa, 0.5914396887159533, 1e-12);
        assert_eq!((linear.cells, linear.equal), (15, 9.0 / 15.0));
        let quadratic = weighted_kappa(&x, &y, Weights::Quadratic).unwrap();
        close(quadratic.kappa, 0.7145877378435518, 1e-12);
    }

    #[test]
    fn named_columns_beat_permuted_ones() {
        let theirs = cells([3, 2, 1, 3, 2, 1, 3, 3, 1, 2, 2, 1]);
        let options = Options {
            resamples: 100,
            ..Options::default()
        };
        let exact = permuted(&theirs, &theirs, 3, Weights::Linear, &options).unwrap();
        assert_eq!((exact.permutations, exact.p), (6, 1.0 / 6.0));
        assert!(exact.mean < 0.2, "{}", exact.mean);
        let few = Options {
            resamples: 5,
            ..options
        };
        let drawn = permuted(&theirs, &theirs, 3, Weights::Linear, &few).unwrap();
        assert_eq!(drawn.permutations, 5);
        let mut order = [0, 1, 2];
        let mut count = 1;
        while next_permutation(&mut order) {
            count += 1;
        }
        assert_eq!((count, order), (6, [2, 1, 0]));
    }

    #[test]
    fn a_row_is_guessed_from_its_mode() {
        let theirs = cells([3, 3, 1, 2, 1, -1, -1, -1, -1]);
        let modes = row_modes(&theirs, 3).unwrap();
        assert_eq!(modes, cells([3, 3, 3, 1, 1, 1, -1, -1, -1]));
        assert!(row_modes(&theirs, 2).is_err());
    }

    #[test]
    fn tables_that_say_nothing_are_refused() {
        let of = |x: &[Option<f64>], y: &[Option<f64>]| weighted_kappa(x, y, Weights::Linear);
        assert!(of(&cells([1, 1]), &cells([1, 1])).is_err());
        assert!(of(&cells([1, -1]), &cells([1, 2])).is_err());
        assert!(of(&cells([1]), &cells([1, 2])).is_err());
        assert!(of(&[Some(f64::NAN), Some(1.0)], &cells([1, 2])).is_err());
    }
}
