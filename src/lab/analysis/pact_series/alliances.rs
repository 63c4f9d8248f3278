//! `alliances_by_year`: counts, sizes, shares, births, ends, blocs.

use std::collections::BTreeSet;

use super::{Year, births_and_ends, pairs, pairs_of};
use crate::published::Pact;
use comity_model::observe::statistics::{mean, median, share};

/// Code of the United States.
pub const UNITED_STATES: u32 = 2;
/// Code of the Soviet Union and Russia.
pub const SOVIET_UNION: u32 = 365;

comity_model::record! {
    /// A year of a source.
    pub struct AllianceYear in "alliances_by_year", "one year of one source" {
        year: i64, "year", "calendar year";
        source: String, "1", "ATOP5.1 or COW4.1";
        states: i64, "states", "states in the system on 31 December";
        alliances: i64, "pacts", "alliances of any kind in force with at least two system members";
        defence_pacts: i64, "pacts", "alliances with a defence obligation";
        bilateral_defence_pacts: i64, "pacts", "of those, with exactly two members";
        multilateral_defence_pacts: i64, "pacts", "of those, with more than two";
        states_in_defence_pacts: i64, "states", "states that are members of at least one defence pact";
        share_in_defence_pacts: f64, "share", "states_in_defence_pacts / states";
        share_in_alliances: f64, "share", "share of states in any alliance";
        mean_size: f64, "states", "mean members per defence pact";
        median_size: f64, "states", "median members per defence pact";
        mean_size_multilateral: f64, "states", "mean members of multilateral defence pacts";
        largest: i64, "states", "members of the largest defence pact";
        mean_size_all_alliances: f64, "states", "mean members over alliances of any kind";
        nondefence_alliances: i64, "pacts", "alliances without a defence obligation";
        defence_dyads: i64, "pairs", "pairs of states tied by at least one defence pact";
        share_dyads_in_defence_pacts: f64, "share", "defence_dyads / all pairs";
        new_defence_pacts: i64, "pacts/year", "defence pacts whose first member entered in the year";
        new_nondefence_alliances: i64, "pacts/year", "other alliances whose first member entered in the year";
        ended_defence_pacts: i64, "pacts/year", "defence pacts whose last member left in the year";
        bloc_polarisation: f64, "0-1", "4 × share of states tied to the US by a defence pact × share tied to the USSR, the two included, states tied to both left out (description only, never a treatment)";
    }
}

/// The rows, by year.
pub fn rows(pacts: &[Pact], years: &[Year], source: &str) -> Vec<AllianceYear> {
    let (births, ends) = births_and_ends(pacts);
    let count = |of: Option<&Vec<bool>>, defends: bool| {
        of.map_or(0, |all| all.iter().filter(|&&d| d == defends).count()) as i64
    };
    let row = |year: &Year| {
        let sizes: Vec<f64> = year.defence().map(|p| p.members.len() as f64).collect();
        let all: Vec<f64> = year.pacts.iter().map(|p| p.members.len() as f64).collect();
        let large: Vec<f64> = sizes.iter().copied().filter(|&s| s > 2.0).collect();
        let states = year.states.len();
        let covered: BTreeSet<u32> = year.defence().flat_map(|p| p.members.clone()).collect();
        let allied: BTreeSet<u32> = year.pacts.iter().flat_map(|p| p.members.clone()).collect();
        let dyads = pairs(year.defence(), &year.states).len();
        let of_states = |part: usize| share(part as f64, states as f64);
        AllianceYear {
            year: i64::from(year.year),
            source: source.to_string(),
            states: states as i64,
            alliances: all.len() as i64,
            defence_pacts: sizes.len() as i64,
            bilateral_defence_pacts: (sizes.len() - large.len()) as i64,
            multilateral_defence_pacts: large.len() as i64,
            states_in_defence_pacts: covered.len() as i64,
            share_in_defence_pacts: of_states(covered.len()),
            share_in_alliances: of_states(allied.len()),
            mean_size: mean(&sizes),
            median_size: median(&sizes),
            mean_size_multilateral: mean(&large),
            largest: sizes.iter().fold(0.0, |a: f64, &b| a.max(b)) as i64,
            mean_size_all_alliances: mean(&all),
            nondefence_alliances: (all.len() - sizes.len()) as i64,
            defence_dyads: dyads as i64,
            share_dyads_in_defence_pacts: share(dyads as f64, pairs_of(states) as f64),
            new_defence_pacts: count(births.get(&year.year), true),
            new_nondefence_alliances: count(births.get(&year.year), false),
            ended_defence_pacts: count(ends.get(&year.year), true),
            bloc_polarisation: bloc_polarisation(year),
        }
    };
    years.iter().map(row).collect()
}

fn bloc_polarisation(year: &Year) -> f64 {
    let bloc = |hub: u32| Year::tied(year.defence(), &BTreeSet::from([hub]));
    let (west, east) = (bloc(UNITED_STATES), bloc(SOVIET_UNION));
    let states = year.states.len() as f64;
    let only = |a: &BTreeSet<u32>, b: &BTreeSet<u32>| a.difference(b).count() as f64 / states;
    4.0 * only(&west, &east) * only(&east, &west)
}
