//! The runs that claims need: each world once, however many claims look at it.
//!
//! Claims stand in families, files in the grammar of experiments. Every arm that a chosen
//! claim compares is run at the centre (the scenario's own parameters), at each accepted set
//! of parameters and at each draw from the prior box; arms with the claimed mechanism off at
//! the centre only. Arms that are the same scenario are run once.

mod circular;
mod draws;
mod manifest;
mod runs;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ensemble::experiment::claims::Paper;
use crate::ensemble::experiment::{
    Across, Arm, Changes, Claim, Experiment, Metric, Reduction, Source, TestKind, library, load,
};
use crate::grades::COLUMNS;
use comity_model::error::{Error, Result};
use comity_model::scenario::Parameter;
use comity_model::scenario::provenance::sha256;
use comity_model::scenario::suggest::unknown;

pub use draws::{ACCEPTED, Draws, read_sets};
pub use manifest::{Check, CheckManifest, FamilyRecord};
pub use runs::{Outputs, Work, run};

/// Years over which the 15 items are read.
pub const TABLE1_WINDOW: (i32, i32) = (2001, 2005);
/// Regions of the printed table, by the names of `history-1946`, in its order.
pub const TABLE1_REGIONS: [&str; 5] = [
    "europe",
    "east_asia",
    "central_asia",
    "africa",
    "eu_neighbourhood",
];

/// A file of claims.
#[derive(Debug, Clone)]
pub struct Family {
    /// Name: the file's stem.
    pub name: String,
    /// Its arms, metrics and claims.
    pub experiment: Experiment,
}

/// Reads families: the shipped ones of these names, or files; all shipped ones without any.
///
/// # Errors
/// The first thing that is wrong in one of them; a claim that stands in two.
pub fn families(names: &[String], sandbox: bool) -> Result<Vec<Family>> {
    let names = match names {
        [] => library::families(),
        some => some.to_vec(),
    };
    let read = |name: String| {
        let path = match library::families().contains(&name) {
            true => library::family_path(&name),
            false => name.clone(),
        };
        let changes = Changes {
            sandbox,
            ..Changes::default()
        };
        let experiment = load(&path, &changes)?;
        Ok(Family { name, experiment })
    };
    let families: Vec<Family> = names.into_iter().map(read).collect::<Result<_>>()?;
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for family in &families {
        for claim in &family.experiment.claims {
            let before = seen.insert(claim.name.clone(), family.name.clone());
            if let Some(before) = before {
                let problem = format!("stands in `{before}` already, expected it once");
                let file = &family.experiment.origin.shown;
                return Err(Error::new(problem)
                    .in_file(file)
                    .at_key(format!("claims.{}", claim.name)));
            }
        }
    }
    Ok(families)
}

/// Which claims are looked at; nothing set means all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Identifiers of claims.
    pub claims: Vec<String>,
    /// The paper.
    pub paper: Option<Paper>,
}

impl Choice {
    fn wants(&self, claim: &Claim) -> bool {
        let named = self.claims.is_empty() || self.claims.contains(&claim.name);
        named && self.paper.is_none_or(|p| claim.paper == Some(p))
    }

    /// Claims that are named but stand in no family.
    ///
    /// # Errors
    /// The first of them, with a suggestion.
    pub fn check(&self, families: &[Family]) -> Result<()> {
        let known = || {
            let claims = families.iter().flat_map(|f| &f.experiment.claims);
            claims.map(|c| c.name.as_str())
        };
        match self.claims.iter().find(|c| !known().any(|k| k == *c)) {
            None => Ok(()),
            Some(name) => Err(Error::new(unknown("a claim", name, known()))),
        }
    }
}

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// Replicates at the centre.
    pub replicates: u64,
    /// Accepted sets, at most.
    pub sets: usize,
    /// Draws from the prior box.
    pub draws: usize,
    /// Replicates at each set and draw.
    pub seeds: u64,
    /// Seed of the first replicate.
    pub seed: u64,
}

impl Sizes {
    /// What a verdict needs.
    pub const FULL: Self = Self {
        replicates: 200,
        sets: 200,
        draws: 256,
        seeds: 20,
        seed: 1,
    };
    /// A first look within two minutes.
    pub const QUICK: Self = Self {
        replicates: 24,
        sets: 10,
        draws: 16,
        seeds: 4,
        seed: 1,
    };

    /// Whether they are large enough for a verdict.
    pub fn sufficient(&self) -> bool {
        let full = Self::FULL;
        self.replicates >= full.replicates
            && self.sets >= full.sets
            && self.draws >= full.draws
            && self.seeds >= full.seeds
    }
}

/// Where in parameter space an arm is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The scenario's own parameters.
    Centre,
    /// The accepted sets.
    Accepted,
    /// Draws from the prior box.
    Prior,
}

impl Stage {
    /// In words.
    fn words(self) -> &'static str {
        match self {
            Self::Centre => "at the centre",
            Self::Accepted => "at an accepted set",
            Self::Prior => "at a draw from the prior ranges",
        }
    }
}

/// An arm that is run, and what is measured of it.
#[derive(Debug, Clone)]
pub struct Need {
    /// Key: scenario and seeds.
    pub key: String,
    /// The arm.
    pub arm: Arm,
    /// What is measured, each once, in order of their keys.
    pub metrics: Vec<Metric>,
    /// Where it is run.
    pub stages: BTreeSet<Stage>,
    /// Added to the seed: arms of a placebo have seeds of their own.
    pub offset: u64,
    /// Parameters that the arm writes itself: they are not drawn.
    pub fixed: BTreeSet<&'static str>,
}

/// A claim that is tested, with the keys of what it needs.
#[derive(Debug, Clone)]
pub struct Case {
    /// Name of the family.
    pub family: String,
    /// The claim.
    pub claim: Claim,
    /// Labels of the arms.
    pub arms: Vec<String>,
    /// The metrics.
    pub metrics: Vec<Metric>,
    /// Keys of the arms; empty if it is not tested on runs.
    pub keys: Vec<String>,
    /// Keys of the arms with the mechanism off; empty without a knock-out.
    pub knocked_out: Vec<String>,
}

impl Case {
    /// Whether it is about the printed Table 1.
    pub fn is_table1(&self) -> bool {
        let kind = self.claim.test.as_ref().map(|t| t.kind);
        kind == Some(TestKind::Table1Agreement)
    }
}

/// The chosen claims and the runs that they need.
#[derive(Debug, Clone, Default)]
pub struct Agenda {
    /// The claims, in the order of the files.
    pub cases: Vec<Case>,
    /// The arms, by key.
    pub needs: BTreeMap<String, Need>,
}

/// Distance between the seeds of arms that have seeds of their own.
const APART: u64 = 1_000_000;

/// What the chosen claims of these families need.
///
/// # Errors
/// If an arm cannot be read with a mechanism off.
pub fn agenda(families: &[Family], choice: &Choice) -> Result<Agenda> {
    choice.check(families)?;
    let mut agenda = Agenda::default();
    for family in families {
        // What is measured of an arm does not depend on which claims are chosen, so that
        // its runs can be used again.
        for claim in &family.experiment.claims {
            agenda.add(family, claim, choice.wants(claim))?;
        }
    }
    agenda.cases.sort_by_key(|case| natural(&case.claim.name));
    agenda.needs.retain(|_, need| !need.stages.is_empty());
    for need in agenda.needs.values_mut() {
        need.metrics.sort_by_key(metric_key);
        need.metrics.dedup_by_key(|m| metric_key(m));
    }
    Ok(agenda)
}

impl Agenda {
    fn add(&mut self, family: &Family, claim: &Claim, wanted: bool) -> Result<()> {
        let experiment = &family.experiment;
        let mut case = Case {
            family: family.name.clone(),
            claim: claim.clone(),
            arms: Vec::new(),
            metrics: Vec::new(),
            keys: Vec::new(),
            knocked_out: Vec::new(),
        };
        if let Some(test) = &claim.test {
            case.metrics = match test.kind {
                TestKind::Table1Agreement => table1_metrics(),
                _ => test
                    .metrics
                    .iter()
                    .map(|&m| experiment.metrics[m].clone())
                    .collect(),
            };
            let arms: Vec<&Arm> = test.arms.iter().map(|&a| &experiment.arms[a]).collect();
            // What Table 1 may not be measured in is judged with it.
            if test.kind != TestKind::Table1Agreement {
                circular::check(&case, &arms, &case.metrics)
                    .map_err(|e| e.in_file(&experiment.origin.shown))?;
            }
            for (k, arm) in arms.into_iter().enumerate() {
                case.arms.push(arm.label.clone());
                let offset = if test.independent {
                    k as u64 * APART
                } else {
                    0
                };
                let all = [Stage::Centre, Stage::Accepted, Stage::Prior];
                let key = self.need(arm.clone(), offset, &case.metrics, wanted, &all)?;
                case.keys.push(key);
                if !test.knock_out.is_empty() && wanted {
                    let (scenario, provenance) = arm.recipe.open(&test.knock_out)?;
                    let without = Arm {
                        scenario,
                        provenance,
                        ..arm.clone()
                    };
                    let centre = [Stage::Centre];
                    let key = self.need(without, offset, &case.metrics, wanted, &centre)?;
                    case.knocked_out.push(key);
                }
            }
        }
        if wanted {
            self.cases.push(case);
        }
        Ok(())
    }

    fn need(
        &mut self,
        arm: Arm,
        offset: u64,
        metrics: &[Metric],
        wanted: bool,
        stages: &[Stage],
    ) -> Result<String> {
        let fixed = written_parameters(&arm)?;
        let identity = format!("{} {offset} {fixed:?}", arm.scenario.hash);
        let key = sha256(identity.as_bytes())[..16].to_string();
        let need = self.needs.entry(key.clone()).or_insert_with(|| Need {
            key: key.clone(),
            arm,
            metrics: Vec::new(),
            stages: BTreeSet::new(),
            offset,
            fixed,
        });
        need.metrics.extend(metrics.iter().map(named_by_key));
        if wanted {
            need.stages.extend(stages);
        }
        Ok(key)
    }
}

/// Names in the order of their numbers: A9 before A10, A70.9 before A70.10.
fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts: Vec<(String, u64)> = Vec::new();
    for letter in name.chars() {
        match (letter.to_digit(10), parts.last_mut()) {
            (Some(digit), Some((_, number))) => {
                *number = number.saturating_mul(10).saturating_add(u64::from(digit));
            }
            (Some(digit), None) => parts.push((String::new(), u64::from(digit))),
            (None, Some((text, 0))) => text.push(letter),
            (None, _) => parts.push((letter.to_string(), 0)),
        }
    }
    parts
}

/// The parameters that the arm's files and overrides write.
fn written_parameters(arm: &Arm) -> Result<BTreeSet<&'static str>> {
    let tree: toml::Table = arm
        .provenance
        .text
        .parse()
        .map_err(|e| Error::new(format!("cannot be read again: {e}")))?;
    let mut written = BTreeSet::new();
    let groups = tree.get("parameters").and_then(toml::Value::as_table);
    for (group, values) in groups.into_iter().flatten() {
        for (name, _) in values.as_table().into_iter().flatten() {
            written.extend(Parameter::find(&format!("{group}.{name}")).map(|p| p.path));
        }
    }
    Ok(written)
}

/// What decides the value of a metric, as a name.
pub fn metric_key(metric: &Metric) -> String {
    let bare = Metric {
        name: String::new(),
        label: String::new(),
        unit: String::new(),
        precision: None,
        ..metric.clone()
    };
    let text = serde_json::to_string(&bare).unwrap_or_default();
    format!("m_{}", &sha256(text.as_bytes())[..16])
}

fn named_by_key(metric: &Metric) -> Metric {
    Metric {
        name: metric_key(metric),
        ..metric.clone()
    }
}

/// The columns of the 15 items in the five regions: the mean over the window, and for the
/// community its highest share up to the end of the run.
pub fn table1_metrics() -> Vec<Metric> {
    let of = |region: &str, column: &str, last: bool| Metric {
        name: format!("{region}_{column}"),
        label: format!("{column} in {region}"),
        unit: String::new(),
        table: Source::Regions,
        column: column.to_string(),
        per: None,
        region: Some(region.to_string()),
        regions: Vec::new(),
        across: None::<Across>,
        window: Some(match last {
            true => (TABLE1_WINDOW.0, i32::MAX),
            false => TABLE1_WINDOW,
        }),
        reduce: match last {
            true => Reduction::Maximum,
            false => Reduction::Mean,
        },
        threshold: None,
        precision: None,
    };
    let mut metrics = Vec::new();
    for region in TABLE1_REGIONS {
        for (item, columns) in COLUMNS.iter().enumerate() {
            metrics.extend(columns.iter().map(|column| of(region, column, item == 14)));
        }
    }
    metrics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_in_the_order_of_their_numbers() {
        let mut names = ["A10", "B1", "A70.10", "A9", "A70.9", "A70"];
        names.sort_by_key(|n| natural(n));
        assert_eq!(names, ["A9", "A10", "A70", "A70.9", "A70.10", "B1"]);
    }
}
