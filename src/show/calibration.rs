//! The result of a calibration with all that a reader finds in it.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::figures::ImageFormat;
use crate::figures::experiment::calibration::draw_all;
use crate::grid::{grid, number, paragraph};
use comity_lab::analysis::calibration::{AcceptedSets, CalibrationManifest, Findings};
use comity_lab::ensemble::manifest::read_tables;
use comity_lab::ensemble::place::Place;
use comity_lab::table::{Format, Table};
use comity_model::error::Result;

/// Rows of the summary's lists.
const MOST: usize = 24;

/// How a calibration is written.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// Formats in which the figures are drawn; empty: no figures.
    pub figures: &'a [ImageFormat],
    /// Gives up once it is true.
    pub cancel: Option<&'a AtomicBool>,
}

/// Writes the tables as CSV, draws the figures and completes the manifest; whether it was not
/// cancelled.
///
/// # Errors
/// If something cannot be written.
pub fn finish(
    place: &Place,
    manifest: &mut CalibrationManifest,
    findings: Findings,
    how: Writing,
) -> Result<bool> {
    let mut draft = place.draft()?;
    for table in &findings.tables {
        draft.table(table, Format::Csv)?;
    }
    manifest.notes = findings.notes;
    manifest.failed = findings.failed;
    if !how.figures.is_empty() {
        let folder = draft.folder().join("figures");
        let drawn = draw_all(&findings.tables, &folder, how.figures, how.cancel)?;
        let Some(files) = drawn else {
            return Ok(false);
        };
        draft.note(&files);
    }
    manifest.complete = true;
    draft.finish(manifest)?;
    Ok(true)
}

/// The tables of a calibration that are in its folder.
///
/// # Errors
/// If one cannot be read.
pub fn tables(place: &Path, manifest: &CalibrationManifest) -> Result<Vec<Table>> {
    read_tables(place, &manifest.tables)
}

/// A summary for a terminal of 80 columns.
///
/// # Errors
/// If its tables cannot be read.
pub fn summary(place: &Path, manifest: &CalibrationManifest) -> Result<String> {
    let tables = tables(place, manifest)?;
    let mut text = paragraph(&manifest.experiment.title, 0);
    let mut section = |title: &str, name: &str, head: &[&str], columns: &[&str]| {
        let Some(table) = tables.iter().find(|t| t.name == name) else {
            return;
        };
        let row = |r: usize| columns.iter().map(|c| cell(table, c, r)).collect();
        let rows: Vec<Vec<String>> = (0..table.rows().min(MOST)).map(row).collect();
        text.push_str(&format!("\n{title}\n\n{}", grid(head, &rows)));
    };
    section(
        "Parameters by their effect on the moments",
        "screening",
        &["parameter", ">importance", ">varied"],
        &["parameter", "importance", "active"],
    );
    section(
        "Waves",
        "waves",
        &[
            "wave",
            ">points",
            ">share left",
            ">threshold",
            ">median",
            ">best",
            ">within",
        ],
        &[
            "wave",
            "points",
            "non_implausible",
            "threshold",
            "median",
            "best",
            "within",
        ],
    );
    section(
        "Moments of the accepted sets: median and 90 % over sets and seeds",
        "predictive",
        &[
            "moment", ">ATOP", ">COW", ">median", ">low", ">high", ">hit",
        ],
        &[
            "moment",
            "observed_atop",
            "observed_cow",
            "median",
            "low",
            "high",
            "hit",
        ],
    );
    section(
        "Varied parameters",
        "marginals",
        &[
            "parameter",
            ">low",
            ">high",
            ">default",
            ">centre",
            ">5 %",
            ">95 %",
            ">variance ratio",
        ],
        &[
            "parameter",
            "low",
            "high",
            "default",
            "centre",
            "q05",
            "q95",
            "variance_ratio",
        ],
    );
    if !manifest.notes.is_empty() {
        text.push('\n');
        for note in &manifest.notes {
            text.push_str(&paragraph(note, 0));
        }
    }
    Ok(text)
}

fn cell(table: &Table, column: &str, row: usize) -> String {
    match table.text(column) {
        Some(texts) => texts[row].clone(),
        None => table.real(column).map_or(String::new(), |v| number(v[row])),
    }
}

/// The central set as the `[parameters]` of a scenario, each with the default that it replaces.
pub fn defaults(sets: &AcceptedSets) -> String {
    let mut text = String::new();
    let mut last = "";
    for (parameter, value) in sets.parameters.iter().zip(&sets.values[sets.centre]) {
        let (group, name) = parameter
            .path
            .split_once('.')
            .unwrap_or(("", parameter.path));
        if group != last {
            let gap = if last.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}[parameters.{group}]\n"));
            last = group;
        }
        text.push_str(&format!("{name} = {value:?}  # {:?}\n", parameter.default));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_central_set_is_printed_as_parameters() {
        let csv = "centre,alliance.pull,alliance.reactance,protocol.offers\n0,1,1,1\n1,0.5,.2,3\n";
        let sets = AcceptedSets::parse(csv.as_bytes()).unwrap();
        let text = defaults(&sets);
        assert!(
            text.starts_with("[parameters.alliance]\npull = 0.5  # "),
            "{text}"
        );
        assert!(
            text.contains("\n\n[parameters.protocol]\noffers = 3.0  # "),
            "{text}"
        );
        let overrides = format!("years = 2\n{text}");
        let source = "s2-bipolar";
        assert!(
            comity_model::scenario::load(source, &[]).is_ok()
                && overrides.parse::<toml::Table>().is_ok()
        );
    }
}
