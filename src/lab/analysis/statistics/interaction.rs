//! Two factors crossed: their effects, and what they do together beyond their sum.
//!
//! Each cell has one value a replicate, in the same order of replicates, so that every contrast
//! is a number in each replicate and is tested as in [`super::paired_difference`].

use serde::Serialize;

use super::paired_difference::{Contrast, contrast};
use super::period_ratio::ratio_of_means;
use super::resample::Estimate;
use super::{Options, finite, same_length};
use crate::analysis::summary::mean;
use comity_model::error::{Error, Result};

/// The contrasts of a crossing of `a` × `b` levels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Interaction {
    /// Mean of each cell, `[first][second]`.
    pub means: Vec<Vec<f64>>,
    /// Levels 1, 2, … of the first factor less its level 0, averaged over the second.
    pub first: Vec<Contrast>,
    /// Levels 1, 2, … of the second factor less its level 0, averaged over the first.
    pub second: Vec<Contrast>,
    /// `[i − 1][j − 1]`: y_ij − y_i0 − y_0j + y_00.
    pub interaction: Vec<Vec<Contrast>>,
}

/// Main effects and interactions of `cells[first][second][replicate]`.
///
/// # Errors
///
/// With fewer than two levels of a factor, fewer than two replicates, cells of different
/// size, values that are not finite, or wrong options.
pub fn interaction(cells: &[Vec<Vec<f64>>], options: &Options) -> Result<Interaction> {
    let [a, b, replicates] = shape(cells)?;
    let of = |value: &dyn Fn(usize) -> f64| {
        let values: Vec<f64> = (0..replicates).map(value).collect();
        contrast(&values, options)
    };
    let row = |i: usize, k: usize| (0..b).map(|j| cells[i][j][k]).sum::<f64>() / b as f64;
    let column = |j: usize, k: usize| (0..a).map(|i| cells[i][j][k]).sum::<f64>() / a as f64;
    let corner = |i: usize, j: usize, k: usize| {
        cells[i][j][k] - cells[i][0][k] - cells[0][j][k] + cells[0][0][k]
    };
    let of_cell = |cell: &Vec<f64>| mean(cell);
    Ok(Interaction {
        means: cells
            .iter()
            .map(|row| row.iter().map(of_cell).collect())
            .collect(),
        first: (1..a)
            .map(|i| of(&|k| row(i, k) - row(0, k)))
            .collect::<Result<_>>()?,
        second: (1..b)
            .map(|j| of(&|k| column(j, k) - column(0, k)))
            .collect::<Result<_>>()?,
        interaction: (1..a)
            .map(|i| (1..b).map(|j| of(&|k| corner(i, j, k))).collect())
            .collect::<Result<_>>()?,
    })
}

/// Mean of the cell `joint` over the mean of each cell, `[first][second]`; `None` for the cell
/// itself and where the other mean is 0, also in a resample.
///
/// # Errors
///
/// As [`interaction`], or if there is no such cell.
pub fn joint_ratios(
    cells: &[Vec<Vec<f64>>],
    joint: (usize, usize),
    options: &Options,
) -> Result<Vec<Vec<Option<Estimate>>>> {
    options.check()?;
    let [a, b, _] = shape(cells)?;
    if joint.0 >= a || joint.1 >= b {
        return Err(Error::expected(
            format!("{joint:?}"),
            format!("a cell of {a} × {b}"),
        ));
    }
    let numerator = &cells[joint.0][joint.1];
    let ratio = |i: usize, j: usize| {
        let other = (i, j) != joint;
        other
            .then(|| ratio_of_means(numerator, &cells[i][j], options).ok())
            .flatten()
    };
    let row = |i: usize| (0..b).map(|j| ratio(i, j)).collect();
    Ok((0..a).map(row).collect())
}

/// Levels of the first factor, of the second, and replicates.
fn shape(cells: &[Vec<Vec<f64>>]) -> Result<[usize; 3]> {
    let (a, b) = (cells.len(), cells.first().map_or(0, Vec::len));
    if a < 2 || b < 2 {
        return Err(Error::expected(
            format!("{a} × {b} cells"),
            "at least 2 × 2",
        ));
    }
    let replicates = cells[0][0].len();
    for (i, row) in cells.iter().enumerate() {
        same_length("levels of the second factor", row.len(), b)?;
        for (j, cell) in row.iter().enumerate() {
            let name = format!("cell {i}, {j}");
            finite(&name, cell, 2)?;
            same_length(&name, cell.len(), replicates)?;
        }
    }
    Ok([a, b, replicates])
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    /// Cells with means 1, 2, 3 and 3 + `together`, in which replicates differ.
    fn cells(together: f64) -> Vec<Vec<Vec<f64>>> {
        let cell = |mean: f64, turn: usize| {
            (0..20)
                .map(|k| mean + ((k * 7 + turn) % 5) as f64 / 10.0 - 0.2)
                .collect()
        };
        vec![
            vec![cell(1.0, 0), cell(2.0, 1)],
            vec![cell(3.0, 2), cell(3.0 + together, 3)],
        ]
    }

    #[test]
    fn contrasts_are_those_of_the_cell_means() {
        let options = Options {
            resamples: 500,
            ..Options::default()
        };
        let found = interaction(&cells(4.0), &options).unwrap();
        close(found.means[1][1], 7.0, 1e-12);
        close(found.first[0].mean.value, 3.5, 1e-12);
        close(found.second[0].mean.value, 2.5, 1e-12);
        let both = &found.interaction[0][0];
        close(both.mean.value, 3.0, 1e-12);
        assert!(both.mean.interval.above(2.5) && both.mean.interval.below(3.5));
        let additive = interaction(&cells(1.0), &options).unwrap();
        let both = &additive.interaction[0][0];
        assert!(both.mean.interval.contains(0.0) && both.p > 0.5);
        let ratios = joint_ratios(&cells(4.0), (1, 1), &options).unwrap();
        assert_eq!(ratios[1][1], None);
        close(ratios[0][0].unwrap().value, 7.0, 1e-12);
        close(ratios[1][0].unwrap().value, 7.0 / 3.0, 1e-12);
    }

    #[test]
    fn larger_crossings_have_a_contrast_for_each_level() {
        let row = |i: f64| {
            (0..3)
                .map(|j| vec![i * f64::from(j), i * f64::from(j) + 1.0])
                .collect()
        };
        let cells: Vec<Vec<Vec<f64>>> = vec![row(0.0), row(1.0), row(2.0), row(3.0)];
        let found = interaction(&cells, &Options::default()).unwrap();
        assert_eq!((found.first.len(), found.second.len()), (3, 2));
        assert_eq!(found.interaction[2][1].mean.value, 6.0);
        assert_eq!(found.interaction[2][1].standardised, None);
        let zero = joint_ratios(&cells, (3, 2), &Options::default()).unwrap();
        assert_eq!(zero[0][0], None);
    }

    #[test]
    fn crossings_that_are_none_are_refused() {
        let options = Options::default();
        let full = cells(1.0);
        assert!(interaction(&full[..1], &options).is_err());
        let mut ragged = full.clone();
        ragged[1][1].pop();
        assert!(interaction(&ragged, &options).is_err());
        assert!(joint_ratios(&full, (2, 0), &options).is_err());
    }
}
