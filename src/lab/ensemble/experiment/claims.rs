//! Hypotheses on the arms of an experiment.
//!
//! Every test comes down to one number for each replicate, whose mean is the effect: the
//! table of [`TestKind`] says which.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A claim: what is said, and how it is tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Identifier: `A11`.
    pub name: String,
    /// The paper that makes it; `None` for a hypothesis of the user's own.
    #[serde(default)]
    pub paper: Option<Paper>,
    /// Section of the paper.
    #[serde(default)]
    pub section: String,
    /// What kind of statement it is.
    #[serde(default)]
    pub class: Option<Class>,
    /// What is claimed, in words.
    pub statement: String,
    /// Rules through which it can fail, as listed in the documentation.
    #[serde(default)]
    pub fails: Vec<String>,
    /// What the reader should know besides.
    #[serde(default)]
    pub note: String,
    /// The test on runs; `None` if no rule of the model speaks to the claim.
    pub test: Option<Test>,
    /// Why it is not tested.
    #[serde(default)]
    pub untested: String,
    /// The test on what was observed.
    #[serde(default)]
    pub record: Option<RecordTest>,
}

impl Claim {
    /// The two arms that are compared, if it is a comparison of two.
    pub fn contrast(&self) -> Option<(usize, usize)> {
        match self.test.as_ref().map(|t| t.arms.as_slice()) {
            Some(&[with, without]) => Some((with, without)),
            _ => None,
        }
    }
}

/// The paper that makes a claim.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Paper {
    /// Attinà (2005).
    A,
    /// UNU-CRIS (2005).
    B,
}

impl Paper {
    /// The letter by which claims are numbered.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }

    /// Author and year.
    pub fn cited(self) -> &'static str {
        match self {
            Self::A => "Attinà (2005)",
            Self::B => "UNU-CRIS (2005)",
        }
    }
}

/// What kind of statement a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// On what happened.
    Historical,
    /// On what brings about what.
    Mechanism,
    /// A definition or coding.
    Definition,
    /// A prediction or prescription.
    Prediction,
}

/// The direction of an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More.
    Increase,
    /// Less.
    Decrease,
    /// The same.
    None,
}

impl Direction {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Increase => "increase",
            Self::Decrease => "decrease",
            Self::None => "none",
        }
    }

    /// Factor that makes an effect in the direction claimed positive.
    pub fn sign(self) -> f64 {
        match self {
            Self::Decrease => -1.0,
            _ => 1.0,
        }
    }
}

/// Regions of Table 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All five.
    #[default]
    All,
    /// All but Europe.
    OtherRegions,
}

/// A test of a hypothesis, with the number that each replicate gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestKind {
    /// Difference of two arms with common seeds: the difference of the metric.
    PairedDifference,
    /// Trend of a series: Sen's slope over the metric's window (`reduce = "sen_slope"`).
    Trend,
    /// A break of a series at a year: 1 if the run's best break is within the tolerance,
    /// less the share of years that are within it (`reduce = "break_year"`).
    Breakpoint,
    /// Ratio of two periods: log of the ratio of the two metrics less log of `value`; of two
    /// sums, a half is added to both.
    PeriodRatio,
    /// How soon an event comes, in two arms: years of waiting saved within the window,
    /// mean over the metrics (`reduce = "first_above"`).
    HazardRatio,
    /// Agreement of the measured with the printed Table 1: linearly weighted kappa less `value`.
    Table1Agreement,
    /// Interaction of two factors in four cells, high-high, high-low, low-high, low-low: the
    /// difference of differences, or the weighted sum of the cells.
    Interaction,
    /// The same within a margin: the difference of two arms, or the metric less `value`.
    Equivalence,
    /// Change with a dose: Spearman's correlation of the metric with the order of the arms.
    Dose,
    /// Share of an effect that is lost with the mechanism off: as `paired_difference`.
    KnockOut,
    /// More ties within regions than a rewired network has: the metric.
    NetworkNull,
    /// A dated fact, on the observed record only.
    DatedFact,
    /// Share of runs in which the metric passes the threshold, less `value`.
    Share,
    /// Share of runs in which the metrics have this order, largest first, less `value`.
    Rank,
    /// Clustering of dates: index of dispersion of the metrics' years over decades, less 1.
    Clustering,
    /// Which metric is largest in each arm: 1 if it is the one named in `best` in all of them,
    /// less `value`.
    Map,
    /// Share of the variance of the metrics that lies between them, less `value`.
    VarianceShare,
}

impl TestKind {
    /// Name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::PairedDifference => "paired_difference",
            Self::Trend => "trend",
            Self::Breakpoint => "breakpoint",
            Self::PeriodRatio => "period_ratio",
            Self::HazardRatio => "hazard_ratio",
            Self::Table1Agreement => "table1_agreement",
            Self::Interaction => "interaction",
            Self::Equivalence => "equivalence",
            Self::Dose => "dose",
            Self::KnockOut => "knock_out",
            Self::NetworkNull => "network_null",
            Self::DatedFact => "dated_fact",
            Self::Share => "share",
            Self::Rank => "rank",
            Self::Clustering => "clustering",
            Self::Map => "map",
            Self::VarianceShare => "variance_share",
        }
    }

    /// Number of arms that it compares; `None`: two or more.
    pub(super) fn arms(self) -> Option<&'static [usize]> {
        match self {
            Self::PairedDifference | Self::HazardRatio | Self::KnockOut => Some(&[2]),
            Self::Equivalence => Some(&[1, 2]),
            Self::Interaction => Some(&[4]),
            Self::Dose | Self::Map => None,
            _ => Some(&[1]),
        }
    }

    /// Number of metrics that it needs; `None`: two or more.
    pub(super) fn metrics(self) -> Option<&'static [usize]> {
        match self {
            Self::Rank | Self::Clustering | Self::Map | Self::VarianceShare => None,
            Self::PeriodRatio => Some(&[2]),
            Self::HazardRatio => Some(&[]),
            Self::Table1Agreement => Some(&[0]),
            _ => Some(&[1]),
        }
    }
}

/// A test on runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// Which.
    pub kind: TestKind,
    /// Indices of the arms: with and without the treatment; the cells; in order of the dose; one.
    pub arms: Vec<usize>,
    /// Indices of the metrics.
    pub metrics: Vec<usize>,
    /// The direction claimed.
    pub expect: Direction,
    /// Least relative size of the effect that counts.
    pub at_least: f64,
    /// The value that the effect is compared with, where the kind has one.
    pub value: Option<f64>,
    /// Margin of equivalence, relative to the baseline.
    pub margin: Option<f64>,
    /// `breakpoint`: the year.
    pub year: Option<i32>,
    /// `breakpoint`: years by which it may be missed.
    pub tolerance: i32,
    /// `share`: what is to be passed.
    pub threshold: Option<f64>,
    /// `map`: for each arm the position of the metric that should be largest.
    pub best: Vec<usize>,
    /// `table1_agreement`: which regions.
    #[serde(default)]
    pub part: Part,
    /// Weights of the arms; the first contrast is the effect, all must be positive.
    pub contrasts: Vec<Vec<f64>>,
    /// Whether the arms have seeds of their own.
    pub independent: bool,
    /// Overrides that take the claimed mechanism away.
    pub knock_out: Vec<String>,
}

/// A test on an observed table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordTest {
    /// The test.
    pub kind: TestKind,
    /// Table of the observed record.
    pub table: String,
    /// Column, or another one to divide by.
    pub column: String,
    /// Column to divide by.
    pub per: Option<String>,
    /// Region, where the table has regions.
    pub region: Option<String>,
    /// Years that are needed, first and last.
    pub window: (i32, i32),
    /// `period_ratio`: the earlier years that are compared with, first and last.
    pub against: Option<(i32, i32)>,
    /// The direction claimed.
    pub expect: Direction,
    /// The value that the statistic is compared with.
    pub value: Option<f64>,
    /// Margin of equivalence, relative.
    pub margin: Option<f64>,
    /// `breakpoint`: the year.
    pub year: Option<i32>,
    /// `breakpoint`: years by which it may be missed.
    pub tolerance: i32,
}
