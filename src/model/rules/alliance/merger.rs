//! E10 (v): pacts of one sponsor merge.

use super::Choice;
use super::utility::utility;
use crate::rng::Stream;
use crate::rules::{Given, act};
use crate::scenario::PactKind;
use crate::world::journal::Change;
use crate::world::{PactKey, World};

/// Once a year each sponsor proposes to merge its largest defence pact with its smallest;
/// every member of either must accept the union w.p. Λ(U/s).
pub fn run(world: &mut World, given: Given<'_>) {
    let powers = world.powers_in_order();
    act(world, given.scenario.update_order, &powers, agreed, merge);
}

fn agreed(world: &World, &g: &usize) -> Option<(PactKey, PactKey)> {
    let (large, small) = ends(world, g)?;
    let (p, q) = (&world.pacts[large], &world.pacts[small]);
    let mut union = [&p.members[..], &q.members[..]].concat();
    union.sort_unstable();
    union.dedup();
    let (a, _) = q.key.address(0);
    let all = union.iter().all(|&i| {
        let choice = Choice {
            process: "pact_merger",
            state: i,
            terms: &utility(world, i, &union, PactKind::Defence, Some(g), &[p, q]),
            shift: 0.0,
            rate: 1.0,
            leaving: false,
            draw: world
                .draws
                .uniform(Stream::MergeVote, world.step, a, i as u32),
        };
        choice.answer(world, || format!("merge {} with {}", p.label, q.label))
    });
    all.then_some((p.key, q.key))
}

/// The largest and the smallest defence pact of a sponsor.
fn ends(world: &World, g: usize) -> Option<(usize, usize)> {
    let large = world.largest_sponsored(g)?;
    let others = world.sponsored(g).filter(|&k| k != large);
    let small = others.min_by_key(|&k| world.pacts[k].members.len())?;
    Some((large, small))
}

fn merge(world: &mut World, (large, small): (PactKey, PactKey)) {
    let find = |key: PactKey| world.pacts.iter().position(|p| p.key == key);
    let (Some(large), Some(small)) = (find(large), find(small)) else {
        return;
    };
    let joining = world.pacts[small].members.clone();
    let key = world.pacts[small].key;
    for i in joining {
        if !world.pacts[large].has(i) {
            world.join_pact(large, i, crate::scenario::Process::PactMerger);
        }
    }
    world.pacts[large].parent = Some(key);
    world.note_pact(large, Change::Merged, "pact_merger", None);
    world.end_pacts("pact_merger", |k, _| k == small);
}
