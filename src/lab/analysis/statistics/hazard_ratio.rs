//! Hazards in discrete time: regression with the complementary log-log link (Prentice &
//! Gloeckler 1978, Biometrics 34: 57-67), whose coefficients are logarithms of hazard ratios.

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use super::resample::Interval;
use super::{finite, same_length};
use crate::analysis::bootstrap::confidence as check_level;
use crate::analysis::distributions::{student_half_width, student_two_sided};
use comity_model::error::{Error, Result};

/// Fisher's scoring stops when no coefficient moves by more.
const CONVERGED: f64 = 1e-10;
/// A coefficient beyond this has no finite estimate.
const LARGEST: f64 = 20.0;
/// Scoring steps that are tried.
const MOST_STEPS: usize = 200;

/// How the hazard depends on time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Baseline {
    /// Not at all.
    Constant,
    /// A power of time: the logarithm of time is added.
    Logarithm,
    /// Time, its square and cube (Carter & Signorino 2010).
    Cubic,
}

/// One row for each unit and period in which the event could still happen.
#[derive(Debug, Clone, Copy)]
pub struct AtRisk<'a> {
    /// Whether it happened.
    pub event: &'a [bool],
    /// The treatment: 0 and 1, or a dose.
    pub treatment: &'a [f64],
    /// Periods since the unit came under risk, above 0; used by the baseline.
    pub time: &'a [f64],
    /// Replicate, by which rows hang together.
    pub cluster: &'a [usize],
}

/// The hazard under the treatment over that without it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HazardRatio {
    /// exp of the coefficient: factor of the hazard for one unit of treatment.
    pub ratio: f64,
    /// Its interval: Student's t with clusters − 1 degrees on the log scale.
    pub interval: Interval,
    /// Logarithm of the ratio.
    pub coefficient: f64,
    /// Its standard error, robust to dependence within clusters, times √(G/(G − 1)) with G
    /// clusters.
    pub standard_error: f64,
    /// Two-sided p of a ratio of 1.
    pub p: f64,
    /// Number of events.
    pub events: usize,
    /// Number of clusters, at least 2.
    pub clusters: usize,
}

impl HazardRatio {
    /// From the coefficient and the sum over clusters of squared influences on it.
    pub(super) fn of(
        coefficient: f64,
        influence: f64,
        (events, clusters): (usize, usize),
        confidence: f64,
    ) -> Self {
        let groups = clusters as f64;
        let standard_error = libm::sqrt(influence * groups / (groups - 1.0));
        let half = student_half_width(confidence, groups - 1.0) * standard_error;
        let p = match standard_error > 0.0 {
            true => student_two_sided(coefficient / standard_error, groups - 1.0),
            false => f64::from(u8::from(coefficient == 0.0)),
        };
        Self {
            ratio: libm::exp(coefficient),
            interval: Interval {
                low: libm::exp(coefficient - half),
                high: libm::exp(coefficient + half),
            },
            coefficient,
            standard_error,
            p,
            events,
            clusters,
        }
    }
}

/// The hazard ratio by maximum likelihood (Fisher's scoring).
///
/// # Errors
///
/// With lists of different length or values that are not finite, fewer than two clusters,
/// no event or nothing but events, a treatment that does not vary, a time that is not above 0,
/// a wrong level, or no finite estimate (all events under one treatment).
pub fn hazard_ratio(rows: &AtRisk, baseline: Baseline, confidence: f64) -> Result<HazardRatio> {
    check_level(confidence)?;
    let columns = design(rows, baseline)?;
    let clusters = clusters("cluster", rows.cluster)?;
    let events = rows.event.iter().filter(|e| **e).count();
    check_events(events, rows.event.len())?;
    let fit = Fit::of(rows.event, &columns, events)?;
    // Sum of scores by cluster, then the coefficient's share of the sandwich.
    let mut scores = vec![DVector::zeros(columns.len()); clusters.1];
    for (k, (_, residual)) in fit.terms(rows.event, &columns).enumerate() {
        for (c, column) in columns.iter().enumerate() {
            scores[clusters.0[k]][c] += residual * column[k];
        }
    }
    let row = fit.inverse.row(1);
    let influence = |score: &DVector<f64>| {
        let product: f64 = row.iter().zip(score.iter()).map(|(a, b)| a * b).sum();
        product * product
    };
    let influence = scores.iter().map(influence).sum();
    let counts = (events, clusters.1);
    Ok(HazardRatio::of(
        fit.coefficients[1],
        influence,
        counts,
        confidence,
    ))
}

/// Columns of the regression: a constant, the treatment, the baseline.
fn design(rows: &AtRisk, baseline: Baseline) -> Result<Vec<Vec<f64>>> {
    let n = rows.event.len();
    same_length("treatment", rows.treatment.len(), n)?;
    same_length("time", rows.time.len(), n)?;
    same_length("cluster", rows.cluster.len(), n)?;
    finite("treatment", rows.treatment, 2)?;
    finite("time", rows.time, 2)?;
    if let Some(time) = rows.time.iter().find(|t| **t <= 0.0) {
        return Err(Error::expected(time, "above 0").at_key("time"));
    }
    check_varies(rows.treatment)?;
    let longest = rows.time.iter().fold(0.0, |a: f64, b| a.max(*b));
    let of_time = |f: &dyn Fn(f64) -> f64| rows.time.iter().map(|t| f(*t)).collect::<Vec<f64>>();
    let mut columns = vec![vec![1.0; n], rows.treatment.to_vec()];
    match baseline {
        Baseline::Constant => {}
        Baseline::Logarithm => columns.push(of_time(&|t| libm::log(t))),
        // In units of the longest time, so that the matrix is well conditioned.
        Baseline::Cubic => columns.extend((1..=3).map(|d| of_time(&|t| (t / longest).powi(d)))),
    }
    Ok(columns)
}

pub(super) fn check_varies(treatment: &[f64]) -> Result<()> {
    if !super::paired_difference::varies(treatment) {
        let found = format!("{} everywhere", treatment[0]);
        return Err(Error::expected(found, "two or more values").at_key("treatment"));
    }
    Ok(())
}

fn check_events(events: usize, rows: usize) -> Result<()> {
    if events == 0 || events == rows {
        let found = format!("{events} events in {rows} rows");
        return Err(Error::expected(found, "some, and not in every row").at_key("event"));
    }
    Ok(())
}

/// Clusters numbered from 0, and their count.
pub(super) fn clusters(name: &str, labels: &[usize]) -> Result<(Vec<usize>, usize)> {
    let mut distinct = labels.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 2 {
        return Err(Error::expected(distinct.len(), "at least 2 clusters").at_key(name));
    }
    let number = |label: &usize| distinct.partition_point(|d| d < label);
    Ok((labels.iter().map(number).collect(), distinct.len()))
}

/// Coefficients and the inverse of the expected information.
struct Fit {
    coefficients: DVector<f64>,
    inverse: DMatrix<f64>,
}

impl Fit {
    fn of(event: &[bool], columns: &[Vec<f64>], events: usize) -> Result<Self> {
        let p = columns.len();
        let rate = events as f64 / event.len() as f64;
        let mut fit = Self {
            coefficients: DVector::zeros(p),
            inverse: DMatrix::zeros(p, p),
        };
        fit.coefficients[0] = libm::log(-libm::log1p(-rate));
        for _ in 0..MOST_STEPS {
            let (mut information, mut score) = (DMatrix::zeros(p, p), DVector::zeros(p));
            // Summed row by row: the order of a matrix product depends on the processor.
            for (k, (weight, residual)) in fit.terms(event, columns).enumerate() {
                for a in 0..p {
                    score[a] += residual * columns[a][k];
                    for b in 0..p {
                        information[(a, b)] += weight * columns[a][k] * columns[b][k];
                    }
                }
            }
            let problem = "the columns of treatment and time cannot be told apart";
            let root = information.cholesky().ok_or_else(|| Error::new(problem))?;
            let step = root.solve(&score);
            fit.coefficients += &step;
            fit.inverse = root.inverse();
            if fit.coefficients[1].abs() > LARGEST {
                break;
            }
            if step.amax() < CONVERGED {
                return Ok(fit);
            }
        }
        let problem = "no finite hazard ratio: the treatment tells events from the others";
        Err(Error::new(problem).at_key("treatment"))
    }

    /// Of each row: its weight in the information, and its residual in the score.
    fn terms<'a>(
        &'a self,
        event: &'a [bool],
        columns: &'a [Vec<f64>],
    ) -> impl Iterator<Item = (f64, f64)> + 'a {
        event.iter().enumerate().map(move |(k, &event)| {
            let pairs = columns.iter().zip(self.coefficients.iter());
            let linear: f64 = pairs.map(|(column, b)| column[k] * b).sum();
            // λ, the hazard cumulated over the period.
            let hazard = libm::exp(linear.clamp(-30.0, 5.0));
            let probability = -libm::expm1(-hazard);
            let weight = hazard * hazard * (1.0 - probability) / probability;
            let residual = (f64::from(u8::from(event)) - probability) * hazard / probability;
            (weight, residual)
        })
    }
}

/// Rows that a script in another language can make again, for comparison: 12 replicates, two
/// arms, six units each, up to 15 periods.
#[cfg(test)]
pub(super) fn example() -> Vec<(bool, f64, f64, usize)> {
    let mut state = 12345_u64;
    let mut uniform = || {
        state = (state * 1_103_515_245 + 12345) % (1 << 31);
        state as f64 / f64::from(1_u32 << 31)
    };
    let mut rows = Vec::new();
    for replicate in 0..12_usize {
        for arm in 0..2 {
            for _ in 0..6 {
                for t in 1..16 {
                    let arm = f64::from(arm);
                    let step = f64::from(t);
                    let hazard = 0.04 + 0.04 * arm + 0.002 * step + 0.01 * (replicate % 3) as f64;
                    let event = uniform() < hazard;
                    rows.push((event, arm, step, replicate));
                    if event {
                        break;
                    }
                }
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    fn fit(rows: &[(bool, f64, f64, usize)], baseline: Baseline) -> Result<HazardRatio> {
        let rows = AtRisk {
            event: &rows.iter().map(|r| r.0).collect::<Vec<_>>(),
            treatment: &rows.iter().map(|r| r.1).collect::<Vec<_>>(),
            time: &rows.iter().map(|r| r.2).collect::<Vec<_>>(),
            cluster: &rows.iter().map(|r| r.3).collect::<Vec<_>>(),
        };
        hazard_ratio(&rows, baseline, 0.95)
    }

    /// Expected: `GLM(event, X, Binomial(CLogLog())).fit(cov_type="cluster",
    /// cov_kwds={"groups": replicate, "use_correction": False})` of statsmodels 0.15, the
    /// standard error times √(12/11).
    #[test]
    fn ratios_are_those_of_statsmodels() {
        let rows = example();
        assert_eq!(rows.len(), 1233);
        for (baseline, coefficient, error) in [
            (Baseline::Constant, 0.49033986313107475, 0.12370734099504589),
            (Baseline::Logarithm, 0.5258981961645977, 0.13984615540322412),
            (Baseline::Cubic, 0.5480173069474423, 0.14463885275866212),
        ] {
            let found = fit(&rows, baseline).unwrap();
            close(found.coefficient, coefficient, 1e-8);
            close(
                found.standard_error / (error * libm::sqrt(12.0 / 11.0)),
                1.0,
                5e-3,
            );
            assert_eq!((found.events, found.clusters), (114, 12));
        }
        let constant = fit(&rows, Baseline::Constant).unwrap();
        close(constant.standard_error, 0.12920810366957833, 1e-9);
        close(constant.ratio, 1.6328711, 1e-4);
        assert!(constant.interval.above(1.0) && constant.p < 0.01);
        // With the expected information, by hand in NumPy 2.4.
        let cubic = fit(&rows, Baseline::Cubic).unwrap();
        close(cubic.standard_error, 0.15087755108067982, 1e-8);
    }

    #[test]
    fn what_has_no_ratio_is_refused() {
        let of = |rows: &[(bool, f64, f64, usize)]| {
            fit(rows, Baseline::Constant).unwrap_err().to_string()
        };
        let separated = [
            (true, 1.0, 1.0, 0),
            (false, 1.0, 1.0, 1),
            (false, 0.0, 1.0, 0),
            (false, 0.0, 1.0, 1),
        ];
        assert!(of(&separated).contains("no finite"));
        assert!(of(&separated.map(|r| (r.0, 1.0, r.2, r.3))).contains("everywhere"));
        assert!(of(&separated.map(|r| (r.0, r.1, r.2, 7))).contains("2 clusters"));
        assert!(of(&separated.map(|r| (false, r.1, r.2, r.3))).contains("0 events"));
        assert!(of(&separated.map(|r| (r.0, r.1, 0.0, r.3))).contains("above 0"));
        let same_time = separated.map(|r| (r.0, r.1, 2.0, r.3));
        assert!(fit(&same_time, Baseline::Logarithm).is_err());
    }
}
