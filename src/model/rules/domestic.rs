//! E11, domestic part: instability, onset and end of domestic conflict.

use super::Given;
use crate::rng::{Stream, logistic, normal_quantile};
use crate::scenario::Target;
use crate::world::World;

/// h ← ρ_h h + (1 − ρ_h) h̄ + σ_h ε; onset w.p. Λ(β0 + β1 h − β2 ỹ_z + β3 (share of
/// neighbours in conflict) + β4 P − β5 I^DOM); end w.p. x_D a year.
pub fn run(world: &mut World, _given: Given<'_>) {
    let p = world.parameters.domestic;
    let (mean, sd) = moments(world);
    let before = world.states.domestic_conflict.clone();
    let mechanisms = mechanisms(world);
    let n = world.states.len();
    let [noises, onsets] = [0, 1].map(|a| world.draws.uniforms(Stream::Domestic, world.step, a, n));
    for k in 0..world.roster.len() {
        let i = world.roster[k];
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
        let conflict = held >= 0.5;
        if conflict && !before[i] {
            world.journal.domestic_onsets.push(i);
        }
        world.states.domestic_conflict[i] = conflict;
    }
    for r in 0..world.regions.len() {
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
    (mean, libm::sqrt(variance).max(1e-6))
}

/// I^DOM: the highest I of a state's partnerships with a domestic office.
fn mechanisms(world: &World) -> Vec<f64> {
    let mut level = vec![0.0f64; world.states.len()];
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
