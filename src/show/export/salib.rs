//! SALib's files: the problem (`name lower upper group dist`), the matrix of samples and one
//! column of outputs for each arm and metric, without heading.

use std::fmt::Write as _;

use csv::WriterBuilder;
use serde_json::json;

use super::Exported;
use comity_lab::analysis::experiment::Outputs;
use comity_lab::ensemble::batch::{DesignRecord, FactorRecord};
use comity_lab::ensemble::design::Scale;
use comity_lab::ensemble::stored::{Maker, Stored};
use comity_model::error::{Error, Result};

/// Problem, samples, outputs, and `salib.json`, which says what is in them.
pub fn files(result: &Stored) -> Result<Vec<Exported>> {
    let fail = |problem: &str| Error::new(problem).in_file(&result.folder);
    let Maker::Batch(manifest) = &result.maker else {
        return Err(fail(
            "holds the result of a run, expected that of an experiment with a [design]: SALib \
             reads samples of parameters and their outputs",
        ));
    };
    let Some(design) = &manifest.design else {
        return Err(fail(
            "holds a batch without a [design], expected one with: SALib reads samples of \
             parameters and their outputs",
        ));
    };
    let table = |name: &str| {
        let missing = || Error::new(format!("the result has no table `{name}`"));
        result
            .table(name)?
            .ok_or_else(|| missing().in_file(&result.folder))
    };
    let (runs, points) = (table("runs")?, table("design")?);
    let outputs = Outputs::new(manifest, &runs, Some(&points))?;
    let numbers = outputs.points.as_ref().filter(|p| {
        let known = |row: &Vec<f64>| row.iter().all(|x| x.is_finite());
        p.iter().all(known)
    });
    let Some(x) = numbers else {
        return Err(fail(
            "has a factor whose values are no numbers, expected numbers: SALib has a place for \
             nothing else",
        ));
    };
    let mut files = vec![
        text("problem.txt", problem(design)?),
        text("samples.txt", matrix(x)?),
    ];
    let mut listed = Vec::new();
    for (a, arm) in manifest.arms.iter().enumerate() {
        for (m, metric) in manifest.metrics.iter().enumerate() {
            let means: Vec<Vec<f64>> = outputs
                .matrix(a, m)
                .iter()
                .map(|row| vec![mean(row)])
                .collect();
            let gaps = means.iter().filter(|row| row[0].is_nan()).count();
            let file = format!("outputs-{}-{}.txt", plain(&arm.name), plain(&metric.name));
            listed.push(json!({
                "arm": arm.name, "metric": metric.name, "unit": metric.unit, "file": file,
                "points_without_value": gaps,
            }));
            files.push(text(&file, matrix(&means)?));
        }
    }
    let about = json!({
        "experiment": manifest.experiment.name, "method": design.method,
        "samples": design.samples, "points": design.points, "seed": design.seed,
        "second_order": design.second_order, "levels": design.levels,
        "replicates": manifest.replicates,
        "names": design.factors.iter().map(|f| &f.name).collect::<Vec<_>>(),
        "outputs": listed,
    });
    let mut words = serde_json::to_string_pretty(&about).unwrap_or_default();
    words.push('\n');
    files.push(text("salib.json", words));
    Ok(files)
}

fn text(file: &str, text: String) -> Exported {
    Exported {
        file: file.to_string(),
        bytes: text.into_bytes(),
    }
}

/// Mean over the replicates with a value; NaN without any.
fn mean(row: &[f64]) -> f64 {
    let known: Vec<f64> = row.iter().copied().filter(|v| v.is_finite()).collect();
    known.iter().sum::<f64>() / known.len() as f64
}

/// A name that is safe in a file's.
fn plain(name: &str) -> String {
    let keep = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    name.chars()
        .map(|c| if keep(c) { c } else { '_' })
        .collect()
}

/// One line for each factor, each its own group.
fn problem(design: &DesignRecord) -> Result<String> {
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    let failed = |e: csv::Error| Error::new(format!("failed to write CSV: {e}"));
    for factor in &design.factors {
        let (low, high, dist) = bounds(factor)?;
        let record = [
            factor.name.clone(),
            low.to_string(),
            high.to_string(),
            factor.name.clone(),
            dist.to_string(),
        ];
        writer.write_record(record).map_err(failed)?;
    }
    let bytes = writer.into_inner();
    let bytes = bytes.map_err(|e| failed(e.into_error().into()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Lowest and highest value of a factor, and the distribution that SALib has for its scale:
/// none for whole numbers, which are uniform there too.
fn bounds(factor: &FactorRecord) -> Result<(f64, f64, &'static str)> {
    match factor.range {
        Some((low, high, Scale::Log)) => Ok((low, high, "logunif")),
        Some((low, high, _)) => Ok((low, high, "unif")),
        None => {
            let numbers: Option<Vec<f64>> = factor.values.iter().map(|l| l.number()).collect();
            let numbers = numbers.filter(|v| !v.is_empty());
            let numbers = numbers.ok_or_else(|| {
                Error::expected("no range", "a range or numbers").at_key(&factor.name)
            })?;
            let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
            let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            Ok((low, high, "unif"))
        }
    }
}

/// Numbers in lines, as `numpy.loadtxt` reads them.
fn matrix(rows: &[Vec<f64>]) -> Result<String> {
    let mut text = String::new();
    for row in rows {
        for (k, value) in row.iter().enumerate() {
            let gap = if k == 0 { "" } else { " " };
            let written = match value.is_nan() {
                true => write!(text, "{gap}nan"),
                false => write!(text, "{gap}{value}"),
            };
            written.map_err(|e| Error::new(format!("failed to write: {e}")))?;
        }
        text.push('\n');
    }
    Ok(text)
}
