//! E10: pacts lapse by themselves, and bilateral ones inside larger ones sooner.

use crate::rng::Stream;
use crate::rules::{Declaration, Given};
use crate::scenario::{EventKind, Process};
use crate::world::{Pact, PactId, StateId, World};
use typed_index_collections::TiVec;

/// The place of a member in the address of what concerns a pact as a whole.
const PACT: StateId = StateId::FIRST;

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "pact_lapse",
    step: "8 alliances",
    equation: "E10",
    core: true,
    help: "Spontaneous lapse of pacts, and of bilateral pacts nested in larger ones",
    parameters: &["protocol"],
    streams: &[Stream::PactLapse],
    run,
};

/// Spontaneous lapse w.p. l_0; a bilateral pact nested in a larger defence pact w.p. l_n.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.protocol;
    let larger = world.larger_defence_pacts();
    let addresses: Vec<(u32, u32)> = world.pacts.iter().map(|q| q.key.address(PACT)).collect();
    let draws = world
        .draws
        .uniforms_at(Stream::PactLapse, world.step, &addresses);
    let lapses = |(pact, [spontaneous, nested]): (&Pact, [f64; 2])| {
        let lapses =
            spontaneous < p.lapse || (nested < p.nested_lapse && world.nested(pact, &larger));
        lapses && !world.blocked(EventKind::PactLapse, &pact.members)
    };
    let lapsing: TiVec<PactId, bool> = world.pacts.iter().zip(draws).map(lapses).collect();
    world.end_pacts(Process::PactLapse, |k, _| lapsing[k]);
}
