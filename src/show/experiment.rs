//! The result of a batch with all that a reader finds in it.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::figures::ImageFormat;
use crate::figures::experiment::{draw_all, from_batch};
use crate::grid::{grid, number, paragraph};
use comity_lab::analysis::experiment::{Outputs, analyse};
use comity_lab::ensemble::batch::{BatchManifest, Plan, merge};
use comity_lab::ensemble::place::{Draft, Place};
use comity_lab::table::Table;
use comity_model::error::Result;

/// Rows of a summary before it says that there are more.
const MOST: usize = 12;

/// How a batch is finished.
#[derive(Clone, Copy)]
pub struct Finish<'a> {
    /// Formats in which the figures are drawn; empty: no figures.
    pub figures: &'a [ImageFormat],
    /// Gives up once it is true.
    pub cancel: Option<&'a AtomicBool>,
}

/// Joins the parts, analyses the tables, draws the figures and completes the manifest; whether it
/// was not cancelled.
///
/// # Errors
/// If a part is missing or damaged; if something cannot be analysed or written.
pub fn finish(
    place: &Place,
    plan: &Plan,
    manifest: &mut BatchManifest,
    how: Finish,
) -> Result<bool> {
    let mut draft = place.draft()?;
    let merged = merge(plan, place.folder(), &mut draft)?;
    manifest.runs = merged.counts;
    let outputs = Outputs::new(manifest, &merged.runs, merged.design.as_ref())?;
    let findings = analyse(&outputs, manifest.sweep)?;
    manifest.notes = findings.notes;
    for table in &findings.tables {
        draft.table(table, plan.experiment.format)?;
    }
    let mut tables = findings.tables;
    tables.push(merged.runs);
    tables.extend(merged.design);
    tables.extend(merged.years);
    if !how.figures.is_empty() && !draw(&mut draft, manifest, tables, how)? {
        return Ok(false);
    }
    manifest.complete = true;
    draft.finish(manifest)?;
    Ok(true)
}

/// Draws the figures beside the tables and notes them; whether it was not cancelled.
fn draw(
    draft: &mut Draft,
    manifest: &BatchManifest,
    tables: Vec<Table>,
    how: Finish,
) -> Result<bool> {
    let input = from_batch(manifest, tables);
    let folder = draft.folder().join("figures");
    let drawn = draw_all(&input, &folder, how.figures, how.cancel)?;
    if let Some(files) = &drawn {
        draft.note(files);
    }
    Ok(drawn.is_some())
}

/// The tables of this batch that are in its folder, but those of single years and events.
///
/// # Errors
/// If one cannot be read.
pub fn tables(place: &Path, manifest: &BatchManifest, names: &[&str]) -> Result<Vec<Table>> {
    let listed = manifest.tables.iter();
    let wanted = listed.filter(|t| names.contains(&t.name.as_str()));
    wanted.map(|t| t.read(place)).collect()
}

/// A summary of the batch for a terminal of 80 columns.
///
/// # Errors
/// If its tables cannot be read.
pub fn summary(place: &Path, manifest: &BatchManifest) -> Result<String> {
    let names = [
        "summary",
        "differences",
        "sobol",
        "morris",
        "pawn",
        "noise",
        "boxes",
        "box_limits",
    ];
    let tables = tables(place, manifest, &names)?;
    let find = |name: &str| tables.iter().find(|t| t.name == name);
    let mut text = paragraph(&manifest.experiment.title, 0);
    let runs = manifest.planned();
    let design = manifest.design.as_ref();
    let points = design.map_or(String::new(), |d| {
        format!(" × {} points ({})", d.points, d.method)
    });
    text.push_str(&paragraph(
        &format!(
            "{} {}{points} × {} replicates = {runs} runs",
            manifest.arms.len(),
            if manifest.arms.len() == 1 {
                "arm"
            } else {
                "arms"
            },
            manifest.replicates
        ),
        0,
    ));
    let failed = manifest
        .runs
        .provisional(runs)
        .filter(|_| manifest.complete);
    text.push_str(&failed.map_or(String::new(), |failed| paragraph(&failed, 0)));
    let mut section = |title: &str, body: Option<String>| {
        if let Some(body) = body.filter(|b| !b.is_empty()) {
            text.push_str(&format!("\n{title}\n\n{body}"));
        }
    };
    match design {
        None => {
            section("Means over the replicates", find("summary").map(arms));
            section("Differences by seed", find("differences").map(differences));
        }
        Some(_) => {
            section(
                "Differences by seed and point",
                find("differences").map(differences),
            );
            section(
                "Sobol' indices",
                find("sobol").map(|t| ranked(t, "ST", &["S1", "S1_conf", "ST", "ST_conf"])),
            );
            section(
                "Elementary effects",
                find("morris")
                    .map(|t| ranked(t, "mu_star", &["mu_star", "mu_star_conf", "mu", "sigma"])),
            );
            if find("sobol").is_none() && find("morris").is_none() {
                section(
                    "PAWN indices",
                    find("pawn").map(|t| ranked(t, "median", &["median", "mean", "maximum"])),
                );
            }
            section("Noise of the seeds", find("noise").map(noise));
            section(
                "Boxes in which the outcome occurs",
                find("boxes").map(|b| boxes(b, find("box_limits"))),
            );
        }
    }
    if !manifest.notes.is_empty() {
        text.push('\n');
        for note in manifest.notes.iter().take(MOST) {
            text.push_str(&paragraph(note, 0));
        }
        if manifest.notes.len() > MOST {
            let more = manifest.notes.len() - MOST;
            text.push_str(&format!("… and {more} notes more in manifest.json\n"));
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

fn interval(table: &Table, row: usize) -> String {
    let (low, high) = (cell(table, "low", row), cell(table, "high", row));
    match low.is_empty() {
        true => String::new(),
        false => format!("{low} to {high}"),
    }
}

fn shortened(rows: Vec<Vec<String>>, head: &[&str]) -> String {
    let more = rows.len().saturating_sub(MOST * 2);
    let mut text = grid(head, &rows[..rows.len() - more]);
    if more > 0 {
        text.push_str(&format!("… and {more} rows more in the table\n"));
    }
    text
}

fn arms(table: &Table) -> String {
    let row = |r: usize| {
        vec![
            cell(table, "metric", r),
            cell(table, "arm", r),
            cell(table, "mean", r),
            interval(table, r),
            cell(table, "sd", r),
            cell(table, "runs", r),
        ]
    };
    let head = ["metric", "arm", ">mean", "95 % interval", ">sd", ">runs"];
    shortened((0..table.rows()).map(row).collect(), &head)
}

fn differences(table: &Table) -> String {
    let row = |r: usize| {
        vec![
            cell(table, "metric", r),
            format!("{} - {}", cell(table, "arm", r), cell(table, "baseline", r)),
            cell(table, "difference", r),
            interval(table, r),
            cell(table, "d_z", r),
            cell(table, "share_positive", r),
        ]
    };
    let head = [
        "metric",
        "arms",
        ">difference",
        "95 % interval",
        ">d_z",
        ">share > 0",
    ];
    shortened((0..table.rows()).map(row).collect(), &head)
}

/// The first factors of each arm and metric by an index.
fn ranked(table: &Table, by: &str, columns: &[&str]) -> String {
    let (Some(arms), Some(metrics), Some(names), Some(order)) = (
        table.text("arm"),
        table.text("metric"),
        table.text("parameter"),
        table.real(by),
    ) else {
        return String::new();
    };
    let several = arms.iter().any(|a| *a != arms[0]);
    let mut groups: Vec<(&String, &String)> = arms.iter().zip(metrics).collect();
    groups.dedup();
    let mut rows = Vec::new();
    for (arm, metric) in groups {
        let mut of: Vec<usize> = (0..table.rows())
            .filter(|&r| arms[r] == *arm && metrics[r] == *metric && names[r] != "dummy")
            .collect();
        of.sort_by(|&a, &b| order[b].total_cmp(&order[a]));
        for (k, r) in of.into_iter().take(8).enumerate() {
            let output = match (k, several) {
                (0, true) => format!("{metric}, {arm}"),
                (0, false) => metric.clone(),
                _ => String::new(),
            };
            let mut row = vec![output, names[r].clone()];
            row.extend(columns.iter().map(|c| cell(table, c, r)));
            rows.push(row);
        }
    }
    let mut head = vec!["metric".to_string(), "parameter".to_string()];
    head.extend(columns.iter().map(|c| format!(">{c}")));
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    grid(&head, &rows)
}

fn noise(table: &Table) -> String {
    let row = |r: usize| {
        vec![
            cell(table, "metric", r),
            cell(table, "arm", r),
            cell(table, "variance", r),
            cell(table, "noise_share", r),
        ]
    };
    let head = [
        "metric",
        "arm",
        ">variance of a run",
        ">share that is noise",
    ];
    shortened((0..table.rows()).map(row).collect(), &head)
}

/// The chosen boxes with their limits.
fn boxes(table: &Table, limits: Option<&Table>) -> String {
    let (Some(chosen), Some(number_of)) = (table.integer("chosen"), table.integer("box")) else {
        return String::new();
    };
    let mut rows = Vec::new();
    for r in (0..table.rows()).filter(|&r| chosen[r] == 1) {
        let (arm, outcome) = (cell(table, "arm", r), cell(table, "metric", r));
        let within = |l: &Table| -> Vec<String> {
            let at = l.integer("box").unwrap_or_default();
            let same = |&k: &usize| {
                at[k] == number_of[r] && cell(l, "arm", k) == arm && cell(l, "metric", k) == outcome
            };
            let limit = |k: usize| format!("{}: {}", cell(l, "parameter", k), interval(l, k));
            (0..l.rows()).filter(same).map(limit).collect()
        };
        rows.push(vec![
            outcome.clone(),
            cell(table, "coverage", r),
            cell(table, "density", r),
            limits.map(within).unwrap_or_default().join("; "),
        ]);
    }
    grid(&["outcome", ">coverage", ">density", "where"], &rows)
}
