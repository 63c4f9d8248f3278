//! Arms summarised and compared, and how many replicates that needs.

use super::{DifferenceRow, Findings, NeededRow, Outputs, ReplicationRow, SummaryRow};
use crate::analysis::bootstrap::sample_deviation;
use crate::analysis::distributions::student_half_width;
use crate::analysis::replication::{self, Target};
use crate::analysis::summary::{mean, median, quantile};
use crate::ensemble::experiment::Claim;
use crate::table::Record;
use comity_model::error::Result;

/// Level of the intervals.
pub const LEVEL: f64 = 0.95;
/// Half-width wanted where the metric names none: this share of the mean.
const RELATIVE: f64 = 0.05;

fn known(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|v| v.is_finite()).collect()
}

/// Half-width of the interval of the mean; NaN of fewer than two values.
fn half_width(values: &[f64]) -> f64 {
    match values.len() {
        0 | 1 => f64::NAN,
        n => {
            let error = sample_deviation(values) / (n as f64).sqrt();
            student_half_width(LEVEL, (n - 1) as f64) * error
        }
    }
}

/// Each metric of each arm at each point.
pub fn summary(outputs: &Outputs, findings: &mut Findings) -> Result<()> {
    let mut rows = Vec::new();
    for (a, arm) in outputs.arms() {
        for point in 0..outputs.points() {
            for (m, metric) in outputs.metrics() {
                let mut values = known(&outputs.at(a, m, point));
                let (mean, half) = (mean(&values), half_width(&values));
                let sd = sample_deviation(&values);
                values.sort_by(f64::total_cmp);
                rows.push(SummaryRow {
                    arm: arm.to_string(),
                    point: point as i64,
                    metric: metric.to_string(),
                    runs: values.len() as i64,
                    mean,
                    low: mean - half,
                    high: mean + half,
                    sd,
                    median: median(&values),
                    p05: quantile(&values, 0.05),
                    p95: quantile(&values, 0.95),
                });
            }
        }
    }
    findings.add(SummaryRow::table(&rows));
    Ok(())
}

/// Each arm less the baseline, and the contrasts of the claims.
pub fn differences(outputs: &Outputs, findings: &mut Findings) {
    let manifest = outputs.manifest;
    let baseline = outputs.arms().find(|(_, name)| *name == manifest.baseline);
    let baseline = baseline.map_or(0, |(k, _)| k);
    let others = outputs.arms().map(|(k, _)| k).filter(|&k| k != baseline);
    let mut contrasts: Vec<(usize, usize)> = others.map(|k| (k, baseline)).collect();
    for contrast in manifest.claims.iter().filter_map(Claim::contrast) {
        if !contrasts.contains(&contrast) {
            contrasts.push(contrast);
        }
    }
    let mut rows = Vec::new();
    for (m, metric) in outputs.metrics() {
        for &(with, without) in &contrasts {
            let pairs: Vec<(f64, f64)> = (0..outputs.points())
                .flat_map(|p| {
                    let (a, b) = (outputs.at(with, m, p), outputs.at(without, m, p));
                    a.into_iter().zip(b).collect::<Vec<_>>()
                })
                .filter(|(a, b)| a.is_finite() && b.is_finite())
                .collect();
            let off: Vec<f64> = pairs.iter().map(|(a, b)| a - b).collect();
            let base: Vec<f64> = pairs.iter().map(|p| p.1).collect();
            let (difference, half) = (mean(&off), half_width(&off));
            let above = off.iter().filter(|d| **d > 0.0).count() as f64;
            rows.push(DifferenceRow {
                metric: metric.to_string(),
                arm: manifest.arms[with].name.clone(),
                baseline: manifest.arms[without].name.clone(),
                runs: off.len() as i64,
                baseline_mean: mean(&base),
                difference,
                low: difference - half,
                high: difference + half,
                d_z: difference / sample_deviation(&off),
                share_positive: above / off.len() as f64,
            });
        }
    }
    findings.add(DifferenceRow::table(&rows));
}

/// The intervals of the arms' means as replicates are added, and how many are needed.
pub fn replication(outputs: &Outputs, findings: &mut Findings) -> Result<()> {
    if outputs.manifest.design.is_some() || outputs.manifest.replicates < 2 {
        return Ok(());
    }
    let (mut running, mut needed) = (Vec::new(), Vec::new());
    for (a, arm) in outputs.arms() {
        for (m, metric) in outputs.metrics() {
            let values = known(&outputs.at(a, m, 0));
            if values.len() < 2 {
                continue;
            }
            running.extend(replication::running(&values, LEVEL)?.into_iter().map(|r| {
                ReplicationRow {
                    arm: arm.to_string(),
                    metric: metric.to_string(),
                    replicates: r.replicates as i64,
                    mean: r.mean,
                    half_width: r.half_width,
                }
            }));
            let wanted = outputs.manifest.metrics[m].precision;
            let target = wanted.map_or(Target::Relative(RELATIVE), Target::Absolute);
            if wanted.is_none() && mean(&values) == 0.0 {
                continue;
            }
            let found = replication::needed(&values, target, LEVEL)?;
            if wanted.is_some() {
                let of = outputs.of_arm(arm);
                findings
                    .notes
                    .push(format!("{metric}{of}: {}", found.sentence));
            }
            needed.push(NeededRow {
                arm: arm.to_string(),
                metric: metric.to_string(),
                replicates: values.len() as i64,
                half_width: found.half_width,
                wanted: found.wanted,
                needed: found.replicates.map_or(0, |n| n as i64),
            });
        }
    }
    findings.add(ReplicationRow::table(&running));
    findings.add(NeededRow::table(&needed));
    Ok(())
}
