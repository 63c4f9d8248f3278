//! E10 (v): pacts of one sponsor merge.

use super::utility::utility;
use crate::rng::Stream;
use crate::rules::choice::Choice;
use crate::rules::{Declaration, Given, act};
use crate::scenario::{PactKind, Process};
use crate::world::journal::Change;
use crate::world::{PactId, PactKey, StateId, World};

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "pact_merger",
    step: "8 alliances",
    equation: "E10 (v)",
    core: true,
    help: "Pacts of one sponsor merge",
    parameters: &["alliance"],
    streams: &[Stream::MergeVote],
    run,
};

/// Once a year each sponsor proposes to merge its largest defence pact with its smallest;
/// every member of either must accept the union w.p. Λ(U/s).
pub fn run(world: &mut World, given: Given<'_>) {
    let powers = world.powers_in_order();
    act(world, given.scenario.update_order, &powers, agreed, merge);
}

fn agreed(world: &World, &g: &StateId) -> Option<(PactKey, PactKey)> {
    let (large, small) = ends(world, g)?;
    let (p, q) = (&world.pacts[large], &world.pacts[small]);
    let mut union = [&p.members[..], &q.members[..]].concat();
    union.sort_unstable();
    union.dedup();
    let (a, _) = q.key.address(StateId::FIRST);
    let all = union.iter().all(|&i| {
        let terms = utility(world, i, &union, PactKind::Defence, Some(g), &[p, q]);
        let draw = world.uniform(Stream::MergeVote, a, i);
        let choice = Choice::new(Process::PactMerger, i, &terms, draw);
        choice.answer(world, || format!("merge {} with {}", p.label, q.label))
    });
    all.then_some((p.key, q.key))
}

/// The largest and the smallest defence pact of a sponsor.
fn ends(world: &World, g: StateId) -> Option<(PactId, PactId)> {
    let large = world.largest_sponsored(g)?;
    let others = world.sponsored(g).filter(|&(k, _)| k != large);
    let (small, _) = others.min_by_key(|(_, p)| p.members.len())?;
    Some((large, small))
}

fn merge(world: &mut World, (large, small): (PactKey, PactKey)) {
    let find = |key: PactKey| world.pacts.position(|p| p.key == key);
    let (Some(large), Some(small)) = (find(large), find(small)) else {
        return;
    };
    let by = Process::PactMerger;
    let (key, joining) = (world.pacts[small].key, world.pacts[small].members.clone());
    for i in joining {
        if !world.pacts[large].has(i) {
            world.join_pact(large, i, by);
        }
    }
    world.pacts[large].parent = Some(key);
    world.note_pact(large, Change::Merged, by.into());
    world.end_pacts(by, |k, _| k == small);
}
