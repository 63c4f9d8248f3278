//! Yearly values by state, with missing values filled in.

use std::ops::RangeInclusive;

use super::setting::ObservedPaths;
use super::sheet::Sheet;
use super::source::DataFile;
use super::states::Roster;
use crate::error::{Error, Result};

/// Columns with the values allowed.
const COLUMNS: [(&str, f64, f64); 3] = [
    ("cinc", 0.0, 1.0),
    ("polyarchy", 0.0, 1.0),
    ("gdp_per_capita", 1e-9, f64::MAX),
];

/// A row of the table: the year, the line and the values of the columns.
type Entry = (i32, usize, [Option<f64>; 3]);
/// Values by year of the run and state; `None`: missing or out of the system.
type Grid = Vec<Vec<Option<f64>>>;

/// Reads the table of yearly values and fills in what is missing in `years`, adding to
/// `filled` how many values of each column were.
///
/// # Errors
/// Numbers out of range, unknown states, doubled rows, columns without any value.
pub fn read(
    data: &DataFile,
    roster: &Roster,
    years: RangeInclusive<i32>,
    filled: &mut Vec<(String, usize)>,
) -> Result<ObservedPaths> {
    let entries = collect(data, roster)?;
    let path = |column: usize| {
        let name = COLUMNS[column].0;
        let (mut grid, count) = carry(&entries, column, roster, years.clone());
        filled.push((name.to_string(), count));
        fill_rest(&mut grid, roster, years.clone(), name == "cinc").map_err(|year| {
            let problem = format!("found no value for {year} or any other year, expected one");
            Error::new(problem).in_file(&data.shown).at_key(name)
        })?;
        let number = |value: Option<f64>| value.map_or(f32::NAN, |v| v as f32);
        let numbers = |row: Vec<_>| row.into_iter().map(number).collect();
        Ok(grid.into_iter().map(numbers).collect())
    };
    let [capability, regime, income] = [0, 1, 2].map(path);
    Ok(ObservedPaths {
        capability: capability?,
        income: income?,
        regime: regime?,
    })
}

/// The rows by state, at the place of its first row in the states table, in order of years.
fn collect(data: &DataFile, roster: &Roster) -> Result<Vec<Vec<Entry>>> {
    let [cinc, polyarchy, gdp] = COLUMNS.map(|(name, _, _)| name);
    let sheet = Sheet::read(data, &["ccode", "year", cinc, polyarchy, gdp])?;
    let mut entries: Vec<Vec<Entry>> = vec![Vec::new(); roster.rows.len()];
    for row in sheet.rows() {
        let known = &mut entries[roster.spells(&row, "ccode")?[0]];
        let year = row.present("year", row.year("year")?)?;
        let place = match known.binary_search_by_key(&year, |e| e.0) {
            Ok(k) => {
                let line = known[k].1;
                let problem =
                    format!("found {year} again for this state (line {line}), expected one row");
                return Err(row.error("year", Error::new(problem)));
            }
            Err(place) => place,
        };
        let mut values = [None; 3];
        for (value, (column, low, high)) in values.iter_mut().zip(COLUMNS) {
            *value = row.number(column, low, high)?;
        }
        known.insert(place, (year, row.line, values));
    }
    Ok(entries)
}

/// Each state's own values of a column: of the year, else the latest earlier one, else the
/// first later one; and how many are not of the year.
fn carry(
    entries: &[Vec<Entry>],
    column: usize,
    roster: &Roster,
    years: RangeInclusive<i32>,
) -> (Grid, usize) {
    let first = *years.start();
    let mut grid: Grid = years
        .clone()
        .map(|_| vec![None; roster.kept.len()])
        .collect();
    let mut count = 0;
    for (k, &place) in roster.kept.iter().enumerate() {
        let row = &roster.rows[place];
        let known: Vec<(i32, f64)> = entries[roster.first(place)]
            .iter()
            .filter(|(year, ..)| row.covers(*year))
            .filter_map(|(year, _, values)| Some((*year, values[column]?)))
            .collect();
        let mut at = 0;
        for year in years.clone().filter(|&year| row.covers(year)) {
            while known.get(at + 1).is_some_and(|next| next.0 <= year) {
                at += 1;
            }
            let own = known.get(at);
            grid[(year - first) as usize][k] = own.map(|own| own.1);
            count += usize::from(own.is_none_or(|own| own.0 != year));
        }
    }
    (grid, count)
}

/// States without any value of their own: the smallest value of the year, else the mean of
/// the primary region, else of the world. Fails with a year in which no state has a value.
fn fill_rest(
    grid: &mut Grid,
    roster: &Roster,
    years: RangeInclusive<i32>,
    smallest: bool,
) -> std::result::Result<(), i32> {
    for (row, year) in grid.iter_mut().zip(years) {
        let known = row.clone();
        let mean = |region: Option<&str>| {
            let of_region = |k: usize| {
                region.is_none_or(|name| roster.row(k).regions.first().is_some_and(|r| r == name))
            };
            let values = known.iter().enumerate().filter(|&(k, _)| of_region(k));
            let (sum, n) = values
                .filter_map(|(_, v)| *v)
                .fold((0.0, 0), |(s, n), v| (s + v, n + 1));
            (n > 0).then(|| sum / f64::from(n))
        };
        for (k, value) in row.iter_mut().enumerate() {
            if value.is_some() || !roster.row(k).covers(year) {
                continue;
            }
            *value = if smallest {
                known.iter().flatten().copied().reduce(f64::min)
            } else {
                let region = roster.row(k).regions.first();
                region
                    .and_then(|name| mean(Some(name)))
                    .or_else(|| mean(None))
            };
            if value.is_none() {
                return Err(year);
            }
        }
    }
    Ok(())
}
