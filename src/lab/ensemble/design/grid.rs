//! Full factorial designs and one factor at a time.

use super::Factor;

/// Every combination of the factors' levels; the last factor changes fastest.
pub fn full(factors: &[Factor], levels: usize) -> Vec<Vec<f64>> {
    let mut rows = vec![Vec::new()];
    for factor in factors {
        let values = factor.levels(levels);
        let extend = |row: &Vec<f64>, value: f64| {
            let mut row = row.clone();
            row.push(value);
            row
        };
        rows = rows
            .iter()
            .flat_map(|row| values.iter().map(move |&value| extend(row, value)))
            .collect();
    }
    rows
}

/// The baseline, then each factor over its levels with the others at the baseline.
pub fn one_at_a_time(factors: &[Factor], levels: usize, baseline: &[f64]) -> Vec<Vec<f64>> {
    let mut rows = vec![baseline.to_vec()];
    for (j, factor) in factors.iter().enumerate() {
        for value in factor.levels(levels) {
            let mut row = baseline.to_vec();
            row[j] = value;
            rows.push(row);
        }
    }
    rows
}
