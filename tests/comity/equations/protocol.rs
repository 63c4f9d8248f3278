//! E10 (i) to (v), exit and the collapse of sponsors: offers, calls, proposals, applications and
//! mergers, in every order of agents.

use std::cell::Cell;

use comity::rng::{Keyed, Stream, weighted_index};
use comity::scenario::{PactKind, Process, UpdateOrder};
use comity::world::journal::By;
use comity::world::{ByState, Pact, PactId, PactKey, RegionId, StateId, World};

use super::pacts::{depth, worth, worth_of_newcomer};
use super::{Around, Grown, logistic};

/// What a pact is, but for what the program keeps beside it.
type Shape = (
    (StateId, StateId, i32),
    PactKind,
    Option<StateId>,
    Vec<StateId>,
    Option<PactKey>,
);

fn shapes(world: &World) -> Vec<Shape> {
    let shape = |q: &Pact| {
        let key = (q.key.first, q.key.second, q.key.birth);
        (key, q.kind, q.sponsor, q.members.clone(), q.parent)
    };
    world.pacts.iter().map(shape).collect()
}

/// What is to be done to the pacts.
enum Deed {
    Found(PactKind, Vec<StateId>, Option<StateId>, (StateId, StateId)),
    /// The states join, those who by now have a defence ally in the power excepted.
    Join(PactKey, Vec<StateId>, Option<StateId>),
    Merge(PactKey, PactKey),
    Leave(PactKey, StateId),
}

fn place(world: &World, key: PactKey) -> Option<PactId> {
    world.pacts.position(|q| q.key == key)
}

/// Carries a deed out, unless it no longer makes sense; whether it did.
fn carry_out(world: &mut World, deed: Deed, by: Process) -> bool {
    match deed {
        Deed::Found(kind, members, sponsor, founders) => {
            let tied = |i: StateId, j: StateId| deepest(world, i, j) >= depth(world, kind);
            if members.len() == 2 && tied(members[0], members[1]) {
                return false;
            }
            world.found_pact(kind, members, sponsor, founders, by);
        }
        Deed::Join(key, states, offered) => {
            let Some(k) = place(world, key) else {
                return false;
            };
            let newcomers: Vec<StateId> = states
                .into_iter()
                .filter(|&i| !world.pacts[k].has(i))
                .filter(|&i| offered.is_none_or(|g| !world.pairs.defence_allied(g, i)))
                .collect();
            if newcomers.is_empty() {
                return false;
            }
            for i in newcomers {
                world.join_pact(k, i, by);
            }
        }
        Deed::Leave(key, i) => {
            let Some(k) = place(world, key) else {
                return false;
            };
            world.leave_pact(k, i, by);
        }
        Deed::Merge(smaller, larger) => {
            let (Some(s), Some(l)) = (place(world, smaller), place(world, larger)) else {
                return false;
            };
            for i in world.pacts[s].members.clone() {
                world.join_pact(l, i, by);
            }
            world.pacts[l].parent = Some(smaller);
            world.end_pacts(by, |k, _| k == s);
        }
    }
    true
}

/// Lets agents act as the document says; counts what came about.
fn act<A>(
    world: &mut World,
    order: UpdateOrder,
    by: Process,
    agents: &[A],
    decide: impl Fn(&World, &A) -> Option<Deed>,
) -> usize {
    let before = world.clone();
    let mut done = 0;
    let synchronous = order == UpdateOrder::Synchronous;
    let mut later = Vec::new();
    for agent in agents {
        let deed = decide(if synchronous { &before } else { world }, agent);
        if synchronous {
            later.extend(deed);
        } else if let Some(deed) = deed {
            done += usize::from(carry_out(world, deed, by));
        }
    }
    for deed in later {
        done += usize::from(carry_out(world, deed, by));
    }
    done
}

/// Runs `rule` beside a process over some years of worlds in each order; returns what came about.
fn in_orders(
    process: Process,
    years: u32,
    rule: impl Fn(&mut World, UpdateOrder) -> usize,
) -> usize {
    let orders = [
        UpdateOrder::Synchronous,
        UpdateOrder::Random,
        UpdateOrder::Capability,
    ];
    let mut done = 0;
    for (history, mut grown) in [(false, Grown::stylised()), (true, Grown::history())] {
        // More of everything than by default.
        let p = &mut grown.scenario.parameters.protocol;
        (p.offers, p.offers_competition) = (24.0, 0.5);
        (p.power_calls, p.regional_calls) = (1.5, 1.0);
        (p.proposers, p.applicants, p.bilateral_openness) = (0.7, 0.7, 0.2);
        p.admission_quorum = 0.7;
        if process == Process::PactExit {
            (p.exit_rate, p.exit_cost) = (0.8, 0.2);
        }
        if process == Process::PactMerger {
            grown.scenario.parameters.alliance.depth_cost = -0.5;
        }
        for _ in 0..if history { 2 } else { years } {
            for order in orders {
                grown.scenario.update_order = order;
                let Around { before, after } = grown.around(process);
                let mut expected = before.clone();
                done += rule(&mut expected, order);
                let (expected, found) = (shapes(&expected), shapes(&after));
                for (e, f) in expected.iter().zip(&found) {
                    assert_eq!(e, f, "{} {order:?}", before.year);
                }
                assert_eq!(expected.len(), found.len(), "{} {order:?}", before.year);
            }
            grown.pass();
        }
    }
    done
}

fn accepts(
    world: &World,
    i: StateId,
    members: &[StateId],
    kind: PactKind,
    sponsor: Option<StateId>,
    u: f64,
) -> bool {
    let worth = worth(world, i, members, kind, sponsor, &[]);
    u < logistic(worth / world.parameters.alliance.choice_scale)
}

/// Those whom the draw of the column lets act, in the order of the year.
fn searching(world: &World, stream: Stream, rate: f64) -> Vec<StateId> {
    let n = world.states.len();
    let draws = ByState::from(world.draws.uniforms(stream, world.step, 0, n));
    let order = world.order.iter().copied();
    order.filter(|&i| draws[i] < rate).collect()
}

/// The great powers in the order of the year.
fn powers(world: &World) -> Vec<StateId> {
    let order = world.order.iter().copied();
    order.filter(|i| world.powers.contains(i)).collect()
}

fn borders(world: &World, i: StateId, members: &[StateId]) -> bool {
    world.neighbours[i].iter().any(|j| members.contains(j))
}

fn shares_a_pact(world: &World, i: StateId, members: &[StateId]) -> bool {
    let mut own = world.pacts.iter().filter(|q| q.has(i));
    own.any(|q| members.iter().any(|&j| j != i && q.has(j)))
}

fn deepest(world: &World, i: StateId, j: StateId) -> f64 {
    let common = world.pacts.iter().filter(|q| q.has(i) && q.has(j));
    common.map(|q| depth(world, q.kind)).fold(0.0, f64::max)
}

/// The first of the largest defence pacts that are so.
fn largest(world: &World, so: impl Fn(&Pact) -> bool) -> Option<&Pact> {
    let pacts = world.pacts.iter().rev();
    pacts
        .filter(|q| q.kind == PactKind::Defence && so(q))
        .max_by_key(|q| q.members.len())
}

/// k_g: the power's share of the powers' capability.
fn power_share(world: &World, g: StateId) -> f64 {
    let k = &world.states.capability;
    k[g] / world.powers.iter().map(|&h| k[h]).sum::<f64>()
}

/// f of (i).
fn supply(world: &World) -> f64 {
    0.5 * (1.0 + world.parameters.protocol.offers_competition * (2.0 * world.competition - 1.0))
}

/// √K_i·reach_{g→i}·Σ_h A_gh reach_{h→i}.
fn prize(world: &World, g: StateId, i: StateId) -> f64 {
    let others = world.powers.iter().filter(|&&h| h != g && h != i);
    let contested: f64 = others
        .map(|&h| world.antagonism_of(g, h) * world.reach(h, i))
        .sum();
    world.states.capability[i].sqrt() * world.reach(g, i) * contested
}

/// A choice by weights of two parts: by the first alone, then kept by the second or made anew.
fn choose(
    draws: &mut Keyed,
    times: u32,
    weights: &[(f64, f64)],
    kept: impl Fn(&mut Keyed, f64) -> bool,
) -> Option<usize> {
    let first: Vec<f64> = weights.iter().map(|w| w.0).collect();
    for _ in 0..times {
        let k = weighted_index(&first, draws.uniform())?;
        if kept(draws, weights[k].1) {
            return Some(k);
        }
    }
    let full: Vec<f64> = weights.iter().map(|w| w.0 * w.1).collect();
    weighted_index(&full, draws.uniform())
}

#[test]
fn e10_exit_of_members() {
    let left = in_orders(Process::PactExit, 6, |world, order| {
        let p = world.parameters.protocol;
        let pacts = world.pacts.iter();
        let agents: Vec<(PactKey, StateId)> = pacts
            .flat_map(|q| q.members.iter().map(|&i| (q.key, i)))
            .collect();
        let left = act(
            world,
            order,
            Process::PactExit,
            &agents,
            |world, &(key, i)| {
                let q = &world.pacts[place(world, key)?];
                let (a, b) = q.key.address(i);
                let u = world.draws.uniform(Stream::PactExit, world.step, a, b);
                let worth = worth(world, i, &q.members, q.kind, q.sponsor, &[q]);
                let scale = world.parameters.alliance.choice_scale;
                let leaves = u < p.exit_rate * logistic(-(worth + p.exit_cost) / scale);
                // A single member is in no pact.
                (q.members.len() > 1 && leaves).then_some(Deed::Leave(key, i))
            },
        );
        world.end_empty_pacts(By::Treatment);
        left
    });
    assert!(left > 20, "{left} left");
}

#[test]
fn e10_sponsor_offers() {
    let (blocs, pairs) = (Cell::new(0), Cell::new(0));
    let made = in_orders(Process::SponsorOffers, 20, |world, order| {
        let p = world.parameters.protocol;
        let mut agents = Vec::new();
        for g in powers(world) {
            let rate = p.offers * 2.0 * power_share(world, g) * supply(world);
            let mut draws = world
                .draws
                .at(Stream::SponsorOffer, world.step, g.word(), 0);
            agents.extend((1..=draws.poisson(rate)).map(|k| (g, k)));
        }
        act(
            world,
            order,
            Process::SponsorOffers,
            &agents,
            |world, &(g, k)| {
                let mut draws = world
                    .draws
                    .at(Stream::SponsorOffer, world.step, g.word(), k);
                let into_bloc = draws.uniform() < p.bloc_share;
                let states: Vec<StateId> =
                    world.roster.iter().copied().filter(|&i| i != g).collect();
                let ally = |i: StateId| {
                    world
                        .pacts
                        .iter()
                        .any(|q| q.kind == PactKind::Defence && q.has(g) && q.has(i))
                };
                let weight = |&i: &StateId| (prize(world, g, i), f64::from(u8::from(!ally(i))));
                let weights: Vec<(f64, f64)> = states.iter().map(weight).collect();
                let i = states[choose(&mut draws, 8, &weights, |_, part| part > 0.0)?];
                let u = world
                    .draws
                    .uniform(Stream::SponsorAnswer, world.step, g.word(), i.word());
                let bloc = largest(world, |q| q.sponsor == Some(g))
                    .filter(|q| q.members.len() > 2)
                    .filter(|q| {
                        borders(world, i, &q.members) || shares_a_pact(world, i, &q.members)
                    });
                match bloc.filter(|_| into_bloc) {
                    Some(q) => {
                        blocs.set(blocs.get() + 1);
                        accepts(world, i, &q.members, PactKind::Defence, Some(g), u)
                            .then(|| Deed::Join(q.key, vec![i], Some(g)))
                    }
                    None => {
                        pairs.set(pairs.get() + 1);
                        accepts(world, i, &[g], PactKind::Defence, Some(g), u)
                            .then(|| Deed::Found(PactKind::Defence, vec![g, i], Some(g), (g, i)))
                    }
                }
            },
        )
    });
    let offers = (blocs.get(), pairs.get());
    assert!(
        made > 20 && offers.0 > 20 && offers.1 > 20,
        "{made} of {offers:?}"
    );
}

/// Who calls in (ii).
#[derive(Clone, Copy)]
enum Caller {
    Power(StateId),
    Region(RegionId),
}

#[test]
fn e10_multilateral_calls() {
    let (founded, enlarged) = (Cell::new(0), Cell::new(0));
    in_orders(Process::MultilateralCalls, 20, |world, order| {
        let p = world.parameters.protocol;
        let powers = powers(world).into_iter().map(Caller::Power);
        let regions = world.regions.keys().map(Caller::Region);
        let agents: Vec<Caller> = powers.chain(regions).collect();
        act(
            world,
            order,
            Process::MultilateralCalls,
            &agents,
            |world, &caller| {
                let (address, rate) = match caller {
                    Caller::Power(g) => (
                        g.word(),
                        p.power_calls * 2.0 * power_share(world, g) * supply(world),
                    ),
                    Caller::Region(r) => (r.word() + (1 << 31), p.regional_calls),
                };
                let u = |b: u32| {
                    world
                        .draws
                        .uniform(Stream::MultilateralCall, world.step, address, b)
                };
                if u(0) >= 1.0 - (-rate).exp() {
                    return None;
                }
                let power = |i: StateId| world.powers.contains(&i);
                let (convener, mut called) = match caller {
                    Caller::Power(g) => {
                        let worth = |r: RegionId| {
                            let members = world.regions[r].members.iter().filter(|&&j| j != g);
                            u(1 + r.word()) * members.map(|&j| prize(world, g, j)).sum::<f64>()
                        };
                        let r = world
                            .regions
                            .keys()
                            .max_by(|&a, &b| worth(a).total_cmp(&worth(b)))?;
                        (
                            g,
                            [&world.regions[r].members[..], &world.neighbours[g]].concat(),
                        )
                    }
                    Caller::Region(r) => {
                        let members: Vec<StateId> = world.regions[r]
                            .members
                            .iter()
                            .copied()
                            .filter(|&j| !power(j))
                            .collect();
                        let weight = |j: StateId| {
                            world.states.capability[j].sqrt() * (0.2 + u(1 + j.word()))
                        };
                        let first = members
                            .iter()
                            .copied()
                            .max_by(|&a, &b| weight(a).total_cmp(&weight(b)))?;
                        (first, members)
                    }
                };
                called.sort_unstable();
                called.dedup();
                let z = &world.states.bloc;
                called.retain(|&j| {
                    j != convener
                        && world.hostility(convener, j) < p.call_hostility
                        && (z[convener] - z[j]).abs() < p.call_distance
                });
                if called.len() < 2 {
                    return None;
                }
                let answer = |i: StateId, members: &[StateId], sponsor: Option<StateId>| {
                    let u = world.draws.uniform(
                        Stream::CallAnswer,
                        world.step,
                        convener.word(),
                        i.word(),
                    );
                    accepts(world, i, members, PactKind::Defence, sponsor, u)
                };
                let sits = |q: &Pact| called.iter().filter(|&&i| q.has(i)).count();
                let old = largest(world, |q| {
                    q.members.len() > 2 && q.has(convener) && 3 * sits(q) >= called.len()
                });
                if let Some(q) = old {
                    let mut all = [&q.members[..], &called].concat();
                    all.sort_unstable();
                    all.dedup();
                    let newcomers = called.iter().copied().filter(|&i| !q.has(i));
                    let joining: Vec<StateId> =
                        newcomers.filter(|&i| answer(i, &all, q.sponsor)).collect();
                    enlarged.set(enlarged.get() + usize::from(!joining.is_empty()));
                    return (!joining.is_empty()).then_some(Deed::Join(q.key, joining, None));
                }
                let sponsor = match caller {
                    Caller::Power(g) => Some(g),
                    Caller::Region(_) => None,
                };
                let mut all = called.clone();
                all.push(convener);
                let yes: Vec<StateId> = called
                    .into_iter()
                    .filter(|&i| answer(i, &all, sponsor))
                    .collect();
                if yes.len() < 2 {
                    return None;
                }
                founded.set(founded.get() + 1);
                let founders = (convener, yes[0]);
                let members = [&yes[..], &[convener]].concat();
                Some(Deed::Found(PactKind::Defence, members, sponsor, founders))
            },
        )
    });
    let done = (founded.get(), enlarged.get());
    assert!(done.0 > 5 && done.1 > 5, "{done:?}");
}

#[test]
fn e10_bilateral_proposals() {
    let made = in_orders(Process::BilateralPacts, 6, |world, order| {
        let p = world.parameters.protocol;
        let agents = searching(world, Stream::BilateralProposal, p.proposers);
        act(
            world,
            order,
            Process::BilateralPacts,
            &agents,
            |world, &i| {
                let mut draws = world
                    .draws
                    .at(Stream::BilateralProposal, world.step, i.word(), 0);
                let u = draws.uniform();
                let kind = if u < p.share_defence {
                    PactKind::Defence
                } else if u < p.share_defence + p.share_neutrality / 2.0 {
                    PactKind::Neutrality
                } else if u < p.share_defence + p.share_neutrality {
                    PactKind::NonAggression
                } else {
                    PactKind::Entente
                };
                let z = &world.states.bloc;
                let others: Vec<StateId> =
                    world.roster.iter().copied().filter(|&j| j != i).collect();
                let weight = |&j: &StateId| {
                    let g = f64::from(world.pairs.proximity_of(i)[j]);
                    let near = 1.0 - (z[i] - z[j]).abs();
                    (
                        world.felt_capability(j, i) * g * near,
                        1.0 - world.hostility(i, j),
                    )
                };
                let weights: Vec<(f64, f64)> = others.iter().map(weight).collect();
                let j = others[choose(&mut draws, 16, &weights, |d, part| {
                    d.uniform() >= 1.0 - part
                })?];
                if depth(world, kind) <= deepest(world, i, j) {
                    return None;
                }
                let power = |i: StateId| world.powers.contains(&i);
                let sponsor = match (power(i), power(j)) {
                    (true, false) => Some(i),
                    (false, true) => Some(j),
                    _ => None,
                };
                let mut answers =
                    world
                        .draws
                        .at(Stream::BilateralAnswer, world.step, i.word(), j.word());
                let (own, other) = (answers.uniform(), answers.uniform());
                let both = accepts(world, i, &[j], kind, sponsor, own)
                    && accepts(world, j, &[i], kind, sponsor, other);
                both.then(|| Deed::Found(kind, vec![i, j], sponsor, (i, j)))
            },
        )
    });
    assert!(made > 30, "{made}");
}

#[test]
fn e10_applications() {
    let refused = Cell::new(0);
    let made = in_orders(Process::PactAccession, 6, |world, order| {
        let p = world.parameters.protocol;
        let agents = searching(world, Stream::Application, p.applicants);
        act(
            world,
            order,
            Process::PactAccession,
            &agents,
            |world, &i| {
                let mut draws = world.draws.at(Stream::Application, world.step, i.word(), 0);
                let least = if draws.uniform() < p.bilateral_openness {
                    2
                } else {
                    3
                };
                let open = |q: &&Pact| {
                    q.kind == PactKind::Defence
                        && !q.has(i)
                        && q.members.len() >= least
                        && (borders(world, i, &q.members) || shares_a_pact(world, i, &q.members))
                };
                let open: Vec<&Pact> = world.pacts.iter().filter(open).collect();
                let weight = |q: &&Pact| {
                    let felt = q.members.iter().map(|&j| world.felt_capability(j, i)).sum();
                    let worst = q
                        .members
                        .iter()
                        .map(|&j| world.hostility(i, j))
                        .fold(0.0, f64::max);
                    (felt, 1.0 - worst)
                };
                let weights: Vec<(f64, f64)> = open.iter().map(weight).collect();
                let q = open[choose(&mut draws, 8, &weights, |d, part| d.uniform() < part)?];
                if !accepts(world, i, &q.members, q.kind, q.sponsor, draws.uniform()) {
                    return None;
                }
                let admits = |&&m: &&StateId| {
                    let (a, b) = q.key.address(m);
                    let u = world.draws.uniform(Stream::AdmissionVote, world.step, a, b);
                    u < logistic(
                        worth_of_newcomer(world, m, i, q) / world.parameters.alliance.choice_scale,
                    )
                };
                let yes = q.members.iter().filter(admits).count() as f64;
                let admitted = yes / q.members.len() as f64 >= p.admission_quorum;
                refused.set(refused.get() + usize::from(!admitted));
                admitted.then(|| Deed::Join(q.key, vec![i], None))
            },
        )
    });
    assert!(
        made > 10 && refused.get() > 10,
        "{made}, {} refused",
        refused.get()
    );
}

#[test]
fn e10_mergers() {
    let asked = Cell::new(0);
    let made = in_orders(Process::PactMerger, 40, |world, order| {
        let agents = powers(world);
        act(world, order, Process::PactMerger, &agents, |world, &g| {
            let own = || {
                world
                    .pacts
                    .iter()
                    .filter(|q| q.kind == PactKind::Defence && q.sponsor == Some(g))
            };
            let larger = largest(world, |q| q.sponsor == Some(g))?;
            let others = own().filter(|q| q.key != larger.key);
            let smaller = others.min_by_key(|q| q.members.len())?;
            asked.set(asked.get() + 1);
            let mut union = [&larger.members[..], &smaller.members].concat();
            union.sort_unstable();
            union.dedup();
            let yes = union.iter().all(|&i| {
                let (a, _) = smaller.key.address(StateId::FIRST);
                let u = world
                    .draws
                    .uniform(Stream::MergeVote, world.step, a, i.word());
                let worth = worth(
                    world,
                    i,
                    &union,
                    PactKind::Defence,
                    Some(g),
                    &[larger, smaller],
                );
                u < logistic(worth / world.parameters.alliance.choice_scale)
            });
            yes.then_some(Deed::Merge(smaller.key, larger.key))
        })
    });
    assert!(made > 5 && asked.get() > 20, "{made} of {}", asked.get());
}

#[test]
fn e10_collapse_of_sponsors() {
    let (voted, left, gone) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let mut grown = Grown::stylised_of(40, 5, 0);
    // Powers that lose a tenth have collapsed, and small shocks are large ones.
    grown.scenario.parameters.protocol.collapse_loss = 0.1;
    grown.scenario.parameters.capability.drift_sd = 0.11;
    for year in 0..40 {
        if year == 30 {
            // One of them is a power no longer.
            grown.setting.powers[0].to = Some(grown.world.year);
        }
        let Around { before, after } = grown.around(Process::SponsorCollapse);
        let loss = before.parameters.protocol.collapse_loss;
        for q in &before.pacts {
            let Some(g) = q.sponsor else { continue };
            let history = q.sponsor_capability[1..].iter().copied();
            let k = before.states.capability[g];
            let highest = history.chain([k]).fold(0.0, f64::max);
            let lost = !before.states.power[g] || !q.has(g);
            let collapsed = lost || k <= (1.0 - loss) * highest;
            let votes = collapsed && !q.collapse_voted;
            let sponsor = q.sponsor.filter(|_| !(votes && lost));
            let stays = |&&i: &&StateId| {
                let (a, b) = q.key.address(i);
                let u = before
                    .draws
                    .uniform(Stream::SponsorCollapse, before.step, a, b);
                let worth = worth(&before, i, &q.members, q.kind, sponsor, &[q]);
                !votes || i == g || u >= logistic(-worth / before.parameters.alliance.choice_scale)
            };
            let members: Vec<StateId> = q.members.iter().filter(stays).copied().collect();
            voted.set(voted.get() + u32::from(votes));
            gone.set(gone.get() + u32::from(votes && lost));
            left.set(left.get() + q.members.len() - members.len());
            let found = after.pacts.iter().find(|r| r.key == q.key);
            let found = found.map(|r| (r.members.clone(), r.sponsor, r.collapse_voted));
            let expected = Some((members, sponsor, collapsed)).filter(|e| e.0.len() > 1);
            assert_eq!(found, expected, "{} in {}", q.label, before.year);
        }
        grown.pass();
    }
    let done = (voted.get(), left.get(), gone.get());
    assert!(done.0 > 20 && done.1 > 20 && done.2 > 0, "{done:?}");
}
