//! E15: security culture (Friedkin & Johnsen 1990, with contacts that change).

use super::Given;
use crate::rng::Stream;
use crate::world::{CULTURE, SOVEREIGNTY, World, row};
use num_traits::Float;

/// c_i ← c_i + ψ_i R_i/(R_i + 1) Σ_j (raw_ij/R_i)(c_j − c_i) \[|Δc| < ε\] − ρ_r mean over rivals
/// (c_j − c_i) − a_c (c_i − anchor) + σ_c ε, with raw_ij = W_ij g_ij + I_r comember + w_A ally
/// and ψ_i = ψ − ψ_b sov_i \[partner\]. A state's anchor is set when it is first met so that
/// it would stand still.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.culture;
    let pull = pull(world);
    let partner = partners(world);
    let mut next = world.states.culture.clone();
    for k in 0..world.roster.len() {
        let i = world.roster[k];
        let sovereignty = f64::from(world.states.culture[SOVEREIGNTY][i]);
        let openness = p.openness - if partner[i] { p.backlash * sovereignty } else { 0.0 };
        let mut noise = world.draws.at(Stream::Culture, world.step, i as u32, 0);
        let rivals = world.rivals[i].len().max(1) as f64;
        for d in 0..CULTURE {
            let c = f64::from(world.states.culture[d][i]);
            let attraction = openness * pull.sums[d][i] / (pull.weight[i] + 1.0);
            let away: f64 = world.rivals[i]
                .iter()
                .map(|&j| f64::from(world.states.culture[d][j]) - c)
                .sum();
            let repulsion = p.repulsion * away / rivals;
            if !world.states.anchored[i] {
                world.states.anchor[d][i] =
                    if p.anchor > 0.0 { c + (repulsion - attraction) / p.anchor } else { c };
            }
            let value = c + attraction - repulsion - p.anchor * (c - world.states.anchor[d][i])
                + p.noise_sd * noise.normal();
            next[d][i] = value.clamp(0.0, 1.0) as f32;
        }
        world.states.anchored[i] = true;
    }
    world.states.culture = next;
    world.hold_culture();
}

/// Contact-weighted differences of all states.
#[derive(Debug, Clone, PartialEq)]
pub struct Pull {
    /// R_i = Σ_j raw_ij.
    pub weight: Vec<f64>,
    /// Σ_j raw_ij (c_j − c_i) over contacts within the confidence bound, by dimension.
    pub sums: [Vec<f64>; CULTURE],
}

impl Pull {
    /// No contact yet among `n` states.
    pub fn new(n: usize) -> Self {
        Self {
            weight: vec![0.0; n],
            sums: std::array::from_fn(|_| vec![0.0; n]),
        }
    }

    /// Adds the contacts of `i` with the lower states: `raw` their weights, `culture` all states'.
    pub fn add_row<F: Float + Into<f64>>(
        &mut self,
        i: usize,
        raw: &[F],
        culture: [&[F]; CULTURE],
        confidence: F,
    ) {
        let own: [F; CULTURE] = std::array::from_fn(|d| culture[d][i]);
        let bound = confidence + confidence + confidence + confidence;
        let mut weight = [0.0f64; 8];
        let mut sums = [[0.0f64; 8]; CULTURE];
        let [s0, s1, s2, s3] = &mut self.sums;
        let outs = [&mut s0[..i], &mut s1[..i], &mut s2[..i], &mut s3[..i]];
        let (blocks, rest) = raw[..i].as_chunks::<8>();
        let mut lane = |at: usize, l: usize, r: F| {
            let j = at + l;
            let gaps: [F; CULTURE] = std::array::from_fn(|d| culture[d][j] - own[d]);
            let gap = gaps[0].abs() + gaps[1].abs() + gaps[2].abs() + gaps[3].abs();
            let near = if gap < bound { r } else { F::zero() };
            let full: f64 = r.into();
            weight[l] += full;
            self.weight[j] += full;
            for d in 0..CULTURE {
                let part: f64 = (near * gaps[d]).into();
                sums[d][l] += part;
                outs[d][j] -= part;
            }
        };
        for (b, block) in blocks.iter().enumerate() {
            for (l, &r) in block.iter().enumerate() {
                lane(b * 8, l, r);
            }
        }
        for (l, &r) in rest.iter().enumerate() {
            lane(blocks.len() * 8, l, r);
        }
        self.weight[i] += weight.iter().sum::<f64>();
        for d in 0..CULTURE {
            self.sums[d][i] += sums[d].iter().sum::<f64>();
        }
    }
}

fn pull(world: &World) -> Pull {
    let p = world.parameters.culture;
    let n = world.states.len();
    let mut pull = Pull::new(n);
    let mut raw = vec![0.0f32; n];
    let culture = [
        &world.states.culture[0][..],
        &world.states.culture[1][..],
        &world.states.culture[2][..],
        &world.states.culture[3][..],
    ];
    let bodies: Vec<(&[usize], f32)> = world
        .partnerships
        .iter()
        .filter(|b| !b.inert)
        .map(|b| (&b.members[..], b.institutionalisation() as f32))
        .collect();
    for &i in &world.roster {
        let proximity = &world.pairs.proximity[row(i)];
        let interdependence = &world.pairs.interdependence[row(i)];
        for (cell, (w, g)) in raw[..i].iter_mut().zip(interdependence.iter().zip(proximity)) {
            *cell = w * g;
        }
        for &j in world.allies[i].iter().take_while(|&&j| j < i) {
            if world.pairs.defence_allied(i, j) {
                raw[j] += p.pact_contact as f32;
            }
        }
        for (members, level) in bodies.iter().filter(|(m, _)| m.binary_search(&i).is_ok()) {
            for &j in members.iter().take_while(|&&j| j < i) {
                raw[j] += level;
            }
        }
        pull.add_row(i, &raw[..i], culture, p.confidence as f32);
    }
    pull
}

fn partners(world: &World) -> Vec<bool> {
    let mut partner = vec![false; world.states.len()];
    for body in world.partnerships.iter().filter(|b| !b.inert) {
        body.members.iter().for_each(|&i| partner[i] = true);
    }
    partner
}
