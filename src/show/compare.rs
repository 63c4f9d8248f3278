//! A comparison for a terminal of 80 columns.

use crate::grid::{grid, number};
use comity_lab::analysis::compare::{
    ColumnDifference, Comparison, InputDifference, TableDifference,
};

/// Columns of a table that are shown: those that differ most in proportion.
const MOST: usize = 12;

/// What differs; says so if nothing does.
pub fn text(comparison: &Comparison) -> String {
    if comparison.same() {
        return "The results are the same: inputs, parameters and every value.\n".to_string();
    }
    let mut text = String::new();
    let mut section = |title: &str, body: String| {
        let gap = if text.is_empty() { "" } else { "\n" };
        text.push_str(&format!("{gap}{title}\n\n{body}"));
    };
    let parts = [
        ("Inputs that differ", &comparison.inputs),
        ("Keys that differ", &comparison.parameters),
    ];
    for (title, entries) in parts {
        if !entries.is_empty() {
            section(title, written(entries));
        }
    }
    for table in &comparison.tables {
        section(&heading(table), columns(table));
    }
    if comparison.tables.is_empty() {
        section("Tables", "Every value is the same.\n".to_string());
    }
    text
}

fn written(entries: &[InputDifference]) -> String {
    let row = |d: &InputDifference| {
        let side = |value: &Option<String>| match (value, d.default) {
            (Some(value), _) => value.clone(),
            (None, Some(default)) => format!("default, {}", number(default)),
            (None, None) => "not there".to_string(),
        };
        let difference = d.difference.map_or(String::new(), number);
        vec![d.name.clone(), side(&d.a), side(&d.b), difference]
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    grid(&["", "A", "B", ">B - A"], &rows)
}

fn heading(table: &TableDifference) -> String {
    let name = &table.table;
    match (table.rows_a, table.rows_b) {
        (Some(_), None) => format!("Table {name} is in A only"),
        (None, Some(_)) => format!("Table {name} is in B only"),
        (a, b) => format!(
            "Table {name}: {} rows in A, {} in B; {} only in A, {} only in B",
            a.unwrap_or(0),
            b.unwrap_or(0),
            table.only_a,
            table.only_b
        ),
    }
}

fn columns(table: &TableDifference) -> String {
    if table.columns.is_empty() {
        return match (table.rows_a, table.rows_b) {
            (Some(_), Some(_)) => {
                "Columns are the same in the rows that are in both.\n".to_string()
            }
            _ => String::new(),
        };
    }
    let mut columns: Vec<&ColumnDifference> = table.columns.iter().collect();
    let size = |c: &ColumnDifference| match c.relative.is_nan() {
        true => f64::INFINITY,
        false => c.relative.abs(),
    };
    columns.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let row = |c: &&ColumnDifference| match c.only {
        Some(side) => vec![
            c.column.clone(),
            format!("in {} only", side.to_ascii_uppercase()),
            String::new(),
            String::new(),
            String::new(),
        ],
        None => vec![
            c.column.clone(),
            c.rows.to_string(),
            number(c.largest),
            match c.relative.is_nan() {
                true => String::new(),
                false => format!("{} %", number(100.0 * c.relative)),
            },
            c.at.clone(),
        ],
    };
    let rows: Vec<_> = columns.iter().take(MOST).map(row).collect();
    let head = ["column", ">rows", ">largest B - A", ">in %", "largest at"];
    let mut text = grid(&head, &rows);
    if columns.len() > MOST {
        let more = columns.len() - MOST;
        text.push_str(&format!(
            "… and {more} columns more: --json has all of them\n"
        ));
    }
    text
}
