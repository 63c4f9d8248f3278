//! E5: awareness of interdependence.

use super::Given;
use crate::rng::{Stream, normal_quantile};
use crate::scenario::Target;
use crate::world::World;

/// α_i ← clip[(1−η) α_i + η(ω1 W̄_i + ω2 P_i + ω3 Em_r + ω4 I_r − ω_θ C_r Θ̃_i) + σ_α ε].
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.awareness;
    let draws = world
        .draws
        .uniforms(Stream::Awareness, world.step, 0, world.states.len());
    for &i in &world.roster {
        let (emulation, institutions) = world.primary_region(i).map_or((0.0, 0.0), |r| {
            (
                world.regions[r].emulation,
                world.regions[r].institutionalisation,
            )
        });
        let sources = p.interdependence * world.states.interdependence[i]
            + p.problems * world.states.pressure[i]
            + p.emulation * emulation
            + p.institutions * institutions
            - p.threat * world.competition_at(i) * world.states.threat_share[i];
        let noise = normal_quantile(draws[i]);
        let value =
            (1.0 - p.rate) * world.states.awareness[i] + p.rate * sources + p.noise_sd * noise;
        world.states.awareness[i] = value.clamp(0.0, 1.0);
    }
    if !world.treated(Target::Awareness) {
        return;
    }
    for k in 0..world.roster.len() {
        let i = world.roster[k];
        let held = world.held_for_state(Target::Awareness, i, world.states.awareness[i]);
        world.states.awareness[i] = held.clamp(0.0, 1.0);
    }
}
