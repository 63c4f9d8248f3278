//! E1: capability. Entry, exit and observed values are taken up at the start of
//! every year; this process is the drift of capability where none is observed.

use super::{Declaration, Given};
use crate::rng::{Stream, normal_quantile};
use crate::scenario::Target;
use crate::scenario::parameters::parameters;
use crate::world::{LEAST_INCOME, World};

parameters! {
    /// Capability and its drift (E1) and reach (E2).
    capability: Capability {
        drift_sd "σ_K" "E1" "ln units" = 0.04 [0.02, 0.11] NonNegative, "COW National Material Capabilities: robust sd .038, sd .111", "Standard deviation of the yearly change of log capability where capability is not observed";
        drift_mean "μ" "E1" "ln units" = 0.0 [-0.02, 0.02] Real, "a proposal", "Mean yearly change of log capability where capability is not observed, times (1 − K/K̄): 0 is a pure random walk";
        reach_length "λ_g" "E2" "half circumferences" = 0.25 [0.1, 0.6] NonNegative, "a proposal, after Boulding's loss-of-strength gradient", "Distance at which the reach of a minor power falls to 1/e; 1 is half the earth's circumference";
        power_projection "ρ" "E2" "1" = 0.7 [0.3, 0.9] Share, "a proposal", "How much of the loss with distance a great power is spared";
    }
}

/// Range of a treated capability: a share of nothing, or of more than can be told from everything,
/// is no number once the shares are made to sum to one.
const TREATED: (f64, f64) = (1e-9, 1e9);

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "capability",
    step: "1 capabilities",
    equation: "E1",
    core: true,
    help: "Entry and exit of states; capability, income and regime from data, or drift of capability",
    parameters: &["capability"],
    streams: &[Stream::Capability],
    run,
};

/// ln K ← ln K + μ (1 − K/K̄) + σ_K ε, renormalised.
pub fn run(world: &mut World, given: Given<'_>) {
    if given.setting.observed.is_some() {
        return;
    }
    let p = world.parameters.capability;
    let draws = world.uniforms(Stream::Capability, 0);
    let mean = 1.0 / world.roster.len().max(1) as f64;
    for &i in &world.roster {
        let noise = normal_quantile(draws[i]);
        let k = world.states.capability[i];
        let drift = p.drift_mean * (1.0 - k / mean).max(-1.0) + p.drift_sd * noise;
        world.states.capability[i] = k * libm::exp(drift);
    }
    world.normalise_capability();
}

impl World {
    /// Applies treatments of states' variables that no equation makes.
    pub(super) fn hold_states(&mut self) {
        let mut changed = false;
        for &i in &self.roster {
            if self.treated(Target::Capability) {
                let before = self.states.capability[i];
                let held = self.held_for_state(Target::Capability, i, before);
                let held = held.clamp(TREATED.0, TREATED.1);
                changed |= held != before;
                self.states.capability[i] = held;
            }
            if self.treated(Target::Income) {
                self.states.income[i] = self
                    .held_for_state(Target::Income, i, self.states.income[i])
                    .clamp(LEAST_INCOME, 1.0);
            }
            if self.treated(Target::Regime) {
                self.states.regime[i] = self
                    .held_for_state(Target::Regime, i, self.states.regime[i])
                    .clamp(0.0, 1.0);
            }
            if self.treated(Target::Bloc) {
                self.states.bloc[i] = self
                    .held_for_state(Target::Bloc, i, self.states.bloc[i])
                    .clamp(0.0, 1.0);
            }
        }
        if changed {
            self.normalise_capability();
        }
        self.hold_culture();
        self.hold_pairs(Target::Hostility);
        self.hold_pairs(Target::Trust);
    }

    /// Applies treatments of culture.
    pub(super) fn hold_culture(&mut self) {
        let targets = [
            Target::CultureCooperative,
            Target::CultureComprehensive,
            Target::CultureSovereignty,
            Target::CultureForce,
        ];
        for (dimension, target) in targets.into_iter().enumerate() {
            if self.treated(target) {
                for &i in &self.roster {
                    let value = f64::from(self.states.culture[dimension][i]);
                    let held = self.held_for_state(target, i, value).clamp(0.0, 1.0);
                    self.states.culture[dimension][i] = held as f32;
                }
            }
        }
    }
}
