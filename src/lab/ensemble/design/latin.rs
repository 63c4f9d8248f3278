//! Latin hypercube sampling.

use super::kind;
use comity_model::rng::{Draws, Stream};
use rand::{Rng, RngExt};

/// `samples` points of the unit cube in `d` dimensions: the strata of each dimension in a
/// random order, and a uniform place within each (McKay, Beckman & Conover 1979).
pub fn hypercube(d: usize, samples: usize, seed: u64) -> Vec<Vec<f64>> {
    let draws = Draws::new(seed);
    let mut rows = vec![vec![0.0; d]; samples];
    for j in 0..d {
        let mut order = draws.at(Stream::Design, kind::ORDER, j as u32, 0);
        let mut strata: Vec<usize> = (0..samples).collect();
        shuffle(&mut strata, &mut order);
        let mut place = draws.at(Stream::Design, kind::PLACE, j as u32, 0);
        for (row, stratum) in rows.iter_mut().zip(strata) {
            let u = (stratum as f64 + place.uniform()) / samples as f64;
            // Rounding must not carry a point into the next stratum.
            row[j] = u.min(((stratum + 1) as f64 / samples as f64).next_down());
        }
    }
    rows
}

/// The shuffle of Fisher and Yates, from the last item down. That of `rand` goes the other way,
/// which would give every seed another design.
pub fn shuffle<T>(items: &mut [T], rng: &mut impl Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, rng.random_range(0..=last));
    }
}
