//! E10 (iv): states apply to existing defence pacts.

use super::utility::{admission, utility};
use super::{Choice, note_alternatives, searches, searching};
use crate::rng::{Keyed, Stream, weighted_index_of};
use crate::rules::{Given, act};
use crate::scenario::{EventKind, PactKind, Process};
use crate::world::{Pact, World};

/// A share of states apply to one defence pact near them, ∝ Σκ (1 − max H), of more than two
/// members or (w.p. o_2) of any size; they want it w.p. Λ(U/s), and a quorum of members must
/// accept.
pub fn run(world: &mut World, given: Given<'_>) {
    let rate = world.parameters.protocol.applicants;
    let agents = searching(world, Stream::Application, rate);
    act(
        world,
        given.scenario.update_order,
        &agents,
        apply,
        |world, (k, i)| {
            if !world.pacts[k].has(i) {
                world.join_pact(k, i, Process::PactAccession);
            }
        },
    );
}

fn apply(world: &World, &(i, search): &(usize, f64)) -> Option<(usize, usize)> {
    let p = world.parameters.protocol;
    let mut draw = world.draws.at(Stream::Application, world.step, i as u32, 0);
    if !searches(world, "pact_accession", i, search, p.applicants)
        || world.blocked(EventKind::PactAccession, &[i])
    {
        return None;
    }
    let least = if draw.uniform() < p.bilateral_openness {
        2
    } else {
        3
    };
    let k = target(world, i, least, &mut draw)?;
    let pact = &world.pacts[k];
    let choice = Choice {
        process: "pact_accession",
        state: i,
        terms: &utility(world, i, &pact.members, pact.kind, pact.sponsor, &[]),
        shift: 0.0,
        rate: 1.0,
        leaving: false,
        draw: draw.uniform(),
    };
    let wants = choice.answer(world, || {
        format!("apply to {} ({})", pact.label, world.names(&pact.members))
    });
    (wants && admitted(world, i, pact)).then_some((k, i))
}

/// Pacts that hostility keeps an applicant from before it is weighed in advance.
const KEPT_AWAY: usize = 8;

/// The pact that i turns to, of at least `least` members.
///
/// One is chosen by the capability felt and kept w.p. 1 − max H, else another is chosen: that is
/// the same distribution, and spares looking up every hostility.
fn target(world: &World, i: usize, least: usize, draw: &mut Keyed) -> Option<usize> {
    let mut open = near_pacts(world, i, least);
    let openness = |k: usize| {
        let members = world.pacts[k].members.iter();
        1.0 - members.map(|&j| world.hostility(i, j)).fold(0.0, f64::max)
    };
    let mut chosen = None;
    let total = open.total();
    for _ in 0..KEPT_AWAY {
        let (u, kept) = (draw.uniform(), draw.uniform());
        let place = open.choose(u, total)?;
        if kept < openness(open.pacts[place]) {
            chosen = Some((place, u));
            break;
        }
    }
    if chosen.is_none() || world.trace.wants(i, world.year) {
        for (weight, &k) in open.weights.iter_mut().zip(&open.pacts) {
            *weight *= openness(k);
        }
    }
    let (place, u) = match chosen {
        Some(chosen) => chosen,
        None => {
            let u = draw.uniform();
            (open.choose(u, open.total())?, u)
        }
    };
    let k = open.pacts[place];
    note_alternatives(
        world,
        "pact_accession",
        i,
        &open.weights,
        place,
        u,
        |place| world.pacts[open.pacts[place]].label.clone(),
    );
    Some(k)
}

/// Places for pacts that a state may turn to, more than there usually are.
const LIKELY: usize = 32;

/// Pacts that a state may turn to, each with its weight.
struct Open {
    pacts: Vec<usize>,
    weights: Vec<f64>,
}

impl Open {
    fn total(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// The place whose share of the `total` contains `u`.
    fn choose(&self, u: f64, total: f64) -> Option<usize> {
        weighted_index_of(&self.weights, u, total)
    }
}

/// Defence pacts of at least `least` members that i is not in and of which it borders a member or
/// sits in a pact with one, weighted by the capability that i feels of them.
fn near_pacts(world: &World, i: usize, least: usize) -> Open {
    let close = world.close_states(i);
    let felt = world.pairs.felt_by(i);
    let mut open = Open {
        pacts: Vec::with_capacity(LIKELY),
        weights: Vec::with_capacity(LIKELY),
    };
    for (k, pact) in world.pacts.iter().enumerate() {
        if pact.members.len() < least || pact.kind != PactKind::Defence {
            continue;
        }
        let (mut sum, mut near) = (0.0, false);
        for &j in &pact.members {
            sum += f64::from(felt[j]);
            near |= close[j];
        }
        if near && sum > 0.0 && !pact.has(i) {
            open.pacts.push(k);
            open.weights.push(sum);
        }
    }
    open
}

/// Whether a quorum of members accepts i. Once it cannot be reached, nobody else is asked but
/// whoever is to explain itself.
fn admitted(world: &World, i: usize, pact: &Pact) -> bool {
    let members = pact.members.len() as f64;
    let quorum = world.parameters.protocol.admission_quorum * members;
    let (mut yes, mut asked) = (0.0, 0.0);
    for &m in &pact.members {
        asked += 1.0;
        if yes + (members - asked) + 1.0 < quorum && !world.trace.wants(m, world.year) {
            continue;
        }
        yes += f64::from(u8::from(admits(world, m, i, pact)));
    }
    yes >= quorum
}

/// Whether m accepts i. One draw a member and year: an applicant later in the year meets the
/// same mood.
fn admits(world: &World, m: usize, i: usize, pact: &Pact) -> bool {
    let (a, b) = pact.key.address(m);
    let choice = Choice {
        process: "pact_accession",
        state: m,
        terms: &admission(world, m, i, pact),
        shift: 0.0,
        rate: 1.0,
        leaving: false,
        draw: world.draws.uniform(Stream::AdmissionVote, world.step, a, b),
    };
    choice.answer(world, || {
        format!("admit {} to {}", world.states.abbreviation[i], pact.label)
    })
}
