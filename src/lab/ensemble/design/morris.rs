//! Morris's trajectories.

use super::kind;
use super::latin::shuffle;
use comity_model::rng::{Draws, Stream};
use rand::RngExt;

/// `count` trajectories of `d` + 1 points of the unit cube, on the grid 0, 1/(levels − 1),
/// …, 1 (Morris 1991, section 3, in SALib's layout).
///
/// A factor starts on one of the lower `levels`/2 values and goes up by
/// Δ = levels/(2 (levels − 1)), or starts there plus Δ and goes down, with equal chance;
/// the factors move in a random order. With an even number each level is equally likely.
/// Trajectory t is the same however many follow.
pub fn trajectories(d: usize, count: usize, levels: usize, seed: u64) -> Vec<Vec<f64>> {
    let draws = Draws::new(seed);
    let (half, last) = (levels / 2, (levels - 1) as f64);
    let mut rows = Vec::with_capacity(count * (d + 1));
    for t in 0..count {
        let mut keyed = draws.at(Stream::Design, kind::TRAJECTORY, t as u32, 0);
        let mut row = Vec::with_capacity(d);
        let mut moved = Vec::with_capacity(d);
        for _ in 0..d {
            let low = keyed.random_range(0..half);
            let high = low + half;
            let ends = (low as f64 / last, high as f64 / last);
            let (from, to) = if keyed.random_range(0..2) == 0 {
                ends
            } else {
                (ends.1, ends.0)
            };
            row.push(from);
            moved.push(to);
        }
        let mut order: Vec<usize> = (0..d).collect();
        shuffle(&mut order, &mut keyed);
        rows.push(row.clone());
        for j in order {
            row[j] = moved[j];
            rows.push(row.clone());
        }
    }
    rows
}
