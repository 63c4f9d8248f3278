//! Statements on alliances as they come out of runs. No rule holds them: what is seen here is a
//! result of the defaults, and `docs/docking.md` says which come out the other way.

use super::Years;
use comity::analysis::statistics::Options;
use comity::analysis::statistics::dose::spearman;
use comity::analysis::statistics::paired_difference::paired_difference;
use comity::rules::threat::hostile;
use comity::scenario::{self, PactKind};
use comity::simulation::run;
use comity::world::journal::{Change, Subject};
use comity::world::{ByState, StateId, World};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A mean over seeds with its interval at 95 %.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub one: f64,
    pub other: f64,
    /// Interval of the other less the one.
    pub low: f64,
    pub high: f64,
}

fn options() -> Options {
    Options {
        resamples: 2000,
        ..Options::default()
    }
}

fn compare(one: &[f64], other: &[f64]) -> Found {
    let found = paired_difference(one, other, &options()).unwrap();
    let mean = found.difference.mean;
    let interval = mean.interval;
    Found {
        one: found.baseline,
        other: found.treatment,
        low: interval.low,
        high: interval.high,
    }
}

/// Morrow (1991): endings per pact-year of bilateral defence pacts in history, of like states (two
/// great powers or none) and of a great power with another state; and the share of the second
/// among foundings. `nested`: whether pacts inside larger ones lapse sooner.
pub fn hazards(seeds: u64, nested: bool) -> (Found, f64) {
    let mut scenario = scenario::load("history-1946", &[]).unwrap();
    if !nested {
        scenario.parameters.protocol.nested_lapse = 0.0;
    }
    let powers = scenario.setting.powers.iter();
    let powers: Vec<&str> = powers
        .map(|s| scenario.setting.states[s.state].abbreviation.as_str())
        .collect();
    let of_seed = |seed: u64| {
        let history = run(&scenario, seed);
        let last = history.world.last().unwrap().year;
        let (mut ends, mut years, mut births) = ([0.0; 2], [0.0; 2], [0.0; 2]);
        let mut open: BTreeMap<&str, (i64, usize)> = BTreeMap::new();
        let pacts = history.agreements.iter();
        for row in pacts.filter(|r| r.form == "pact" && r.kind == "defence") {
            let begins = row.change == "founded" || row.change == "initial";
            let members: Vec<&str> = row.names.split('|').collect();
            if begins && members.len() == 2 {
                let count = members.iter().filter(|m| powers.contains(m)).count();
                let unlike = usize::from(count == 1);
                births[unlike] += f64::from(u8::from(row.change == "founded"));
                open.insert(&row.agreement, (row.year, unlike));
            } else if let Some((start, unlike)) = open.remove(row.agreement.as_str()) {
                // One that grows is no longer looked at.
                years[unlike] += (row.year - start) as f64;
                // A member's leaving stands before the end of the pact.
                ends[unlike] += f64::from(u8::from(row.change == "ended" || row.change == "left"));
            }
        }
        for (start, unlike) in open.into_values() {
            years[unlike] += (last - start) as f64;
        }
        (
            ends[0] / years[0],
            ends[1] / years[1],
            births[1] / (births[0] + births[1]),
        )
    };
    let rows: Vec<_> = (1..=seeds).into_par_iter().map(of_seed).collect();
    let like: Vec<f64> = rows.iter().map(|r| r.0).collect();
    let unlike: Vec<f64> = rows.iter().map(|r| r.1).collect();
    let share = rows.iter().map(|r| r.2).sum::<f64>() / rows.len() as f64;
    (compare(&like, &unlike), share)
}

/// Waltz (1979): changes of defence pacts per pact-year under two poles and under five, with and
/// without states' joining and leaving of pacts that go on.
pub fn churn(seeds: u64) -> [Found; 2] {
    let of = |name: &str| -> Vec<[f64; 2]> {
        let scenario = scenario::load(name, &[]).unwrap();
        let of_seed = |seed: u64| {
            let history = run(&scenario, seed);
            let years: i64 = history.world.iter().map(|w| w.defence_pacts).sum();
            let (mut all, mut ends) = (0.0, 0.0);
            let pacts = history.agreements.iter();
            for row in pacts.filter(|r| r.form == "pact" && r.kind == "defence") {
                all += 1.0;
                ends += f64::from(u8::from(row.change == "ended"));
            }
            [all / years as f64, ends / years as f64]
        };
        (1..=seeds).into_par_iter().map(of_seed).collect()
    };
    let (bipolar, multipolar) = (of("s2-bipolar"), of("s1-multipolar"));
    [0, 1].map(|k| {
        let column = |rows: &[[f64; 2]]| rows.iter().map(|r| r[k]).collect::<Vec<_>>();
        compare(&column(&bipolar), &column(&multipolar))
    })
}

/// Members of NATO in 1964.
const NATO: [&str; 15] = [
    "USA", "CAN", "UKG", "FRN", "GFR", "ITA", "NTH", "BEL", "LUX", "DEN", "NOR", "ICE", "POR",
    "GRC", "TUR",
];

/// Olson & Zeckhauser (1966): rank correlation of capability with what NATO's members contribute
/// in 1964, and with that per capability; with intervals over seeds.
pub fn burden(seeds: u64) -> [(f64, f64, f64); 2] {
    let scenario = scenario::load("history-1946", &[]).unwrap();
    let of_seed = |seed: u64| {
        let mut years = Years::begin(&scenario, seed);
        for _ in 1946..=1964 {
            years.pass();
        }
        let states = years.world.states;
        let place = |name: &&str| states.abbreviation.position(|a| a == name).unwrap();
        let members: Vec<StateId> = NATO.iter().map(place).collect();
        assert!(members.iter().all(|&i| states.active[i]));
        let of = |column: &ByState<f64>| members.iter().map(|&i| column[i]).collect::<Vec<_>>();
        (of(&states.capability), of(&states.contribution))
    };
    let rows: Vec<_> = (1..=seeds).into_par_iter().map(of_seed).collect();
    let capability = rows[0].0.clone();
    [false, true].map(|relative| {
        let share = |k: usize, row: &(Vec<f64>, Vec<f64>)| {
            row.1[k] / if relative { capability[k] } else { 1.0 }
        };
        let levels: Vec<Vec<f64>> = (0..NATO.len())
            .map(|k| rows.iter().map(|row| share(k, row)).collect())
            .collect();
        let found = spearman(&capability, &levels, &options()).unwrap();
        let interval = found.interval;
        (found.value, interval.low, interval.high)
    })
}

/// What states do about the power that threatens them most (Walt 1987), over the states that
/// enter a great power's defence pact.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sides {
    /// Entries.
    pub entries: f64,
    /// Of those, with the most threatening power among the partners.
    pub with_the_threat: f64,
    /// As many as there would be if the sponsor were any power with equal chance.
    pub by_chance: f64,
    /// Entries whose most threatening power is an antagonist of the sponsor.
    pub against_the_threat: f64,
}

/// θ_ij: the threat that j is to i.
fn threat(world: &World, i: StateId, j: StateId) -> f64 {
    world.felt_capability(j, i) * hostile(world, i, j)
}

pub fn sides(seeds: u64) -> Sides {
    let mut scenario = scenario::load("history-1946", &[]).unwrap();
    scenario.years = 43;
    let of_seed = |seed: u64| {
        let mut years = Years::begin(&scenario, seed);
        let mut sides = Sides::default();
        for _ in 0..scenario.years {
            let world = years.pass();
            let changes = world.journal.agreements.iter();
            let made = changes.filter(|c| c.subject == Subject::Pact(PactKind::Defence));
            for change in made {
                let Some(sponsor) = change.sponsor else {
                    continue;
                };
                let entering = match change.change {
                    Change::Founded => change.names.clone(),
                    Change::Joined(i) => vec![i],
                    _ => Vec::new(),
                };
                let pact = world.pacts.iter().find(|p| p.label == change.agreement);
                let partners = pact.map_or(change.names.clone(), |p| p.members.clone());
                for &i in entering.iter().filter(|&&i| !world.states.power[i]) {
                    note(world, i, sponsor, &partners, &mut sides);
                }
            }
        }
        sides
    };
    let rows: Vec<Sides> = (1..=seeds).into_par_iter().map(of_seed).collect();
    rows.iter().fold(Sides::default(), |a, b| Sides {
        entries: a.entries + b.entries,
        with_the_threat: a.with_the_threat + b.with_the_threat,
        by_chance: a.by_chance + b.by_chance,
        against_the_threat: a.against_the_threat + b.against_the_threat,
    })
}

fn note(world: &World, i: StateId, sponsor: StateId, partners: &[StateId], sides: &mut Sides) {
    let by_threat =
        |a: &&StateId, b: &&StateId| threat(world, i, **a).total_cmp(&threat(world, i, **b));
    let Some(&worst) = world.powers.iter().max_by(by_threat) else {
        return;
    };
    sides.entries += 1.0;
    sides.by_chance += 1.0 / world.powers.len() as f64;
    sides.with_the_threat += f64::from(u8::from(worst == sponsor || partners.contains(&worst)));
    let antagonist = worst != sponsor && world.antagonism_of(worst, sponsor) >= 0.5;
    sides.against_the_threat += f64::from(u8::from(antagonist));
}

/// More than chance would have it, states enter the pacts of the antagonists of the power that
/// threatens them most, not its own.
#[test]
fn states_balance_rather_than_bandwagon() {
    let found = sides(4);
    let (with, chance) = (found.with_the_threat, found.by_chance);
    assert!(found.entries > 300.0, "{found:?}");
    assert!(with < 0.75 * chance, "{found:?}");
    assert!(found.against_the_threat > 3.0 * with, "{found:?}");
}
