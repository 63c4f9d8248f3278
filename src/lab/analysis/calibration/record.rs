//! `manifest.json` of a calibration, and what may stand where one is to be.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::ensemble::batch::{Batch, BatchManifest, ExperimentRecord, PARTS, faults, remove};
use crate::ensemble::experiment::{Calibration, Experiment};
use crate::ensemble::integrity;
use crate::ensemble::manifest::{Body, Manifest};
use crate::ensemble::place::{self, Company, Place};
use comity_model::error::{Error, Result};
use comity_model::scenario::provenance::sha256;

/// A calibration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The experiment.
    pub experiment: ExperimentRecord,
    /// Hash of everything that decides the result.
    pub plan: String,
    /// Folders of the stages, in order.
    pub stages: Vec<String>,
    /// What has to be said of the result.
    pub notes: Vec<String>,
    /// Runs that failed.
    #[serde(default)]
    pub failed: u64,
}

/// The manifest of a calibration.
pub type CalibrationManifest = Manifest<Fit>;
/// How a calibration begins.
pub type Begun = place::Begun<Fit>;

impl Body for Fit {
    const KIND: &'static str = "calibration";
    const MAKER: &'static str = "calibrate";

    fn failed_runs(&self) -> u64 {
        self.failed
    }
}

impl CalibrationManifest {
    /// The manifest of a calibration of which nothing is done.
    pub fn of(experiment: &Experiment, calibration: &Calibration, command: Vec<String>) -> Self {
        let body = Fit {
            experiment: ExperimentRecord::of(experiment),
            plan: fingerprint(experiment, calibration),
            stages: stages(calibration),
            notes: Vec::new(),
            failed: 0,
        };
        Self::begin(body, command)
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

/// Makes a place ready for a calibration: a new one; one that was interrupted; with `force`, one
/// that held another calibration.
///
/// # Errors
/// If another result or other files stand there; if nothing can be written there.
pub fn begin(place: &mut Place, wanted: CalibrationManifest, force: bool) -> Result<Begun> {
    let wanted = match place.standing::<Fit>(force)? {
        None => wanted,
        Some(known) if known.plan == wanted.plan => {
            let stages = known.stages.iter().map(|s| place.folder().join(s));
            let whole = known.complete
                && integrity::whole(place.folder(), &known)
                && stages.into_iter().all(|stage| is_whole(&stage));
            return Ok(match whole {
                true => Begun::Complete(Box::new(known)),
                false => Begun::Work(Box::new(known)),
            });
        }
        Some(known) if force => {
            for stage in &known.stages {
                clear(&place.folder().join(stage))?;
            }
            wanted.over(&known)
        }
        Some(known) => {
            let problem = format!(
                "holds another calibration (plan {} there, {} now): name another folder with \
                 --out, or replace it with --force",
                known.plan, wanted.plan
            );
            return Err(Error::new(problem).in_file(place.shown()));
        }
    };
    place.write_manifest(&wanted)?;
    Ok(Begun::Work(Box::new(wanted)))
}

/// Whether a stage is complete and as it was written, if its folder is there: a result may be given
/// away without it.
fn is_whole(stage: &Path) -> bool {
    match BatchManifest::read(stage) {
        Ok(Some(m)) => integrity::whole(stage, &m) && faults(stage, &m, &|| true).1.is_empty(),
        Ok(None) => !stage.is_dir(),
        Err(_) => false,
    }
}

/// Removes what a stage of another calibration has put into its folder, and that if it is empty.
fn clear(stage: &Path) -> Result<()> {
    if !stage.is_dir() {
        return Ok(());
    }
    let place = Place::open(stage, Company::Alone)?;
    if let Some(manifest) = place.standing::<Batch>(true)? {
        remove(stage, &manifest, |_| true)?;
        place.empty()?;
    }
    drop(place);
    let _ = fs::remove_dir(stage.join(PARTS));
    let _ = fs::remove_dir(stage);
    Ok(())
}

/// The experiment of the calibration whose result stands in `folder`, made of its manifest and
/// inputs alone.
///
/// # Errors
/// If an input is not as it was written; if this version makes another plan of it.
pub fn resume(folder: &Path, manifest: &CalibrationManifest) -> Result<Experiment> {
    let experiment = manifest.experiment.load(folder, &manifest.inputs)?;
    let plan = experiment
        .calibration
        .as_ref()
        .map(|c| fingerprint(&experiment, c));
    if plan.as_ref() != Some(&manifest.plan) {
        let problem = "was begun by another version of comity or on other data: go on with that \
                       version, or begin anew in another folder; what is there is kept";
        return Err(Error::new(problem).in_file(folder));
    }
    Ok(experiment)
}
