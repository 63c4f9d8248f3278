//! The states table.

use std::collections::BTreeMap;

use super::sheet::{Row, Sheet};
use super::source::DataFile;
use super::suggest::shorten;
use super::{Geometry, PowerSpell, StateIndex, StateInput};
use crate::error::{Error, Result};

/// A row of the states table.
#[derive(Debug, Clone)]
pub struct StateRow {
    line: usize,
    /// Rank of its draws.
    pub stream_id: u32,
    /// Code.
    pub code: u32,
    abbreviation: String,
    name: String,
    /// First year in the system.
    pub entry: i32,
    /// Last year in the system.
    pub exit: Option<i32>,
    /// Regions, the primary one first.
    pub regions: Vec<String>,
    position: (f64, f64),
    bloc: Option<f64>,
}

impl StateRow {
    /// Whether the state is in the system in `year`.
    pub fn covers(&self, year: i32) -> bool {
        self.entry <= year && self.exit.is_none_or(|exit| year <= exit)
    }

    /// Whether it is in the system in any year of the span.
    pub fn overlaps(&self, first: i32, last: Option<i32>) -> bool {
        self.exit.is_none_or(|exit| first <= exit) && last.is_none_or(|last| self.entry <= last)
    }

    /// The state with its regions as indices into `regions`.
    pub fn resolve(&self, regions: &[String]) -> StateInput {
        let index = |name: &String| regions.iter().position(|r| r == name);
        StateInput {
            stream_id: self.stream_id,
            code: self.code,
            abbreviation: self.abbreviation.clone(),
            name: self.name.clone(),
            entry_year: self.entry,
            exit_year: self.exit,
            regions: self.regions.iter().filter_map(index).collect(),
            position: self.position,
            bloc: self.bloc,
        }
    }
}

/// All rows of the states table, and which of them the run has.
#[derive(Debug)]
pub struct Roster {
    /// Rows by `stream_id`.
    pub rows: Vec<StateRow>,
    /// Rows that the run has; the place in this list is the state's index.
    pub kept: Vec<usize>,
    by_code: BTreeMap<u32, Vec<usize>>,
}

impl Roster {
    /// All rows, none left out yet.
    pub fn new(rows: Vec<StateRow>) -> Self {
        let mut by_code: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (k, row) in rows.iter().enumerate() {
            by_code.entry(row.code).or_default().push(k);
        }
        let kept = (0..rows.len()).collect();
        Self {
            rows,
            kept,
            by_code,
        }
    }

    /// Indices in the run of the states with the code in `column`; empty if the run has none.
    ///
    /// # Errors
    /// If the states table lacks the code.
    pub fn find(&self, row: &Row, column: &str) -> Result<Vec<StateIndex>> {
        let code = row.code(column)?;
        let Some(rows) = self.by_code.get(&code) else {
            let expected = "a code of the states table";
            return Err(row.error(column, Error::expected(code, expected)));
        };
        Ok(rows
            .iter()
            .filter_map(|r| self.kept.binary_search(r).ok())
            .collect())
    }

    /// The row of the state `index` of the run.
    pub fn row(&self, index: StateIndex) -> &StateRow {
        &self.rows[self.kept[index]]
    }

    /// Great-power spells of the states of the run, from codes with first and last years.
    pub fn power_spells(&self, powers: &[(u32, i32, Option<i32>)]) -> Vec<PowerSpell> {
        let mut spells = Vec::new();
        for &(code, from, to) in powers {
            for (state, &row) in self.kept.iter().enumerate() {
                if self.rows[row].code == code {
                    spells.push(PowerSpell { state, from, to });
                }
            }
        }
        spells.sort_by_key(|s| (s.state, s.from, s.to));
        spells.dedup();
        spells
    }
}

/// Reads the states table, by `stream_id`.
///
/// # Errors
/// Whatever is wrong in it, with line and column.
pub fn read_states(data: &DataFile, geometry: Geometry) -> Result<Vec<StateRow>> {
    let [first, second] = match geometry {
        Geometry::Globe => ["capital_lat", "capital_lon"],
        Geometry::Plane => ["x", "y"],
    };
    let columns = [
        "ccode",
        "abb",
        "name",
        "entry_year",
        "exit_year",
        "regions",
        first,
        second,
    ];
    let sheet = Sheet::read(data, &columns)?;
    let limits = match geometry {
        Geometry::Globe => [(-90.0, 90.0), (-180.0, 180.0)],
        Geometry::Plane => [(0.0, 1.0); 2],
    };
    let mut rows: Vec<StateRow> = Vec::new();
    for (k, row) in sheet.rows().enumerate() {
        let coordinate = |column: &str, (low, high): (f64, f64)| {
            row.present(column, row.number(column, low, high)?)
        };
        let (entry, exit) = row.span("entry_year", "exit_year")?;
        let stream_id = match sheet.has("stream_id") {
            true => row.code("stream_id")?,
            false => k as u32,
        };
        let state = StateRow {
            line: row.line,
            stream_id,
            code: row.code("ccode")?,
            abbreviation: row.required("abb")?.to_string(),
            name: row.required("name")?.to_string(),
            entry,
            exit,
            regions: split_regions(row.text("regions")),
            position: (
                coordinate(first, limits[0])?,
                coordinate(second, limits[1])?,
            ),
            bloc: row.number("bloc", 0.0, 1.0)?,
        };
        rows.push(state);
    }
    if rows.is_empty() {
        return Err(Error::expected("no row", "at least one state").in_file(&data.shown));
    }
    check_doubles(data, &rows)?;
    rows.sort_by_key(|row| row.stream_id);
    Ok(rows)
}

fn split_regions(cell: &str) -> Vec<String> {
    let mut regions: Vec<String> = Vec::new();
    for region in cell.split('|').map(str::trim).filter(|r| !r.is_empty()) {
        if !regions.iter().any(|r| r == region) {
            regions.push(region.to_string());
        }
    }
    regions
}

/// No two rows share a `stream_id`, a code in one year, or an abbreviation with different codes.
fn check_doubles(data: &DataFile, rows: &[StateRow]) -> Result<()> {
    let fail = |row: &StateRow, column: &str, problem: String| {
        let error = Error::new(problem).in_file(&data.shown).at_line(row.line);
        Err(error.at_key(column))
    };
    let mut streams: BTreeMap<u32, usize> = BTreeMap::new();
    let mut codes: BTreeMap<u32, Vec<&StateRow>> = BTreeMap::new();
    let mut names: BTreeMap<&str, &StateRow> = BTreeMap::new();
    for row in rows {
        if let Some(line) = streams.insert(row.stream_id, row.line) {
            let problem = format!(
                "found {} again (line {line}), expected a number of its own",
                row.stream_id
            );
            return fail(row, "stream_id", problem);
        }
        let spells = codes.entry(row.code).or_default();
        if let Some(other) = spells.iter().find(|o| o.overlaps(row.entry, row.exit)) {
            let problem = format!(
                "found {} again with years that overlap those on line {}, expected separate spells",
                row.code, other.line
            );
            return fail(row, "ccode", problem);
        }
        spells.push(row);
        let other = *names.entry(&row.abbreviation).or_insert(row);
        if other.code != row.code {
            let problem = format!(
                "found {} again, which is state {} on line {}",
                shorten(&row.abbreviation),
                other.code,
                other.line
            );
            return fail(row, "abb", problem);
        }
    }
    Ok(())
}
