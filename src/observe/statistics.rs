//! Small summaries of lists.

/// `measure` if it is wanted, else NaN.
pub fn when(wanted: bool, measure: impl FnOnce() -> f64) -> f64 {
    if wanted { measure() } else { f64::NAN }
}

/// Mean of the finite values; NaN without any.
pub fn mean(values: &[f64]) -> f64 {
    average(values.iter().copied())
}

/// Mean of the finite values of a sequence; NaN without any.
pub fn average(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for v in values.filter(|v| v.is_finite()) {
        sum += v;
        count += 1.0;
    }
    if count > 0.0 { sum / count } else { f64::NAN }
}

/// Standard deviation of the values as a whole population; NaN of nothing.
pub fn deviation(values: &[f64]) -> f64 {
    let m = mean(values);
    let squares: Vec<f64> = values.iter().map(|v| (v - m) * (v - m)).collect();
    libm::sqrt(mean(&squares))
}

/// Quantile of the finite values by linear interpolation between order statistics (type 7 of
/// Hyndman & Fan 1996, the default of R and NumPy); NaN without any.
pub fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if sorted.is_empty() {
        return f64::NAN;
    }
    if !sorted.is_sorted_by(|a, b| a.total_cmp(b).is_le()) {
        sorted.sort_unstable_by(f64::total_cmp);
    }
    let position = q.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let low = libm::floor(position) as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (position - low as f64) * (sorted[high] - sorted[low])
}

/// Median; NaN of nothing.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// Gini index of non-negative values; NaN of nothing or of zeros.
pub fn gini(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (n, total) = (sorted.len() as f64, sorted.iter().sum::<f64>());
    if total <= 0.0 {
        return f64::NAN;
    }
    let weighted: f64 = sorted
        .iter()
        .enumerate()
        .map(|(k, v)| (k as f64 + 1.0) * v)
        .sum();
    2.0 * weighted / (n * total) - (n + 1.0) / n
}

/// `part / whole`; NaN if the whole is zero.
pub fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_a_short_list() {
        let v = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(mean(&v), 2.5);
        assert_eq!(median(&v), 2.5);
        assert_eq!(quantile(&v, 0.25), 1.75);
        assert!((deviation(&v) - 1.25f64.sqrt()).abs() < 1e-12);
        assert!((gini(&v) - 0.25).abs() < 1e-12);
        assert!(mean(&[]).is_nan() && median(&[]).is_nan() && gini(&[0.0]).is_nan());
    }
}
