//! E11, domestic part: instability, onset and end of domestic conflict.

use super::{Declaration, Given};
use crate::rng::{Stream, logistic, normal_quantile};
use crate::scenario::Target;
use crate::scenario::parameters::parameters;
use crate::world::ByState;
use crate::world::World;
use typed_index_collections::ti_vec;

parameters! {
    /// Domestic conflict (E11, domestic part).
    domestic: Domestic {
        base "β0" "E11" "logit" = -3.9 [-4.5, -3.3] Real, "hand-set to UCDP shares to 1988", "Base rate of onset";
        instability "β1" "E11" "logit" = 1.0 [0.5, 1.5] Real, "a proposal", "Domestic instability";
        income "β2" "E11" "logit" = 0.5 [0.2, 0.8] Real, "a proposal", "Income, in standard deviations over states, lowers onset";
        neighbours "β3" "E11" "logit" = 0.7 [0.0, 1.4] Real, "a proposal", "Share of neighbours with domestic conflict";
        problems "β4" "E11" "logit" = 0.3 [0.0, 0.6] Real, "a proposal", "Pressure of transnational problems";
        mechanisms "β5" "E11" "logit" = 1.0 [-0.5, 2.0] Real, "a proposal; may reverse", "Institutionalisation of a partnership with a domestic office lowers onset";
        end "x_D" "E11" "1/year" = 0.2 [0.1, 0.3] Share, "a proposal", "Yearly end of domestic conflict";
        instability_persistence "ρ_h" "E11" "1" = 0.9 [0.8, 0.98] Share, "a proposal", "Share of instability that stays to the next year";
        instability_sd "σ_h" "E11" "1" = 0.05 [0.0, 0.1] NonNegative, "a proposal", "Standard deviation of the yearly shock to instability";
    }
}

/// Level of a treated domestic conflict from which it counts as one.
const CONFLICT: f64 = 0.5;
/// Least standard deviation of income.
const LEAST_DEVIATION: f64 = 1e-6;

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "domestic_conflict",
    step: "6 conflict",
    equation: "E11",
    core: false,
    help: "Domestic instability and conflict",
    parameters: &["domestic"],
    streams: &[Stream::Domestic],
    run,
};

/// h ← ρ_h h + (1 − ρ_h) h̄ + σ_h ε; onset w.p. Λ(β0 + β1 h − β2 ỹ_z + β3 (share of
/// neighbours in conflict) + β4 P − β5 I^DOM); end w.p. x_D a year.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.domestic;
    let (mean, sd) = moments(world);
    let before = world.states.domestic_conflict.clone();
    let mechanisms = mechanisms(world);
    let [noises, onsets] = [0, 1].map(|a| world.uniforms(Stream::Domestic, a));
    for &i in &world.roster {
        let (noise, u) = (normal_quantile(noises[i]), onsets[i]);
        let drawn = p.instability_persistence * world.states.instability[i]
            + (1.0 - p.instability_persistence) * world.mean_instability(i)
            + p.instability_sd * noise;
        let h = world.held_for_state(Target::Instability, i, drawn).max(0.0);
        world.states.instability[i] = h;
        let next = if before[i] {
            u >= p.end
        } else {
            let neighbours = &world.neighbours[i];
            let burning = neighbours.iter().filter(|&&j| before[j]).count() as f64;
            let share = burning / neighbours.len().max(1) as f64;
            let x = p.base + p.instability * h - p.income * (world.states.income[i] - mean) / sd
                + p.neighbours * share
                + p.problems * world.states.pressure[i]
                - p.mechanisms * mechanisms[i];
            u < logistic(x)
        };
        let held = world.held_for_state(Target::DomesticConflict, i, f64::from(u8::from(next)));
        let conflict = held >= CONFLICT;
        if conflict && !before[i] {
            world.journal.domestic_onsets.push(i);
        }
        world.states.domestic_conflict[i] = conflict;
    }
    for r in world.regions.keys() {
        let region = &mut world.regions[r];
        let burning = region
            .members
            .iter()
            .filter(|&&i| world.states.domestic_conflict[i])
            .count();
        if let Some(record) = region.record.last_mut() {
            record.domestic = burning as f64;
        }
    }
}

/// Mean and standard deviation of income over the states in the system.
fn moments(world: &World) -> (f64, f64) {
    let n = world.roster.len().max(1) as f64;
    let mean = world
        .roster
        .iter()
        .map(|&i| world.states.income[i])
        .sum::<f64>()
        / n;
    let variance = world
        .roster
        .iter()
        .map(|&i| (world.states.income[i] - mean) * (world.states.income[i] - mean))
        .sum::<f64>()
        / n;
    (mean, libm::sqrt(variance).max(LEAST_DEVIATION))
}

/// I^DOM: the highest I of a state's partnerships with a domestic office.
fn mechanisms(world: &World) -> ByState<f64> {
    let mut level = ti_vec![0.0f64; world.states.len()];
    for body in world
        .partnerships
        .iter()
        .filter(|b| !b.inert && b.domestic_mechanism())
    {
        let value = body.institutionalisation();
        for &i in &body.members {
            level[i] = level[i].max(value);
        }
    }
    level
}
