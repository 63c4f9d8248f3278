//! From what the user wrote to what the program believes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::arms::{arms, find, trunk, written};
use super::raw::{Raw, RawMetric};
use super::{
    Arm, Discovery, Experiment, Metric, Recorded, Reduction, Source as From, calibration, factors,
    library, read_claims,
};
use crate::ensemble::replicates::check_seed;
use crate::network::NetworkYear;
use crate::table::{Column, ColumnType, Format, Record};
use comity_model::error::{Error, Result};
use comity_model::observe;
use comity_model::scenario::document::Key;
use comity_model::scenario::files::Text;
use comity_model::scenario::shape;
use comity_model::scenario::source::Source;
use comity_model::scenario::suggest::unknown;
use comity_model::scenario::{Scenario, Treatment};

/// Most replicates of an arm at a point.
pub const MAX_REPLICATES: u64 = 1_000_000;
/// Names that a metric may not have: columns of `runs`.
const TAKEN: [&str; 7] = [
    "run_id",
    "arm",
    "point",
    "replicate",
    "seed",
    "status",
    "message",
];

/// What the command line changes in an experiment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// `path=value`, set in the scenario of every arm.
    pub set: Vec<String>,
    /// Seed of the first replicate.
    pub seed: Option<u64>,
    /// Replicates.
    pub replicates: Option<u64>,
    /// Format of the tables; Parquet if not given.
    pub format: Option<String>,
    /// Only regular files at or below the experiment's folder are read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sandbox: bool,
}

/// Checks and resolves an experiment.
///
/// # Errors
/// The first thing that is wrong, with file, line and key.
pub(crate) fn resolve(text: Text, changes: &Changes) -> Result<Experiment> {
    let origin = text.origin.clone();
    let name = library::name_of(&origin.shown);
    let whole = text.text.clone();
    let source = Source::document(text)?;
    let raw: Raw = shape::read(&source)?;
    let reader = Reader {
        source: &source,
        raw: &raw,
    };
    let (seed, replicates) = reader.counts(changes)?;
    let mut arms = arms(&source, &raw, &origin, changes)?;
    let baseline = match &raw.baseline {
        Some(name) => find(&source, &arms, &Key::root("baseline"), name)?,
        None => 0,
    };
    let calibration = match &raw.calibration {
        None => None,
        Some(table) => Some(calibration::resolve(&source, &raw, table, &mut arms)?),
    };
    let metrics = reader.metrics(&arms)?;
    let design = match &raw.design {
        None => None,
        Some(design) => Some(factors::design(&source, design, &origin, &arms, seed)?),
    };
    let format = changes.format.as_deref().unwrap_or("parquet");
    Ok(Experiment {
        name,
        title: raw.title.trim().to_string(),
        question: raw.question.clone().unwrap_or_default().trim().to_string(),
        text: whole,
        origin,
        changes: changes.clone(),
        baseline,
        branch: reader.branch(&arms)?,
        replicates,
        seed,
        design,
        record: reader.record(&metrics)?,
        chunk: reader.chunk()?,
        format: format.parse::<Format>()?,
        discovery: reader.discovery(&metrics)?,
        claims: read_claims::claims(&source, &raw, &arms, &metrics)?,
        metrics,
        arms,
        calibration,
    })
}

struct Reader<'a> {
    source: &'a Source,
    raw: &'a Raw,
}

impl Reader<'_> {
    fn fail(&self, key: &Key, problem: impl Into<String>) -> Error {
        self.source.error(key, Error::new(problem))
    }

    fn counts(&self, changes: &Changes) -> Result<(u64, u64)> {
        let whole = |key: &str, value: i64, low: u64, high: u64| match u64::try_from(value) {
            Ok(value) if (low..=high).contains(&value) => Ok(value),
            _ => {
                let expected = format!("a whole number from {low} to {high}");
                Err(self
                    .source
                    .error(&Key::root(key), Error::expected(value, expected)))
            }
        };
        let seed = whole("seed", self.raw.seed, 0, i64::MAX as u64)?;
        let replicates = whole("replicates", self.raw.replicates, 1, MAX_REPLICATES)?;
        let (seed, replicates) = (
            changes.seed.unwrap_or(seed),
            changes.replicates.unwrap_or(replicates),
        );
        if !(1..=MAX_REPLICATES).contains(&replicates) {
            let expected = format!("a whole number from 1 to {MAX_REPLICATES}");
            return Err(Error::expected(replicates, expected).at_key("replicates"));
        }
        check_seed(seed, replicates)?;
        Ok((seed, replicates))
    }

    fn chunk(&self) -> Result<Option<u64>> {
        match self.raw.chunk {
            None => Ok(None),
            Some(n) if (1..=1_000_000).contains(&n) => Ok(Some(n as u64)),
            Some(n) => {
                let error = Error::expected(n, "a whole number from 1 to 1000000");
                Err(self.source.error(&Key::root("chunk"), error))
            }
        }
    }

    /// Arms may part at a year only if they are the same world up to it.
    fn branch(&self, arms: &[Arm]) -> Result<Option<(Box<Scenario>, i32)>> {
        let Some(year) = self.raw.branch else {
            return Ok(None);
        };
        let key = Key::root("branch");
        if self.raw.design.is_some() {
            let problem = "the points of a design differ from the start, expected no [design]";
            return Err(self.fail(&key, problem));
        }
        let base = trunk(&arms[0])?;
        let last = base.start_year + base.years as i32 - 1;
        if !(base.start_year..=last).contains(&year) {
            let expected = format!("a year of the run, {} to {last}", base.start_year);
            return Err(self.source.error(&key, Error::expected(year, expected)));
        }
        for arm in arms {
            let s = &arm.scenario;
            // Missing yearly values are NaN, which equals nothing: what they print is compared.
            let same = format!("{:?}", s.setting) == format!("{:?}", base.setting)
                && s.institutions == base.institutions
                && (s.start_year, s.burn_in) == (base.start_year, base.burn_in);
            if !same {
                let problem = "has another world or start than the base scenario, expected \
                               only parameters, switches and treatments to differ (branch)";
                return Err(self.fail(&Key::root("arms").then(&arm.name), problem));
            }
            let early = |t: &&Treatment| t.from < year && !base.schedule.contains(t);
            if let Some(early) = s.schedule.iter().find(early) {
                let problem = format!(
                    "found a treatment from {}, expected none of its own before {year} (branch)",
                    early.from
                );
                return Err(self.fail(&Key::root("arms").then(&arm.name), problem));
            }
        }
        Ok(Some((Box::new(base), year)))
    }

    fn metrics(&self, arms: &[Arm]) -> Result<Vec<Metric>> {
        let root = Key::root("metrics");
        let names = written(self.source.node(&root));
        let measures = self.raw.calibration.is_some() || !self.raw.record.is_empty();
        if names.is_empty() && !measures {
            let problem = "found no [metrics] and nothing in `record`, expected at least one";
            return Err(self.fail(&root, problem));
        }
        let one = |name: String| {
            let key = root.then(&name);
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if TAKEN.contains(&name.as_str()) || !name.chars().all(plain) {
                let problem =
                    "expected a name of letters, digits and _ that is no column of `runs`";
                return Err(self.fail(&key, problem));
            }
            let used = self.users(&name);
            let of = |arm: &&Arm| used.is_empty() || used.contains(arm.name.as_str());
            let arms: Vec<&Arm> = arms.iter().filter(of).collect();
            self.metric(&name, &key, &self.raw.metrics[&name], &arms)
        };
        names.into_iter().map(one).collect()
    }

    /// Arms that claims measure by this metric; none if it is for all arms.
    fn users(&self, metric: &str) -> BTreeSet<&str> {
        let mut arms = BTreeSet::new();
        for claim in self.raw.claims.values() {
            let many = claim.metrics.iter().flatten();
            if claim.metric.iter().chain(many).any(|m| m == metric) {
                let two = claim.contrast.iter().flatten();
                let more = claim.arms.iter().flatten().chain(&claim.arm);
                arms.extend(two.chain(more).map(String::as_str));
            }
        }
        arms
    }

    fn metric(&self, name: &str, key: &Key, raw: &RawMetric, arms: &[&Arm]) -> Result<Metric> {
        let table = match raw.table {
            From::World => "world",
            From::Regions => "regions",
            From::Network => "network",
        };
        let column = self.column(&key.then("column"), table, &raw.column)?;
        let per = match &raw.per {
            None => None,
            Some(per) => Some(self.column(&key.then("per"), table, per)?),
        };
        if let Some([from, until]) = raw.window {
            if from > until {
                let problem = format!("found {from} to {until}, expected the first year first");
                return Err(self.fail(&key.then("window"), problem));
            }
            self.window(&key.then("window"), (from, until), arms)?;
        }
        self.regions(key, raw, arms)?;
        if raw.reduce == Reduction::Ratio && raw.per.is_none() {
            return Err(self.fail(&key.then("per"), "missing, `ratio` needs it"));
        }
        let needs = matches!(raw.reduce, Reduction::ShareAbove | Reduction::FirstAbove);
        if needs != raw.threshold.is_some() {
            let problem = match needs {
                true => "missing, `share_above` and `first_above` need it",
                false => "only `share_above` and `first_above` have a threshold",
            };
            return Err(self.fail(&key.then("threshold"), problem));
        }
        if raw.precision.is_some_and(|p| p <= 0.0 || !p.is_finite()) {
            let problem = "found a half-width of 0 or less, expected one above 0";
            return Err(self.fail(&key.then("precision"), problem));
        }
        Ok(Metric {
            name: name.to_string(),
            label: raw.label.clone().unwrap_or(name.replace('_', " ")),
            unit: unit(
                &column.unit,
                per.as_ref().map(|c| c.unit.as_str()),
                raw.reduce,
            ),
            table: raw.table,
            column: raw.column.clone(),
            per: raw.per.clone(),
            region: raw.region.clone(),
            regions: raw.regions.clone(),
            across: raw.across,
            window: raw.window.map(|[from, until]| (from, until)),
            reduce: raw.reduce,
            threshold: raw.threshold,
            precision: raw.precision,
        })
    }

    fn column(&self, key: &Key, table: &str, name: &str) -> Result<Column> {
        let tables = observe::tables();
        let network = NetworkYear::columns();
        let columns = tables
            .iter()
            .filter(|t| t.name == table)
            .flat_map(|t| &t.columns)
            .chain(network.iter().filter(|_| table == NetworkYear::TABLE));
        let keys = ["run_id", "seed", "year"];
        let numbers: Vec<&Column> = columns
            .filter(|c| c.kind != ColumnType::Text && !keys.contains(&c.name.as_str()))
            .collect();
        let found = numbers.iter().find(|c| c.name == name);
        found.map(|c| (*c).clone()).ok_or_else(|| {
            let what = format!("a column of numbers of the table `{table}`");
            self.fail(
                key,
                unknown(&what, name, numbers.iter().map(|c| c.name.as_str())),
            )
        })
    }

    fn window(&self, key: &Key, (from, until): (i32, i32), arms: &[&Arm]) -> Result<()> {
        for arm in arms {
            let first = arm.scenario.start_year;
            let last = first + arm.scenario.years as i32 - 1;
            if from < first || until > last {
                let found = format!("{from} to {until}");
                let expected = format!(
                    "years of the run of arm \"{}\", {first} to {last}",
                    arm.name
                );
                return Err(self.source.error(key, Error::expected(found, expected)));
            }
        }
        Ok(())
    }

    fn regions(&self, key: &Key, raw: &RawMetric, arms: &[&Arm]) -> Result<()> {
        let given = [
            ("region", raw.region.is_some()),
            ("regions", !raw.regions.is_empty()),
            ("across", raw.across.is_some()),
        ];
        match (raw.table, given.map(|g| g.1)) {
            (From::World | From::Network, [false, false, false]) => return Ok(()),
            (From::World | From::Network, _) => {
                let which = given.iter().find(|g| g.1).map_or("", |g| g.0);
                let problem = "only metrics of the table `regions` have it";
                return Err(self.fail(&key.then(which), problem));
            }
            (From::Regions, [true, false, false] | [false, _, true]) => {}
            (From::Regions, _) => {
                let problem = "expected either `region`, or `across` with or without `regions`";
                return Err(self.fail(key, problem));
            }
        }
        let named = raw.region.iter().map(|name| (key.then("region"), name));
        let joined = raw.regions.iter().enumerate();
        let joined = joined.map(|(k, name)| (key.then("regions").item(k), name));
        for (key, name) in named.chain(joined) {
            for arm in arms {
                let regions = &arm.scenario.setting.regions;
                if !regions.contains(name) {
                    let what = format!("a region of arm \"{}\"", arm.name);
                    let problem = unknown(&what, name, regions.iter().map(String::as_str));
                    return Err(self.fail(&key, problem));
                }
            }
        }
        Ok(())
    }

    fn record(&self, metrics: &[Metric]) -> Result<Vec<Recorded>> {
        let record: BTreeSet<Recorded> = self.raw.record.iter().copied().collect();
        if record.contains(&Recorded::Years) && !metrics.iter().any(|m| m.table == From::World) {
            let problem = "\"years\" are the columns of metrics of the world table, found none";
            return Err(self.fail(&Key::root("record"), problem));
        }
        Ok(record.into_iter().collect())
    }

    fn metric_index(&self, key: &Key, metrics: &[Metric], name: &str) -> Result<usize> {
        metrics.iter().position(|m| m.name == name).ok_or_else(|| {
            let names = metrics.iter().map(|m| m.name.as_str());
            self.fail(key, unknown("a metric", name, names))
        })
    }

    fn discovery(&self, metrics: &[Metric]) -> Result<Vec<Discovery>> {
        let root = Key::root("discovery");
        let one = |name: String| {
            let (key, raw) = (root.then(&name), &self.raw.discovery[&name]);
            if self.raw.design.is_none() {
                return Err(self.fail(&key, "needs a [design] to search in"));
            }
            let (above, bound) = match (raw.above, raw.below) {
                (Some(bound), None) => (true, bound),
                (None, Some(bound)) => (false, bound),
                _ => return Err(self.fail(&key, "expected exactly one of `above` and `below`")),
            };
            Ok(Discovery {
                metric: self.metric_index(&key.then("metric"), metrics, &raw.metric)?,
                name,
                above,
                bound,
            })
        };
        written(self.source.node(&root))
            .into_iter()
            .map(one)
            .collect()
    }
}

/// The unit of a metric.
fn unit(column: &str, per: Option<&str>, reduce: Reduction) -> String {
    let ratio = match per {
        None => column.to_string(),
        Some(per) if per == column => "share".to_string(),
        Some(per) => format!("{column} per {}", per.trim_end_matches('s')),
    };
    match reduce {
        Reduction::Slope | Reduction::SenSlope => format!("({ratio})/year"),
        Reduction::ShareAbove => "share of years".to_string(),
        Reduction::FirstAbove => "years".to_string(),
        Reduction::BreakYear => "year".to_string(),
        _ => ratio,
    }
}
