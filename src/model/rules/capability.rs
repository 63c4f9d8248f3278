//! E1: capability. Entry, exit and observed values are taken up at the start of
//! every year; this process is the drift of capability where none is observed.

use super::Given;
use crate::rng::{Stream, normal_quantile};
use crate::scenario::Target;
use crate::world::World;

/// ln K ← ln K + μ (1 − K/K̄) + σ_K ε, renormalised.
pub fn run(world: &mut World, given: Given<'_>) {
    if given.setting.observed.is_some() {
        return;
    }
    let p = world.parameters.capability;
    let draws = world
        .draws
        .uniforms(Stream::Capability, world.step, 0, world.states.len());
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
        for k in 0..self.roster.len() {
            let i = self.roster[k];
            if self.treated(Target::Capability) {
                let before = self.states.capability[i];
                let held = self.held_for_state(Target::Capability, i, before);
                // A share of nothing, or of more than can be told from everything, is no number
                // once the shares are made to sum to one.
                let held = held.clamp(1e-9, 1e9);
                changed |= held != before;
                self.states.capability[i] = held;
            }
            if self.treated(Target::Income) {
                self.states.income[i] = self
                    .held_for_state(Target::Income, i, self.states.income[i])
                    .clamp(0.02, 1.0);
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
                for k in 0..self.roster.len() {
                    let i = self.roster[k];
                    let value = f64::from(self.states.culture[dimension][i]);
                    let held = self.held_for_state(target, i, value).clamp(0.0, 1.0);
                    self.states.culture[dimension][i] = held as f32;
                }
            }
        }
    }
}
