//! What was observed, as shipped: for figures beside the runs of historical scenarios.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::network::coverage;
use crate::network::Reference;
use crate::table::{Table, csv};
use comity_model::error::{Error, Result};
use comity_model::observe::network::DefenceNetwork;
use comity_model::scenario::library;
use comity_model::scenario::provenance::{Provenance, sha256};

/// The observed tables that figures show.
const TABLES: [&str; 4] = [
    "observed/alliances_by_year.csv",
    "observed/polarity_conflict_by_year.csv",
    "observed/dispute_onsets.csv",
    "table1_ratings.csv",
];

/// Whether a world with these sources is the observed one: all states with the data of
/// their years, so that observed series may stand beside it.
pub fn comparable(source: &Provenance) -> bool {
    let uses = |path: &str| {
        let shipped = library::data(path).map(sha256);
        source
            .data
            .iter()
            .any(|d| Some(&d.sha256) == shipped.as_ref())
    };
    uses("world/states.csv") && uses("world/state_year.csv")
}

/// The observed tables, by file stem.
///
/// # Errors
/// If a shipped table is broken, which a test excludes.
pub fn tables() -> Result<Vec<Table>> {
    let read = |path: &&str| {
        let stem = path.rsplit('/').next().and_then(|f| f.strip_suffix(".csv"));
        csv::read(
            stem.unwrap_or(path),
            library::data(path).unwrap_or_default(),
            &[],
        )
    };
    TABLES.iter().map(read).collect()
}

/// Observed values by year, named as the columns of the world table.
pub type Years = BTreeMap<i32, BTreeMap<&'static str, f64>>;

/// Columns of `alliances_by_year` that are those of the world table.
const ALLIANCES: [&str; 11] = [
    "states",
    "new_nondefence_alliances",
    "defence_pacts",
    "bilateral_defence_pacts",
    "share_in_defence_pacts",
    "mean_size",
    "median_size",
    "mean_size_multilateral",
    "largest",
    "new_defence_pacts",
    "ended_defence_pacts",
];

/// What was observed in each year to 1988, with the pacts of this source: numbers and sizes of
/// pacts, the network, and disputes of originators.
///
/// # Errors
/// If a shipped table is broken, which a test excludes.
pub fn years(source: &str) -> Result<Years> {
    let alliances = shipped("observed/alliances_by_year.csv")?;
    let sources = text(&alliances, "source")?;
    let of_source = |row: &usize| sources[*row] == source;
    let at = whole(&alliances, "year")?;
    let mut years = Years::new();
    for row in (0..alliances.rows()).filter(of_source) {
        years.insert(at[row], BTreeMap::new());
    }
    let share = ["share_dyads_in_defence_pacts"];
    for name in ALLIANCES.into_iter().chain(share) {
        let values = real(&alliances, name)?;
        for row in (0..alliances.rows()).filter(of_source) {
            years.entry(at[row]).or_default().insert(name, values[row]);
        }
    }
    let states = whole(&alliances, "states")?;
    for row in (0..alliances.rows()).filter(of_source) {
        let year = years.entry(at[row]).or_default();
        let pairs = f64::from(states[row] * (states[row] - 1)) / 2.0;
        year.insert("dyads", pairs);
        if let (Some(two), Some(all)) = (
            year.get("bilateral_defence_pacts"),
            year.get("defence_pacts"),
        ) {
            let share = two / all;
            year.insert("bilateral_share", share);
        }
    }
    let system = System::new()?;
    transitivity(source, &system, &mut years)?;
    disputes(&system, &mut years)?;
    network(source, &mut years)?;
    Ok(years)
}

fn shipped(path: &str) -> Result<Table> {
    csv::read(path, library::data(path).unwrap_or_default(), &[])
}

fn absent(table: &Table, column: &str) -> Error {
    Error::new("the shipped table lacks this column")
        .in_file(&table.name)
        .at_key(column)
}

fn text<'a>(table: &'a Table, column: &str) -> Result<&'a [String]> {
    table.text(column).ok_or_else(|| absent(table, column))
}

fn real(table: &Table, column: &str) -> Result<Vec<f64>> {
    table.real(column).ok_or_else(|| absent(table, column))
}

fn whole(table: &Table, column: &str) -> Result<Vec<i32>> {
    let values = real(table, column)?;
    Ok(values.into_iter().map(|v| v as i32).collect())
}

/// Rows that are not over: an empty year of the end is NaN.
fn before(year: i32, end: f64) -> bool {
    end.is_nan() || f64::from(year) < end
}

/// The spells of the states.
struct System {
    codes: Vec<i32>,
    entry: Vec<i32>,
    exit: Vec<f64>,
}

impl System {
    fn new() -> Result<Self> {
        let table = shipped("world/states.csv")?;
        Ok(Self {
            codes: whole(&table, "ccode")?,
            entry: whole(&table, "entry_year")?,
            exit: real(&table, "exit_year")?,
        })
    }

    /// Codes of the states at the end of a year.
    fn at(&self, year: i32) -> BTreeSet<i32> {
        let there = |k: &usize| self.entry[*k] <= year && before(year, self.exit[*k]);
        let rows = (0..self.codes.len()).filter(there);
        rows.map(|k| self.codes[k]).collect()
    }
}

fn transitivity(source: &str, system: &System, years: &mut Years) -> Result<()> {
    let table = shipped("observed/pact_members.csv")?;
    let (sources, kinds) = (text(&table, "source")?, text(&table, "kind")?);
    let (pacts, codes) = (whole(&table, "pact")?, whole(&table, "ccode")?);
    let (entry, exit) = (whole(&table, "entry_year")?, real(&table, "exit_year")?);
    let defence = |k: &usize| sources[*k] == source && kinds[*k] == "defence";
    let rows: Vec<usize> = (0..table.rows()).filter(defence).collect();
    for (&year, values) in years {
        let states: Vec<i32> = system.at(year).into_iter().collect();
        let mut pacts_of: BTreeMap<i32, BTreeSet<usize>> = BTreeMap::new();
        for &k in rows
            .iter()
            .filter(|&&k| entry[k] <= year && before(year, exit[k]))
        {
            if let Ok(place) = states.binary_search(&codes[k]) {
                pacts_of.entry(pacts[k]).or_default().insert(place);
            }
        }
        let mut allies = vec![BTreeSet::new(); states.len()];
        for members in pacts_of.values() {
            for &i in members {
                allies[i].extend(members.iter().copied().filter(|&j| j != i));
            }
        }
        let network = DefenceNetwork::new(allies.into_iter());
        values.insert("transitivity", network.transitivity());
    }
    Ok(())
}

/// Pairs of the camps and overlap with the record, and the share of states in regional bodies.
fn network(source: &str, years: &mut Years) -> Result<()> {
    for row in Reference::shipped()?.of_record(source)? {
        if let Some(values) = years.get_mut(&(row.year as i32)) {
            values.insert("west_west", row.west_west);
            values.insert("east_east", row.east_east);
            values.insert("west_east", row.west_east);
            values.insert("overlap_atop", row.overlap_atop);
        }
    }
    for (year, share) in coverage::world()? {
        if let Some(values) = years.get_mut(&year) {
            values.insert("share_in_partnerships", share);
        }
    }
    Ok(())
}

/// Disputes of originators, and those of them between states contiguous by land.
fn disputes(system: &System, years: &mut Years) -> Result<()> {
    let borders = shipped("world/contiguity.csv")?;
    let (one, two) = (whole(&borders, "ccode1")?, whole(&borders, "ccode2")?);
    let (from, to) = (whole(&borders, "from_year")?, real(&borders, "to_year")?);
    let kinds = whole(&borders, "kind")?;
    let onsets = shipped("observed/dispute_onsets.csv")?;
    let (at, originators) = (whole(&onsets, "year")?, whole(&onsets, "originators")?);
    let (a, b) = (whole(&onsets, "ccode1")?, whole(&onsets, "ccode2")?);
    for (&year, values) in years {
        let states = system.at(year);
        let land = |k: &usize| {
            let open = to[*k].is_nan() || f64::from(year) <= to[*k];
            kinds[*k] == 1 && from[*k] <= year && open
        };
        let within = |k: &usize| states.contains(&one[*k]) && states.contains(&two[*k]);
        let pairs: BTreeSet<(i32, i32)> = (0..borders.rows())
            .filter(|k| land(k) && within(k))
            .map(|k| (one[k].min(two[k]), one[k].max(two[k])))
            .collect();
        let begun = (0..onsets.rows()).filter(|&k| at[k] == year && originators[k] == 1);
        let touching = |k: &usize| pairs.contains(&(a[*k].min(b[*k]), a[*k].max(b[*k])));
        values.insert("disputes", begun.clone().count() as f64);
        values.insert("disputes_contiguous", begun.filter(touching).count() as f64);
        values.insert("contiguous_dyads", pairs.len() as f64);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_observed_table_is_shipped() {
        for table in tables().unwrap() {
            assert!(table.rows() > 0, "{}", table.name);
        }
    }
}
