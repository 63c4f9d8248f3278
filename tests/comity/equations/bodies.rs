//! E14: how bodies are founded, who accedes, takes part and withdraws, what they agree and how they end.

use std::cell::Cell;

use comity::rng::Stream;
use comity::scenario::{AgreementKind, Process};
use comity::world::{Agreement, Partnership, RegionId, StateId, World};

use super::regions::worth;
use super::{Around, Grown, logistic, mean, same};

/// Looks at years of young and of old worlds, in which bodies are founded and in which they are old.
/// Without bodies at the start of each year if `fresh`.
fn in_years_of(fresh: bool, look: impl Fn(&Grown)) {
    let worlds = [
        (Grown::stylised_of(40, 5, 0), 40),
        (Grown::stylised_of(20, 7, 0), 40),
        (Grown::history(), 12),
    ];
    for (mut grown, years) in worlds {
        // More of everything than by default, and bodies that quarrel.
        let p = &mut grown.scenario.parameters;
        (p.aid.generosity, p.aid.absorption, p.aid.crowding) = (0.5, 1.0, 0.3);
        let (b, d) = (&mut p.partnership, &mut p.deepening);
        (b.proposal_rate, b.accession_rate, b.extra_regional_rate) = (0.3, 0.4, 0.3);
        (b.quorum_states, d.resources) = (0.5, 4.0);
        (b.withdrawal_rate, b.withdrawal_cost) = (0.3, -0.1);
        (d.lapse_base, d.lapse_dissent, d.end_consensus) = (0.05, 0.5, 0.9);
        (b.cost, b.seat, p.global_body.link_initial) = (-0.1, 0.4, 0.6);
        for year in 0..years {
            // Now capability decides, now the states and powers.
            let quorum = [0.9, 0.2][year % 2];
            grown.scenario.parameters.partnership.quorum_capability = quorum;
            if fresh {
                grown.world.partnerships.clear();
                grown.scenario.parameters.partnership.proposal_rate = 2.0;
            }
            look(&grown);
            grown.pass();
        }
    }
}

/// V of a text of this depth.
fn value(world: &World, r: RegionId, i: StateId, depth: f64) -> f64 {
    let mut draws = world.draws.at(Stream::Founding, world.step, r.word(), 1);
    worth(world, r, i, depth) + world.parameters.partnership.shock_sd * draws.normal()
}

fn address(body: &Partnership) -> u32 {
    ((body.region.word()) << 24) + (body.rank << 16) + body.start
}

fn scale(world: &World) -> f64 {
    world.parameters.alliance.choice_scale
}

/// The body in another world, if it is still there.
fn again<'a>(world: &'a World, body: &Partnership) -> Option<&'a Partnership> {
    let mut bodies = world.partnerships.iter();
    bodies.find(|b| address(b) == address(body) && b.inert == body.inert)
}

#[test]
fn e14_founding() {
    let (founded, refused) = (Cell::new(0), Cell::new(0));
    in_years_of(true, |grown| {
        let Around { before, after } = grown.around(Process::Founding);
        let p = before.parameters.partnership;
        // The world as later regions see it.
        let mut now = before.clone();
        let mut new = after.partnerships.iter().skip(before.partnerships.len());
        for (r, region) in before.regions.iter_enumerated() {
            let own = before.partnerships_of(r).any(|b| !b.inert);
            let members = &region.members;
            if own || members.len() < 2 {
                continue;
            }
            let awareness = mean(members.iter().map(|&i| before.states.awareness[i]));
            let u = before
                .draws
                .uniform(Stream::Founding, before.step, r.word(), 0);
            if u >= 1.0 - (-p.proposal_rate * (1.0 + awareness)).exp() {
                continue;
            }
            let yes = |&&i: &&StateId| {
                let u = before
                    .draws
                    .uniform(Stream::FoundingVote, before.step, r.word(), i.word());
                u < logistic(value(&now, r, i, p.depth) / scale(&before))
            };
            let founders: Vec<StateId> = members.iter().filter(yes).copied().collect();
            let k = |of: &[StateId]| of.iter().map(|&i| before.states.capability[i]).sum::<f64>();
            let quorum = match members.len() {
                ..=4 => p.quorum_capability.min(0.5),
                _ => p.quorum_capability,
            };
            let powers = members.iter().filter(|i| before.powers.contains(i));
            let passes = founders.len() as f64 / members.len() as f64 >= p.quorum_states
                && k(&founders) / k(members) >= quorum
                && founders.len() >= 2
                && powers.into_iter().all(|g| founders.contains(g));
            if !passes {
                refused.set(refused.get() + 1);
                continue;
            }
            founded.set(founded.get() + 1);
            let body = new.next().expect("a body is founded");
            assert_eq!((body.region, &body.members), (r, &founders));
            assert_eq!((body.rank, body.start), (0, before.step));
            assert_eq!(
                (body.depth, body.budget, body.consensus),
                (p.depth, 1.0, 0.5)
            );
            assert_eq!(body.link, before.parameters.global_body.link_initial);
            assert!(body.agreements.is_empty() && body.participants.is_empty() && !body.inert);
            now.partnerships.push(body.clone());
        }
        assert_eq!(new.next(), None);
    });
    let done = (founded.get(), refused.get());
    assert!(done.0 > 50 && done.1 > 50, "{done:?}");
}

#[test]
fn e14_accession_and_withdrawal() {
    let (joined, left, ended) = (Cell::new(0), Cell::new(0), Cell::new(0));
    in_years_of(false, |grown| {
        let Around { before, after } = grown.around(Process::PartnershipAccession);
        let p = before.parameters.partnership;
        for body in &before.partnerships {
            let r = body.region;
            let joins = |&&i: &&StateId| {
                let a = ((r.word()) << 8) + body.rank;
                let u =
                    before
                        .draws
                        .uniform(Stream::PartnershipAccession, before.step, a, i.word());
                let yes = logistic(value(&before, r, i, body.depth) / scale(&before));
                body.start < before.step && u < p.accession_rate * yes
            };
            let outside = before.regions[r].members.iter().filter(|&&i| !body.has(i));
            let new: Vec<StateId> = outside.filter(joins).copied().collect();
            joined.set(joined.get() + new.len());
            let mut members = [&body.members[..], &new].concat();
            members.sort_unstable();
            assert_eq!(
                again(&after, body).unwrap().members,
                members,
                "{}",
                body.name
            );
        }
        let Around { before, after } = grown.around(Process::Withdrawal);
        for body in &before.partnerships {
            let stays = |&&i: &&StateId| {
                let u = before.draws.uniform(
                    Stream::PartnershipWithdrawal,
                    before.step,
                    address(body),
                    i.word(),
                );
                let v = value(&before, body.region, i, body.depth);
                u >= p.withdrawal_rate * logistic(-(v + p.withdrawal_cost) / scale(&before))
            };
            let members: Vec<StateId> = body.members.iter().filter(stays).copied().collect();
            left.set(left.get() + body.members.len() - members.len());
            match again(&after, body) {
                Some(b) => assert_eq!(b.members, members, "{}", body.name),
                None => {
                    assert!(members.len() < 2, "{}", body.name);
                    ended.set(ended.get() + 1);
                }
            }
        }
    });
    let done = (joined.get(), left.get(), ended.get());
    assert!(done.0 > 50 && done.1 > 50 && done.2 > 0, "{done:?}");
}

#[test]
fn e14_deepening() {
    let (agreed, opened) = (Cell::new([0; 6]), Cell::new(0));
    in_years_of(false, |grown| {
        let Around { before, after } = grown.around(Process::Deepening);
        let (p, s) = (before.parameters.deepening, &before.states);
        for body in &before.partnerships {
            let found = again(&after, body).unwrap();
            let (m, region) = (&body.members, &before.regions[body.region]);
            let vote = |&i: &StateId| {
                logistic(value(&before, body.region, i, body.depth) / scale(&before))
            };
            let consensus = mean(m.iter().map(vote));
            same(found.consensus, consensus, "cons");
            let pairs = |of: &[StateId]| -> Vec<(StateId, StateId)> {
                let pairs = of.iter().enumerate();
                pairs
                    .flat_map(|(n, &i)| of[..n].iter().map(move |&j| (i, j)))
                    .collect()
            };
            let borders = pairs(m)
                .into_iter()
                .filter(|&(i, j)| before.neighbours[i].contains(&j));
            let demand = [
                mean(borders.map(|(i, j)| before.hostility(i, j))),
                region.violence,
                mean(m.iter().map(|&i| before.problems[0] * s.exposure[i][0])).min(1.0),
                mean(
                    m.iter()
                        .map(|&i| f64::from(u8::from(s.domestic_conflict[i]))),
                ),
                mean(
                    pairs(&region.members)
                        .into_iter()
                        .map(|(i, j)| before.interdependence(i, j)),
                ),
                region.competition,
            ];
            let income = mean(m.iter().map(|&i| {
                // ỹ runs from 300 to 50,000 US$.
                300f64.ln() + s.income[i] * (50_000f64.ln() - 300f64.ln())
            }));
            let aid = before.parameters.aid;
            let resources = income / 10.0 - 0.5 + (aid.absorption - aid.crowding) * region.aid;
            let disparity = 4.0
                * mean(s.culture.iter().flat_map(|c| {
                    let usual = mean(m.iter().map(|&i| f64::from(c[i])));
                    m.iter().map(move |&i| (f64::from(c[i]) - usual).abs())
                }));
            let mut draws = before
                .draws
                .at(Stream::Deepening, before.step, address(body), 0);
            let weights = demand.map(|d| d + 0.02);
            let kind = comity::rng::weighted_index(&weights, draws.uniform()).unwrap();
            let logit = p.base
                + p.consensus * consensus
                + p.demand * demand[kind]
                + p.resources * resources
                + p.performance * region.performance
                - p.competition * region.competition
                - p.disparity * disparity;
            let mut agreements = body.agreements.clone();
            if draws.uniform() < 0.5 * logistic(logit) {
                agreements.push(Agreement {
                    kind: AgreementKind::ALL[kind],
                    step: before.step,
                });
                let mut counts = agreed.get();
                counts[kind] += 1;
                agreed.set(counts);
            }
            assert_eq!(found.agreements, agreements, "{}", body.name);
            for kind in AgreementKind::ALL {
                let two = agreements.iter().filter(|a| a.kind == kind).count() >= 2;
                let u = before.draws.uniform(
                    Stream::Deepening,
                    before.step,
                    address(body),
                    1 + kind as u32,
                );
                let opens = !body.offices[kind as usize] && two && u < p.office_rate;
                opened.set(opened.get() + u32::from(opens));
                let office = body.offices[kind as usize] || opens;
                assert_eq!(
                    found.offices[kind as usize], office,
                    "{} {kind:?}",
                    body.name
                );
            }
        }
    });
    let done = (agreed.get(), opened.get());
    assert!(done.0.iter().all(|&n| n > 2) && done.1 > 5, "{done:?}");
}

#[test]
fn e14_outside_powers() {
    let (entered, refused, lost) = (Cell::new(0), Cell::new(0), Cell::new(0));
    in_years_of(false, |grown| {
        let Around { before, after } = grown.around(Process::ExtraRegional);
        let (p, d) = (before.parameters.partnership, before.parameters.deepening);
        for body in &before.partnerships {
            let presence = &before.regions[body.region].presence;
            let found = again(&after, body).unwrap();
            for (k, &g) in before
                .powers
                .iter()
                .enumerate()
                .filter(|(_, g)| !body.has(**g))
            {
                let mut draws =
                    before
                        .draws
                        .at(Stream::ExtraRegional, before.step, address(body), g.word());
                let (first, second) = (draws.uniform(), draws.uniform());
                let part = |b: &Partnership| {
                    let mut parts = b.participants.iter();
                    parts.find(|(h, _)| *h == g).map(|(_, stance)| *stance)
                };
                let others = before.powers.iter().enumerate().filter(|&(_, &h)| h != g);
                let against = others.map(|(n, &h)| before.antagonism_of(g, h) * presence[n]);
                let natural = 1.0 - 2.0 * against.fold(0.0, f64::max);
                let expected = match part(body) {
                    Some(stance) if stance < 0.0 => {
                        let loses = first < d.lapse_base - d.lapse_dissent * stance;
                        lost.set(lost.get() + u32::from(loses));
                        (!loses).then_some(stance)
                    }
                    Some(stance) => Some(stance),
                    None if first < p.extra_regional_rate * presence[k] => {
                        let admission = p.extra_regional_stance * natural - p.cost;
                        let admitted = second < logistic(admission / scale(&before));
                        let count = if admitted { &entered } else { &refused };
                        count.set(count.get() + 1);
                        admitted.then_some(natural)
                    }
                    None => None,
                };
                match (part(found), expected) {
                    (Some(a), Some(b)) => same(a, b, "stance"),
                    (a, b) => assert_eq!(a, b, "{} {g}", body.name),
                }
            }
        }
    });
    let done = (entered.get(), refused.get(), lost.get());
    assert!(done.0 > 20 && done.1 > 5 && done.2 > 5, "{done:?}");
}

#[test]
fn e14_lapse_of_bodies() {
    let (lapsed, closed, ended) = (Cell::new(0), Cell::new(0), Cell::new(0));
    in_years_of(false, |grown| {
        let Around { before, after } = grown.around(Process::PartnershipLapse);
        let p = before.parameters.deepening;
        for body in &before.partnerships {
            let mut draws =
                before
                    .draws
                    .at(Stream::PartnershipLapse, before.step, address(body), 0);
            let ends =
                draws.uniform() < p.lapse_dissent * (p.end_consensus - body.consensus).max(0.0);
            ended.set(ended.get() + u32::from(ends));
            let found = again(&after, body);
            assert_eq!(found.is_none(), ends, "{}", body.name);
            let Some(found) = found else { continue };
            let rate = p.lapse_base + p.lapse_dissent * (1.0 - body.consensus);
            let mut kept = body.agreements.clone();
            kept.retain(|_| draws.uniform() >= rate);
            lapsed.set(lapsed.get() + body.agreements.len() - kept.len());
            assert_eq!(found.agreements, kept, "{}", body.name);
            for kind in AgreementKind::ALL {
                let office = body.offices[kind as usize];
                let stays = office && kept.iter().any(|a| a.kind == kind);
                closed.set(closed.get() + u32::from(office && !stays));
                assert_eq!(
                    found.offices[kind as usize], stays,
                    "{} {kind:?}",
                    body.name
                );
            }
        }
    });
    let done = (lapsed.get(), closed.get(), ended.get());
    assert!(done.0 > 20 && done.1 > 2 && done.2 > 1, "{done:?}");
}
