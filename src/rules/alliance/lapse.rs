//! E10: pacts lapse by themselves, and bilateral ones inside larger ones sooner.

use crate::rng::Stream;
use crate::rules::Given;
use crate::scenario::{EventKind, PactKind};
use crate::world::{Pact, World};

/// Spontaneous lapse w.p. l_0; a bilateral pact nested in a larger defence pact w.p. l_n.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.protocol;
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
            spontaneous || (nested && world.nested(pact))
        })
        .collect();
    world.end_pacts("pact_lapse", |k, _| lapsing[k]);
}

impl World {
    /// Whether a bilateral pact stands inside a larger defence pact.
    pub fn nested(&self, pact: &Pact) -> bool {
        let [i, j] = pact.members[..] else {
            return false;
        };
        self.pacts
            .iter()
            .any(|q| q.kind == PactKind::Defence && q.members.len() > 2 && q.has(i) && q.has(j))
    }
}
