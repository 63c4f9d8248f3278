//! Hypotheses on the arms of an experiment.
//!
//! Every test comes down to one number for each replicate, whose mean is the effect: the
//! table of [`TestKind`] says which.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::arms::{find, written};
use super::raw::{Raw, RawClaim, RawRecord};
use super::{Arm, Metric};
use comity_model::error::{Error, Result};
use comity_model::scenario::document::Key;
use comity_model::scenario::source::Source;
use comity_model::scenario::suggest::unknown;

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
    fn arms(self) -> Option<&'static [usize]> {
        match self {
            Self::PairedDifference | Self::HazardRatio | Self::KnockOut => Some(&[2]),
            Self::Equivalence => Some(&[1, 2]),
            Self::Interaction => Some(&[4]),
            Self::Dose | Self::Map => None,
            _ => Some(&[1]),
        }
    }

    /// Number of metrics that it needs; `None`: two or more.
    fn metrics(self) -> Option<&'static [usize]> {
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

/// Reads the claims of a file whose arms and metrics are read.
///
/// # Errors
/// What is wrong with one of them, with file, line and key.
pub(super) fn claims(
    source: &Source,
    raw: &Raw,
    arms: &[Arm],
    metrics: &[Metric],
) -> Result<Vec<Claim>> {
    let root = Key::root("claims");
    let one = |name: String| {
        let reader = Reader {
            source,
            arms,
            metrics,
            key: root.then(&name),
            raw: &raw.claims[&name],
        };
        reader.claim(&name)
    };
    written(source.node(&root)).into_iter().map(one).collect()
}

struct Reader<'a> {
    source: &'a Source,
    arms: &'a [Arm],
    metrics: &'a [Metric],
    key: Key,
    raw: &'a RawClaim,
}

impl Reader<'_> {
    fn fail(&self, name: &str, problem: impl Into<String>) -> Error {
        let key = match name {
            "" => self.key.clone(),
            name => self.key.then(name),
        };
        self.source.error(&key, Error::new(problem))
    }

    fn claim(&self, name: &str) -> Result<Claim> {
        let raw = self.raw;
        let test = match (raw.test, &raw.untested) {
            (Some(_), Some(_)) => {
                let problem = "found a test as well, expected one of `test` and `untested`";
                return Err(self.fail("untested", problem));
            }
            (None, None) if raw.record.is_none() => {
                let problem = "missing, expected a test, `untested` with the reason, or `record`";
                return Err(self.fail("test", problem));
            }
            (Some(TestKind::DatedFact), None) => {
                let problem = "a dated fact is tested on the record only, expected it in `record`";
                return Err(self.fail("test", problem));
            }
            (Some(kind), None) => Some(self.test(kind)?),
            _ => None,
        };
        if raw.paper.is_some() && raw.section.is_none() {
            return Err(self.fail("section", "missing, expected the section of the paper"));
        }
        Ok(Claim {
            name: name.to_string(),
            paper: raw.paper,
            section: raw.section.clone().unwrap_or_default(),
            class: raw.class,
            statement: raw.statement.clone(),
            fails: raw.fails.clone(),
            note: raw.note.clone().unwrap_or_default(),
            test,
            untested: raw.untested.clone().unwrap_or_default(),
            record: match &raw.record {
                Some(record) => Some(self.record(record)?),
                None => None,
            },
        })
    }

    fn test(&self, kind: TestKind) -> Result<Test> {
        let raw = self.raw;
        let arms = self.test_arms(kind)?;
        let metrics = self.test_metrics(kind)?;
        let dated = matches!(
            kind,
            TestKind::HazardRatio | TestKind::Breakpoint | TestKind::Clustering
        );
        let open = metrics.iter().find(|&&m| self.metrics[m].window.is_none());
        if let (true, Some(&metric)) = (dated, open) {
            let name = &self.metrics[metric].name;
            let problem = format!("missing, {} needs the years that it looks at", kind.name());
            let key = Key::root("metrics").then(name).then("window");
            return Err(self.source.error(&key, Error::new(problem)));
        }
        let expect = raw
            .expect
            .ok_or_else(|| self.fail("expect", "missing, expected a direction"))?;
        let same = kind == TestKind::Equivalence;
        if same != (expect == Direction::None) {
            let expected = match same {
                true => "\"none\", as it is a test of equivalence",
                false => "\"increase\" or \"decrease\"",
            };
            let found = format!("\"{}\"", expect.name());
            let error = Error::expected(found, expected);
            return Err(self.source.error(&self.key.then("expect"), error));
        }
        self.options(kind, arms.len())?;
        let knock_out: Vec<String> = raw
            .knock_out
            .iter()
            .map(|(path, value)| format!("{path}={value}"))
            .collect();
        if !knock_out.is_empty() {
            for &arm in &arms {
                let opened = self.arms[arm].recipe.open(&knock_out);
                opened.map_err(|e| self.fail("knock_out", e.to_string()))?;
            }
        }
        Ok(Test {
            kind,
            expect,
            at_least: raw.at_least.unwrap_or(AT_LEAST),
            value: raw.value,
            margin: raw.margin,
            year: raw.year,
            tolerance: raw.tolerance.unwrap_or(TOLERANCE),
            threshold: raw.threshold,
            best: self.best(kind, &arms, &metrics)?,
            part: raw.part.unwrap_or_default(),
            contrasts: self.contrasts(kind, arms.len())?,
            independent: raw.independent,
            knock_out,
            arms,
            metrics,
        })
    }

    fn test_arms(&self, kind: TestKind) -> Result<Vec<usize>> {
        let raw = self.raw;
        let (name, names): (&str, Vec<String>) = match (&raw.contrast, &raw.arms, &raw.arm) {
            (Some(two), None, None) => ("contrast", two.to_vec()),
            (None, Some(many), None) => ("arms", many.clone()),
            (None, None, Some(one)) => ("arm", vec![one.clone()]),
            (None, None, None) if self.arms.len() == 1 => ("arm", vec![self.arms[0].name.clone()]),
            (None, None, None) => {
                let name = match kind.arms() {
                    Some([2]) => "contrast",
                    Some([1]) => "arm",
                    _ => "arms",
                };
                return Err(self.fail(name, "missing, expected names of arms"));
            }
            _ => {
                let problem = "expected only one of `contrast`, `arms` and `arm`";
                return Err(self.fail("", problem));
            }
        };
        let fits = match kind.arms() {
            Some(counts) => counts.contains(&names.len()),
            None => names.len() >= 2,
        };
        if !fits {
            let counts = kind.arms().map(|c| c.iter().map(usize::to_string));
            let expected = counts.map_or("two or more".to_string(), |c| {
                c.collect::<Vec<_>>().join(" or ")
            });
            let found = format!("{} arm(s)", names.len());
            let error = Error::expected(found, format!("{expected} for {}", kind.name()));
            return Err(self.source.error(&self.key.then(name), error));
        }
        let mut chosen = Vec::new();
        for (k, arm) in names.iter().enumerate() {
            let key = match name {
                "arm" => self.key.then(name),
                _ => self.key.then(name).item(k),
            };
            let index = find(self.source, self.arms, &key, arm)?;
            if chosen.contains(&index) {
                let problem = format!("found the arm \"{arm}\" twice, expected different arms");
                return Err(self.source.error(&key, Error::new(problem)));
            }
            chosen.push(index);
        }
        Ok(chosen)
    }

    fn test_metrics(&self, kind: TestKind) -> Result<Vec<usize>> {
        let (name, names) = match (&self.raw.metric, &self.raw.metrics) {
            (Some(one), None) => ("metric", vec![one.clone()]),
            (None, Some(many)) => ("metrics", many.clone()),
            (None, None) => ("metric", Vec::new()),
            _ => return Err(self.fail("", "expected only one of `metric` and `metrics`")),
        };
        let fits = match kind.metrics() {
            None => names.len() >= 2,
            Some([]) => !names.is_empty(),
            Some(counts) => counts.contains(&names.len()),
        };
        if !fits {
            let expected = match kind.metrics() {
                None => "two or more",
                Some([]) => "one or more",
                Some([0]) => "none",
                Some([2]) => "two, the later period first",
                _ => "one",
            };
            let found = format!("{} metric(s)", names.len());
            let error = Error::expected(found, format!("{expected} for {}", kind.name()));
            return Err(self.source.error(&self.key.then(name), error));
        }
        let of = |(k, metric): (usize, &String)| {
            let key = match name {
                "metric" => self.key.then(name),
                _ => self.key.then(name).item(k),
            };
            let found = self.metrics.iter().position(|m| m.name == *metric);
            found.ok_or_else(|| {
                let known = self.metrics.iter().map(|m| m.name.as_str());
                let problem = unknown("a metric", metric, known);
                self.source.error(&key, Error::new(problem))
            })
        };
        names.iter().enumerate().map(of).collect()
    }

    /// Whether the options are those of the kind.
    fn options(&self, kind: TestKind, arms: usize) -> Result<()> {
        use TestKind::{
            Breakpoint, Clustering, Equivalence, Interaction, Map, NetworkNull, PeriodRatio, Rank,
            Share, Table1Agreement, Trend, VarianceShare,
        };
        let raw = self.raw;
        let valued = matches!(
            kind,
            Trend
                | PeriodRatio
                | Table1Agreement
                | NetworkNull
                | Share
                | Rank
                | Clustering
                | Map
                | VarianceShare
        ) || (kind == Equivalence && arms == 1)
            || kind == Breakpoint;
        let needs = matches!(
            kind,
            Share | Rank | Map | PeriodRatio | Table1Agreement | VarianceShare
        ) || (kind == Equivalence && arms == 1);
        let given = [
            ("value", raw.value.is_some(), valued, needs),
            (
                "margin",
                raw.margin.is_some(),
                kind == Equivalence,
                kind == Equivalence,
            ),
            (
                "year",
                raw.year.is_some(),
                kind == Breakpoint,
                kind == Breakpoint,
            ),
            (
                "tolerance",
                raw.tolerance.is_some(),
                kind == Breakpoint,
                false,
            ),
            (
                "threshold",
                raw.threshold.is_some(),
                kind == Share,
                kind == Share,
            ),
            (
                "part",
                raw.part.is_some(),
                kind == TestKind::Table1Agreement,
                false,
            ),
            ("best", raw.best.is_some(), kind == Map, kind == Map),
            (
                "weights",
                raw.weights.is_some(),
                kind == Interaction || kind == TestKind::Dose,
                false,
            ),
            ("also", !raw.also.is_empty(), kind == Interaction, false),
        ];
        for (name, there, may, must) in given {
            if there && !may {
                let problem = format!("{} does not have it", kind.name());
                return Err(self.fail(name, problem));
            }
            if must && !there {
                let problem = format!("missing, {} needs it", kind.name());
                return Err(self.fail(name, problem));
            }
        }
        let bad = |x: Option<f64>| x.is_some_and(|x| !x.is_finite() || x < 0.0);
        for (name, value) in [("at_least", raw.at_least), ("margin", raw.margin)] {
            if bad(value) {
                let problem = "found a size below 0, expected 0 or more";
                return Err(self.fail(name, problem));
            }
        }
        Ok(())
    }

    fn contrasts(&self, kind: TestKind, arms: usize) -> Result<Vec<Vec<f64>>> {
        let main = match (kind, arms, &self.raw.weights) {
            (_, _, Some(weights)) => weights.clone(),
            (TestKind::Interaction, ..) => vec![1.0, -1.0, -1.0, 1.0],
            (_, 2, None) => vec![1.0, -1.0],
            _ => vec![1.0; arms],
        };
        let named = std::iter::once(("weights", &main));
        for (name, weights) in named.chain(self.raw.also.iter().map(|w| ("also", w))) {
            if weights.len() != arms {
                let found = format!("{} weights", weights.len());
                let error = Error::expected(found, format!("{arms}, one for each arm"));
                return Err(self.source.error(&self.key.then(name), error));
            }
        }
        Ok(std::iter::once(main.clone())
            .chain(self.raw.also.iter().cloned())
            .collect())
    }

    fn best(&self, kind: TestKind, arms: &[usize], metrics: &[usize]) -> Result<Vec<usize>> {
        let Some(names) = self.raw.best.as_ref().filter(|_| kind == TestKind::Map) else {
            return Ok(Vec::new());
        };
        if names.len() != arms.len() {
            let found = format!("{} names", names.len());
            let error = Error::expected(found, format!("{}, one for each arm", arms.len()));
            return Err(self.source.error(&self.key.then("best"), error));
        }
        let of = |(k, name): (usize, &String)| {
            let found = metrics.iter().position(|&m| self.metrics[m].name == *name);
            found.ok_or_else(|| {
                let known = metrics.iter().map(|&m| self.metrics[m].name.as_str());
                let problem = unknown("one of the claim's metrics", name, known);
                self.source
                    .error(&self.key.then("best").item(k), Error::new(problem))
            })
        };
        names.iter().enumerate().map(of).collect()
    }

    fn record(&self, raw: &RawRecord) -> Result<RecordTest> {
        let key = self.key.then("record");
        let fail = |name: &str, problem: String| {
            Err(self.source.error(&key.then(name), Error::new(problem)))
        };
        use TestKind::{Breakpoint, DatedFact, Equivalence, PeriodRatio, Trend};
        let kind = raw.test;
        if !matches!(
            kind,
            Trend | Breakpoint | PeriodRatio | Equivalence | DatedFact
        ) {
            let problem = format!(
                "found \"{}\", expected trend, breakpoint, period_ratio, equivalence or dated_fact",
                kind.name()
            );
            return fail("test", problem);
        }
        if (kind == PeriodRatio) != raw.against.is_some() {
            return fail("against", "period_ratio, and only it, has it".to_string());
        }
        if (kind == Breakpoint) != raw.year.is_some() {
            return fail("year", "breakpoint, and only it, has it".to_string());
        }
        if (kind == Equivalence) != raw.margin.is_some() {
            return fail("margin", "equivalence, and only it, has it".to_string());
        }
        if matches!(kind, PeriodRatio | DatedFact) && raw.value.is_none() {
            return fail("value", format!("missing, {} needs it", kind.name()));
        }
        let years = raw.window[1]
            .saturating_sub(raw.window[0])
            .saturating_add(1);
        let needed = match kind {
            Breakpoint => 15,
            Trend | Equivalence => 4,
            _ => 1,
        };
        if (1..needed).contains(&years) {
            let problem = format!("found {years} years, expected at least {needed} for this test");
            return fail("window", problem);
        }
        for (name, window) in [("window", Some(raw.window)), ("against", raw.against)] {
            if window.is_some_and(|[from, until]| from > until) {
                return fail(name, "expected the first year first".to_string());
            }
        }
        Ok(RecordTest {
            kind,
            table: raw.table.clone(),
            column: raw.column.clone(),
            per: raw.per.clone(),
            region: raw.region.clone(),
            window: raw.window.into(),
            against: raw.against.map(Into::into),
            expect: raw.expect,
            value: raw.value,
            margin: raw.margin,
            year: raw.year,
            tolerance: raw.tolerance.unwrap_or(TOLERANCE),
        })
    }
}

/// Least relative size of an effect that counts, unless the claim says otherwise.
const AT_LEAST: f64 = 0.1;
/// Years by which a break may be missed, unless the claim says otherwise.
const TOLERANCE: i32 = 2;
