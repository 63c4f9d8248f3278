//! Replicates summarised: medians and quantiles by year.

use std::collections::BTreeMap;

use crate::table::{ColumnType, Record, Table};

pub use comity_model::observe::statistics::{mean, median, quantile};

/// A year over the replicates: the median and the middle 90 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Year.
    pub year: i64,
    /// Number of replicates with a value.
    pub runs: usize,
    /// 5 % quantile.
    pub low: f64,
    /// Median.
    pub median: f64,
    /// 95 % quantile.
    pub high: f64,
}

comity_model::record! {
    /// A column in a year over the replicates.
    pub struct SummaryRow in "summary", "one column of the world table in one year" {
        year: i64, "year", "year";
        column: String, "1", "column of the world table, whose unit it has";
        runs: i64, "runs", "replicates with a value";
        median: f64, "as the column", "median over the replicates";
        low: f64, "as the column", "5 % quantile over the replicates";
        high: f64, "as the column", "95 % quantile over the replicates";
    }
}

/// Every column of numbers of the world table, summarised by year.
pub fn summary(world: &Table) -> Table {
    let numbers = world.columns.iter().filter(|c| c.kind != ColumnType::Text);
    let columns = numbers.map(|c| c.name.as_str());
    let rows: Vec<SummaryRow> = columns
        .filter(|name| !["run_id", "seed", "year"].contains(name))
        .flat_map(|name| {
            let row = move |b: Band| SummaryRow {
                year: b.year,
                column: name.to_string(),
                runs: b.runs as i64,
                median: b.median,
                low: b.low,
                high: b.high,
            };
            by_year(world, name)
                .unwrap_or_default()
                .into_iter()
                .map(row)
        })
        .collect();
    SummaryRow::table(&rows)
}

/// Number of replicates in the table; 1 without a column `run_id`.
pub fn runs(table: &Table) -> usize {
    let mut ids = table.integer("run_id").unwrap_or_default().to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids.len().max(1)
}

/// The column by year over the replicates, in the order of years; years without
/// a value are left out. `None` if the table lacks the column or the year.
pub fn by_year(table: &Table, column: &str) -> Option<Vec<Band>> {
    by_year_where(table, column, |_| true)
}

/// [`by_year`] over the rows that `keep` selects.
pub fn by_year_where(
    table: &Table,
    column: &str,
    keep: impl Fn(usize) -> bool,
) -> Option<Vec<Band>> {
    let years = table.integer("year")?;
    let values = table.real(column)?;
    let mut groups: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for (row, (&year, &value)) in years.iter().zip(&values).enumerate() {
        if value.is_finite() && keep(row) {
            groups.entry(year).or_default().push(value);
        }
    }
    let band = |(year, values): (i64, Vec<f64>)| Band {
        year,
        runs: values.len(),
        low: quantile(&values, 0.05),
        median: median(&values),
        high: quantile(&values, 0.95),
    };
    Some(groups.into_iter().map(band).collect())
}

/// The column by replicate, each in the order of years. `None` if a column is missing.
pub fn by_run(table: &Table, column: &str) -> Option<BTreeMap<i64, Vec<(i64, f64)>>> {
    by_run_where(table, column, |_| true)
}

/// [`by_run`] over the rows that `keep` selects.
pub fn by_run_where(
    table: &Table,
    column: &str,
    keep: impl Fn(usize) -> bool,
) -> Option<BTreeMap<i64, Vec<(i64, f64)>>> {
    let years = table.integer("year")?;
    let values = table.real(column)?;
    let mut groups: BTreeMap<i64, Vec<(i64, f64)>> = BTreeMap::new();
    let rows = years.iter().zip(&values).enumerate();
    for (row, (&year, &value)) in rows.filter(|(row, _)| keep(*row)) {
        let run = table.integer("run_id").map_or(0, |ids| ids[row]);
        groups.entry(run).or_default().push((year, value));
    }
    for series in groups.values_mut() {
        series.sort_by_key(|&(year, _)| year);
    }
    Some(groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::csv;

    #[test]
    fn quantiles_are_those_of_r() {
        // R: quantile(c(3, 1, 4, 1, 5, 9, 2, 6), c(.05, .5, .95)) gives 1.00, 3.50, 7.95.
        let values = [3.0, 1.0, 4.0, f64::NAN, 1.0, 5.0, 9.0, 2.0, 6.0];
        assert!((quantile(&values, 0.05) - 1.0).abs() < 1e-12);
        assert!((median(&values) - 3.5).abs() < 1e-12);
        assert!((quantile(&values, 0.95) - 7.95).abs() < 1e-12);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn replicates_are_grouped_by_year() {
        let text = b"run_id,year,pacts\n0,1946,1\n0,1947,2\n1,1946,3\n1,1947,\n";
        let table = csv::read("world", text, &[]).unwrap();
        let bands = by_year(&table, "pacts").unwrap();
        assert_eq!((bands[0].runs, bands[0].median), (2, 2.0));
        assert_eq!((bands[1].runs, bands[1].median), (1, 2.0));
        assert_eq!(runs(&table), 2);
        assert_eq!(by_run(&table, "pacts").unwrap()[&1][0], (1946, 3.0));
        assert_eq!(by_year(&table, "absent"), None);
    }
}
