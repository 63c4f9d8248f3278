//! Trends of the replicates of a result.

use crate::analysis::statistics::trend::{Correction, Trend, trend};
use crate::analysis::summary::{by_run_where, mean};
use crate::table::Table;
use comity_model::error::Result;

/// Trends with a p below this are told as such.
pub const SIGNIFICANT: f64 = 0.05;
/// Level of the intervals of slopes.
pub const LEVEL: f64 = 0.95;

/// The trend of a series whose missing values are left out, with the correction that keeps
/// its size in series of this length.
///
/// # Errors
/// With fewer than four values.
pub fn of_series(values: &[f64]) -> Result<Trend> {
    let finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    trend(&finite, Correction::FirstOrder, LEVEL)
}

/// The trend of a column in each replicate, over the rows that `keep` selects. `None` if the
/// table lacks the column.
pub fn by_replicate(
    table: &Table,
    column: &str,
    keep: impl Fn(usize) -> bool,
) -> Option<Vec<Trend>> {
    let of_run = |series: Vec<(i64, f64)>| {
        let values: Vec<f64> = series.into_iter().map(|(_, value)| value).collect();
        of_series(&values).ok()
    };
    let runs = by_run_where(table, column, keep)?;
    Some(runs.into_values().filter_map(of_run).collect())
}

/// Share of the trends that are significant and have this sign.
pub fn share(trends: &[Trend], sign: f64) -> f64 {
    let marks = trends
        .iter()
        .map(|t| f64::from(u8::from(t.p < SIGNIFICANT && t.z * sign > 0.0)));
    mean(&marks.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicates_have_a_trend_each() {
        let text = b"run_id,year,pacts\n0,1,1\n0,2,2\n0,3,3\n0,4,4\n0,5,5\n0,6,6\n0,7,7\n0,8,8\n\
            1,1,8\n1,2,7\n1,3,6\n1,4,5\n1,5,4\n1,6,3\n1,7,2\n1,8,1\n";
        let table = crate::table::csv::read("world", text, &[]).unwrap();
        let found = by_replicate(&table, "pacts", |_| true).unwrap();
        assert_eq!((found[0].slope, found[1].slope), (1.0, -1.0));
        assert_eq!((share(&found, 1.0), share(&found, -1.0)), (0.5, 0.5));
        let first = by_replicate(&table, "pacts", |row| row < 8).unwrap();
        assert_eq!((first.len(), share(&first, 1.0)), (1, 1.0));
        assert!(by_replicate(&table, "absent", |_| true).is_none());
        assert!(of_series(&[1.0, f64::NAN, 2.0, 3.0]).is_err());
    }
}
