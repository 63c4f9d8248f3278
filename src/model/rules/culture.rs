//! E15: security culture (Friedkin & Johnsen 1990, with contacts that change).

use super::Given;
use super::lanes::{LANES, Lanes, Real, blocks, total};
use crate::rng::{Stream, normal_quantile};
use crate::world::{CULTURE, SOVEREIGNTY, World, row, take_memberships};
use multiversion::multiversion;

/// c_i ← c_i + ψ_i R_i/(R_i + 1) Σ_j (raw_ij/R_i)(c_j − c_i) \[|Δc| < ε\] − ρ_r mean over rivals
/// (c_j − c_i) − a_c (c_i − anchor) + σ_c ε, with raw_ij = W_ij g_ij + I_r comember + w_A ally
/// and ψ_i = ψ − ψ_b sov_i \[partner\]. A state's anchor is set when it is first met so that
/// it would stand still.
pub fn run(world: &mut World, _given: Given<'_>) {
    let before = std::mem::take(&mut world.states.culture);
    world.states.culture = next(world, &before);
    world.hold_culture();
}

/// The cultures that a year makes of those `before` it, all states' by dimension, at the
/// precision of the columns; sets anchors that are not set yet.
pub fn next<T: Real>(world: &mut World, before: &[Vec<T>; CULTURE]) -> [Vec<T>; CULTURE] {
    let p = world.parameters.culture;
    let pull = pull(world, before);
    let partner = partners(world);
    let mut next = before.clone();
    let n = world.states.len();
    let draws: [Vec<f64>; CULTURE] = std::array::from_fn(|d| {
        let stream = Stream::Culture;
        world.draws.uniforms(stream, world.step, d as u32, n)
    });
    for &i in &world.roster {
        let sovereignty = before[SOVEREIGNTY][i].wide();
        let openness = p.openness
            - if partner[i] {
                p.backlash * sovereignty
            } else {
                0.0
            };
        let rivals = world.rivals[i].len().max(1) as f64;
        for d in 0..CULTURE {
            let c = before[d][i].wide();
            let attraction = openness * pull.sums[d][i] / (pull.weight[i] + 1.0);
            let away: f64 = world.rivals[i]
                .iter()
                .map(|&j| before[d][j].wide() - c)
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
                + p.noise_sd * normal_quantile(draws[d][i]);
            next[d][i] = T::narrow(value.clamp(0.0, 1.0));
        }
        world.states.anchored[i] = true;
    }
    next
}

/// Contact-weighted differences of all states.
///
/// Sums run at the precision of the cultures over at most [`ROWS`] rows and are then added in `f64`.
#[derive(Debug, Clone, PartialEq)]
struct Pull<T> {
    /// R_i = Σ_j raw_ij.
    weight: Vec<f64>,
    /// Σ_j raw_ij (c_j − c_i) over contacts within the confidence bound, by dimension.
    sums: [Vec<f64>; CULTURE],
    /// The sums of the latest rows, block by block: by dimension, then the weights.
    recent: Vec<[Lanes<T>; CULTURE + 1]>,
    rows: usize,
}

/// Rows after which the sums move to `f64`.
const ROWS: usize = 256;

impl<T: Real> Pull<T> {
    /// No contact yet among `n` states.
    fn new(n: usize) -> Self {
        Self {
            weight: vec![0.0; n],
            sums: std::array::from_fn(|_| vec![0.0; n]),
            recent: vec![[[T::zero(); LANES]; CULTURE + 1]; n.div_ceil(LANES)],
            rows: 0,
        }
    }

    /// Adds the contacts of `i` with the lower states.
    ///
    /// `raw`: weights in blocks, zero from `i` on; `culture`: all states', block by block and by
    /// dimension; `own`: that of `i`.
    fn add_row(
        &mut self,
        i: usize,
        raw: &[Lanes<T>],
        culture: &[[Lanes<T>; CULTURE]],
        own: [T; CULTURE],
        confidence: T,
    ) {
        let count = i.div_ceil(LANES);
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
    fn settle(&mut self) {
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
fn in_blocks<T: Real>(culture: &[Vec<T>; CULTURE]) -> Vec<[Lanes<T>; CULTURE]> {
    let columns = culture.each_ref().map(|c| blocks(c));
    (0..columns[0].len())
        .map(|b| std::array::from_fn(|d| columns[d][b]))
        .collect()
}

fn pull<T: Real>(world: &World, columns: &[Vec<T>; CULTURE]) -> Pull<T> {
    let p = world.parameters.culture;
    let n = world.states.len();
    let mut pull = Pull::new(n);
    let mut row_blocks = vec![[T::zero(); LANES]; n.div_ceil(LANES)];
    let culture = in_blocks(columns);
    let bodies = world.partnerships.iter();
    let levels = bodies.map(|b| T::narrow(b.institutionalisation()));
    let levels: Vec<T> = levels.collect();
    let memberships = world.memberships();
    let mut later = &memberships[..];
    for &i in &world.roster {
        let raw = row_blocks.as_flattened_mut();
        let end = (i + LANES).min(raw.len());
        raw[i..end].fill(T::zero());
        let proximity = &world.pairs.proximity_of(i)[..i];
        let interdependence = &world.pairs.interdependence[row(i)];
        multiply(interdependence, proximity, &mut raw[..i]);
        for &j in world.allies[i].iter().take_while(|&&j| j < i) {
            if world.pairs.defence_allied(i, j) {
                raw[j] += T::narrow(p.pact_contact);
            }
        }
        for body in take_memberships(&mut later, i) {
            let members = world.partnerships[body].members.iter();
            for &j in members.take_while(|&&j| j < i) {
                raw[j] += levels[body];
            }
        }
        let own = [0, 1, 2, 3].map(|d| columns[d][i]);
        pull.add_row(i, &row_blocks, &culture, own, T::narrow(p.confidence));
    }
    pull.settle();
    pull
}

#[multiversion(targets("x86_64+avx2"))]
fn multiply<T: Real>(a: &[f32], b: &[f32], out: &mut [T]) {
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
        *out = T::narrow(f64::from(a * b));
    }
}

fn partners(world: &World) -> Vec<bool> {
    let mut partner = vec![false; world.states.len()];
    for body in world.partnerships.iter().filter(|b| !b.inert) {
        body.members.iter().for_each(|&i| partner[i] = true);
    }
    partner
}
