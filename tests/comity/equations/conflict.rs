//! E11, E13 and E17: how disputes and domestic conflict begin, what they leave, who is at peace.

use std::collections::{BTreeMap, BTreeSet};

use comity::rng::{Stream, normal_quantile};
use comity::scenario::Process;
use comity::world::journal::Outcome;
use comity::world::{ByState, DyadId, Pairs, StateId, World, pair};

use super::{Around, culture_gap, in_years, institutions, logistic, mean, same};

/// Steps over pacts of any kind from a state, up to three.
fn steps(world: &World, from: StateId) -> ByState<Option<u32>> {
    let mut found: ByState<_> = vec![None; world.states.len()].into();
    found[from] = Some(0);
    for step in 1..=3 {
        let last: Vec<StateId> = found
            .keys()
            .filter(|&j| found[j] == Some(step - 1))
            .collect();
        for i in last {
            let pacts = world.pacts.iter().filter(|q| q.has(i));
            for &j in pacts.flat_map(|q| &q.members) {
                found[j] = found[j].or(Some(step));
            }
        }
    }
    found
}

#[test]
fn e11_disputes_begin() {
    let begun = std::cell::Cell::new(0);
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Disputes);
        let (p, s, k) = (
            before.parameters.dispute,
            &before.states,
            &before.states.capability,
        );
        let n = s.len();
        let bytes = before
            .draws
            .leading_bytes(Stream::DisputeOnset, before.step, n * (n - 1) / 2);
        let flag = |yes: bool| f64::from(u8::from(yes));
        let mut expected = BTreeSet::new();
        for &i in &before.roster {
            let steps = steps(&before, i);
            for &j in before.roster.iter().filter(|&&j| j < i) {
                let borders = before.neighbours[i].contains(&j);
                let power = s.power[i] || s.power[j];
                let common = before.partnerships.iter().filter(|b| b.has(i) && b.has(j));
                let logit = p.base
                    + p.contiguity * flag(borders)
                    + p.hostility * before.hostility(i, j)
                    + p.blocs * before.competition * (s.bloc[i] - s.bloc[j]).abs()
                    + p.parity * k[i].min(k[j]) / k[i].max(k[j])
                    + before.interdependence(i, j)
                        * (p.interdependence + p.asymmetry * (k[i] - k[j]).abs() / (k[i] + k[j]))
                    + p.alliance * flag(steps[j] == Some(1))
                    + p.alliance_path * flag(matches!(steps[j], Some(2 | 3)))
                    + p.institutions * common.map(institutions).sum::<f64>()
                    + p.culture * culture_gap(&before, i, j)
                    + p.domestic * flag(s.domestic_conflict[i] || s.domestic_conflict[j])
                    + p.distant_power * flag(power && !borders)
                    + p.rivalry * flag(before.rivals[i].contains(&j));
                let rest =
                    before
                        .draws
                        .uniform(Stream::DisputeOnset, before.step, i.word(), j.word());
                let u = (f64::from(bytes[usize::from(pair(i, j))]) + rest) / 256.0;
                if u < logistic(logit) {
                    expected.insert((i, j));
                }
            }
        }
        let disputes = after.journal.disputes.iter();
        let found: BTreeSet<_> = disputes
            .clone()
            .map(|d| (d.a.max(d.b), d.a.min(d.b)))
            .collect();
        assert_eq!(found, expected, "{}", before.year);
        begun.set(begun.get() + found.len());
        for d in disputes {
            let (a, b) = (d.a.max(d.b).word(), d.a.min(d.b).word());
            let noise = before
                .draws
                .at(Stream::DisputeSeverity, before.step, a, b)
                .normal();
            same(
                d.onset,
                (p.severity_mean + p.severity_sd * noise).exp(),
                "S_0",
            );
        }
    });
    assert!(begun.get() > 50, "{} disputes", begun.get());
}

#[test]
fn e11_domestic_conflict() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::DomesticConflict);
        let (p, s) = (before.parameters.domestic, &before.states);
        let draws = [0, 1].map(|a| {
            let n = s.len();
            ByState::from(before.draws.uniforms(Stream::Domestic, before.step, a, n))
        });
        let income = mean(before.roster.iter().map(|&i| s.income[i]));
        let variance = mean(
            before
                .roster
                .iter()
                .map(|&i| (s.income[i] - income).powi(2)),
        );
        for &i in &before.roster {
            let usual = 0.1 + 0.35 * (1.0 - s.regime[i]) + 0.3 * s.instability_base[i];
            let rho = p.instability_persistence;
            let h = rho * s.instability[i]
                + (1.0 - rho) * usual
                + p.instability_sd * normal_quantile(draws[0][i]);
            let h = h.max(0.0);
            same(after.states.instability[i], h, "h");
            let near = before.neighbours[i].iter();
            let burning = mean(near.map(|&j| f64::from(u8::from(s.domestic_conflict[j]))));
            let bodies = before.partnerships.iter();
            let bodies = bodies.filter(|b| b.has(i) && (b.offices[2] || b.offices[3]));
            let mechanism = bodies.map(institutions).fold(0.0, f64::max);
            let logit = p.base + p.instability * h
                - p.income * (s.income[i] - income) / variance.sqrt()
                + p.neighbours * burning
                + p.problems * s.pressure[i]
                - p.mechanisms * mechanism;
            let conflict = match s.domestic_conflict[i] {
                true => draws[1][i] >= p.end,
                false => draws[1][i] < logistic(logit),
            };
            assert_eq!(after.states.domestic_conflict[i], conflict, "D of {i}");
        }
    });
}

#[test]
fn e13_hostility_and_trust() {
    let partners = std::cell::Cell::new(0);
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Trust);
        let p = before.parameters.trust;
        let disputes: BTreeMap<DyadId, _> = before
            .journal
            .disputes
            .iter()
            .map(|d| (pair(d.a, d.b), d))
            .collect();
        for &i in &before.roster {
            for &j in before.roster.iter().filter(|&&j| j < i) {
                let dispute = disputes.get(&pair(i, j));
                let flag = |yes: bool| f64::from(u8::from(yes));
                let (any, war) = (
                    flag(dispute.is_some()),
                    flag(dispute.is_some_and(|d| d.war())),
                );
                let settled = flag(dispute.is_some_and(|d| d.outcome == Outcome::Settled));
                let h = p.hostility_persistence * before.hostility(i, j)
                    + p.hostility_dispute * any
                    + p.hostility_war * war
                    - p.hostility_settlement * settled;
                let h = h.clamp(0.0, 1.0);
                let rivals = before.rivals[i].contains(&j);
                let h = if rivals {
                    h.max(p.hostility_rivalry)
                } else {
                    h
                };
                same(after.hostility(i, j), h, "H");
                let partner = before.partnerships.iter().any(|b| b.has(i) && b.has(j));
                partners.set(partners.get() + usize::from(partner));
                let coop = flag(partner || before.pairs.defence_allied(i, j));
                let t = before.trust(i, j);
                let next =
                    t + p.growth * coop * (1.0 - t) + p.reversion * (p.neutral - t) * (1.0 - coop)
                        - p.loss * any * t;
                same(after.trust(i, j), next.clamp(0.0, 1.0), "T");
            }
        }
    });
    assert!(partners.get() > 0, "no partners");
}

#[test]
fn e17_security_communities() {
    let tiers = std::cell::Cell::new(0);
    in_years(|grown| {
        let world = grown.around(Process::SecurityCommunity).after;
        let p = world.parameters.community;
        for region in world.regions.iter().filter(|r| r.members.len() > 1) {
            let members = &region.members;
            let pairs = members.iter().enumerate();
            let pairs = pairs.flat_map(|(n, &i)| members[..n].iter().map(move |&j| (i, j)));
            let pairs: Vec<(StateId, StateId)> = pairs.collect();
            let mut w: Vec<f64> = pairs
                .iter()
                .map(|&(i, j)| world.interdependence(i, j))
                .collect();
            w.sort_by(f64::total_cmp);
            // Of an even number of pairs, the upper of the two in the middle.
            let median = w[w.len() / 2];
            let bound = |i: StateId, j: StateId| {
                let last = world.pairs.last_dispute[pair(i, j)];
                let years = f64::from(world.step as i32 - i32::from(last));
                world.trust(i, j) >= p.trust
                    && world.hostility(i, j) <= p.hostility
                    && culture_gap(&world, i, j) <= p.culture_gap
                    && world.interdependence(i, j) > median
                    && (last == Pairs::NEVER || years >= p.peace_years)
            };
            let mut label: BTreeMap<StateId, StateId> = members.iter().map(|&i| (i, i)).collect();
            for &(i, j) in pairs.iter().filter(|&&(i, j)| bound(i, j)) {
                let (from, to) = (label[&i], label[&j]);
                label
                    .values_mut()
                    .filter(|l| **l == from)
                    .for_each(|l| *l = to);
            }
            let size = |l: &StateId| label.values().filter(|m| *m == l).count();
            let largest = label.values().map(size).max().unwrap();
            let share = if largest > 1 {
                largest as f64 / members.len() as f64
            } else {
                0.0
            };
            same(region.community_share, share, "share");
            let r = world.regions.position(|x| std::ptr::eq(x, region)).unwrap();
            let has = |offices: &[usize]| {
                let mut bodies = world.partnerships_of(r).filter(|b| !b.inert);
                bodies.any(|b| offices.iter().any(|&k| b.offices[k]))
            };
            let tier = match share {
                s if s >= 0.8 && has(&[0, 1]) => 3,
                s if s >= 0.5 && has(&[0, 1, 2, 3, 4, 5]) => 2,
                s if s >= 0.2 => 1,
                _ => 0,
            };
            assert_eq!(region.community_tier, tier, "{}", region.name);
            tiers.set(tiers.get() + u32::from(tier > 0));
        }
    });
    assert!(tiers.get() > 0, "no community anywhere");
}
