//! What the figures of an experiment are made from.

use super::axes;
use comity_lab::ensemble::batch::{ArmRecord, BatchManifest, DesignRecord};
use comity_lab::table::Table;

/// A name and the words for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Label {
    /// Name, as in the tables.
    pub name: String,
    /// Words for figures, with the unit.
    pub label: String,
}

/// What the figures of an experiment are made from.
#[derive(Debug, Clone, Default)]
pub struct ExperimentInput {
    /// Title of the experiment.
    pub title: String,
    /// The arms, the baseline first.
    pub arms: Vec<Label>,
    /// The metrics.
    pub metrics: Vec<Label>,
    /// The factors of the design.
    pub factors: Vec<Label>,
    /// Outcomes that were looked for in parameter space.
    pub discovery: Vec<Label>,
    /// The design: how points were chosen, scales of the factors.
    pub design: Option<DesignRecord>,
    /// Year from which the arms part, with branching.
    pub branch: Option<i64>,
    /// The tables of the batch, as far as there are any.
    pub tables: Vec<Table>,
}

impl ExperimentInput {
    /// The table of this name, if it has rows.
    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == name && t.rows() > 0)
    }

    /// How points were chosen; empty without a design.
    pub(super) fn method(&self) -> &str {
        self.design.as_ref().map_or("", |d| &d.method)
    }

    /// Whether there is no design, or one of a single point.
    pub(super) fn single_point(&self) -> bool {
        self.design.as_ref().is_none_or(|d| d.points <= 1)
    }

    /// Names of the arms.
    pub(super) fn arm_names(&self) -> Vec<String> {
        self.arms.iter().map(|a| a.name.clone()).collect()
    }

    /// Words for an arm.
    pub(super) fn arm_label<'a>(&'a self, name: &'a str) -> &'a str {
        let known = self.arms.iter().find(|a| a.name == name);
        known.map_or(name, |a| &a.label)
    }

    /// Words for a factor.
    pub(super) fn factor_label<'a>(&'a self, name: &'a str) -> &'a str {
        let known = self.factors.iter().find(|f| f.name == name);
        known.map_or(name, |f| &f.label)
    }

    /// Heading of the panel of an arm: nothing where there is one arm.
    pub(super) fn arm_heading<'a>(&'a self, arm: &'a Label) -> &'a str {
        if self.arms.len() > 1 { &arm.label } else { "" }
    }

    /// How much of the metric's variance is noise of the seeds, as a sentence.
    pub(super) fn noise(&self, metric: &str) -> Option<String> {
        let table = self.table("noise")?;
        let shares = table.real("noise_share")?;
        let of_metric = rows_where(table, "metric", metric);
        let (low, high) = axes::range(of_metric.into_iter().map(|r| shares[r].clamp(0.0, 1.0)))?;
        let percent = |v: f64| format!("{:.0}", 100.0 * v);
        let said = match percent(low) == percent(high) {
            true => percent(low),
            false => format!("{} to {}", percent(low), percent(high)),
        };
        Some(format!(
            "{said} % of the variance of single runs is noise of the seeds."
        ))
    }
}

/// Rows in which a column of texts has this value.
pub(super) fn rows_where(table: &Table, column: &str, value: &str) -> Vec<usize> {
    let texts = table.text(column).unwrap_or_default();
    let rows = texts.iter().enumerate();
    rows.filter(|(_, t)| *t == value).map(|(r, _)| r).collect()
}

/// Rows of an arm and a metric.
pub(super) fn rows_of(table: &Table, arm: &str, metric: &str) -> Vec<usize> {
    let arms = table.text("arm").unwrap_or_default();
    let mut rows = rows_where(table, "metric", metric);
    rows.retain(|&r| arms.get(r).is_some_and(|a| a == arm));
    rows
}

/// The figures' inputs from a batch.
pub fn from_batch(manifest: &BatchManifest, tables: Vec<Table>) -> ExperimentInput {
    let label = |name: &str, label: &str, unit: &str| Label {
        name: name.to_string(),
        label: with_unit(if label.is_empty() { name } else { label }, unit),
    };
    let mut arms: Vec<&ArmRecord> = manifest.arms.iter().collect();
    arms.sort_by_key(|a| a.name != manifest.baseline);
    let factors = manifest.design.iter().flat_map(|d| &d.factors);
    ExperimentInput {
        title: manifest.experiment.title.clone(),
        arms: arms
            .into_iter()
            .map(|a| label(&a.name, &a.label, "1"))
            .collect(),
        metrics: manifest
            .metrics
            .iter()
            .map(|m| label(&m.name, &capital(&m.label), &m.unit))
            .collect(),
        factors: factors.map(|f| label(&f.name, &f.label, "1")).collect(),
        discovery: manifest
            .discovery
            .iter()
            .map(|d| {
                let metric = &manifest.metrics[d.metric];
                let side = if d.above { "above" } else { "below" };
                let words = format!("{} {side} {}", metric.label, axes::number(d.bound));
                label(&d.name, &capital(&words), "1")
            })
            .collect(),
        design: manifest.design.clone(),
        branch: manifest.branch.map(i64::from),
        tables,
    }
}

/// The words with their unit, if there is one.
pub(super) fn with_unit(words: &str, unit: &str) -> String {
    match unit {
        "" | "1" => words.to_string(),
        same if words.eq_ignore_ascii_case(same) => words.to_string(),
        _ => format!("{words} ({unit})"),
    }
}

/// The words with a capital letter first.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => String::new(),
    }
}
