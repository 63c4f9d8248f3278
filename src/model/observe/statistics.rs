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

/// Sen's slope: the median of the slopes between all pairs of points (Sen 1968); NaN of fewer
/// than two.
pub fn sen_slope(points: &[(f64, f64)]) -> f64 {
    let mut slopes = Vec::with_capacity(points.len() * points.len().saturating_sub(1) / 2);
    for (k, a) in points.iter().enumerate() {
        slopes.extend(points[k + 1..].iter().map(|b| (b.1 - a.1) / (b.0 - a.0)));
    }
    median(&slopes)
}

/// Index of the first value after the best single break of the mean: the split with the
/// least sum of squares, with at least the share `trim` of the values on either side (the
/// break of the sup-F test; Bai & Perron 1998). `None` where no split leaves two on a side, or
/// the values are constant.
pub fn best_break(values: &[f64], trim: f64) -> Option<usize> {
    let n = values.len();
    let least = (libm::ceil(trim * n as f64) as usize).max(2);
    let total: f64 = values.iter().sum();
    let constant = values.windows(2).all(|pair| pair[0] == pair[1]);
    if n < 2 * least || constant {
        return None;
    }
    let mut left = 0.0;
    let mut best: Option<(f64, usize)> = None;
    for (k, value) in values.iter().enumerate() {
        // The sum of squares within both sides is least where that between them is largest.
        if (least..=n - least).contains(&k) {
            let (a, b) = (k as f64, (n - k) as f64);
            let between = left * left / a + (total - left) * (total - left) / b;
            if best.is_none_or(|(most, _)| between > most) {
                best = Some((between, k));
            }
        }
        left += value;
    }
    best.map(|(_, k)| k)
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
        let line = [(1.0, 2.0), (2.0, 4.0), (4.0, 8.0), (5.0, 90.0)];
        assert_eq!(sen_slope(&line), 12.0);
        let steps = [1.0, 1.2, 0.9, 1.1, 3.0, 3.1, 2.9, 3.0, 3.2, 2.8];
        assert_eq!(best_break(&steps, 0.15), Some(4));
        assert_eq!(best_break(&[1.0; 10], 0.15), None);
        assert_eq!(best_break(&steps[..3], 0.15), None);
        assert!(mean(&[]).is_nan() && median(&[]).is_nan() && gini(&[0.0]).is_nan());
    }
}
