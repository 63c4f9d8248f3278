//! E4: transnational problems, exposure, pressure and loss.

use super::{Declaration, Given};
use crate::rng::Stream;
use crate::scenario::Target;
use crate::scenario::parameters::parameters;
use crate::world::{PROBLEMS, World};

parameters! {
    /// Transnational problems (E4).
    problems: Problems {
        mean "X̄" "E4" "1" = 0.4 [0.2, 0.8] NonNegative, "a proposal", "Long-run level of a problem";
        persistence "ρ_X" "E4" "1" = 0.8 [0.5, 0.95] Share, "a proposal", "Share of a problem's deviation that stays to the next year";
        shock_sd "σ_X" "E4" "1" = 0.08 [0.02, 0.2] NonNegative, "a proposal", "Standard deviation of the yearly shock to a problem";
        similarity "s_r" "E4" "1" = 0.5 [0.0, 1.0] Share, "a proposal", "How alike the states of a region are exposed to problems";
        cross_border_crime "τ_1" "E4" "1" = 0.6 [0.3, 0.9] Share, "a proposal", "Share of terror and crime that crosses borders";
        cross_border_resources "τ_2" "E4" "1" = 0.7 [0.3, 0.9] Share, "a proposal", "Share of resource and environment problems that crosses borders";
        cross_border_health "τ_3" "E4" "1" = 0.8 [0.3, 0.9] Share, "a proposal", "Share of health problems that crosses borders";
        cross_border_conflict "τ_4" "E4" "1" = 0.5 [0.3, 0.9] Share, "a proposal", "Share of conflict problems that crosses borders";
    }
}

/// Share of the problems that cross borders at which pressure is full is the inverse of this (E4).
const PRESSURE_GAIN: f64 = 2.0;
/// Least sum of the shares τ_m that cross borders.
const LEAST_CROSSING: f64 = 1e-9;

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "problems",
    step: "3 problems",
    equation: "E4",
    core: false,
    help: "Shocks to the transnational problems",
    parameters: &["problems"],
    streams: &[Stream::Problems],
    run,
};

/// X_m ← X̄ + ρ_X (X_m − X̄) + σ_X ε, floor 0.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.problems;
    for m in 0..PROBLEMS {
        let noise = world.draw(Stream::Problems, m, 0u32).normal();
        let x = p.mean + p.persistence * (world.problems[m] - p.mean) + p.shock_sd * noise;
        world.problems[m] = x.max(0.0);
    }
    world.feel_problems();
}

impl World {
    /// e_im = s_r ē_rm + (1 − s_r) u_im; P_i = min(1, 2 Σ X_m e_im τ_m / Σ τ_m);
    /// ℓ_i = Σ X_m e_im e^{−G_i}.
    pub(super) fn feel_problems(&mut self) {
        let p = self.parameters.problems;
        let targets = [
            Target::ProblemTerror,
            Target::ProblemResources,
            Target::ProblemHealth,
            Target::ProblemConflict,
        ];
        let held: [f64; PROBLEMS] =
            std::array::from_fn(|m| self.held(targets[m], self.problems[m]).max(0.0));
        for (level, target) in self.problems.iter_mut().zip(held) {
            *level = target;
        }
        let levels = self.problems;
        let cross = [
            p.cross_border_crime,
            p.cross_border_resources,
            p.cross_border_health,
            p.cross_border_conflict,
        ];
        let cross_sum: f64 = cross.iter().sum::<f64>().max(LEAST_CROSSING);
        let exposure_treated = self.treated(Target::Exposure);
        for &i in &self.roster {
            let (common, similarity) = self.primary_region(i).map_or(([0.0; PROBLEMS], 0.0), |r| {
                (self.regions[r].common_exposure, self.regions[r].similarity)
            });
            let mut pressure = 0.0;
            let mut load = 0.0;
            for m in 0..PROBLEMS {
                let own = self.states.own_exposure[i][m];
                let e = similarity * common[m] + (1.0 - similarity) * own;
                let e = if exposure_treated {
                    self.held_for_state(Target::Exposure, i, e)
                } else {
                    e
                };
                let e = e.clamp(0.0, 1.0);
                self.states.exposure[i][m] = e;
                pressure += levels[m] * e * cross[m];
                load += levels[m] * e;
            }
            self.states.pressure[i] = (PRESSURE_GAIN * pressure / cross_sum).min(1.0);
            self.states.loss[i] = load * libm::exp(-self.states.good[i]);
        }
    }
}
