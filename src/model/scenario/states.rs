//! The states table.

use std::collections::BTreeMap;

use super::setting::{Geometry, PowerSpell, StateIndex, StateInput};
use super::sheet::{Row, Sheet};
use super::source::DataFile;
use super::suggest::shorten;
use crate::error::{Error, Result};

/// A row of the states table.
#[derive(Debug, Clone)]
pub struct StateRow {
    line: usize,
    /// The state, its regions not yet known by number.
    pub state: StateInput,
    /// Regions, the primary one first.
    pub regions: Vec<String>,
}

impl StateRow {
    /// Whether the state is in the system in `year`.
    pub(super) fn covers(&self, year: i32) -> bool {
        self.overlaps(year, Some(year))
    }

    /// Whether it is in the system in any year of the span.
    pub(super) fn overlaps(&self, first: i32, last: Option<i32>) -> bool {
        let state = &self.state;
        state.exit_year.is_none_or(|exit| first <= exit)
            && last.is_none_or(|last| state.entry_year <= last)
    }

    /// The state with its regions as indices into `regions`.
    pub(super) fn resolve(&self, regions: &[String]) -> StateInput {
        let index = |name: &String| regions.iter().position(|r| r == name);
        StateInput {
            regions: self.regions.iter().filter_map(index).collect(),
            ..self.state.clone()
        }
    }
}

/// All rows of the states table, and which of them the run has.
#[derive(Debug)]
pub struct Roster {
    /// Rows by `stream_id`.
    pub rows: Vec<StateRow>,
    /// Rows that the run has; the place in this list is the state's index.
    pub(super) kept: Vec<usize>,
    by_code: BTreeMap<u32, Vec<usize>>,
}

impl Roster {
    /// All rows, none left out yet.
    pub fn new(rows: Vec<StateRow>) -> Self {
        let mut by_code: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (k, row) in rows.iter().enumerate() {
            by_code.entry(row.state.code).or_default().push(k);
        }
        Self {
            kept: (0..rows.len()).collect(),
            rows,
            by_code,
        }
    }

    /// The rows of the states with the code in `column`, at least one.
    ///
    /// # Errors
    /// If the states table lacks the code.
    pub(super) fn spells(&self, row: &Row, column: &str) -> Result<&[usize]> {
        let code = row.code(column)?;
        let spells = self.by_code.get(&code).map(Vec::as_slice);
        spells.ok_or_else(|| {
            let expected = "a code of the states table";
            row.error(column, Error::expected(code, expected))
        })
    }

    /// The first row with the code of this one.
    pub(super) fn first(&self, row: usize) -> usize {
        self.by_code[&self.rows[row].state.code][0]
    }

    /// Indices in the run of the states of these rows, as far as the run has them.
    pub(super) fn indices(&self, spells: &[usize]) -> impl Iterator<Item = StateIndex> {
        let index = |row| self.kept.binary_search(row).ok();
        spells.iter().filter_map(index)
    }

    /// The row of the state `index` of the run.
    pub(super) fn row(&self, index: StateIndex) -> &StateRow {
        &self.rows[self.kept[index]]
    }

    /// Great-power spells of the states of the run, from codes with first and last years.
    pub(super) fn power_spells(&self, powers: &[(u32, i32, Option<i32>)]) -> Vec<PowerSpell> {
        let mut spells = Vec::new();
        for &(code, from, to) in powers {
            for (state, &row) in self.kept.iter().enumerate() {
                if self.rows[row].state.code == code {
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
    let ([first, second], limits) = match geometry {
        Geometry::Globe => (
            ["capital_lat", "capital_lon"],
            [(-90.0, 90.0), (-180.0, 180.0)],
        ),
        Geometry::Plane => (["x", "y"], [(0.0, 1.0); 2]),
    };
    let names = ["ccode", "abb", "name", "entry_year", "exit_year", "regions"];
    let sheet = Sheet::read(data, &[&names[..], &[first, second]].concat())?;
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
        let state = StateInput {
            stream_id,
            code: row.code("ccode")?,
            abbreviation: row.required("abb")?.to_string(),
            name: row.required("name")?.to_string(),
            entry_year: entry,
            exit_year: exit,
            regions: Vec::new(),
            position: (
                coordinate(first, limits[0])?,
                coordinate(second, limits[1])?,
            ),
            bloc: row.number("bloc", 0.0, 1.0)?,
        };
        rows.push(StateRow {
            line: row.line,
            state,
            regions: split_regions(row.text("regions")),
        });
    }
    if rows.is_empty() {
        return Err(Error::expected("no row", "at least one state").in_file(&data.shown));
    }
    check_doubles(data, &rows)?;
    rows.sort_by_key(|row| row.state.stream_id);
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
        let state = &row.state;
        if let Some(line) = streams.insert(state.stream_id, row.line) {
            let problem = format!(
                "found {} again (line {line}), expected a number of its own",
                state.stream_id
            );
            return fail(row, "stream_id", problem);
        }
        let spells = codes.entry(state.code).or_default();
        let overlaps = |o: &&&StateRow| o.overlaps(state.entry_year, state.exit_year);
        if let Some(other) = spells.iter().find(overlaps) {
            let problem = format!(
                "found {} again with years that overlap those on line {}, expected separate spells",
                state.code, other.line
            );
            return fail(row, "ccode", problem);
        }
        spells.push(row);
        let other = *names.entry(&state.abbreviation).or_insert(row);
        if other.state.code != state.code {
            let problem = format!(
                "found {} again, which is state {} on line {}",
                shorten(&state.abbreviation),
                other.state.code,
                other.line
            );
            return fail(row, "abb", problem);
        }
    }
    Ok(())
}
