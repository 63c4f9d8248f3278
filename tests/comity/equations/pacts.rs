//! E8, E9 and of E10 the lapse of pacts: what a pact is worth, and alignment.

use comity::rng::Stream;
use comity::rules::alliance::utility::{admission, utility};
use comity::scenario::{PactKind, Process};
use comity::world::{ByState, Pact, StateId, World};

use super::{Around, in_years, mean, same};

pub fn depth(world: &World, kind: PactKind) -> f64 {
    match kind {
        PactKind::Defence => 1.0,
        PactKind::Neutrality | PactKind::NonAggression => {
            world.parameters.alliance.depth_neutrality
        }
        PactKind::Entente => world.parameters.alliance.depth_entente,
    }
}

/// Sec_i, with these pacts left out and a pact with these members added.
pub fn security(
    world: &World,
    i: StateId,
    without: &[&Pact],
    added: Option<(&[StateId], f64)>,
) -> f64 {
    let mut deepest = ByState::from(vec![0.0f64; world.states.len()]);
    let mut tie = |members: &[StateId], depth: f64| {
        for &j in members {
            deepest[j] = deepest[j].max(depth);
        }
    };
    let in_force = world.pacts.iter().filter(|q| q.has(i));
    for q in in_force.filter(|q| without.iter().all(|w| w.key != q.key)) {
        tie(&q.members, depth(world, q.kind));
    }
    if let Some((members, depth)) = added {
        tie(members, depth);
    }
    let tied = world.roster.iter().filter(|&&j| j != i && deepest[j] > 0.0);
    let help = tied.map(|&j| deepest[j] * world.felt_capability(j, i));
    let cover = world.parameters.threat.reliability * help.sum::<f64>();
    (1.0 + cover) / (1.0 + cover + world.states.threat[i])
}

/// U of E9.
pub fn worth(
    world: &World,
    i: StateId,
    members: &[StateId],
    kind: PactKind,
    sponsor: Option<StateId>,
    without: &[&Pact],
) -> f64 {
    let (a, s, c) = (&world.parameters.alliance, &world.states, world.competition);
    let m: Vec<StateId> = members.iter().copied().filter(|&j| j != i).collect();
    if m.is_empty() {
        return 0.0;
    }
    let d = depth(world, kind);
    let gain = security(world, i, &[], Some((&m, d))) - security(world, i, without, None);
    let strongest = m.iter().map(|&j| s.capability[j]).fold(0.0, f64::max);
    let threat = mean(m.iter().map(|&j| s.threat[j]));
    let entrapment = (threat - s.threat[i]).max(0.0) / (threat + s.threat[i]);
    let felt: f64 = m.iter().map(|&j| world.felt_capability(j, i)).sum();
    let hostile: f64 = m
        .iter()
        .map(|&j| world.felt_capability(j, i) * world.hostility(i, j))
        .sum();
    let bloc = mean(m.iter().map(|&j| s.bloc[j]));
    let sponsored = match sponsor {
        None => 0.0,
        Some(g) if g == i => a.sponsor_gain * c * (1.0 - (s.bloc[g] - bloc).abs()),
        Some(g) => {
            a.pull * c * (1.0 - (s.bloc[i] - s.bloc[g]).abs()) - a.reactance * s.autonomy[i] * c
        }
    };
    a.security * gain
        - a.autonomy * s.autonomy[i] * strongest / (strongest + s.capability[i]) * d
        - a.entrapment * entrapment * (0.3 + c)
        - a.hostility * hostile / felt
        + a.homophily * (a.neutral_distance - (s.bloc[i] - bloc).abs())
        + sponsored
        - a.depth_cost * d
        - a.size_cost * (m.len() as f64).ln()
}

/// U_m of E9: what the member `m` sees in the newcomer `i`.
pub fn worth_of_newcomer(world: &World, m: StateId, i: StateId, q: &Pact) -> f64 {
    let (a, s, c) = (world.parameters.alliance, &world.states, world.competition);
    let gain =
        security(world, m, &[], Some((&[i], depth(world, q.kind)))) - security(world, m, &[], None);
    let entrapment = (s.threat[i] - s.threat[m]).max(0.0) / (s.threat[i] + s.threat[m]);
    let gap = (s.bloc[m] - s.bloc[i]).abs();
    let sponsors = f64::from(u8::from(q.sponsor == Some(m)));
    a.security * gain
        - a.entrapment * entrapment * (0.3 + c) / q.members.len() as f64
        - a.hostility * world.hostility(m, i)
        + a.homophily * (a.neutral_distance - gap)
        + sponsors * a.sponsor_gain * c * (1.0 - gap)
}

#[test]
fn e8_e9_the_value_of_a_pact() {
    let asked = std::cell::Cell::new([0; 4]);
    let count = |k: usize| {
        let mut counts = asked.get();
        counts[k] += 1;
        asked.set(counts);
    };
    in_years(|grown| {
        // Two years of each world: the sums are over all states and pacts.
        if grown.world.step % 3 != 0 {
            return;
        }
        let world = grown.around(Process::PactExit).before;
        for (n, pact) in world.pacts.iter_enumerated() {
            let (members, sponsor) = (&pact.members[..], pact.sponsor);
            for &i in members {
                let found = utility(&world, i, members, pact.kind, sponsor, &[pact]).sum();
                same(
                    found,
                    worth(&world, i, members, pact.kind, sponsor, &[pact]),
                    "U, member",
                );
                count(0);
            }
            for &i in world
                .roster
                .iter()
                .filter(|i| !members.contains(i))
                .step_by(37)
            {
                let found = utility(&world, i, members, pact.kind, sponsor, &[]).sum();
                same(
                    found,
                    worth(&world, i, members, pact.kind, sponsor, &[]),
                    "U, newcomer",
                );
                count(1);
                for &m in members {
                    let expected = worth_of_newcomer(&world, m, i, pact);
                    same(admission(&world, m, i, pact).sum(), expected, "U_m");
                    count(2);
                }
            }
            let others = world.pacts.iter().skip(usize::from(n) + 1);
            let mergers = others.filter(|q| sponsor.is_some() && q.sponsor == sponsor);
            for other in mergers {
                let mut union = [members, &other.members[..]].concat();
                union.sort_unstable();
                union.dedup();
                let both = [pact, other];
                for &i in &union {
                    let found = utility(&world, i, &union, PactKind::Defence, sponsor, &both).sum();
                    let expected = worth(&world, i, &union, PactKind::Defence, sponsor, &both);
                    same(found, expected, "U, merger");
                    count(3);
                }
            }
        }
    });
    assert!(asked.get().iter().all(|&n| n > 100), "{asked:?}");
}

#[test]
fn e10_lapse_of_pacts() {
    let lapsed = std::cell::Cell::new(0);
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::PactLapse);
        let p = before.parameters.protocol;
        for pact in &before.pacts {
            let nested = pact.members.len() == 2
                && before.pacts.iter().any(|q| {
                    q.kind == PactKind::Defence
                        && q.members.len() > 2
                        && pact.members.iter().all(|&i| q.has(i))
                });
            let (a, b) = pact.key.address(StateId::FIRST);
            let mut draws = before.draws.at(Stream::PactLapse, before.step, a, b);
            let (spontaneous, other) = (draws.uniform(), draws.uniform());
            let lapses = spontaneous < p.lapse || (nested && other < p.nested_lapse);
            let there = after.pacts.iter().any(|q| q.key == pact.key);
            assert_eq!(there, !lapses, "{}", pact.label);
            lapsed.set(lapsed.get() + usize::from(lapses));
        }
    });
    assert!(lapsed.get() > 0, "no pact lapsed");
}

#[test]
fn e9_alignment() {
    in_years(|grown| {
        let Around { before, after } = grown.around(Process::Alignment);
        let rate = before.parameters.alliance.alignment;
        for &i in &before.roster {
            let mut z = before.states.bloc[i];
            let pacts = before
                .pacts
                .iter()
                .filter(|q| q.has(i) && !before.states.power[i]);
            for g in pacts.filter_map(|q| q.sponsor) {
                z += rate * (before.states.bloc[g] - z);
            }
            same(after.states.bloc[i], z, "z");
        }
    });
}
