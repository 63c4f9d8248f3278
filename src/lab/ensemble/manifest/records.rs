//! What the manifests of all kinds are made of.

use std::path::{Component, Path};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::MANIFEST;
use crate::table::{Column, ColumnType, Table, store};
use comity_model::error::{Error, Result};
use comity_model::scenario::Scenario;
use comity_model::scenario::provenance::Provenance;

/// A scenario with all that it was read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioRecord {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// Hash of everything that decides a run.
    pub hash: String,
    /// First year.
    pub start_year: i32,
    /// Number of recorded years.
    pub years: u32,
    /// Whether years are calendar years.
    pub calendar: bool,
    /// Values filled in for missing data, by column.
    pub filled: Vec<(String, usize)>,
    /// Files, overrides, merged text, data.
    pub source: Provenance,
}

/// A table of the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRecord {
    /// Name.
    pub name: String,
    /// File in the folder.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Number of rows.
    pub rows: usize,
    /// Columns in order.
    pub columns: Vec<ColumnRecord>,
}

/// Another file of the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Path in the folder, with `/`.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// A file of the user's that the result was made of, and the copy that is kept of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// Path as it was written, relative to the scenario's or experiment's file.
    pub name: String,
    /// Path of the copy in the folder.
    pub file: String,
    /// SHA-256 of both.
    pub sha256: String,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnRecord {
    /// Name.
    pub name: String,
    /// `real`, `integer` or `text`.
    pub kind: String,
    /// Unit; `1` if it has none.
    pub unit: String,
    /// Definition.
    pub definition: String,
}

/// Counts of runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Runs {
    /// Runs whose rows stand in the tables.
    pub done: u64,
    /// Runs that failed.
    pub failed: Vec<FailedRun>,
}

/// Failed runs that are named where a result is said to be provisional.
const NAMED: usize = 5;

impl Runs {
    /// What has to be said of a result of `planned` runs of which some failed: how many, which and
    /// why; `None` if none did.
    pub fn provisional(&self, planned: u64) -> Option<String> {
        let failed = planned.saturating_sub(self.done);
        let one = |f: &FailedRun| format!("run {} with seed {}: {}", f.run_id, f.seed, f.message);
        provisional(failed, planned, self.failed.iter().map(one))
    }
}

/// As [`Runs::provisional`], of failed runs in words.
pub fn provisional(
    failed: u64,
    planned: u64,
    named: impl Iterator<Item = String>,
) -> Option<String> {
    if failed == 0 {
        return None;
    }
    let named: Vec<String> = named.take(NAMED).collect();
    let more = match failed.saturating_sub(named.len() as u64) {
        0 => String::new(),
        n => format!("; and {n} more"),
    };
    Some(format!(
        "Provisional: {failed} of {planned} runs failed and are in no number: {}{more}.",
        named.join("; ")
    ))
}

/// A run that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedRun {
    /// Position among the replicates.
    pub run_id: u64,
    /// Its seed.
    pub seed: u64,
    /// What went wrong.
    pub message: String,
}

/// When and where a result was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Start, UTC.
    pub started: String,
    /// Seconds from the start to the writing of the manifest.
    pub seconds: f64,
    /// Name of the machine.
    pub host: String,
    /// Operating system and architecture.
    pub system: String,
    /// Threads used.
    pub threads: usize,
}

/// A state, as figures need it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateRecord {
    /// Abbreviation.
    pub abbreviation: String,
    /// Name.
    pub name: String,
    /// Primary region; empty without one.
    pub region: String,
    /// (latitude, longitude) or (x, y).
    pub position: (f64, f64),
    /// First year in the system.
    pub from: i32,
    /// First year no longer in the system, if it left.
    pub exit: Option<i32>,
    /// First and last years as a great power.
    pub powers: Vec<(i32, Option<i32>)>,
}

impl ScenarioRecord {
    /// The record of a scenario that was read from `source`.
    pub fn of(scenario: &Scenario, source: Provenance) -> Self {
        Self {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            purpose: scenario.purpose.clone(),
            hash: scenario.hash.clone(),
            start_year: scenario.start_year,
            years: scenario.years,
            calendar: scenario.calendar,
            filled: scenario.filled.clone(),
            source,
        }
    }
}

impl TableRecord {
    /// The record of a table with so many rows in this file, whose hash is not yet known.
    pub fn of(table: &Table, file: &Path, rows: usize) -> Self {
        let columns = table.columns.iter().map(|c| ColumnRecord {
            name: c.name.clone(),
            kind: match c.kind {
                ColumnType::Real => "real",
                ColumnType::Integer => "integer",
                ColumnType::Text => "text",
            }
            .to_string(),
            unit: c.unit.clone(),
            definition: c.definition.clone(),
        });
        let file = file.file_name().unwrap_or_default().to_string_lossy();
        Self {
            name: table.name.clone(),
            file: file.into_owned(),
            sha256: String::new(),
            rows,
            columns: columns.collect(),
        }
    }
}

impl TableRecord {
    /// The table, which stands in `folder`.
    ///
    /// # Errors
    /// If it cannot be read, or has other columns; if the record names a file elsewhere.
    pub fn read(&self, folder: &Path) -> Result<Table> {
        let mut parts = Path::new(&self.file).components();
        let plain = matches!(
            (parts.next(), parts.next()),
            (Some(Component::Normal(_)), None)
        );
        let fail = |e: Error| Err(e.in_file(folder.join(MANIFEST)).at_key(&self.name));
        if !plain {
            let found = format!("file \"{}\"", self.file);
            return fail(Error::expected(found, "the name of a file in this folder"));
        }
        let columns: Vec<Column> = match self.columns.iter().map(ColumnRecord::column).collect() {
            Ok(columns) => columns,
            Err(error) => return fail(error),
        };
        let mut table = store::read(&folder.join(&self.file), &columns)?;
        table.name.clone_from(&self.name);
        Ok(table)
    }
}

/// The tables that a manifest lists, which stand in `folder`.
///
/// # Errors
/// As [`TableRecord::read`].
pub fn read_tables(folder: &Path, records: &[TableRecord]) -> Result<Vec<Table>> {
    records.iter().map(|t| t.read(folder)).collect()
}

impl ColumnRecord {
    fn column(&self) -> Result<Column> {
        let kind = match self.kind.as_str() {
            "real" => ColumnType::Real,
            "integer" => ColumnType::Integer,
            "text" => ColumnType::Text,
            other => return Err(Error::expected(other, "real, integer or text")),
        };
        Ok(Column::new(&self.name, kind, &self.unit, &self.definition))
    }
}

/// The states of a scenario, as figures need them.
pub(super) fn states(scenario: &Scenario) -> Vec<StateRecord> {
    let setting = &scenario.setting;
    let record = |(index, state): (usize, &comity_model::scenario::StateInput)| StateRecord {
        abbreviation: state.abbreviation.clone(),
        name: state.name.clone(),
        region: state
            .regions
            .first()
            .map_or(String::new(), |&r| setting.regions[r].clone()),
        position: state.position,
        from: state.entry_year,
        exit: state.exit_year,
        powers: setting
            .powers
            .iter()
            .filter(|p| p.state == index)
            .map(|p| (p.from, p.to))
            .collect(),
    };
    setting.states.iter().enumerate().map(record).collect()
}

impl Made {
    /// Now, on this machine.
    pub fn here() -> Self {
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
        let name = name.or_else(|| std::env::var("HOSTNAME").ok());
        let name = name.or_else(|| std::env::var("COMPUTERNAME").ok());
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            started: utc(since.as_secs()),
            seconds: 0.0,
            host: name.map_or("unknown".to_string(), |n| n.trim().to_string()),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            threads: 0,
        }
    }
}

/// Seconds since 1970 as `YYYY-MM-DDThh:mm:ssZ` (days to date after Hinnant's `civil_from_days`).
fn utc(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(utc(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(utc(4_102_444_800), "2100-01-01T00:00:00Z");
    }
}
