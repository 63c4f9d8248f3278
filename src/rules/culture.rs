//! E15: security culture (Friedkin & Johnsen 1990, with contacts that change).

use super::Given;
use super::lanes::{LANES, Real, blocks};
use crate::rng::Stream;
use crate::world::{CULTURE, SOVEREIGNTY, World, row};

/// c_i ← c_i + ψ_i R_i/(R_i + 1) Σ_j (raw_ij/R_i)(c_j − c_i) \[|Δc| < ε\] − ρ_r mean over rivals
/// (c_j − c_i) − a_c (c_i − anchor) + σ_c ε, with raw_ij = W_ij g_ij + I_r comember + w_A ally
/// and ψ_i = ψ − ψ_b sov_i \[partner\]. A state's anchor is set when it is first met so that
/// it would stand still.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.culture;
    let pull = pull(world);
    let partner = partners(world);
    let mut next = world.states.culture.clone();
    for &i in &world.roster {
        let mut noise = world.draws.at(Stream::Culture, world.step, i as u32, 0);
        let sovereignty = f64::from(world.states.culture[SOVEREIGNTY][i]);
        let openness = p.openness
            - if partner[i] {
                p.backlash * sovereignty
            } else {
                0.0
            };
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
                world.states.anchor[d][i] = if p.anchor > 0.0 {
                    c + (repulsion - attraction) / p.anchor
                } else {
                    c
                };
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
///
/// Sums run in `F` over at most [`Pull::ROWS`] rows and are then added in `f64`.
#[derive(Debug, Clone, PartialEq)]
pub struct Pull<F> {
    /// R_i = Σ_j raw_ij.
    pub weight: Vec<f64>,
    /// Σ_j raw_ij (c_j − c_i) over contacts within the confidence bound, by dimension.
    pub sums: [Vec<f64>; CULTURE],
    /// Weights and the four sums of the latest rows, block by block.
    recent: Vec<[[F; LANES]; CULTURE + 1]>,
    rows: usize,
}

impl<F: Real> Pull<F> {
    /// Rows after which the sums move to `f64`.
    pub const ROWS: usize = 64;

    /// No contact yet among `n` states.
    pub fn new(n: usize) -> Self {
        Self {
            weight: vec![0.0; n],
            sums: std::array::from_fn(|_| vec![0.0; n]),
            recent: vec![[[F::zero(); LANES]; CULTURE + 1]; n.div_ceil(LANES)],
            rows: 0,
        }
    }

    /// Adds the contacts of `i` with the lower states.
    ///
    /// `raw`: weights in blocks, zero from `i` on; `culture`: all states', block by block and by
    /// dimension; `own`: that of `i`.
    pub fn add_row(
        &mut self,
        i: usize,
        raw: &[[F; LANES]],
        culture: &[[[F; LANES]; CULTURE]],
        own: [F; CULTURE],
        confidence: F,
    ) {
        let bound = F::splat(confidence + confidence + confidence + confidence);
        let own = own.map(F::splat);
        let zero = F::splat(F::zero());
        let mut weight = zero;
        let mut sums = [zero; CULTURE];
        let count = i.div_ceil(LANES);
        let rows = raw[..count]
            .iter()
            .zip(&culture[..count])
            .zip(&mut self.recent[..count]);
        for ((raw, theirs), recent) in rows {
            let block = F::Block::from(*raw);
            let gap = |d: usize| F::Block::from(theirs[d]) - own[d];
            let gaps = [gap(0), gap(1), gap(2), gap(3)];
            let distance = (F::magnitude(gaps[0]) + F::magnitude(gaps[1]))
                + (F::magnitude(gaps[2]) + F::magnitude(gaps[3]));
            let near = F::where_less(distance, bound, block);
            weight = weight + block;
            recent[CULTURE] = (F::Block::from(recent[CULTURE]) + block).into();
            for d in 0..CULTURE {
                let part = near * gaps[d];
                sums[d] = sums[d] + part;
                recent[d] = (F::Block::from(recent[d]) - part).into();
            }
        }
        self.weight[i] += F::total(weight);
        for d in 0..CULTURE {
            self.sums[d][i] += F::total(sums[d]);
        }
        self.rows += 1;
        if self.rows == Self::ROWS {
            self.settle();
        }
    }

    /// Moves what is summed in `F` to the `f64` sums; to be called after the last row.
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
                for (sum, part) in sums[at..n.min(at + LANES)].iter_mut().zip(lanes) {
                    let value: f64 = (*part).into();
                    *sum += value;
                    *part = F::zero();
                }
            }
        }
        self.rows = 0;
    }
}

/// The cultures of all states, block by block and by dimension.
pub fn in_blocks<F: Real>(culture: [&[F]; CULTURE]) -> Vec<[[F; LANES]; CULTURE]> {
    let columns = culture.map(blocks);
    (0..columns[0].len())
        .map(|b| std::array::from_fn(|d| columns[d][b]))
        .collect()
}

fn pull(world: &World) -> Pull<f32> {
    let p = world.parameters.culture;
    let n = world.states.len();
    let mut pull = Pull::new(n);
    let mut row_blocks = vec![[0.0f32; LANES]; n.div_ceil(LANES)];
    let columns = &world.states.culture;
    let culture = in_blocks([
        &columns[0][..],
        &columns[1][..],
        &columns[2][..],
        &columns[3][..],
    ]);
    let bodies: Vec<(&[usize], f32)> = world
        .partnerships
        .iter()
        .filter(|b| !b.inert)
        .map(|b| (&b.members[..], b.institutionalisation() as f32))
        .collect();
    for &i in &world.roster {
        let raw = row_blocks.as_flattened_mut();
        let end = (i + LANES).min(raw.len());
        raw[i..end].fill(0.0);
        let proximity = &world.pairs.proximity[row(i)];
        let interdependence = &world.pairs.interdependence[row(i)];
        for (cell, (w, g)) in raw[..i]
            .iter_mut()
            .zip(interdependence.iter().zip(proximity))
        {
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
        let own = [0, 1, 2, 3].map(|d| columns[d][i]);
        pull.add_row(i, &row_blocks, &culture, own, p.confidence as f32);
    }
    pull.settle();
    pull
}

fn partners(world: &World) -> Vec<bool> {
    let mut partner = vec![false; world.states.len()];
    for body in world.partnerships.iter().filter(|b| !b.inert) {
        body.members.iter().for_each(|&i| partner[i] = true);
    }
    partner
}
