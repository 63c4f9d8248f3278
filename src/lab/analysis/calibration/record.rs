//! `manifest.json` of a calibration, and what may stand where one is to be.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::ensemble::batch::ExperimentRecord;
use crate::ensemble::experiment::{Calibration, Experiment, library, load};
use crate::ensemble::manifest::{MANIFEST, Made, PROGRAM, TableRecord};
use crate::table::Table;
use crate::table::store::write_whole;
use comity_model::error::{Error, Result};
use comity_model::scenario::provenance::sha256;

/// What a manifest of a calibration says it is.
const KIND: &str = "calibration";

/// What the result of a calibration holds and where it is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalibrationManifest {
    /// Always `comity`.
    pub program: String,
    /// Always `calibration`.
    pub kind: String,
    /// Version of the program.
    pub version: String,
    /// The command that made it.
    pub command: Vec<String>,
    /// Whether every stage is done and the tables are written.
    pub complete: bool,
    /// The experiment.
    pub experiment: ExperimentRecord,
    /// Hash of everything that decides the result.
    pub plan: String,
    /// Folders of the stages.
    pub stages: Vec<String>,
    /// The tables.
    pub tables: Vec<TableRecord>,
    /// Paths of the other files, such as figures.
    pub files: Vec<String>,
    /// What has to be said of the result.
    pub notes: Vec<String>,
    /// Where and when; differs from one making to the next.
    pub made: Made,
}

/// Whether anything is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// Stages are to be done.
    Work(Box<CalibrationManifest>),
    /// This complete result stands there already.
    Complete(Box<CalibrationManifest>),
}

impl CalibrationManifest {
    /// The manifest of an experiment of which nothing is done.
    pub fn of(experiment: &Experiment, calibration: &Calibration, command: Vec<String>) -> Self {
        Self {
            program: PROGRAM.to_string(),
            kind: KIND.to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            command,
            complete: false,
            experiment: ExperimentRecord::of(experiment),
            plan: fingerprint(experiment, calibration),
            stages: stages(calibration),
            tables: Vec::new(),
            files: Vec::new(),
            notes: Vec::new(),
            made: Made::here(),
        }
    }

    /// The manifest in this folder; `None` if there is none, or that of another kind of result.
    ///
    /// # Errors
    /// If the file is not a manifest of this version.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(MANIFEST);
        if !path.is_file() {
            return Ok(None);
        }
        let fail = |problem: String| Error::new(problem).in_file(&path);
        let bytes = fs::read(&path).map_err(|e| fail(format!("failed to read: {e}")))?;
        let value: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|e| fail(format!("not a manifest of this program: {e}")))?;
        if value["program"] != PROGRAM || value["kind"] != KIND {
            return Ok(None);
        }
        let manifest = serde_json::from_value(value);
        manifest
            .map(Some)
            .map_err(|e| fail(format!("not a manifest of this version: {e}")))
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

    /// Notes a table that was written.
    pub fn add(&mut self, table: &Table, path: &Path) {
        let record = TableRecord::of(table, path, table.rows());
        self.tables.push(record);
    }

    /// Every file that belongs to the result, but the manifest and the stages.
    pub fn listed(&self) -> impl Iterator<Item = &str> {
        let tables = self.tables.iter().map(|t| t.file.as_str());
        tables.chain(self.files.iter().map(String::as_str))
    }
}

/// Names of the stages of a calibration, in order: their folders.
pub fn stages(calibration: &Calibration) -> Vec<String> {
    let screening = calibration.screening.map(|_| "screening".to_string());
    let waves = (1..=calibration.waves).map(|w| format!("wave-{w}"));
    let last = ["accepted".to_string()];
    screening.into_iter().chain(waves).chain(last).collect()
}

fn fingerprint(experiment: &Experiment, calibration: &Calibration) -> String {
    let whole = json!({
        "version": env!("CARGO_PKG_VERSION"), "seed": experiment.seed,
        "scenario": experiment.arms[0].scenario.hash,
        "calibration": calibration.fingerprint(), "metrics": experiment.metrics,
        "format": experiment.format.extension(),
    });
    sha256(whole.to_string().as_bytes())[..16].to_string()
}

/// Makes the folder ready for a calibration: a new one, or one that was interrupted; with
/// `force`, one that held another calibration.
///
/// # Errors
/// If anything else stands there; if nothing can be written there.
pub fn begin(folder: &Path, wanted: CalibrationManifest, force: bool) -> Result<Begun> {
    let refuse = |problem: String| Err(Error::new(problem).in_file(folder));
    if folder.exists() && !folder.is_dir() {
        return refuse("is a file, expected a folder or nothing".to_string());
    }
    let known = match folder.is_dir() {
        true => CalibrationManifest::read(folder)?,
        false => None,
    };
    match known {
        Some(known) if known.plan == wanted.plan => {
            let whole = known.complete && known.listed().all(|f| folder.join(f).is_file());
            return Ok(match whole {
                true => Begun::Complete(Box::new(known)),
                false => Begun::Work(Box::new(CalibrationManifest {
                    complete: false,
                    tables: Vec::new(),
                    files: Vec::new(),
                    notes: Vec::new(),
                    ..known
                })),
            });
        }
        Some(known) if force => clear(folder, &known)?,
        Some(known) => {
            let problem = format!(
                "holds another calibration (plan {} there, {} now): name another folder with \
                 --out, or replace it with --force",
                known.plan, wanted.plan
            );
            return refuse(problem);
        }
        None => {
            let empty = |mut entries: fs::ReadDir| entries.next().is_none();
            if folder.exists() && !fs::read_dir(folder).is_ok_and(empty) {
                let problem = "holds files that are no calibration and is left alone: name \
                               another folder with --out";
                return refuse(problem.to_string());
            }
        }
    }
    fs::create_dir_all(folder)
        .map_err(|e| Error::new(format!("cannot be made: {e}")).in_file(folder))?;
    wanted.write(folder)?;
    Ok(Begun::Work(Box::new(wanted)))
}

/// Removes what a calibration lists, and its stages.
fn clear(folder: &Path, manifest: &CalibrationManifest) -> Result<()> {
    let gone = |path: PathBuf, done: std::io::Result<()>| match done {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::new(format!("cannot be removed: {e}")).in_file(path))
        }
        _ => Ok(()),
    };
    for file in manifest.listed().chain([MANIFEST]) {
        let path = folder.join(file);
        let done = fs::remove_file(&path);
        gone(path, done)?;
    }
    for stage in &manifest.stages {
        let path = folder.join(stage);
        let done = fs::remove_dir_all(&path);
        gone(path, done)?;
    }
    Ok(())
}

/// The experiment of the calibration whose result stands in `folder`, read again.
///
/// # Errors
/// If it is gone or has changed since.
pub fn resume(folder: &Path, manifest: &CalibrationManifest) -> Result<Experiment> {
    let record = &manifest.experiment;
    if !Path::new(&record.file).exists() && library::text(&record.file).is_none() {
        let problem = format!(
            "its experiment {} is not there any more: put it back (its text is in manifest.json)",
            record.file
        );
        return Err(Error::new(problem).in_file(folder));
    }
    let experiment = load(&record.file, &record.changes)?;
    let plan = experiment
        .calibration
        .as_ref()
        .map(|c| fingerprint(&experiment, c));
    if plan.as_ref() != Some(&manifest.plan) {
        let problem = "the experiment has changed since this was begun: put it back as it was, or \
                       begin anew in another folder; what is there is kept";
        return Err(Error::new(problem).in_file(folder));
    }
    Ok(experiment)
}
