//! E11 and E12: the course of disputes, month by month, and who responds to them with what success.

use std::cell::Cell;
use std::collections::BTreeMap;

use comity::rng::Stream;
use comity::scenario::{Coordination, Process};
use comity::world::journal::{Dispute, Outcome, Responder};
use comity::world::{BodyId, StateId, World, pair};

use super::{Around, Grown, in_years, institutions, logistic, mean, same};

/// What is under way about a dispute: a level, its assets and when it acts next.
struct Attempt {
    level: Responder,
    legitimacy: f64,
    resources: f64,
    information: f64,
    bias: f64,
    /// First month in which it acts, if the crisis is still there.
    first: u32,
}

/// The year's disputes, lived through.
struct Year<'a> {
    world: &'a World,
    /// Crises that the global body can still take up.
    left: f64,
    /// Vetoes on the crises of each body.
    vetoes: BTreeMap<BodyId, u32>,
}

/// One dispute on its way.
struct Case {
    pair: (StateId, StateId),
    /// The common body with the highest I.
    body: Option<BodyId>,
    /// The answer of the global body, once it has been asked.
    answer: Option<bool>,
    vetoed: bool,
    /// Whether either level is to respond by itself.
    both_plan: bool,
}

/// Mean link of all bodies but placebos.
fn mean_link(world: &World) -> f64 {
    let bodies = world.partnerships.iter().filter(|b| !b.inert);
    mean(bodies.map(|b| b.link))
}

/// E19: the global body's effort for a pair.
fn effort(world: &World, i: StateId, j: StateId) -> f64 {
    let unstructured = |i: StateId| {
        let region = world.primary_region(i);
        !region.is_some_and(|r| world.partnerships_of(r).any(|b| !b.inert))
    };
    let drained = world.parameters.global_body.drain * mean_link(world);
    match unstructured(i) && unstructured(j) {
        true => 1.0 - drained,
        false => 1.0 + drained,
    }
}

impl Year<'_> {
    fn attempt(&self, level: Responder, case: &Case, delay: f64) -> Attempt {
        let (world, p) = (self.world, self.world.parameters.response);
        // With a total budget, what one level alone has or each of two together.
        let shares = if level == Responder::Combined || case.both_plan {
            2.0
        } else {
            1.0
        };
        let means = |own: f64| world.governance.total_budget.map_or(own, |b| b / shares);
        let (regional, global) = (means(p.regional_resources), means(p.global_resources));
        let regional = || {
            let body = &world.partnerships[case.body.unwrap()];
            let k = |i: &StateId| world.states.capability[*i];
            let largest = body.members.iter().map(k).fold(0.0, f64::max);
            let all: f64 = body.members.iter().map(k).sum();
            let aid = world.parameters.aid.absorption * world.regions[body.region].aid;
            let lost = if case.vetoed {
                p.vetoed_legitimacy
            } else {
                0.0
            };
            (
                p.regional_legitimacy * (1.0 - lost),
                regional * (body.budget + aid),
                2.0 * p.regional_bias * largest / all,
            )
        };
        let divergence = world.global.norm_divergence;
        let legitimacy = p.global_legitimacy * (1.0 - p.norm_divergence * divergence).max(0.0);
        let global = global * effort(world, case.pair.0, case.pair.1);
        let (legitimacy, resources, information, bias) = match level {
            Responder::Regional => {
                let (l, r, b) = regional();
                (l, r, p.regional_information, b)
            }
            Responder::Global => (legitimacy, global, p.global_information, p.global_bias),
            Responder::Combined => {
                let (l, r, b) = regional();
                (
                    l.max(legitimacy),
                    r + (1.0 - p.duplication) * global / 2.0,
                    p.regional_information.max(p.global_information),
                    (b + p.global_bias) / 2.0,
                )
            }
            Responder::None => unreachable!(),
        };
        Attempt {
            level,
            legitimacy,
            resources,
            information,
            bias,
            first: (delay.ceil() as u32).max(3),
        }
    }

    /// Whether the global body takes the crisis up.
    fn ask(&mut self, case: &mut Case) -> bool {
        if let Some(answer) = case.answer {
            return answer;
        }
        let (world, p) = (self.world, self.world.parameters.response);
        let mut answer = world.governance.global && self.left >= 1.0;
        if answer {
            let (a, b) = case.pair;
            let u = world
                .draws
                .uniform(Stream::Veto, world.step, a.word(), b.word());
            if u < p.veto_base + p.veto_competition * world.competition {
                answer = false;
                case.vetoed = true;
                // Bodies that are switched off have no crises.
                if let Some(body) = case.body.filter(|_| world.governance.regional) {
                    *self.vetoes.entry(body).or_default() += 1;
                }
            } else {
                self.left -= 1.0;
            }
        }
        case.answer = Some(answer);
        answer
    }

    fn live(&mut self, a: StateId, b: StateId, onset: f64) -> Dispute {
        let world = self.world;
        let (governance, p, d) = (
            world.governance,
            world.parameters.response,
            world.parameters.dispute,
        );
        let at = |stream| world.draws.at(stream, world.step, a.word(), b.word());
        let common = world.partnerships.iter_enumerated();
        let common = common.filter(|(_, q)| !q.inert && q.has(a) && q.has(b));
        // The first of those with the highest I.
        let body = common
            .rev()
            .max_by(|(_, q), (_, o)| institutions(q).total_cmp(&institutions(o)))
            .map(|(k, _)| k);
        let level = body.map_or(0.0, |k| institutions(&world.partnerships[k]));
        let able = body.is_some()
            && governance.regional
            && at(Stream::RegionalAbility).uniform() < level.powf(p.ability_exponent);
        let mut case = Case {
            pair: (a, b),
            body,
            answer: None,
            vetoed: false,
            both_plan: able
                && governance.global
                && matches!(
                    governance.coordination,
                    Coordination::Independent | Coordination::SubsidiarityFirst
                ),
        };
        let wait = body.map_or(0.0, |k| {
            p.coordination_delay * (1.0 - world.partnerships[k].link)
        });
        let (mut noise, mut ends) = (at(Stream::DisputeSeverity), at(Stream::DisputeEnd));
        noise.normal();
        let mut found = Dispute {
            a,
            b,
            onset,
            peak: 0.0,
            months: 0,
            war_months: 0,
            total: 0.0,
            crisis: false,
            responder: Responder::None,
            response_month: None,
            vetoed: false,
            outcome: Outcome::Open,
        };
        let (mut severity, mut attempts, mut failed) = (onset, None, false);
        for month in 1..=60u32 {
            if month > 1 {
                severity *= (d.escalation_sd * noise.normal()).exp();
            }
            found.months = month;
            found.peak = found.peak.max(severity);
            found.total += severity.min(5.0);
            found.war_months += u32::from(severity > 1.0);
            if month >= 3 && severity >= 0.1 {
                found.crisis = true;
                // Who will act is settled in the crisis's first month.
                let attempts: &mut Vec<Attempt> = attempts.get_or_insert_with(|| {
                    let alone = match governance.coordination {
                        Coordination::AuthorisationFirst => p.regional_delay + wait,
                        _ => p.regional_delay,
                    };
                    let both = p.regional_delay.min(p.global_delay) + wait;
                    let combined = governance.coordination == Coordination::Combined;
                    if combined && able && self.ask(&mut case) {
                        return vec![self.attempt(Responder::Combined, &case, both)];
                    }
                    let mut attempts = Vec::new();
                    if able {
                        attempts.push(self.attempt(Responder::Regional, &case, alone));
                    }
                    let also = match governance.coordination {
                        Coordination::Combined | Coordination::AuthorisationFirst => !able,
                        Coordination::Independent | Coordination::SubsidiarityFirst => true,
                    };
                    if also {
                        attempts.push(self.attempt(Responder::Global, &case, p.global_delay));
                    }
                    attempts
                });
                let mut settled = false;
                for attempt in attempts {
                    let every = (p.repeat_months.floor() as u32).max(1);
                    let due = month >= attempt.first && (month - attempt.first) % every == 0;
                    if settled || !due {
                        continue;
                    }
                    let subsidiary = governance.coordination == Coordination::SubsidiarityFirst;
                    let acts = match attempt.level {
                        Responder::Regional => {
                            governance.coordination != Coordination::AuthorisationFirst
                                || self.ask(&mut case)
                        }
                        Responder::Global => {
                            (!subsidiary || !able || failed) && self.ask(&mut case)
                        }
                        _ => true,
                    };
                    if !acts {
                        continue;
                    }
                    if attempt.level == Responder::Regional {
                        // A veto may have fallen since.
                        *attempt = Attempt {
                            first: attempt.first,
                            ..self.attempt(Responder::Regional, &case, 0.0)
                        };
                    }
                    if found.response_month.is_none() {
                        found.response_month = Some(month);
                        found.responder = attempt.level;
                    }
                    let logit = p.base
                        + p.legitimacy * attempt.legitimacy
                        + p.resources * attempt.resources
                        + p.information * attempt.information
                        - p.bias * attempt.bias
                        - p.severity * severity.min(3.0);
                    let code = match attempt.level {
                        Responder::Regional => 1,
                        Responder::Global => 2,
                        _ => 3,
                    };
                    let key = ((b.word()) << 12) + (month << 4) + code;
                    let u = world
                        .draws
                        .uniform(Stream::Response, world.step, a.word(), key);
                    settled = u < logistic(logit);
                    failed |= !settled && attempt.level == Responder::Regional;
                }
                if settled {
                    found.outcome = Outcome::Settled;
                    break;
                }
            }
            let end = match severity > 1.0 {
                true => d.end_war,
                false => d.end_low,
            };
            if ends.uniform() < end {
                found.outcome = Outcome::Lapsed;
                break;
            }
        }
        found.vetoed = case.vetoed;
        found
    }
}

/// How often each thing came about that a rule of E12 speaks of.
#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    disputes: u32,
    wars: u32,
    open: u32,
    settled: u32,
    vetoed: u32,
    full: u32,
    by: [u32; 4],
}

/// Compares the disputes of a year; returns what was seen.
fn compare(grown: &Grown, seen: &mut Seen) {
    let Around { before, after } = grown.around(Process::Disputes);
    let found = &after.journal.disputes;
    let mut order: Vec<&Dispute> = found.iter().collect();
    let weight = |d: &Dispute| d.onset * effort(&before, d.a, d.b);
    order.sort_by(|x, y| weight(y).total_cmp(&weight(x)));
    let mut year = Year {
        world: &before,
        left: before.global.capacity.floor(),
        vetoes: BTreeMap::new(),
    };
    for d in order {
        let expected = year.live(d.a.max(d.b), d.a.min(d.b), d.onset);
        let what = format!("{:?}\n{d:?}\n{expected:?}", before.governance);
        same(d.peak, expected.peak, &what);
        same(d.total, expected.total, &what);
        let rounded = |d: &Dispute| Dispute {
            a: d.a.max(d.b),
            b: d.a.min(d.b),
            onset: 0.0,
            peak: 0.0,
            total: 0.0,
            ..d.clone()
        };
        assert_eq!(rounded(d), rounded(&expected), "{what}");
        let flag = |yes: bool| u32::from(yes);
        seen.disputes += 1;
        seen.wars += flag(d.peak > 1.0);
        seen.open += flag(d.outcome == Outcome::Open);
        seen.settled += flag(d.outcome == Outcome::Settled);
        seen.vetoed += flag(d.vetoed);
        seen.by[d.responder as usize] += 1;
    }
    seen.full += u32::from(year.left < 1.0);
    for (k, body) in after.partnerships.iter_enumerated() {
        let vetoes = year.vetoes.get(&k).copied().unwrap_or(0);
        assert_eq!(body.vetoes, vetoes, "vetoes of {}", body.name);
    }
}

#[test]
fn e12_responses_to_crises() {
    let mut grown = Grown::stylised();
    let p = &mut grown.scenario.parameters;
    // Many disputes, most of all between members of one body, and long ones; nothing without weight.
    (p.dispute.base, p.dispute.institutions) = (-6.5, 6.0);
    (p.dispute.severity_mean, p.dispute.end_low) = (-1.2, 0.05);
    p.global_body.drain = 0.4;
    (p.response.global_capacity, p.response.veto_competition) = (12.7, 0.2);
    (p.response.coordination_delay, p.response.repeat_months) = (3.0, 2.5);
    (p.response.ability_exponent, p.response.vetoed_legitimacy) = (0.4, 0.9);
    (p.response.bias, p.response.regional_bias) = (3.0, 0.6);
    let coordinations = [
        Coordination::Combined,
        Coordination::Independent,
        Coordination::AuthorisationFirst,
        Coordination::SubsidiarityFirst,
    ];
    for (k, body) in grown.world.partnerships.iter_mut().enumerate() {
        body.budget = 0.6 + 0.1 * k as f64;
    }
    let mut seen = Seen::default();
    for _ in 0..10 {
        for coordination in coordinations {
            for (regional, global) in [(true, true), (true, false), (false, true), (false, false)] {
                for budget in [None, Some(0.9)] {
                    let governance = &mut grown.scenario.governance;
                    governance.coordination = coordination;
                    (governance.regional, governance.global) = (regional, global);
                    governance.total_budget = budget;
                    compare(&grown, &mut seen);
                }
            }
        }
        grown.pass();
    }
    let enough = seen.wars > 100 && seen.open > 20 && seen.settled > 500;
    let of_rules = seen.vetoed > 100 && seen.full > 20 && seen.by.iter().all(|&n| n > 30);
    assert!(enough && of_rules, "{seen:?}");
}

#[test]
fn e11_the_course_of_disputes() {
    let seen = Cell::new(Seen::default());
    in_years(|grown| {
        let mut now = seen.get();
        compare(grown, &mut now);
        seen.set(now);
        let after = grown.around(Process::Disputes).after;
        let disputes = &after.journal.disputes;
        for region in &after.regions {
            let last = region.record.last().unwrap();
            let inside = |d: &&Dispute| [d.a, d.b].iter().all(|i| region.members.contains(i));
            let count = |of: &dyn Fn(&Dispute) -> bool| {
                disputes.iter().filter(inside).filter(|d| of(d)).count() as f64
            };
            let expected = [
                region.members.len() as f64,
                count(&|_| true),
                count(&|d| d.peak >= 0.5),
                count(&|d| d.peak > 1.0),
            ];
            let found = [last.states, last.disputes, last.fatal, last.wars];
            assert_eq!(found, expected, "{} in {}", region.name, after.year);
        }
        for d in disputes {
            let last = after.pairs.last_dispute[pair(d.a, d.b)];
            assert_eq!(
                i32::from(last),
                after.step as i32,
                "year of the last dispute"
            );
        }
    });
    let seen = seen.get();
    let enough = seen.disputes > 100 && seen.wars > 3 && seen.settled > 3;
    assert!(enough, "{seen:?}");
}
