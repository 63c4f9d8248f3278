//! Hazards from times and censoring: Cox's partial likelihood with Breslow's ties, the
//! standard error of Lin & Wei (1989, J. American Statistical Association 84: 1074-1078) by
//! cluster.

use super::hazard_ratio::{HazardRatio, check_varies, clusters};
use super::{finite, same_length};
use crate::analysis::bootstrap::confidence as check_level;
use comity_model::error::{Error, Result};

/// Newton's method stops when the coefficient moves by no more.
const CONVERGED: f64 = 1e-12;
/// A coefficient beyond this has no finite estimate.
const LARGEST: f64 = 20.0;

/// One row a unit, such as a region in a run.
#[derive(Debug, Clone, Copy)]
pub struct Times<'a> {
    /// Time of the event or of the last look.
    pub time: &'a [f64],
    /// Whether the event happened; otherwise the time is censored.
    pub event: &'a [bool],
    /// The treatment: 0 and 1, or a dose.
    pub treatment: &'a [f64],
    /// Replicate, by which rows hang together.
    pub cluster: &'a [usize],
}

/// The hazard ratio of the treatment.
///
/// # Errors
///
/// With lists of different length or values that are not finite, fewer than two clusters, no
/// event, a treatment that does not vary, a wrong level, or no finite estimate.
pub fn cox(rows: &Times, confidence: f64) -> Result<HazardRatio> {
    check_level(confidence)?;
    let n = rows.time.len();
    finite("time", rows.time, 2)?;
    finite("treatment", rows.treatment, 2)?;
    same_length("event", rows.event.len(), n)?;
    same_length("treatment", rows.treatment.len(), n)?;
    same_length("cluster", rows.cluster.len(), n)?;
    check_varies(rows.treatment)?;
    let clusters = clusters("cluster", rows.cluster)?;
    let events = rows.event.iter().filter(|e| **e).count();
    if events == 0 {
        return Err(Error::expected("no event", "at least one").at_key("event"));
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| rows.time[a].total_cmp(&rows.time[b]));
    let coefficient = coefficient(rows, &order)?;
    let groups = risk_groups(rows, &order, coefficient);
    let information: f64 = groups.iter().map(|g| g.events * g.variance).sum();
    let mut scores = vec![0.0; clusters.1];
    // Σ d/S0 and Σ d x̄/S0 over the event times so far.
    let (mut hazard, mut product, mut next) = (0.0, 0.0, 0);
    for &i in &order {
        while next < groups.len() && groups[next].time <= rows.time[i] {
            let g = &groups[next];
            hazard += g.events / g.weight;
            product += g.events * g.mean / g.weight;
            next += 1;
        }
        let x = rows.treatment[i];
        let own = if rows.event[i] {
            x - groups[next - 1].mean
        } else {
            0.0
        };
        let expected = libm::exp(coefficient * x) * (x * hazard - product);
        scores[clusters.0[i]] += own - expected;
    }
    let squares: f64 = scores.iter().map(|s| s * s).sum();
    let influence = squares / (information * information);
    Ok(HazardRatio::of(
        coefficient,
        influence,
        (events, clusters.1),
        confidence,
    ))
}

/// Those at risk at a time with events.
struct RiskGroup {
    time: f64,
    /// Events at that time, d.
    events: f64,
    /// Sum of the treatments of those events.
    treated: f64,
    /// Σ exp(βx), S0.
    weight: f64,
    /// Weighted mean of the treatment, x̄.
    mean: f64,
    /// Weighted variance of the treatment.
    variance: f64,
}

/// The risk groups, by ascending time; `order` sorts the rows by time.
fn risk_groups(rows: &Times, order: &[usize], coefficient: f64) -> Vec<RiskGroup> {
    let mut groups = Vec::new();
    let (mut weight, mut first, mut second) = (0.0, 0.0, 0.0);
    let tied = order.chunk_by(|&a, &b| rows.time[a] == rows.time[b]);
    for tied in tied.rev() {
        let (mut events, mut treated) = (0.0, 0.0);
        for &i in tied {
            let x = rows.treatment[i];
            let w = libm::exp(coefficient * x);
            weight += w;
            first += w * x;
            second += w * x * x;
            if rows.event[i] {
                events += 1.0;
                treated += x;
            }
        }
        if events > 0.0 {
            let mean = first / weight;
            groups.push(RiskGroup {
                time: rows.time[tied[0]],
                events,
                treated,
                weight,
                mean,
                variance: (second / weight - mean * mean).max(0.0),
            });
        }
    }
    groups.reverse();
    groups
}

/// Newton's method on the partial likelihood; the treatment's deviation sets the scale.
fn coefficient(rows: &Times, order: &[usize]) -> Result<f64> {
    let mut coefficient = 0.0_f64;
    let spread = crate::analysis::bootstrap::sample_deviation(rows.treatment);
    for _ in 0..200 {
        let groups = risk_groups(rows, order, coefficient);
        let score: f64 = groups.iter().map(|g| g.treated - g.events * g.mean).sum();
        let information: f64 = groups.iter().map(|g| g.events * g.variance).sum();
        if information <= 0.0 {
            break;
        }
        let step = (score / information).clamp(-1.0 / spread, 1.0 / spread);
        coefficient += step;
        if (coefficient * spread).abs() > LARGEST {
            break;
        }
        if (step * spread).abs() < CONVERGED {
            return Ok(coefficient);
        }
    }
    let problem = "no finite hazard ratio: the treatment tells events from the others";
    Err(Error::new(problem).at_key("treatment"))
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::super::hazard_ratio::example;
    use super::*;

    fn fit(rows: &[(f64, bool, f64, usize)]) -> Result<HazardRatio> {
        let times = Times {
            time: &rows.iter().map(|r| r.0).collect::<Vec<_>>(),
            event: &rows.iter().map(|r| r.1).collect::<Vec<_>>(),
            treatment: &rows.iter().map(|r| r.2).collect::<Vec<_>>(),
            cluster: &rows.iter().map(|r| r.3).collect::<Vec<_>>(),
        };
        cox(&times, 0.95)
    }

    /// Expected: `PHReg(time, treatment, status=event, ties="breslow").fit(groups=replicate)` of
    /// statsmodels 0.15, the standard error times √(12/11).
    #[test]
    fn ratios_are_those_of_statsmodels() {
        let ends = |r: &(bool, f64, f64, usize)| r.0 || r.2 == 15.0;
        let rows: Vec<_> = example()
            .into_iter()
            .filter(ends)
            .map(|(event, arm, time, replicate)| (time, event, arm, replicate))
            .collect();
        assert_eq!(rows.len(), 144);
        let found = fit(&rows).unwrap();
        close(found.coefficient, 0.5130619549999934, 1e-9);
        close(
            found.standard_error,
            0.1348380562266836 * libm::sqrt(12.0 / 11.0),
            1e-8,
        );
        assert_eq!((found.events, found.clusters), (114, 12));
    }

    /// Treated at times 1 and 3, untreated at 2 and 4: with θ = exp(β) the score is
    /// 2 − 2θ/(2θ + 2) − θ/(θ + 2) − θ/(θ + 1).
    #[test]
    fn four_rows_solve_the_score_equation() {
        let rows = [
            (1.0, true, 1.0, 0),
            (2.0, true, 0.0, 1),
            (3.0, true, 1.0, 2),
            (4.0, true, 0.0, 3),
        ];
        let theta = fit(&rows).unwrap().ratio;
        let score =
            2.0 - 2.0 * theta / (2.0 * theta + 2.0) - theta / (theta + 2.0) - theta / (theta + 1.0);
        close(score, 0.0, 1e-9);
    }

    #[test]
    fn what_has_no_ratio_is_refused() {
        let separated = [
            (1.0, true, 1.0, 0),
            (2.0, true, 1.0, 1),
            (3.0, false, 0.0, 0),
            (3.0, false, 0.0, 1),
        ];
        assert!(
            fit(&separated)
                .unwrap_err()
                .to_string()
                .contains("no finite")
        );
        assert!(fit(&separated.map(|r| (r.0, false, r.2, r.3))).is_err());
        assert!(fit(&separated.map(|r| (r.0, r.1, r.2, 1))).is_err());
        assert!(fit(&separated.map(|r| (f64::NAN, r.1, r.2, r.3))).is_err());
    }
}
