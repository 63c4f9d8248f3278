//! E10 (iii): states propose bilateral pacts.

use super::utility::utility;
use super::{Choice, note_alternatives, searches, searching};
use crate::rng::{Keyed, Stream, weighted_index};
use crate::rules::lanes::{LANES, total};
use crate::rules::{Given, act};
use crate::scenario::{EventKind, PactKind, Process};
use crate::world::pacts::depth_of;
use crate::world::{World, pairs_of};
use multiversion::multiversion;
use std::cell::RefCell;

struct Deal {
    from: usize,
    to: usize,
    kind: PactKind,
}

/// A share of states propose to one j ∝ κ_{j→i} g_ij (1 − H)(1 − |Δz|) a pact that deepens
/// what ties them; both accept w.p. Λ(U/s). The great power of a mixed pair is the sponsor.
pub fn run(world: &mut World, given: Given<'_>) {
    let rate = world.parameters.protocol.proposers;
    let agents = searching(world, Stream::BilateralProposal, rate);
    let appeal = RefCell::new(Appeal::new(world));
    act(
        world,
        given.scenario.update_order,
        &agents,
        |world, agent| propose(world, agent, &mut appeal.borrow_mut()),
        |world, deal| {
            if !deepens(world, deal.from, deal.to, deal.kind) {
                return;
            }
            let sponsor = sponsor(world, deal.from, deal.to);
            world.found_pact(
                deal.kind,
                vec![deal.from, deal.to],
                sponsor,
                (deal.from, deal.to),
                Process::BilateralPacts,
            );
        },
    );
}

/// The great power of a mixed pair.
fn sponsor(world: &World, i: usize, j: usize) -> Option<usize> {
    match (world.states.power[i], world.states.power[j]) {
        (true, false) => Some(i),
        (false, true) => Some(j),
        _ => None,
    }
}

fn deepens(world: &World, i: usize, j: usize, kind: PactKind) -> bool {
    depth_of(kind, &world.parameters) > world.depth(i, j)
}

/// How much all states appeal to one of them, hostility apart.
struct Appeal {
    bloc: Vec<f32>,
    /// κ_{j→i} g_ij (1 − |z_i − z_j|) of every state j; zeros past the end of the last block.
    weights: Vec<f32>,
    /// Sums of the blocks of weights.
    sums: Vec<f32>,
}

impl Appeal {
    fn new(world: &World) -> Self {
        let bloc: Vec<f32> = world.states.bloc.iter().map(|&z| z as f32).collect();
        let weights = vec![0.0; bloc.len().next_multiple_of(LANES)];
        let sums = vec![0.0; weights.len() / LANES];
        Self {
            bloc,
            weights,
            sums,
        }
    }

    /// Weighs all states for i.
    fn weigh(&mut self, world: &World, i: usize) {
        let (felt, proximity) = (world.pairs.felt_by(i), world.pairs.proximity_of(i));
        let weights = &mut self.weights[..self.bloc.len()];
        weigh(felt, proximity, &self.bloc, self.bloc[i], weights);
        sum_blocks(&self.weights, &mut self.sums);
    }
}

fn propose(world: &World, &(i, search): &(usize, f64), appeal: &mut Appeal) -> Option<Deal> {
    let p = world.parameters.protocol;
    if !searches(world, "bilateral_pacts", i, search, p.proposers)
        || world.blocked(EventKind::BilateralPact, &[i])
    {
        return None;
    }
    let stream = Stream::BilateralProposal;
    let mut draw = world.draws.at(stream, world.step, i as u32, 0);
    let kind = kind_of(draw.uniform(), p.share_defence, p.share_neutrality);
    appeal.weigh(world, i);
    let (j, u) = addressee(world, i, appeal, &mut draw)?;
    if world.trace.wants(i, world.year) {
        let weights = appeals(world, i);
        note_alternatives(world, "bilateral_pacts", i, &weights, j, u, |k| {
            world.states.abbreviation[k].clone()
        });
    }
    let fits = deepens(world, i, j, kind) && !world.blocked(EventKind::BilateralPact, &[j]);
    (fits && accepts(world, i, j, kind, false) && accepts(world, i, j, kind, true)).then_some(
        Deal {
            from: i,
            to: j,
            kind,
        },
    )
}

/// Addressees that hostility turns away before it is weighed in advance.
const TURNED_AWAY: usize = 16;

/// The state that i proposes to, with the draw that chose it.
///
/// One is chosen without regard to hostility and kept w.p. 1 − H, else another is chosen:
/// that is the same distribution, and spares looking up every hostility.
fn addressee(world: &World, i: usize, appeal: &Appeal, draw: &mut Keyed) -> Option<(usize, f64)> {
    for _ in 0..TURNED_AWAY {
        let (u, kept) = (draw.uniform(), draw.uniform());
        let j = choose(&appeal.weights, &appeal.sums, u)?;
        if kept >= world.hostility(i, j) {
            return Some((j, u));
        }
    }
    let u = draw.uniform();
    weighted_index(&appeals(world, i), u).map(|j| (j, u))
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
fn appeals(world: &World, i: usize) -> Vec<f64> {
    let (s, pairs) = (&world.states, &world.pairs);
    let (felt, proximity) = (pairs.felt_by(i), pairs.proximity_of(i));
    let mut weights = vec![0.0; s.len()];
    for (j, p) in pairs_of(i, s.len()) {
        let nearness = 1.0 - (s.bloc[i] - s.bloc[j]).abs();
        let openness = 1.0 - f64::from(pairs.hostility[p]);
        weights[j] = f64::from(felt[j]) * f64::from(proximity[j]) * openness * nearness;
    }
    weights
}

/// Half of the second share is of neutrality pacts, half of non-aggression pacts: the two
/// have the same depth.
fn kind_of(u: f64, defence: f64, neutrality: f64) -> PactKind {
    if u < defence {
        PactKind::Defence
    } else if u < defence + neutrality / 2.0 {
        PactKind::Neutrality
    } else if u < defence + neutrality {
        PactKind::NonAggression
    } else {
        PactKind::Entente
    }
}

fn accepts(world: &World, i: usize, j: usize, kind: PactKind, addressee: bool) -> bool {
    let (own, other) = if addressee { (j, i) } else { (i, j) };
    let mut draw = world
        .draws
        .at(Stream::BilateralAnswer, world.step, i as u32, j as u32);
    let mut u = draw.uniform();
    if addressee {
        u = draw.uniform();
    }
    let choice = Choice {
        process: "bilateral_pacts",
        state: own,
        terms: &utility(world, own, &[other], kind, sponsor(world, i, j), &[]),
        shift: 0.0,
        rate: 1.0,
        leaving: false,
        draw: u,
    };
    choice.answer(world, || {
        format!(
            "make a {} pact with {}",
            kind.name(),
            world.states.abbreviation[other]
        )
    })
}
