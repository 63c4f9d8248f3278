//! Which factors matter, how much is noise, and where an outcome occurs.

use super::{
    BoxRow, ConvergenceRow, Findings, LimitRow, MorrisRow, NoiseRow, Outputs, PawnRow,
    SecondOrderRow, SobolRow,
};
use crate::analysis::discovery::{self, pick, prim};
use crate::analysis::sensitivity::{Options, convergence, morris, noise as parts, pawn, sobol};
use crate::analysis::summary::mean;
use crate::ensemble::batch::DesignRecord;
use crate::ensemble::experiment::Seeds;
use crate::table::Record;
use comity_model::error::Result;

/// Resamples of an interval.
const RESAMPLES: usize = 1000;
/// Slices of a factor's range for PAWN.
const SLICES: usize = 10;
/// Points below which distributions in slices say nothing.
const FEWEST: usize = 50;

fn options(design: &DesignRecord) -> Options {
    Options {
        resamples: RESAMPLES,
        seed: design.seed,
        ..Options::default()
    }
}

/// How much of each metric is noise of the seeds.
pub fn noise(outputs: &Outputs, findings: &mut Findings) -> Result<()> {
    let Some(design) = &outputs.manifest.design else {
        return Ok(());
    };
    let seeds = match design.seeds {
        Seeds::Common => parts::Seeds::Common,
        Seeds::Independent => parts::Seeds::Independent,
    };
    if outputs.manifest.replicates < 2 {
        findings.notes.push(
            "One replicate at each point: the noise of the seeds cannot be told from the \
             effects of the factors; set replicates to 2 or more."
                .to_string(),
        );
        return Ok(());
    }
    let mut rows = Vec::new();
    for (a, arm) in outputs.arms() {
        for (m, metric) in outputs.metrics() {
            let mut matrix = outputs.matrix(a, m);
            matrix.retain(|row| row.iter().all(|v| v.is_finite()));
            if matrix.len() < 2 {
                continue;
            }
            let share = parts::share(&matrix, seeds)?;
            rows.push(NoiseRow {
                arm: arm.to_string(),
                metric: metric.to_string(),
                points: matrix.len() as i64,
                replicates: outputs.manifest.replicates as i64,
                variance: share.total,
                between: share.between,
                within: share.within,
                noise_share: share.share,
            });
        }
    }
    findings.add(NoiseRow::table(&rows));
    Ok(())
}

/// What the indices of one arm and metric are put into.
#[derive(Default)]
struct Rows {
    sobol: Vec<SobolRow>,
    second: Vec<SecondOrderRow>,
    morris: Vec<MorrisRow>,
    pawn: Vec<PawnRow>,
    convergence: Vec<ConvergenceRow>,
}

/// One metric of one arm.
struct Output<'a> {
    arm: &'a str,
    metric: &'a str,
    of: String,
    names: &'a [String],
    values: Vec<Vec<f64>>,
}

impl Output<'_> {
    /// Mean over the replicates with a value at each point; NaN without any.
    fn means(&self) -> Vec<f64> {
        self.values.iter().map(|row| mean(row)).collect()
    }

    /// Points at which a replicate is missing.
    fn gaps(&self) -> usize {
        let gap = |row: &&Vec<f64>| row.iter().any(|v| !v.is_finite());
        self.values.iter().filter(gap).count()
    }
}

/// The indices that the design allows.
pub fn indices(outputs: &Outputs, findings: &mut Findings) -> Result<()> {
    let Some(design) = &outputs.manifest.design else {
        return Ok(());
    };
    let names: Vec<String> = design.factors.iter().map(|f| f.name.clone()).collect();
    let Some(x) = &outputs.points else {
        findings.notes.push(
            "A factor has values that are no numbers: no sensitivity indices; see `summary`."
                .to_string(),
        );
        return Ok(());
    };
    let mut rows = Rows::default();
    for (a, arm) in outputs.arms() {
        for (m, metric) in outputs.metrics() {
            let output = Output {
                arm,
                metric,
                of: outputs.of_arm(arm),
                names: &names,
                values: outputs.matrix(a, m),
            };
            match design.method.as_str() {
                "sobol" => of_sobol(&output, x, design, &mut rows, findings)?,
                "morris" => of_morris(&output, x, design, &mut rows, findings)?,
                _ => of_points(&output, x, &mut rows)?,
            }
        }
    }
    findings.add(SobolRow::table(&rows.sobol));
    findings.add(SecondOrderRow::table(&rows.second));
    findings.add(MorrisRow::table(&rows.morris));
    findings.add(PawnRow::table(&rows.pawn));
    findings.add(ConvergenceRow::table(&rows.convergence));
    Ok(())
}

fn of_sobol(
    output: &Output,
    x: &[Vec<f64>],
    design: &DesignRecord,
    rows: &mut Rows,
    findings: &mut Findings,
) -> Result<()> {
    let (metric, of) = (output.metric, &output.of);
    of_points(output, x, rows)?;
    let gaps = output.gaps();
    if gaps > 0 {
        findings.notes.push(format!(
            "{metric}{of}: {gaps} of {} points lack a value, so that there are no Sobol' indices; \
             `pawn` may have gaps. A metric without a value in some years needs another reduction.",
            output.values.len()
        ));
        return Ok(());
    }
    let options = options(design);
    let (d, second) = (output.names.len(), design.second_order);
    let found = sobol::replicated(&output.values, d, second, &options)?;
    if let Some(sentence) = convergence::verdict(output.names, &found)? {
        findings.notes.push(format!("{metric}{of}: {sentence}"));
    }
    if found.constant {
        return Ok(());
    }
    push_sobol(output, &found, rows);
    let means = output.means();
    let dummy = sobol::dummy(&means, d, second, &options)?;
    rows.sobol.push(SobolRow {
        S1: dummy.s1_threshold,
        ST: dummy.st_threshold,
        ..sobol_row(output, "dummy")
    });
    for part in convergence::sobol_parts(&means, d, second, &options)? {
        for (k, name) in output.names.iter().enumerate() {
            let indices = [
                ("S1", part.s1[k], part.s1_conf[k]),
                ("ST", part.st[k], part.st_conf[k]),
            ];
            for (index, value, conf) in indices {
                rows.convergence.push(ConvergenceRow {
                    arm: output.arm.to_string(),
                    metric: metric.to_string(),
                    parameter: name.clone(),
                    index: index.to_string(),
                    samples: part.samples as i64,
                    value,
                    conf,
                });
            }
        }
    }
    Ok(())
}

fn sobol_row(output: &Output, parameter: &str) -> SobolRow {
    SobolRow {
        arm: output.arm.to_string(),
        metric: output.metric.to_string(),
        parameter: parameter.to_string(),
        S1: f64::NAN,
        S1_conf: f64::NAN,
        ST: f64::NAN,
        ST_conf: f64::NAN,
        S1_corrected: f64::NAN,
        S1_corrected_conf: f64::NAN,
        ST_corrected: f64::NAN,
        ST_corrected_conf: f64::NAN,
    }
}

fn push_sobol(output: &Output, found: &sobol::Indices, rows: &mut Rows) {
    for (k, name) in output.names.iter().enumerate() {
        let mut row = SobolRow {
            S1: found.s1[k],
            S1_conf: found.s1_conf[k],
            ST: found.st[k],
            ST_conf: found.st_conf[k],
            ..sobol_row(output, name)
        };
        if let Some(c) = &found.corrected {
            row.S1_corrected = c.s1[k];
            row.S1_corrected_conf = c.s1_conf[k];
            row.ST_corrected = c.st[k];
            row.ST_corrected_conf = c.st_conf[k];
        }
        rows.sobol.push(row);
    }
    let (Some(s2), Some(conf)) = (&found.s2, &found.s2_conf) else {
        return;
    };
    for (j, one) in output.names.iter().enumerate() {
        for (k, other) in output.names.iter().enumerate().skip(j + 1) {
            rows.second.push(SecondOrderRow {
                arm: output.arm.to_string(),
                metric: output.metric.to_string(),
                parameter_1: one.clone(),
                parameter_2: other.clone(),
                S2: s2[j][k],
                S2_conf: conf[j][k],
            });
        }
    }
}

fn of_morris(
    output: &Output,
    x: &[Vec<f64>],
    design: &DesignRecord,
    rows: &mut Rows,
    findings: &mut Findings,
) -> Result<()> {
    let options = options(design);
    let means = output.means();
    let found = morris::effects(x, &means, design.levels, &options)?;
    if let Some(sentence) = convergence::morris_verdict(output.names, &found)? {
        let (metric, of) = (output.metric, &output.of);
        findings.notes.push(format!("{metric}{of}: {sentence}"));
    }
    for (k, name) in output.names.iter().enumerate() {
        rows.morris.push(MorrisRow {
            arm: output.arm.to_string(),
            metric: output.metric.to_string(),
            parameter: name.clone(),
            mu: found.mu[k],
            mu_star: found.mu_star[k],
            sigma: found.sigma[k],
            mu_star_conf: found.mu_star_conf[k],
        });
    }
    for part in convergence::morris_parts(x, &means, design.levels, &options)? {
        for (k, name) in output.names.iter().enumerate() {
            rows.convergence.push(ConvergenceRow {
                arm: output.arm.to_string(),
                metric: output.metric.to_string(),
                parameter: name.clone(),
                index: "mu_star".to_string(),
                samples: part.trajectories as i64,
                value: part.mu_star[k],
                conf: part.mu_star_conf[k],
            });
        }
    }
    Ok(())
}

/// PAWN, which any sample of points allows.
fn of_points(output: &Output, x: &[Vec<f64>], rows: &mut Rows) -> Result<()> {
    let means = output.means();
    let complete = x.iter().all(|row| row.iter().all(|v| v.is_finite()));
    if !complete || means.iter().filter(|v| v.is_finite()).count() < FEWEST {
        return Ok(());
    }
    let found = pawn::indices(x, &means, SLICES)?;
    for (k, name) in output.names.iter().enumerate() {
        rows.pawn.push(PawnRow {
            arm: output.arm.to_string(),
            metric: output.metric.to_string(),
            parameter: name.clone(),
            minimum: found.minimum[k],
            mean: found.mean[k],
            median: found.median[k],
            maximum: found.maximum[k],
            CV: found.cv[k],
            stdev: found.stdev[k],
        });
    }
    Ok(())
}

/// Boxes of the factors' space in which the outcomes asked for occur.
pub fn discovery(outputs: &Outputs, findings: &mut Findings) -> Result<()> {
    let (Some(design), Some(x)) = (&outputs.manifest.design, &outputs.points) else {
        return Ok(());
    };
    let (mut boxes, mut limits) = (Vec::new(), Vec::new());
    for wanted in &outputs.manifest.discovery {
        for (a, arm) in outputs.arms() {
            let output = Output {
                arm,
                metric: &wanted.name,
                of: outputs.of_arm(arm),
                names: &[],
                values: outputs.matrix(a, wanted.metric),
            };
            let means = output.means();
            let kept: Vec<usize> = (0..means.len())
                .filter(|&p| means[p].is_finite() && x[p].iter().all(|v| v.is_finite()))
                .collect();
            let points: Vec<Vec<f64>> = kept.iter().map(|&p| x[p].clone()).collect();
            let occurs =
                |&p: &usize| (means[p] > wanted.bound) == wanted.above && means[p] != wanted.bound;
            let interest: Vec<bool> = kept.iter().map(occurs).collect();
            let count = interest.iter().filter(|i| **i).count();
            if count == 0 || count == interest.len() {
                let how = if count == 0 { "nowhere" } else { "everywhere" };
                let of = &output.of;
                findings
                    .notes
                    .push(format!("{}{of}: the outcome occurs {how}", wanted.name));
                continue;
            }
            let found = prim(&points, &interest, &discovery::Options::default())?;
            let chosen = pick(&found);
            let whole = |k: usize| found[k].limits.iter().all(|l| !l.restricted);
            if chosen.is_none_or(whole) {
                let (name, of) = (&wanted.name, &output.of);
                findings.notes.push(format!(
                    "{name}{of}: no box of the factors' space holds the outcome more often than \
                     the whole space does"
                ));
            }
            for (k, hyperbox) in found.iter().enumerate() {
                boxes.push(BoxRow {
                    arm: arm.to_string(),
                    metric: wanted.name.clone(),
                    r#box: k as i64,
                    coverage: hyperbox.coverage,
                    density: hyperbox.density,
                    mass: hyperbox.mass,
                    chosen: i64::from(chosen == Some(k)),
                });
                for (factor, limit) in design.factors.iter().zip(&hyperbox.limits) {
                    if limit.restricted {
                        limits.push(LimitRow {
                            arm: arm.to_string(),
                            metric: wanted.name.clone(),
                            r#box: k as i64,
                            parameter: factor.name.clone(),
                            low: limit.low,
                            high: limit.high,
                            quasi_p: limit.quasi_p,
                        });
                    }
                }
            }
        }
    }
    findings.add(BoxRow::table(&boxes));
    findings.add(LimitRow::table(&limits));
    Ok(())
}
