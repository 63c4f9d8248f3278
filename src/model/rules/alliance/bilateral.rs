//! E10 (iii): states propose bilateral pacts.

use super::appeal::{Appeal, appeals};
use super::utility::utility;
use super::{note_alternatives, searches, searching};
use crate::rng::{Keyed, Stream, weighted_index};
use crate::rules::choice::Choice;
use crate::rules::{Declaration, Given, act};
use crate::scenario::{EventKind, PactKind, Process};
use crate::world::pacts::depth_of;
use crate::world::{StateId, World};
use std::cell::RefCell;

struct Deal {
    from: StateId,
    to: StateId,
    kind: PactKind,
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "bilateral_pacts",
    step: "8 alliances",
    equation: "E10 (iii)",
    core: true,
    help: "States propose bilateral pacts",
    parameters: &["alliance", "protocol"],
    streams: &[Stream::BilateralProposal, Stream::BilateralAnswer],
    run,
};

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
fn sponsor(world: &World, i: StateId, j: StateId) -> Option<StateId> {
    match (world.states.power[i], world.states.power[j]) {
        (true, false) => Some(i),
        (false, true) => Some(j),
        _ => None,
    }
}

fn deepens(world: &World, i: StateId, j: StateId, kind: PactKind) -> bool {
    depth_of(kind, &world.parameters) > world.depth(i, j)
}

fn propose(world: &World, &(i, search): &(StateId, f64), appeal: &mut Appeal) -> Option<Deal> {
    let p = world.parameters.protocol;
    if !searches(world, Process::BilateralPacts, i, search, p.proposers)
        || world.blocked(EventKind::BilateralPact, &[i])
    {
        return None;
    }
    let mut draw = world.draw(Stream::BilateralProposal, i, 0u32);
    let kind = kind_of(draw.uniform(), p.share_defence, p.share_neutrality);
    appeal.weigh(world, i);
    let (j, u) = addressee(world, i, appeal, &mut draw)?;
    if world.trace.wants(i, world.year) {
        let weights = appeals(world, i);
        let (by, chosen) = (Process::BilateralPacts, usize::from(j));
        note_alternatives(world, by, i, &weights.raw, chosen, u, |k| {
            world.states.abbreviation[StateId::from(k)].clone()
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
fn addressee(
    world: &World,
    i: StateId,
    appeal: &Appeal,
    draw: &mut Keyed,
) -> Option<(StateId, f64)> {
    for _ in 0..TURNED_AWAY {
        let (u, kept) = (draw.uniform(), draw.uniform());
        let j = appeal.choose(u)?;
        if kept >= world.hostility(i, j) {
            return Some((j, u));
        }
    }
    let u = draw.uniform();
    weighted_index(&appeals(world, i).raw, u).map(|j| (j.into(), u))
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

fn accepts(world: &World, i: StateId, j: StateId, kind: PactKind, addressee: bool) -> bool {
    let (own, other) = if addressee { (j, i) } else { (i, j) };
    let mut draw = world.draw(Stream::BilateralAnswer, i, j);
    let mut u = draw.uniform();
    if addressee {
        u = draw.uniform();
    }
    let terms = utility(world, own, &[other], kind, sponsor(world, i, j), &[]);
    let choice = Choice::new(Process::BilateralPacts, own, &terms, u);
    choice.answer(world, || {
        format!(
            "make a {} pact with {}",
            kind.name(),
            world.states.abbreviation[other]
        )
    })
}
