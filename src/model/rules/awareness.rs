//! E5: awareness of interdependence.

use super::{Declaration, Given};
use crate::rng::{Stream, normal_quantile};
use crate::scenario::Target;
use crate::scenario::parameters::parameters;
use crate::world::World;

parameters! {
    /// Awareness of interdependence (E5).
    awareness: Awareness {
        rate "η" "E5" "1/year" = 0.1 [0.03, 0.3] Share, "a proposal", "Yearly adjustment of awareness to its sources";
        interdependence "ω1" "E5" "1" = 0.8 [0.4, 1.2] NonNegative, "paper A, model section", "Weight of interdependence with the region";
        problems "ω2" "E5" "1" = 0.8 [0.4, 1.2] NonNegative, "paper A, model section", "Weight of the pressure of transnational problems";
        emulation "ω3" "E5" "1" = 0.1 [0.0, 0.3] Real, "a proposal", "Weight of the example of other regions";
        institutions "ω4" "E5" "1" = 0.2 [0.0, 0.4] Real, "a proposal", "Weight of the region's own institutionalisation";
        threat "ω_θ" "E5" "1" = 0.2 [0.0, 0.5] NonNegative, "a proposal: salient threat crowds out awareness", "Weight of threat under regional competition";
        noise_sd "σ_α" "E5" "1" = 0.02 [0.0, 0.05] NonNegative, "a proposal", "Standard deviation of the yearly noise of awareness";
        initial "α(0)" "E5" "1" = 0.3 [0.1, 0.5] Share, "a proposal", "Awareness in the first year";
    }
}

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "awareness",
    step: "5 awareness",
    equation: "E5",
    core: true,
    help: "Awareness of interdependence",
    parameters: &["awareness"],
    streams: &[Stream::Awareness],
    run,
};

/// α_i ← clip[(1−η) α_i + η(ω1 W̄_i + ω2 P_i + ω3 Em_r + ω4 I_r − ω_θ C_r Θ̃_i) + σ_α ε].
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.awareness;
    let draws = world.uniforms(Stream::Awareness, 0);
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
    for &i in &world.roster {
        let held = world.held_for_state(Target::Awareness, i, world.states.awareness[i]);
        world.states.awareness[i] = held.clamp(0.0, 1.0);
    }
}
