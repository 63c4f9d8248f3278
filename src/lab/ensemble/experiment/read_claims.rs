//! Reads the claims of an experiment's file.

use super::arms::{find, written};
use super::claims::{Claim, Direction, RecordTest, Test, TestKind};
use super::raw::{Raw, RawClaim, RawRecord};
use super::{Arm, Metric};
use comity_model::error::{Error, Result};
use comity_model::scenario::document::Key;
use comity_model::scenario::source::Source;
use comity_model::scenario::suggest::unknown;

/// Least relative size of an effect that counts, unless the claim says otherwise.
const AT_LEAST: f64 = 0.1;
/// Years by which a break may be missed, unless the claim says otherwise.
const TOLERANCE: i32 = 2;

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
