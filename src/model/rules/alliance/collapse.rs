//! E10: collapse of a sponsor. A sponsor collapses when it stops being a great power, or
//! when its share of world capability falls by k_col or more below its highest of the
//! last five years. Each member then votes once on staying, without inertia.

use super::Choice;
use super::utility::utility;
use crate::rng::Stream;
use crate::rules::Given;
use crate::scenario::EventKind;
use crate::world::World;

/// Lets the members of a collapsed sponsor's pacts vote once: each leaves w.p. Λ(−U/s).
pub fn run(world: &mut World, _given: Given<'_>) {
    for k in 0..world.pacts.len() {
        let Some(g) = world.pacts[k].sponsor else {
            continue;
        };
        let collapsed = remember(world, k, g);
        let member = world.pacts[k].has(g);
        if !collapsed
            || world.pacts[k].collapse_voted
            || world.blocked(EventKind::SponsorCollapse, &[g])
        {
            continue;
        }
        world.pacts[k].collapse_voted = true;
        if !world.states.power[g] || !member {
            world.pacts[k].sponsor = None;
        }
        let voters: Vec<usize> = world.pacts[k]
            .members
            .iter()
            .copied()
            .filter(|&i| i != g)
            .collect();
        let leaving: Vec<usize> = voters
            .into_iter()
            .filter(|&i| leaves(world, k, i))
            .collect();
        for i in leaving {
            world.leave_pact(k, i, "sponsor_collapse");
        }
    }
    world.end_empty_pacts("sponsor_collapse");
}

/// Notes the sponsor's capability; whether it has collapsed.
fn remember(world: &mut World, k: usize, g: usize) -> bool {
    let power = world.states.capability[g];
    let loss = world.parameters.protocol.collapse_loss;
    let gone = !world.states.power[g] || !world.pacts[k].has(g);
    let history = &mut world.pacts[k].sponsor_capability;
    history.rotate_left(1);
    history[4] = power;
    let peak = history.iter().copied().fold(0.0, f64::max);
    let fallen = power <= (1.0 - loss) * peak;
    if !fallen && !gone {
        world.pacts[k].collapse_voted = false;
    }
    fallen || gone
}

fn leaves(world: &World, k: usize, i: usize) -> bool {
    let pact = &world.pacts[k];
    let (a, b) = pact.key.address(i);
    let choice = Choice {
        process: "sponsor_collapse",
        state: i,
        terms: &utility(world, i, &pact.members, pact.kind, pact.sponsor, &[pact]),
        shift: 0.0,
        rate: 1.0,
        leaving: true,
        draw: world
            .draws
            .uniform(Stream::SponsorCollapse, world.step, a, b),
    };
    choice.answer(world, || {
        format!("leave {} after the collapse of its sponsor", pact.label)
    })
}
