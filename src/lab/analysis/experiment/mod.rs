//! What is made of a batch: arms compared, replicates counted, factors ranked.
//!
//! Everything is computed from the table `runs`, the points of the design and the manifest,
//! so that a result on disk can be analysed again.

mod arms;
mod rows;
mod sweep;

use crate::ensemble::batch::BatchManifest;
use crate::table::Table;
use comity_model::error::{Error, Result};

pub use rows::*;

/// What was found: tables, and sentences for the reader.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Findings {
    /// The tables that have rows.
    pub tables: Vec<Table>,
    /// What has to be said besides: samples too small, replicates needed, gaps.
    pub notes: Vec<String>,
}

impl Findings {
    fn add(&mut self, table: Table) {
        if table.rows() > 0 {
            self.tables.push(table);
        }
    }
}

/// The metrics of every run of a batch.
pub struct Outputs<'a> {
    /// What the batch is.
    pub manifest: &'a BatchManifest,
    /// Points of the design as numbers, `[point][factor]`; `None` without a design or where
    /// a factor is no number.
    pub points: Option<Vec<Vec<f64>>>,
    metrics: Vec<Vec<f64>>,
    count: usize,
}

impl<'a> Outputs<'a> {
    /// The outputs in the table `runs`, which has a row for every run, in order.
    ///
    /// # Errors
    /// If the table is not that of the manifest.
    pub fn new(manifest: &'a BatchManifest, runs: &Table, design: Option<&Table>) -> Result<Self> {
        let count = manifest.design.as_ref().map_or(1, |d| d.points);
        let planned = manifest.planned() as usize;
        if runs.rows() != planned {
            let found = format!("{} rows in the table `runs`", runs.rows());
            return Err(Error::expected(found, format!("{planned}")));
        }
        if let Some(design) = design.filter(|d| d.rows() != count) {
            let found = format!("{} rows in the table `design`", design.rows());
            return Err(Error::expected(found, format!("{count}")));
        }
        let column = |name: &String| {
            runs.real(name)
                .ok_or_else(|| Error::expected(format!("no column {name}"), "it in `runs`"))
        };
        let names = manifest.metrics.iter().map(|m| &m.name);
        let factors = manifest.design.iter().flat_map(|d| &d.factors);
        let columns: Option<Vec<Vec<f64>>> = factors
            .map(|f| design.and_then(|d| d.real(&f.name)))
            .collect();
        let points = columns.filter(|c| !c.is_empty()).map(|columns| {
            let row = |p: usize| columns.iter().map(|c| c[p]).collect();
            (0..count).map(row).collect()
        });
        Ok(Self {
            manifest,
            points,
            metrics: names.map(column).collect::<Result<_>>()?,
            count,
        })
    }

    /// Number of points.
    pub fn points(&self) -> usize {
        self.count
    }

    /// Values of a metric at a point of an arm, one for each replicate; NaN where the run
    /// failed or has none.
    pub fn at(&self, arm: usize, metric: usize, point: usize) -> Vec<f64> {
        let arms = self.manifest.arms.len();
        let id = |replicate: usize| (replicate * self.count + point) * arms + arm;
        let replicates = 0..self.manifest.replicates as usize;
        replicates.map(|r| self.metrics[metric][id(r)]).collect()
    }

    /// `[point][replicate]` of a metric in an arm.
    pub fn matrix(&self, arm: usize, metric: usize) -> Vec<Vec<f64>> {
        (0..self.count).map(|p| self.at(arm, metric, p)).collect()
    }

    fn arms(&self) -> impl Iterator<Item = (usize, &str)> {
        let names = self.manifest.arms.iter().map(|a| a.name.as_str());
        names.enumerate()
    }

    fn metrics(&self) -> impl Iterator<Item = (usize, &str)> {
        let names = self.manifest.metrics.iter().map(|m| m.name.as_str());
        names.enumerate()
    }

    /// `arm` for sentences: empty where there is only one.
    fn of_arm(&self, arm: &str) -> String {
        match self.manifest.arms.len() {
            1 => String::new(),
            _ => format!(" in arm {arm}"),
        }
    }
}

/// Everything that can be said of the outputs; sensitivity indices if `indices`.
///
/// # Errors
/// If a statistic refuses its input, which the checks here exclude.
pub fn analyse(outputs: &Outputs, indices: bool) -> Result<Findings> {
    let mut findings = Findings::default();
    arms::summary(outputs, &mut findings)?;
    arms::differences(outputs, &mut findings);
    arms::replication(outputs, &mut findings)?;
    if indices && outputs.manifest.design.is_some() {
        sweep::noise(outputs, &mut findings)?;
        sweep::indices(outputs, &mut findings)?;
        sweep::discovery(outputs, &mut findings)?;
    }
    Ok(findings)
}
