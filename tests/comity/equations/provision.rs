//! E18 in whole: best replies, what bodies and the world would best give, what is provided.

use std::cell::Cell;

use comity::scenario::{Process, Technology};
use comity::world::{ByState, StateId, World, pair};

use super::{Around, Grown, institutions, mean, same};

/// k_ij.
pub fn kernel(world: &World, i: StateId, j: StateId) -> f64 {
    if i == j {
        return 1.0;
    }
    let distance = f64::from(world.pairs.distance[pair(i, j)]);
    (-distance / world.parameters.provision.spill_length).exp()
}

/// v_i.
pub fn valuation(world: &World, i: StateId) -> f64 {
    world.parameters.provision.valuation * (0.5 + world.states.pressure[i])
}

/// G_i if each state gives `x`.
fn good(world: &World, i: StateId, x: &dyn Fn(StateId) -> f64) -> f64 {
    let all = || world.roster.iter().map(|&j| kernel(world, i, j) * x(j));
    match world.governance.technology {
        Technology::Sum => all().sum(),
        Technology::BestShot => all().fold(0.0, f64::max),
        Technology::WeakestLink => match world.primary_region(i) {
            Some(r) => {
                let region = world
                    .roster
                    .iter()
                    .filter(|&&j| world.primary_region(j) == Some(r));
                region.map(|&j| x(j)).fold(f64::INFINITY, f64::min)
            }
            None => x(i),
        },
    }
}

/// What each enjoys of 1 from every state of a set.
fn unit(world: &World, i: StateId, among: &[StateId]) -> f64 {
    match world.governance.technology {
        Technology::Sum => among.iter().map(|&j| kernel(world, i, j)).sum(),
        _ => 1.0,
    }
}

/// The uniform contribution of a set that maximises Σ v ln(1 + G + kx) − cx, by halving.
fn optimum(world: &World, among: &[StateId], cost: f64, there: &dyn Fn(StateId) -> f64) -> f64 {
    let terms: Vec<(f64, f64, f64)> = among
        .iter()
        .map(|&i| (valuation(world, i), unit(world, i, among), there(i)))
        .collect();
    let slope = |x: f64| {
        let gain: f64 = terms
            .iter()
            .map(|(v, k, g)| v * k / (1.0 + g + k * x))
            .sum();
        gain - among.len() as f64 * cost
    };
    let (mut low, mut high) = (0.0, 1e6);
    if among.is_empty() || slope(0.0) <= 0.0 {
        return 0.0;
    }
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        *if slope(middle) > 0.0 {
            &mut low
        } else {
            &mut high
        } = middle;
    }
    low
}

/// The best reply of a state to last year.
fn reply(world: &World, i: StateId) -> f64 {
    let (p, s) = (world.parameters.provision, &world.states);
    let v = valuation(world, i);
    let alone = (v / p.unit_cost - 1.0).max(0.0);
    let own = s.contribution[i] + s.regional_contribution[i];
    let enjoyed = s.good[i];
    match world.governance.technology {
        Technology::Sum => {
            let all = |j: StateId| s.contribution[j] + s.regional_contribution[j];
            let others = good(world, i, &all) - s.contribution[i];
            (v / p.unit_cost - 1.0 - others).max(0.0)
        }
        Technology::BestShot => {
            let net = v * (1.0 + alone).ln() - p.unit_cost * alone;
            match enjoyed > own && v * (1.0 + enjoyed).ln() > net {
                true => 0.0,
                false => alone,
            }
        }
        Technology::WeakestLink if enjoyed < own => enjoyed,
        Technology::WeakestLink => (enjoyed + 0.05 * alone).min(alone),
    }
}

fn compare(grown: &Grown, given: &Cell<[f64; 3]>) {
    let Around { before, after } = grown.around(Process::Provision);
    let (p, s) = (before.parameters.provision, &before.states);
    let g = before.governance;
    let what = |of: &str| format!("{of}, {g:?} in {}", before.year);
    let costs = [
        p.unit_cost,
        p.unit_cost * (1.0 + p.regional_overhead),
        p.unit_cost * (1.0 + p.regional_overhead + p.global_overhead),
    ];
    let zero = |_: StateId| 0.0;
    let log = |x: &dyn Fn(StateId) -> f64| {
        mean(
            before
                .roster
                .iter()
                .map(|&i| (1.0 + good(&before, i, x)).ln()),
        )
    };
    // States.
    for &i in before
        .roster
        .iter()
        .filter(|_| grown.setting.observed.is_none())
    {
        let best = reply(&before, i);
        let next = s.contribution[i] + p.adjustment * (best - s.contribution[i]);
        same(after.states.contribution[i], next.max(0.0), &what("g"));
    }
    let own = |i: StateId| after.states.contribution[i];
    // Bodies.
    let bodies = before
        .partnerships
        .iter()
        .filter(|b| !b.inert && g.regional);
    let demands: Vec<(&[StateId], f64)> = bodies
        .map(|b| {
            let lost = before.parameters.aid.crowding * before.regions[b.region].aid;
            let best = optimum(&before, &b.members, costs[1], &zero);
            (
                &b.members[..],
                institutions(b) * b.budget.min(1.0) * (1.0 - lost) * best,
            )
        })
        .collect();
    let of_bodies = |i: StateId| {
        let own = demands.iter().filter(|(members, _)| members.contains(&i));
        own.map(|(_, b)| *b).fold(0.0, f64::max)
    };
    for &i in &before.roster {
        same(
            after.states.regional_contribution[i],
            of_bodies(i),
            &what("b"),
        );
    }
    // The world.
    let world_best = optimum(&before, &before.roster, costs[2], &zero);
    let r = before.parameters.response;
    let share = r.global_resources * (1.0 - r.veto_base - r.veto_competition * before.competition);
    let globally = if g.global { share * world_best } else { 0.0 };
    // What is provided.
    let x = |i: StateId| own(i) + of_bodies(i) + globally;
    let cost = mean(
        before
            .roster
            .iter()
            .map(|&i| costs[0] * own(i) + costs[1] * of_bodies(i) + costs[2] * globally),
    );
    let factor = g.total_budget.map_or(1.0, |budget| budget / cost);
    let provided = |i: StateId| factor * x(i);
    for &i in &before.roster {
        same(
            after.states.good[i],
            good(&before, i, &provided),
            &what("G"),
        );
    }
    let found = after.provision;
    same(found.provided, log(&provided), &what("provided"));
    same(found.cost, factor * cost, &what("cost"));
    // The levels for comparison.
    let regional: Vec<(Vec<StateId>, f64)> = before
        .regions
        .keys()
        .map(|r| {
            let primary = |&&i: &&StateId| before.primary_region(i) == Some(r);
            let members: Vec<StateId> = before.roster.iter().filter(primary).copied().collect();
            let best = optimum(&before, &members, costs[1], &zero);
            (members, best)
        })
        .collect();
    let of_regions = |i: StateId| {
        before
            .primary_region(i)
            .map_or(0.0, |r| regional[usize::from(r)].1)
    };
    let enjoyed: ByState<f64> = s.keys().map(|i| good(&before, i, &of_regions)).collect();
    let top_up = optimum(&before, &before.roster, costs[2], &|i| enjoyed[i]);
    same(found.state, log(&own), &what("states alone"));
    same(found.regional, log(&of_regions), &what("regions"));
    same(found.global, log(&|_| world_best), &what("world"));
    same(
        found.combined,
        log(&|i| of_regions(i) + top_up),
        &what("both"),
    );
    let sum = |of: &dyn Fn(StateId) -> f64| before.roster.iter().map(|&i| of(i)).sum::<f64>();
    let mut sums = given.get();
    sums[0] += sum(&own);
    sums[1] += sum(&of_bodies);
    sums[2] += globally;
    given.set(sums);
}

#[test]
fn e18_what_each_level_gives() {
    let technologies = [
        Technology::Sum,
        Technology::BestShot,
        Technology::WeakestLink,
    ];
    for technology in technologies {
        let given = Cell::new([0.0; 3]);
        for mut grown in [Grown::stylised(), Grown::history()] {
            grown.world.levels_recorded = true;
            for year in 0..6 {
                let g = &mut grown.scenario.governance;
                g.technology = technology;
                (g.regional, g.global) = [(true, true), (true, false), (false, true)][year % 3];
                g.total_budget = (year > 3).then_some(0.7);
                compare(&grown, &given);
                grown.pass();
            }
        }
        assert!(given.get().iter().all(|&sum| sum > 0.0), "{technology:?}");
    }
}
