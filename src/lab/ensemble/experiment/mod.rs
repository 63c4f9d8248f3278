//! Experiments: what to do with one or more scenarios.
//!
//! What the user wrote (`raw`) becomes what the program believes ([`Experiment`]): arms
//! with their scenarios, the points of a design, metrics. [`library`] holds what is shipped.

mod arms;
mod calibration;
pub mod claims;
pub mod factors;
pub mod library;
mod raw;
mod read_claims;
mod resolve;
pub mod schema;

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ensemble::design::Scale;
use crate::table::Format;
use comity_model::error::Result;
use comity_model::scenario::files::{Home, Kept, Origin, Text};
use comity_model::scenario::provenance::Provenance;
use comity_model::scenario::{Parameter, Scenario};

pub use calibration::{Calibration, OBSERVED, Screening};
pub use claims::{Claim, Direction, TestKind};
pub use factors::Level;
pub use resolve::Changes;

/// Reads and checks an experiment: a path, else the name of a shipped one.
///
/// # Errors
/// The first thing that is wrong, with file, line, key, what was found and what was expected.
pub fn load(name_or_path: &str, changes: &Changes) -> Result<Experiment> {
    resolve::resolve(library::find(name_or_path, changes.sandbox)?, changes)
}

/// As [`load`], of a text that a result holds with copies of the files that it names.
///
/// # Errors
/// As there.
pub fn load_kept(name: &str, text: &str, changes: &Changes, kept: Kept) -> Result<Experiment> {
    let shown = Path::new(name).join(library::FILE);
    let text = Text {
        identity: shown.clone(),
        origin: Origin {
            shown,
            home: Home::Kept(kept),
        },
        text: text.to_string(),
    };
    resolve::resolve(text, changes)
}

/// A checked experiment.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// Short name, for results.
    pub name: String,
    /// Title.
    pub title: String,
    /// What is asked.
    pub question: String,
    /// The file's text.
    pub text: String,
    /// Where the file stands.
    pub origin: Origin,
    /// What was changed on the command line.
    pub changes: Changes,
    /// The arms in order.
    pub arms: Vec<Arm>,
    /// Index of the arm that others are compared with.
    pub baseline: usize,
    /// Branching: the run that all arms share, and the first year in which they differ.
    pub branch: Option<(Box<Scenario>, i32)>,
    /// Runs of each arm and point.
    pub replicates: u64,
    /// Seed of the first replicate.
    pub seed: u64,
    /// The points of parameter space.
    pub design: Option<Design>,
    /// What is measured of each run.
    pub metrics: Vec<Metric>,
    /// What is recorded besides, without repetition.
    pub record: Vec<Recorded>,
    /// Runs in one part of the store, if the file says so.
    pub chunk: Option<u64>,
    /// Format of tables.
    pub format: Format,
    /// Outcomes to be found in parameter space.
    pub discovery: Vec<Discovery>,
    /// Hypotheses on the arms.
    pub claims: Vec<Claim>,
    /// How parameters are fitted to what was observed.
    pub calibration: Option<Calibration>,
}

/// An arm: a scenario.
#[derive(Debug, Clone)]
pub struct Arm {
    /// Name.
    pub name: String,
    /// Words for figures.
    pub label: String,
    /// The scenario at no point of a design.
    pub scenario: Scenario,
    /// What it was read from.
    pub provenance: Provenance,
    /// How its scenario is read again with other values of factors that are no parameters.
    pub recipe: arms::Recipe,
}

/// The points of parameter space that an experiment visits.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// How they were chosen.
    pub method: DesignMethod,
    /// The factors in order.
    pub factors: Vec<Factor>,
    /// `points[row][factor]`; for `sobol` and `morris` in SALib's order.
    pub points: Vec<Vec<Level>>,
    /// Size of the base sample (`lhs`, `sobol`), trajectories (`morris`), else the number of points.
    pub samples: usize,
    /// Whether second-order indices can be estimated.
    pub second_order: bool,
    /// Levels of a `morris` design.
    pub levels: usize,
    /// Seed of the sampling.
    pub seed: u64,
    /// Whether points share seeds.
    pub seeds: Seeds,
    /// Whether every factor is a parameter that can be set without reading the scenario again.
    pub direct: bool,
}

/// What varies over the points of a design.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// Path as written: a parameter's path, else another key of the scenario.
    pub name: String,
    /// Words for figures.
    pub label: String,
    /// The parameter, if it is one.
    pub parameter: Option<&'static Parameter>,
    /// Range and scale.
    pub range: Option<(f64, f64, Scale)>,
    /// Values, if they are listed.
    pub values: Vec<Level>,
}

/// How points are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DesignMethod {
    /// Every combination of the factors' values.
    Grid,
    /// One factor at a time around the scenario's own values.
    OneAtATime,
    /// Latin hypercube.
    Lhs,
    /// Sobol' sequence in Saltelli's scheme.
    Sobol,
    /// Morris trajectories.
    Morris,
    /// Points from a table of the user.
    Table,
}

impl DesignMethod {
    /// Name in experiments and results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::OneAtATime => "one_at_a_time",
            Self::Lhs => "lhs",
            Self::Sobol => "sobol",
            Self::Morris => "morris",
            Self::Table => "table",
        }
    }
}

/// Whether the points of a design share the seeds of their replicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seeds {
    /// Replicate k has the same seed at every point.
    #[default]
    Common,
    /// Every point has seeds of its own.
    Independent,
}

/// A table that metrics are computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A row for each year.
    #[default]
    World,
    /// A row for each region and year.
    Regions,
    /// A row for each year of the record, 1946-1988: the network of defence pacts beside it.
    Network,
}

/// How the regions of a year are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Across {
    /// Mean.
    Mean,
    /// Sum.
    Sum,
    /// Smallest.
    Minimum,
    /// Largest.
    Maximum,
}

/// How the years of a window become one number; years without a value are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// Mean.
    #[default]
    Mean,
    /// Sum.
    Sum,
    /// Smallest.
    Minimum,
    /// Largest.
    Maximum,
    /// Median.
    Median,
    /// Standard deviation over years.
    Sd,
    /// Value of the first year.
    First,
    /// Value of the last year.
    Last,
    /// Last minus first.
    Change,
    /// Least-squares slope, a year.
    Slope,
    /// Sen's slope, the median of all slopes, a year.
    SenSlope,
    /// First year after the best single break of the mean.
    BreakYear,
    /// Sum of the column over the sum of `per`.
    Ratio,
    /// Share of years above the threshold.
    ShareAbove,
    /// Years from the window's first to the first above the threshold; missing if there is none.
    FirstAbove,
}

/// One number for each run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Name: the column in `runs`.
    pub name: String,
    /// Words for figures.
    pub label: String,
    /// Unit, from the columns.
    pub unit: String,
    /// The table.
    pub table: Source,
    /// The column.
    pub column: String,
    /// Denominator, year by year.
    pub per: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The regions that are joined; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// How the regions of a year are joined.
    pub across: Option<Across>,
    /// First and last year; `None`: the whole run.
    pub window: Option<(i32, i32)>,
    /// How the years become one number.
    pub reduce: Reduction,
    /// Value to be passed.
    pub threshold: Option<f64>,
    /// Wanted half-width of the 95 % interval of the mean.
    pub precision: Option<f64>,
}

impl Metric {
    /// How it is computed, in a line.
    pub fn definition(&self) -> String {
        let mut text = self.column.clone();
        match &self.per {
            Some(per) if self.reduce == Reduction::Ratio => {
                text = format!("sum of {text} / sum of {per}");
            }
            Some(per) => text.push_str(&format!(" / {per}")),
            None => {}
        }
        if let Some(region) = &self.region {
            text.push_str(&format!(" in {region}"));
        }
        if let Some(across) = self.across {
            let which = match self.regions.as_slice() {
                [] => "regions".to_string(),
                some => some.join(", "),
            };
            text = format!(
                "{} over {which} of {text}",
                format!("{across:?}").to_lowercase()
            );
        }
        let how = match (self.reduce, self.threshold) {
            (Reduction::ShareAbove, Some(t)) => format!("share of years above {t}"),
            (Reduction::FirstAbove, Some(t)) => format!("years until it is above {t}"),
            (Reduction::SenSlope, _) => "Sen's slope over years".to_string(),
            (Reduction::BreakYear, _) => "year of the best single break".to_string(),
            (reduce, _) => format!("{reduce:?} over years").to_lowercase(),
        };
        match self.window {
            Some((from, until)) => format!("{text}; {how}, {from} to {until}"),
            None => format!("{text}; {how}"),
        }
    }
}

/// What is recorded besides the metrics.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Recorded {
    /// The columns that the metrics need, year by year.
    Years,
    /// The world table.
    World,
    /// The region table.
    Regions,
    /// The log of agreements.
    Agreements,
    /// The log of conflicts.
    Events,
    /// The state table.
    States,
    /// The allied pairs.
    Dyads,
}

impl Recorded {
    /// Name of the table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Years => "years",
            Self::World => "world",
            Self::Regions => "regions",
            Self::Agreements => "agreements",
            Self::Events => "events",
            Self::States => "states",
            Self::Dyads => "dyads",
        }
    }
}

/// An outcome to be found in parameter space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Discovery {
    /// Name.
    pub name: String,
    /// Index of the metric.
    pub metric: usize,
    /// The outcome occurs where the point's mean is above this, or below.
    pub above: bool,
    /// The bound.
    pub bound: f64,
}
