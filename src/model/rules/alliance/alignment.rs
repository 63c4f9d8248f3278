//! E9: members' bloc positions move towards their sponsors'.

use crate::rules::{Declaration, Given};
use crate::world::World;

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "alignment",
    step: "8 alliances",
    equation: "E9",
    core: false,
    help: "Bloc positions move towards sponsors (rate 0 by default)",
    parameters: &["alliance"],
    streams: &[],
    run,
};

/// z_i ← z_i + ζ (z_g − z_i) for each sponsored pact that i is in.
pub fn run(world: &mut World, _given: Given<'_>) {
    let rate = world.parameters.alliance.alignment;
    if rate == 0.0 {
        return;
    }
    for k in world.pacts.keys() {
        let Some(g) = world.pacts[k].sponsor else {
            continue;
        };
        let goal = world.states.bloc[g];
        for m in 0..world.pacts[k].members.len() {
            let i = world.pacts[k].members[m];
            if i != g && !world.states.power[i] {
                world.states.bloc[i] += rate * (goal - world.states.bloc[i]);
            }
        }
    }
}
