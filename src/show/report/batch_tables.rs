//! A batch or a sweep with its tables, and words for what is in them.

use super::page::Grid;
use super::words::{capital, count, filled, unit};
use crate::figures::experiment::ExperimentInput;
use comity_lab::ensemble::batch::BatchManifest;
use comity_lab::ensemble::experiment::Metric;
use comity_lab::table::Table;

/// Rows of a table before it says that there are more.
pub const MOST: usize = 60;

/// The batch with its tables.
pub struct Batch<'a> {
    /// Its manifest.
    pub manifest: &'a BatchManifest,
    /// What figures are drawn from: every table, and words for arms, metrics, factors.
    pub input: ExperimentInput,
}

impl Batch<'_> {
    /// The table of this name, if it has rows.
    pub fn table(&self, name: &str) -> Option<&Table> {
        filled(&self.input.tables, name)
    }

    /// Words for an arm.
    pub fn arm(&self, name: &str) -> String {
        let arms = self.manifest.arms.iter();
        let mut label = arms.filter(|a| a.name == name).map(|a| &a.label);
        let label = label.find(|l| !l.is_empty());
        label.map_or_else(|| name.to_string(), Clone::clone)
    }

    /// The metric of this name.
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.manifest.metrics.iter().find(|m| m.name == name)
    }

    /// Words for a metric.
    pub fn words(&self, metric: &str) -> String {
        let label = self.metric(metric).map(|m| m.label.as_str());
        capital(label.filter(|l| !l.is_empty()).unwrap_or(metric))
    }

    /// Its unit, behind a number.
    pub fn unit(&self, metric: &str) -> String {
        self.metric(metric).map_or(String::new(), |m| unit(&m.unit))
    }

    /// `, arm` where there are several.
    pub fn of_arm(&self, arm: &str) -> String {
        match self.manifest.arms.len() {
            1 => String::new(),
            _ => format!(", {}", self.arm(arm)),
        }
    }

    /// Name of the file of a table.
    pub fn file(&self, table: &str) -> String {
        let mut records = self.manifest.tables.iter();
        let found = records.find(|t| t.name == table);
        found.map_or(table.to_string(), |t| t.file.clone())
    }
}

/// Says below a table that has been cut where the rest is.
pub fn cut(batch: &Batch, table: &Table, grid: &mut Grid) {
    if table.rows() > MOST {
        let rest = table.rows() - MOST;
        grid.more = format!(
            "{} more in `{}`.",
            count(rest, "row"),
            batch.file(&table.name)
        )
        .into();
    }
}
