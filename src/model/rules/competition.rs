//! E6: antagonism of the great powers and their competition in the world and in
//! each region. Only capability and antagonism enter, never a pact.

use super::{Declaration, Given};
use crate::scenario::parameters::parameters;
use crate::scenario::{CompetitionMode, Setting, Target};
use crate::world::{Antagonism, RegionId, StateId, TINY, World};

parameters! {
    /// Great-power competition (E6).
    competition: Competition {
        active_rivalry "A" "E6" "1" = 1.0 [0.8, 1.0] Share, "Thompson, Sakuwa & Suhas 2022 give the dates; the level is a proposal", "Antagonism of two great powers while their strategic rivalry is active";
        ended_rivalry "A_end" "E6" "1" = 0.5 [0.2, 0.8] Share, "a proposal", "Antagonism for ten years after a rivalry ended";
        floor "A_0" "E6" "1" = 0.1 [0.0, 0.2] Share, "a proposal", "Antagonism of great powers without a rivalry";
        per_dispute "ΔA" "E6" "1" = 0.1 [0.0, 0.3] Share, "a proposal", "Rise of antagonism with each dispute of the pair, in endogenous mode";
        decay "δ_A" "E6" "1/year" = 0.05 [0.0, 0.15] Share, "a proposal", "Yearly return of antagonism to its floor, in endogenous mode";
        base_presence "π_base" "E6" "1" = 0.6 [0.3, 0.9] Share, "a proposal", "Least presence in a region where a scenario gives a power a military base";
    }
}

/// Years for which a rivalry that has ended still makes powers antagonists (E6).
const AFTER_RIVALRY: i32 = 10;

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "competition",
    step: "4 competition",
    equation: "E6",
    core: true,
    help: "Antagonism and competition of the great powers, in the world and in each region",
    parameters: &["competition"],
    streams: &[],
    run,
};

/// Antagonism, then C_t and C_r.
pub fn run(world: &mut World, given: Given<'_>) {
    update_antagonism(world, given);
    world.competition = world
        .held(Target::Competition, mean_antagonism(world))
        .clamp(0.0, 1.0);
    for r in world.regions.keys() {
        let mut presence = std::mem::take(&mut world.regions[r].presence);
        presence.clear();
        presence.extend(world.powers.iter().map(|&g| self::presence(world, g, r)));
        let level = regional(world, &presence);
        world.regions[r].presence = presence;
        world.regions[r].competition = world
            .held_in_region(Target::RegionalCompetition, r, level)
            .clamp(0.0, 1.0);
    }
}

/// A_gh from the dates of rivalries; in endogenous mode it starts there, rises with the
/// pair's disputes and decays to its floor.
fn update_antagonism(world: &mut World, given: Given<'_>) {
    let p = world.parameters.competition;
    let before = std::mem::take(&mut world.antagonism);
    let endogenous = given.scenario.competition == CompetitionMode::Endogenous;
    for (k, &b) in world.powers.iter().enumerate() {
        for &a in &world.powers[..k] {
            let observed = observed(world, given.setting, a, b);
            let earlier = before.iter().find(|x| x.a == a && x.b == b);
            let level = match earlier {
                Some(earlier) if endogenous => {
                    let disputes = world.pairs.last_dispute[crate::world::pair(a, b)];
                    let recent = world.step > 0 && i32::from(disputes) == world.step as i32 - 1;
                    let raised = earlier.level + if recent { p.per_dispute } else { 0.0 };
                    let decayed = p.floor + (raised - p.floor) * (1.0 - p.decay);
                    decayed.clamp(0.0, 1.0)
                }
                _ => observed,
            };
            world.antagonism.push(Antagonism { a, b, level });
        }
    }
    if world.treated(Target::Antagonism) {
        hold(world);
    }
}

fn hold(world: &mut World) {
    for k in 0..world.antagonism.len() {
        let Antagonism { a, b, level } = world.antagonism[k];
        let mut held = level;
        for h in world
            .controls
            .holds
            .iter()
            .filter(|h| h.target == Target::Antagonism)
        {
            if h.states.is_empty() || (h.states.contains(&a) && h.states.contains(&b)) {
                held = h.change.apply(held);
            }
        }
        world.antagonism[k].level = held.clamp(0.0, 1.0);
    }
}

/// Active rivalry, or ended at most [`AFTER_RIVALRY`] years ago, or neither.
fn observed(world: &World, setting: &Setting, a: StateId, b: StateId) -> f64 {
    let p = world.parameters.competition;
    if world.pairs.rival(a, b) {
        return p.active_rivalry;
    }
    if let Some(level) = setting.antagonism {
        return level;
    }
    let removed = world
        .controls
        .rivalries_removed
        .iter()
        .any(|&(x, y)| (x.min(y), x.max(y)) == (a, b));
    let recent = !removed
        && setting.rivalries.iter().any(|s| {
            (s.a.min(s.b), s.a.max(s.b)) == (a.into(), b.into())
                && s.to
                    .is_some_and(|to| to < world.year && world.year <= to + AFTER_RIVALRY)
        });
    if recent { p.ended_rivalry } else { p.floor }
}

/// C_t: capability-weighted mean antagonism.
fn mean_antagonism(world: &World) -> f64 {
    let k = &world.states.capability;
    let (mut sum, mut weight) = (0.0, 0.0);
    for x in &world.antagonism {
        let w = k[x.a] * k[x.b];
        sum += x.level * w;
        weight += w;
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// π_gr: 1 for a member state, else the mean reach into the region scaled by
/// capability, or the presence of a base that a treatment gives.
fn presence(world: &World, g: StateId, r: RegionId) -> f64 {
    let region = &world.regions[r];
    if region.members.binary_search(&g).is_ok() {
        return 1.0;
    }
    let strongest = world
        .powers
        .iter()
        .map(|&h| world.states.capability[h])
        .fold(0.0, f64::max);
    let reach: f64 = region.members.iter().map(|&j| world.reach(g, j)).sum();
    let mean = reach / region.members.len().max(1) as f64;
    let own = world.states.capability[g] / strongest.max(TINY) * mean;
    if world.controls.bases.contains(&(g, r)) {
        own.max(world.parameters.competition.base_presence)
    } else {
        own
    }
}

/// C_r = max A_gh √(π_gr π_hr) · 2√(k_g k_h)/(k_g + k_h).
fn regional(world: &World, presence: &[f64]) -> f64 {
    let k = &world.states.capability;
    let position = |g: StateId| world.powers.binary_search(&g).unwrap_or(0);
    world
        .antagonism
        .iter()
        .map(|x| {
            let (pa, pb) = (presence[position(x.a)], presence[position(x.b)]);
            x.level * libm::sqrt(pa * pb) * balance(k[x.a], k[x.b])
        })
        .fold(0.0, f64::max)
}

/// Geometric over arithmetic mean: 1 for equals, 0 if one has nothing.
fn balance(a: f64, b: f64) -> f64 {
    2.0 * libm::sqrt(a * b) / (a + b).max(TINY)
}
