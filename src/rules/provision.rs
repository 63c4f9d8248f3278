//! E18: security as a public good, provided by states, regional bodies and the global body.
//!
//! A state's net benefit is u_i = v_i ln(1 + G_i) − c g_i (1 + κ_ℓ), with v_i = v (½ + P_i)
//! and G_i made from all contributions by the spill kernel k_ij = exp(−dist/l_spill) and the
//! technology: the sum Σ k_ij g_j, the weakest link of the region, or the best shot max k_ij g_j.

use super::Given;
use crate::scenario::{Target, Technology};
use crate::world::{ProvisionByLevel, World, row};

/// Contributions move towards the best reply; bodies add their uniform optima.
pub fn run(world: &mut World, _given: Given<'_>) {
    let values = valuations(world);
    let reach = uniform_benefits(world);
    adjust_contributions(world, &values);
    let own = world.states.contribution.clone();
    let everyone: Vec<usize> = world.roster.clone();
    let p = world.parameters.provision;
    let (regional_cost, global_cost) =
        (1.0 + p.regional_overhead, 1.0 + p.regional_overhead + p.global_overhead);

    let regional = regional_optima(world, &values);
    let world_optimum = optimum(&everyone, &values, &reach, p.unit_cost * global_cost, None);
    let by_region = enjoyed(world, &regional);
    let top_up = optimum(&everyone, &values, &reach, p.unit_cost * global_cost, Some(&by_region));
    let alone = enjoyed(world, &own);
    let uniform = |level: f64| everyone.iter().map(|&i| reach[i] * level).collect::<Vec<_>>();
    let combined: Vec<f64> =
        everyone.iter().map(|&i| by_region[i] + reach[i] * top_up).collect();

    let bodies = contributions_of_bodies(world, &values);
    let blocked = world.parameters.response.veto_base
        + world.parameters.response.veto_competition * world.competition;
    let globally = if world.governance.global {
        world_optimum * world.parameters.response.global_resources * (1.0 - blocked.clamp(0.0, 1.0))
    } else {
        0.0
    };
    let mut total: Vec<f64> = (0..own.len())
        .map(|i| if world.states.active[i] { own[i] + bodies[i] + globally } else { 0.0 })
        .collect();
    let mut cost = everyone
        .iter()
        .map(|&i| own[i] + bodies[i] * regional_cost + globally * global_cost)
        .sum::<f64>()
        * p.unit_cost
        / everyone.len().max(1) as f64;
    if let Some(budget) = world.governance.total_budget
        && cost > 0.0
    {
        // Equal means: what is contributed is scaled to the budget.
        let factor = budget / cost;
        total.iter_mut().for_each(|x| *x *= factor);
        cost = budget;
    }
    let good = enjoyed(world, &total);
    world.provision = ProvisionByLevel {
        state: mean_log(everyone.iter().map(|&i| alone[i])),
        regional: mean_log(everyone.iter().map(|&i| by_region[i])),
        global: mean_log(uniform(world_optimum).into_iter()),
        combined: mean_log(combined.into_iter()),
        provided: mean_log(everyone.iter().map(|&i| good[i])),
        cost,
    };
    world.states.regional_contribution = bodies;
    world.states.good = good;
}

fn mean_log(goods: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for g in goods {
        sum += libm::log1p(g);
        count += 1.0;
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

fn valuations(world: &World) -> Vec<f64> {
    let v = world.parameters.provision.valuation;
    (0..world.states.len())
        .map(|i| if world.states.active[i] { v * (0.5 + world.states.pressure[i]) } else { 0.0 })
        .collect()
}

/// g_i ← g_i + μ (best reply − g_i), from what the others contributed last year.
fn adjust_contributions(world: &mut World, values: &[f64]) {
    let p = world.parameters.provision;
    let last: Vec<f64> = (0..world.states.len())
        .map(|i| world.states.contribution[i] + world.states.regional_contribution[i])
        .collect();
    let good = enjoyed(world, &last);
    for k in 0..world.roster.len() {
        let i = world.roster[k];
        let others = match world.governance.technology {
            Technology::Sum => good[i] - last[i],
            Technology::WeakestLink | Technology::BestShot => good[i],
        };
        let best = best_reply(values[i], p.unit_cost, others, last[i], world.governance.technology);
        let g = world.states.contribution[i];
        world.states.contribution[i] = (g + p.adjustment * (best - g)).max(0.0);
    }
}

/// The contribution that maximises v ln(1 + G) − c g, given what the others make of G.
///
/// * sum: `max(0, v/c − 1 − others)`;
/// * weakest link: no more than the region's smallest, no more than alone;
/// * best shot: alone, unless another's shot is worth more than that net of cost.
pub fn best_reply(value: f64, cost: f64, others: f64, own: f64, technology: Technology) -> f64 {
    let alone = (value / cost.max(1e-9) - 1.0).max(0.0);
    match technology {
        Technology::Sum => (alone - others).max(0.0),
        Technology::WeakestLink => {
            if others < own { others } else { alone.min(others + 0.05 * alone) }
        }
        Technology::BestShot => {
            let shot = value * libm::log1p(alone) - cost * alone;
            let free = if others > own { value * libm::log1p(others) } else { 0.0 };
            if shot > free { alone } else { 0.0 }
        }
    }
}

/// What one unit from everyone brings each state, by the technology.
fn uniform_benefits(world: &World) -> Vec<f64> {
    match world.governance.technology {
        Technology::Sum => {
            let ones: Vec<f64> =
                world.states.active.iter().map(|&a| f64::from(u8::from(a))).collect();
            enjoyed(world, &ones)
        }
        Technology::WeakestLink | Technology::BestShot => vec![1.0; world.states.len()],
    }
}

/// The uniform contribution that maximises Σ v_i ln(1 + G_i + a_i g) − n c g, by bisection of
/// its first-order condition; `base` is G without it.
pub fn optimum(
    states: &[usize],
    values: &[f64],
    benefit: &[f64],
    unit_cost: f64,
    base: Option<&[f64]>,
) -> f64 {
    let slope = |g: f64| {
        states
            .iter()
            .map(|&i| values[i] * benefit[i] / (1.0 + base.map_or(0.0, |b| b[i]) + benefit[i] * g))
            .sum::<f64>()
            - unit_cost * states.len() as f64
    };
    if states.is_empty() || slope(0.0) <= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while slope(high) > 0.0 && high < 1e6 {
        high *= 2.0;
    }
    for _ in 0..20 {
        let middle = 0.5 * (low + high);
        if slope(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Contribution of each state at the uniform optimum of its primary region (0 without one).
fn regional_optima(world: &World, values: &[f64]) -> Vec<f64> {
    let mut contribution = vec![0.0; world.states.len()];
    for r in 0..world.regions.len() {
        let members: Vec<usize> = world.regions[r]
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
fn group_optimum(world: &World, members: &[usize], values: &[f64]) -> f64 {
    let p = world.parameters.provision;
    let mut benefit = vec![0.0; world.states.len()];
    if world.governance.technology == Technology::Sum {
        for (a, &i) in members.iter().enumerate() {
            benefit[i] += 1.0;
            let start = row(i).start;
            for &j in &members[..a] {
                let k = f64::from(world.pairs.spill[start + j]);
                benefit[i] += k;
                benefit[j] += k;
            }
        }
    } else {
        members.iter().for_each(|&i| benefit[i] = 1.0);
    }
    optimum(members, values, &benefit, p.unit_cost * (1.0 + p.regional_overhead), None)
}

/// What states contribute through their bodies: I × the uniform optimum of the members, less
/// what aid crowds out; the most demanding body counts.
fn contributions_of_bodies(world: &World, values: &[f64]) -> Vec<f64> {
    let mut contribution = vec![0.0f64; world.states.len()];
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
pub fn enjoyed(world: &World, contribution: &[f64]) -> Vec<f64> {
    match world.governance.technology {
        Technology::Sum => summed(world, contribution),
        Technology::BestShot => {
            let mut good = contribution.to_vec();
            for &i in &world.roster {
                let spill = &world.pairs.spill[row(i)];
                for (j, &k) in spill.iter().enumerate().filter(|(j, _)| world.states.active[*j]) {
                    let k = f64::from(k);
                    good[i] = good[i].max(k * contribution[j]);
                    good[j] = good[j].max(k * contribution[i]);
                }
            }
            good
        }
        Technology::WeakestLink => {
            let mut good = contribution.to_vec();
            for (r, region) in world.regions.iter().enumerate() {
                let primary = |i: usize| world.primary_region(i) == Some(r);
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
            good
        }
    }
}

/// Σ_j k_ij x_j with k_ii = 1.
fn summed(world: &World, contribution: &[f64]) -> Vec<f64> {
    let x: Vec<f32> = contribution.iter().map(|&v| v as f32).collect();
    let mut good = contribution.to_vec();
    for &i in &world.roster {
        let own = contribution[i];
        let mut lanes = [0.0f64; 8];
        let spill = &world.pairs.spill[row(i)];
        let (blocks, rest) = spill.as_chunks::<8>();
        for (b, block) in blocks.iter().enumerate() {
            let at = b * 8;
            for l in 0..8 {
                let k = f64::from(block[l]);
                lanes[l] += k * f64::from(x[at + l]);
                good[at + l] += k * own;
            }
        }
        let at = blocks.len() * 8;
        for (l, &k) in rest.iter().enumerate() {
            lanes[l] += f64::from(k) * f64::from(x[at + l]);
            good[at + l] += f64::from(k) * own;
        }
        good[i] += lanes.iter().sum::<f64>();
    }
    for i in 0..good.len() {
        if !world.states.active[i] {
            good[i] = 0.0;
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
        let g = optimum(&[0], &[2.0], &[1.0], 1.0, None);
        assert!((g - 1.0).abs() < 1e-5, "{g}");
    }
}
