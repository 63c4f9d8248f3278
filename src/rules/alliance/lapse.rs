//! E10: pacts lapse by themselves, and bilateral ones inside larger ones sooner.

use crate::rng::Stream;
use crate::rules::Given;
use crate::scenario::EventKind;
use crate::world::World;

/// Spontaneous lapse w.p. l_0; a bilateral pact nested in a larger defence pact w.p. l_n.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.protocol;
    let larger = world.larger_defence_pacts();
    let lapsing: Vec<bool> = world
        .pacts
        .iter()
        .map(|pact| {
            if world.blocked(EventKind::PactLapse, &pact.members) {
                return false;
            }
            let (a, b) = pact.key.address(0);
            let mut draw = world.draws.at(Stream::PactLapse, world.step, a, b);
            let spontaneous = draw.uniform() < p.lapse;
            let nested = draw.uniform() < p.nested_lapse;
            spontaneous || (nested && world.nested(pact, &larger))
        })
        .collect();
    world.end_pacts("pact_lapse", |k, _| lapsing[k]);
}
