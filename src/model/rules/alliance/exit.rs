//! E10: members leave pacts.

use super::Choice;
use super::utility::utility;
use crate::rng::Stream;
use crate::rules::{Given, act};
use crate::scenario::EventKind;
use crate::world::World;

/// Each member of each pact reconsiders: it leaves w.p. e_x Λ(−(U + u_x)/s).
pub fn run(world: &mut World, given: Given<'_>) {
    let seats = reconsidered(world);
    act(
        world,
        given.scenario.update_order,
        &seats,
        leaves,
        |world, (k, i)| {
            if world.pacts[k].has(i) && world.pacts[k].members.len() >= 2 {
                world.leave_pact(k, i, "pact_exit");
            }
        },
    );
    world.end_empty_pacts("pact_exit");
}

/// A member's place in a pact, and its draw.
type Seat = (usize, usize, f64);

/// The seats whose draw lets the member think of leaving.
fn reconsidered(world: &World) -> Vec<Seat> {
    let rate = world.parameters.protocol.exit_rate;
    let count = world.pacts.iter().map(|pact| pact.members.len()).sum();
    let (mut seats, mut addresses) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for (k, pact) in world.pacts.iter().enumerate() {
        seats.extend(pact.members.iter().map(|&i| (k, i)));
        addresses.extend(pact.members.iter().map(|&i| pact.key.address(i)));
    }
    let draws = world
        .draws
        .uniforms_at(Stream::PactExit, world.step, &addresses);
    let drawn = seats.into_iter().zip(draws);
    let drawn = drawn.map(|((k, i), [draw, _])| (k, i, draw));
    let mut reconsidered = Vec::with_capacity(count);
    reconsidered
        .extend(drawn.filter(|&(_, i, draw)| draw < rate || world.trace.wants(i, world.year)));
    reconsidered
}

fn leaves(world: &World, &(k, i, draw): &Seat) -> Option<(usize, usize)> {
    let pact = &world.pacts[k];
    if pact.members.len() < 2 || world.blocked(EventKind::PactExit, &[i]) {
        return None;
    }
    let p = world.parameters.protocol;
    let choice = Choice {
        process: "pact_exit",
        state: i,
        terms: &utility(world, i, &pact.members, pact.kind, pact.sponsor, &[pact]),
        shift: p.exit_cost,
        rate: p.exit_rate,
        leaving: true,
        draw,
    };
    choice
        .answer(world, || {
            format!("leave {} ({})", pact.label, world.names(&pact.members))
        })
        .then_some((k, i))
}
