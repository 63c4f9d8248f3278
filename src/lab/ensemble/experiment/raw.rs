//! What the user wrote: the shape of an experiment file.
//!
//! The doc comments are the descriptions in the JSON Schema.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::claims::{Class, Direction, Paper, Part, TestKind};
use super::{Across, DesignMethod, Recorded, Reduction, Seeds, Source};
use crate::ensemble::design::Scale;

/// An experiment of comity: what to do with one or more scenarios.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// Title, one line.
    pub title: String,
    /// What is asked, one paragraph.
    pub question: Option<String>,
    /// The scenario of every arm that names no other: a path relative to this file, or the name of a shipped scenario.
    pub scenario: Option<String>,
    /// What every arm changes in its scenario, in the grammar of scenarios.
    #[serde(default, rename = "base")]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub _base: Option<toml::Table>,
    /// Runs of each arm and point; replicate k has the seed `seed` + k in every arm.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub replicates: i64,
    /// Seed of the first replicate.
    #[serde(default = "one")]
    #[schemars(range(min = 0))]
    pub seed: i64,
    /// The arms in the order in which they are written; without any there is one, `base`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawArm>")]
    pub arms: BTreeMap<String, toml::Table>,
    /// The arm that the others are compared with: by default the first.
    pub baseline: Option<String>,
    /// Year from which the arms part: up to it every arm is the same run of the base scenario, done once.
    pub branch: Option<i32>,
    /// Which points of parameter space are visited.
    pub design: Option<RawDesign>,
    /// What is measured of each run.
    #[serde(default)]
    pub metrics: BTreeMap<String, RawMetric>,
    /// What is recorded besides the metrics.
    #[serde(default)]
    pub record: Vec<Recorded>,
    /// Runs in one part of the store; by default as many as keep a part small.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub chunk: Option<i64>,
    /// Outcomes to be found in parameter space.
    #[serde(default)]
    pub discovery: BTreeMap<String, RawDiscovery>,
    /// Hypotheses on the arms.
    #[serde(default)]
    pub claims: BTreeMap<String, RawClaim>,
    /// How parameters are fitted to what was observed; `comity calibrate` does it.
    pub calibration: Option<RawCalibration>,
}

fn one() -> i64 {
    1
}

/// An arm: a scenario and what is changed in it, in the grammar of scenarios.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[allow(dead_code)]
pub struct RawArm {
    /// The scenario, if it is another one than that of the experiment.
    pub scenario: Option<String>,
    /// Words for figures; by default the arm's name.
    pub label: Option<String>,
    /// Keys of the scenario to set, as `--set` does.
    #[serde(default)]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub set: BTreeMap<String, toml::Value>,
}

/// A design of the experiment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDesign {
    /// How points are chosen.
    pub method: DesignMethod,
    /// `lhs`: number of points; `sobol`: size of the base sample, a power of two.
    #[schemars(range(min = 1))]
    pub samples: Option<i64>,
    /// `sobol`: also estimate second-order indices (about twice the points).
    pub second_order: Option<bool>,
    /// `morris`: number of trajectories.
    #[schemars(range(min = 2))]
    pub trajectories: Option<i64>,
    /// `grid` and `one_at_a_time`: values of a factor given by its range; `morris`: levels, an even number.
    #[schemars(range(min = 2))]
    pub levels: Option<i64>,
    /// `table`: a CSV file with one column for each factor, relative to this file.
    pub file: Option<String>,
    /// Seed of the sampling; by default that of the experiment.
    #[schemars(range(min = 0))]
    pub seed: Option<i64>,
    /// Whether all points share the seeds of the replicates (common random numbers) or none does.
    #[serde(default)]
    pub seeds: Seeds,
    /// Parameters taken with their prior ranges: groups, paths, or `all`.
    #[serde(default)]
    pub priors: Vec<String>,
    /// The factors: a parameter's path or another key of the scenario, with its range or values.
    #[serde(default)]
    pub parameters: BTreeMap<String, RawFactor>,
}

/// How parameters are fitted to the observed moments, by history matching.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCalibration {
    /// First and last year of the moments, within 1946 to 1988; the runs end with the last.
    pub window: [i32; 2],
    /// Whether the moments of who is allied with whom are fitted too.
    #[serde(default)]
    pub network: bool,
    /// Parameters that may be varied, over their prior ranges: groups, paths, or `all`.
    #[serde(default)]
    pub priors: Vec<String>,
    /// Parameters with ranges of their own.
    #[serde(default)]
    pub parameters: BTreeMap<String, RawFactor>,
    /// Which of them matter is found first; left out, all are varied.
    pub screening: Option<RawScreening>,
    /// Waves.
    #[schemars(range(min = 1, max = 20))]
    pub waves: i64,
    /// Points of each wave.
    #[schemars(range(min = 10, max = 1_000_000))]
    pub points: i64,
    /// Runs at each point, each with a seed of its own; at least 2, for their variance.
    #[schemars(range(min = 2, max = 1000))]
    pub replicates: i64,
    /// Most points of the box that are looked at by emulator for a wave.
    #[schemars(range(min = 1000, max = 1_000_000_000))]
    pub candidates: Option<i64>,
    /// Largest implausibility of a set that is accepted, in standard deviations.
    pub cutoff: Option<f64>,
    /// Standard deviation of the model's discrepancy, as a share of what was observed.
    pub discrepancy: Option<f64>,
    /// Sets that are run again, with new seeds, to be accepted or not.
    #[schemars(range(min = 2, max = 100_000))]
    pub sets: i64,
    /// Runs of each of them.
    #[schemars(range(min = 2, max = 1000))]
    pub set_replicates: i64,
    /// Sets that are accepted at least: if too few pass the cutoff, it is widened and said so.
    #[schemars(range(min = 2, max = 100_000))]
    pub least: Option<i64>,
}

/// Morris trajectories that say which parameters the moments respond to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawScreening {
    /// Number of trajectories.
    #[schemars(range(min = 2, max = 10_000))]
    pub trajectories: i64,
    /// Levels, an even number.
    #[schemars(range(min = 2, max = 64))]
    pub levels: Option<i64>,
    /// Runs at each point.
    #[schemars(range(min = 2, max = 1000))]
    pub replicates: i64,
    /// Parameters that are varied afterwards: those with the largest effects.
    #[schemars(range(min = 1, max = 40))]
    pub active: i64,
}

/// Range or values of a factor.
#[derive(Debug, Clone, PartialEq)]
pub enum RawFactor {
    /// From the lower to the upper bound.
    Range(RawRange),
    /// These values, and words for figures.
    Values(Vec<toml::Value>, Option<String>),
}

/// A range with its scale.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRange {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// `linear`, `log` or `integer`; by default `integer` for a parameter that counts, else `linear`.
    pub scale: Option<Scale>,
    /// Words for figures; by default the factor's name.
    pub label: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    low: Option<f64>,
    high: Option<f64>,
    scale: Option<Scale>,
    values: Option<Vec<toml::Value>>,
    label: Option<String>,
}

impl<'de> Deserialize<'de> for RawFactor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = RawFactor;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("[low, high], { low, high, scale } or { values }")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<RawFactor, A::Error> {
                let [low, high] = <[f64; 2]>::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(RawFactor::Range(RawRange {
                    low,
                    high,
                    scale: None,
                    label: None,
                }))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawFactor, A::Error> {
                let table = RawTable::deserialize(MapAccessDeserializer::new(map))?;
                let (scale, label) = (table.scale, table.label);
                match (table.low, table.high, table.values) {
                    (Some(low), Some(high), None) => Ok(RawFactor::Range(RawRange {
                        low,
                        high,
                        scale,
                        label,
                    })),
                    (None, None, Some(values)) if scale.is_none() => {
                        Ok(RawFactor::Values(values, label))
                    }
                    _ => Err(serde::de::Error::custom(
                        "found another set of keys, expected { low, high, scale } or { values }",
                    )),
                }
            }
        }
        deserializer.deserialize_any(Form)
    }
}

impl JsonSchema for RawFactor {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RawFactor".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let range = generator.subschema_for::<RawRange>();
        json_schema!({
            "description": "Range [low, high], range with scale, or values of a factor.",
            "anyOf": [
                { "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 },
                range,
                {
                    "type": "object",
                    "properties": { "values": { "type": "array", "minItems": 1,
                        "items": { "type": ["number", "string", "boolean"] } },
                        "label": { "type": "string" } },
                    "required": ["values"], "additionalProperties": false
                }
            ]
        })
    }
}

/// One number for each run.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawMetric {
    /// Words for figures; by default the metric's name.
    pub label: Option<String>,
    /// The table that the column stands in.
    #[serde(default)]
    pub table: Source,
    /// The column, as `comity describe columns` lists it.
    pub column: String,
    /// A column of the same table to divide by, year by year.
    pub per: Option<String>,
    /// Table `regions`: the region.
    pub region: Option<String>,
    /// Table `regions` with `across`: the regions that are joined; by default all.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Table `regions` without a region: how the regions of a year are joined.
    pub across: Option<Across>,
    /// First and last year; by default the whole run.
    pub window: Option<[i32; 2]>,
    /// How the years become one number.
    #[serde(default)]
    pub reduce: Reduction,
    /// `share_above`, `first_above`: the value to be passed.
    pub threshold: Option<f64>,
    /// Wanted half-width of the 95 % interval of the mean, in the metric's unit.
    pub precision: Option<f64>,
}

/// An outcome to be found in parameter space.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDiscovery {
    /// The metric.
    pub metric: String,
    /// The outcome occurs where the point's mean is above this.
    pub above: Option<f64>,
    /// The outcome occurs where the point's mean is below this.
    pub below: Option<f64>,
}

/// A hypothesis on the arms.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawClaim {
    /// The paper that makes it: A is Attinà (2005), B is UNU-CRIS (2005).
    pub paper: Option<Paper>,
    /// Section of the paper.
    pub section: Option<String>,
    /// What kind of statement it is.
    pub class: Option<Class>,
    /// What is claimed, in words.
    pub statement: String,
    /// Rules through which it can fail.
    #[serde(default)]
    pub fails: Vec<String>,
    /// What the reader should know besides.
    pub note: Option<String>,
    /// Why it is not tested on runs, instead of a test.
    pub untested: Option<String>,
    /// The test.
    pub test: Option<TestKind>,
    /// Two arms: the one with the treatment and the one without.
    pub contrast: Option<[String; 2]>,
    /// More arms: in order of the dose, or the cells high-high, high-low, low-high, low-low.
    pub arms: Option<Vec<String>>,
    /// One arm; may be left out if there is only one.
    pub arm: Option<String>,
    /// The metric.
    pub metric: Option<String>,
    /// The metrics, where the test takes several.
    pub metrics: Option<Vec<String>>,
    /// The direction claimed.
    pub expect: Option<Direction>,
    /// Least size of the effect that counts, relative to the baseline; by default .1.
    pub at_least: Option<f64>,
    /// What the statistic is compared with.
    pub value: Option<f64>,
    /// `equivalence`: margin, relative to the baseline.
    pub margin: Option<f64>,
    /// `breakpoint`: the year.
    pub year: Option<i32>,
    /// `breakpoint`: years by which it may be missed; by default 2.
    pub tolerance: Option<i32>,
    /// `share`: what the metric has to pass.
    pub threshold: Option<f64>,
    /// `map`: for each arm the metric that should be largest.
    pub best: Option<Vec<String>>,
    /// `table1_agreement`: which regions; by default all five.
    pub part: Option<Part>,
    /// `interaction`: weights of the cells instead of 1, -1, -1, 1.
    pub weights: Option<Vec<f64>>,
    /// `interaction`: further weighted sums that must be positive.
    #[serde(default)]
    pub also: Vec<Vec<f64>>,
    /// Give each arm seeds of its own (placebos).
    #[serde(default)]
    pub independent: bool,
    /// Keys of the scenario that take the claimed mechanism away.
    #[serde(default)]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub knock_out: BTreeMap<String, toml::Value>,
    /// The test on what was observed.
    pub record: Option<RawRecord>,
}

/// A test on an observed table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRecord {
    /// `trend`, `breakpoint`, `period_ratio`, `equivalence` or `dated_fact`.
    pub test: TestKind,
    /// Name of the table, without `.csv`; if it has a column `source`, each source has a verdict.
    pub table: String,
    /// The column.
    pub column: String,
    /// A column to divide by, year by year.
    pub per: Option<String>,
    /// The region, if the table has regions.
    pub region: Option<String>,
    /// Years that are needed, first and last.
    pub window: [i32; 2],
    /// `period_ratio`: the years that are compared with, first and last.
    pub against: Option<[i32; 2]>,
    /// The direction claimed.
    pub expect: Direction,
    /// `period_ratio`: the ratio to be passed; `dated_fact`: the value to be passed in the window;
    /// `trend`: the slope to be passed, by default 0.
    pub value: Option<f64>,
    /// `equivalence`: largest change a decade, relative to the mean.
    pub margin: Option<f64>,
    /// `breakpoint`: the year.
    pub year: Option<i32>,
    /// `breakpoint`: years by which it may be missed; by default 2.
    pub tolerance: Option<i32>,
}
