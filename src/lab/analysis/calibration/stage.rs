//! The runs of a stage: a batch with a table of points, in a folder of its own.

use std::path::{Path, PathBuf};

use super::Hooks;
use super::implausibility::Target;
use crate::analysis::moments::{network_of_window, of_window};
use crate::analysis::summary::mean;
use crate::ensemble::batch::{self, BatchManifest, Begun, Plan};
use crate::ensemble::experiment::{Design, Experiment, Factor, Recorded, Source};
use crate::ensemble::place::{Company, Place};
use crate::table::store::sweep;
use crate::table::{Table, store};
use comity_model::error::{Error, Result};
use comity_model::observe::Selection;

/// Between the seeds of two stages.
const APART: u64 = 100_000_000;

/// What is run in a stage.
pub struct Stage<'a> {
    /// Name: the folder.
    pub name: String,
    /// Number, from 0: no two stages share seeds.
    pub number: u64,
    /// What is varied.
    pub factors: &'a [Factor],
    /// `[point][factor]` in the units of the factors.
    pub points: &'a [Vec<f64>],
    /// Runs at each point.
    pub replicates: u64,
    /// Whether the moments' columns are recorded year by year.
    pub years: bool,
}

/// The moments and metrics of a stage's runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// `[point][factor]` in the units of the factors.
    pub points: Vec<Vec<f64>>,
    /// Runs at each point.
    pub replicates: u64,
    /// `[moment][point][replicate]`; NaN where a run failed or has none.
    pub moments: Vec<Vec<Vec<f64>>>,
    /// `[metric][point][replicate]` of the experiment's own metrics.
    pub metrics: Vec<Vec<Vec<f64>>>,
    /// Runs that failed.
    pub failed: u64,
    /// Where the tables stand.
    pub folder: PathBuf,
}

impl Sample {
    /// Mean of a moment over the runs at a point; NaN if fewer than half of them have one.
    pub fn mean(&self, moment: usize, point: usize) -> f64 {
        let values = &self.moments[moment][point];
        let known = values.iter().filter(|v| v.is_finite()).count();
        match 2 * known >= values.len() {
            true => mean(values),
            false => f64::NAN,
        }
    }

    /// Variance of a moment over the runs at a point; NaN with fewer than two.
    pub fn variance(&self, moment: usize, point: usize) -> f64 {
        let values = &self.moments[moment][point];
        let known: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        let deviation = crate::analysis::bootstrap::sample_deviation(&known);
        deviation * deviation
    }

    /// Means of a moment, point by point.
    pub fn means(&self, moment: usize) -> Vec<f64> {
        let points = 0..self.points.len();
        points.map(|p| self.mean(moment, p)).collect()
    }

    /// Variance of a moment over seeds, on average over the `nearest` points whose mean is
    /// nearest to `centre`.
    pub fn noise(&self, moment: usize, centre: f64, nearest: usize) -> f64 {
        let mut near: Vec<(f64, f64)> = (0..self.points.len())
            .map(|p| {
                (
                    (self.mean(moment, p) - centre).abs(),
                    self.variance(moment, p),
                )
            })
            .filter(|(distance, variance)| distance.is_finite() && variance.is_finite())
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let variances: Vec<f64> = near.iter().take(nearest.max(1)).map(|n| n.1).collect();
        let noise = mean(&variances);
        if noise.is_nan() { 0.0 } else { noise }
    }
}

/// What a run of the calibration records.
///
/// # Errors
/// If a column is unknown, which a test excludes.
pub fn selection(experiment: &Experiment) -> Result<Selection> {
    let mut selection = Selection::none();
    if let Some(calibration) = &experiment.calibration {
        for moment in of_window(calibration.window) {
            selection.add("world", moment.column)?;
        }
        if calibration.network {
            selection.add_table("agreements")?;
            let network = network_of_window(calibration.window).into_iter();
            for moment in network.filter(|m| m.table == Source::World) {
                selection.add("world", moment.column)?;
                selection.add("world", moment.per.unwrap_or("year"))?;
            }
        }
    }
    Ok(selection)
}

/// Does what is missing of a stage; `None` if it was told to stop.
///
/// # Errors
/// If another result stands in its folder, or something cannot be read or written.
pub fn run(
    experiment: &Experiment,
    targets: &[Target],
    folder: &Path,
    stage: &Stage,
    hooks: &Hooks,
) -> Result<Option<Sample>> {
    let plan = plan(experiment, targets, stage)?;
    let mut place = Place::open(&folder.join(&stage.name), Company::Alone)?;
    let command = vec!["calibrate".to_string(), stage.name.clone()];
    let wanted = BatchManifest::of(&plan, command, false);
    match batch::begin(&mut place, &plan, wanted, false)? {
        Begun::Complete(_) if batch::inspect(place.folder(), &plan)?.damaged.is_empty() => {
            (hooks.skip)(plan.runs());
        }
        Begun::Complete(manifest) | Begun::Work(manifest) => {
            sweep(&place.folder().join(batch::PARTS))?;
            let standing = batch::inspect(place.folder(), &plan)?;
            let runs = |parts: &[u64]| -> u64 {
                let ranges = parts.iter().map(|&p| plan.part(p));
                ranges.map(|r| r.end - r.start).sum()
            };
            (hooks.skip)(runs(&standing.done));
            let options = batch::Options {
                threads: hooks.threads,
                progress: Some(hooks.step),
                cancel: Some(hooks.stop),
            };
            let outcome = batch::run(&plan, place.folder(), &standing.to_do(), options)?;
            if !outcome.whole {
                return Ok(None);
            }
            finish(&plan, &place, *manifest)?;
        }
    }
    sample(&plan, targets, place.folder(), stage).map(Some)
}

fn plan(experiment: &Experiment, targets: &[Target], stage: &Stage) -> Result<Plan> {
    let design = Design::chosen(stage.factors.to_vec(), stage.points, &experiment.arms)?;
    let moments = targets.iter().map(|t| t.moment.metric());
    let metrics = moments.chain(experiment.metrics.iter().cloned()).collect();
    let record = match stage.years {
        true => vec![Recorded::Years],
        false => Vec::new(),
    };
    Plan::new(Experiment {
        design: Some(design),
        metrics,
        record,
        replicates: stage.replicates,
        seed: experiment.seed + APART * stage.number,
        calibration: None,
        ..experiment.clone()
    })
}

fn finish(plan: &Plan, place: &Place, mut manifest: BatchManifest) -> Result<()> {
    let mut draft = place.draft()?;
    let merged = batch::merge(plan, place.folder(), &mut draft)?;
    manifest.runs = merged.counts;
    manifest.complete = true;
    draft.finish(&mut manifest)
}

/// A table of a stage.
///
/// # Errors
/// If it is not there or cannot be read.
pub fn table(place: &Path, name: &str, known: &[crate::table::Column]) -> Result<Table> {
    let path = store::find(place, name)
        .ok_or_else(|| Error::new(format!("no table `{name}` in it")).in_file(place))?;
    store::read(&path, known)
}

fn sample(plan: &Plan, targets: &[Target], place: &Path, stage: &Stage) -> Result<Sample> {
    let runs = table(place, "runs", &plan.tables()[0].columns)?;
    let points = stage.points.len();
    let replicates = stage.replicates as usize;
    let column = |name: &str, scale: f64| -> Result<Vec<Vec<f64>>> {
        let values = runs.real(name).filter(|v| v.len() == points * replicates);
        let values = values.ok_or_else(|| {
            let problem = format!("the table `runs` lacks {name}, or runs");
            Error::new(problem).in_file(place)
        })?;
        let of = |p: usize| {
            let runs = 0..replicates;
            runs.map(|r| scale * values[r * points + p]).collect()
        };
        Ok((0..points).map(of).collect())
    };
    let moments = targets
        .iter()
        .map(|t| column(&t.moment.name, t.moment.scale));
    let own = plan.experiment.metrics[targets.len()..].iter();
    let status = runs.text("status").unwrap_or_default();
    Ok(Sample {
        points: stage.points.to_vec(),
        replicates: stage.replicates,
        moments: moments.collect::<Result<_>>()?,
        metrics: own.map(|m| column(&m.name, 1.0)).collect::<Result<_>>()?,
        failed: status.iter().filter(|s| *s != "done").count() as u64,
        folder: place.to_path_buf(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_that_of_points_near_the_centre() {
        let sample = Sample {
            points: vec![Vec::new(); 4],
            replicates: 2,
            moments: vec![vec![
                vec![9.0, 11.0],
                vec![10.0, 14.0],
                vec![100.0, 300.0],
                vec![f64::NAN, 1.0],
            ]],
            metrics: Vec::new(),
            failed: 0,
            folder: PathBuf::new(),
        };
        assert!((sample.noise(0, 10.0, 1) - 2.0).abs() < 1e-12);
        assert!((sample.noise(0, 10.0, 2) - 5.0).abs() < 1e-12);
        assert_eq!(sample.mean(0, 3), 1.0);
        assert!(sample.variance(0, 3).is_nan());
    }
}
