//! E10 (ii): multilateral calls, by which pacts of more than two are founded.

use super::utility::utility;
use crate::rng::Stream;
use crate::rules::choice::Choice;
use crate::rules::{Declaration, Given, act};
use crate::scenario::{EventKind, PactKind, Process};
use crate::world::{PactId, RegionId, StateId, World};

/// Bit that tells a region's address from a power's among the draws of calls.
const REGIONAL: u32 = 1 << 31;
/// What every state's chance to be its region's convener is made of beside √K_j u_j (E10 (ii)).
const OBSCURITY: f64 = 0.2;
/// Other states that must accept a new pact.
const FOUNDERS: usize = 2;
/// A pact is enlarged if one in so many of the invited sits in it already (E10 (ii)).
const ENLARGED_FROM: usize = 3;

/// A convener: a great power, or a state in its region.
#[derive(Debug, Clone, Copy)]
enum Convener {
    Power(StateId),
    Regional(RegionId),
}

struct Call {
    convener: StateId,
    sponsor: Option<StateId>,
    accepting: Vec<StateId>,
    enlarge: Option<PactId>,
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "multilateral_calls",
    step: "8 alliances",
    equation: "E10 (ii)",
    core: true,
    help: "Powers and regional conveners invite states to found a pact together",
    parameters: &["alliance", "protocol"],
    streams: &[Stream::MultilateralCall, Stream::CallAnswer],
    run,
};

/// Each power calls w.p. 1 − exp(−λ_P·2k_g·f) the region that matters most to it, and in
/// each region one state calls w.p. 1 − exp(−λ_R). The invited answer w.p. Λ(U/s) to the
/// pact of all invited; two acceptances found it. If a third of the invited already sit
/// with the convener in a pact of more than two, that pact is enlarged instead.
pub fn run(world: &mut World, given: Given<'_>) {
    let powers = world.powers_in_order().into_iter().map(Convener::Power);
    let regions = world.regions.keys().map(Convener::Regional);
    let conveners: Vec<Convener> = powers.chain(regions).collect();
    act(
        world,
        given.scenario.update_order,
        &conveners,
        call,
        |world, call| {
            if let Some(k) = call.enlarge {
                for &i in &call.accepting {
                    world.join_pact(k, i, Process::MultilateralCalls);
                }
            } else {
                let founders = (call.convener, call.accepting[0]);
                let mut members = call.accepting;
                members.push(call.convener);
                world.found_pact(
                    PactKind::Defence,
                    members,
                    call.sponsor,
                    founders,
                    Process::MultilateralCalls,
                );
            }
        },
    );
}

fn call(world: &World, convener: &Convener) -> Option<Call> {
    let (state, sponsor, candidates) = match *convener {
        Convener::Power(g) => power_call(world, g)?,
        Convener::Regional(r) => regional_call(world, r)?,
    };
    if world.blocked(EventKind::MultilateralCall, &[state]) {
        return None;
    }
    let p = world.parameters.protocol;
    let invited: Vec<StateId> = candidates
        .into_iter()
        .filter(|&i| {
            i != state
                && world.hostility(state, i) < p.call_hostility
                && (world.states.bloc[state] - world.states.bloc[i]).abs() < p.call_distance
                && (sponsor.is_some() || !world.states.power[i])
        })
        .collect();
    if invited.len() < FOUNDERS {
        return None;
    }
    let enlarge = pact_to_enlarge(world, state, &invited);
    let mut table: Vec<StateId> = invited.clone();
    table.push(state);
    if let Some(k) = enlarge {
        table.extend(&world.pacts[k].members);
    }
    table.sort_unstable();
    table.dedup();
    let sponsor = enlarge.map_or(sponsor, |k| world.pacts[k].sponsor);
    let accepting: Vec<StateId> = invited
        .into_iter()
        .filter(|&i| enlarge.is_none_or(|k| !world.pacts[k].has(i)))
        .filter(|&i| accepts(world, state, i, &table, sponsor))
        .collect();
    let needed = if enlarge.is_some() { 1 } else { FOUNDERS };
    (accepting.len() >= needed).then_some(Call {
        convener: state,
        sponsor,
        accepting,
        enlarge,
    })
}

/// The region with the largest u_r Σ_j √K_j Σ_h A_gh reach_{h→j} reach_{g→j}, and the
/// power's own neighbours.
fn power_call(world: &World, g: StateId) -> Option<(StateId, Option<StateId>, Vec<StateId>)> {
    let rate = world.supplied(world.parameters.protocol.power_calls, g);
    if world.uniform(Stream::MultilateralCall, g, 0u32) >= 1.0 - libm::exp(-rate) {
        return None;
    }
    let mut best: Option<(f64, RegionId)> = None;
    for (r, region) in world.regions.iter_enumerated() {
        let stake: f64 = region
            .members
            .iter()
            .filter(|&&j| j != g)
            .map(|&j| {
                libm::sqrt(world.states.capability[j])
                    * world.strategic_value(g, j)
                    * world.reach(g, j)
            })
            .sum();
        let u = world.uniform(Stream::MultilateralCall, g, 1 + r.word());
        if best.is_none_or(|(b, _)| u * stake > b) {
            best = Some((u * stake, r));
        }
    }
    let (_, r) = best?;
    let mut candidates = world.regions[r].members.clone();
    candidates.extend(&world.neighbours[g]);
    candidates.sort_unstable();
    candidates.dedup();
    Some((g, Some(g), candidates))
}

/// The state of the region with the largest √K_j (.2 + u_j), no great power.
fn regional_call(world: &World, r: RegionId) -> Option<(StateId, Option<StateId>, Vec<StateId>)> {
    let key = REGIONAL | r.word();
    let draw = world.uniform(Stream::MultilateralCall, key, 0u32);
    if draw >= 1.0 - libm::exp(-world.parameters.protocol.regional_calls) {
        return None;
    }
    let mut best: Option<(f64, StateId)> = None;
    for &j in world.regions[r]
        .members
        .iter()
        .filter(|&&j| !world.states.power[j])
    {
        let u = world.uniform(Stream::MultilateralCall, key, 1 + j.word());
        let weight = libm::sqrt(world.states.capability[j]) * (OBSCURITY + u);
        if best.is_none_or(|(b, _)| weight > b) {
            best = Some((weight, j));
        }
    }
    best.map(|(_, j)| (j, None, world.regions[r].members.clone()))
}

/// The convener's largest pact of more than two that a third of the invited sit in.
fn pact_to_enlarge(world: &World, state: StateId, invited: &[StateId]) -> Option<PactId> {
    let mut best: Option<PactId> = None;
    for (k, pact) in world.pacts.iter_enumerated() {
        if pact.kind != PactKind::Defence || pact.members.len() <= 2 || !pact.has(state) {
            continue;
        }
        let sitting = invited.iter().filter(|&&i| pact.has(i)).count();
        if ENLARGED_FROM * sitting >= invited.len()
            && best.is_none_or(|b| pact.members.len() > world.pacts[b].members.len())
        {
            best = Some(k);
        }
    }
    best
}

fn accepts(
    world: &World,
    convener: StateId,
    i: StateId,
    table: &[StateId],
    sponsor: Option<StateId>,
) -> bool {
    let terms = utility(world, i, table, PactKind::Defence, sponsor, &[]);
    let draw = world.uniform(Stream::CallAnswer, convener, i);
    let choice = Choice::new(Process::MultilateralCalls, i, &terms, draw);
    choice.answer(world, || {
        format!(
            "follow the call of {} to {}",
            world.states.abbreviation[convener],
            world.names(table)
        )
    })
}
