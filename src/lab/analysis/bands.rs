//! Means with their intervals, and the spread of runs: by arm and year, and along a factor.

use super::bootstrap::sample_deviation;
use super::distributions::student_half_width;
use super::summary::{mean, quantile};
use crate::table::{Table, Values};

/// Level of the intervals.
const LEVEL: f64 = 0.95;

/// Runs summarised at a place on the horizontal axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanBand {
    /// Year, or mean of the factor.
    pub at: f64,
    /// Number of values.
    pub runs: usize,
    /// Mean.
    pub mean: f64,
    /// Half-width of the mean's 95 % interval (Student's t); NaN of one value.
    pub half_width: f64,
    /// 5 % quantile.
    pub p05: f64,
    /// 95 % quantile.
    pub p95: f64,
}

impl MeanBand {
    /// The band of these values, which are finite.
    pub fn of(at: f64, values: &[f64]) -> Self {
        let n = values.len();
        let half_width = match n {
            0 | 1 => f64::NAN,
            _ => {
                let error = sample_deviation(values) / libm::sqrt(n as f64);
                student_half_width(LEVEL, (n - 1) as f64) * error
            }
        };
        Self {
            at,
            runs: n,
            mean: mean(values),
            half_width,
            p05: quantile(values, 0.05),
            p95: quantile(values, 0.95),
        }
    }

    /// Lower end of the mean's interval; the mean itself of one value.
    pub fn low(&self) -> f64 {
        self.mean - self.known_half()
    }

    /// Upper end of the mean's interval; the mean itself of one value.
    pub fn high(&self) -> f64 {
        self.mean + self.known_half()
    }

    fn known_half(&self) -> f64 {
        if self.half_width.is_finite() {
            self.half_width
        } else {
            0.0
        }
    }
}

/// The columns of the table `years` that were recorded: numbers after `year`.
pub fn recorded(years: &Table) -> Vec<&str> {
    let first = years.position("year").map_or(0, |k| k + 1);
    let columns = years.columns.iter().zip(&years.values).skip(first);
    columns
        .filter(|(_, v)| !matches!(v, Values::Text(_)))
        .map(|(c, _)| c.name.as_str())
        .collect()
}

/// Bands of each of the `columns` of the table `years`, for each arm, by year:
/// `[column][arm]`. Years without a value are left out. `None` if the table lacks a column.
/// The rows are gone through once for all columns and arms.
pub fn by_year(
    years: &Table,
    arms: &[String],
    columns: &[&str],
) -> Option<Vec<Vec<Vec<MeanBand>>>> {
    let (of_arm, year) = (years.text("arm")?, years.integer("year")?);
    let values: Vec<Vec<f64>> = columns
        .iter()
        .map(|c| years.real(c))
        .collect::<Option<_>>()?;
    let (Some(&first), Some(&last)) = (year.iter().min(), year.iter().max()) else {
        return Some(vec![vec![Vec::new(); arms.len()]; columns.len()]);
    };
    let span = usize::try_from(last - first).ok()? + 1;
    let mut cells = vec![Vec::new(); columns.len() * arms.len() * span];
    let mut known = 0;
    for (row, (name, &year)) in of_arm.iter().zip(year).enumerate() {
        if arms.get(known) != Some(name) {
            match arms.iter().position(|a| a == name) {
                Some(arm) => known = arm,
                None => continue,
            }
        }
        for (c, column) in values.iter().enumerate() {
            if column[row].is_finite() {
                let cell = (c * arms.len() + known) * span + (year - first) as usize;
                cells[cell].push(column[row]);
            }
        }
    }
    let series = |c: usize, arm: usize| {
        let from = (c * arms.len() + arm) * span;
        let of_years = cells[from..from + span].iter().enumerate();
        of_years
            .filter(|(_, values)| !values.is_empty())
            .map(|(k, values)| MeanBand::of((first + k as i64) as f64, values))
            .collect()
    };
    let of_column = |c: usize| (0..arms.len()).map(|arm| series(c, arm)).collect();
    Some((0..columns.len()).map(of_column).collect())
}

/// Points in the order of `x`, in `bins` parts of about equal number, each summarised at its
/// mean `x`. Points without a value are left out.
pub fn binned(x: &[f64], y: &[f64], bins: usize) -> Vec<MeanBand> {
    let mut points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    points.retain(|(x, y)| x.is_finite() && y.is_finite());
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bins = bins.clamp(1, points.len().max(1));
    let edge = |k: usize| k * points.len() / bins;
    (0..bins)
        .map(|k| &points[edge(k)..edge(k + 1)])
        .filter(|part| !part.is_empty())
        .map(|part| {
            let at: Vec<f64> = part.iter().map(|p| p.0).collect();
            let values: Vec<f64> = part.iter().map(|p| p.1).collect();
            MeanBand::of(mean(&at), &values)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::csv;

    fn arms() -> Vec<String> {
        vec!["a".to_string(), "b".to_string()]
    }

    #[test]
    fn bands_are_those_computed_by_hand() {
        let text = b"run_id,arm,year,pacts,size\n0,a,1946,1,\n0,a,1948,5,2\n1,b,1946,7,1\n\
                     2,a,1946,2,\n2,a,1948,5,4\n4,a,1946,6,\n9,other,1946,100,1\n";
        let years = csv::read("years", text, &[]).unwrap();
        assert_eq!(recorded(&years), ["pacts", "size"]);
        let bands = by_year(&years, &arms(), &["pacts", "size"]).unwrap();
        let [first, last] = bands[0][0][..] else {
            panic!("{:?}", bands[0][0]);
        };
        // 1, 2, 6: mean 3, deviation √7, t(.975, 2) = 4.302653.
        assert_eq!((first.at, first.runs, first.mean), (1946.0, 3, 3.0));
        let half = 4.302_652_73 * (7.0_f64 / 3.0).sqrt();
        assert!((first.half_width - half).abs() < 1e-6, "{first:?}");
        assert!((first.p05 - 1.1).abs() < 1e-12 && (first.p95 - 5.6).abs() < 1e-12);
        assert!((first.high() - 3.0 - half).abs() < 1e-6);
        // A constant has an interval of no width.
        assert_eq!((last.at, last.mean, last.half_width), (1948.0, 5.0, 0.0));
        assert_eq!(bands[0][1][0].runs, 1);
        assert!(bands[0][1][0].half_width.is_nan());
        assert_eq!((bands[0][1][0].low(), bands[0][1][0].high()), (7.0, 7.0));
        assert_eq!(bands[1][0].len(), 1);
        assert_eq!(by_year(&years, &arms(), &["absent"]), None);
    }

    #[test]
    fn bins_hold_equal_numbers() {
        let x = [5.0, 1.0, 2.0, f64::NAN, 4.0, 3.0, 6.0];
        let y = [50.0, 10.0, 20.0, 1.0, 40.0, f64::NAN, 60.0];
        let bins = binned(&x, &y, 2);
        assert_eq!((bins[0].at, bins[0].mean, bins[0].runs), (1.5, 15.0, 2));
        assert_eq!((bins[1].at, bins[1].mean, bins[1].runs), (5.0, 50.0, 3));
        assert!(binned(&[], &[], 5).is_empty());
        assert_eq!(binned(&[1.0], &[2.0], 5).len(), 1);
    }
}
