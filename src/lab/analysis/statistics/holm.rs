//! Many tests at once.

use comity_model::error::{Error, Result};

/// p values adjusted by Holm (1979, Scandinavian J. Statistics 6: 65-70), in the order given:
/// those at most α are rejected, with a chance of at most α of any false rejection.
///
/// # Errors
///
/// If a p is not from 0 to 1.
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>> {
    if let Some(p) = p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(Error::expected(p, "a p value from 0 to 1"));
    }
    let tests = p_values.len();
    let mut order: Vec<usize> = (0..tests).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; tests];
    let mut largest: f64 = 0.0;
    for (k, &i) in order.iter().enumerate() {
        largest = largest.max((tests - k) as f64 * p_values[i]).min(1.0);
        adjusted[i] = largest;
    }
    Ok(adjusted)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    /// Expected: `statsmodels.stats.multitest.multipletests(p, method="holm")` of statsmodels
    /// 0.15.
    #[test]
    fn adjusted_values_are_those_of_statsmodels() {
        let found = holm(&[0.01, 0.04, 0.03, 0.005, 0.5, 0.04]).unwrap();
        for (found, expected) in found.iter().zip([0.05, 0.12, 0.12, 0.03, 0.5, 0.12]) {
            close(*found, expected, 1e-12);
        }
        assert_eq!(holm(&[0.9, 0.8]).unwrap(), [1.0, 1.0]);
        assert_eq!(holm(&[]).unwrap(), [0.0; 0]);
        assert!(holm(&[0.1, f64::NAN]).is_err());
    }
}
