//! The table `[calibration]` of an experiment: what is fitted, over which ranges, how finely.

use serde_json::{Value, json};

use super::factors::ranges;
use super::raw::{Raw, RawCalibration, RawScreening};
use super::{Arm, Factor};
use comity_model::error::{Error, Result};
use comity_model::scenario::document::Key;
use comity_model::scenario::source::Source;

/// Years of which outcomes were observed and may be looked at; later ones are held out.
pub const OBSERVED: (i32, i32) = (1946, 1988);
/// Years that a window has at least.
const SHORTEST: i32 = 10;
const LEVELS: i64 = 4;
const CANDIDATES: i64 = 4_000_000;
const LEAST: i64 = 200;
/// Pukelsheim's three standard deviations.
const CUTOFF: f64 = 3.0;
const DISCREPANCY: f64 = 0.1;

/// How parameters are fitted to observed moments.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// First and last year of the moments.
    pub window: (i32, i32),
    /// Whether the moments of who is allied with whom are among them.
    pub network: bool,
    /// Parameters that may be varied, with their ranges.
    pub factors: Vec<Factor>,
    /// How those that matter are found; `None`: all are varied.
    pub screening: Option<Screening>,
    /// Number of waves.
    pub waves: usize,
    /// Points of each wave.
    pub points: usize,
    /// Runs at each point.
    pub replicates: u64,
    /// Most points that are looked at by emulator for a wave.
    pub candidates: u64,
    /// Largest implausibility of a set that is accepted.
    pub cutoff: f64,
    /// Standard deviation of the model's discrepancy, as a share of what was observed.
    pub discrepancy: f64,
    /// Sets that are run again to be accepted or not.
    pub sets: usize,
    /// Runs of each of them.
    pub set_replicates: u64,
    /// Sets that are accepted at least.
    pub least: usize,
}

/// Morris trajectories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screening {
    /// Number of trajectories.
    pub trajectories: usize,
    /// Levels.
    pub levels: usize,
    /// Runs at each point.
    pub replicates: u64,
    /// Parameters that are varied afterwards.
    pub active: usize,
}

impl Calibration {
    /// Everything that decides the result, for a hash.
    pub fn fingerprint(&self) -> Value {
        let factors: Vec<Value> = self
            .factors
            .iter()
            .map(|f| json!([f.name, f.range.map(|r| (r.0, r.1, r.2.name()))]))
            .collect();
        let screening = self
            .screening
            .map(|s| json!([s.trajectories, s.levels, s.replicates, s.active]));
        let mut whole = json!({
            "window": self.window, "factors": factors, "screening": screening,
            "waves": self.waves, "points": self.points, "replicates": self.replicates,
            "candidates": self.candidates, "cutoff": self.cutoff,
            "discrepancy": self.discrepancy, "sets": self.sets,
            "set_replicates": self.set_replicates, "least": self.least,
        });
        if self.network {
            whole["network"] = json!(true);
        }
        whole
    }

    /// Points of the screening, 0 without one.
    pub fn screening_points(&self) -> u64 {
        let points = |s: &Screening| s.trajectories as u64 * (self.factors.len() as u64 + 1);
        self.screening.as_ref().map_or(0, points)
    }

    /// All runs.
    pub fn runs(&self) -> u64 {
        let screening = self.screening.map_or(0, |s| s.replicates) * self.screening_points();
        let waves = self.waves as u64 * self.points as u64 * self.replicates;
        screening + waves + self.sets as u64 * self.set_replicates
    }
}

/// Checks the table, and ends the runs of the arm with the window.
///
/// # Errors
/// The first thing that is wrong, at its key.
pub fn resolve(
    source: &Source,
    raw: &Raw,
    table: &RawCalibration,
    arms: &mut [Arm],
) -> Result<Calibration> {
    let reader = Reader {
        source,
        root: Key::root("calibration"),
    };
    reader.alone(raw)?;
    let window = reader.window(table, arms)?;
    let scenario = &mut arms[0].scenario;
    scenario.years = (window.1 - scenario.start_year + 1) as u32;
    let factors = ranges(source, &reader.root, &table.priors, &table.parameters)?;
    if factors.is_empty() {
        let problem = "found no parameter to vary, expected some in `priors` or `parameters`";
        return Err(reader.fail("priors", Error::new(problem)));
    }
    let screening = match &table.screening {
        None => None,
        Some(screening) => Some(reader.screening(screening, factors.len())?),
    };
    let varied = screening.map_or(factors.len(), |s| s.active);
    if varied > 40 {
        let expected = "at most 40, or a [calibration.screening] that finds those that matter";
        let error = Error::expected(format!("{varied} parameters to vary"), expected);
        return Err(reader.fail("priors", error));
    }
    let sets = reader.whole("sets", table.sets, 2, 100_000)?;
    let least = match table.least {
        None => sets.min(LEAST as u64),
        Some(least) => reader.whole("least", least, 2, sets)?,
    };
    let calibration = Calibration {
        window,
        network: table.network,
        factors,
        screening,
        waves: reader.whole("waves", table.waves, 1, 20)? as usize,
        points: reader.whole("points", table.points, 10, 1_000_000)? as usize,
        replicates: reader.whole("replicates", table.replicates, 2, 1000)?,
        candidates: reader.whole(
            "candidates",
            table.candidates.unwrap_or(CANDIDATES),
            1000,
            1_000_000_000,
        )?,
        cutoff: reader.positive("cutoff", table.cutoff.unwrap_or(CUTOFF))?,
        discrepancy: reader.positive("discrepancy", table.discrepancy.unwrap_or(DISCREPANCY))?,
        sets: sets as usize,
        set_replicates: reader.whole("set_replicates", table.set_replicates, 2, 1000)?,
        least: least as usize,
    };
    if calibration.sets > calibration.waves * calibration.points {
        let expected = format!(
            "at most the {} points of all waves",
            calibration.waves * calibration.points
        );
        return Err(reader.fail("sets", Error::expected(calibration.sets, expected)));
    }
    Ok(calibration)
}

struct Reader<'a> {
    source: &'a Source,
    root: Key,
}

impl Reader<'_> {
    fn fail(&self, key: &str, error: Error) -> Error {
        self.source.error(&self.root.then(key), error)
    }

    fn whole(&self, key: &str, value: i64, low: i64, high: impl TryInto<i64>) -> Result<u64> {
        let high = high.try_into().unwrap_or(i64::MAX);
        if (low..=high).contains(&value) {
            return Ok(value as u64);
        }
        let expected = format!("a whole number from {low} to {high}");
        Err(self.fail(key, Error::expected(value, expected)))
    }

    fn positive(&self, key: &str, value: f64) -> Result<f64> {
        if value > 0.0 && value.is_finite() {
            return Ok(value);
        }
        Err(self.fail(key, Error::expected(value, "a number above 0")))
    }

    /// A calibration chooses its points itself, in one world.
    fn alone(&self, raw: &Raw) -> Result<()> {
        let there = [
            ("design", raw.design.is_some()),
            ("branch", raw.branch.is_some()),
            ("record", !raw.record.is_empty()),
            ("discovery", !raw.discovery.is_empty()),
            ("claims", !raw.claims.is_empty()),
        ];
        let several = [("arms", raw.arms.len() > 1)];
        match there.iter().chain(&several).find(|(_, there)| *there) {
            None => Ok(()),
            Some((key, _)) => {
                let problem = match *key {
                    "arms" => "found several, expected one at most beside [calibration]",
                    _ => "a calibration has none, expected it without [calibration] or not at all",
                };
                Err(self.source.error(&Key::root(key), Error::new(problem)))
            }
        }
    }

    fn window(&self, table: &RawCalibration, arms: &[Arm]) -> Result<(i32, i32)> {
        let [from, until] = table.window;
        let (first, last) = OBSERVED;
        let found = format!("{from} to {until}");
        if from < first || until > last || until - from + 1 < SHORTEST {
            let expected = format!(
                "at least {SHORTEST} years within {first} to {last}: later ones are held out"
            );
            return Err(self.fail("window", Error::expected(found, expected)));
        }
        let scenario = &arms[0].scenario;
        let ends = scenario.start_year + scenario.years as i32 - 1;
        if from < scenario.start_year || until > ends {
            let expected = format!("years of the run, {} to {ends}", scenario.start_year);
            return Err(self.fail("window", Error::expected(found, expected)));
        }
        Ok((from, until))
    }

    fn screening(&self, raw: &RawScreening, factors: usize) -> Result<Screening> {
        let reader = Reader {
            source: self.source,
            root: self.root.then("screening"),
        };
        let levels = raw.levels.unwrap_or(LEVELS);
        if levels % 2 == 1 {
            let error = Error::expected(levels, "an even number of levels");
            return Err(reader.fail("levels", error));
        }
        Ok(Screening {
            trajectories: reader.whole("trajectories", raw.trajectories, 2, 10_000)? as usize,
            levels: reader.whole("levels", levels, 2, 64)? as usize,
            replicates: reader.whole("replicates", raw.replicates, 2, 1000)?,
            active: reader.whole("active", raw.active, 1, factors.min(40) as i64)? as usize,
        })
    }
}
