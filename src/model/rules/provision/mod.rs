//! E18: security as a public good, provided by states, regional bodies and the global body.
//!
//! A state's net benefit is u_i = v_i ln(1 + G_i) − c g_i (1 + κ_ℓ), with v_i = v (½ + P_i)
//! and G_i made from all contributions by the spill kernel k_ij = exp(−dist/l_spill) and the
//! technology: the sum Σ k_ij g_j, the weakest link of the region, or the best shot max k_ij g_j.

mod kernel;

use super::{Declaration, Given};
use crate::scenario::parameters::parameters;
use crate::scenario::{Target, Technology};
use crate::world::{ByState, below};
use crate::world::{ProvisionByLevel, StateId, World};
use kernel::summed;
use typed_index_collections::ti_vec;

parameters! {
    /// Security as a public good (E18).
    provision: Provision {
        spill_length "l_spill" "E18" "half circumferences" = 0.3 [0.05, 3.0] NonNegative, "a proposal", "Distance at which security provided by one state falls to 1/e for another";
        valuation "v" "E18" "1" = 1.0 [0.5, 2.0] NonNegative, "a proposal", "Mean value of security; a state's own is v·(½ + P_i), P_i its problem pressure";
        unit_cost "c" "E18" "1" = 0.5 [0.2, 1.0] NonNegative, "a proposal", "Cost of a unit of provision";
        regional_overhead "κ_r" "E18" "1" = 0.2 [0.0, 0.4] NonNegative, "a proposal", "Overhead of regional provision";
        global_overhead "Δκ_g" "E18" "1" = 0.4 [0.0, 0.8] NonNegative, "a proposal", "Overhead of global provision above the regional one";
        adjustment "μ_g" "E18" "1/year" = 0.5 [0.1, 1.0] Share, "a proposal", "Yearly adjustment of a state's contribution to its best reply";
    }
}

/// What a state without problem pressure values security at, as a share of v (E18).
const CALM: f64 = 0.5;
/// Share of the contribution that it would make alone by which a state tries to raise the
/// weakest link (E18).
const LIFT: f64 = 0.05;
/// Least unit cost.
const LEAST_COST: f64 = 1e-9;
/// Newton's steps towards an optimum, at most, and the relative step that ends them.
const NEWTON: (usize, f64) = (60, 1e-6);

/// The process.
pub const PROCESS: Declaration = Declaration {
    name: "provision",
    step: "10 public goods",
    equation: "E18",
    core: false,
    help: "Contributions to security as a public good at four levels",
    parameters: &["provision", "response", "aid"],
    streams: &[],
    run,
};

/// Contributions move towards the best reply; bodies add their uniform optima.
pub fn run(world: &mut World, _given: Given<'_>) {
    let values = valuations(world);
    adjust_contributions(world, &values);
    let own = world.states.contribution.clone();
    let bodies = contributions_of_bodies(world, &values);
    let [alone, by_bodies] = match world.governance.technology {
        Technology::Sum => summed(world, [&own, &bodies]),
        Technology::WeakestLink | Technology::BestShot => {
            [enjoyed(world, &own), enjoyed(world, &bodies)]
        }
    };
    let reach = unit_good(world);
    let everyone = &world.roster;
    let p = world.parameters.provision;
    let global_cost = 1.0 + p.regional_overhead + p.global_overhead;
    let world_optimum = optimum(everyone, &values, &reach, p.unit_cost * global_cost, None);
    let globally = if world.governance.global {
        provided_globally(world, world_optimum)
    } else {
        0.0
    };
    let mut good: ByState<f64> = match world.governance.technology {
        Technology::Sum => own
            .keys()
            .map(|i| alone[i] + by_bodies[i] + globally * reach[i])
            .collect(),
        Technology::WeakestLink | Technology::BestShot => {
            let all: ByState<f64> = own
                .keys()
                .map(|i| (own[i] + bodies[i] + globally) * reach[i])
                .collect();
            enjoyed(world, &all)
        }
    };
    let mut cost = everyone
        .iter()
        .map(|&i| own[i] + bodies[i] * (1.0 + p.regional_overhead) + globally * global_cost)
        .sum::<f64>()
        * p.unit_cost
        / everyone.len().max(1) as f64;
    if let Some(budget) = world.governance.total_budget
        && cost > 0.0
    {
        // Equal means: what is contributed is scaled to the budget, and G is linear in it.
        good.iter_mut().for_each(|g| *g *= budget / cost);
        cost = budget;
    }
    world.provision = ProvisionByLevel::default();
    if world.levels_recorded {
        let by_region = enjoyed(world, &regional_optima(world, &values));
        let costs = p.unit_cost * global_cost;
        let top_up = optimum(everyone, &values, &reach, costs, Some(&by_region));
        world.provision = ProvisionByLevel {
            state: mean_log(everyone.iter().map(|&i| alone[i])),
            regional: mean_log(everyone.iter().map(|&i| by_region[i])),
            global: mean_log(everyone.iter().map(|&i| reach[i] * world_optimum)),
            combined: mean_log(everyone.iter().map(|&i| by_region[i] + reach[i] * top_up)),
            provided: mean_log(everyone.iter().map(|&i| good[i])),
            cost,
        };
    }
    world.provision.cost = cost;
    world.states.others_good = own
        .keys()
        .map(|i| match world.governance.technology {
            Technology::Sum => (alone[i] - own[i] + by_bodies[i]).max(0.0),
            Technology::WeakestLink | Technology::BestShot => good[i],
        })
        .collect();
    world.states.regional_contribution = bodies;
    world.states.good = good;
}

/// What each state enjoys if every state contributes 1.
fn unit_good(world: &mut World) -> ByState<f64> {
    let active = world.states.active.iter();
    let ones: ByState<f64> = active.map(|&a| f64::from(u8::from(a))).collect();
    if world.governance.technology != Technology::Sum {
        return ones;
    }
    if world.caches.unit_good.is_empty() {
        [world.caches.unit_good] = summed(world, [&ones]);
    }
    world.caches.unit_good.clone()
}

/// The uniform world optimum, as far as the global body's resources reach and no veto stops it.
fn provided_globally(world: &World, optimum: f64) -> f64 {
    optimum * world.parameters.response.global_resources * (1.0 - world.veto_chance())
}

fn mean_log(goods: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for g in goods {
        sum += libm::log1p(g);
        count += 1.0;
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

fn valuations(world: &World) -> ByState<f64> {
    let v = world.parameters.provision.valuation;
    world
        .states
        .keys()
        .map(|i| {
            if world.states.active[i] {
                v * (CALM + world.states.pressure[i])
            } else {
                0.0
            }
        })
        .collect()
}

/// g_i ← g_i + μ (best reply − g_i), from what states and bodies gave it last year.
fn adjust_contributions(world: &mut World, values: &ByState<f64>) {
    let p = world.parameters.provision;
    for &i in &world.roster {
        let g = world.states.contribution[i];
        let own = g + world.states.regional_contribution[i];
        let others = world.states.others_good[i];
        let best = best_reply(
            values[i],
            p.unit_cost,
            others,
            own,
            world.governance.technology,
        );
        world.states.contribution[i] = (g + p.adjustment * (best - g)).max(0.0);
    }
}

/// The contribution that maximises v ln(1 + G) − c g, given what the others make of G.
///
/// * sum: `max(0, v/c − 1 − others)`;
/// * weakest link: no more than the region's smallest, no more than alone;
/// * best shot: alone, unless another's shot is worth more than that net of cost.
pub fn best_reply(value: f64, cost: f64, others: f64, own: f64, technology: Technology) -> f64 {
    let alone = (value / cost.max(LEAST_COST) - 1.0).max(0.0);
    match technology {
        Technology::Sum => (alone - others).max(0.0),
        Technology::WeakestLink => {
            if others < own {
                others
            } else {
                alone.min(others + LIFT * alone)
            }
        }
        Technology::BestShot => {
            let shot = value * libm::log1p(alone) - cost * alone;
            let free = if others > own {
                value * libm::log1p(others)
            } else {
                0.0
            };
            if shot > free { alone } else { 0.0 }
        }
    }
}

/// The uniform contribution that maximises Σ v_i ln(1 + G_i + a_i g) − n c g; `base` is G
/// without it.
///
/// The slope falls and is convex in g, so Newton's steps from 0 rise to its zero and never pass it.
pub fn optimum(
    states: &[StateId],
    values: &ByState<f64>,
    benefit: &ByState<f64>,
    unit_cost: f64,
    base: Option<&ByState<f64>>,
) -> f64 {
    let given: Vec<[f64; 3]> = states
        .iter()
        .map(|&i| [values[i], benefit[i], 1.0 + base.map_or(0.0, |b| b[i])])
        .collect();
    let mut level = 0.0;
    for _ in 0..NEWTON.0 {
        let (mut slope, mut curvature) = (-unit_cost * states.len() as f64, 0.0);
        for &[value, a, base] in &given {
            let share = a / (base + a * level);
            slope += value * share;
            curvature += value * share * share;
        }
        if slope <= 0.0 || curvature <= 0.0 {
            break;
        }
        let step = slope / curvature;
        level += step;
        if step < NEWTON.1 * (1.0 + level) {
            break;
        }
    }
    level
}

/// Contribution of each state at the uniform optimum of its primary region (0 without one).
fn regional_optima(world: &World, values: &ByState<f64>) -> ByState<f64> {
    let mut contribution = ti_vec![0.0; world.states.len()];
    for r in world.regions.keys() {
        let members: Vec<StateId> = world.regions[r]
            .members
            .iter()
            .copied()
            .filter(|&i| world.primary_region(i) == Some(r))
            .collect();
        let level = group_optimum(world, &members, values);
        for i in members {
            contribution[i] = level;
        }
    }
    contribution
}

/// The uniform optimum of a group that counts only its own members.
fn group_optimum(world: &World, members: &[StateId], values: &ByState<f64>) -> f64 {
    let p = world.parameters.provision;
    let mut benefit = ti_vec![0.0; world.states.len()];
    if world.governance.technology == Technology::Sum {
        for (a, &i) in members.iter().enumerate() {
            benefit[i] += 1.0;
            let spill = below(&world.pairs.spill, i);
            for &j in &members[..a] {
                let k = f64::from(spill[j]);
                benefit[i] += k;
                benefit[j] += k;
            }
        }
    } else {
        members.iter().for_each(|&i| benefit[i] = 1.0);
    }
    optimum(
        members,
        values,
        &benefit,
        p.unit_cost * (1.0 + p.regional_overhead),
        None,
    )
}

/// What states contribute through their bodies: I × the uniform optimum of the members, less
/// what aid crowds out; the most demanding body counts.
fn contributions_of_bodies(world: &World, values: &ByState<f64>) -> ByState<f64> {
    let mut contribution = ti_vec![0.0f64; world.states.len()];
    if !world.governance.regional {
        return contribution;
    }
    for body in world.partnerships.iter().filter(|b| !b.inert) {
        let crowding = world.parameters.aid.crowding * world.regions[body.region].aid;
        let budget = world.held_in_region(Target::Budget, body.region, body.budget);
        let level = body.institutionalisation()
            * group_optimum(world, &body.members, values)
            * budget.clamp(0.0, 1.0)
            * (1.0 - crowding).clamp(0.0, 1.0);
        for &i in &body.members {
            contribution[i] = contribution[i].max(level);
        }
    }
    contribution
}

/// G: what each state enjoys of these contributions.
pub fn enjoyed(world: &World, contribution: &ByState<f64>) -> ByState<f64> {
    let mut good = contribution.to_vec();
    match world.governance.technology {
        Technology::Sum => {
            let [sum] = summed(world, [contribution]);
            good = sum;
        }
        Technology::BestShot => {
            for &i in &world.roster {
                let spill = below(&world.pairs.spill, i);
                for (j, &k) in spill
                    .iter_enumerated()
                    .filter(|(j, _)| world.states.active[*j])
                {
                    let k = f64::from(k);
                    good[i] = good[i].max(k * contribution[j]);
                    good[j] = good[j].max(k * contribution[i]);
                }
            }
        }
        Technology::WeakestLink => {
            for (r, region) in world.regions.iter_enumerated() {
                let primary = |i: StateId| world.primary_region(i) == Some(r);
                let weakest = region
                    .members
                    .iter()
                    .filter(|&&i| primary(i))
                    .map(|&i| contribution[i])
                    .fold(f64::INFINITY, f64::min);
                for &i in region.members.iter().filter(|&&i| primary(i)) {
                    good[i] = weakest;
                }
            }
        }
    }
    good
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Olson and Zeckhauser 1966: one contributes what is missing to the own optimum.
    #[test]
    fn the_best_reply_to_a_sum_fills_the_gap() {
        assert_eq!(best_reply(2.0, 1.0, 0.4, 0.0, Technology::Sum), 0.6);
        assert_eq!(best_reply(2.0, 1.0, 1.5, 0.0, Technology::Sum), 0.0);
    }

    #[test]
    fn the_optimum_meets_its_first_order_condition() {
        // One state with v = 2, a = 1, c = 1: g = v/c − 1.
        let g = optimum(&[StateId::FIRST], &ti_vec![2.0], &ti_vec![1.0], 1.0, None);
        assert!((g - 1.0).abs() < 1e-5, "{g}");
    }
}
