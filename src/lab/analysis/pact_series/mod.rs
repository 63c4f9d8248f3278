//! Yearly series that follow from pacts alone, by the definitions of the tables in
//! `data/observed`: stocks on 31 December, pacts with at least two members that are in the
//! state system then.

mod alliances;
mod regions;
mod shares;

use std::collections::{BTreeMap, BTreeSet};

use crate::published::{FIRST_YEAR, Membership, Obligations, Pact, Published, System};
use crate::table::{Record, Table};

pub use alliances::AllianceYear;
pub use regions::RegionPacts;
pub use shares::ShareYear;

comity_model::record! {
    /// A state's time in a pact.
    pub struct PactMember in "pact_members", "one membership of a pact in force since 1946" {
        source: String, "1", "ATOP5.1 or COW4.1";
        pact: String, "1", "number that the publisher gives the pact";
        kind: String, "1", "defence, neutrality, nonaggression or entente: the strongest obligation that any member has at any time, an offensive one counting as defence";
        ccode: i64, "1", "code of the state";
        entry_year: i64, "year", "first year";
        exit_year: f64, "year", "last year; empty: still a member when the data end";
    }
}

/// The tables of the project from a published file, for the years from 1946 to `until`.
pub fn tables(published: &Published, system: &System, until: i32) -> Vec<Table> {
    let source = published.dataset.source();
    let years = FIRST_YEAR..=until;
    let years: Vec<Year> = years
        .map(|year| Year::of(&published.pacts, system, year))
        .collect();
    vec![
        members(published),
        AllianceYear::table(&alliances::rows(&published.pacts, &years, source)),
        ShareYear::table(&shares::rows(&years, published.dataset, system)),
        regions::table(&regions::rows(&years, system), published.dataset),
    ]
}

/// The memberships in force since 1946, by pact, state and entry.
fn members(published: &Published) -> Table {
    let mut rows = Vec::new();
    for pact in &published.pacts {
        let Some(kind) = pact.obligations().strongest() else {
            continue;
        };
        let since = |m: &&Membership| m.exit.is_none_or(|exit| exit >= FIRST_YEAR);
        rows.extend(pact.memberships.iter().filter(since).map(|m| PactMember {
            source: published.dataset.source().to_string(),
            pact: pact.id.to_string(),
            kind: kind.name().to_string(),
            ccode: i64::from(m.code),
            entry_year: i64::from(m.entry),
            exit_year: m.exit.map_or(f64::NAN, f64::from),
        }));
    }
    PactMember::table(&rows)
}

/// A pact on 31 December.
struct InForce {
    id: u32,
    members: BTreeSet<u32>,
    obligations: Obligations,
}

impl InForce {
    fn defends(&self) -> bool {
        self.obligations.defence
    }
}

/// What is in force on 31 December of a year.
struct Year {
    year: i32,
    states: BTreeSet<u32>,
    pacts: Vec<InForce>,
}

impl Year {
    fn of(pacts: &[Pact], system: &System, year: i32) -> Self {
        let states = system.states(year);
        let in_force = |pact: &Pact| {
            let rows = pact.memberships.iter();
            let rows = rows.filter(|m| m.covers(year) && states.contains(&m.code));
            let none = (BTreeSet::new(), Obligations::default());
            let (members, obligations) = rows.fold(none, |(mut members, all), m| {
                members.insert(m.code);
                (members, all.or(m.obligations))
            });
            (members.len() >= 2 && obligations.strongest().is_some()).then_some(InForce {
                id: pact.id,
                members,
                obligations,
            })
        };
        Self {
            year,
            pacts: pacts.iter().filter_map(in_force).collect(),
            states,
        }
    }

    fn defence(&self) -> impl Iterator<Item = &InForce> {
        self.pacts.iter().filter(|p| p.defends())
    }

    /// States tied to any of `hubs` by one of these pacts, themselves included.
    fn tied<'a>(pacts: impl Iterator<Item = &'a InForce>, hubs: &BTreeSet<u32>) -> BTreeSet<u32> {
        let with = pacts.filter(|p| !p.members.is_disjoint(hubs));
        with.flat_map(|p| p.members.iter().copied()).collect()
    }
}

/// Pairs of the states that share one of these pacts.
fn pairs<'a>(
    pacts: impl Iterator<Item = &'a InForce>,
    states: &BTreeSet<u32>,
) -> BTreeSet<(u32, u32)> {
    let mut pairs = BTreeSet::new();
    for pact in pacts {
        let members: Vec<u32> = pact.members.intersection(states).copied().collect();
        for (k, &a) in members.iter().enumerate() {
            pairs.extend(members[k + 1..].iter().map(|&b| (a, b)));
        }
    }
    pairs
}

/// Number of pairs of `n`.
fn pairs_of(n: usize) -> usize {
    n * n.saturating_sub(1) / 2
}

/// Whether a pact begins or ends in a year, and what it is then: by its first entries, and
/// by its last exits if all of them are over. Two members need not be in the system.
fn births_and_ends(pacts: &[Pact]) -> (BTreeMap<i32, Vec<bool>>, BTreeMap<i32, Vec<bool>>) {
    let (mut births, mut ends) = (BTreeMap::new(), BTreeMap::new());
    for pact in pacts {
        if pact.obligations().strongest().is_none() {
            continue;
        }
        let rows = &pact.memberships;
        let defends =
            |on: &dyn Fn(&Membership) -> bool| rows.iter().any(|m| on(m) && m.obligations.defence);
        if let Some(first) = rows.iter().map(|m| m.entry).min() {
            let defends = defends(&|m| m.entry == first);
            births.entry(first).or_insert_with(Vec::new).push(defends);
        }
        let exits: Option<Vec<i32>> = rows.iter().map(|m| m.exit).collect();
        if let Some(last) = exits.and_then(|e| e.into_iter().max()) {
            let defends = defends(&|m| m.exit == Some(last));
            ends.entry(last).or_insert_with(Vec::new).push(defends);
        }
    }
    (births, ends)
}

#[cfg(test)]
mod tests;
