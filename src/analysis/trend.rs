//! Monotonic trends: Sen's slope and the Mann-Kendall test, corrected for
//! autocorrelation (Hamed and Rao 1998, J. Hydrology 204: 182-196).

use crate::analysis::distributions::normal_half_width;
use crate::analysis::summary::{by_run_where, mean, median};
use crate::table::Table;

/// Significance at which a lag's autocorrelation counts: two-sided 5 %.
const NORMAL_975: f64 = 1.959_963_984_540_054;
/// Trends with a p below this are told as such.
pub const SIGNIFICANT: f64 = 0.05;

/// A monotonic trend in a yearly series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Sen's slope, units a year.
    pub slope: f64,
    /// Kendall's tau with time.
    pub tau: f64,
    /// Mann-Kendall's S.
    pub score: f64,
    /// Variance of S after the correction.
    pub variance: f64,
    /// Standardised S.
    pub z: f64,
    /// Two-sided p of no trend.
    pub p: f64,
}

/// The trend of equally spaced values; `None` with fewer than four or a missing one.
///
/// The variance of S is multiplied by n/n* of Hamed and Rao over the lags whose
/// autocorrelation (of the ranks of the detrended values) is significant at 5 %;
/// where that factor is not positive, it is left at 1.
pub fn trend(values: &[f64]) -> Option<Trend> {
    let n = values.len();
    if n < 4 || values.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let slope = sen_slope(values);
    let score = score(values);
    let factor = variance_factor(values, slope);
    let variance = score_variance(values) * if factor > 0.0 { factor } else { 1.0 };
    let z = if score == 0.0 || variance == 0.0 {
        0.0
    } else {
        (score - score.signum()) / variance.sqrt()
    };
    Some(Trend {
        slope,
        tau: score / (0.5 * (n * (n - 1)) as f64),
        score,
        variance,
        z,
        p: libm::erfc(z.abs() / std::f64::consts::SQRT_2),
    })
}

/// The trend of a column in each replicate, over the rows that `keep` selects; years without
/// a value are left out. `None` if the table lacks the column.
pub fn by_replicate(
    table: &Table,
    column: &str,
    keep: impl Fn(usize) -> bool,
) -> Option<Vec<Trend>> {
    let of_run = |series: Vec<(i64, f64)>| {
        let values = series.into_iter().map(|(_, value)| value);
        let finite: Vec<f64> = values.filter(|v| v.is_finite()).collect();
        trend(&finite)
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

/// The interval of Sen's slope at the level `confidence`, by the normal approximation of
/// Mann-Kendall's S (Sen 1968; Gilbert 1987, 16.5) with its corrected variance; `None`
/// where [`trend`] has none.
pub fn slope_interval(values: &[f64], confidence: f64) -> Option<(f64, f64)> {
    let found = trend(values)?;
    Some(interval(values, found.variance, confidence))
}

fn interval(values: &[f64], variance: f64, confidence: f64) -> (f64, f64) {
    let mut slopes = slopes(values);
    slopes.sort_by(f64::total_cmp);
    let (n, half) = (
        slopes.len() as f64,
        normal_half_width(confidence) * variance.sqrt(),
    );
    let last = n - 1.0;
    let lower = ((n - half) / 2.0).round() - 1.0;
    let upper = ((n + half) / 2.0).round();
    let at = |rank: f64| slopes[rank.clamp(0.0, last) as usize];
    (at(lower), at(upper))
}

/// Median of the slopes between all pairs (Sen 1968).
fn sen_slope(values: &[f64]) -> f64 {
    median(&slopes(values))
}

/// Slopes between all pairs.
fn slopes(values: &[f64]) -> Vec<f64> {
    let mut slopes = Vec::with_capacity(values.len() * (values.len() - 1) / 2);
    for (i, a) in values.iter().enumerate() {
        for (j, b) in values.iter().enumerate().skip(i + 1) {
            slopes.push((b - a) / (j - i) as f64);
        }
    }
    slopes
}

/// Pairs that rise less pairs that fall.
fn score(values: &[f64]) -> f64 {
    let mut score = 0.0;
    for (i, a) in values.iter().enumerate() {
        for b in &values[i + 1..] {
            score += f64::from(i8::from(b > a) - i8::from(b < a));
        }
    }
    score
}

/// Variance of S under independence, with ties.
fn score_variance(values: &[f64]) -> f64 {
    let term = |m: f64| m * (m - 1.0) * (2.0 * m + 5.0);
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let ties: f64 = sorted
        .chunk_by(|a, b| a == b)
        .map(|tied| term(tied.len() as f64))
        .sum();
    (term(values.len() as f64) - ties) / 18.0
}

/// n/n* of Hamed and Rao.
fn variance_factor(values: &[f64], slope: f64) -> f64 {
    let n = values.len();
    let detrended: Vec<f64> = values
        .iter()
        .enumerate()
        .map(|(i, x)| x - slope * (i + 1) as f64)
        .collect();
    let ranks = ranks(&detrended);
    let mean = (n + 1) as f64 / 2.0;
    let product = |lag: usize| -> f64 {
        let pairs = ranks.iter().zip(&ranks[lag..]);
        pairs.map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    let spread = product(0);
    if spread == 0.0 {
        return 1.0;
    }
    let bound = NORMAL_975 / (n as f64).sqrt();
    let mut sum = 0.0;
    for lag in 1..n {
        let autocorrelation = product(lag) / spread;
        if autocorrelation.abs() > bound {
            let rest = (n - lag) as f64;
            sum += rest * (rest - 1.0) * (rest - 2.0) * autocorrelation;
        }
    }
    let n = n as f64;
    1.0 + 2.0 / (n * (n - 1.0) * (n - 2.0)) * sum
}

/// Ranks from 1; tied values share their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = first as f64 + (tied.len() + 1) as f64 / 2.0;
        tied.iter().for_each(|&i| ranks[i] = rank);
        first += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Annual flow of the Nile at Aswan, 1871-1970, 10⁸ m³ (Cobb 1978; `Nile` in R).
    const NILE: [f64; 100] = [
        1120., 1160., 963., 1210., 1160., 1160., 813., 1230., 1370., 1140., 995., 935., 1110.,
        994., 1020., 960., 1180., 799., 958., 1140., 1100., 1210., 1150., 1250., 1260., 1220.,
        1030., 1100., 774., 840., 874., 694., 940., 833., 701., 916., 692., 1020., 1050., 969.,
        831., 726., 456., 824., 702., 1120., 1100., 832., 764., 821., 768., 845., 864., 862., 698.,
        845., 744., 796., 1040., 759., 781., 865., 845., 944., 984., 897., 822., 1010., 771., 676.,
        649., 846., 812., 742., 801., 1040., 860., 874., 848., 890., 744., 749., 838., 1050., 918.,
        986., 797., 923., 975., 815., 1020., 906., 901., 1170., 912., 746., 919., 718., 714., 740.,
    ];

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} is not {b}");
    }

    /// Expected: `hamed_rao_modification_test` of pyMannKendall 1.4.3 (Hussain
    /// and Mahmud 2019, J. Open Source Software 4(39): 1556).
    #[test]
    fn the_nile_falls() {
        let nile = trend(&NILE).unwrap();
        close(nile.score, -1387.0);
        close(nile.slope, -2.6);
        close(nile.tau, -0.280_202_020_202_020_2);
        close(nile.variance, 241_565.356_916_626_9);
        close(nile.z, -2.819_979_195_645_138_8);
        close(nile.p, 0.004_802_676_310_182_719);
    }

    /// Expected: `original_test` (variance) and `hamed_rao_modification_test` of
    /// pyMannKendall 1.4.3.
    #[test]
    fn ties_and_autocorrelation_are_corrected_for() {
        let values = [
            16, 22, 23, 26, 29, 31, 33, 35, 36, 39, 41, 40, 40, 42, 43, 42, 44, 46, 46, 47, 45, 45,
            46,
        ];
        let values = values.map(f64::from);
        let found = trend(&values).unwrap();
        close(score_variance(&values), 1427.0);
        close(found.slope, 7.0 / 6.0);
        close(found.variance, 3_760.819_076_992_538_6);
        close(found.p, 0.000_228_476_250_578_868_45);
    }

    /// Expected: `scipy.stats.theilslopes` of SciPy 1.17, which has the variance without
    /// the correction; the last by its formula with the variance of pyMannKendall.
    #[test]
    fn intervals_of_slopes_match_scipy() {
        let plain = score_variance(&NILE);
        let (low, high) = interval(&NILE, plain, 0.95);
        close(low, -3.627_906_976_744_186);
        close(high, -1.428_571_428_571_428_6);
        let (low, high) = interval(&NILE, plain, 0.90);
        close(low, -3.428_571_428_571_428_4);
        close(high, -1.659_090_909_090_909_2);
        let (low, high) = slope_interval(&NILE, 0.95).unwrap();
        close(low, -4.210_526_315_789_473_5);
        close(high, -0.877_192_982_456_140_3);
        assert_eq!(slope_interval(&NILE[..3], 0.95), None);
    }

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
        assert_eq!(by_replicate(&table, "absent", |_| true), None);
    }

    #[test]
    fn a_constant_has_no_trend() {
        let constant = trend(&[2.0; 10]).unwrap();
        assert_eq!((constant.slope, constant.z, constant.p), (0.0, 0.0, 1.0));
        assert_eq!(trend(&[1.0, 2.0, f64::NAN, 3.0]), None);
    }
}
