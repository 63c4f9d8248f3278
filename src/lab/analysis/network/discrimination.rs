//! How well a forecast tells those that are from those that are not.

/// A forecast of one pair and what was observed.
pub type Case = (f64, bool);

/// Area under the receiver operating characteristic: the probability that one that is has a
/// higher forecast than one that is not, ties counting half (Hanley & McNeil 1982). NaN if all
/// or none are.
pub fn auc(cases: &[Case]) -> f64 {
    let (mut rank_sum, mut before, mut positives) = (0.0, 0.0, 0.0);
    for group in tied(cases) {
        let hits = hits(group);
        rank_sum += hits * (before + (group.len() as f64 + 1.0) / 2.0);
        before += group.len() as f64;
        positives += hits;
    }
    let negatives = before - positives;
    if positives == 0.0 || negatives == 0.0 {
        return f64::NAN;
    }
    (rank_sum - positives * (positives + 1.0) / 2.0) / (positives * negatives)
}

/// Average precision: Σ (R_k − R_{k−1}) P_k over the thresholds from the highest forecast on,
/// without interpolation. NaN if none are.
pub fn average_precision(cases: &[Case]) -> f64 {
    let positives = hits_of(cases.iter());
    if positives == 0.0 {
        return f64::NAN;
    }
    let (mut sum, mut seen, mut found) = (0.0, 0.0, 0.0);
    for group in tied(cases).rev() {
        let hits = hits(group);
        seen += group.len() as f64;
        found += hits;
        sum += hits / positives * (found / seen);
    }
    sum
}

/// Brier score: mean squared difference of forecast and outcome. NaN without a case.
pub fn brier(cases: &[Case]) -> f64 {
    let squares = cases.iter().map(|&(p, y)| {
        let miss = p - f64::from(u8::from(y));
        miss * miss
    });
    squares.sum::<f64>() / cases.len() as f64
}

/// A bin of a calibration curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Number, from 1.
    pub number: usize,
    /// Cases in it.
    pub cases: usize,
    /// Mean forecast.
    pub mean_forecast: f64,
    /// Share of them that are.
    pub share: f64,
}

/// Number of bins above 0.
pub const BINS: usize = 10;

/// The calibration curve: one bin for forecasts of 0, then tenths with their upper ends; empty
/// bins are left out.
pub fn curve(cases: &[Case]) -> Vec<Bin> {
    let number = |p: f64| libm::ceil(p * BINS as f64 - 1e-9).clamp(0.0, BINS as f64) as usize;
    let bin = |k: usize| {
        let within: Vec<&Case> = cases.iter().filter(|c| number(c.0) == k).collect();
        let n = within.len() as f64;
        (!within.is_empty()).then(|| Bin {
            number: k + 1,
            cases: within.len(),
            mean_forecast: within.iter().map(|c| c.0).sum::<f64>() / n,
            share: hits_of(within.into_iter()) / n,
        })
    };
    (0..=BINS).filter_map(bin).collect()
}

fn hits(cases: &[Case]) -> f64 {
    hits_of(cases.iter())
}

fn hits_of<'a>(cases: impl Iterator<Item = &'a Case>) -> f64 {
    cases.filter(|c| c.1).count() as f64
}

/// Groups of equal forecasts in ascending order; the cases must be in order.
fn tied(cases: &[Case]) -> impl DoubleEndedIterator<Item = &[Case]> {
    debug_assert!(cases.is_sorted_by(|a, b| a.0 <= b.0));
    let mut groups = Vec::new();
    let mut rest = cases;
    while let Some(first) = rest.first() {
        let end = rest.partition_point(|c| c.0 <= first.0);
        let (group, after) = rest.split_at(end);
        groups.push(group);
        rest = after;
    }
    groups.into_iter()
}

/// Puts cases into the order that [`auc`] and [`average_precision`] want.
pub fn sort(cases: &mut [Case]) {
    cases.sort_by(|a, b| a.0.total_cmp(&b.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores .1 .4 .35 .8 of outcomes 0 0 1 1, the example of scikit-learn: AUC .75, average
    /// precision .8333.
    #[test]
    fn the_textbook_example() {
        let mut cases = vec![(0.1, false), (0.4, false), (0.35, true), (0.8, true)];
        sort(&mut cases);
        assert!((auc(&cases) - 0.75).abs() < 1e-15);
        assert!((average_precision(&cases) - 5.0 / 6.0).abs() < 1e-15);
        let squares = 0.01 + 0.16 + 0.65 * 0.65 + 0.04;
        assert!((brier(&cases) - squares / 4.0).abs() < 1e-15);
    }

    #[test]
    fn a_constant_forecast_tells_nothing() {
        let cases: Vec<Case> = (0..10).map(|k| (0.3, k < 3)).collect();
        assert_eq!(auc(&cases), 0.5);
        assert!((average_precision(&cases) - 0.3).abs() < 1e-15);
        assert!(auc(&cases[..3]).is_nan() && average_precision(&cases[3..]).is_nan());
        let bins = curve(&cases);
        assert_eq!((bins.len(), bins[0].number, bins[0].cases), (1, 4, 10));
        assert!((bins[0].share - 0.3).abs() < 1e-15);
        let ends = curve(&[(0.0, false), (0.05, true), (0.1, false), (1.0, true)]);
        let numbers: Vec<usize> = ends.iter().map(|b| b.number).collect();
        assert_eq!(numbers, [1, 2, 11]);
    }
}
