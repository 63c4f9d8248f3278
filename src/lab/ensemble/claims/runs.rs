//! Doing the runs that claims need, in a store that is gone on with after an interruption.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{Agenda, Draws, Need, Sizes, Stage};
use crate::ensemble::batch::{self, Options, Plan};
use crate::ensemble::experiment::{Arm, Changes, Experiment};
use crate::table::Format;
use crate::table::store::sweep;
use comity_model::error::{Error, Result};

/// Folder of the runs in that of a result.
const RUNS: &str = "runs";
/// Failed runs that a manifest lists; the tables `runs` have them all.
const LISTED: usize = 100;

/// The runs that are planned: one batch for each arm and stage.
pub struct Work {
    plans: Vec<(String, Stage, Plan)>,
}

/// `[point][replicate]` of each metric.
type Metrics = BTreeMap<String, Vec<Vec<f64>>>;

/// The metrics of all runs.
#[derive(Debug, Clone, Default)]
pub struct Outputs {
    /// By arm and stage: `[metric][point][replicate]`, the metrics by name.
    values: BTreeMap<(String, Stage), Metrics>,
    /// Runs that failed.
    pub failed: u64,
    /// The first of them, in words.
    pub failures: Vec<String>,
    /// Keys of the arms that they are of.
    broken: BTreeSet<String>,
}

impl Outputs {
    /// `[point][replicate]` of a metric; `None` if it was not run there.
    pub fn get(&self, arm: &str, stage: Stage, metric: &str) -> Option<&Vec<Vec<f64>>> {
        self.values.get(&(arm.to_string(), stage))?.get(metric)
    }

    /// Whether a run of an arm failed.
    pub fn incomplete(&self, arm: &str) -> bool {
        self.broken.contains(arm)
    }

    /// Points at which an arm was run.
    pub fn points(&self, arm: &str, stage: Stage) -> usize {
        let run = self.values.get(&(arm.to_string(), stage));
        run.and_then(|m| m.values().next()).map_or(0, Vec::len)
    }
}

impl Work {
    /// Plans the runs of an agenda.
    ///
    /// # Errors
    /// If there are more runs than can be numbered.
    pub fn new(
        agenda: &Agenda,
        sizes: Sizes,
        accepted: Option<&Draws>,
        prior: &Draws,
    ) -> Result<Self> {
        let mut plans = Vec::new();
        for stage in [Stage::Centre, Stage::Accepted, Stage::Prior] {
            for need in agenda.needs.values().filter(|n| n.stages.contains(&stage)) {
                let draws = match stage {
                    Stage::Centre => None,
                    Stage::Accepted => accepted,
                    Stage::Prior => Some(prior),
                };
                if stage != Stage::Centre && draws.is_none_or(|d| d.rows.is_empty()) {
                    continue;
                }
                let experiment = experiment(need, stage, sizes, draws);
                plans.push((need.key.clone(), stage, Plan::new(experiment)?));
            }
        }
        Ok(Self { plans })
    }

    /// Number of runs.
    pub fn runs(&self) -> u64 {
        self.plans.iter().map(|(_, _, plan)| plan.runs()).sum()
    }

    /// The batch of an arm at a stage, by the key of its need.
    pub fn plan(&self, key: &str, stage: Stage) -> Option<&Plan> {
        let mut plans = self.plans.iter();
        plans
            .find(|(k, s, _)| k == key && *s == stage)
            .map(|(_, _, plan)| plan)
    }

    /// Number of batches.
    pub fn batches(&self) -> usize {
        self.plans.len()
    }

    /// About how long all runs take on one thread, in seconds, from one run of each arm.
    ///
    /// # Errors
    /// If a run cannot be done.
    pub fn seconds(&self) -> Result<f64> {
        let mut seconds = 0.0;
        let mut known: BTreeMap<&str, f64> = BTreeMap::new();
        for (key, _, plan) in &self.plans {
            let each = match known.get(key.as_str()) {
                Some(each) => *each,
                None => {
                    let begun = std::time::Instant::now();
                    let scenario = plan.scenario(plan.address(0))?;
                    let selection = plan.selection();
                    comity_model::simulation::run_recording(
                        &scenario,
                        plan.experiment.seed,
                        selection,
                    )?;
                    let each = begun.elapsed().as_secs_f64();
                    known.insert(key, each);
                    each
                }
            };
            seconds += each * plan.runs() as f64;
        }
        Ok(seconds)
    }
}

/// Does what is missing of the work in `folder` and reads all of it; `None` if it was told to
/// stop: what is done by then is kept.
///
/// # Errors
/// If something cannot be written or read.
pub fn run(work: &Work, folder: &Path, options: Options) -> Result<Option<Outputs>> {
    let mut outputs = Outputs::default();
    for (key, stage, plan) in &work.plans {
        let place = folder.join(RUNS).join(&plan.hash);
        let parts = place.join(batch::PARTS);
        fs::create_dir_all(&parts)
            .map_err(|e| Error::new(format!("cannot be made: {e}")).in_file(&place))?;
        sweep(&parts)?;
        let standing = batch::inspect(&place, plan)?;
        if let Some(progress) = options.progress {
            let done = standing.done.iter().map(|&p| plan.part(p));
            done.flatten().for_each(|_| progress());
        }
        let outcome = batch::run(plan, &place, &standing.to_do(), options)?;
        if !outcome.whole {
            return Ok(None);
        }
        let runs = batch::read_runs(&place, plan)?;
        let status = runs.text("status").unwrap_or_default();
        let message = runs.text("message").unwrap_or_default();
        let seed = runs.integer("seed").unwrap_or_default();
        for run in (0..status.len()).filter(|&run| status[run] != "done") {
            outputs.failed += 1;
            outputs.broken.insert(key.clone());
            if outputs.failures.len() < LISTED {
                let (arm, seed, message) = (&plan.experiment.title, seed[run], &message[run]);
                let text = format!("{arm}, {}, seed {seed}: {message}", stage.words());
                outputs.failures.push(text);
            }
        }
        let points = plan.points() as usize;
        let replicates = plan.experiment.replicates as usize;
        let mut metrics = BTreeMap::new();
        for metric in &plan.experiment.metrics {
            let column = runs.real(&metric.name).unwrap_or_default();
            let at = |p: usize| (0..replicates).map(|r| column[r * points + p]).collect();
            metrics.insert(metric.name.clone(), (0..points).map(at).collect());
        }
        outputs.values.insert((key.clone(), *stage), metrics);
    }
    Ok(Some(outputs))
}

fn experiment(need: &Need, stage: Stage, sizes: Sizes, draws: Option<&Draws>) -> Experiment {
    let arm = Arm {
        name: "arm".to_string(),
        ..need.arm.clone()
    };
    Experiment {
        name: need.key.clone(),
        title: need.arm.label.clone(),
        question: String::new(),
        text: String::new(),
        origin: comity_model::scenario::files::Origin {
            shown: need.key.clone().into(),
            home: comity_model::scenario::files::Home::Shipped,
        },
        changes: Changes::default(),
        arms: vec![arm],
        baseline: 0,
        branch: None,
        calibration: None,
        replicates: match stage {
            Stage::Centre => sizes.replicates,
            _ => sizes.seeds,
        },
        seed: sizes.seed + need.offset,
        design: draws.map(|d| d.design(&need.fixed)),
        metrics: need.metrics.clone(),
        record: Vec::new(),
        chunk: None,
        format: Format::Parquet,
        discovery: Vec::new(),
        claims: Vec::new(),
    }
}
