//! E10: pacts lapse by themselves, and bilateral ones inside larger ones sooner.

use crate::rng::Stream;
use crate::rules::Given;
use crate::scenario::EventKind;
use crate::world::World;

/// Spontaneous lapse w.p. l_0; a bilateral pact nested in a larger defence pact w.p. l_n.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.protocol;
    let larger = world.larger_defence_pacts();
    let addresses: Vec<(u32, u32)> = world.pacts.iter().map(|q| q.key.address(0)).collect();
    let draws = world
        .draws
        .uniforms_at(Stream::PactLapse, world.step, &addresses);
    let lapsing: Vec<bool> = world
        .pacts
        .iter()
        .zip(draws)
        .map(|(pact, [spontaneous, nested])| {
            let lapses =
                spontaneous < p.lapse || (nested < p.nested_lapse && world.nested(pact, &larger));
            lapses && !world.blocked(EventKind::PactLapse, &pact.members)
        })
        .collect();
    world.end_pacts("pact_lapse", |k, _| lapsing[k]);
}
