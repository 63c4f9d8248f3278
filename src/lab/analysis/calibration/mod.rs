//! Calibration by history matching: which parts of parameter space are not ruled out by what was
//! observed to 1988.
//!
//! | step | what | where |
//! |---|---|---|
//! | 1 | Morris trajectories over all parameters that may be varied: the moments respond to some | [`screening`] |
//! | 2 | a wave of runs at points of those | [`stage`] |
//! | 3 | an emulator of each moment, fitted to the points that are not ruled out | [`emulator`] |
//! | 4 | the points whose implausibility is beyond the cutoff are ruled out; points of the next wave are drawn from the rest | [`implausibility`], [`region`] |
//! | 5 | the points that pass by their own runs are run again with new seeds, and accepted if they pass again | here |
//! | 6 | what the accepted sets say | [`posterior`] |
//!
//! Sources: Craig, Goldstein, Seheult & Smith (1997); Vernon, Goldstein & Bower (2010); Andrianakis
//! et al. (2015) for stochastic models.

pub mod emulator;
pub mod implausibility;
pub mod posterior;
mod record;
pub mod region;
mod rows;
pub mod screening;
pub mod stage;
mod waves;

use std::path::Path;

use crate::ensemble::experiment::{Calibration, Experiment, Factor};
use crate::table::{Record, Table};
use comity_model::error::{Error, Result};
use implausibility::{Target, targets};
use posterior::{Accepted, centre};
use region::{Region, spread};
use screening::{NEAREST, Screened};
use stage::{Sample, Stage};
use waves::{Ran, candidates, costs, emulator_rows, implausibilities, learn, wave_row};

pub use crate::ensemble::sets::AcceptedSets;
pub use record::{Begun, CalibrationManifest, Fit, begin, resume, stages};
pub use rows::*;

/// How the runs are done. None of it changes a result.
pub struct Hooks<'a> {
    /// Number of threads; `None`: as many as there are processors.
    pub threads: Option<usize>,
    /// Called after each run, from any thread.
    pub step: &'a (dyn Fn() + Sync),
    /// Called with a number of runs that were done before.
    pub skip: &'a (dyn Fn(u64) + Sync),
    /// Asked before each simulated year of any run: whether to stop.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

/// What came out: tables, and sentences for the reader.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// The tables.
    pub tables: Vec<Table>,
    /// What has to be said besides.
    pub notes: Vec<String>,
    /// Runs that failed.
    pub failed: u64,
}

/// Calibrates to what was observed, in `folder`; what is there of it already is used. `None` if it
/// was told to stop.
///
/// # Errors
/// As [`calibrate_to`].
pub fn calibrate(
    experiment: &Experiment,
    folder: &Path,
    hooks: &Hooks,
) -> Result<Option<Findings>> {
    let targets = targets(specification(experiment)?)?;
    calibrate_to(&targets, experiment, folder, hooks)
}

/// Calibrates to these targets, which need not have been observed.
///
/// # Errors
/// If the experiment has no `[calibration]`, if something cannot be read or written, or nothing
/// can be fitted.
pub fn calibrate_to(
    targets: &[Target],
    experiment: &Experiment,
    folder: &Path,
    hooks: &Hooks,
) -> Result<Option<Findings>> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(hooks.threads.unwrap_or(0))
        .build()
        .map_err(|e| Error::new(format!("failed to start threads: {e}")))?;
    let calibration = specification(experiment)?;
    check_names(experiment, targets)?;
    let mut work = Work {
        experiment,
        calibration,
        targets,
        folder,
        hooks,
        tables: Vec::new(),
        notes: Vec::new(),
        failed: 0,
    };
    let Some(factors) = work.screening()? else {
        return Ok(None);
    };
    let Some(waves) = pool.install(|| work.waves(&factors))? else {
        return Ok(None);
    };
    if !work.accept(&factors, &waves)? {
        return Ok(None);
    }
    Ok(Some(Findings {
        tables: work.tables,
        notes: work.notes,
        failed: work.failed,
    }))
}

/// The table `[calibration]` of an experiment.
///
/// # Errors
/// If it has none.
pub fn specification(experiment: &Experiment) -> Result<&Calibration> {
    experiment.calibration.as_ref().ok_or_else(|| {
        let problem = "has no [calibration], expected one: `comity batch` and `comity sweep` run \
                       the others";
        let file = &experiment.origin.shown;
        Error::new(problem).in_file(file).at_key("calibration")
    })
}

/// The experiment's own metrics may not have the name of a moment.
fn check_names(experiment: &Experiment, targets: &[Target]) -> Result<()> {
    let moment = |name: &str| targets.iter().any(|t| t.moment.name == name);
    match experiment.metrics.iter().find(|m| moment(&m.name)) {
        None => Ok(()),
        Some(metric) => {
            let problem = "is the name of a moment that is fitted, expected another";
            let file = &experiment.origin.shown;
            let key = format!("metrics.{}", metric.name);
            Err(Error::new(problem).in_file(file).at_key(key))
        }
    }
}

struct Work<'a> {
    experiment: &'a Experiment,
    calibration: &'a Calibration,
    targets: &'a [Target],
    folder: &'a Path,
    hooks: &'a Hooks<'a>,
    tables: Vec<Table>,
    notes: Vec<String>,
    failed: u64,
}

impl Work<'_> {
    fn run(&mut self, stage: &Stage) -> Result<Option<Sample>> {
        let sample = stage::run(
            self.experiment,
            self.targets,
            self.folder,
            stage,
            self.hooks,
        )?;
        if let Some(failed) = sample.as_ref().map(|s| s.failed).filter(|f| *f > 0) {
            self.failed += failed;
            self.notes.push(format!(
                "provisional: {failed} runs of stage {} failed and are left out; its table `runs` says why",
                stage.name
            ));
        }
        Ok(sample)
    }

    /// The factors to be varied.
    fn screening(&mut self) -> Result<Option<Vec<Factor>>> {
        let factors = &self.calibration.factors;
        let Some(screening) = &self.calibration.screening else {
            return Ok(Some(factors.clone()));
        };
        let seed = self.experiment.seed;
        let points = screening::points(factors, screening, seed)?;
        let stage = Stage {
            name: "screening".to_string(),
            number: 0,
            factors,
            points: &points,
            replicates: screening.replicates,
            years: false,
        };
        let Some(sample) = self.run(&stage)? else {
            return Ok(None);
        };
        let Screened {
            active,
            ranking,
            effects,
        } = screening::screen(factors, self.targets, &sample, screening, seed)?;
        self.tables.push(ScreeningRow::table(&ranking));
        self.tables.push(EffectRow::table(&effects));
        Ok(Some(active.iter().map(|&k| factors[k].clone()).collect()))
    }

    /// The waves, the first first.
    fn waves(&mut self, factors: &[Factor]) -> Result<Option<Vec<Ran>>> {
        let (c, seed) = (self.calibration, self.experiment.seed);
        let mut region = Region {
            factors,
            targets: self.targets,
            waves: Vec::new(),
        };
        let mut points = spread(factors, c.points, seed)?;
        let mut source = (0, 1.0, f64::NAN);
        let mut ran: Vec<Ran> = Vec::new();
        let (mut rows, mut fitted) = (Vec::new(), Vec::new());
        for wave in 1..=c.waves {
            let stage = Stage {
                name: format!("wave-{wave}"),
                number: wave as u64,
                factors,
                points: &points,
                replicates: c.replicates,
                years: false,
            };
            let Some(sample) = self.run(&stage)? else {
                return Ok(None);
            };
            let learnt = learn(&region, &ran, &sample, source.2.max(c.cutoff))?;
            fitted.extend(emulator_rows(wave, self.targets, &learnt));
            let found = implausibilities(self.targets, &sample, &learnt.noise);
            rows.push(wave_row(wave, &sample, &found, source, c.cutoff));
            ran.push(Ran {
                sample,
                implausibility: found,
            });
            region.waves.push(learnt);
            if wave < c.waves {
                let next = region.sample(c.points, c.candidates, c.cutoff, seed);
                let share = next.within as f64 / next.candidates as f64;
                source = (next.candidates, share, next.threshold);
                points = next.points;
            }
        }
        // Every wave is judged by the noise that the last one, nearest to what is sought, has.
        if let Some(last) = region.waves.last() {
            for wave in &mut ran {
                wave.implausibility = implausibilities(self.targets, &wave.sample, &last.noise);
            }
        }
        self.tables.push(WaveRow::table(&rows));
        self.tables.push(EmulatorRow::table(&fitted));
        self.tables.push(CostRow::table(&costs(
            self.targets,
            &ran,
            region.waves.last(),
        )));
        Ok(Some(ran))
    }

    /// Runs the candidates again and accepts those that pass; whether it was not stopped.
    fn accept(&mut self, factors: &[Factor], waves: &[Ran]) -> Result<bool> {
        let c = self.calibration;
        let origins = candidates(waves, c.sets, c.cutoff);
        let points: Vec<Vec<f64>> = origins
            .iter()
            .map(|&(wave, point)| waves[wave - 1].sample.points[point].clone())
            .collect();
        let stage = Stage {
            name: "accepted".to_string(),
            number: c.waves as u64 + 1,
            factors,
            points: &points,
            replicates: c.set_replicates,
            years: true,
        };
        let Some(sample) = self.run(&stage)? else {
            return Ok(false);
        };
        let noise: Vec<f64> = self
            .targets
            .iter()
            .enumerate()
            .map(|(m, t)| sample.noise(m, t.centre(), NEAREST.max(points.len() / 2)))
            .collect();
        let implausibility = implausibilities(self.targets, &sample, &noise);
        let sets = self.judge(&implausibility)?;
        let accepted = Accepted {
            centre: centre(factors, &sample, &sets, &implausibility),
            factors,
            targets: self.targets,
            sample: &sample,
            origins: &origins,
            implausibility: &implausibility,
            sets,
        };
        self.describe(&accepted, &waves[0].sample)?;
        Ok(true)
    }

    /// The points within the cutoff, or within the threshold that leaves as many as are wanted.
    fn judge(&mut self, implausibility: &[(f64, usize)]) -> Result<Vec<usize>> {
        let c = self.calibration;
        let mut order: Vec<f64> = implausibility.iter().map(|i| i.0).collect();
        order.sort_by(f64::total_cmp);
        let strict = order.iter().filter(|i| **i <= c.cutoff).count();
        let threshold = c.cutoff.max(order[c.least.min(order.len()) - 1]);
        if !threshold.is_finite() {
            let problem = format!(
                "only {strict} of {} sets have all moments, expected {}: no set can be accepted",
                order.len(),
                c.least
            );
            return Err(Error::new(problem).in_file(self.folder));
        }
        let sets: Vec<usize> = (0..order.len())
            .filter(|&p| implausibility[p].0 <= threshold)
            .collect();
        self.notes.push(match threshold > c.cutoff {
            false => format!(
                "{strict} of {} sets that were run again are within the cutoff of {} standard \
                 deviations and accepted",
                order.len(),
                c.cutoff
            ),
            true => format!(
                "only {strict} of {} sets that were run again are within the cutoff of {}: the \
                 threshold was widened to {threshold:.3}, so that {} are accepted",
                order.len(),
                c.cutoff,
                sets.len()
            ),
        });
        Ok(sets)
    }

    fn describe(&mut self, accepted: &Accepted, first: &Sample) -> Result<()> {
        let own = &self.experiment.arms[0].scenario.parameters;
        let predictive = accepted.predictive();
        let hits = predictive.iter().filter(|p| p.hit == 1).count();
        let missed: Vec<&str> = predictive
            .iter()
            .filter(|p| p.hit == 0)
            .map(|p| p.moment.as_str())
            .collect();
        let missed = match missed.as_slice() {
            [] => String::new(),
            some => format!("; missed: {}", some.join(", ")),
        };
        self.notes.push(format!(
            "the accepted sets hit {hits} of {} moments{missed}",
            predictive.len()
        ));
        let marginals = accepted.marginals(own);
        let free: Vec<&str> = marginals
            .iter()
            .filter(|m| m.identified == 0)
            .map(|m| m.parameter.as_str())
            .collect();
        if !free.is_empty() {
            self.notes.push(format!(
                "the data do not identify {} of the {} varied parameters (variance at least {} of \
                 the prior's): {}",
                free.len(),
                marginals.len(),
                posterior::UNIDENTIFIED,
                free.join(", ")
            ));
        }
        self.tables.push(accepted.table(self.experiment));
        self.tables.push(MarginalRow::table(&marginals));
        self.tables
            .push(CorrelationRow::table(&accepted.correlations()));
        self.tables.push(PredictiveRow::table(&predictive));
        self.tables.push(SeriesRow::table(&accepted.series()?));
        if !self.experiment.metrics.is_empty() {
            let probes = accepted.probes(self.experiment, first);
            self.tables.push(ProbeRow::table(&probes));
        }
        Ok(())
    }
}
