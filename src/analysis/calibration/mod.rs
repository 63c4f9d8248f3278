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
pub mod sets;
pub mod stage;

use std::path::Path;

use crate::ensemble::experiment::{Calibration, Experiment, Factor};
use crate::error::{Error, Result};
use crate::table::{Record, Table};
use emulator::Emulator;
use implausibility::{Target, targets};
use posterior::{Accepted, centre};
use region::{Region, Wave, spread};
use screening::{NEAREST, Screened, offset};
use stage::{Sample, Stage};

pub use record::{Begun, CalibrationManifest, begin, resume, stages};
pub use rows::*;
pub use sets::AcceptedSets;

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
}

/// A wave's points with where they come from.
struct Ran {
    sample: Sample,
    /// Largest implausibility of each point by its runs, and the moment that has it.
    implausibility: Vec<(f64, usize)>,
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
            self.notes.push(format!(
                "{failed} runs of stage {} failed and are left out; its table `runs` says why",
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
        let sets: Vec<usize> = (0..points.len())
            .filter(|&p| implausibility[p].0 <= threshold)
            .collect();
        self.notes.push(match threshold > c.cutoff {
            false => format!(
                "{strict} of {} sets that were run again are within the cutoff of {} standard \
                 deviations and accepted",
                points.len(),
                c.cutoff
            ),
            true => format!(
                "only {strict} of {} sets that were run again are within the cutoff of {}: the \
                 threshold was widened to {threshold:.3}, so that {} are accepted",
                points.len(),
                c.cutoff,
                sets.len()
            ),
        });
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

/// Emulators of the moments from the points so far that the waves before have not ruled out.
fn learn(region: &Region, before: &[Ran], sample: &Sample, bound: f64) -> Result<Wave> {
    let samples: Vec<&Sample> = before.iter().map(|r| &r.sample).chain([sample]).collect();
    let kept: Vec<(&Sample, usize)> = samples
        .iter()
        .flat_map(|s| (0..s.points.len()).map(move |p| (*s, p)))
        .filter(|(s, p)| region.implausibility(&s.points[*p], bound) <= bound)
        .collect();
    let x: Vec<Vec<f64>> = kept
        .iter()
        .map(|(s, p)| region.unit(&s.points[*p]))
        .collect();
    let fit = |(m, target): (usize, &Target)| {
        let y: Vec<f64> = kept.iter().map(|(s, p)| s.mean(m, *p)).collect();
        Emulator::fit(&x, &y, offset(target)).map_err(|e| e.at_key(&target.moment.name))
    };
    let targets = region.targets;
    let noise = |(m, t): (usize, &Target)| sample.noise(m, t.centre(), NEAREST);
    Ok(Wave {
        emulators: targets.iter().enumerate().map(fit).collect::<Result<_>>()?,
        noise: targets.iter().enumerate().map(noise).collect(),
    })
}

/// The largest implausibility of each point by its own runs, and the moment that has it.
fn implausibilities(targets: &[Target], sample: &Sample, noise: &[f64]) -> Vec<(f64, usize)> {
    let of = |p: usize| {
        let moments = targets.iter().enumerate().map(|(m, t)| {
            let of_mean = noise[m] / sample.replicates as f64;
            (t.implausibility(sample.mean(m, p), noise[m], of_mean), m)
        });
        let worst = |a: (f64, usize), b: (f64, usize)| if b.0 > a.0 { b } else { a };
        moments.fold((0.0, 0), worst)
    };
    (0..sample.points.len()).map(of).collect()
}

/// Wave and row of the points to be run again: within the cutoff, the latest waves first, as
/// their points are drawn from the smallest region; if there are too few, the least implausible
/// of the others.
fn candidates(waves: &[Ran], count: usize, cutoff: f64) -> Vec<(usize, usize)> {
    let mut within = Vec::new();
    let mut others = Vec::new();
    for (w, wave) in waves.iter().enumerate().rev() {
        for (p, (implausibility, _)) in wave.implausibility.iter().enumerate() {
            match *implausibility <= cutoff {
                true => within.push((w + 1, p)),
                false => others.push((*implausibility, (w + 1, p))),
            }
        }
    }
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    within.extend(others.into_iter().map(|o| o.1));
    within.truncate(count);
    within
}

fn wave_row(
    wave: usize,
    sample: &Sample,
    found: &[(f64, usize)],
    (candidates, share, threshold): (u64, f64, f64),
    cutoff: f64,
) -> WaveRow {
    let values: Vec<f64> = found.iter().map(|f| f.0).collect();
    WaveRow {
        wave: wave as i64,
        points: sample.points.len() as i64,
        replicates: sample.replicates as i64,
        candidates: candidates as i64,
        non_implausible: share,
        threshold,
        median: crate::analysis::summary::median(&values),
        best: values.iter().copied().fold(f64::INFINITY, f64::min),
        within: values.iter().filter(|v| **v <= cutoff).count() as i64,
    }
}

fn emulator_rows(wave: usize, targets: &[Target], learnt: &Wave) -> Vec<EmulatorRow> {
    let row = |(m, target): (usize, &Target)| {
        let emulator = &learnt.emulators[m];
        EmulatorRow {
            wave: wave as i64,
            moment: target.moment.name.clone(),
            points: emulator.points as i64,
            r2: emulator.r2,
            deviation: emulator.deviation,
            penalty: emulator.penalty,
            noise_sd: libm::sqrt(learnt.noise[m]),
        }
    };
    targets.iter().enumerate().map(row).collect()
}

/// For each moment: how much of the box meets it, and what the others pay where it is met.
fn costs(targets: &[Target], waves: &[Ran], last: Option<&Wave>) -> Vec<CostRow> {
    let noise = last.map(|w| w.noise.clone()).unwrap_or_default();
    let of = |sample: &Sample, m: usize, p: usize| {
        let of_mean = noise[m] / sample.replicates as f64;
        targets[m].implausibility(sample.mean(m, p), noise[m], of_mean)
    };
    let row = |(m, target): (usize, &Target)| {
        let mut best = (f64::INFINITY, 0, (0, 0));
        let (mut hits, mut spread) = (0, 0);
        for (w, wave) in waves.iter().enumerate() {
            let sample = &wave.sample;
            for p in (0..sample.points.len()).filter(|&p| of(sample, m, p) <= 1.0) {
                hits += 1;
                spread += usize::from(w == 0);
                let others = (0..targets.len()).filter(|&k| k != m);
                let rest = others.map(|k| (of(sample, k, p), k));
                let worst = rest.fold((0.0, m), |a, b| if b.0 > a.0 { b } else { a });
                if worst.0 < best.0 {
                    best = (worst.0, worst.1, (w + 1, p));
                }
            }
        }
        let first = waves.first().map_or(0, |w| w.sample.points.len());
        CostRow {
            moment: target.moment.name.clone(),
            hit_share: spread as f64 / first as f64,
            hits,
            rest: if hits > 0 { best.0 } else { f64::NAN },
            rest_moment: match hits {
                0 => String::new(),
                _ => targets[best.1].moment.name.clone(),
            },
            rest_wave: best.2.0 as i64,
            rest_point: best.2.1 as i64,
        }
    };
    targets.iter().enumerate().map(row).collect()
}
