//! E14: a region founds a partnership.

use super::value::{RegionView, value};
use super::{acceptance, note};
use crate::rng::Stream;
use crate::rules::Given;
use crate::scenario::EventKind;
use crate::world::World;
use crate::world::journal::{Change, Form};
use crate::world::partnerships::Partnership;

/// A region without a body proposes one w.p. 1 − exp(−λ_0 (1 + Σα/n)); each state accepts
/// w.p. Λ(V/s); it passes with the quorums of states and capability and every resident
/// great power. Those who accept are the founders.
pub fn run(world: &mut World, _given: Given<'_>) {
    for r in 0..world.regions.len() {
        let proposed = proposes(world, r);
        if proposed && let Some(founders) = vote(world, r) {
            found(world, r, founders);
        }
    }
}

fn proposes(world: &World, r: usize) -> bool {
    let members = &world.regions[r].members;
    if members.len() < 2
        || world.partnerships_of(r).any(|p| !p.inert)
        || world.controls.blocks_region(EventKind::Founding, r)
    {
        return false;
    }
    let awareness: f64 = members.iter().map(|&i| world.states.awareness[i]).sum();
    let rate =
        world.parameters.partnership.proposal_rate * (1.0 + awareness / members.len() as f64);
    let draw = world
        .draws
        .uniform(Stream::Founding, world.step, r as u32, 0);
    draw < 1.0 - libm::exp(-rate)
}

fn vote(world: &World, r: usize) -> Option<Vec<usize>> {
    let p = world.parameters.partnership;
    let members = &world.regions[r].members;
    let view = RegionView::of(world, r);
    let founders: Vec<usize> = members
        .iter()
        .copied()
        .filter(|&i| {
            let terms = value(world, &view, i, p.depth);
            let (utility, draw) = (
                terms.sum(),
                world
                    .draws
                    .uniform(Stream::FoundingVote, world.step, r as u32, i as u32),
            );
            let probability = acceptance(world, utility);
            let question = || format!("found a partnership in {}", world.regions[r].name);
            note(
                world,
                "founding",
                i,
                question,
                &terms,
                utility,
                probability,
                draw,
            );
            draw < probability
        })
        .collect();
    let capability = |list: &[usize]| {
        list.iter()
            .map(|&i| world.states.capability[i])
            .sum::<f64>()
    };
    let quorum = if members.len() <= 4 {
        0.5_f64.min(p.quorum_capability)
    } else {
        p.quorum_capability
    };
    let enough = founders.len() >= 2
        && founders.len() as f64 >= p.quorum_states * members.len() as f64
        && capability(&founders) >= quorum * capability(members);
    let powers = members
        .iter()
        .filter(|&&i| world.states.power[i])
        .all(|i| founders.binary_search(i).is_ok());
    (enough && powers).then_some(founders)
}

fn found(world: &mut World, r: usize, founders: Vec<usize>) {
    let name = format!("{}-{}", world.regions[r].name, world.year);
    let rank = world.partnerships_of(r).filter(|p| !p.inert).count() as u32;
    world.partnerships.push(Partnership {
        name,
        region: r,
        rank,
        members: founders,
        depth: world.parameters.partnership.depth,
        start_year: world.year,
        start: world.step,
        agreements: Vec::new(),
        offices: [false; 6],
        participants: Vec::new(),
        budget: 1.0,
        link: world.parameters.global_body.link_initial,
        consensus: 0.5,
        vetoes: 0,
        inert: false,
        given: false,
    });
    let index = world.partnerships.len() - 1;
    world.note_partnership(
        index,
        Form::Partnership,
        "",
        Change::Founded,
        "founding",
        None,
    );
}
