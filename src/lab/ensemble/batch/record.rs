//! `manifest.json` of a batch, and what may stand where one is to be.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::ensemble::experiment::{
    Changes, Claim, Design, Discovery, Experiment, Level, Metric, Recorded, Seeds, load_kept,
};
use crate::ensemble::inputs::{kept, shorten};
use crate::ensemble::manifest::{Body, InputRecord, Manifest, Runs, ScenarioRecord};
use crate::table::{Column, ColumnType, Table, Values};
use comity_model::error::{Error, Result};
use comity_model::scenario::files::Home;
use comity_model::scenario::provenance::sha256;

/// The runs of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// Whether sensitivity indices are computed when it is whole.
    pub sweep: bool,
    /// The experiment.
    pub experiment: ExperimentRecord,
    /// Hash of everything that decides the runs and the parts, but the number of replicates.
    pub plan: String,
    /// Runs in a part.
    pub chunk: u64,
    /// Seed of the first replicate.
    pub seed: u64,
    /// Replicates of each arm at each point.
    pub replicates: u64,
    /// The arms with their scenarios.
    pub arms: Vec<ArmRecord>,
    /// Name of the arm that others are compared with.
    pub baseline: String,
    /// Year from which arms part, with branching.
    pub branch: Option<i32>,
    /// The design.
    pub design: Option<DesignRecord>,
    /// The metrics.
    pub metrics: Vec<Metric>,
    /// What is recorded besides.
    pub record: Vec<Recorded>,
    /// Outcomes to be found in parameter space.
    pub discovery: Vec<Discovery>,
    /// Hypotheses on the arms.
    pub claims: Vec<Claim>,
    /// Format of the tables.
    pub format: String,
    /// What has to be said of the result.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Runs done and failed.
    pub runs: Runs,
}

/// The manifest of a batch or a sweep.
pub type BatchManifest = Manifest<Batch>;

/// An experiment as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExperimentRecord {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// What is asked.
    pub question: String,
    /// Name of the file, or of the shipped experiment.
    pub file: String,
    /// SHA-256 of the text.
    pub sha256: String,
    /// What the command line changed.
    pub changes: Changes,
    /// The text.
    pub text: String,
}

/// An arm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmRecord {
    /// Name.
    pub name: String,
    /// Words for figures.
    pub label: String,
    /// Its scenario at no point of a design.
    pub scenario: ScenarioRecord,
}

/// A design; its points are the table `design`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DesignRecord {
    /// How points were chosen.
    pub method: String,
    /// Base sample, trajectories, or number of points.
    pub samples: usize,
    /// Number of points.
    pub points: usize,
    /// Whether second-order indices can be estimated.
    pub second_order: bool,
    /// Levels of a `morris` design.
    pub levels: usize,
    /// Seed of the sampling.
    pub seed: u64,
    /// Whether points share seeds.
    pub seeds: Seeds,
    /// The factors in order.
    pub factors: Vec<FactorRecord>,
}

/// A factor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactorRecord {
    /// Path.
    pub name: String,
    /// Words for figures.
    pub label: String,
    /// Range and scale.
    pub range: Option<(f64, f64, crate::ensemble::design::Scale)>,
    /// Values, if they are listed.
    pub values: Vec<Level>,
}

impl Body for Batch {
    const KIND: &'static str = "experiment";
    const MAKER: &'static str = "batch";

    fn failed_runs(&self) -> u64 {
        self.failed()
    }

    fn check(&self) -> Result<()> {
        let points = self.design.as_ref().map_or(1, |d| d.points) as u64;
        let cells = points.checked_mul(self.arms.len() as u64);
        let runs = cells.and_then(|c| c.checked_mul(self.replicates));
        match runs {
            Some(runs) if runs > 0 && runs <= i64::MAX as u64 && self.runs.done <= runs => Ok(()),
            _ => {
                let found = format!(
                    "{} of {points} points × {} arms × {} replicates",
                    self.runs.done,
                    self.arms.len(),
                    self.replicates
                );
                Err(Error::expected(found, "runs of a plan"))
            }
        }
    }
}

impl Batch {
    /// Runs of the plan.
    pub fn planned(&self) -> u64 {
        let points = self.design.as_ref().map_or(1, |d| d.points) as u64;
        // A manifest that somebody else wrote may hold any number.
        points
            .saturating_mul(self.arms.len() as u64)
            .saturating_mul(self.replicates)
    }

    /// Runs of the plan that are not done.
    pub fn failed(&self) -> u64 {
        self.planned().saturating_sub(self.runs.done)
    }
}

impl BatchManifest {
    /// The manifest of a plan of which nothing is done.
    pub fn of(plan: &Plan, command: Vec<String>, sweep: bool) -> Self {
        let e = &plan.experiment;
        let arm = |a: &crate::ensemble::experiment::Arm| {
            let mut source = a.provenance.clone();
            if let Home::Disk(folder) | Home::Fenced(folder, _) = &e.origin.home {
                shorten(&mut source, folder);
            }
            ArmRecord {
                name: a.name.clone(),
                label: a.label.clone(),
                scenario: ScenarioRecord::of(&a.scenario, source),
            }
        };
        let body = Batch {
            sweep,
            experiment: ExperimentRecord::of(e),
            plan: plan.hash.clone(),
            chunk: plan.chunk,
            seed: e.seed,
            replicates: e.replicates,
            arms: e.arms.iter().map(arm).collect(),
            baseline: e.arms[e.baseline].name.clone(),
            branch: e.branch.as_ref().map(|b| b.1),
            design: e.design.as_ref().map(DesignRecord::of),
            metrics: e.metrics.clone(),
            record: e.record.clone(),
            discovery: e.discovery.clone(),
            claims: e.claims.clone(),
            format: e.format.extension().to_string(),
            notes: Vec::new(),
            runs: Runs::default(),
        };
        Self::begin(body, command)
    }

    /// The same batch with nothing done, for another folder.
    pub fn anew(&self, command: Vec<String>) -> Self {
        let body = Batch {
            notes: Vec::new(),
            runs: Runs::default(),
            ..self.body.clone()
        };
        let mut anew = Self::begin(body, command);
        anew.inputs.clone_from(&self.inputs);
        anew
    }

    /// What makes it the result of another plan than `wanted`, as texts.
    pub(super) fn differences(&self, wanted: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let mut note = |what: &str, a: &str, b: &str| {
            if a != b {
                found.push(format!("{what} {a} there, {b} now"));
            }
        };
        note("version", &self.version, &wanted.version);
        note("seed", &self.seed.to_string(), &wanted.seed.to_string());
        note("format", &self.format, &wanted.format);
        let names = |m: &Self| {
            m.arms
                .iter()
                .map(|a| a.name.clone())
                .collect::<Vec<_>>()
                .join(", ")
        };
        note("arms", &names(self), &names(wanted));
        for arm in &self.arms {
            let same = wanted.arms.iter().find(|a| a.name == arm.name);
            if let Some(other) = same {
                let what = format!("scenario of arm \"{}\"", arm.name);
                note(&what, &arm.scenario.hash, &other.scenario.hash);
            }
        }
        if found.is_empty() {
            let (a, b) = (&self.experiment.sha256, &wanted.experiment.sha256);
            let (what, a, b) = match a == b {
                false => ("design, metrics or records: text", a, b),
                true => ("plan", &self.plan, &wanted.plan),
            };
            found.push(format!("{what} {} there, {} now", &a[..8], &b[..8]));
        }
        found
    }
}

impl ExperimentRecord {
    /// The experiment, read again from this record and the inputs in the folder of its result.
    ///
    /// # Errors
    /// If an input is not there or not as it was written; if this version cannot read it.
    pub fn load(&self, folder: &Path, inputs: &[InputRecord]) -> Result<Experiment> {
        let kept = kept(folder, inputs)?;
        load_kept(&self.name, &self.text, &self.changes, kept)
    }

    /// The record of an experiment.
    pub fn of(e: &Experiment) -> Self {
        let shown = e.origin.shown.file_name().unwrap_or_default();
        let file = match e.origin.home {
            Home::Shipped => e.name.clone(),
            _ => shown.to_string_lossy().into_owned(),
        };
        Self {
            name: e.name.clone(),
            title: e.title.clone(),
            question: e.question.clone(),
            file,
            sha256: sha256(e.text.as_bytes()),
            changes: e.changes.clone(),
            text: e.text.clone(),
        }
    }
}

impl DesignRecord {
    fn of(design: &Design) -> Self {
        let factor = |f: &crate::ensemble::experiment::Factor| FactorRecord {
            name: f.name.clone(),
            label: f.label.clone(),
            range: f.range,
            values: f.values.clone(),
        };
        Self {
            method: design.method.name().to_string(),
            samples: design.samples,
            points: design.points.len(),
            second_order: design.second_order,
            levels: design.levels,
            seed: design.seed,
            seeds: design.seeds,
            factors: design.factors.iter().map(factor).collect(),
        }
    }
}

/// The points of a design as a table: `point`, then a column for each factor, empty where
/// the scenario has its own value.
pub fn design_table(design: &Design) -> Table {
    let mut columns = vec![Column::new(
        "point",
        ColumnType::Integer,
        "1",
        "row of the design",
    )];
    let numbers = (0..design.points.len() as i64).collect();
    let mut values = vec![Values::Integer(numbers)];
    for (k, factor) in design.factors.iter().enumerate() {
        let levels = || design.points.iter().map(|p| &p[k]);
        let plain = levels().all(|l| matches!(l, Level::Own | Level::Number(_)));
        let (unit, help) = match factor.parameter {
            Some(p) => (p.unit, p.help),
            None => ("1", "a key of the scenario"),
        };
        let (kind, column) = match plain {
            true => {
                let numbers = levels().map(|l| l.number().unwrap_or(f64::NAN)).collect();
                (ColumnType::Real, Values::Real(numbers))
            }
            false => (
                ColumnType::Text,
                Values::Text(levels().map(Level::to_string).collect()),
            ),
        };
        columns.push(Column::new(&factor.name, kind, unit, help));
        values.push(column);
    }
    Table {
        name: "design".to_string(),
        columns,
        values,
    }
}
