//! `manifest.json` of a batch, and what may stand where one is to be.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use super::store::{self, PARTS};
use crate::ensemble::experiment::{
    Changes, Claim, Design, Discovery, Experiment, Level, Metric, Recorded, Seeds, library, load,
};
use crate::ensemble::lock::{Company, Lock};
use crate::ensemble::manifest::{
    MANIFEST, Made, PROGRAM, REPORT, Runs, ScenarioRecord, TableRecord,
};
use crate::table::store::{is_temporary, sweep, write_whole};
use crate::table::{Column, ColumnType, Table, Values};
use comity_model::error::{Error, Result};
use comity_model::scenario::files::Home;
use comity_model::scenario::provenance::sha256;

/// What a manifest of a batch says it is.
const KIND: &str = "experiment";

/// What the result of a batch holds and where it is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BatchManifest {
    /// Always `comity`.
    pub program: String,
    /// Always `experiment`.
    pub kind: String,
    /// Version of the program.
    pub version: String,
    /// The command that made it.
    pub command: Vec<String>,
    /// Whether sensitivity indices are computed when it is whole.
    pub sweep: bool,
    /// Whether every run is there and the tables are joined.
    pub complete: bool,
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
    /// The tables.
    pub tables: Vec<TableRecord>,
    /// Paths of the other files, such as figures.
    pub files: Vec<String>,
    /// What has to be said of the result.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Runs done and failed.
    pub runs: Runs,
    /// Where and when; differs from one making to the next.
    pub made: Made,
}

/// An experiment as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExperimentRecord {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// What is asked.
    pub question: String,
    /// Path of the file, or name of the shipped experiment.
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

impl BatchManifest {
    /// The manifest of a plan of which nothing is done.
    pub fn of(plan: &Plan, command: Vec<String>, sweep: bool) -> Self {
        let e = &plan.experiment;
        let arm = |a: &crate::ensemble::experiment::Arm| ArmRecord {
            name: a.name.clone(),
            label: a.label.clone(),
            scenario: ScenarioRecord::of(&a.scenario, a.provenance.clone()),
        };
        Self {
            program: PROGRAM.to_string(),
            kind: KIND.to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            command,
            sweep,
            complete: false,
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
            tables: Vec::new(),
            files: Vec::new(),
            notes: Vec::new(),
            runs: Runs::default(),
            made: Made::here(),
        }
    }

    /// The same batch with nothing done, for another folder.
    pub fn anew(&self, command: Vec<String>) -> Self {
        Self {
            command,
            complete: false,
            tables: Vec::new(),
            files: Vec::new(),
            notes: Vec::new(),
            runs: Runs::default(),
            made: Made::here(),
            ..self.clone()
        }
    }

    /// The manifest in this folder; `None` if there is none, or that of another kind of result.
    ///
    /// # Errors
    /// If the file is not a manifest of this program.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(MANIFEST);
        if !path.is_file() {
            return Ok(None);
        }
        let fail = |problem: String| Error::new(problem).in_file(&path);
        let bytes = fs::read(&path).map_err(|e| fail(format!("failed to read: {e}")))?;
        let value: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|e| fail(format!("not a manifest of this program: {e}")))?;
        if value["program"] != PROGRAM {
            let found = format!("program {}", value["program"]);
            return Err(Error::expected(found, "a manifest of comity").in_file(&path));
        }
        if value["kind"] != KIND {
            return Ok(None);
        }
        let manifest: Self = serde_json::from_value(value)
            .map_err(|e| fail(format!("not a manifest of this version: {e}")))?;
        manifest.check().map_err(|e| e.in_file(&path))?;
        Ok(Some(manifest))
    }

    /// Whether its numbers are those of a plan, so that they can be reckoned with.
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

    /// Writes it into the folder.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|e| Error::new(format!("failed to write the manifest: {e}")))?;
        bytes.push(b'\n');
        write_whole(&folder.join(MANIFEST), &bytes)
    }

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

    /// Every file that belongs to the result, but the manifest and the parts.
    pub fn listed(&self) -> impl Iterator<Item = &str> {
        let tables = self.tables.iter().map(|t| t.file.as_str());
        tables.chain(self.files.iter().map(String::as_str))
    }

    /// What makes it the result of another plan than `wanted`, as texts.
    fn differences(&self, wanted: &Self) -> Vec<String> {
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
    /// The record of an experiment.
    pub fn of(e: &Experiment) -> Self {
        let shown = &e.origin.shown;
        let file = match e.origin.home {
            Home::Shipped => e.name.clone(),
            Home::Disk(_) | Home::Fenced(..) => shown
                .canonicalize()
                .unwrap_or(shown.clone())
                .display()
                .to_string(),
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

/// How a batch begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// Runs are to be done.
    Work(Box<BatchManifest>),
    /// This complete result stands there already.
    Complete(Box<BatchManifest>),
}

/// Makes the folder ready for the batch `wanted`: a new one; one that was interrupted; one
/// to which replicates are added; with `force`, one that held another result.
///
/// # Errors
/// If another result or other files stand there; if nothing can be written there.
pub fn begin(folder: &Path, plan: &Plan, wanted: BatchManifest, force: bool) -> Result<Begun> {
    let refuse = |problem: String| Err(Error::new(problem).in_file(folder));
    if folder.exists() && !folder.is_dir() {
        return refuse("is a file, expected a folder or nothing".to_string());
    }
    let known = match folder.is_dir() {
        true => BatchManifest::read(folder)?,
        false => None,
    };
    match known {
        Some(known) if known.plan == wanted.plan => again(folder, plan, known, wanted),
        Some(known) if force => {
            let _lock = Lock::take(folder, Company::Alone)?;
            clear(folder, &known)?;
            fresh(folder, wanted)
        }
        Some(known) => refuse(format!(
            "holds the result of another plan ({}): name another folder with --out, or replace \
             it with --force",
            known.differences(&wanted).join("; ")
        )),
        None => match stands(folder)? {
            Place::Free => fresh(folder, wanted),
            Place::Run => {
                refuse("holds the result of a run: name another folder with --out".to_string())
            }
            Place::Batch => begin(folder, plan, wanted, force),
            Place::Other => refuse(
                "holds files but no manifest.json, so it is no result and is left alone: name \
                 another folder with --out"
                    .to_string(),
            ),
        },
    }
}

/// What stands in a folder in which no manifest of a batch was found.
enum Place {
    /// Nothing, or what another shard of a batch has just made before its manifest.
    Free,
    /// The result of a run.
    Run,
    /// By now a batch: another shard has begun it.
    Batch,
    /// Something else.
    Other,
}

fn stands(folder: &Path) -> Result<Place> {
    if !folder.exists() {
        return Ok(Place::Free);
    }
    let failed = |e: std::io::Error| Error::new(format!("cannot be read: {e}")).in_file(folder);
    let mut free = true;
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let empty = || fs::read_dir(entry.path()).is_ok_and(|mut inside| inside.next().is_none());
        free &= is_temporary(&name) || (name == PARTS && empty());
    }
    // Asked last: a manifest is written after everything else that may be there.
    Ok(match (folder.join(MANIFEST).is_file(), free) {
        (true, _) if BatchManifest::read(folder)?.is_some() => Place::Batch,
        (true, _) => Place::Run,
        (false, true) => Place::Free,
        (false, false) => Place::Other,
    })
}

fn fresh(folder: &Path, manifest: BatchManifest) -> Result<Begun> {
    let parts = folder.join(PARTS);
    fs::create_dir_all(&parts)
        .map_err(|e| Error::new(format!("cannot be made: {e}")).in_file(&parts))?;
    manifest.write(folder)?;
    Ok(Begun::Work(Box::new(manifest)))
}

/// The same plan again: used as it is, gone on with, or extended.
fn again(folder: &Path, plan: &Plan, known: BatchManifest, wanted: BatchManifest) -> Result<Begun> {
    if wanted.replicates < known.replicates {
        let problem = format!(
            "holds {} replicates, expected at most the {} asked for: name another folder with --out",
            known.replicates, wanted.replicates
        );
        return Err(Error::new(problem).in_file(folder));
    }
    let files = known.listed().all(|f| folder.join(f).is_file());
    let same = wanted.replicates == known.replicates
        && known.sweep == wanted.sweep
        && known.metrics == wanted.metrics;
    if same && known.complete && files {
        return Ok(Begun::Complete(Box::new(known)));
    }
    if same && !known.complete {
        return Ok(Begun::Work(Box::new(known)));
    }
    let _lock = Lock::take(folder, Company::Alone)?;
    let short = known.planned() / plan.chunk;
    if wanted.replicates > known.replicates && !known.planned().is_multiple_of(plan.chunk) {
        store::remove(folder, plan, short)?;
    }
    fresh(folder, wanted)
}

/// Removes what a result lists, the report on it, and its parts.
fn clear(folder: &Path, manifest: &BatchManifest) -> Result<()> {
    let failed = |path: &Path, e: std::io::Error| {
        Error::new(format!("cannot be removed: {e}")).in_file(path)
    };
    let gone = |e: &std::io::Error| e.kind() == std::io::ErrorKind::NotFound;
    for file in manifest.listed().chain([MANIFEST, REPORT]) {
        let path = folder.join(file);
        fs::remove_file(&path).or_else(|e| {
            if gone(&e) {
                Ok(())
            } else {
                Err(failed(&path, e))
            }
        })?;
    }
    let parts = folder.join(PARTS);
    fs::remove_dir_all(&parts).or_else(|e| {
        if gone(&e) {
            Ok(())
        } else {
            Err(failed(&parts, e))
        }
    })
}

/// The plan of the batch whose result stands in `folder`, read again from its experiment.
///
/// # Errors
/// If there is no such result; if the experiment is gone or has changed since.
pub fn resume(folder: &Path) -> Result<(Plan, BatchManifest)> {
    let fail = |problem: String| Error::new(problem).in_file(folder);
    if !folder.is_dir() {
        return Err(fail("no such folder, expected that of a batch".to_string()));
    }
    let Some(manifest) = BatchManifest::read(folder)? else {
        return Err(fail(
            "no manifest of a batch in it, expected the folder of one".to_string(),
        ));
    };
    let record = &manifest.experiment;
    let file = PathBuf::from(&record.file);
    if !file.exists() && library::text(&record.file).is_none() {
        let problem = format!(
            "its experiment {} is not there any more: put it back (its text is in manifest.json)",
            record.file
        );
        return Err(fail(problem));
    }
    let plan = Plan::new(load(&record.file, &record.changes)?)?;
    if plan.hash != manifest.plan {
        let now = BatchManifest::of(&plan, Vec::new(), manifest.sweep);
        let problem = format!(
            "the experiment has changed since this was begun ({}): put it back as it was, or \
             begin anew in another folder; what is there is kept",
            manifest.differences(&now).join("; ")
        );
        return Err(fail(problem));
    }
    Ok((plan, manifest))
}

/// Notes that every run is there and the tables are joined, and removes what writers that
/// were killed have left beside their files.
///
/// # Errors
/// If it cannot be written.
pub fn complete(folder: &Path, mut manifest: BatchManifest) -> Result<BatchManifest> {
    sweep(folder)?;
    sweep(&folder.join(PARTS))?;
    manifest.complete = true;
    manifest.write(folder)?;
    Ok(manifest)
}
