//! Which runs an experiment consists of: numbered before anything runs, whoever runs them.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::json;

use super::measure::{Measure, selection, year_columns};
use crate::ensemble::experiment::factors::set_parameters;
use crate::ensemble::experiment::{Design, Experiment, Level, Metric, Recorded, Seeds};
use crate::ensemble::memory;
use crate::table::{Column, ColumnType, Table};
use comity_model::error::{Error, Result};
use comity_model::observe::{self, Selection};
use comity_model::scenario::Scenario;
use comity_model::scenario::provenance::sha256;

/// Bytes of a part, about.
const PART_BYTES: u64 = 8 << 20;
/// Work of a part, in ordered pairs and years: about a second.
const PART_WORK: u64 = 80_000_000;
/// Most runs of a part.
const PART_RUNS: u64 = 256;

/// A run's place in the experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// Number of the run: (replicate × points + point) × arms + arm.
    pub run_id: u64,
    /// Index of the arm.
    pub arm: usize,
    /// Row of the design; 0 without one.
    pub point: usize,
    /// Replicate, from 0.
    pub replicate: u64,
    /// Seed of the run.
    pub seed: u64,
}

/// An experiment with its runs numbered and divided into parts.
///
/// Run ids go through arms, then points, then replicates, so that an interrupted batch has
/// done all arms alike, and more replicates are added at the end.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The experiment.
    pub experiment: Experiment,
    /// Runs in a part.
    pub chunk: u64,
    /// Hash of everything that decides the runs and the parts, but the number of replicates.
    pub hash: String,
    pub(super) selection: Selection,
    pub(super) measures: Vec<Measure>,
    pub(super) years: Vec<(usize, Column)>,
}

impl Plan {
    /// The plan of an experiment.
    ///
    /// # Errors
    /// If there are more runs than can be numbered.
    pub fn new(experiment: Experiment) -> Result<Self> {
        let points = experiment.design.as_ref().map_or(1, |d| d.points.len()) as u64;
        let cells = points.checked_mul(experiment.arms.len() as u64);
        let runs = cells.and_then(|c| c.checked_mul(experiment.replicates));
        let seeds = runs.and_then(|r| r.checked_add(experiment.seed));
        if seeds.is_none_or(|s| s > i64::MAX as u64) {
            return Err(Error::new("more runs than can be numbered"));
        }
        let mut plan = Self {
            chunk: 1,
            hash: String::new(),
            selection: selection(&experiment)?,
            measures: experiment.metrics.iter().map(Measure::of).collect(),
            years: year_columns(&experiment.metrics),
            experiment,
        };
        plan.chunk = plan.experiment.chunk.unwrap_or_else(|| plan.part_size());
        if plan.experiment.branch.is_some() {
            let arms = plan.cells();
            plan.chunk = plan.chunk.div_ceil(arms) * arms;
        }
        plan.hash = plan.fingerprint();
        Ok(plan)
    }

    /// What a run records.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Points of the design; 1 without one.
    pub fn points(&self) -> u64 {
        self.experiment
            .design
            .as_ref()
            .map_or(1, |d| d.points.len()) as u64
    }

    /// Arms × points.
    pub fn cells(&self) -> u64 {
        self.points() * self.experiment.arms.len() as u64
    }

    /// Arms × points × replicates.
    pub fn runs(&self) -> u64 {
        self.cells() * self.experiment.replicates
    }

    /// Number of parts.
    pub fn parts(&self) -> u64 {
        self.runs().div_ceil(self.chunk)
    }

    /// Bytes of memory that the runs need on so many threads, about, with the arms' own numbers
    /// of states.
    pub fn memory(&self, threads: u64) -> u64 {
        let scenarios = self.experiment.arms.iter().map(|a| &a.scenario);
        memory::batch(scenarios, PART_BYTES, threads)
    }

    /// Runs of a part.
    pub fn part(&self, part: u64) -> Range<u64> {
        let from = part * self.chunk;
        from..(from + self.chunk).min(self.runs())
    }

    /// The place of a run.
    pub fn address(&self, run_id: u64) -> Address {
        let arms = self.experiment.arms.len() as u64;
        let (replicate, cell) = (run_id / self.cells(), run_id % self.cells());
        let seeds = self.experiment.design.as_ref().map(|d| d.seeds);
        let point = cell / arms;
        let offset = match seeds {
            Some(Seeds::Independent) => replicate * self.points() + point,
            _ => replicate,
        };
        Address {
            run_id,
            arm: (cell % arms) as usize,
            point: point as usize,
            replicate,
            seed: self.experiment.seed + offset,
        }
    }

    /// The scenario of a run.
    ///
    /// # Errors
    /// If it cannot be read any more.
    pub fn scenario(&self, address: Address) -> Result<Cow<'_, Scenario>> {
        let arm = &self.experiment.arms[address.arm];
        let Some(design) = &self.experiment.design else {
            return Ok(Cow::Borrowed(&arm.scenario));
        };
        let point = &design.points[address.point];
        if point.iter().all(|level| *level == Level::Own) {
            return Ok(Cow::Borrowed(&arm.scenario));
        }
        if design.direct {
            let mut scenario = arm.scenario.clone();
            set_parameters(&mut scenario.parameters, &design.factors, point);
            return Ok(Cow::Owned(scenario));
        }
        let (scenario, _) = arm.recipe.open(&design.overrides(point))?;
        Ok(Cow::Owned(scenario))
    }

    /// The tables of the store without rows: `runs`, then what is recorded.
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![Table::empty("runs", self.run_columns())];
        let declared = observe::tables();
        for recorded in &self.experiment.record {
            let mut columns = key_columns();
            if *recorded == Recorded::Years {
                let year = "calendar year, or year of the run in a stylised world";
                columns.push(Column::new("year", ColumnType::Integer, "year", year));
                columns.extend(self.years.iter().map(|(_, c)| Column {
                    kind: ColumnType::Real,
                    ..c.clone()
                }));
            } else if let Some(table) = declared.iter().find(|t| t.name == recorded.table()) {
                // The keys stand before; the record's own run_id and seed are among them.
                columns.extend(table.columns.iter().skip(2).cloned());
            }
            tables.push(Table::empty(recorded.table(), columns));
        }
        tables
    }

    fn run_columns(&self) -> Vec<Column> {
        let text = |name, help| Column::new(name, ColumnType::Text, "1", help);
        let mut columns = key_columns();
        columns.push(text("status", "done or failed"));
        columns.push(text("message", "why the run failed; empty if it is done"));
        let metrics = self.experiment.metrics.iter();
        columns.extend(
            metrics.map(|m| Column::new(&m.name, ColumnType::Real, &m.unit, &m.definition())),
        );
        columns
    }

    /// Runs that make a part of a few megabytes and about a second: by the plan alone.
    fn part_size(&self) -> u64 {
        let of = |arm: &crate::ensemble::experiment::Arm| {
            let scenario = &arm.scenario;
            let n = scenario.setting.states.len() as u64;
            let years = u64::from(scenario.years);
            let regions = scenario.setting.regions.len() as u64;
            let bytes: u64 = self
                .tables()
                .iter()
                .map(|t| {
                    let rows = match t.name.as_str() {
                        "runs" => 1,
                        "states" => years * n,
                        "dyads" => years * n * memory::ALLIES,
                        "regions" => years * regions,
                        "agreements" | "events" => n * 20,
                        _ => years,
                    };
                    8 * rows * t.columns.len() as u64
                })
                .sum();
            let work = (years + u64::from(scenario.burn_in)) * n * n;
            (PART_BYTES / bytes.max(1))
                .min(PART_WORK / work.max(1))
                .clamp(1, PART_RUNS)
        };
        self.experiment.arms.iter().map(of).min().unwrap_or(1)
    }

    fn fingerprint(&self) -> String {
        let e = &self.experiment;
        let design = e.design.as_ref().map(|d| {
            let names: Vec<&str> = d.factors.iter().map(|f| f.name.as_str()).collect();
            json!({ "factors": names, "points": points(d), "seeds": d.seeds })
        });
        // Words and wishes decide nothing.
        let bare = |m: &Metric| Metric {
            label: String::new(),
            precision: None,
            ..m.clone()
        };
        let metrics: Vec<Metric> = e.metrics.iter().map(bare).collect();
        let arms: Vec<_> = e
            .arms
            .iter()
            .map(|a| json!([a.name, a.scenario.hash]))
            .collect();
        let branch = e.branch.as_ref().map(|(s, year)| json!([s.hash, year]));
        let whole = json!({
            "version": env!("CARGO_PKG_VERSION"), "seed": e.seed, "arms": arms, "branch": branch,
            "design": design, "metrics": metrics, "record": e.record,
            "format": e.format.extension(), "chunk": self.chunk,
        });
        sha256(whole.to_string().as_bytes())[..16].to_string()
    }
}

/// A hash of the points of a design, every bit of them; row by row, as there may be millions.
fn points(design: &Design) -> String {
    let mut all = String::new();
    for point in &design.points {
        let mut row = String::new();
        for level in point {
            match level {
                Level::Number(v) => row.push_str(&format!("{:016x},", v.to_bits())),
                other => row.push_str(&format!("{other:?},")),
            }
        }
        all = sha256(format!("{all}\n{row}").as_bytes());
    }
    all
}

/// The columns by which every row is found.
pub fn key_columns() -> Vec<Column> {
    let key = |name, kind, help| Column::new(name, kind, "1", help);
    vec![
        key(
            "run_id",
            ColumnType::Integer,
            "number of the run in the experiment",
        ),
        key("arm", ColumnType::Text, "arm"),
        key(
            "point",
            ColumnType::Integer,
            "row of the design; 0 without one",
        ),
        key("replicate", ColumnType::Integer, "replicate, from 0"),
        key("seed", ColumnType::Integer, "seed of the run"),
    ]
}
