//! Yearly values by state, with missing values filled in.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::ObservedPaths;
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

/// Values of one column by state (index in the run) and year.
type ByState = Vec<BTreeMap<i32, f64>>;
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
    let values = collect(data, roster)?;
    let mut paths = Vec::new();
    for ((column, _, _), values) in COLUMNS.iter().zip(&values) {
        let mut grid = carry(values, roster, years.clone());
        let lack = |problem: String| Error::new(problem).in_file(&data.shown).at_key(*column);
        fill_rest(&mut grid, roster, years.clone(), *column == "cinc").map_err(|year| {
            lack(format!(
                "found no value for {year} or any other year, expected one"
            ))
        })?;
        let exact = |k: usize, year: i32| values[k].contains_key(&year);
        let count = years
            .clone()
            .flat_map(|year| (0..roster.kept.len()).map(move |k| (k, year)))
            .filter(|&(k, year)| roster.row(k).covers(year) && !exact(k, year))
            .count();
        filled.push((column.to_string(), count));
        let numbers = |row: Vec<Option<f64>>| {
            row.iter()
                .map(|v| v.map_or(f32::NAN, |v| v as f32))
                .collect()
        };
        paths.push(grid.into_iter().map(numbers).collect());
    }
    let [capability, regime, income] = <[Vec<Vec<f32>>; 3]>::try_from(paths).unwrap_or_default();
    Ok(ObservedPaths {
        capability,
        income,
        regime,
    })
}

fn collect(data: &DataFile, roster: &Roster) -> Result<[ByState; 3]> {
    let [cinc, polyarchy, gdp] = COLUMNS.map(|(name, _, _)| name);
    let sheet = Sheet::read(data, &["ccode", "year", cinc, polyarchy, gdp])?;
    let mut values: [ByState; 3] = Default::default();
    for column in &mut values {
        column.resize(roster.kept.len(), BTreeMap::new());
    }
    let mut seen: BTreeMap<(u32, i32), usize> = BTreeMap::new();
    for row in sheet.rows() {
        let states = roster.find(&row, "ccode")?;
        let year = row.present("year", row.year("year")?)?;
        if let Some(line) = seen.insert((row.code("ccode")?, year), row.line) {
            let problem =
                format!("found {year} again for this state (line {line}), expected one row");
            return Err(row.error("year", Error::new(problem)));
        }
        for ((column, low, high), values) in COLUMNS.iter().zip(&mut values) {
            let value = row.number(column, *low, *high)?;
            for &state in states.iter().filter(|&&s| roster.row(s).covers(year)) {
                values[state].extend(value.map(|v| (year, v)));
            }
        }
    }
    Ok(values)
}

/// Each state's own values: of the year, else the latest earlier one, else the first later one.
fn carry(values: &ByState, roster: &Roster, years: RangeInclusive<i32>) -> Grid {
    let own = |k: usize, year: i32| {
        if !roster.row(k).covers(year) {
            return None;
        }
        let earlier = values[k].range(..=year).next_back();
        earlier
            .or_else(|| values[k].range(year..).next())
            .map(|(_, &v)| v)
    };
    years
        .map(|year| (0..values.len()).map(|k| own(k, year)).collect())
        .collect()
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
