//! What a test makes of the runs at one point of parameter space: a number for each replicate,
//! positive where the claim has it, whose mean is the effect.

use crate::analysis::bootstrap::sample_deviation;
use crate::analysis::distributions::student_half_width;
use crate::analysis::statistics::{correlation, ranks};
use crate::analysis::summary::mean;
use crate::ensemble::experiment::claims::{Test, TestKind};
use crate::ensemble::experiment::{Direction, Metric, Reduction};

/// Level of the interval by which a set of parameters has, or reverses, a sign.
pub const SIGN_LEVEL: f64 = 0.90;
/// Baselines smaller than this are not divided by.
const SMALL: f64 = 0.02;
/// Width of the bins in which dates are counted, in years.
const DECADE: f64 = 10.0;

/// `cells[arm][metric][replicate]`.
pub type Cells = Vec<Vec<Vec<f64>>>;

/// The numbers of a test at one point.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// One list for each contrast, the effect first; replicates without a value are left out.
    pub contrasts: Vec<Vec<f64>>,
    /// Mean of the metric where the treatment is not; NaN where there is no such arm.
    pub baseline: f64,
}

/// What a set of parameters says of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Its interval lies wholly on the claimed side.
    Has,
    /// Its interval lies wholly on the other side.
    Reverses,
    /// Neither.
    Undecided,
}

impl Side {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Has => "has",
            Self::Reverses => "reverses",
            Self::Undecided => "undecided",
        }
    }
}

/// The numbers that a test makes of a point.
pub fn sample(test: &Test, metrics: &[Metric], cells: &Cells) -> Sample {
    let replicates = cells[0][0].len();
    let cell = |arm: usize, metric: usize, k: usize| {
        let value = cells[arm][metric][k];
        match (test.kind, metrics[metric].window) {
            // What has not come by the end of the window came no sooner.
            (TestKind::HazardRatio, Some((from, until))) if value.is_nan() => {
                f64::from(until - from + 1)
            }
            _ => value,
        }
    };
    let sign = test.expect.sign();
    let value = test.value.unwrap_or(0.0);
    let all = 0..replicates;
    let each = |number: &dyn Fn(usize) -> f64| -> Vec<f64> {
        let numbers = all.clone().map(number);
        numbers.filter(|v| v.is_finite()).collect()
    };
    let weighted = |weights: &[f64], k: usize| -> f64 {
        let terms = weights.iter().enumerate();
        terms.map(|(a, w)| w * cell(a, 0, k)).sum()
    };
    let last = cells.len() - 1;
    let mut baseline = f64::NAN;
    let contrasts = match test.kind {
        TestKind::PairedDifference | TestKind::KnockOut | TestKind::Interaction => {
            baseline = mean(&each(&|k| cell(last, 0, k)));
            let of = |weights: &Vec<f64>| each(&|k| sign * weighted(weights, k));
            test.contrasts.iter().map(of).collect()
        }
        TestKind::Equivalence if last == 1 => {
            baseline = mean(&each(&|k| cell(1, 0, k)));
            vec![each(&|k| cell(0, 0, k) - cell(1, 0, k))]
        }
        TestKind::Equivalence => {
            baseline = value;
            vec![each(&|k| cell(0, 0, k) - value)]
        }
        TestKind::HazardRatio => {
            let units = metrics.len();
            let wait = |arm: usize, k: usize| {
                (0..units).map(|m| cell(arm, m, k)).sum::<f64>() / units as f64
            };
            baseline = mean(&each(&|k| wait(1, k)));
            vec![each(&|k| sign * (wait(1, k) - wait(0, k)))]
        }
        TestKind::Trend | TestKind::NetworkNull => {
            vec![each(&|k| sign * (cell(0, 0, k) - value))]
        }
        TestKind::Breakpoint => {
            let year = f64::from(test.year.unwrap_or_default());
            let tolerance = f64::from(test.tolerance);
            let (from, until) = metrics[0].window.unwrap_or_default();
            let chance = (2.0 * tolerance + 1.0) / f64::from(until - from + 1);
            let hit = |k| f64::from(u8::from((cell(0, 0, k) - year).abs() <= tolerance));
            let known = |k: usize| if cell(0, 0, k).is_nan() { 0.0 } else { hit(k) };
            vec![each(&|k| known(k) - test.value.unwrap_or(chance))]
        }
        TestKind::PeriodRatio => {
            // A half is added to both of two counts, of which either may be nothing.
            let count = |m: &Metric| m.reduce == Reduction::Sum;
            let half = if metrics.iter().all(count) { 0.5 } else { 0.0 };
            let ratio = |k| libm::log((cell(0, 0, k) + half) / (cell(0, 1, k) + half));
            vec![each(&|k| sign * (ratio(k) - libm::log(value)))]
        }
        TestKind::Dose => {
            baseline = mean(&each(&|k| cell(0, 0, k)));
            let of = |k| with_order(&(0..=last).map(|a| cell(a, 0, k)).collect::<Vec<_>>());
            vec![each(&|k| sign * of(k))]
        }
        TestKind::Share => {
            let threshold = test.threshold.unwrap_or_default();
            let passes = |k: usize| match test.expect {
                Direction::Decrease => cell(0, 0, k) < threshold,
                _ => cell(0, 0, k) > threshold,
            };
            vec![each(&|k| match cell(0, 0, k).is_nan() {
                true => f64::NAN,
                false => f64::from(u8::from(passes(k))) - value,
            })]
        }
        TestKind::Rank => {
            let row = |k: usize| {
                (0..metrics.len())
                    .map(|m| cell(0, m, k))
                    .collect::<Vec<_>>()
            };
            let ordered = |k: usize| {
                let row = row(k);
                f64::from(u8::from(row.windows(2).all(|p| p[0] > p[1])))
            };
            vec![each(&|k| ordered(k) - value)]
        }
        TestKind::Clustering => {
            let dates = |k: usize| {
                let dates = (0..metrics.len()).map(|m| cell(0, m, k));
                dates.filter(|d| d.is_finite()).collect::<Vec<_>>()
            };
            let (from, until) = metrics[0].window.unwrap_or_default();
            let of = |k| dispersion(&dates(k), f64::from(from), f64::from(until));
            vec![each(&|k| sign * (of(k) - 1.0 - value))]
        }
        TestKind::Map => {
            let best = |arm: usize, k: usize| {
                let values = (0..metrics.len()).map(|m| cell(arm, m, k));
                let place = values.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
                place.is_some_and(|(m, _)| m == test.best[arm])
            };
            let holds = |k: usize| (0..=last).all(|arm| best(arm, k));
            vec![each(&|k| f64::from(u8::from(holds(k))) - value)]
        }
        TestKind::VarianceShare => {
            let groups: Vec<Vec<f64>> = (0..metrics.len())
                .map(|m| each(&|k| cell(0, m, k)))
                .collect();
            vec![pseudo_values(&groups, |g| sign * (eta_squared(g) - value))]
        }
        TestKind::Table1Agreement | TestKind::DatedFact => vec![Vec::new()],
    };
    Sample {
        contrasts,
        baseline,
    }
}

impl Sample {
    /// Mean of the effect; NaN without a replicate.
    pub fn effect(&self) -> f64 {
        mean(&self.contrasts[0])
    }

    /// On which side the 90 % intervals of all contrasts lie.
    pub fn side(&self, test: &Test) -> Side {
        let intervals: Vec<(f64, f64)> = self.contrasts.iter().map(|c| interval(c)).collect();
        if let Some(margin) = test.margin {
            let bound = margin_of(margin, self.baseline);
            let (low, high) = intervals[0];
            return match () {
                () if low > -bound && high < bound => Side::Has,
                () if low > bound || high < -bound => Side::Reverses,
                () => Side::Undecided,
            };
        }
        match () {
            () if intervals.iter().all(|i| i.0 > 0.0) => Side::Has,
            () if intervals.iter().any(|i| i.1 < 0.0) => Side::Reverses,
            () => Side::Undecided,
        }
    }

    /// The effect that an interval has to pass for the claim to be supported.
    pub fn practical_bound(&self, test: &Test) -> f64 {
        match test.kind {
            TestKind::PairedDifference
            | TestKind::KnockOut
            | TestKind::Interaction
            | TestKind::HazardRatio => margin_of(test.at_least, self.baseline),
            TestKind::Dose => test.at_least,
            _ => 0.0,
        }
    }
}

/// A relative size in the unit of the metric: of a baseline below .02 it is .02.
pub fn margin_of(relative: f64, baseline: f64) -> f64 {
    match baseline.abs() < SMALL || baseline.is_nan() {
        true if relative > 0.0 => SMALL,
        true => 0.0,
        false => relative * baseline.abs(),
    }
}

/// Student's interval of the mean at [`SIGN_LEVEL`]; NaN of fewer than two values.
fn interval(values: &[f64]) -> (f64, f64) {
    if values.len() < 2 {
        return (f64::NAN, f64::NAN);
    }
    let centre = mean(values);
    let error = sample_deviation(values) / libm::sqrt(values.len() as f64);
    let half = student_half_width(SIGN_LEVEL, (values.len() - 1) as f64) * error;
    (centre - half, centre + half)
}

/// Spearman's correlation of values with their order; NaN where one is missing.
fn with_order(values: &[f64]) -> f64 {
    if values.iter().any(|v| v.is_nan()) {
        return f64::NAN;
    }
    let order: Vec<f64> = (0..values.len()).map(|k| k as f64).collect();
    let found = correlation(&ranks(values), &order);
    // The same at every dose is no correlation, and no missing value either.
    if found.is_nan() { 0.0 } else { found }
}

/// Chi-squared of counts in decades over its degrees of freedom; NaN of fewer than two dates.
fn dispersion(dates: &[f64], from: f64, until: f64) -> f64 {
    if dates.len() < 2 {
        return f64::NAN;
    }
    let bins = libm::ceil((until - from + 1.0) / DECADE) as usize;
    let mut counts = vec![0.0; bins.max(2)];
    for date in dates {
        let bin = libm::floor((date - from) / DECADE).max(0.0) as usize;
        counts[bin.min(bins.max(2) - 1)] += 1.0;
    }
    let expected = dates.len() as f64 / counts.len() as f64;
    let squares: f64 = counts.iter().map(|c| (c - expected) * (c - expected)).sum();
    squares / expected / (counts.len() - 1) as f64
}

/// Share of the variance that lies between groups; NaN where nothing varies.
fn eta_squared(groups: &[Vec<f64>]) -> f64 {
    let all: Vec<f64> = groups.iter().flatten().copied().collect();
    let centre = mean(&all);
    let total: f64 = all.iter().map(|v| (v - centre) * (v - centre)).sum();
    let between: f64 = groups
        .iter()
        .filter(|g| !g.is_empty())
        .map(|g| g.len() as f64 * (mean(g) - centre) * (mean(g) - centre))
        .sum();
    between / total
}

/// Jackknife pseudo-values of a statistic over the replicates, whose mean estimates it.
fn pseudo_values(groups: &[Vec<f64>], statistic: impl Fn(&[Vec<f64>]) -> f64) -> Vec<f64> {
    let n = groups.iter().map(Vec::len).min().unwrap_or(0);
    if n < 3 {
        return Vec::new();
    }
    let whole = statistic(groups);
    let without = |k: usize| {
        let rest = |g: &Vec<f64>| {
            let kept = g.iter().take(n).enumerate().filter(|(i, _)| *i != k);
            kept.map(|(_, v)| *v).collect::<Vec<f64>>()
        };
        statistic(&groups.iter().map(rest).collect::<Vec<_>>())
    };
    let of = |k| n as f64 * whole - (n - 1) as f64 * without(k);
    (0..n).map(of).filter(|v| v.is_finite()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::experiment::Source;

    fn metric(window: (i32, i32)) -> Metric {
        Metric {
            name: "m".to_string(),
            label: "m".to_string(),
            unit: "1".to_string(),
            table: Source::World,
            column: "disputes".to_string(),
            per: None,
            region: None,
            regions: Vec::new(),
            across: None,
            window: Some(window),
            reduce: Reduction::Mean,
            threshold: None,
            precision: None,
        }
    }

    fn test(kind: TestKind, arms: usize, expect: Direction) -> Test {
        Test {
            kind,
            arms: (0..arms).collect(),
            metrics: vec![0],
            expect,
            at_least: 0.1,
            value: None,
            margin: None,
            year: None,
            tolerance: 2,
            threshold: None,
            best: Vec::new(),
            part: Default::default(),
            contrasts: vec![match arms {
                4 => vec![1.0, -1.0, -1.0, 1.0],
                2 => vec![1.0, -1.0],
                n => vec![1.0; n],
            }],
            independent: false,
            knock_out: Vec::new(),
        }
    }

    #[test]
    fn a_difference_points_in_the_claimed_direction() {
        let cells = vec![vec![vec![1.0, 2.0, 1.5]], vec![vec![2.0, 2.5, 3.0]]];
        let less = test(TestKind::PairedDifference, 2, Direction::Decrease);
        let found = sample(&less, &[metric((0, 9))], &cells);
        assert_eq!(found.contrasts[0], [1.0, 0.5, 1.5]);
        assert_eq!(found.baseline, 2.5);
        assert_eq!(found.practical_bound(&less), 0.25);
        assert_eq!(found.side(&less), Side::Has);
        let more = test(TestKind::PairedDifference, 2, Direction::Increase);
        let found = sample(&more, &[metric((0, 9))], &cells);
        assert_eq!(found.side(&more), Side::Reverses);
        // One effect of two is no sign.
        let cells = vec![vec![vec![1.0, -2.0]], vec![vec![0.0, 0.0]]];
        let found = sample(&more, &[metric((0, 9))], &cells);
        assert_eq!(found.side(&more), Side::Undecided);
    }

    #[test]
    fn an_interaction_needs_all_its_sums() {
        let cells: Cells = [
            [9.0, 8.0, 8.5],
            [2.0, 2.5, 2.0],
            [1.0, 0.5, 1.0],
            [1.0, 1.0, 1.0],
        ]
        .iter()
        .map(|c| vec![c.to_vec()])
        .collect();
        let mut both = test(TestKind::Interaction, 4, Direction::Increase);
        both.contrasts.push(vec![1.0, -2.0, 0.0, 0.0]);
        let found = sample(&both, &[metric((0, 9))], &cells);
        assert_eq!(found.contrasts, [[7.0, 6.0, 6.5], [5.0, 3.0, 4.5]]);
        both.contrasts.push(vec![1.0, -10.0, 0.0, 0.0]);
        let found = sample(&both, &[metric((0, 9))], &cells);
        assert_eq!(found.side(&both), Side::Reverses);
    }

    #[test]
    fn what_never_came_counts_as_the_whole_window() {
        let sooner = test(TestKind::HazardRatio, 2, Direction::Increase);
        let cells = vec![
            vec![vec![3.0, f64::NAN], vec![5.0, 7.0]],
            vec![vec![f64::NAN, f64::NAN], vec![5.0, 9.0]],
        ];
        let metrics = [metric((10, 19)), metric((10, 19))];
        let found = sample(&sooner, &metrics, &cells);
        assert_eq!(found.contrasts[0], [3.5, 1.0]);
        assert_eq!(found.baseline, (7.5 + 9.5) / 2.0);
    }

    #[test]
    fn doses_ranks_maps_and_ratios() {
        let one = |kind| test(kind, 1, Direction::Increase);
        let three = test(TestKind::Dose, 3, Direction::Decrease);
        let cells = vec![
            vec![vec![3.0, 1.0]],
            vec![vec![2.0, 1.0]],
            vec![vec![1.0, 1.0]],
        ];
        let found = sample(&three, &[metric((0, 9))], &cells);
        assert_eq!(found.contrasts[0], [1.0, 0.0]);
        let two = vec![vec![vec![4.0, 1.0], vec![2.0, 2.0]]];
        let metrics = [metric((0, 9)), metric((0, 9))];
        let rank = Test {
            value: Some(0.8),
            ..one(TestKind::Rank)
        };
        let found = sample(&rank, &metrics, &two);
        assert!((found.effect() - (0.5 - 0.8)).abs() < 1e-12);
        let ratio = Test {
            value: Some(1.0),
            ..one(TestKind::PeriodRatio)
        };
        let found = sample(&ratio, &metrics, &two);
        assert!(found.effect().abs() < 1e-12);
        let map = Test {
            value: Some(0.0),
            best: vec![0],
            ..one(TestKind::Map)
        };
        assert_eq!(sample(&map, &metrics, &two).contrasts[0], [1.0, 0.0]);
    }

    #[test]
    fn clustered_dates_are_more_dispersed_than_even_ones() {
        let even = dispersion(&[5.0, 15.0, 25.0, 35.0], 0.0, 39.0);
        let one = dispersion(&[5.0, 6.0, 7.0, 8.0], 0.0, 39.0);
        assert_eq!((even, one), (0.0, 4.0));
        assert!(dispersion(&[5.0], 0.0, 39.0).is_nan());
    }

    #[test]
    fn equivalence_is_a_margin_around_nothing() {
        let same = Test {
            margin: Some(0.1),
            ..test(TestKind::Equivalence, 2, Direction::None)
        };
        let of = |a: [f64; 3]| {
            let cells = vec![vec![a.to_vec()], vec![vec![10.0, 10.0, 10.0]]];
            sample(&same, &[metric((0, 9))], &cells).side(&same)
        };
        assert_eq!(of([10.1, 9.9, 10.0]), Side::Has);
        assert_eq!(of([12.0, 12.1, 11.9]), Side::Reverses);
        assert_eq!(of([11.0, 11.1, 10.9]), Side::Undecided);
    }

    #[test]
    fn pseudo_values_of_a_share_of_variance_average_near_it() {
        let groups = vec![vec![1.0, 1.2, 0.8, 1.0], vec![3.0, 3.2, 2.8, 3.0]];
        let values = pseudo_values(&groups, eta_squared);
        assert_eq!(values.len(), 4);
        assert!((mean(&values) - eta_squared(&groups)).abs() < 0.05);
    }
}
