//! E21: aid from region to region.

use super::{Declaration, Given};
use crate::scenario::parameters::parameters;
use crate::world::{RegionId, StateId, World};
use typed_index_collections::TiVec;

parameters! {
    /// Aid between regions (E21).
    aid: Aid {
        generosity "a_don" "E21" "1" = 0.1 [0.0, 0.5] Share, "a proposal", "Share of its surplus of security that a donor region gives";
        absorption "absorb" "E21" "1" = 0.5 [0.0, 1.0] Share, "a proposal", "Share of aid that becomes capacity of the target's bodies";
        crowding "χ" "E21" "1" = 0.5 [0.0, 1.0] Share, "a proposal", "Share of aid by which the target's own contribution falls";
    }
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "aid",
    step: "10 public goods",
    equation: "E21",
    core: false,
    help: "Aid from region to region",
    parameters: &["aid"],
    streams: &[],
    run,
};

/// A region with a body that enjoys more security than the world's mean gives a_don of that
/// surplus, times its institutionalisation; regions below the mean share it by their need.
pub fn run(world: &mut World, _given: Given<'_>) {
    let mean_of = |states: &[StateId]| {
        states.iter().map(|&i| world.states.good[i]).sum::<f64>() / states.len().max(1) as f64
    };
    let everywhere = mean_of(&world.roster);
    let level: TiVec<RegionId, f64> = world.regions.iter().map(|r| mean_of(&r.members)).collect();
    let given: TiVec<RegionId, f64> = world
        .regions
        .keys()
        .map(|r| {
            let surplus = (level[r] - everywhere).max(0.0);
            let populated = !world.regions[r].members.is_empty();
            if populated && world.structured(r) {
                world.parameters.aid.generosity * surplus * world.regions[r].institutionalisation
            } else {
                0.0
            }
        })
        .collect();
    let need: TiVec<RegionId, f64> = world
        .regions
        .keys()
        .map(|r| {
            if world.regions[r].members.is_empty() {
                0.0
            } else {
                (everywhere - level[r]).max(0.0)
            }
        })
        .collect();
    let (pot, needed) = (given.iter().sum::<f64>(), need.iter().sum::<f64>());
    for r in world.regions.keys() {
        world.regions[r].aid_given = given[r];
        world.regions[r].aid = if needed > 0.0 {
            (pot * need[r] / needed).min(1.0)
        } else {
            0.0
        };
    }
}
