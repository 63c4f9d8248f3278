//! E10: collapse of a sponsor. A sponsor collapses when it stops being a great power, or
//! when its share of world capability falls by k_col or more below its highest of the
//! last five years. Each member then votes once on staying, without inertia.

use super::utility::utility;
use crate::rng::Stream;
use crate::rules::choice::Choice;
use crate::rules::{Declaration, Given};
use crate::scenario::{EventKind, Process};
use crate::world::pacts::Pact;
use crate::world::{PactId, StateId, World};

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "sponsor_collapse",
    step: "8 alliances",
    equation: "E10",
    core: true,
    help: "Members of the pacts of a collapsed sponsor vote once on staying",
    parameters: &["alliance", "protocol"],
    streams: &[Stream::SponsorCollapse],
    run,
};

/// Lets the members of a collapsed sponsor's pacts vote once: each leaves w.p. Λ(−U/s).
pub fn run(world: &mut World, _given: Given<'_>) {
    for k in world.pacts.keys() {
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
        let mut leaving = world.pacts[k].members.clone();
        leaving.retain(|&i| i != g && leaves(world, k, i));
        for i in leaving {
            world.leave_pact(k, i, Process::SponsorCollapse);
        }
    }
    world.end_empty_pacts(Process::SponsorCollapse);
}

/// Notes the sponsor's capability; whether it has collapsed.
fn remember(world: &mut World, k: PactId, g: StateId) -> bool {
    let power = world.states.capability[g];
    let loss = world.parameters.protocol.collapse_loss;
    let gone = !world.states.power[g] || !world.pacts[k].has(g);
    let history = &mut world.pacts[k].sponsor_capability;
    history.rotate_left(1);
    history[Pact::MEMORY - 1] = power;
    let peak = history.iter().copied().fold(0.0, f64::max);
    let fallen = power <= (1.0 - loss) * peak;
    if !fallen && !gone {
        world.pacts[k].collapse_voted = false;
    }
    fallen || gone
}

fn leaves(world: &World, k: PactId, i: StateId) -> bool {
    let pact = &world.pacts[k];
    let (a, b) = pact.key.address(i);
    let draw = world.uniform(Stream::SponsorCollapse, a, b);
    let terms = utility(world, i, &pact.members, pact.kind, pact.sponsor, &[pact]);
    let choice = Choice::new(Process::SponsorCollapse, i, &terms, draw).leaving(0.0);
    choice.answer(world, || {
        format!("leave {} after the collapse of its sponsor", pact.label)
    })
}
