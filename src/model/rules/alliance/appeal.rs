//! Whom a state proposes to (E10 (iii)): the weights of all states, and a fast choice among them.

use crate::rules::lanes::{LANES, total};
use crate::world::ByState;
use crate::world::{StateId, World, pairs_of};
use multiversion::multiversion;
use typed_index_collections::ti_vec;

/// How much all states appeal to one of them, hostility apart.
pub struct Appeal {
    bloc: ByState<f32>,
    /// κ_{j→i} g_ij (1 − |z_i − z_j|) of every state j; zeros past the end of the last block.
    weights: Vec<f32>,
    /// Sums of the blocks of weights.
    sums: Vec<f32>,
}

impl Appeal {
    /// Of the states as the year stands.
    pub fn new(world: &World) -> Self {
        let bloc: ByState<f32> = world.states.bloc.iter().map(|&z| z as f32).collect();
        let weights = vec![0.0; bloc.len().next_multiple_of(LANES)];
        let sums = vec![0.0; weights.len() / LANES];
        Self {
            bloc,
            weights,
            sums,
        }
    }

    /// Weighs all states for i.
    pub fn weigh(&mut self, world: &World, i: StateId) {
        let (felt, proximity) = (world.pairs.felt_by(i), world.pairs.proximity_of(i));
        let weights = &mut self.weights[..self.bloc.len()];
        weigh(
            &felt.raw,
            &proximity.raw,
            &self.bloc.raw,
            self.bloc[i],
            weights,
        );
        sum_blocks(&self.weights, &mut self.sums);
    }

    /// The state whose share of the cumulated weights contains `u`; `None` if they are all 0.
    pub fn choose(&self, u: f64) -> Option<StateId> {
        choose(&self.weights, &self.sums, u).map(StateId::from)
    }
}

/// κ_{j→i} g_ij (1 − |z_i − z_j|) for every state j; 0 outside the system, where κ is.
#[multiversion(targets("x86_64+avx2"))]
fn weigh(felt: &[f32], proximity: &[f32], bloc: &[f32], own: f32, weights: &mut [f32]) {
    let given = felt.iter().zip(proximity).zip(bloc);
    for (weight, ((k, g), z)) in weights.iter_mut().zip(given) {
        *weight = k * g * (1.0 - (own - z).abs());
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn sum_blocks(weights: &[f32], sums: &mut [f32]) {
    for (sum, block) in sums.iter_mut().zip(weights.as_chunks::<LANES>().0) {
        *sum = total(*block);
    }
}

/// The position whose share of the cumulated weights contains `u`; `None` if they are all 0.
fn choose(weights: &[f32], sums: &[f32], u: f64) -> Option<usize> {
    let total: f64 = sums.iter().map(|&s| f64::from(s)).sum();
    let mut rest = u * total;
    let mut last = None;
    for (block, &sum) in sums.iter().enumerate() {
        if rest >= f64::from(sum) {
            rest -= f64::from(sum);
            continue;
        }
        for (lane, &w) in weights[block * LANES..][..LANES].iter().enumerate() {
            if w > 0.0 {
                last = Some(block * LANES + lane);
                if rest < f64::from(w) {
                    return last;
                }
                rest -= f64::from(w);
            }
        }
        // What rounding has left over falls to the last of the block.
        return last;
    }
    weights.iter().rposition(|&w| w > 0.0)
}

/// κ_{j→i} g_ij (1 − H_ij)(1 − |z_i − z_j|) for every state j; 0 outside the system.
pub fn appeals(world: &World, i: StateId) -> ByState<f64> {
    let (s, pairs) = (&world.states, &world.pairs);
    let (felt, proximity) = (pairs.felt_by(i), pairs.proximity_of(i));
    let mut weights = ti_vec![0.0; s.len()];
    for (j, p) in pairs_of(i, s.len()) {
        let nearness = 1.0 - (s.bloc[i] - s.bloc[j]).abs();
        let openness = 1.0 - f64::from(pairs.hostility[p]);
        weights[j] = f64::from(felt[j]) * f64::from(proximity[j]) * openness * nearness;
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::drawn::{self, Drawn};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(drawn::config())]

        /// Without hostility the fast choice falls where the weights of the equation put it.
        #[test]
        fn the_fast_choice_follows_the_weights(
            drawn in drawn::world("protocol"),
            draws in prop::collection::vec(0.0001..0.9999f64, 40),
        ) {
            let Drawn { mut world, .. } = drawn;
            world.pairs.hostility.fill(0.0);
            let mut fast = Appeal::new(&world);
            for (&i, u) in world.roster.iter().cycle().zip(draws) {
                fast.weigh(&world, i);
                let weights = appeals(&world, i);
                let total: f64 = weights.iter().sum();
                let j = fast.choose(u).unwrap();
                let before: f64 = weights[..j].iter().sum();
                prop_assert!(weights[j] > 0.0 && j != i);
                prop_assert!(before / total <= u + 1e-5);
                prop_assert!(u <= (before + weights[j]) / total + 1e-5);
            }
        }
    }
}
