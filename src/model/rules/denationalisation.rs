//! E16: denationalisation of defence.

use super::{Declaration, Given};
use crate::world::ByState;
use crate::world::{SOVEREIGNTY, World};
use typed_index_collections::ti_vec;

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "denationalisation",
    step: "11 culture",
    equation: "E16",
    core: false,
    help: "Denationalisation of defence",
    parameters: &["community"],
    streams: &[],
    run,
};

/// δ ← δ + ν1 I depth (1 − δ) + ν2 command (1 − δ) − ν3 Θ̃ (1 − covered) δ − ν4 sov δ;
/// covered: has a defence ally; command: sits in its sponsor's largest pact of more than two.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.community;
    let command = integrated(world);
    let mut depth = ti_vec![0.0f64; world.states.len()];
    for body in world.partnerships.iter().filter(|b| !b.inert) {
        let level = body.institutionalisation() * body.depth;
        body.members
            .iter()
            .for_each(|&i| depth[i] = depth[i].max(level));
    }
    for &i in &world.roster {
        let delta = world.states.denationalisation[i];
        let covered = world.allies[i]
            .iter()
            .any(|&j| world.pairs.defence_allied(i, j));
        let exposed = if covered {
            0.0
        } else {
            world.states.threat_share[i]
        };
        let sovereignty = f64::from(world.states.culture[SOVEREIGNTY][i]);
        let change = (p.denationalisation * depth[i] + p.command * f64::from(u8::from(command[i])))
            * (1.0 - delta)
            - (p.renationalisation * exposed + p.sovereignty * sovereignty) * delta;
        world.states.denationalisation[i] = (delta + change).clamp(0.0, 1.0);
    }
}

fn integrated(world: &World) -> ByState<bool> {
    let mut command = ti_vec![false; world.states.len()];
    for &g in &world.powers {
        if let Some(k) = world.largest_sponsored(g) {
            let members = &world.pacts[k].members;
            if members.len() > 2 {
                members.iter().for_each(|&i| command[i] = true);
            }
        }
    }
    command
}
