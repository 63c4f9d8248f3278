//! E10 (iv): states apply to existing defence pacts.

use super::utility::{admission, utility};
use super::{Choice, note_alternatives, searches, searching};
use crate::rng::{Keyed, Stream, weighted_index};
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

fn apply(world: &World, agent: &(usize, Keyed)) -> Option<(usize, usize)> {
    let p = world.parameters.protocol;
    let (i, mut draw) = agent.clone();
    if !searches(world, "pact_accession", i, draw.uniform(), p.applicants)
        || world.blocked(EventKind::PactAccession, &[i])
    {
        return None;
    }
    let least = if draw.uniform() < p.bilateral_openness {
        2
    } else {
        3
    };
    let close = world.close_states(i);
    let weights: Vec<f64> = world
        .pacts
        .iter()
        .map(|pact| {
            if pact.members.len() < least {
                0.0
            } else {
                appeal(world, i, pact, &close)
            }
        })
        .collect();
    let u = draw.uniform();
    let k = weighted_index(&weights, u)?;
    note_alternatives(world, "pact_accession", i, &weights, k, u, |k| {
        world.pacts[k].label.clone()
    });
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

fn appeal(world: &World, i: usize, pact: &Pact, close: &[bool]) -> f64 {
    if pact.kind != PactKind::Defence || pact.has(i) || !pact.members.iter().any(|&j| close[j]) {
        return 0.0;
    }
    let (mut felt, mut worst) = (0.0, 0.0f64);
    for &j in &pact.members {
        felt += world.felt_capability(j, i);
        worst = worst.max(world.hostility(i, j));
    }
    felt * (1.0 - worst)
}

fn admitted(world: &World, i: usize, pact: &Pact) -> bool {
    let yes = pact
        .members
        .iter()
        .filter(|&&m| {
            let (a, b) = pact.key.address(m);
            let mut draw = world.draws.at(Stream::AdmissionVote, world.step, a, b);
            // One draw a member and year: an applicant later in the year meets the same mood.
            let choice = Choice {
                process: "pact_accession",
                state: m,
                terms: &admission(world, m, i, pact),
                shift: 0.0,
                rate: 1.0,
                leaving: false,
                draw: draw.uniform(),
            };
            choice.answer(world, || {
                format!("admit {} to {}", world.states.abbreviation[i], pact.label)
            })
        })
        .count();
    yes as f64 >= world.parameters.protocol.admission_quorum * pact.members.len() as f64
}
