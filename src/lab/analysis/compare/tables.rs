//! Tables of two results, row by row.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::ensemble::stored::Stored;
use crate::table::{Table, Values};
use comity_model::error::Result;

/// Columns that find a row. Where they do not, as in logs, whole rows are compared.
const KEYS: [&str; 13] = [
    "run_id",
    "arm",
    "baseline",
    "point",
    "replicate",
    "replicates",
    "year",
    "region",
    "state",
    "metric",
    "parameter",
    "parameter_1",
    "parameter_2",
];

/// A table that is not the same in both results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableDifference {
    /// Name.
    pub table: String,
    /// Rows in the first result; `None` if it has no such table.
    pub rows_a: Option<usize>,
    /// Rows in the second.
    pub rows_b: Option<usize>,
    /// Rows of the first that are not in the second: by their keys, or in a log as a whole.
    pub only_a: usize,
    /// Rows of the second that are not in the first.
    pub only_b: usize,
    /// Columns that differ in the rows that are in both.
    pub columns: Vec<ColumnDifference>,
}

/// A column that is not the same in both results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnDifference {
    /// Name.
    pub column: String,
    /// Set if only this result, `a` or `b`, has the column; the rest then says nothing.
    pub only: Option<char>,
    /// Rows in which it differs.
    pub rows: usize,
    /// Largest difference in size, second less first; NaN for texts and missing values.
    pub largest: f64,
    /// The largest in proportion to the greater of the two values.
    pub relative: f64,
    /// Where the largest is: the keys of the row.
    pub at: String,
}

/// Every table that differs, in the order of the first result.
pub fn tables(a: &Stored, b: &Stored) -> Result<Vec<TableDifference>> {
    let mut seen = BTreeSet::new();
    let names = a.tables().iter().chain(b.tables()).map(|t| &t.name);
    let mut found = Vec::new();
    for name in names.filter(|name| seen.insert(name.as_str())) {
        let difference = match (a.table(name)?, b.table(name)?) {
            (Some(a), Some(b)) => of_both(&a, &b),
            (a, b) => Some(TableDifference {
                table: name.clone(),
                rows_a: a.as_ref().map(Table::rows),
                rows_b: b.as_ref().map(Table::rows),
                only_a: a.map_or(0, |t| t.rows()),
                only_b: b.map_or(0, |t| t.rows()),
                columns: Vec::new(),
            }),
        };
        found.extend(difference);
    }
    Ok(found)
}

fn of_both(a: &Table, b: &Table) -> Option<TableDifference> {
    let keys: Vec<&str> = KEYS
        .into_iter()
        .filter(|k| a.position(k).is_some() && b.position(k).is_some())
        .collect();
    let (pairs, only_a, only_b) = match matched(a, b, &keys) {
        Some(matched) => matched,
        None => {
            let (only_a, only_b) = whole_rows(a, b);
            (Vec::new(), only_a, only_b)
        }
    };
    let mut columns = Vec::new();
    for (k, column) in a.columns.iter().enumerate() {
        match b.position(&column.name) {
            None => columns.push(missing(&column.name, 'a')),
            Some(other) => {
                let values = (&a.values[k], &b.values[other]);
                columns.extend(of_column(&column.name, values, &pairs, a, &keys));
            }
        }
    }
    let new = b.columns.iter().filter(|c| a.position(&c.name).is_none());
    columns.extend(new.map(|c| missing(&c.name, 'b')));
    let same = columns.is_empty() && (only_a, only_b) == (0, 0);
    (!same).then(|| TableDifference {
        table: a.name.clone(),
        rows_a: Some(a.rows()),
        rows_b: Some(b.rows()),
        only_a,
        only_b,
        columns,
    })
}

fn missing(column: &str, only: char) -> ColumnDifference {
    ColumnDifference {
        column: column.to_string(),
        only: Some(only),
        rows: 0,
        largest: f64::NAN,
        relative: f64::NAN,
        at: String::new(),
    }
}

/// Pairs of rows with the same keys, and how many rows of either table have no partner.
type Matched = (Vec<(usize, usize)>, usize, usize);

/// The rows of two tables matched by their keys; `None` if the keys do not find every row.
fn matched(a: &Table, b: &Table, keys: &[&str]) -> Option<Matched> {
    let index = |table: &Table| -> Option<BTreeMap<String, usize>> {
        let mut rows = BTreeMap::new();
        for row in 0..table.rows() {
            if rows.insert(place(table, keys, row), row).is_some() {
                return None;
            }
        }
        Some(rows)
    };
    let (of_a, of_b) = (index(a)?, index(b)?);
    let partner = |(key, &row): (&String, &usize)| Some((row, *of_b.get(key)?));
    let mut pairs: Vec<(usize, usize)> = of_a.iter().filter_map(partner).collect();
    pairs.sort_unstable();
    let (lone_a, lone_b) = (a.rows() - pairs.len(), b.rows() - pairs.len());
    Some((pairs, lone_a, lone_b))
}

/// The keys of a row as one text.
fn place(table: &Table, keys: &[&str], row: usize) -> String {
    let cell = |key: &&str| {
        let at = table.position(key)?;
        Some(format!("{key} {}", cell(&table.values[at], row)))
    };
    keys.iter().filter_map(cell).collect::<Vec<_>>().join(", ")
}

fn cell(values: &Values, row: usize) -> String {
    match values {
        Values::Real(v) => v[row].to_string(),
        Values::Integer(v) => v[row].to_string(),
        Values::Text(v) => v[row].clone(),
    }
}

/// How many rows of each are not in the other, each counted as often as it occurs.
fn whole_rows(a: &Table, b: &Table) -> (usize, usize) {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    let mut count = |table: &Table, step: i64| {
        for row in 0..table.rows() {
            let cells: Vec<String> = table.values.iter().map(|v| cell(v, row)).collect();
            *counts.entry(cells.join("\u{1f}")).or_default() += step;
        }
    };
    count(a, 1);
    count(b, -1);
    let of = |sign: i64| counts.values().map(|c| (c * sign).max(0) as usize).sum();
    (of(1), of(-1))
}

fn of_column(
    name: &str,
    (a, b): (&Values, &Values),
    pairs: &[(usize, usize)],
    table: &Table,
    keys: &[&str],
) -> Option<ColumnDifference> {
    let mut rows = 0;
    let (mut largest, mut relative, mut at) = (f64::NAN, f64::NAN, 0);
    for &(i, j) in pairs {
        let difference = match (number(a, i), number(b, j)) {
            (Some(x), Some(y)) if x == y || (x.is_nan() && y.is_nan()) => continue,
            (Some(x), Some(y)) => {
                let share = (y - x) / x.abs().max(y.abs());
                if relative.is_nan() || share.abs() > relative.abs() {
                    relative = share;
                }
                y - x
            }
            _ if cell(a, i) == cell(b, j) => continue,
            _ => f64::NAN,
        };
        rows += 1;
        let first = rows == 1 || (largest.is_nan() && !difference.is_nan());
        if first || difference.abs() > largest.abs() {
            (largest, at) = (difference, i);
        }
    }
    (rows > 0).then(|| ColumnDifference {
        column: name.to_string(),
        only: None,
        rows,
        largest,
        relative,
        at: place(table, keys, at),
    })
}

fn number(values: &Values, row: usize) -> Option<f64> {
    match values {
        Values::Real(v) => Some(v[row]),
        Values::Integer(v) => Some(v[row] as f64),
        Values::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::csv;

    fn table(text: &str) -> Table {
        csv::read("t", text.as_bytes(), &[]).unwrap()
    }

    #[test]
    fn equal_tables_do_not_differ_and_missing_is_equal_to_missing() {
        let a = table("year,x\n1,0.5\n2,\n");
        assert_eq!(of_both(&a, &a), None);
    }

    #[test]
    fn the_largest_difference_is_named_with_its_row() {
        let a = table("year,x,y\n1,0.5,u\n2,4,u\n3,1,u\n");
        let b = table("year,x,y\n1,0.25,u\n2,2,v\n4,1,u\n");
        let found = of_both(&a, &b).unwrap();
        assert_eq!((found.only_a, found.only_b), (1, 1));
        let x = &found.columns[0];
        assert_eq!((x.rows, x.largest, x.relative), (2, -2.0, -0.5));
        assert_eq!(x.at, "year 2");
        let y = &found.columns[1];
        assert!(y.rows == 1 && y.largest.is_nan());
    }

    #[test]
    fn rows_of_a_log_are_compared_as_wholes() {
        let a = table("year,event\n1,war\n1,war\n2,war\n");
        let b = table("year,event\n1,war\n2,war\n2,peace\n");
        let found = of_both(&a, &b).unwrap();
        assert_eq!((found.only_a, found.only_b), (1, 1));
        assert!(found.columns.is_empty());
    }

    #[test]
    fn columns_of_one_result_alone_are_named() {
        let found = of_both(&table("year,x\n1,1\n"), &table("year,z\n1,1\n")).unwrap();
        let only: Vec<_> = found
            .columns
            .iter()
            .map(|c| (&c.column[..], c.only))
            .collect();
        assert_eq!(only, [("x", Some('a')), ("z", Some('b'))]);
    }
}
