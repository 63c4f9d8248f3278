//! E10 (iii): states propose bilateral pacts.

use super::utility::utility;
use super::{Choice, note_alternatives, searches, searching};
use crate::rng::{Keyed, Stream, weighted_index};
use crate::rules::{Given, act};
use crate::scenario::{EventKind, PactKind, Process};
use crate::world::pacts::depth_of;
use crate::world::{World, pairs_of};

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
    act(
        world,
        given.scenario.update_order,
        &agents,
        propose,
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

fn propose(world: &World, agent: &(usize, Keyed)) -> Option<Deal> {
    let p = world.parameters.protocol;
    let (i, mut draw) = agent.clone();
    if !searches(world, "bilateral_pacts", i, draw.uniform(), p.proposers)
        || world.blocked(EventKind::BilateralPact, &[i])
    {
        return None;
    }
    let weights = appeals(world, i);
    let u = draw.uniform();
    let j = weighted_index(&weights, u)?;
    note_alternatives(world, "bilateral_pacts", i, &weights, j, u, |k| {
        world.states.abbreviation[k].clone()
    });
    let kind = kind_of(&mut draw, p.share_defence, p.share_neutrality);
    let fits = deepens(world, i, j, kind) && !world.blocked(EventKind::BilateralPact, &[j]);
    (fits && accepts(world, i, j, kind, false) && accepts(world, i, j, kind, true)).then_some(
        Deal {
            from: i,
            to: j,
            kind,
        },
    )
}

/// κ_{j→i} g_ij (1 − H_ij)(1 − |z_i − z_j|) for every state j; 0 outside the system.
fn appeals(world: &World, i: usize) -> Vec<f64> {
    let (s, pairs) = (&world.states, &world.pairs);
    let (own, bloc) = (s.capability[i], s.bloc[i]);
    let mut weights = vec![0.0; s.len()];
    for (j, p) in pairs_of(i, s.len()) {
        let proximity = f64::from(pairs.proximity[p]);
        let reach = if s.power[j] {
            f64::from(pairs.power_reach[p])
        } else {
            proximity
        };
        // Outside the system capability, and so the weight, is 0.
        let arriving = s.capability[j] * reach;
        let nearness = 1.0 - (bloc - s.bloc[j]).abs();
        let openness = 1.0 - f64::from(pairs.hostility[p]);
        weights[j] = arriving / (arriving + own) * proximity * openness * nearness;
    }
    weights
}

/// Half of the second share is of neutrality pacts, half of non-aggression pacts: the two
/// have the same depth.
fn kind_of(draw: &mut Keyed, defence: f64, neutrality: f64) -> PactKind {
    let u = draw.uniform();
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
