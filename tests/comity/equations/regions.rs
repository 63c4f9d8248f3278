//! E14, E16 and E18 to E21: what bodies are worth, what they make, and what regions give.

use comity::rules::partnership::value::{RegionView, value};
use comity::scenario::{Process, Technology};
use comity::world::{RegionId, StateId, World};

use super::provision::{kernel, valuation};
use super::{Around, in_years, institutions, mean, same};

/// V of E14 but for the circumstance, which is the region's.
pub fn worth(world: &World, r: RegionId, i: StateId, depth: f64) -> f64 {
    let (p, s, region) = (
        world.parameters.partnership,
        &world.states,
        &world.regions[r],
    );
    let (w, asymmetry) = world.in_region(i, r);
    let far = |&&j: &&StateId| (s.bloc[i] - s.bloc[j]).abs() > 0.5;
    let all: f64 = region.members.iter().map(|&j| s.capability[j]).sum();
    let cross = region
        .members
        .iter()
        .filter(far)
        .map(|&j| s.capability[j])
        .sum::<f64>()
        / all;
    let gap = mean((0..4).map(|d| {
        let c = |j: StateId| f64::from(s.culture[d][j]);
        (c(i) - mean(region.members.iter().map(|&j| c(j)))).abs()
    }));
    let bodies = || world.partnerships.iter().filter(|b| !b.inert);
    let own = bodies()
        .filter(|b| b.region == r)
        .map(|b| b.link)
        .reduce(f64::max);
    let link = match world.governance.global {
        true => own.unwrap_or_else(|| mean(bodies().map(|b| b.link))),
        false => 0.0,
    };
    let outside = world
        .powers
        .iter()
        .enumerate()
        .filter(|(_, g)| !region.members.contains(g));
    let most = outside.max_by(|(a, _), (b, _)| region.presence[*a].total_cmp(&region.presence[*b]));
    let stance = most.map_or(0.0, |(k, &g)| {
        let others = world.powers.iter().enumerate().filter(|&(_, &h)| h != g);
        let worst = others.map(|(n, &h)| world.antagonism_of(g, h) * region.presence[n]);
        let natural = 1.0 - 2.0 * worst.fold(0.0, f64::max);
        let mut entered = world.partnerships_of(r).flat_map(|b| &b.participants);
        let stance = entered
            .find(|(h, _)| *h == g)
            .map_or(natural, |(_, stance)| *stance);
        region.presence[k] * stance
    });
    let (alpha, c, v) = (s.awareness[i], region.competition, region.violence);
    p.awareness * alpha * (0.5 + 0.5 * (2.0 * w).min(1.0)) - p.dependence * alpha * asymmetry
        + p.problems * region.similarity * s.pressure[i]
        - p.competition * c * (0.5 + 0.5 * cross)
        + p.insurance * c * s.threat[i] / (1.0 + s.threat[i])
        - p.violence * v
        + p.violence_demand * v * alpha
        - p.sovereignty * f64::from(s.culture[2][i]) * depth
        - 2.0 * p.culture * gap
        - p.opposed_pacts * region.opposed
        + p.emulation * region.emulation
        + p.seat * link
        + p.aid * region.aid
        + p.hegemon * stance
        - p.cost
}

#[test]
fn e14_the_value_of_a_partnership() {
    let structured = std::cell::Cell::new(0);
    in_years(|grown| {
        let world = grown.around(Process::Founding).before;
        for (r, region) in world.regions.iter_enumerated() {
            let view = RegionView::of(&world, r);
            let noise = world
                .draws
                .at(comity::rng::Stream::Founding, world.step, r.word(), 1)
                .normal();
            let common = world.parameters.partnership.shock_sd * noise;
            for &i in &region.members {
                let found = value(&world, &view, i, 0.6).sum();
                same(found, worth(&world, r, i, 0.6) + common, "V");
            }
            let last = region.record.iter().rev().take(5);
            let (disputes, states) =
                last.fold((0.0, 0.0), |(d, s), x| (d + x.disputes, s + x.states));
            let now = region.record.last().unwrap();
            let burning = region
                .members
                .iter()
                .filter(|&&i| world.states.domestic_conflict[i]);
            same(now.domestic, burning.count() as f64, "in domestic conflict");
            let v =
                2.0 * disputes / f64::max(states, 1.0) + 0.5 * now.domestic / now.states.max(1.0);
            same(region.violence, v.min(1.0), "v_r");
        }
        for body in &world.partnerships {
            structured.set(structured.get() + 1);
            same(body.institutionalisation(), institutions(body), "I");
        }
    });
    assert!(structured.get() > 10, "hardly a body");
}

#[test]
fn e14_opposed_pacts() {
    let opposed = std::cell::Cell::new(0.0);
    in_years(|grown| {
        // At the year's start, before any process.
        let world = grown.around(Process::Capability).before;
        for region in world.regions.iter().filter(|r| r.members.len() > 1) {
            let against = |i: StateId, j: StateId| {
                let mut rivals = world.rivals[j].iter().filter(|&&k| k != i);
                rivals.any(|&k| world.pairs.defence_allied(i, k))
            };
            let mut found = 0.0;
            for (n, &i) in region.members.iter().enumerate() {
                for &j in &region.members[..n] {
                    found += f64::from(u8::from(against(i, j) || against(j, i)));
                }
            }
            let n = region.members.len() as f64;
            same(region.opposed, found / (n * (n - 1.0) / 2.0), "opp_r");
            opposed.set(opposed.get() + found);
        }
    });
    assert!(opposed.get() > 0.0);
}

#[test]
fn e16_denationalisation() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Denationalisation);
        let (p, s) = (before.parameters.community, &before.states);
        let largest = |g: StateId| {
            let pacts = before
                .pacts
                .iter()
                .filter(|q| q.sponsor == Some(g) && q.kind == comity::scenario::PactKind::Defence);
            // The first of the largest ones.
            pacts.rev().max_by_key(|q| q.members.len())
        };
        for &i in &before.roster {
            let own = before.partnerships.iter().filter(|b| b.has(i));
            let deepest = own.map(|b| institutions(b) * b.depth).fold(0.0, f64::max);
            let commands = before.powers.iter().filter_map(|&g| largest(g));
            let command = commands
                .into_iter()
                .any(|q| q.members.len() > 2 && q.has(i));
            let covered = before
                .roster
                .iter()
                .any(|&j| j != i && before.pairs.defence_allied(i, j));
            let exposed = if covered {
                0.0
            } else {
                s.threat[i] / (1.0 + s.threat[i])
            };
            let delta = s.denationalisation[i];
            let up = p.denationalisation * deepest + p.command * f64::from(u8::from(command));
            let down = p.renationalisation * exposed + p.sovereignty * f64::from(s.culture[2][i]);
            let next = delta + up * (1.0 - delta) - down * delta;
            same(after.states.denationalisation[i], next.clamp(0.0, 1.0), "δ");
        }
    });
}

#[test]
fn e18_security_as_a_public_good() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Provision);
        if grown.setting.observed.is_some() {
            // States enter and leave between the years: last year's gifts are not these states'.
            return;
        }
        assert_eq!(before.governance.technology, Technology::Sum);
        let p = before.parameters.provision;
        let sum = |i: StateId, of: &dyn Fn(StateId) -> f64| -> f64 {
            before
                .roster
                .iter()
                .map(|&j| kernel(&before, i, j) * of(j))
                .sum()
        };
        for &i in &before.roster {
            let s = &before.states;
            let value = valuation(&before, i);
            let others =
                sum(i, &|j| s.contribution[j] + s.regional_contribution[j]) - s.contribution[i];
            let best = (value / p.unit_cost - 1.0 - others).max(0.0);
            let g = s.contribution[i] + p.adjustment * (best - s.contribution[i]);
            same(after.states.contribution[i], g.max(0.0), "g");
        }
        // What the global body adds is the same from each state.
        let s = &after.states;
        let globally = |i: StateId| {
            let rest = sum(i, &|j| s.contribution[j] + s.regional_contribution[j]);
            (s.good[i] - rest) / sum(i, &|_| 1.0)
        };
        let first = globally(before.roster[0]);
        assert!(first > 0.0 || !before.governance.global);
        for &i in &before.roster {
            same(globally(i), first, "the global part of G");
        }
    });
}

#[test]
fn e19_the_global_body() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::GlobalBody);
        let p = before.parameters.global_body;
        let standing = before.governance.standing && before.governance.global;
        for (a, b) in before
            .partnerships
            .iter()
            .zip(&after.partnerships)
            .filter(|(a, _)| !a.inert)
        {
            let growth = if standing { p.link_growth } else { 0.0 };
            let link = a.link + growth - p.link_veto * f64::from(a.vetoes);
            same(b.link, link.clamp(0.0, 1.0), "Link");
        }
        let growth = (p.capacity_growth * f64::from(before.step + 1)).exp();
        same(
            after.global.capacity,
            before.parameters.response.global_capacity * growth,
            "cap",
        );
        let powers = &before.powers;
        let pairs = powers.iter().enumerate();
        let pairs = pairs.flat_map(|(n, &g)| powers[..n].iter().map(move |&h| (g, h)));
        let gaps = pairs.map(|(g, h)| super::culture_gap(&before, g, h));
        same(after.global.norm_divergence, mean(gaps), "norm divergence");
    });
}

/// The highest I of a region's bodies; `None` if it has none but placebos.
fn level(world: &World, r: RegionId) -> Option<f64> {
    let bodies = world.partnerships_of(r).filter(|b| !b.inert);
    bodies.map(institutions).reduce(f64::max)
}

#[test]
fn e20_example() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Diffusion);
        let p = before.parameters.diffusion;
        let rho = p.performance_persistence;
        let there = |r: &RegionId| !before.regions[*r].members.is_empty();
        let all: Vec<RegionId> = before.regions.keys().filter(there).collect();
        let performance = |r: RegionId| {
            let region = &before.regions[r];
            rho * region.performance + (1.0 - rho) * (1.0 - region.violence)
        };
        let usual = mean(all.iter().map(|&r| performance(r)));
        for &r in &all {
            same(after.regions[r].performance, performance(r), "perf");
            let others = || all.iter().copied().filter(move |&q| q != r);
            let structured = || others().filter_map(|q| Some((q, level(&before, q)?)));
            let example = structured().map(|(q, i)| i * (p.emulation + performance(q) - usual));
            let share = structured().count() as f64 / others().count().max(1) as f64;
            same(
                after.regions[r].emulation,
                mean(example) + p.fear * share,
                "Em",
            );
        }
    });
}

#[test]
fn e21_aid() {
    let flows = std::cell::Cell::new(0.0);
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Aid);
        let good = |states: &[StateId]| mean(states.iter().map(|&i| before.states.good[i]));
        let world = good(&before.roster);
        let there = |r: &RegionId| !before.regions[*r].members.is_empty();
        let regions: Vec<RegionId> = before.regions.keys().filter(there).collect();
        let surplus = |r: RegionId| good(&before.regions[r].members) - world;
        let given = |r: RegionId| match level(&before, r) {
            // I of the year's start, as regions have taken it up.
            Some(_) => {
                let i = before.regions[r].institutionalisation;
                before.parameters.aid.generosity * i * surplus(r).max(0.0)
            }
            None => 0.0,
        };
        let pot: f64 = regions.iter().map(|&r| given(r)).sum();
        let needed: f64 = regions.iter().map(|&r| (-surplus(r)).max(0.0)).sum();
        for &r in &regions {
            same(after.regions[r].aid_given, given(r), "aid given");
            let share = (-surplus(r)).max(0.0) / needed.max(1e-300);
            same(after.regions[r].aid, (pot * share).min(1.0), "aid");
        }
        flows.set(flows.get() + pot);
    });
    assert!(flows.get() > 0.0, "nobody gave");
}
