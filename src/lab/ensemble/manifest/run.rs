//! What the manifest of a run says.

use serde::{Deserialize, Serialize};

use super::{Body, FailedRun, Manifest, Runs, ScenarioRecord, StateRecord, states};
use crate::ensemble::replicates::Replicate;
use comity_model::scenario::Scenario;
use comity_model::scenario::provenance::Provenance;

/// A scenario, run once or several times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The scenario.
    pub scenario: ScenarioRecord,
    /// Seed of the first replicate.
    pub seed: u64,
    /// Number of replicates.
    pub replicates: u64,
    /// Format of the tables.
    pub format: String,
    /// Runs done and failed.
    pub runs: Runs,
    /// The states, for figures.
    pub states: Vec<StateRecord>,
}

/// The manifest of a run.
pub type RunManifest = Manifest<Run>;

impl Body for Run {
    const KIND: &'static str = "run";
    const MAKER: &'static str = "run";

    fn failed_runs(&self) -> u64 {
        self.runs.failed.len() as u64
    }
}

impl Run {
    /// Runs of `scenario`, which was read from `source`, of which none is done.
    pub fn of(
        scenario: &Scenario,
        source: Provenance,
        (seed, replicates): (u64, u64),
        format: &str,
    ) -> Self {
        Self {
            scenario: ScenarioRecord::of(scenario, source),
            seed,
            replicates,
            format: format.to_string(),
            runs: Runs::default(),
            states: states(scenario),
        }
    }

    /// Notes which runs are done and which failed.
    pub fn count(&mut self, replicates: &[Replicate]) {
        let failed = replicates.iter().filter_map(|r| {
            let message = r.history.as_ref().err()?.clone();
            Some(FailedRun {
                run_id: r.run_id,
                seed: r.seed,
                message,
            })
        });
        self.runs.failed = failed.collect();
        self.runs.done = (replicates.len() - self.runs.failed.len()) as u64;
    }
}

impl RunManifest {
    /// What makes it another result than `other`, as texts; empty if nothing does.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let mut note = |what: &str, a: String, b: String| {
            if a != b {
                found.push(format!("{what} {a} there, {b} asked for"));
            }
        };
        let input = |m: &Self| format!("{} ({})", m.scenario.name, m.scenario.hash);
        if self.scenario.hash != other.scenario.hash {
            note("scenario", input(self), input(other));
        }
        let texts = |m: &Self| [m.seed.to_string(), m.replicates.to_string()];
        let ([a, b], [c, d]) = (texts(self), texts(other));
        note("seed", a, c);
        note("replicates", b, d);
        note("version", self.version.clone(), other.version.clone());
        note("format", self.format.clone(), other.format.clone());
        found
    }
}
