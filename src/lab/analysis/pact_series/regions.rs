//! `regions_by_year`, as far as it follows from pacts: the five regions of Attinà (2005).

use std::collections::BTreeSet;

use super::{InForce, Year, pairs, pairs_of};
use crate::published::{Dataset, System};
use crate::table::{Record, Table};
use comity_model::observe::statistics::share;

/// The regions of the table.
const REGIONS: [&str; 5] = [
    "europe",
    "east_asia",
    "central_asia",
    "africa",
    "eu_neighbourhood",
];

comity_model::record! {
    /// A year of a region. The names of the two shares of pairs end in that of the source.
    pub struct RegionPacts in "regions_by_year", "one year of one region" {
        region: String, "1", "region of states.csv, all memberships";
        year: i64, "year", "calendar year";
        states: i64, "states", "states of the region in the system on 31 December";
        dyads: i64, "pairs", "pairs of them";
        share_dyads_defence: f64, "share", "share of pairs in a common defence pact";
        share_dyads_nonaggression: f64, "share", "share of pairs under a non-aggression pledge";
        share_in_defence_pacts: f64, "share", "share of states in any defence pact";
        share_pact_with_outside_power: f64, "share", "share of states with a defence pact with a major power from outside";
    }
}

/// The rows of each year.
pub fn rows(years: &[Year], system: &System) -> Vec<RegionPacts> {
    let row = |year: &Year, region: &str| {
        let states = system.region(region, year.year);
        let all = pairs_of(states.len());
        let outside: BTreeSet<u32> = system
            .powers(year.year)
            .difference(&states)
            .copied()
            .collect();
        let of_pairs = |pairs: BTreeSet<(u32, u32)>| share(pairs.len() as f64, all as f64);
        let of_states = |tied: BTreeSet<u32>| {
            let here = tied.intersection(&states).count();
            share(here as f64, states.len() as f64)
        };
        let pledged = |p: &&InForce| p.obligations.nonaggression;
        RegionPacts {
            region: region.to_string(),
            year: i64::from(year.year),
            states: states.len() as i64,
            dyads: all as i64,
            share_dyads_defence: of_pairs(pairs(year.defence(), &states)),
            share_dyads_nonaggression: of_pairs(pairs(year.pacts.iter().filter(pledged), &states)),
            share_in_defence_pacts: of_states(Year::tied(year.defence(), &year.states)),
            share_pact_with_outside_power: of_states(Year::tied(year.defence(), &outside)),
        }
    };
    let of_year = |year| REGIONS.iter().map(move |region| row(year, region));
    years.iter().flat_map(of_year).collect()
}

/// The table, with the source at the end of the two names.
pub fn table(rows: &[RegionPacts], dataset: Dataset) -> Table {
    let mut table = RegionPacts::table(rows);
    for column in &mut table.columns {
        if column.name.starts_with("share_dyads_") {
            column.name = format!("{}_{}", column.name, dataset.name());
        }
    }
    table
}
