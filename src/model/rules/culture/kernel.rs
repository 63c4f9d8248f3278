//! The contacts of all states, summed eight at a time.

use crate::rules::lanes::{LANES, Lanes, Real, blocks, total};
use crate::world::ByState;
use crate::world::{CULTURE, StateId};
use multiversion::multiversion;
use typed_index_collections::ti_vec;

/// Contact-weighted differences of all states.
///
/// Sums run at the precision of the cultures over at most [`ROWS`] rows and are then added in `f64`.
#[derive(Debug, Clone, PartialEq)]
pub struct Pull<T> {
    /// R_i = Σ_j raw_ij.
    pub weight: ByState<f64>,
    /// Σ_j raw_ij (c_j − c_i) over contacts within the confidence bound, by dimension.
    pub sums: [ByState<f64>; CULTURE],
    /// The sums of the latest rows, block by block: by dimension, then the weights.
    recent: Vec<[Lanes<T>; CULTURE + 1]>,
    rows: usize,
}

/// Rows after which the sums move to `f64`.
const ROWS: usize = 256;

impl<T: Real> Pull<T> {
    /// No contact yet among `n` states.
    pub fn new(n: usize) -> Self {
        Self {
            weight: ti_vec![0.0; n],
            sums: std::array::from_fn(|_| ti_vec![0.0; n]),
            recent: vec![[[T::zero(); LANES]; CULTURE + 1]; n.div_ceil(LANES)],
            rows: 0,
        }
    }

    /// Adds the contacts of `i` with the lower states.
    ///
    /// `raw`: weights in blocks, zero from `i` on; `culture`: all states', block by block and by
    /// dimension; `own`: that of `i`.
    pub fn add_row(
        &mut self,
        i: StateId,
        raw: &[Lanes<T>],
        culture: &[[Lanes<T>; CULTURE]],
        own: [T; CULTURE],
        confidence: T,
    ) {
        let count = usize::from(i).div_ceil(LANES);
        let recent = &mut self.recent[..count];
        let bound = T::narrow(CULTURE as f64) * confidence;
        let sums = pull_row(&raw[..count], &culture[..count], own, bound, recent);
        self.weight[i] += total(sums[CULTURE]).wide();
        for d in 0..CULTURE {
            self.sums[d][i] += total(sums[d]).wide();
        }
        self.rows += 1;
        if self.rows == ROWS {
            self.settle();
        }
    }

    /// Moves what is summed in blocks to the `f64` sums; to be called after the last row.
    pub fn settle(&mut self) {
        let n = self.weight.len();
        for (b, recent) in self.recent.iter_mut().enumerate() {
            for (d, lanes) in recent.iter_mut().enumerate() {
                let sums = if d == CULTURE {
                    &mut self.weight
                } else {
                    &mut self.sums[d]
                };
                let at = b * LANES;
                for (sum, part) in sums.raw[at..n.min(at + LANES)].iter_mut().zip(lanes) {
                    *sum += part.wide();
                    *part = T::zero();
                }
            }
        }
        self.rows = 0;
    }
}

/// One row of a [`Pull`]: adds to the others' sums and returns those of the row's own state.
#[multiversion(targets("x86_64+avx2"))]
fn pull_row<T: Real>(
    raw: &[Lanes<T>],
    culture: &[[Lanes<T>; CULTURE]],
    own: [T; CULTURE],
    bound: T,
    recent: &mut [[Lanes<T>; CULTURE + 1]],
) -> [Lanes<T>; CULTURE + 1] {
    let mut sums = [[T::zero(); LANES]; CULTURE + 1];
    for ((raw, theirs), recent) in raw.iter().zip(culture).zip(recent) {
        let mut gaps = [[T::zero(); LANES]; CULTURE];
        for d in 0..CULTURE {
            for l in 0..LANES {
                gaps[d][l] = theirs[d][l] - own[d];
            }
        }
        let mut near = [T::zero(); LANES];
        for l in 0..LANES {
            let distance =
                (gaps[0][l].abs() + gaps[1][l].abs()) + (gaps[2][l].abs() + gaps[3][l].abs());
            near[l] = raw[l].kept(distance < bound);
        }
        for d in 0..CULTURE {
            for l in 0..LANES {
                let part = near[l] * gaps[d][l];
                sums[d][l] += part;
                recent[d][l] -= part;
            }
        }
        for l in 0..LANES {
            sums[CULTURE][l] += raw[l];
            recent[CULTURE][l] += raw[l];
        }
    }
    sums
}

/// The cultures of all states, block by block and by dimension.
pub fn in_blocks<T: Real>(culture: &[ByState<T>; CULTURE]) -> Vec<[Lanes<T>; CULTURE]> {
    let columns = culture.each_ref().map(|c| blocks(&c.raw));
    (0..columns[0].len())
        .map(|b| std::array::from_fn(|d| columns[d][b]))
        .collect()
}

/// The products of two columns.
#[multiversion(targets("x86_64+avx2"))]
pub fn multiply<T: Real>(a: &[f32], b: &[f32], out: &mut [T]) {
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
        *out = (a * b).into();
    }
}
