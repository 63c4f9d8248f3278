//! E14: a region founds a partnership.

use super::value::{RegionView, value};
use crate::rng::Stream;
use crate::rules::choice::Choice;
use crate::rules::{Declaration, Given};
use crate::scenario::{EventKind, Process};
use crate::world::journal::Change;
use crate::world::partnerships::Partnership;
use crate::world::{RegionId, StateId, World};

/// Founders of a partnership, at least.
const FOUNDERS: usize = 2;
/// Regions of so many states or fewer need no more than [`SMALL_QUORUM`] of their capability.
const SMALL_REGION: usize = 4;
/// Share of capability that is enough in a small region.
const SMALL_QUORUM: f64 = 0.5;

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "founding",
    step: "9 partnerships",
    equation: "E14",
    core: true,
    help: "Regions found partnerships",
    parameters: &["alliance", "partnership"],
    streams: &[Stream::Founding, Stream::FoundingVote],
    run,
};

/// A region without a body proposes one w.p. 1 − exp(−λ_0 (1 + Σα/n)); each state accepts
/// w.p. Λ(V/s); it passes with the quorums of states and capability and every resident
/// great power. Those who accept are the founders.
pub fn run(world: &mut World, _given: Given<'_>) {
    for r in world.regions.keys() {
        if proposes(world, r)
            && let Some(founders) = vote(world, r)
        {
            let name = format!("{}-{}", world.regions[r].name, world.year);
            let body = Partnership::new(world, r, name, founders);
            world.place_body(body, Change::Founded, Process::Founding);
        }
    }
}

fn proposes(world: &World, r: RegionId) -> bool {
    let members = &world.regions[r].members;
    if members.len() < FOUNDERS
        || world.structured(r)
        || world.controls.blocks_region(EventKind::Founding, r)
    {
        return false;
    }
    let awareness: f64 = members.iter().map(|&i| world.states.awareness[i]).sum();
    let rate =
        world.parameters.partnership.proposal_rate * (1.0 + awareness / members.len() as f64);
    world.uniform(Stream::Founding, r, 0u32) < 1.0 - libm::exp(-rate)
}

fn vote(world: &World, r: RegionId) -> Option<Vec<StateId>> {
    let p = world.parameters.partnership;
    let region = &world.regions[r];
    let view = RegionView::of(world, r);
    let accepts = |i: StateId| {
        let draw = world.uniform(Stream::FoundingVote, r, i);
        let terms = value(world, &view, i, p.depth);
        let choice = Choice::new(Process::Founding, i, &terms, draw);
        choice.answer(world, || format!("found a partnership in {}", region.name))
    };
    let mut founders = region.members.clone();
    founders.retain(|&i| accepts(i));
    let quorum = if region.members.len() <= SMALL_REGION {
        p.quorum_capability.min(SMALL_QUORUM)
    } else {
        p.quorum_capability
    };
    let enough = founders.len() >= FOUNDERS
        && founders.len() as f64 >= p.quorum_states * region.members.len() as f64
        && world.capability_of(&founders) >= quorum * world.capability_of(&region.members);
    let mut powers = region.members.iter().filter(|&&i| world.states.power[i]);
    (enough && powers.all(|i| founders.binary_search(i).is_ok())).then_some(founders)
}
