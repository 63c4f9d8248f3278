//! E10: members leave pacts.

use super::utility::utility;
use crate::rng::Stream;
use crate::rules::choice::Choice;
use crate::rules::{Declaration, Given, act};
use crate::scenario::{EventKind, Process};
use crate::world::{PactId, StateId, World};

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "pact_exit",
    step: "8 alliances",
    equation: "E10",
    core: true,
    help: "Members leave pacts",
    parameters: &["alliance", "protocol"],
    streams: &[Stream::PactExit],
    run,
};

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
                world.leave_pact(k, i, Process::PactExit);
            }
        },
    );
    world.end_empty_pacts(Process::PactExit);
}

/// A member's place in a pact, and its draw.
type Seat = (PactId, StateId, f64);

/// The seats whose draw lets the member think of leaving.
fn reconsidered(world: &World) -> Vec<Seat> {
    let rate = world.parameters.protocol.exit_rate;
    let count = world.pacts.iter().map(|pact| pact.members.len()).sum();
    let (mut seats, mut addresses) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for (k, pact) in world.pacts.iter_enumerated() {
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

fn leaves(world: &World, &(k, i, draw): &Seat) -> Option<(PactId, StateId)> {
    let pact = &world.pacts[k];
    if pact.members.len() < 2 || world.blocked(EventKind::PactExit, &[i]) {
        return None;
    }
    let p = world.parameters.protocol;
    let terms = utility(world, i, &pact.members, pact.kind, pact.sponsor, &[pact]);
    let choice = Choice::new(Process::PactExit, i, &terms, draw);
    let choice = choice.at(p.exit_rate).leaving(p.exit_cost);
    let question = || format!("leave {} ({})", pact.label, world.names(&pact.members));
    choice.answer(world, question).then_some((k, i))
}
