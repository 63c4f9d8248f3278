//! E20: the pull of other regions' example.

use super::{Declaration, Given};
use crate::scenario::parameters::parameters;
use crate::world::{RegionId, World};
use typed_index_collections::TiVec;

parameters! {
    /// Diffusion between regions (E20).
    diffusion: Diffusion {
        emulation "e_0" "E20" "1" = 0.3 [-0.3, 0.6] Real, "sign-free: emulation or crowding", "Pull of another region's institutions at average performance";
        fear "f" "E20" "1" = 0.3 [-0.3, 0.6] Real, "sign-free: fear of falling behind or saturation", "Pull of the share of regions that are structured";
        performance_persistence "ρ_p" "E20" "1" = 0.9 [0.7, 0.98] Share, "a proposal", "Share of a region's reputation that stays to the next year";
        performance_initial "perf(0)" "E20" "1" = 0.5 [0.3, 0.7] Share, "a proposal", "Reputation of a region in the first year";
    }
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "diffusion",
    step: "10 public goods",
    equation: "E20",
    core: false,
    help: "Reputation of regions and the pull of their example",
    parameters: &["diffusion"],
    streams: &[],
    run,
};

/// perf ← ρ_p perf + (1 − ρ_p)(1 − v_r); Em_r = mean over other structured regions of
/// I (e_0 + perf − perf̄) + fear · share of other regions structured.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.diffusion;
    for region in &mut world.regions {
        region.performance = p.performance_persistence * region.performance
            + (1.0 - p.performance_persistence) * (1.0 - region.violence);
    }
    let alive: Vec<RegionId> = world
        .regions
        .keys()
        .filter(|&r| !world.regions[r].members.is_empty())
        .collect();
    let mean = alive
        .iter()
        .map(|&r| world.regions[r].performance)
        .sum::<f64>()
        / alive.len().max(1) as f64;
    let level: TiVec<RegionId, Option<f64>> = world
        .regions
        .keys()
        .map(|r| {
            world.structured(r).then(|| {
                world
                    .partnerships_of(r)
                    .map(|b| b.institutionalisation())
                    .fold(0.0, f64::max)
            })
        })
        .collect();
    for &r in &alive {
        let others: Vec<RegionId> = alive.iter().copied().filter(|&q| q != r).collect();
        let structured: Vec<RegionId> = others
            .iter()
            .copied()
            .filter(|&q| level[q].is_some())
            .collect();
        let example: f64 = structured
            .iter()
            .map(|&q| level[q].unwrap_or(0.0) * (p.emulation + world.regions[q].performance - mean))
            .sum();
        let share = structured.len() as f64 / others.len().max(1) as f64;
        world.regions[r].emulation = example / structured.len().max(1) as f64 + p.fear * share;
    }
}
