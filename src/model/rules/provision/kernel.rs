//! The sum of a public good over all pairs, eight states at a time.

use crate::rules::lanes::{LANES, Lanes, blocks, total};
use crate::world::ByState;
use crate::world::{World, row};
use multiversion::multiversion;

/// Rows after which sums move to `f64`.
const ROWS: usize = 64;

/// Σ_j k_ij x_j with k_ii = 1, for several x at once; sums run in `f32` over at most [`ROWS`]
/// rows and are then added in `f64`.
pub fn summed<const M: usize>(
    world: &World,
    contributions: [&ByState<f64>; M],
) -> [ByState<f64>; M] {
    let n = world.states.len();
    let narrow = contributions.map(|c| c.iter().map(|&v| v as f32).collect::<ByState<f32>>());
    let columns = narrow.each_ref().map(|c| blocks(&c.raw));
    let x: Vec<[Lanes; M]> = (0..n.div_ceil(LANES))
        .map(|b| std::array::from_fn(|m| columns[m][b]))
        .collect();
    let mut good = contributions.map(ByState::clone);
    let mut recent = vec![[[0.0f32; LANES]; M]; x.len()];
    for (turn, &i) in world.roster.iter().enumerate() {
        let own: [f32; M] = std::array::from_fn(|m| narrow[m][i]);
        let sums = sum_row(&world.pairs.spill.raw[row(i)], &x, own, &mut recent);
        for m in 0..M {
            good[m][i] += f64::from(total(sums[m]));
        }
        if turn % ROWS == ROWS - 1 || turn + 1 == world.roster.len() {
            for (b, recent) in recent.iter_mut().enumerate() {
                for (good, lanes) in good.iter_mut().zip(recent) {
                    let at = b * LANES;
                    for (g, part) in good.raw[at..n.min(at + LANES)].iter_mut().zip(lanes) {
                        *g += f64::from(*part);
                        *part = 0.0;
                    }
                }
            }
        }
    }
    for good in &mut good {
        for (g, active) in good.iter_mut().zip(&world.states.active) {
            if !active {
                *g = 0.0;
            }
        }
    }
    good
}

/// One row of [`summed`]: adds to the others' sums and returns those of the row's own state.
#[multiversion(targets("x86_64+avx2"))]
fn sum_row<const M: usize>(
    kernel: &[f32],
    x: &[[Lanes; M]],
    own: [f32; M],
    recent: &mut [[Lanes; M]],
) -> [Lanes; M] {
    let mut sums = [[0.0; LANES]; M];
    let (whole, rest) = kernel.as_chunks::<LANES>();
    for ((k, theirs), recent) in whole.iter().zip(x).zip(recent.iter_mut()) {
        add_block(k, theirs, own, &mut sums, recent);
    }
    if !rest.is_empty() {
        let mut last = [0.0; LANES];
        last[..rest.len()].copy_from_slice(rest);
        let b = whole.len();
        add_block(&last, &x[b], own, &mut sums, &mut recent[b]);
    }
    sums
}

#[inline(always)]
fn add_block<const M: usize>(
    k: &Lanes,
    theirs: &[Lanes; M],
    own: [f32; M],
    sums: &mut [Lanes; M],
    recent: &mut [Lanes; M],
) {
    for m in 0..M {
        for l in 0..LANES {
            sums[m][l] += k[l] * theirs[m][l];
            recent[m][l] += k[l] * own[m];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::drawn::{self, Drawn};
    use crate::world::pair;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(drawn::config())]

        #[test]
        fn the_kernel_sums_what_the_technology_sum_says(drawn in drawn::world("provision")) {
            let Drawn { world, .. } = drawn;
            let given = &world.states.capability;
            let [found] = summed(&world, [given]);
            for &i in &world.roster {
                let others = world.roster.iter().filter(|&&j| j != i);
                let spilled = others.map(|&j| f64::from(world.pairs.spill[pair(i, j)]) * given[j]);
                let expected = given[i] + spilled.sum::<f64>();
                prop_assert!((found[i] - expected).abs() < 1e-6, "{} for {expected}", found[i]);
            }
        }
    }
}
